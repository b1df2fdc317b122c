"""Expenses that are refused, each by the path of what is wrong with it (`api.md` §1.8, §4.8)."""

import pytest

import finzcore
from finzcore.testing import Call
from tests.spending import INVALID, MISSING, REQUIRED, TODAY, Body, Spender


@pytest.fixture
def spender(call: Call, acme: finzcore.Org) -> Spender:
    return Spender(call, acme)


LINE = {"amount": 100}

REFUSED: list[tuple[Body, str, str]] = [
    ({"date": None}, REQUIRED, "date"),
    ({"date": "yesterday"}, INVALID, "date"),
    ({"amount": None}, REQUIRED, "amount"),
    ({"amount": 0}, INVALID, "amount"),
    ({"amount": "-0.01"}, INVALID, "amount"),
    ({"amount": "0.001"}, INVALID, "amount"),
    ({"amount": "1000000000000.01"}, INVALID, "amount"),
    ({"amount": "much", "line_items": [LINE]}, INVALID, "amount"),
    ({"account_id": None}, REQUIRED, "account_id"),
    ({"account_id": "1010"}, INVALID, "account_id"),
    ({"account_id": "1020"}, INVALID, "account_id"),
    ({"account_id": "1040"}, INVALID, "account_id"),
    ({"account_id": "2010"}, INVALID, "account_id"),
    ({"account_id": "1040", "line_items": [LINE]}, INVALID, "account_id"),
    ({"paid_through_account_id": "6030"}, INVALID, "paid_through_account_id"),
    ({"mode": "GOLD"}, INVALID, "mode"),
    ({"reference_number": "r" * 101}, INVALID, "reference_number"),
    ({"notes": "n" * 2001}, INVALID, "notes"),
    ({"place_of_supply": "IN-XX"}, INVALID, "place_of_supply"),
    ({"is_inclusive_tax": "perhaps"}, INVALID, "is_inclusive_tax"),
    ({"is_rcm": True}, REQUIRED, "rcm_rate"),
    ({"is_rcm": True, "tax_id": "GST 18%"}, REQUIRED, "rcm_rate"),
    ({"is_rcm": True, "rcm_rate": 101}, INVALID, "rcm_rate"),
    ({"is_rcm": True, "rcm_rate": "0.000001"}, INVALID, "rcm_rate"),
    ({"is_rcm": True, "rcm_rate": "0.000001", "line_items": [LINE]}, INVALID, "rcm_rate"),
    ({"itc_blocked_reason": "because"}, INVALID, "itc_blocked_reason"),
    ({"itc_blocked_reason": "ineligible_pos"}, INVALID, "itc_blocked_reason"),
    ({"line_items": [LINE, {}]}, REQUIRED, "line_items[1].amount"),
    ({"line_items": [LINE, {"amount": 0}]}, INVALID, "line_items[1].amount"),
    ({"line_items": [LINE, {"amount": -1}]}, INVALID, "line_items[1].amount"),
    ({"line_items": [LINE], "account_id": None}, REQUIRED, "line_items[0].account_id"),
    ({"line_items": [LINE, LINE | {"account_id": "1020"}]}, INVALID, "line_items[1].account_id"),
    ({"line_items": [LINE | {"note": "n" * 501}]}, INVALID, "line_items[0].note"),
    ({"line_items": [{"amount": 10**12}] * 11}, INVALID, "line_items"),
]


@pytest.mark.parametrize(("more", "code", "field"), REFUSED)
def test_what_will_not_do_is_refused_by_its_field(
    spender: Spender, more: Body, code: str, field: str
) -> None:
    assert (400, code, field) == spender.refused(**more)
    assert [] == spender.events()
    expense = spender.spend()
    assert (400, code, field) == spender.put_refused(expense, **more)
    assert expense == spender.again(expense)
    assert [] == spender.org._engine.verify()


def test_an_amount_that_is_less_than_the_tax_in_it_is_refused_by_its_name(spender: Spender) -> None:
    spender.org.set_preferences(taxRounding="rupee")
    tobacco = {"name": "Tobacco", "shape": "INTRA_STATE", "cgst": 9, "sgst": 9, "igst": 18, "cess": 200}
    more = {"tax_id": spender.org.create_tax(**tobacco)["tax_id"], "is_inclusive_tax": True}
    # Of 0.90, 200 parts in 318 are a cess of 0.57, in whole rupees 1.00.
    assert (400, INVALID, "amount") == spender.refused(amount="0.90", **more)
    lines = [{"amount": 500}, {"amount": "0.90"}]
    assert (400, INVALID, "line_items[1].amount") == spender.refused(line_items=lines, **more)


def test_every_problem_of_a_body_is_named_at_once(spender: Spender, call: Call) -> None:
    said = call("POST", "/expenses", {"is_rcm": True, "mode": "GOLD", "line_items": [{"amount": 1}]}).json()
    assert [
        (REQUIRED, "date"),
        (REQUIRED, "rcm_rate"),
        (REQUIRED, "line_items[0].account_id"),
        (INVALID, "mode"),
    ] == [(fault["code"], fault["field"]) for fault in said["details"]["errors"]]


def test_too_many_lines_are_refused(spender: Spender) -> None:
    assert "line_items" == spender.refused(line_items=[LINE] * 501)[2]


# ----- ids of nobody here -----

