"""What invoices come to: `api.md` §4.1, §4.15, `gst.md` §3.5, §5."""

from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call
from tests.selling import Body, Seller, figures
from tests.tables.invoice_totals import CASES, FIGURES, Line, amounts


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


@pytest.mark.parametrize(("source", "lines", "header", "expected"), CASES)
def test_totals_are_those_of_the_table(
    seller: Seller, source: str, lines: list[Line], header: Body, expected: str
) -> None:
    given = [
        seller.line(rate, tax, quantity=quantity, discount=discount)
        for quantity, rate, tax, discount in lines
    ]
    invoice = seller.draft(*given, **header)
    assert amounts(expected) == figures(invoice, *FIGURES), source
    cgst, sgst, igst = amounts(expected)[2:5]
    assert cgst + sgst + igst == invoice["tax_total"]
    assert invoice["total"] == invoice["balance"] == seller.act(invoice, "approve")["total"]


@pytest.mark.parametrize(
    ("tax", "percentage"),
    [
        ("GST 18%", 18),
        ("IGST 18%", 18),
        ("GST 0.25%", Decimal("0.25")),
        ("RCM 18%", 18),
        ("Exempt", 0),
        ("Nil Rated", 0),
        ("Non-GST", 0),
        (None, 0),
    ],
)
def test_a_line_shows_the_whole_rate_of_its_tax_row(
    seller: Seller, tax: str | None, percentage: Decimal
) -> None:
    assert percentage == seller.draft(seller.line(1000, tax))["line_items"][0]["tax_percentage"]


# preferences, lines, header -> per line CGST, tds_amount, round_off, total
PREFERENCES: list[tuple[Body, list[Any], Body, list[str], str]] = [
    # gst.md §5.2: 0.9045 three times; 30.15 × 9 % = 2.7135, handed out by largest remainder
    ({}, ["10.05"] * 3, {}, ["0.90"] * 3, "0 0 35.55"),
    ({"taxRoundingLevel": "group"}, ["10.05"] * 3, {}, ["0.91", "0.90", "0.90"], "0 0 35.57"),
    # 1,005.50 × 9 % = 90.495
    ({"taxRounding": "rupee"}, ["1005.50"], {}, ["90"], "0 0 1185.50"),
    # 10 % of 1,234.50 is 123.45; with 111.11 twice the total is 1,333.27 (1,456.72 − 123.45)
    ({}, ["1234.50"], {"tds_rate": 10}, ["111.11"], "123.45 0 1333.27"),
    ({"tdsRounding": "rupee"}, ["1234.50"], {"tds_rate": 10}, ["111.11"], "123 0 1333.72"),
    ({"tdsRounding": "up"}, ["1234.50"], {"tds_rate": 10}, ["111.11"], "124 0 1332.72"),
    # An amount is what it is, however rates are rounded.
    ({"tdsRounding": "up"}, ["1234.50"], {"tds_amount": "1.01"}, ["111.11"], "1.01 0 1455.71"),
]


@pytest.mark.parametrize(("preferences", "rates", "header", "cgst", "rest"), PREFERENCES)
def test_preferences_say_what_is_rounded_and_where(
    seller: Seller, preferences: Body, rates: list[Any], header: Body, cgst: list[str], rest: str
) -> None:
    seller.org.set_preferences(**preferences)
    invoice = seller.draft(*[seller.line(rate) for rate in rates], **header)
    assert list(map(Decimal, cgst)) == [line["cgst"] for line in invoice["line_items"]]
    assert amounts(rest) == figures(invoice, "tds_amount", "round_off", "total")


@pytest.mark.parametrize(
    ("method", "rate", "round_off", "total"),
    [
        # api.md §10 row 17, §4.15, §4.1
        ("nearest", "1234.50", "0.50", "1235"),
        ("up", "1234.50", "0.50", "1235"),
        ("down", "1234.50", "-0.50", "1234"),
        ("nearest", "199.49", "-0.49", "199"),
        ("up", "199.49", "0.51", "200"),
        ("down", "199.49", "-0.49", "199"),
        ("nearest", "199.50", "0.50", "200"),
        ("up", "200", "0", "200"),
    ],
)
def test_a_total_is_rounded_by_itself_where_that_is_wanted(
    seller: Seller, method: str, rate: str, round_off: str, total: str
) -> None:
    seller.org.set_preferences(roundInvoiceTotals=True, roundingMethod=method)
    invoice = seller.draft(seller.line(rate, None), round_off=None)
    assert [Decimal(round_off), Decimal(total)] == figures(invoice, "round_off", "total")


def test_the_worked_example_of_the_api_comes_to_706(seller: Seller) -> None:
    seller.org.set_preferences(roundInvoiceTotals=True)
    invoice = seller.draft(seller.line("199.43", quantity=3))
    assert [Decimal("598.29"), Decimal("107.70"), Decimal("0.01"), 706] == figures(
        invoice, "sub_total", "tax_total", "round_off", "total"
    )


