"""Scopes: what a token may do, compared as whole words (`api.md` §1.2).

A scope reads ``AIBooks.<resource>.<ACTION>``. The only wildcard is the one that grants everything.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from finzcore.errors import InsufficientScope, RequiredField, RuleBroken

FULL: Final = "AIBooks.fullaccess.all"
"""Grants everything."""

RESOURCES: Final = (
    *("accounts", "activity", "attachments", "bankaccounts", "bills", "branches", "comments"),
    *("companies", "connections", "contacts", "costcenters", "creditnotes", "currencies"),
    *("debitnotes", "estimates", "events", "expenses", "filings", "invoices", "items", "journals"),
    *("payments", "purchaseorders", "recurring", "reports", "salesorders", "salespersons"),
    *("taxes", "webhooks"),
)
ACTIONS: Final = ("READ", "CREATE", "UPDATE", "DELETE")

KNOWN: Final = frozenset({FULL} | {f"AIBooks.{word}.{act}" for word in RESOURCES for act in ACTIONS})
"""Every scope there is."""

PRESETS: Final[Mapping[str, frozenset[str]]] = {
    "full": frozenset({FULL}),
    "read": frozenset(f"AIBooks.{word}.READ" for word in RESOURCES),
}
"""What can be chosen by name when a token is minted."""


def scope(resource: str, action: str) -> str:
    """The scope that guards an action on a resource.

    >>> scope("invoices", "CREATE")
    'AIBooks.invoices.CREATE'
    """
    name = f"AIBooks.{resource}.{action}"
    assert name in KNOWN, f"there is no scope {name}"
    return name


def allows(granted: frozenset[str], required: str) -> bool:
    """Whether the granted scopes cover the required one.

    >>> allows(PRESETS["read"], "AIBooks.bills.READ"), allows(PRESETS["read"], "AIBooks.bills.UPDATE")
    (True, False)
    """
    return required in granted or FULL in granted


def demand(granted: frozenset[str], required: str) -> None:
    """Raise `InsufficientScope`, naming the required scope, unless it is granted."""
    if not allows(granted, required):
        raise InsufficientScope(details={"required": required})


def asked_for(scopes: Iterable[str] | str) -> list[str]:
    """Names of scopes as given, those of a preset for its name, or the one name.

    >>> asked_for("full"), asked_for("AIBooks.bills.READ"), len(asked_for("read")) == len(RESOURCES)
    (['AIBooks.fullaccess.all'], ['AIBooks.bills.READ'], True)
    """
    if isinstance(scopes, str):
        return sorted(PRESETS.get(scopes, (scopes,)))
    return list(scopes)


def check_known(scopes: Iterable[str]) -> frozenset[str]:
    """The scopes as a set; raises `RuleBroken` for one that does not exist, on field ``scopes``.

    None at all is a `RequiredField`: such a token could do nothing.
    """
    asked = list(scopes)
    if not asked:
        raise RequiredField("At least one scope is needed.", field="scopes")
    for name in asked:
        if name not in KNOWN:
            raise RuleBroken("There is no such scope.", field="scopes", details={"received": name})
    return frozenset(asked)
