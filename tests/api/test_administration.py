"""What has no public endpoint and is done in Python: every call of `api.md` §4.0."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore import errors
from finzcore.api import Request, Response
from finzcore.books.history import EVENTS
from finzcore.testing import Call, FrozenClock

KARNATAKA = "29AAACN1234F1ZT"
MAHARASHTRA = "27AAPFU0939F1ZV"
UNKNOWN_ORG = "00000000-0000-8000-8000-000000000000"


def told(engine: finzcore.Engine, org: finzcore.Org) -> list[dict[str, Any]]:
    with engine.store.read(org._key) as session:
        return session.find(EVENTS, ascending=True)


def last(engine: finzcore.Engine, org: finzcore.Org) -> tuple[str, str, Any]:
    event = told(engine, org)[-1]
    return event["action"], event["source"], json.loads(event["changes"] or "null")


def refused(kind: type[errors.FinzError], field: str | None, call: Any, *args: Any, **fields: Any) -> None:
    with pytest.raises(kind) as caught:
        call(*args, **fields)
    assert field == caught.value.field


# ----- organisations -----


def test_an_organisation_is_settled_in(engine: finzcore.Engine) -> None:
    org = engine.create_org(
        name=" Acme Traders ", state="in-ka", gstin=KARNATAKA.lower(), legal_name="Acme LLP"
    )
    assert {
        "organization_id": org.org_id,
        "name": "Acme Traders",
        "legal_name": "Acme LLP",
        "state": "IN-KA",
        "gstin": KARNATAKA,
        "is_sandbox": False,
    } == org.profile
    (branch,) = org.branches.list()
    assert ("HQ", "Head Office", "IN-KA", KARNATAKA, "INV-", "BILL-", True) == tuple(
        branch[name]
        for name in ("code", "name", "state", "gstin", "invoice_prefix", "bill_prefix", "is_default")
    )
    assert (39, 17, 1) == (len(org.accounts.list()), len(org.taxes.list()), len(org.currencies.list()))
    assert ["ORGANISATION_CREATED", "MEMBERSHIP_ADDED"] == [one["action"] for one in told(engine, org)]
    assert {"DASHBOARD"} == {one["source"] for one in told(engine, org)}
    assert {None} == {one["event_type"] for one in told(engine, org)}


def test_organisations_are_found_again(engine: finzcore.Engine) -> None:
    orgs = [engine.create_org(name=name, state="IN-KA") for name in ("A", "B", "C")]
    assert [org.org_id for org in orgs] == [org.org_id for org in engine.orgs()]
    assert "B" == engine.org(orgs[1].org_id).profile["name"]
    for wrong in (UNKNOWN_ORG, "acme", ""):
        refused(errors.NotFound, "org_id", engine.org, wrong)


@pytest.mark.parametrize(
    ("fields", "kind", "field"),
    [
        ({"name": " "}, errors.RequiredField, "name"),
        ({"name": "x" * 201}, errors.RuleBroken, "name"),
        ({"state": "IN-XX"}, errors.RuleBroken, "state"),
        ({"state": "OVERSEAS"}, errors.RuleBroken, "state"),
        ({"gstin": "29AAACN1234F1Z"}, errors.RuleBroken, "gstin"),
        ({"gstin": MAHARASHTRA}, errors.RuleBroken, "gstin"),
        (
            {"gstin": "29AAACN1234F1ZX", "preferences": {"validateGstinChecksum": True}},
            errors.RuleBroken,
            "gstin",
        ),
        ({"preferences": {"colour": "red"}}, errors.RuleBroken, "preferences.colour"),
        ({"preferences": {"roundingMethod": "sideways"}}, errors.RuleBroken, "preferences.roundingMethod"),
        ({"owner_user_id": "usr_1"}, errors.NotFound, "user_id"),
        ({"owner_user_id": "usr_" + "0" * 32}, errors.NotFound, "user_id"),
    ],
)
def test_an_organisation_that_will_not_do_leaves_nothing(
    engine: finzcore.Engine, fields: dict[str, Any], kind: type[errors.FinzError], field: str
) -> None:
    refused(kind, field, engine.create_org, **{"name": "Acme", "state": "IN-KA", **fields})
    assert [] == engine.orgs()


def test_the_owner_is_the_first_admin(engine: finzcore.Engine) -> None:
    uma = engine.create_user(name="Uma", email="uma@acme.example")
    assert uma.user_id.startswith("usr_")
    org = engine.create_org(name="Acme", state="IN-KA", owner_user_id=uma.user_id)
    call = Call(engine, engine.mint_pat(org_id=org.org_id).token)
    assert uma.user_id == call.ok("GET", "/whoami")["token"]["user_id"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_user_has_a_name(engine: finzcore.Engine, name: str) -> None:
    refused(errors.RuleBroken, "name", engine.create_user, name=name)


def test_what_is_done_in_the_name_of_a_user_is_recorded_so(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    uma = engine.create_user(name="Uma")
    engine.org(acme.org_id, user_id=uma.user_id).add_cost_center("Plant")
    acme.add_cost_center("Office")
    users = [event["user_id"] for event in told(engine, acme)[-2:]]
    assert [False, True] == [user is None for user in users]
    refused(errors.NotFound, "user_id", engine.org, acme.org_id, user_id="uma")


# ----- memberships -----


def test_a_member_reaches_an_organisation_until_the_membership_ends(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    uma = engine.create_user(name="Uma")
    wide = Call(engine, engine.mint_pat(user_id=uma.user_id).token)
    path = f"/contacts?organization_id={acme.org_id}"
    assert (403, "auth.no_membership", "organization_id") == wide.refused("GET", path)
    engine.add_membership(acme.org_id, uma.user_id)
    role = {"role": {"old": None, "new": "MEMBER"}}
    assert ("MEMBERSHIP_ADDED", "DASHBOARD", role) == last(engine, acme)
    assert 200 == wide("GET", path).status
    bound = Call(engine, engine.mint_pat(org_id=acme.org_id, user_id=uma.user_id).token)
    assert 200 == bound("GET", "/contacts").status
    engine.remove_membership(acme.org_id, uma.user_id)
    assert "MEMBERSHIP_REMOVED" == last(engine, acme)[0]
    assert (403, "auth.no_membership", "organization_id") == wide.refused("GET", path)
    assert (401, "auth.revoked_token", None) == bound.refused("GET", "/contacts")
    refused(errors.NotFound, "user_id", engine.remove_membership, acme.org_id, uma.user_id)
    refused(errors.NoMembership, "user_id", engine.mint_pat, org_id=acme.org_id, user_id=uma.user_id)
    engine.add_membership(acme.org_id, uma.user_id, role="ADMIN")
    assert 200 == wide("GET", path).status
    assert (401, "auth.revoked_token", None) == bound.refused("GET", "/contacts")


def test_a_membership_needs_a_known_role_user_and_organisation(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    uma = engine.create_user(name="Uma").user_id
    refused(errors.RuleBroken, "role", engine.add_membership, acme.org_id, uma, role="OWNER")
    refused(errors.NotFound, "user_id", engine.add_membership, acme.org_id, "usr_" + "0" * 32)
    refused(errors.NotFound, "user_id", engine.add_membership, acme.org_id, "nobody")
    refused(errors.NotFound, "org_id", engine.add_membership, UNKNOWN_ORG, uma)
    refused(errors.NotFound, "user_id", engine.remove_membership, acme.org_id, uma)


# ----- tokens -----


def test_a_token_is_shown_once_and_listed_without_its_secret(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    minted = engine.mint_pat(org_id=acme.org_id, scopes=["AIBooks.items.READ"])
    assert (49, True) == (len(minted.token), minted.token.startswith("aibk_pat_"))
    assert f"{minted.token[:17]}…" == minted.label
    assert minted.token not in repr(minted)
    (shown,) = engine.tokens(org_id=acme.org_id)
    user = shown.pop("user_id")
    assert user.startswith("usr_")
    assert {
        "token_id": minted.token_id,
        "kind": "pat",
        "label": minted.label,
        "org_id": acme.org_id,
        "scopes": ["AIBooks.items.READ"],
        "tier": "DEFAULT",
        "is_sandbox": False,
        "expires_at": None,
        "revoked_at": None,
    } == {name: value for name, value in shown.items() if name != "created_time"}
    action, source, changes = last(engine, acme)
    assert ("TOKEN_CREATED", "DASHBOARD") == (action, source)
    assert minted.token not in json.dumps(changes)
    assert [shown | {"user_id": user}] == engine.tokens(user_id=user)


def test_tokens_are_listed_by_organisation_and_by_user(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    uma = engine.create_user(name="Uma").user_id
    engine.add_membership(acme.org_id, uma)
    other = engine.create_org(name="Bharat Mills", state="IN-MH")
    first = engine.mint_pat(org_id=acme.org_id).token_id
    second = engine.mint_pat(org_id=acme.org_id, user_id=uma, label="till").token_id
    third = engine.mint_pat(user_id=uma).token_id
    fourth = engine.mint_pat(org_id=other.org_id).token_id
    assert [first, second, third, fourth] == [one["token_id"] for one in engine.tokens()]
    assert [first, second] == [one["token_id"] for one in engine.tokens(org_id=acme.org_id)]
    assert [second, third] == [one["token_id"] for one in engine.tokens(user_id=uma)]
    both = engine.tokens(org_id=acme.org_id, user_id=uma)
    assert [(second, "till")] == [(one["token_id"], one["label"]) for one in both]
    assert [None] == [one["org_id"] for one in engine.tokens(user_id=uma) if one["token_id"] == third]


@pytest.mark.parametrize(
    ("fields", "kind", "field"),
    [
        ({"scopes": []}, errors.RequiredField, "scopes"),
        ({"scopes": ["AIBooks.items.WRITE"]}, errors.RuleBroken, "scopes"),
        ({"scopes": ["aibooks.items.read"]}, errors.RuleBroken, "scopes"),
        ({"user_id": "usr_1"}, errors.NotFound, "user_id"),
        ({"user_id": "usr_" + "0" * 32}, errors.NotFound, "user_id"),
        ({"sandbox": True}, errors.RuleBroken, "sandbox"),
        ({"org_id": UNKNOWN_ORG}, errors.NotFound, "org_id"),
        ({"org_id": None}, errors.RuleBroken, "user_id"),
        ({"org_id": None, "user_id": "usr_" + "0" * 32}, errors.NotFound, "user_id"),
    ],
)
def test_a_token_that_will_not_do_is_not_minted(
    engine: finzcore.Engine,
    acme: finzcore.Org,
    fields: dict[str, Any],
    kind: type[errors.FinzError],
    field: str,
) -> None:
    refused(kind, field, engine.mint_pat, **{"org_id": acme.org_id, **fields})
    assert [] == engine.tokens()


def test_sandbox_tokens_and_sandbox_organisations_keep_to_themselves(engine: finzcore.Engine) -> None:
    uma = engine.create_user(name="Uma").user_id
    live = engine.create_org(name="Live", state="IN-KA", owner_user_id=uma)
    sandbox = engine.create_org(name="Sand", state="IN-KA", is_sandbox=True, owner_user_id=uma)
    refused(errors.RuleBroken, "sandbox", engine.mint_pat, org_id=sandbox.org_id)
    token = engine.mint_pat(org_id=sandbox.org_id, sandbox=True).token
    assert token.startswith("aibk_pat_test_")
    assert 200 == Call(engine, token)("GET", "/items").status
    for is_sandbox, own, other in ((True, sandbox, live), (False, live, sandbox)):
        call = Call(engine, engine.mint_pat(user_id=uma, sandbox=is_sandbox).token)
        assert 200 == call("GET", f"/items?organization_id={own.org_id}").status
        refusal = call.refused("GET", f"/items?organization_id={other.org_id}")
        assert (403, "auth.no_membership", "organization_id") == refusal


def test_a_token_ends_when_it_expires_or_is_revoked(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    until = dt.datetime(2026, 5, 19, 11, 30, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
    short = Call(engine, engine.mint_pat(org_id=acme.org_id, expires_at=until).token)
    minted = engine.mint_pat(org_id=acme.org_id)
    call = Call(engine, minted.token)
    clock.set("2026-05-19T05:59:59+00:00")
    assert 200 == short("GET", "/items").status
    clock.set("2026-05-19T06:00:00+00:00")
    assert (401, "auth.expired_token", None) == short.refused("GET", "/items")
    engine.revoke_token(minted.token_id)
    assert ("TOKEN_UPDATED", "DASHBOARD") == last(engine, acme)[:2]
    assert (401, "auth.revoked_token", None) == call.refused("GET", "/items")
    uma = engine.create_user(name="Uma").user_id
    wide = engine.mint_pat(user_id=uma)
    engine.revoke_token(wide.token_id)
    assert (401, "auth.revoked_token", None) == Call(engine, wide.token).refused("GET", "/whoami")
    for wrong in (UNKNOWN_ORG, "x"):
        refused(errors.NotFound, "token_id", engine.revoke_token, wrong)
        refused(errors.NotFound, "token_id", engine.set_tier, wrong, "PARTNER")


def test_a_tier_is_given_by_an_administrator(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    minted = engine.mint_pat(org_id=acme.org_id)
    call = Call(engine, minted.token)
    assert "600" == call("GET", "/items").header("x-ratelimit-limit")
    engine.set_tier(minted.token_id, "PARTNER")
    assert ("TOKEN_UPDATED", "DASHBOARD", {"tier": {"old": "DEFAULT", "new": "PARTNER"}}) == last(
        engine, acme
    )
    assert "3000" == call("GET", "/items").header("x-ratelimit-limit")
    refused(errors.RuleBroken, "tier", engine.set_tier, minted.token_id, "GOLD")


# ----- branches -----


def test_a_branch_takes_its_prefixes_from_its_code(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    branch = acme.create_branch(
        code="mum", name="Mumbai", state="in-mh", gstin=MAHARASHTRA.lower(), city="Mumbai"
    )
    assert branch.pop("branch_id").startswith("br_")
    assert {
        "code": "MUM",
        "name": "Mumbai",
        "gstin": MAHARASHTRA,
        "state": "IN-MH",
        "city": "Mumbai",
        "is_default": False,
        "invoice_prefix": "MUM-",
        "bill_prefix": "MUMB-",
        "is_active": True,
    } == branch
    assert ("BRANCH_CREATED", "DASHBOARD", None) == last(engine, acme)
    assert told(engine, acme)[-1]["event_type"] is None


def test_a_branch_may_have_prefixes_of_its_own(acme: finzcore.Org) -> None:
    branch = acme.create_branch(code="P", name="Pune", state="IN-MH", invoice_prefix="pn/", bill_prefix="PB-")
    assert ("PN/", "PB-") == (branch["invoice_prefix"], branch["bill_prefix"])


@pytest.mark.parametrize(
    ("fields", "kind", "field"),
    [
        ({"code": ""}, errors.RequiredField, "code"),
        ({"code": "LONGER"}, errors.RuleBroken, "code"),
        ({"code": "A-B"}, errors.RuleBroken, "code"),
        ({"code": "0A"}, errors.RuleBroken, "code"),
        ({"code": "hq"}, errors.Duplicate, "code"),
        ({"name": " "}, errors.RequiredField, "name"),
        ({"state": "IN-XX"}, errors.RuleBroken, "state"),
        ({"state": "OVERSEAS"}, errors.RuleBroken, "state"),
        ({"gstin": "27AAPFU0939F1Z"}, errors.RuleBroken, "gstin"),
        ({"gstin": KARNATAKA}, errors.RuleBroken, "gstin"),
        ({"pin": "012345"}, errors.RuleBroken, "pin"),
        ({"invoice_prefix": "TOO-LONG"}, errors.RuleBroken, "invoice_prefix"),
        ({"invoice_prefix": "A B"}, errors.RuleBroken, "invoice_prefix"),
        ({"bill_prefix": "-A"}, errors.RuleBroken, "bill_prefix"),
        ({"invoice_prefix": "inv-"}, errors.Duplicate, "invoice_prefix"),
        ({"bill_prefix": "BILL-"}, errors.Duplicate, "bill_prefix"),
        ({"address": "x" * 501}, errors.RuleBroken, "address"),
    ],
)
def test_a_branch_that_will_not_do_is_not_opened(
    acme: finzcore.Org, fields: dict[str, Any], kind: type[errors.FinzError], field: str
) -> None:
    refused(kind, field, acme.create_branch, **{"code": "MUM", "name": "Mumbai", "state": "IN-MH", **fields})
    assert 1 == len(acme.branches.list(active_only=False))


def test_a_prefix_belongs_to_one_branch_of_a_gstin(engine: finzcore.Engine) -> None:
    org = engine.create_org(name="Acme", state="IN-KA", gstin=KARNATAKA)
    same = {"name": "Mysuru", "state": "IN-KA", "gstin": KARNATAKA, "invoice_prefix": "INV-"}
    refused(errors.Duplicate, "invoice_prefix", org.create_branch, code="MYS", **same)
    mumbai = org.create_branch(
        code="MUM",
        name="Mumbai",
        state="IN-MH",
        gstin=MAHARASHTRA,
        invoice_prefix="INV-",
        bill_prefix="BILL-",
    )
    assert ("INV-", "BILL-") == (mumbai["invoice_prefix"], mumbai["bill_prefix"])


def test_a_branch_has_an_address_from_some_day_on(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    (office,) = acme.branches.list()
    key = office["branch_id"]
    said = acme.update_branch(key, address="12 Market Road", city="Bengaluru", pin="560053")
    assert "Bengaluru" == said["city"]
    changes = {
        "address": {"old": None, "new": "12 Market Road"},
        "city": {"old": None, "new": "Bengaluru"},
        "pin": {"old": None, "new": "560053"},
    }
    kind, source, told_of = last(engine, acme)
    assert ("BRANCH_UPDATED", "DASHBOARD", changes) == (kind, source, told_of)
    count = len(told(engine, acme))
    assert "Bengaluru" == acme.update_branch(key, city="Bengaluru")["city"]
    assert count == len(told(engine, acme))
    refused(errors.RuleBroken, "pin", acme.update_branch, key, pin="5600")
    refused(errors.NotFound, "branch_id", acme.update_branch, "br_1", city="x")


def test_a_bank_account_is_kept_at_a_bank(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    bank = acme.account_id("1020")
    acme.update_account(
        bank, bank_name="HDFC Bank", account_number="501", ifsc="hdfc0001234", upi_id="a@hdfc"
    )
    kind, source, changes = last(engine, acme)
    assert ("ACCOUNT_UPDATED", "DASHBOARD") == (kind, source)
    assert {"old": None, "new": "HDFC0001234"} == changes["ifsc"]
    refused(errors.RuleBroken, "account_id", acme.update_account, acme.account_id("1010"), bank_name="x")
    refused(errors.RuleBroken, "ifsc", acme.update_account, bank, ifsc="HDFC")


def test_a_branch_is_closed_and_reopened(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    key = acme.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    assert acme.set_branch_active(key, False)["is_active"] is False
    closed = {"is_active": {"old": True, "new": False}}
    assert ("BRANCH_UPDATED", "DASHBOARD", closed) == last(engine, acme)
    count = len(told(engine, acme))
    acme.set_branch_active(key, False)
    assert count == len(told(engine, acme))
    assert acme.set_branch_active(key, True)["is_active"] is True
    default = acme.branches.list()[0]["branch_id"]
    refused(errors.RuleBroken, "active", acme.set_branch_active, default, False)
    refused(errors.NotFound, "branch_id", acme.set_branch_active, "br_1", False)


# ----- accounts -----


def test_an_account_joins_the_chart(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    acme.enable_currency("USD")
    parent = acme.account_id("1020")
    account = acme.create_account(
        code="1021", name="HDFC", account_type="bank", parent_id=parent, description="Main",
        currency_code="usd", bank_name="HDFC Bank", account_number="50100012345678", ifsc="HDFC0001234",
        upi_id="acme@hdfc",
    )  # fmt: skip
    assert account.pop("account_id") == acme.account_id("1021") == acme.account_id("HDFC")
    assert {
        "code": "1021",
        "name": "HDFC",
        "account_type": "BANK",
        "parent_id": parent,
        "description": "Main",
        "current_balance": Decimal("0.00"),
        "currency_code": "USD",
        "is_active": True,
        "is_system": False,
    } == account
    assert ("ACCOUNT_CREATED", "DASHBOARD", None) == last(engine, acme)


@pytest.mark.parametrize(
    ("fields", "kind", "field"),
    [
        ({"code": " "}, errors.RequiredField, "code"),
        ({"code": "1 020"}, errors.RuleBroken, "code"),
        ({"code": "1010"}, errors.Duplicate, "code"),
        ({"name": ""}, errors.RequiredField, "name"),
        ({"account_type": "MONEY"}, errors.RuleBroken, "account_type"),
        ({"account_type": ""}, errors.RequiredField, "account_type"),
        ({"parent_id": "acc_1"}, errors.NotFound, "parent_id"),
        ({"currency_code": "USD"}, errors.RuleBroken, "currency_code"),
        ({"ifsc": "HDFC1001234"}, errors.RuleBroken, "ifsc"),
        ({"description": "x" * 501}, errors.RuleBroken, "description"),
    ],
)
def test_an_account_that_will_not_do_is_not_made(
    acme: finzcore.Org, fields: dict[str, Any], kind: type[errors.FinzError], field: str
) -> None:
    given_ = {"code": "1021", "name": "HDFC", "account_type": "BANK", **fields}
    refused(kind, field, acme.create_account, **given_)
    assert 39 == len(acme.accounts.list())


def test_an_account_stands_under_its_own_class(acme: finzcore.Org) -> None:
    given_ = {"code": "4100", "name": "Scrap", "account_type": "SALES"}
    refused(errors.RuleBroken, "parent_id", acme.create_account, **given_, parent_id=acme.account_id("1010"))
    closed = acme.create_account(code="4200", name="Old", account_type="INCOME")["account_id"]
    acme.set_account_active(closed, False)
    refused(errors.NotFound, "parent_id", acme.create_account, **given_, parent_id=closed)


def test_a_parent_of_another_organisation_is_a_typo(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    theirs = engine.create_org(name="Bharat Mills", state="IN-MH").account_id("1010")
    given_ = {"code": "1021", "name": "HDFC", "account_type": "BANK", "parent_id": theirs}
    refused(errors.NotFound, "parent_id", acme.create_account, **given_)


def test_an_account_is_closed_and_reopened(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    key = acme.account_id("6010")
    assert acme.set_account_active(key, False)["is_active"] is False
    closed = {"is_active": {"old": True, "new": False}}
    assert ("ACCOUNT_UPDATED", "DASHBOARD", closed) == last(engine, acme)
    count = len(told(engine, acme))
    acme.set_account_active(key, False)
    assert count == len(told(engine, acme))
    assert acme.set_account_active(key, True)["is_active"] is True
    refused(errors.NotFound, "account_id", acme.set_account_active, "acc_1", True)


@pytest.mark.parametrize("code", ["1040", "2010", "4040", "3030"])
def test_an_account_that_postings_rely_on_stays_open(acme: finzcore.Org, code: str) -> None:
    refused(errors.RuleBroken, "active", acme.set_account_active, acme.account_id(code), False)


@pytest.mark.parametrize("code", ["1010", "1020", "3010"])
def test_bank_and_cash_may_be_closed(acme: finzcore.Org, code: str) -> None:
    assert acme.set_account_active(acme.account_id(code), False)["is_active"] is False


# ----- taxes, currencies, rates, cost centres, salespersons -----


def test_a_tax_row_is_added(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    tax = acme.create_tax(
        name="GST 1.5%", shape="intra_state", cgst=Decimal("0.75"), sgst="0.75", igst="1.5",
        valid_from=dt.date(2026, 4, 1), valid_to="2027-03-31",
    )  # fmt: skip
    assert tax.pop("tax_id") == acme.tax_id("GST 1.5%")
    assert {
        "name": "GST 1.5%",
        "shape": "INTRA_STATE",
        "cgst": Decimal("0.75"),
        "sgst": Decimal("0.75"),
        "igst": Decimal("1.5"),
        "cess": 0,
        "is_active": True,
        "valid_from": "2026-04-01",
        "valid_to": "2027-03-31",
    } == tax
    assert ("TAX_CREATED", "DASHBOARD", None) == last(engine, acme)


@pytest.mark.parametrize(
    ("fields", "kind", "field"),
    [
        ({"name": ""}, errors.RequiredField, "name"),
        ({"name": "GST 18%"}, errors.Duplicate, "name"),
        ({"shape": "SQUARE"}, errors.RuleBroken, "shape"),
        ({"cgst": 9, "sgst": 9, "igst": 17}, errors.RuleBroken, "igst"),
        ({"cgst": 9, "sgst": 8, "igst": 18}, errors.RuleBroken, "sgst"),
        ({"cgst": -9}, errors.RuleBroken, "cgst"),
        ({"cgst": "9.0000001"}, errors.RuleBroken, "cgst"),
        ({"shape": "EXEMPT", "cgst": 9, "sgst": 9, "igst": 18}, errors.RuleBroken, "cgst"),
        ({"valid_from": "2026-04-31"}, errors.RuleBroken, "valid_from"),
        ({"valid_from": "2026-04-01", "valid_to": "2026-03-31"}, errors.RuleBroken, "valid_to"),
    ],
)
def test_a_tax_row_that_will_not_do_is_not_added(
    acme: finzcore.Org, fields: dict[str, Any], kind: type[errors.FinzError], field: str
) -> None:
    refused(kind, field, acme.create_tax, **{"name": "GST 6%", "shape": "INTRA_STATE", **fields})
    assert 17 == len(acme.taxes.list())


def test_a_currency_is_enabled_once(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    assert "US Dollar" == acme.enable_currency("usd")["name"]
    assert ("CURRENCY_CREATED", "DASHBOARD", None) == last(engine, acme)
    for code, kind in [
        ("USD", errors.Duplicate),
        ("INR", errors.Duplicate),
        ("JPY", errors.RuleBroken),
        ("US", errors.RuleBroken),
        ("", errors.RequiredField),
    ]:
        refused(kind, "currency_code", acme.enable_currency, code)


@pytest.mark.parametrize(
    ("fields", "kind", "field"),
    [
        ({"from_currency": ""}, errors.RequiredField, "from_currency"),
        ({"from_currency": "DOLLAR"}, errors.RuleBroken, "from_currency"),
        ({"from_currency": "INR"}, errors.RuleBroken, "from_currency"),
        ({"to_currency": "R"}, errors.RuleBroken, "to_currency"),
        ({"rate": 0}, errors.RuleBroken, "rate"),
        ({"rate": -1}, errors.RuleBroken, "rate"),
        ({"rate": "83.123456789"}, errors.RuleBroken, "rate"),
        ({"rate": True}, errors.RuleBroken, "rate"),
        ({"rate_date": "19-05-2026"}, errors.RuleBroken, "rate_date"),
        ({"rate_date": ""}, errors.RequiredField, "rate_date"),
        ({"source": "x" * 41}, errors.RuleBroken, "source"),
    ],
)
def test_a_rate_that_will_not_do_is_not_kept(
    acme: finzcore.Org, fields: dict[str, Any], kind: type[errors.FinzError], field: str
) -> None:
    given_ = {"from_currency": "USD", "rate": 83, "rate_date": "2026-05-19", **fields}
    refused(kind, field, acme.add_exchange_rate, **given_)
    assert 0 == len(acme.exchange_rates.list())


def test_a_rate_is_never_a_float(acme: finzcore.Org) -> None:
    with pytest.raises(TypeError):
        acme.add_exchange_rate(from_currency="USD", rate=83.5, rate_date="2026-05-19")  # type: ignore[arg-type]


def test_rates_cost_centres_and_salespersons_write_history(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    acme.add_exchange_rate(from_currency="USD", rate=83, rate_date="2026-05-19")
    acme.add_cost_center("Plant")
    acme.add_salesperson("Uma")
    events = told(engine, acme)[-3:]
    words = ["EXCHANGE_RATE_CREATED", "COST_CENTER_CREATED", "SALESPERSON_CREATED"]
    assert words == [event["action"] for event in events]
    assert ["USD", "Plant", "Uma"] == [event["entity_ref"] for event in events]
    assert {None} == {event["event_type"] for event in events}


def test_cost_centres_and_salespersons_that_will_not_do(acme: finzcore.Org) -> None:
    acme.add_cost_center("Plant")
    refused(errors.Duplicate, "name", acme.add_cost_center, " Plant ")
    refused(errors.RequiredField, "name", acme.add_cost_center, "")
    refused(errors.RuleBroken, "name", acme.add_cost_center, "x" * 101)
    refused(errors.RequiredField, "name", acme.add_salesperson, " ")
    refused(errors.RuleBroken, "email", acme.add_salesperson, "Uma", email="uma")
    assert acme.add_salesperson("Uma")["salesperson_id"] != acme.add_salesperson("Uma")["salesperson_id"]


def test_names_lead_to_ids(acme: finzcore.Org) -> None:
    assert acme.account_id("1010") == acme.account_id("Cash in Hand")
    assert acme.tax_id("GST 18%").startswith("tx_")
    with pytest.raises(errors.NotFound):
        acme.account_id("9999")
    with pytest.raises(errors.NotFound):
        acme.tax_id("GST 19%")


# ----- preferences -----

DEFAULTS = {
    "roundInvoiceTotals": False,
    "roundBillTotals": False,
    "roundingMethod": "nearest",
    "taxRounding": "paise",
    "taxRoundingLevel": "line",
    "tdsRounding": "paise",
    "validateGstinChecksum": False,
    "exportsUnderLut": False,
    "pdfTemplate": "classic",
    "financialYearStartMonth": 4,
}


def test_preferences_have_defaults_and_merge(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    assert DEFAULTS == acme.preferences
    after = acme.set_preferences(roundInvoiceTotals=True, roundingMethod="up")
    assert DEFAULTS | {"roundInvoiceTotals": True, "roundingMethod": "up"} == after == acme.preferences
    changes = {
        "roundInvoiceTotals": {"old": False, "new": True},
        "roundingMethod": {"old": "nearest", "new": "up"},
    }
    assert ("ORGANISATION_UPDATED", "DASHBOARD", changes) == last(engine, acme)
    count = len(told(engine, acme))
    acme.set_preferences(roundingMethod="up")
    assert count == len(told(engine, acme))


def test_an_organisation_may_begin_with_preferences(engine: finzcore.Engine) -> None:
    org = engine.create_org(name="A", state="IN-KA", preferences={"exportsUnderLut": True})
    assert DEFAULTS | {"exportsUnderLut": True} == org.preferences


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("roundInvoiceTotals", "yes"),
        ("roundInvoiceTotals", 1),
        ("roundBillTotals", None),
        ("roundingMethod", "NEAREST"),
        ("taxRounding", "annas"),
        ("taxRoundingLevel", "document"),
        ("tdsRounding", "down"),
        ("pdfTemplate", "baroque"),
        ("financialYearStartMonth", 1),
        ("financialYearStartMonth", "4"),
        ("colour", "red"),
    ],
)
def test_a_preference_that_is_not_offered_is_refused(acme: finzcore.Org, name: str, value: Any) -> None:
    refused(errors.RuleBroken, f"preferences.{name}", acme.set_preferences, **{name: value})
    assert DEFAULTS == acme.preferences


def put(
    engine: finzcore.Engine, org_id: str, body: Any, user: str | None = None, method: str = "PUT"
) -> Response:
    path = f"/api-py/api/v1/organisations/{org_id}/preferences"
    context = {} if user is None else {"session_user_id": user}
    return engine.handle(Request(method, path, body=json.dumps(body).encode(), context=context))


def test_an_admin_puts_preferences_over_the_wire(engine: finzcore.Engine) -> None:
    uma = engine.create_user(name="Uma").user_id
    org = engine.create_org(name="Acme", state="IN-KA", owner_user_id=uma)
    answer = put(engine, org.org_id, {"preferences": {"roundInvoiceTotals": True}}, uma)
    assert 200 == answer.status
    assert {
        "code": 0,
        "message": "success",
        "preferences": DEFAULTS | {"roundInvoiceTotals": True},
    } == answer.json()
    event = told(engine, org)[-1]
    assert ("ORGANISATION_UPDATED", "DASHBOARD") == (event["action"], event["source"])
    assert event["user_id"] is not None
    assert answer.header("x-request-id") == event["request_id"]


def test_nobody_else_puts_preferences(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    uma = engine.create_user(name="Uma").user_id
    elsewhere = engine.create_org(name="Other", state="IN-KA", owner_user_id=uma)
    body = {"preferences": {"roundInvoiceTotals": True}}
    engine.add_membership(acme.org_id, engine.create_user(name="Admin").user_id, role="ADMIN")
    for user in (None, uma, "usr_1", ""):
        said = put(engine, acme.org_id, body, user)
        assert (403, "auth.insufficient_scope") == (said.status, said.json()["code"])
    engine.add_membership(acme.org_id, uma, role="MEMBER")
    assert 403 == put(engine, acme.org_id, body, uma).status
    engine.add_membership(acme.org_id, uma, role="ADMIN")
    assert 200 == put(engine, acme.org_id, body, uma).status
    engine.remove_membership(acme.org_id, uma)
    assert 403 == put(engine, acme.org_id, body, uma).status
    assert 200 == put(engine, elsewhere.org_id, body, uma).status
    assert 403 == put(engine, UNKNOWN_ORG, body, uma).status


def test_a_token_does_not_put_preferences(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    token = engine.mint_pat(org_id=acme.org_id).token
    path = f"/api-py/api/v1/organisations/{acme.org_id}/preferences"
    headers = {"Authorization": f"Bearer {token}"}
    answer = engine.handle(Request("PUT", path, headers=headers, body=b'{"preferences":{}}'))
    assert (403, "auth.insufficient_scope") == (answer.status, answer.json()["code"])


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "validation.required_field", "preferences"),
        ({"preferences": []}, 400, "validation.invalid_value", "preferences"),
        ({"preferences": {"colour": "red"}}, 400, "validation.invalid_value", "preferences.colour"),
        ([], 422, "validation.failed", None),
    ],
)
def test_a_body_of_preferences_that_will_not_do(
    engine: finzcore.Engine, body: Any, status: int, code: str, field: str | None
) -> None:
    uma = engine.create_user(name="Uma").user_id
    org = engine.create_org(name="Acme", state="IN-KA", owner_user_id=uma)
    answer = put(engine, org.org_id, body, uma)
    said = answer.json()
    assert (status, code, field) == (answer.status, said["code"], said.get("field"))


def test_preferences_are_put_and_nothing_else(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    answer = put(engine, acme.org_id, {}, "usr_1", method="GET")
    assert (405, "PUT") == (answer.status, answer.header("allow"))
    assert 404 == engine.handle(Request("PUT", "/api-py/api/v1/organisations/x/preferences")).status


# ----- periods -----


def test_a_period_is_locked_and_unlocked_on_record(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    assert acme.locked_through is None
    acme.lock_period(dt.date(2026, 3, 31), " Audited ")
    assert "2026-03-31" == acme.locked_through
    changes = {
        "locked_through": {"old": None, "new": "2026-03-31"},
        "reason": {"old": None, "new": "Audited"},
    }
    assert ("PERIOD_LOCKED", "DASHBOARD", changes) == last(engine, acme)
    acme.lock_period("2026-02-28", "Late bill")
    assert "2026-02-28" == acme.locked_through
    acme.lock_period(None, "Start over")
    assert acme.locked_through is None
    assert {"old": "2026-02-28", "new": None} == last(engine, acme)[2]["locked_through"]


@pytest.mark.parametrize("through", ["31-03-2026", "20260331", "2026-W13-2", "2026-02-30", "soon", ""])
def test_a_lock_needs_a_date(acme: finzcore.Org, through: str) -> None:
    refused(errors.RuleBroken, "through", acme.lock_period, through, "Audit")
    assert acme.locked_through is None


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_lock_needs_a_reason(acme: finzcore.Org, reason: str) -> None:
    refused(errors.RequiredField, "reason", acme.lock_period, "2026-03-31", reason)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(dt.date(2026, 5, 1), dt.date(2026, 6, 10)))
def test_a_lock_refuses_exactly_what_lies_on_or_before_it(acme: finzcore.Org, through: dt.date) -> None:
    acme.lock_period(through, "Audit")
    if dt.date(2026, 5, 19) <= through:
        with pytest.raises(errors.PeriodLocked) as caught:
            acme.contacts.create(contact_name="A", opening_balance=1)
        assert {"locked_through": through.isoformat()} == caught.value.details
    else:
        assert 1 == acme.contacts.create(contact_name="A", opening_balance=1)["opening_balance"]


# ----- all of it together -----


def test_administration_joins_a_transaction(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    count = len(told(engine, acme))
    with pytest.raises(RuntimeError, match="undo"), acme.transaction():
        acme.add_cost_center("Plant")
        acme.create_branch(code="MUM", name="Mumbai", state="IN-MH")
        acme.set_preferences(roundInvoiceTotals=True)
        acme.lock_period("2026-03-31", "Audit")
        assert "2026-03-31" == acme.locked_through
        raise RuntimeError("undo")
    assert ([], 1, False, None, count) == (
        list(acme.cost_centers.list()),
        len(acme.branches.list()),
        acme.preferences["roundInvoiceTotals"],
        acme.locked_through,
        len(told(engine, acme)),
    )


def test_settings_are_seen_by_every_engine_at_once(
    engine: finzcore.Engine, acme: finzcore.Org, target: str, clock: FrozenClock
) -> None:
    acme.contacts.list()
    with finzcore.open(target, clock=clock) as second:
        other = second.org(acme.org_id)
        assert 1 == len(other.branches.list())
        acme.create_branch(code="MUM", name="Mumbai", state="IN-MH")
        assert 2 == len(other.branches.list())
        other.enable_currency("USD")
    assert ["INR", "USD"] == [row["currency_code"] for row in acme.currencies.list()]