def test_a_round_off_in_the_body_wins_even_when_it_is_nothing(seller: Seller) -> None:
    # api.md §10 row 18
    seller.org.set_preferences(roundInvoiceTotals=True)
    invoice = seller.draft(seller.line("1234.50", None), round_off=0)
    assert [0, Decimal("1234.50")] == figures(invoice, "round_off", "total")
    kept = seller.put(invoice, notes="Thank you")
    assert [0, Decimal("1234.50")] == figures(kept, "round_off", "total")
    cleared = seller.put(invoice, round_off=None)
    assert [Decimal("0.50"), 1235] == figures(cleared, "round_off", "total")


def test_totals_are_not_rounded_unless_somebody_wants_it(seller: Seller) -> None:
    assert Decimal("1234.50") == seller.draft(seller.line("1234.50", None))["total"]


def test_cess_comes_on_top_of_either_split(seller: Seller) -> None:
    seller.org.create_tax(name="Car", shape="INTRA_STATE", cgst=14, sgst=14, igst=28, cess=12)
    home = seller.draft(seller.line(1000, "Car"))
    away = seller.draft(seller.line(1000, "Car"), place_of_supply="IN-MH")
    heads = ("cgst_total", "sgst_total", "igst_total", "cess_total", "tax_total", "total")
    assert [140, 140, 0, 120, 400, 1400] == figures(home, *heads)
    assert [0, 0, 280, 120, 400, 1400] == figures(away, *heads)
    inside = seller.draft(seller.line(1400, "Car"), is_inclusive_tax=True)
    assert [1000, 400] == figures(inside, "sub_total", "tax_total")


# contact, header, preference -> (CGST, IGST) on 1,000 at 18 %
SUPPLIES: list[tuple[Body, Body, Body, list[int]]] = [
    ({}, {}, {}, [90, 0]),
    ({}, {"with_payment": False}, {}, [90, 0]),
    ({}, {"place_of_supply": "IN-OT"}, {}, [0, 180]),
    ({}, {"place_of_supply": "OVERSEAS"}, {}, [0, 180]),
    ({}, {"place_of_supply": "96", "with_payment": False}, {}, [0, 0]),
    ({"gst_treatment": "SEZ"}, {}, {}, [0, 180]),
    ({"gst_treatment": "SEZ"}, {"with_payment": False}, {}, [0, 0]),
    ({"gst_treatment": "SEZ"}, {}, {"exportsUnderLut": True}, [0, 0]),
    ({"gst_treatment": "SEZ"}, {"with_payment": True}, {"exportsUnderLut": True}, [0, 180]),
    ({"gst_treatment": "OVERSEAS"}, {"place_of_supply": "OVERSEAS"}, {}, [0, 180]),
    ({"gst_treatment": "OVERSEAS"}, {"place_of_supply": "OVERSEAS"}, {"exportsUnderLut": True}, [0, 0]),
    ({"gst_treatment": "DEEMED_EXPORT"}, {}, {"exportsUnderLut": True}, [90, 0]),
    ({"gst_treatment": "CONSUMER"}, {}, {"exportsUnderLut": True}, [90, 0]),
]


@pytest.mark.parametrize(("contact", "header", "preferences", "heads"), SUPPLIES)
def test_who_buys_and_where_decides_the_tax(
    seller: Seller, contact: Body, header: Body, preferences: Body, heads: list[int]
) -> None:
    seller.org.set_preferences(**preferences)
    customer = seller.contact("Far Away", **contact)
    invoice = seller.draft(seller.line(1000), customer_id=customer, **header)
    assert heads == figures(invoice, "cgst_total", "igst_total")
    line = invoice["line_items"][0]
    assert (18, seller.org.tax_id("GST 18%")) == (line["tax_percentage"], line["tax_id"])


def test_the_branch_is_the_supplier(seller: Seller) -> None:
    mumbai = seller.org.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    zone = seller.org.create_branch(code="SEZ", name="Zone", state="IN-KA", is_sez=True)["branch_id"]
    heads = ("cgst_total", "igst_total")
    assert [0, 180] == figures(seller.draft(seller.line(1000), branch_id=mumbai), *heads)
    at_home = seller.draft(seller.line(1000), branch_id=mumbai, place_of_supply="IN-MH")
    assert [90, 0] == figures(at_home, *heads)
    assert [0, 180] == figures(seller.draft(seller.line(1000), branch_id=zone), *heads)


def test_a_place_is_echoed_as_it_was_spelled_and_compared_by_its_number(seller: Seller) -> None:
    cuttack = seller.org.create_branch(code="CTC", name="Cuttack", state="IN-OD")["branch_id"]
    invoice = seller.draft(seller.line(1000), branch_id=cuttack, place_of_supply="IN-OR")
    assert ("IN-OR", 90) == (invoice["place_of_supply"], invoice["cgst_total"])
