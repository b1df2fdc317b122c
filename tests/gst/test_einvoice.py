"""An e-invoice of a document: what is sent, and what the portal would say (`gst.md` §12)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
import pytest

from finzcore.gst.einvoice import einvoice, payload_of
from finzcore.gst.irn import irn
from finzcore.gst.issued import Issued
from finzcore.gst.rates import Shape
from finzcore.gst.supply import Treatment
from tests.gst.issuing import BUYER, SALE, SELLER, chair, sale

ABROAD = attrs.evolve(
    BUYER, gstin=None, state=96, address=("1 Main St",), town="Boston", pin="02108", phone=None
)


def found(issued: Issued) -> set[tuple[str, str, int | None]]:
    """What is found, as (severity, rule, line)."""
    return {(one.severity, one.rule, one.line) for one in einvoice(issued).findings}


def test_the_worked_line_comes_out_as_the_law_has_it() -> None:
    assert {
        "Version": "1.1",
        "TranDtls": {"TaxSch": "GST", "SupTyp": "B2B", "RegRev": "N", "IgstOnIntra": "N"},
        "DocDtls": {"Typ": "INV", "No": "INV-2627-001", "Dt": "19/05/2026"},
        "SellerDtls": {
            "Gstin": "29AAACW6288M1ZH",
            "LglNm": "Acme Traders Private Limited",
            "TrdNm": "Acme Traders",
            "Addr1": "1 MG Road, Near the park",
            "Loc": "Bengaluru",
            "Pin": 560001,
            "Stcd": "29",
        },
        "BuyerDtls": {
            "Gstin": "27AAPFU0939F1ZV",
            "LglNm": "Asha Stores",
            "Addr1": "9 Marine Drive",
            "Loc": "Mumbai",
            "Pin": 400001,
            "Stcd": "27",
            "Ph": "91225550120",
            "Em": "asha@asha.example",
            "Pos": "27",
        },
        "ItemList": [
            {
                "SlNo": "1",
                "PrdDesc": "Chair",
                "IsServc": "N",
                "HsnCd": "9401",
                "Qty": 2,
                "Unit": "NOS",
                "UnitPrice": 500,
                "TotAmt": 1000,
                "Discount": 100,
                "AssAmt": 900,
                "GstRt": 18,
                "IgstAmt": 162,
                "CgstAmt": 0,
                "SgstAmt": 0,
                "CesRt": 0,
                "CesAmt": 0,
                "TotItemVal": 1062,
            }
        ],
        "ValDtls": {
            "AssVal": 900,
            "CgstVal": 0,
            "SgstVal": 0,
            "IgstVal": 162,
            "CesVal": 0,
            "Discount": 0,
            "OthChrg": 0,
            "RndOffAmt": 0,
            "TotInvVal": 1062,
        },
    } == payload_of(SALE)
    assert () == einvoice(SALE).findings


def test_the_number_of_the_portal_is_known_beforehand() -> None:
    expected = irn("29AAACW6288M1ZH", dt.date(2026, 5, 19), "INV", "INV-2627-001")
    assert expected == einvoice(SALE).irn


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ("B2B", "N")),
        ({"treatment": Treatment.COMPOSITION}, ("B2B", "N")),
        ({"treatment": Treatment.CONSUMER}, ("B2B", "N")),
        ({"treatment": Treatment.DEEMED_EXPORT}, ("DEXP", "N")),
        ({"treatment": Treatment.SEZ}, ("SEZWP", "N")),
        ({"treatment": Treatment.SEZ, "with_payment": False}, ("SEZWOP", "N")),
        ({"treatment": Treatment.SEZ, "place": 29}, ("SEZWP", "Y")),
        ({"treatment": Treatment.OVERSEAS, "place": 96}, ("EXPWP", "N")),
        ({"treatment": Treatment.OVERSEAS, "place": 96, "with_payment": False}, ("EXPWOP", "N")),
        ({"treatment": Treatment.REGISTERED, "place": 96}, ("EXPWP", "N")),
        ({"treatment": Treatment.UNREGISTERED, "buyer": ABROAD}, ("B2C", "N")),
        ({"place": 29, "inter": False}, ("B2B", "N")),
    ],
)
def test_the_kind_of_supply(changes: dict[str, Any], said: tuple[str, str]) -> None:
    """gst.md §1.4 and §3.1: IGST inside the supplier's state is IgstOnIntra."""
    block = payload_of(sale(**changes))["TranDtls"]
    assert said == (block["SupTyp"], block["IgstOnIntra"])


