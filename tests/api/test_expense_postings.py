"""What expenses mean in the books: a table of entries worked out by hand, and what holds for all."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import Call
from tests.spending import Body, Spender

REPEATEDLY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PAID, OFFICE, TRAVEL = "expense.paid Bank Account", "expense.cost Office Supplies", "expense.cost Travel"
IN = {"cgst": "Input CGST", "sgst": "Input SGST", "igst": "Input IGST", "cess": "Input Cess"}
RCM = {"cgst": "RCM CGST Payable", "sgst": "RCM SGST Payable", "igst": "RCM IGST Payable"}


@pytest.fixture
def spender(call: Call, acme: finzcore.Org) -> Spender:
    return Spender(call, acme)


def halves(word: str, names: dict[str, str], amount: str) -> dict[str, str]:
    return {f"expense.{word}_{head} {names[head]}": amount for head in ("cgst", "sgst")}


# source, the vendor's own terms (None: nobody is named), the body, the postings: debits positive
ENTRIES: list[tuple[str, Body | None, Body, dict[str, str]]] = [
    (
        "api §10 row 13: the amount has its tax in it",
        None,
        {"amount": 1180, "tax_id": "GST 18%", "is_inclusive_tax": True},
        {PAID: "-1180", OFFICE: "1000", **halves("input", IN, "90")},
    ),
    (
        "api §10 row 14: two lines, and an amount of the header that says nothing",
        None,
        {
            "amount": 0,
            "account_id": None,
            "tax_id": "GST 18%",
            "line_items": [{"account_id": "6030", "amount": 4000}, {"account_id": "6050", "amount": 1000}],
        },
        {PAID: "-5900", OFFICE: "4000", TRAVEL: "1000", **halves("input", IN, "450")},
    ),
    (
        "api §10 row 15: reverse charge of 5 % within the state",
        None,
        {"amount": 5000, "is_rcm": True, "rcm_rate": 5},
        {
            PAID: "-5000",
            OFFICE: "5000",
            **halves("input_rcm", IN, "125"),
            **halves("rcm", RCM, "-125"),
        },
    ),
    (
        "api §10 row 16: no credit under 17(5), so the tax is part of the cost",
        None,
        {"tax_id": "GST 18%", "itc_blocked_reason": "17(5)(b)"},
        {PAID: "-1180", OFFICE: "1180"},
    ),
    (
        "api §4.8: reverse charge and blocked together",
        None,
        {"amount": 5000, "is_rcm": True, "rcm_rate": 5, "itc_blocked_reason": "17(5)(a)"},
        {PAID: "-5000", OFFICE: "5250", **halves("rcm", RCM, "-125")},
    ),
    (
        "api §4.8: without tax",
        None,
        {"amount": "99.99"},
        {PAID: "-99.99", OFFICE: "99.99"},
    ),
    (
        "api §4.8: tax on top of the amount",
        None,
        {"tax_id": "GST 5%"},
        {PAID: "-1050", OFFICE: "1000", **halves("input", IN, "25")},
    ),
    (
        "api §4.8: a line has its own account and tax, or those of the header",
        None,
        {
            "tax_id": "GST 18%",
            "line_items": [
                {"amount": 100},
                {"amount": 200, "tax_id": "Exempt"},
                {"amount": 400, "account_id": "6050", "tax_id": "GST 5%"},
            ],
        },
        # 18 % of 100 and 5 % of 400: 18 + 20
        {PAID: "-738", OFFICE: "300", TRAVEL: "400", **halves("input", IN, "19")},
    ),
    (
        "gst.md §3.6: a vendor of another state, supplied here",
        {"place_of_contact": "IN-MH"},
        {"tax_id": "GST 18%"},
        {PAID: "-1180", OFFICE: "1000", "expense.input_igst Input IGST": "180"},
    ),
    (
        "gst.md §3.6, §7.2: a hotel of another state, in that state: nobody's credit here",
        {"place_of_contact": "IN-MH"},
        {"tax_id": "GST 18%", "place_of_supply": "IN-MH"},
        {PAID: "-1180", OFFICE: "1180"},
    ),
    (
        "api §4.8: nobody is named, so whoever supplied is where the branch is",
        None,
        {"tax_id": "GST 18%", "place_of_supply": "IN-MH"},
        {PAID: "-1180", OFFICE: "1000", "expense.input_igst Input IGST": "180"},
    ),
    (
        "api §4.1 item 6: a vendor in a special economic zone",
        {"gst_treatment": "SEZ"},
        {"tax_id": "GST 18%"},
        {PAID: "-1180", OFFICE: "1000", "expense.input_igst Input IGST": "180"},
    ),
    (
        "gst.md §7.1: a service from abroad, under reverse charge",
        {"gst_treatment": "OVERSEAS", "place_of_contact": "OVERSEAS"},
        {"is_rcm": True, "rcm_rate": 18},
        {
            PAID: "-1000",
            OFFICE: "1000",
            "expense.input_rcm_igst Input IGST": "180",
            "expense.rcm_igst RCM IGST Payable": "-180",
        },
    ),
    (
        "gst.md §7.1: freight at 5 %, by its tax row alone, and no tax in an inclusive amount",
        None,
        {"amount": 10000, "tax_id": "RCM 5%", "account_id": "6060", "is_inclusive_tax": True},
        {
            PAID: "-10000",
            "expense.cost Freight": "10000",
            **halves("input_rcm", IN, "250"),
            **halves("rcm", RCM, "-250"),
        },
    ),
    (
        "api §4.8: from the till",
        None,
        {"bank_account_id": "1010", "paid_through_account_id": None},
        {"expense.paid Cash in Hand": "-1000", OFFICE: "1000"},
    ),
    (
        "api §4.4: something bought that lasts, at half-paise that round up",
        None,
        {"amount": "0.50", "account_id": "1050", "tax_id": "GST 18%"},
        # 9 % of 0.50 is 0.045
        {PAID: "-0.60", "expense.cost Inventory": "0.50", **halves("input", IN, "0.05")},
    ),
]


@pytest.mark.parametrize(("source", "terms", "more", "expected"), ENTRIES)
def test_an_expense_reaches_the_ledger_as_the_table_says(
    spender: Spender, source: str, terms: Body | None, more: Body, expected: dict[str, str]
) -> None:
    named = {} if terms is None else {"vendor_id": spender.vendor(**terms)}
    expense = spender.spend(**named | more)
    assert {name: Decimal(amount) for name, amount in expected.items()} == spender.entry(expense), source
    assert [] == spender.org._engine.verify()


@pytest.mark.parametrize(("source", "terms", "more", "expected"), ENTRIES)
def test_one_that_is_changed_into_it_is_posted_the_same(
    spender: Spender, source: str, terms: Body | None, more: Body, expected: dict[str, str]
) -> None:
    named = {} if terms is None else {"vendor_id": spender.vendor(**terms)}
    before = spender.spend(account_id="6010", amount=7, mode="UPI", tax_id="GST 5%")
    expense = spender.put(before, **{"account_id": "6030", "amount": 1000, "tax_id": None} | named | more)
    if more.get("bank_account_id") is None:
        assert {name: Decimal(amount) for name, amount in expected.items()} == spender.entry(expense), source
    spender.delete(expense)
    assert {} == spender.standing()
    assert [] == spender.org._engine.verify()


def test_the_entry_names_the_expense_and_its_vendor_but_no_posting_bears_him(spender: Spender) -> None:
    vendor = spender.vendor()
    north = spender.org.add_cost_center("North")["cost_center_id"]
    expense = spender.spend(vendor_id=vendor, reference_number="A/1", tags=[north])
    journal = spender.call.ok("GET", f"/journals/{expense['journal_id']}")["journal"]
    expected = {
        "date": "2026-05-19T00:00:00",
        "source": "EXPENSE",
        "source_id": expense["expense_id"],
        "contact_id": vendor,
        "reference_number": "A/1",
        "memo": "Expense EXP-2627-001 from Nilgiri Papers",
        "reversal_of": None,
    }
    assert expected == {name: journal[name] for name in expected}
    assert [(None, []), (None, [north])] == [(line["contact_id"], line["tags"]) for line in journal["lines"]]


def test_lines_of_one_account_are_one_posting(spender: Spender) -> None:
    expense = spender.spend(line_items=[{"amount": 1}, {"amount": 2}, {"amount": 3, "note": "Three"}])
    assert {PAID: Decimal(-6), OFFICE: Decimal(6)} == spender.entry(expense)


# ----- what holds for all -----

amounts = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)
taxes = st.sampled_from(("GST 0.25%", "GST 5%", "GST 18%", "GST 40%", "IGST 12%", "RCM 5%", "Exempt", None))
lines = st.fixed_dictionaries(
    {"amount": amounts, "tax_id": taxes, "account_id": st.sampled_from(["6030", "6050", None])}
)
bodies: Any = st.fixed_dictionaries(
    {
        "amount": amounts,
        "tax_id": taxes,
        "is_inclusive_tax": st.booleans(),
        "line_items": st.lists(lines, max_size=4),
        "place_of_supply": st.sampled_from(["IN-KA", "IN-MH", None]),
        "itc_blocked_reason": st.sampled_from(["17(5)(b)", None]),
    },
    optional={"is_rcm": st.booleans(), "rcm_rate": st.sampled_from([0, 5, "0.1", 18])},
).map(lambda body: body if "rcm_rate" in body else body | {"is_rcm": False})
preferences: Any = st.fixed_dictionaries(
    {
        "taxRounding": st.sampled_from(["paise", "rupee"]),
        "taxRoundingLevel": st.sampled_from(["line", "group"]),
    }
)


def made(spender: Spender, body: Body) -> Body | None:
    """The expense, or None where the tax in an amount is more than the amount: that is refused."""
    answer = spender.call("POST", "/expenses", spender.body(**body))
    said = answer.json()
    if answer.status == 400:
        assert body["is_inclusive_tax"], said
        assert said["field"].endswith("amount"), said
        return None
    expense: Body = said["expense"]
    return expense


@REPEATEDLY
@given(bodies, preferences)
def test_an_expense_adds_up_and_the_bank_pays_its_total(
    spender: Spender, body: Body, preferences: Body
) -> None:
    spender.org.set_preferences(**preferences)
    expense = made(spender, body)
    if expense is None:
        return
    given_amounts = [line["amount"] for line in body["line_items"]] or [body["amount"]]
    shown, total = expense["line_items"], expense["total"]
    assert given_amounts == [line["amount"] for line in shown]
    assert sum(given_amounts) == expense["amount"]
    assert total == expense["sub_total"] + expense["tax_total"]
    assert sum(line["taxable"] for line in shown) == expense["sub_total"]
    for head in ("cgst", "sgst", "igst", "cess"):
        assert sum(line[head] for line in shown) == expense[f"{head}_total"]
    assert expense["tax_total"] == sum(expense[f"{head}_total"] for head in ("cgst", "sgst", "igst", "cess"))
    assert total == expense["amount"] if body["is_inclusive_tax"] else total >= expense["amount"]
    entry = spender.entry(expense)
    assert 0 == sum(entry.values())
    assert -total == entry[PAID]
    owed = sum(line[f"rcm_{head}"] for line in shown for head in ("cgst", "sgst", "igst", "cess"))
    assert -owed == sum(amount for name, amount in entry.items() if name.startswith("expense.rcm_"))
    assert expense == spender.again(expense)


@REPEATEDLY
@given(bodies, bodies)
def test_a_change_leaves_what_a_new_one_would_and_a_deletion_leaves_nothing(
    spender: Spender, first: Body, second: Body
) -> None:
    one, other = made(spender, first), made(spender, second)
    if one is None or other is None:
        return
    fresh = spender.entry(other)
    spender.delete(other)
    changed = spender.put(one, **{"is_rcm": None, "rcm_rate": None} | second)
    assert fresh == spender.entry(changed)
    assert one["expense_number"] == changed["expense_number"]
    spender.delete(changed)
    assert {} == spender.standing()
    assert [] == spender.call.ok("GET", "/journals")["journals"]
    assert [] == spender.org._engine.verify()
