"""What services call the setting that chooses a company: the table of `api.md` §8.5."""

from typing import Any

import pytest

from finzcore.auth.services import SETTING_KEYS, company_id_of, setting_key_for
from finzcore.errors import RuleBroken


def test_the_setting_keys_are_those_of_the_table():
    assert {
        "xero": "tenant_id",
        "sage-business-cloud-accounting": "business_id",
        "sage-intacct": "entity",
        "microsoft-dynamics-365-business-central": "company_id",
        "exact-online": "systemDivisionId",
        "finzbooks": "organization_id",
    } == SETTING_KEYS
    assert dict(SETTING_KEYS) == {service: setting_key_for(service) for service in SETTING_KEYS}


@pytest.mark.parametrize("service", ["quickbooks", "zoho-books", "freshbooks", "sap", "", "Xero"])
def test_a_service_without_several_companies_is_refused(service: str):
    with pytest.raises(RuleBroken) as refused:
        setting_key_for(service)
    assert "service_id" == refused.value.field
    with pytest.raises(RuleBroken):
        company_id_of({"service_id": service, "settings": {}, "metadata": {}})


@pytest.mark.parametrize(
    ("metadata", "settings", "company"),
    [
        ({"company_id": "a"}, {"systemDivisionId": "a"}, "a"),
        ({"company_id": "a"}, None, "a"),
        ({}, {"systemDivisionId": "b"}, "b"),
        (None, {"systemDivisionId": "b"}, "b"),
        ({"company_id": None}, {"systemDivisionId": "b"}, None),
        ({}, {"tenant_id": "b"}, None),
        (None, None, None),
    ],
)
def test_the_metadata_say_the_company_or_else_the_setting(metadata: Any, settings: Any, company: Any):
    connection = {"service_id": "exact-online", "settings": settings, "metadata": metadata}
    assert company == company_id_of(connection)