def test_an_export_names_nobody_and_where_it_left_the_country() -> None:
    left = {
        "shipping_bill_number": "7654321", "shipping_bill_date": "2026-05-21", "port_code": "INBLR4",
        "country_code": "US",
    }  # fmt: skip
    export = sale(treatment=Treatment.OVERSEAS, place=96, buyer=ABROAD, export=left, foreign=("USD", 1_275))
    payload = payload_of(export)
    assert {
        "Gstin": "URP", "LglNm": "Asha Stores", "Addr1": "1 Main St", "Loc": "Boston", "Pin": 999999,
        "Stcd": "96", "Pos": "96", "Em": "asha@asha.example",
    } == payload["BuyerDtls"]  # fmt: skip
    assert {
        "ShipBNo": "7654321", "ShipBDt": "21/05/2026", "Port": "INBLR4", "ForCur": "USD", "CntCode": "US",
    } == payload["ExpDtls"]  # fmt: skip
    assert Decimal("12.75") == payload["ValDtls"]["TotInvValFc"]
    assert () == einvoice(export).findings


def test_under_reverse_charge_the_heads_are_said_and_the_total_is_without_them() -> None:
    payload = payload_of(sale(items=(chair(shape=Shape.RCM),)))
    assert "Y" == payload["TranDtls"]["RegRev"]
    assert (162, 1062) == (payload["ItemList"][0]["IgstAmt"], payload["ItemList"][0]["TotItemVal"])
    assert (900, 162, 900) == tuple(payload["ValDtls"][key] for key in ("AssVal", "IgstVal", "TotInvVal"))


def test_a_credit_note_is_positive_and_names_its_invoice() -> None:
    note = sale(kind="credit_note", originals=(("INV-2526-007", dt.date(2026, 3, 31)),))
    payload = payload_of(note)
    assert "CRN" == payload["DocDtls"]["Typ"]
    assert {"PrecDocDtls": [{"InvNo": "INV-2526-007", "InvDt": "31/03/2026"}]} == payload["RefDtls"]
    assert Decimal(1062) == payload["ValDtls"]["TotInvVal"]


def test_charges_reductions_and_rounding_stand_beside_the_lines() -> None:
    values = payload_of(sale(charges=5_000, reduction=250, value=111_000))["ValDtls"]
    assert [50, Decimal("2.50"), Decimal("0.50"), 1110] == [
        values[key] for key in ("OthChrg", "Discount", "RndOffAmt", "TotInvVal")
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        # a price with more than two decimals, by hand: 3 at 199.435 are 598.31, at 199.44 they are 598.32
        ({"quantity": 3_000_000, "price": 199_435_000, "gross": 59_831, "taxable": 59_831},
         ("3", "199.44", "598.32", "0.01")),
        # a quantity with more than three decimals: 0.3333 at 30 are 10.00, as are 0.333 at 30.04 (10.00332)
        ({"quantity": 333_300, "price": 30_000_000, "gross": 1_000, "taxable": 900},
         ("0.333", "30.04", "10.00", "1.00")),
        # written with tax in it: 118 are 100 without
        ({"quantity": 1_000_000, "price": None, "gross": 10_000, "taxable": 10_000},
         ("1", "100", "100", "0")),
        # so little that the portal has no number for it
        ({"quantity": 1, "price": None, "gross": 0, "taxable": 0}, ("0.001", "0", "0", "0")),
    ],
)  # fmt: skip
def test_a_price_that_does_not_fit_is_the_next_that_does(
    changes: dict[str, Any], said: tuple[str, ...]
) -> None:
    row = payload_of(sale(items=(chair(**changes),)))["ItemList"][0]
    assert list(map(Decimal, said)) == [row[key] for key in ("Qty", "UnitPrice", "TotAmt", "Discount")]


def test_texts_are_brought_into_the_form_that_the_portal_takes() -> None:
    pipe = chair(name='Pipe\n6" \\ 40')
    short = chair(line=2, name="Ax", description="An axe")
    unnamed = chair(line=3, name="Ax", description="Ax")
    seller = attrs.evolve(SELLER, phone="12345", email="a@b.c", address=("x" * 60 + ",", "", "y" * 60))
    payload = payload_of(sale(items=(pipe, short, unnamed), seller=seller))
    assert ["Pipe 6'' / 40", "An axe", None] == [row.get("PrdDesc") for row in payload["ItemList"]]
    said = payload["SellerDtls"]
    assert ("x" * 60 + ",", "y" * 60) == (said["Addr1"], said["Addr2"])
    assert set() == {"Ph", "Em"} & set(said)


