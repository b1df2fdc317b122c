"""The organisations that a token reaches (`api.md` §8.1, §8.3, §8.5)."""

from typing import Any

import attrs
import pytest

import finzcore
from finzcore.api import Request, Response
from finzcore.ids import uuid_text
from finzcore.testing import Call
from tests.engines import on_sqlite

NOBODY = uuid_text(0, 2**62)


@attrs.frozen
class Practice:
    """An accountant with two clients and a sandbox, beside somebody else's organisation."""

    engine: finzcore.Engine
    meera: str
    orgs: dict[str, str]
    wide: Call

    def names(self, call: Call, path: str = "/companies", key: str = "companies") -> list[str]:
        return [row["name"] for row in call.ok("GET", path)[key]]


@pytest.fixture
def practice(engine: finzcore.Engine) -> Practice:
    meera = engine.create_user(name="Meera").user_id
    zubin = engine.create_org(name="Zubin Mills", state="IN-MH", gstin="27AAPFU0939F1ZV", owner_user_id=meera)
    asha = engine.create_org(name="Asha Stores", state="IN-KA", legal_name="Asha Stores LLP")
    trial = engine.create_org(name="Trial", state="IN-KA", is_sandbox=True, owner_user_id=meera)
    other = engine.create_org(name="Somebody Else", state="IN-KA")
    engine.add_membership(asha.org_id, meera)
    orgs = {org.name: org.org_id for org in (zubin, asha, trial, other)}
    return Practice(engine, meera, orgs, Call(engine, engine.mint_pat(user_id=meera).token))


def test_a_token_of_several_is_shown_where_its_user_is_a_member_by_name(practice: Practice) -> None:
    said = practice.wide.ok("GET", "/companies")
    asha, zubin = practice.orgs["Asha Stores"], practice.orgs["Zubin Mills"]
    common = {"base_currency": "INR", "is_sandbox": False, "is_default": False}
    first = {"company_id": asha, "id": asha, "name": "Asha Stores", "legal_name": "Asha Stores LLP"}
    second = {"company_id": zubin, "id": zubin, "name": "Zubin Mills", "legal_name": None}
    assert [
        first | {"gstin": None, "state": "IN-KA", "role": "MEMBER"} | common,
        second | {"gstin": "27AAPFU0939F1ZV", "state": "IN-MH", "role": "ADMIN"} | common,
    ] == said["companies"]
    assert {"per_page": 200, "has_more_page": False, "next_cursor": None} == said["page_context"]
    assert said["companies"] == practice.wide.ok("GET", "/organizations")["organizations"]


@on_sqlite  # what is read is the same on both; only who reads it differs
def test_each_kind_of_token_reaches_its_own(practice: Practice) -> None:
    engine, orgs = practice.engine, practice.orgs
    bound = Call(engine, engine.mint_pat(org_id=orgs["Asha Stores"], user_id=practice.meera).token)
    everywhere = Call(engine, engine.mint_pat(user_id=practice.meera, sandbox=True).token)
    trial = Call(engine, engine.mint_pat(org_id=orgs["Trial"], sandbox=True).token)
    assert ["Asha Stores"] == practice.names(bound)
    assert ["Trial"] == practice.names(everywhere) == practice.names(trial)
    assert [True] == [row["is_default"] for row in bound.ok("GET", "/companies")["companies"]]
    engine.remove_membership(orgs["Asha Stores"], practice.meera)
    assert ["Zubin Mills"] == practice.names(practice.wide)


def test_one_is_shown_by_its_id_and_no_other(practice: Practice) -> None:
    orgs = practice.orgs
    asha = practice.wide.ok("GET", f"/companies/{orgs['Asha Stores']}")["company"]
    assert ("Asha Stores", "MEMBER") == (asha["name"], asha["role"])
    assert asha == practice.wide.ok("GET", f"/organizations/{orgs['Asha Stores']}")["organization"]
    bound = Call(practice.engine, practice.engine.mint_pat(org_id=orgs["Asha Stores"]).token)
    answers = set()
    for call, strange in (
        (practice.wide, orgs["Somebody Else"]), (practice.wide, orgs["Trial"]), (practice.wide, NOBODY),
        (practice.wide, "acme"), (bound, orgs["Zubin Mills"]),
    ):  # fmt: skip
        response = call("GET", f"/companies/{strange}")
        said = response.json()
        assert (404, "not_found.resource", "company_id") == (response.status, said["code"], said["field"])
        answers.add(said["message"].replace(strange, "<id>"))
    assert {"Company '<id>' not found in this org."} == answers