IDS = {
    "account_id": "acc_",
    "paid_through_account_id": "acc_",
    "bank_account_id": "acc_",
    "vendor_id": "ct_",
    "contact_id": "ct_",
    "tax_id": "tx_",
    "branch_id": "br_",
}


@pytest.mark.parametrize("stray", ["nobody", "{prefix}1", "{prefix}" + "0" * 32])
@pytest.mark.parametrize("field", IDS)
def test_an_id_of_nobody_is_not_found_where_it_stands(
    spender: Spender, call: Call, field: str, stray: str
) -> None:
    sent = stray.format(prefix=IDS[field])
    body = {name: value for name, value in spender.body().items() if name != "paid_through_account_id"}
    assert (404, MISSING, field) == call.refused("POST", "/expenses", body | {field: sent})
    path = f"/expenses/{spender.spend()['expense_id']}"
    assert (404, MISSING, field) == call.refused("PUT", path, {field: sent})


@pytest.mark.parametrize("field", ["account_id", "tax_id"])
def test_an_id_of_nobody_on_a_line_is_not_found_where_it_stands(spender: Spender, field: str) -> None:
    lines = [LINE, LINE | {field: IDS[field] + "0" * 32}]
    assert (404, MISSING, f"line_items[1].{field}") == spender.refused(line_items=lines)
    assert (404, MISSING, f"line_items[1].{field}") == spender.put_refused(spender.spend(), line_items=lines)


def test_a_cost_centre_of_nobody_is_not_found_where_it_stands(spender: Spender) -> None:
    known = spender.org.add_cost_center("North")["cost_center_id"]
    assert (404, MISSING, "tags[1]") == spender.refused(tags=[known, "cc_" + "0" * 32])


def test_what_is_anothers_is_like_what_never_was(
    spender: Spender, call: Call, engine: finzcore.Engine
) -> None:
    other = engine.create_org(name="Beta", state="IN-KA")
    theirs = {
        "account_id": other.account_id("6030"),
        "vendor_id": other.contacts.create(contact_name="Bose", contact_type="VENDOR")["contact_id"],
        "tax_id": other.tax_id("GST 18%"),
        "branch_id": other.branches.list()[0]["branch_id"],
    }
    for field, shown in theirs.items():
        answer = call("POST", "/expenses", spender.body() | {field: shown})
        never = call("POST", "/expenses", spender.body() | {field: IDS[field] + "0" * 32})
        assert (404, field) == (answer.status, answer.json()["field"])
        assert answer.json()["message"] == never.json()["message"].replace(IDS[field] + "0" * 32, shown)
    expense = other.expenses.create(date=TODAY, account_id=theirs["account_id"], amount=5)["expense_id"]
    for method, body in (("GET", None), ("PUT", {"amount": 1}), ("DELETE", None)):
        assert (404, MISSING, "expense_id") == call.refused(method, f"/expenses/{expense}", body)
    assert (
        []
        == spender.numbers(vendor_id=theirs["vendor_id"])
        == spender.numbers(account_id=theirs["account_id"])
    )
    assert 1 == len(other.expenses.list())


def test_what_is_closed_cannot_be_used_in_a_new_expense(spender: Spender, call: Call) -> None:
    vendor = spender.vendor()
    account = spender.org.create_account(code="6099", name="Fairs", account_type="EXPENSE")["account_id"]
    bank = spender.org.create_account(code="1099", name="Safe", account_type="CASH")["account_id"]
    named = {"vendor_id": vendor, "account_id": account, "paid_through_account_id": bank}
    expense = spender.spend(**named)
    call.ok("POST", f"/contacts/{vendor}/archive")
    for one in (account, bank):
        spender.org.set_account_active(one, False)
    for field, shown in named.items():
        assert (404, MISSING, field) == spender.refused(**{field: shown})
        assert (404, MISSING, field) == spender.put_refused(expense, **{field: shown})
    assert (404, MISSING, "line_items[0].account_id") == spender.refused(
        line_items=[LINE | {"account_id": account}]
    )
    assert 7 == spender.put(expense, amount=7)["amount"], "what it names already, it may go on naming"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/expenses?per_page=0", (422, "validation.failed", "per_page")),
        ("/expenses?date_from=tomorrow", (422, "validation.failed", "date_from")),
        ("/expenses?cursor=e30", (400, INVALID, "cursor")),
        ("/expenses/exp_1", (404, MISSING, "expense_id")),
        ("/expenses/exp_" + "0" * 32, (404, MISSING, "expense_id")),
    ],
)
def test_what_is_not_acceptable_is_refused(
    call: Call, path: str, expected: tuple[int, str, str | None]
) -> None:
    assert expected == call.refused("GET", path)


@pytest.mark.parametrize(("method", "scope"), [("GET", "READ"), ("POST", "CREATE")])
def test_it_needs_its_scope(
    engine: finzcore.Engine, acme: finzcore.Org, spender: Spender, method: str, scope: str
) -> None:
    def tried(*scopes: str) -> int:
        call = Call(engine, engine.mint_pat(org_id=acme.org_id, scopes=list(scopes)).token)
        return call(method, "/expenses", spender.body() if method == "POST" else None).status

    others = [word for word in ("READ", "CREATE", "UPDATE", "DELETE") if word != scope]
    assert 403 == tried(
        "AIBooks.bills.READ", "AIBooks.bills.CREATE", *(f"AIBooks.expenses.{word}" for word in others)
    )
    assert tried(f"AIBooks.expenses.{scope}") in (200, 201)