def test_goods_that_go_elsewhere_say_where() -> None:
    there = attrs.evolve(BUYER, gstin=None, address=("Plot 7",), town="Surat", pin="395 003", state=24)
    assert {
        "LglNm": "Asha Stores", "Addr1": "Plot 7", "Loc": "Surat", "Pin": 395003, "Stcd": "24",
    } == payload_of(sale(ship_to=there))["ShipDtls"]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"treatment": Treatment.CONSUMER, "buyer": attrs.evolve(BUYER, gstin=None)}, "supply.b2c"),
        ({"items": (chair(shape=Shape.EXEMPT, percent=0, igst=0),)}, "document.bill_of_supply"),
        ({"seller_is_sez": True}, "seller.sez"),
        ({"date": dt.date(2020, 9, 30)}, "date.too_early"),
    ],
)
def test_what_the_portal_takes_at_no_time_has_no_number_there(changes: dict[str, Any], rule: str) -> None:
    refused = sale(**changes)
    assert {("error", rule, None)} == found(refused)
    assert einvoice(refused).irn is None


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"status": "DRAFT"}, ("error", "document.draft", None)),
        ({"status": "CANCELLED"}, ("error", "document.cancelled", None)),
        ({"kind": "debit_note"}, ("warning", "original.missing", None)),
        ({"items": (chair(), chair(line=2, shape=Shape.RCM))}, ("error", "reverse_charge.mixed", None)),
        ({"items": (chair(), chair(line=2, hsn=None))}, ("error", "hsn.missing", 2)),
        ({"items": (chair(hsn="94013"),)}, ("error", "hsn.form", 1)),
        ({"items": (chair(shape=None, percent=0, igst=0), chair(line=2))}, ("warning", "tax.missing", 1)),
        ({"items": (chair(percent=28_000_000, igst=25_200),)}, ("warning", "rate.not_current", 1)),
        ({"items": (chair(quantity=2_000_500),)}, ("warning", "quantity.rounded", 1)),
        ({"items": (chair(price=499_999_999),)}, ("warning", "price.rounded", 1)),
        ({"seller": attrs.evolve(SELLER, gstin=None)}, ("error", "seller_gstin.missing", None)),
        ({"seller": attrs.evolve(SELLER, pin=None)}, ("error", "seller_pin.missing", None)),
        ({"seller": attrs.evolve(SELLER, town="Ko")}, ("error", "seller_town.length", None)),
        ({"seller": attrs.evolve(SELLER, state=27)}, ("error", "seller_state.differs", None)),
        ({"buyer": attrs.evolve(BUYER, address=())}, ("error", "buyer_address.missing", None)),
        ({"buyer": attrs.evolve(BUYER, address=("word " * 60,))}, ("warning", "buyer_address.cut", None)),
        ({"buyer": attrs.evolve(BUYER, name="A")}, ("error", "buyer_name.length", None)),
        ({"buyer": attrs.evolve(BUYER, state=29)}, ("error", "buyer_state.differs", None)),
        ({"buyer": attrs.evolve(BUYER, pin="4")}, ("error", "buyer_pin.range", None)),
        ({"treatment": Treatment.SEZ, "buyer": attrs.evolve(BUYER, gstin=None)},
         ("error", "buyer_gstin.missing", None)),
        ({"number": "0815"}, ("error", "number.form", None)),
        ({"value": 106_200 + 10_000}, ("error", "round_off.range", None)),
    ],
)  # fmt: skip
def test_what_would_be_refused_is_found_and_named(
    changes: dict[str, Any], finding: tuple[str, str, int | None]
) -> None:
    assert {finding} == found(sale(**changes))


def test_a_finding_names_its_document() -> None:
    (one,) = einvoice(sale(items=(chair(hsn=None),))).findings
    assert ("invoice", 7, "INV-2627-001", 1, "HsnCd") == (
        one.document_type, one.document_id, one.number, one.line, one.field,
    )  # fmt: skip


def test_without_a_number_of_the_seller_there_is_no_irn() -> None:
    assert einvoice(sale(seller=attrs.evolve(SELLER, gstin=None))).irn is None


def test_a_deemed_export_without_a_gstin_is_a_sale_to_a_consumer() -> None:
    nobody = attrs.evolve(BUYER, gstin=None)
    assert {("error", "supply.b2c", None)} == found(sale(treatment=Treatment.DEEMED_EXPORT, buyer=nobody))
