"""What bills and the notes of vendors mean in the books: tables of entries worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import Call
from tests.buying import Body, Buyer

AP, GOODS = "Accounts Payable", "Purchases"
IN = {"cgst": "Input CGST", "sgst": "Input SGST", "igst": "Input IGST", "cess": "Input Cess"}
RCM = {"cgst": "RCM CGST Payable", "sgst": "RCM SGST Payable", "igst": "RCM IGST Payable"}


@pytest.fixture
def buyer(call: Call, acme: finzcore.Org) -> Buyer:
    return Buyer(call, acme)


def halves(word: str, names: dict[str, str], amount: str) -> dict[str, str]:
    return {f"bill.{word}_{head} {names[head]}": amount for head in ("cgst", "sgst")}


# source, the vendor's own terms, header, lines (rate, tax, more), the postings: debits positive
ENTRIES: list[tuple[str, Body, Body, list[tuple[Any, str | None, Body]], dict[str, str]]] = [
    (
        "api §10 row 11: 10 × 70 at 18 % with TDS of 2 %",
        {},
        {"tds_rate": 2},
        [(70, "GST 18%", {"quantity": 10})],
        {
            f"bill.payable {AP}": "-812",
            f"bill.purchase {GOODS}": "700",
            **halves("input", IN, "63"),
            "bill.tds TDS Payable": "-14",
        },
    ),
    (
        "api §10 row 12: reverse charge of 5 % from another state",
        {"place_of_contact": "IN-MH"},
        {"is_rcm": True, "rcm_rate": 5},
        [(10000, None, {})],
        {
            f"bill.payable {AP}": "-10000",
            f"bill.purchase {GOODS}": "10000",
            "bill.input_rcm_igst Input IGST": "500",
            "bill.rcm_igst RCM IGST Payable": "-500",
        },
    ),
    (
        "gst.md §7.1: freight of a transporter, 5 % within the state",
        {},
        {},
        [(10000, "RCM 5%", {"account": "6060"})],
        {
            f"bill.payable {AP}": "-10000",
            "bill.purchase Freight": "10000",
            **halves("input_rcm", IN, "250"),
            **halves("rcm", RCM, "-250"),
        },
    ),
    (
        "api §4.6: no credit under 17(5), so the tax is part of the cost",
        {},
        {"itc_blocked_reason": "17(5)(b)"},
        [(1000, "GST 18%", {"account": "6080"})],
        {f"bill.payable {AP}": "-1180", "bill.purchase Other Expenses": "1180"},
    ),
    (
        "api §4.6: reverse charge without credit",
        {},
        {"is_rcm": True, "rcm_rate": 18, "itc_blocked_reason": "17(5)"},
        [(1000, None, {})],
        {f"bill.payable {AP}": "-1000", f"bill.purchase {GOODS}": "1180", **halves("rcm", RCM, "-90")},
    ),
    (
        "api §4.6: one line under reverse charge beside one that is charged",
        {},
        {},
        [(1000, "GST 18%", {}), (500, "GST 18%", {"is_rcm": True, "rcm_rate": 12})],
        {
            f"bill.payable {AP}": "-1680",
            f"bill.purchase {GOODS}": "1500",
            **halves("input", IN, "90"),
            **halves("input_rcm", IN, "30"),
            **halves("rcm", RCM, "-30"),
        },
    ),
    (
        "api §4.6: what a header says of blocked credit, a line may say otherwise",
        {},
        {"itc_blocked_reason": "17(5)(a)"},
        [(1000, "GST 18%", {}), (100, "GST 18%", {"itc_blocked_reason": "17(5)(h)"})],
        {f"bill.payable {AP}": "-1298", f"bill.purchase {GOODS}": "1298"},
    ),
    (
        "gst.md §3.6: tax of another state is nobody's credit here",
        {"place_of_contact": "IN-MH"},
        {"place_of_supply": "IN-MH"},
        [(1000, "GST 18%", {"account": "6050"})],
        {f"bill.payable {AP}": "-1180", "bill.purchase Travel": "1180"},
    ),
    (
        "api §4.1 item 6: a vendor in a special economic zone",
        {"gst_treatment": "SEZ"},
        {},
        [(1000, "GST 18%", {})],
        {
            f"bill.payable {AP}": "-1180",
            f"bill.purchase {GOODS}": "1000",
            "bill.input_igst Input IGST": "180",
        },
    ),
    (
        "api §4.6: freight, another charge and rounding beside the goods",
        {},
        {"shipping_charge": 100, "adjustment": 10, "round_off": "0.50"},
        [(1000, "GST 18%", {})],
        {
            f"bill.payable {AP}": "-1290.50",
            f"bill.purchase {GOODS}": "1000",
            **halves("input", IN, "90"),
            "bill.freight Freight": "100",
            "bill.adjustment Other Charges": "10",
            "bill.round_off Round Off": "0.50",
        },
    ),
    (
        "api §4.6: the signs the other way round",
        {},
        {"adjustment": -10, "round_off": "-0.50"},
        [(1000, "GST 18%", {})],
        {
            f"bill.payable {AP}": "-1169.50",
            f"bill.purchase {GOODS}": "1000",
            **halves("input", IN, "90"),
            "bill.adjustment Other Charges": "-10",
            "bill.round_off Round Off": "-0.50",
        },
    ),
    (
        "api §4.1 item 3: a discount after tax leaves the credit alone",
        {},
        {"discount": 100, "is_discount_before_tax": False},
        [(1000, "GST 18%", {})],
        {
            f"bill.payable {AP}": "-1080",
            f"bill.purchase {GOODS}": "1000",
            f"bill.discount {GOODS}": "-100",
            **halves("input", IN, "90"),
        },
    ),
    (
        "gst.md §5.4: 1,180 with the tax in it",
        {},
        {"is_inclusive_tax": True},
        [(1180, "GST 18%", {})],
        {f"bill.payable {AP}": "-1180", f"bill.purchase {GOODS}": "1000", **halves("input", IN, "90")},
    ),
    (
        "api §4.5: USD 100 at 83.125, each amount converted by itself",
        {"currency_code": "USD"},
        {"exchange_rate": "83.125"},
        [(100, "GST 18%", {})],
        {
            f"bill.payable {AP}": "-9808.75",
            f"bill.purchase {GOODS}": "8312.50",
            # 9 × 83.125 = 748.125, half-up
            **halves("input", IN, "748.13"),
            "bill.exchange Exchange Gain or Loss": "-0.01",
        },
    ),
]


def lines_of(buyer: Buyer, wanted: list[tuple[Any, str | None, Body]]) -> list[Body]:
    lines = []
    for rate, tax, more in wanted:
        more = dict(more)
        if (code := more.pop("account", None)) is not None:
            more["account_id"] = buyer.org.account_id(code)
        lines.append(buyer.line(rate, tax, **more))
    return lines


@pytest.fixture
def dollars(acme: finzcore.Org) -> None:
    acme.enable_currency("USD")


@pytest.mark.usefixtures("dollars")
@pytest.mark.parametrize(
    ("vendor", "header", "lines", "expected"), [row[1:] for row in ENTRIES], ids=[row[0] for row in ENTRIES]
)
def test_a_bill_means_this(
    vendor: Body, header: Body, lines: list[Any], expected: dict[str, str], buyer: Buyer
) -> None:
    buyer.vendor = buyer.contact("Kaveri Supplies", **vendor)
    bill = buyer.bill(*lines_of(buyer, lines), **header)
    wanted = {word: Decimal(amount) for word, amount in expected.items()}
    assert wanted == buyer.entry(bill["journal_id"])
    assert [] == buyer.org._engine.verify()


@pytest.mark.usefixtures("dollars")
@pytest.mark.parametrize(
    ("vendor", "header", "lines"), [row[1:4] for row in ENTRIES], ids=[row[0] for row in ENTRIES]
)
def test_a_credit_note_is_the_bill_the_other_way_round(
    vendor: Body, header: Body, lines: list[Any], buyer: Buyer
) -> None:
    """And a debit note says the same as the bill; both have words of their own."""
    buyer.vendor = buyer.contact("Kaveri Supplies", **vendor)
    made = lines_of(buyer, lines)
    bill = buyer.entry(buyer.bill(*made, **header)["journal_id"])
    place = header.get("place_of_supply", "IN-KA")
    for kind, sign in (("credit_note", -1), ("debit_note", 1)):
        note = buyer.note(kind, *made, **header | {"place_of_supply": place})
        mirrored = {word.replace("bill.", f"vendor_{kind}."): sign * amount for word, amount in bill.items()}
        assert mirrored == buyer.entry(note["journal_id"])
        assert "vendor" == note["type"]
    assert [] == buyer.org._engine.verify()


def test_a_rate_that_is_given_wins_over_that_of_the_tax_row(buyer: Buyer) -> None:
    bill = buyer.bill(buyer.line(10000, "RCM 5%"), rcm_rate=12)
    line = bill["line_items"][0]
    assert (True, 12, 600, 600) == tuple(line[key] for key in ("is_rcm", "rcm_rate", "rcm_cgst", "rcm_sgst"))
    assert (10000, 0) == (bill["total"], bill["tax_total"])
    assert [] == buyer.org._engine.verify()


def test_reverse_charge_needs_a_rate(buyer: Buyer) -> None:
    body = buyer.body(buyer.line(100, None), is_rcm=True)
    refused = buyer.call.refused("POST", "/bills", body)
    assert (400, "validation.required_field", "line_items[0].rcm_rate") == refused


@pytest.mark.parametrize("reason", ["17(4)", "17(5)(abcde)", "section 17(5)", "17(5)b", "ineligible_pos"])
def test_blocked_credit_names_a_clause_of_section_17_5(reason: str, buyer: Buyer) -> None:
    body = buyer.body(itc_blocked_reason=reason)
    refused = buyer.call.refused("POST", "/bills", body)
    assert (400, "validation.invalid_value", "itc_blocked_reason") == refused


@pytest.mark.parametrize("code", ["1010", "1020", "1040", "1061", "1070", "2010", "2040", "3010", "4010"])
def test_nobody_buys_a_bank_account_or_an_income(code: str, buyer: Buyer) -> None:
    body = buyer.body(buyer.line(account_id=buyer.org.account_id(code)))
    refused = buyer.call.refused("POST", "/bills", body)
    assert (400, "validation.invalid_value", "line_items[0].account_id") == refused


@pytest.mark.parametrize(("name", "value"), [("is_rcm", True), ("itc_blocked_reason", "17(5)(b)")])
def test_reverse_charge_and_blocked_credit_are_said_of_what_is_bought(
    name: str, value: Any, buyer: Buyer
) -> None:
    customer = buyer.contact("Asha Stores", contact_type="CUSTOMER")
    body = {"customer_id": customer, "date": "2026-05-19", "line_items": [buyer.line()], name: value}
    refused = buyer.call.refused("POST", "/credit_notes", body)
    assert (400, "validation.invalid_value", f"line_items[0].{name}") == refused


RATES = st.integers(1, 10**9).map(lambda paise: Decimal(paise) / 100)
TAXES = st.sampled_from(["GST 18%", "GST 5%", "GST 3%", "RCM 5%", "RCM 18%", "Exempt", None])
BLOCKED = st.sampled_from([None, "17(5)(b)"])


# In memory alone: what it asks is of the rules, and the table above runs on both engines.
@settings(deadline=None, max_examples=40)
@given(
    lines=st.lists(st.tuples(RATES, TAXES, BLOCKED), min_size=1, max_size=4),
    place=st.sampled_from(["IN-KA", "IN-MH"]),
    vendor_at=st.sampled_from(["IN-KA", "IN-MH"]),
)
def test_every_paisa_of_a_bill_is_somewhere(lines: Any, place: str, vendor_at: str) -> None:
    """The entry sums to nothing, payables rise by the total, and cost and credit hold all the tax."""
    with finzcore.open(":memory:") as engine:
        org = engine.create_org(name="Acme Traders", state="IN-KA")
        vendor = org.contacts.create(contact_name="V", contact_type="VENDOR", place_of_contact=vendor_at)
        bill = org.bills.create(
            vendor_id=vendor["contact_id"],
            date="2026-05-19",
            place_of_supply=place,
            auto_approve=True,
            line_items=[
                {"name": "x", "rate": rate, "tax_id": tax and org.tax_id(tax), "itc_blocked_reason": why}
                for rate, tax, why in lines
            ],
        )
        posted = org.journals.get(bill["journal_id"])["lines"]
        net = {line["rule"]: Decimal(0) for line in posted}
        for line in posted:
            net[line["rule"]] += line["debit"] - line["credit"]
        assert 0 == sum(net.values())
        assert -bill["total"] == net["bill.payable"]
        owed = sum(line[f"rcm_{head}"] for line in bill["line_items"] for head in ("cgst", "sgst", "igst"))
        assert -owed == sum(amount for word, amount in net.items() if word.startswith("bill.rcm"))
        credit = sum(amount for word, amount in net.items() if word.startswith("bill.input"))
        assert bill["sub_total"] + bill["tax_total"] + owed == net["bill.purchase"] + credit
        assert [] == engine.verify()
