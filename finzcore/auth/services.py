"""Services that keep books of several companies, and what each calls the setting that chooses one
(`api.md` §8.5).

A *connection* is a dict with ``service_id``, ``settings`` and ``metadata``, as ``GET /connections`` shows
it. Its ``metadata.company_id`` always says the same as the service's own setting, so that nobody has to
know the key; one that was made before that was kept has the setting alone. Spellings of services are ours.
"""

from collections.abc import Mapping
from typing import Any, Final

from finzcore.errors import RuleBroken

OURS: Final = "finzbooks"
"""These books, as a service among others."""

SETTING_KEYS: Final[Mapping[str, str]] = {
    "xero": "tenant_id",
    "sage-business-cloud-accounting": "business_id",
    "sage-intacct": "entity",
    "microsoft-dynamics-365-business-central": "company_id",
    "exact-online": "systemDivisionId",
    OURS: "organization_id",
}
"""The services whose one authorization reaches several companies, and the key of the setting of each."""

ONE_COMPANY: Final = ("quickbooks", "zoho-books", "freshbooks")
"""The services that need an authorization for each company."""


def setting_key_for(service_id: str) -> str:
    """The key of the setting by which a service knows the company. RuleBroken, field ``service_id``, for a
    service that needs an authorization for each company, and for an unknown one.

    >>> setting_key_for("xero"), setting_key_for("finzbooks")
    ('tenant_id', 'organization_id')
    >>> setting_key_for("quickbooks")
    Traceback (most recent call last):
    finzcore.errors.RuleBroken: service_id: quickbooks needs an authorization for each company.
    """
    if service_id in ONE_COMPANY:
        raise RuleBroken(f"{service_id} needs an authorization for each company.", field="service_id")
    if service_id not in SETTING_KEYS:
        raise RuleBroken(
            f"Must be one of {', '.join(SETTING_KEYS)}.",
            field="service_id",
            details={"received": service_id[:100]},
        )
    return SETTING_KEYS[service_id]


def company_id_of(connection: Mapping[str, Any]) -> str | None:
    """The company that a connection has chosen, None for none: its ``metadata.company_id``, or, where there
    is none, its service's own setting. RuleBroken as `setting_key_for`.

    >>> company_id_of({"service_id": "xero", "settings": {"tenant_id": "t1"}, "metadata": {}})
    't1'
    >>> company_id_of({"service_id": "xero", "settings": {}, "metadata": {"company_id": None}}) is None
    True
    """
    key = setting_key_for(connection["service_id"])
    metadata = connection.get("metadata") or {}
    settings = connection.get("settings") or {}
    chosen: str | None = metadata["company_id"] if "company_id" in metadata else settings.get(key)
    return chosen
