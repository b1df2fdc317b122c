"""What holds for every invoice that the API accepts (`api.md` §4.1, §10)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import Call
from tests.selling import Body, Seller

REPEATEDLY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TAXES = ("GST 0.25%", "GST 5%", "GST 18%", "GST 40%", "IGST 12%", "RCM 5%", "Exempt", None)


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    acme.enable_currency("USD")
    return Seller(call, acme)


def decimals(least: str, most: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(least), Decimal(most), places=places)


percents = st.integers(0, 100).map(lambda percent: f"{percent}%")
lines = st.fixed_dictionaries(
    {
        "rate": decimals("0", "99999", 6),
        "tax": st.sampled_from(TAXES),
        "quantity": decimals("0.000001", "999", 6),
        "discount": st.none() | percents,
    }
)
headers = st.fixed_dictionaries(
    {
        "place_of_supply": st.sampled_from(["IN-KA", "IN-MH", "OVERSEAS"]),
        "discount": st.none() | percents,
        "is_discount_before_tax": st.booleans(),
        "is_inclusive_tax": st.booleans(),
        "shipping_charge": decimals("0", "999", 2),
        "adjustment": decimals("0", "999", 2),
        "tds_rate": st.none() | decimals("0", "20", 6),
        "round_off": st.none() | decimals("0", "0.99", 2),
        "with_payment": st.none() | st.booleans(),
    },
    optional={
        "money": decimals("0.00000001", "200", 8).map(
            lambda rate: {"currency_code": "USD", "exchange_rate": rate}
        )
    },
)
preferences = st.fixed_dictionaries(
    {
        "roundInvoiceTotals": st.booleans(),
        "roundingMethod": st.sampled_from(["nearest", "up", "down"]),
        "taxRounding": st.sampled_from(["paise", "rupee"]),
        "taxRoundingLevel": st.sampled_from(["line", "group"]),
        "tdsRounding": st.sampled_from(["paise", "rupee", "up"]),
        "exportsUnderLut": st.booleans(),
    }
)


def body_of(seller: Seller, given_lines: list[Body], header: Body) -> Body:
    money = header.get("money", {})
    rest = {name: value for name, value in header.items() if name != "money"}
    return seller.body(*[seller.line(**line) for line in given_lines], **rest | money)


def made(seller: Seller, body: Body) -> Body | None:
    """The invoice, or None where its TDS would be all of it: that is refused."""
    answer = seller.call("POST", "/invoices", body)
    said = answer.json()
    if answer.status == 400:
        assert "tds_rate" == said["field"], said
        return None
    invoice: Body = said["invoice"]
    return invoice


Drawn = tuple[list[Body], Body, Body]
drawn: Any = st.tuples(st.lists(lines, min_size=1, max_size=5), headers, preferences)


def total_of(invoice: Body) -> Decimal:
    """The documented formula (`api.md` §10)."""
    before: Decimal = invoice["sub_total"] - invoice["discount"] + invoice["tax_total"]
    total: Decimal = before + invoice["shipping_charge"] + invoice["adjustment"]
    return total - invoice["tds_amount"] + invoice["round_off"]


@REPEATEDLY
@given(drawn)
def test_an_invoice_adds_up(seller: Seller, drawn: Drawn) -> None:
    given_lines, header, preferences = drawn
    seller.org.set_preferences(**preferences)
    invoice = made(seller, body_of(seller, given_lines, header))
    if invoice is None:
        return
    assert total_of(invoice) == invoice["total"] == invoice["balance"] >= 0
    shown = invoice["line_items"]
    assert sum(line["item_total"] for line in shown) == invoice["sub_total"]
    for head in ("cgst", "sgst", "igst", "cess"):
        assert sum(line[head] for line in shown) == invoice[f"{head}_total"]
    heads = [invoice[f"{head}_total"] for head in ("cgst", "sgst", "igst", "cess")]
    assert sum(heads) == invoice["tax_total"]
    assert invoice["cgst_total"] == invoice["sgst_total"]
    assert 0 in (invoice["cgst_total"], invoice["igst_total"])
    assert abs(invoice["round_off"]) < 1
    assert invoice == seller.again(invoice)


@REPEATEDLY
@given(drawn)
def test_posting_in_one_step_or_in_two_comes_to_the_same_and_void_undoes_it(
    seller: Seller, engine: finzcore.Engine, drawn: Drawn
) -> None:
    given_lines, header, preferences = drawn
    seller.org.set_preferences(**preferences)
    body = body_of(seller, given_lines, header)
    before = seller.trial_balance()
    draft = made(seller, body)
    if draft is None:
        return
    approved = seller.act(draft, "approve")
    after = seller.trial_balance()
    at_once = made(seller, body | {"auto_approve": True})
    assert at_once is not None
    own = {"invoice_id", "invoice_number", "line_items", "journal_id", "version"}
    assert {name: at_once[name] for name in set(at_once) - own} == {
        name: approved[name] for name in set(approved) - own
    }
    _check_entries(seller, approved, at_once)
    seller.act(at_once, "void")
    assert after == seller.trial_balance()
    seller.act(approved, "void")
    assert before == seller.trial_balance()
    assert [] == engine.verify()


def _check_entries(seller: Seller, approved: Body, at_once: Body) -> None:
    """The entries of both are the same, balance, and book the total in rupees on receivables."""
    if approved["journal_id"] is None:
        assert at_once["journal_id"] is None
        return
    entry = seller.entry(approved["journal_id"])
    assert entry == seller.entry(at_once["journal_id"])
    assert 0 == sum(amount for _, _, amount in entry)
    booked = sum(amount for rule, _, amount in entry if rule == "sale.receivable")
    # Converted once, half a paisa up.
    exact = approved["total"] * approved["exchange_rate"]
    assert abs(booked - exact) <= Decimal("0.005")


@REPEATEDLY
@given(drawn)
def test_what_an_answer_says_may_be_sent_back(seller: Seller, drawn: Drawn) -> None:
    given_lines, header, preferences = drawn
    seller.org.set_preferences(**preferences)
    invoice = made(seller, body_of(seller, given_lines, header))
    if invoice is None or invoice["is_inclusive_tax"]:
        return
    # A percentage comes back as the amount it was; nothing that is shown moves.
    assert invoice == seller.put(invoice, **invoice) | {"version": 1}