@on_sqlite  # no row of any database is in it
@pytest.mark.parametrize("service", ["quickbooks", "zoho-books", "freshbooks", "sap"])
def test_a_service_of_one_company_has_no_list_of_them(practice: Practice, service: str) -> None:
    refused = (400, "validation.invalid_value", "service_id")
    for path in ("/companies", "/organizations"):
        assert refused == practice.wide.refused("GET", f"{path}?service_id={service}")
    response = accounting(practice, {"x-apideck-service-id": service})
    assert refused == (response.status, response.json()["code"], response.json()["field"])


@on_sqlite  # as above
def test_another_service_of_several_companies_has_none_here(practice: Practice) -> None:
    assert [] == practice.names(practice.wide, "/companies?service_id=xero")
    assert 2 == len(practice.names(practice.wide, "/companies?service_id=finzbooks"))
    assert [] == accounting(practice, {"x-apideck-service-id": "xero"}).json()["data"]


# ----- as Apideck's clients read it -----


def accounting(
    practice: Practice, headers: dict[str, str] | None = None, query: str = "", method: str = "GET"
) -> Response:
    sent = {"Authorization": f"Bearer {practice.wide.token}"} | (headers or {})
    return practice.engine.handle(Request(method, "/accounting/companies", query, sent))


def test_apidecks_clients_read_the_same_in_their_envelope(practice: Practice) -> None:
    response = accounting(practice)
    assert {
        "status_code": 200,
        "status": "OK",
        "service": "finzbooks",
        "resource": "companies",
        "operation": "all",
        "data": [{"id": practice.orgs[name], "name": name} for name in ("Asha Stores", "Zubin Mills")],
    } == response.json()
    assert "599" == response.header("X-RateLimit-Remaining")


@on_sqlite  # the doors are the same wherever the books are
def test_the_door_of_apidecks_clients_keeps_the_rules_of_all_others(practice: Practice) -> None:
    def refused(response: Response) -> tuple[int, str]:
        return response.status, response.json()["code"]

    engine, orgs = practice.engine, practice.orgs
    assert (401, "auth.missing_token") == refused(engine.handle(Request("GET", "/accounting/companies")))
    weak = engine.mint_pat(user_id=practice.meera, scopes=["AIBooks.connections.READ"]).token
    lacking = accounting(practice, {"Authorization": f"Bearer {weak}"})
    assert (403, "auth.insufficient_scope") == refused(lacking)
    assert {"required": "AIBooks.companies.READ"} == lacking.json()["details"]
    elsewhere = accounting(practice, {"x-apideck-company-id": orgs["Somebody Else"]})
    assert (403, "auth.no_membership") == refused(elsewhere)
    wrong = accounting(practice, method="POST")
    assert (405, "GET") == (wrong.status, wrong.header("Allow"))
    twice = accounting(practice, {"x-apideck-service-id": "xero"}, "service_id=finzbooks")
    assert (422, "validation.failed") == refused(twice)
    assert (
        404
        == engine.handle(
            Request("GET", "/accounting/invoices", headers={"Authorization": f"Bearer {practice.wide.token}"})
        ).status
    )


def test_walking_all_companies_with_the_header_reads_each_by_itself(practice: Practice) -> None:
    for name in ("Asha Stores", "Zubin Mills"):
        practice.engine.org(practice.orgs[name]).contacts.create(contact_name=f"Of {name}")
    found: dict[str, Any] = {}
    for company in practice.wide.ok("GET", "/companies")["companies"]:
        headers = {"x-apideck-company-id": company["id"]}
        rows = practice.wide.ok("GET", "/contacts", headers=headers)["contacts"]
        found[company["name"]] = [row["contact_name"] for row in rows]
    assert {"Asha Stores": ["Of Asha Stores"], "Zubin Mills": ["Of Zubin Mills"]} == found
