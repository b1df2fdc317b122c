"""An e-way bill of an invoice: what is sent, and what the portal would say (`gst.md` §13)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.gst.eway_bill import Mode, Transport, eway_bill
from finzcore.gst.issued import Issued
from finzcore.gst.rates import Shape
from finzcore.gst.supply import Treatment
from tests.gst.issuing import BUYER, SELLER, chair, sale

TODAY = dt.date(2026, 5, 20)
TRUCK = Transport(mode=Mode.ROAD, distance=980, vehicle="KA01AB1234")
CHAIRS = chair(quantity=100_000_000, gross=5_000_000, taxable=5_000_000, igst=900_000)
"""A hundred chairs at 500: 50,000 and 9,000 of IGST."""
WORK = chair(line=2, name="Fitting", hsn="998729", taxable=100_000, gross=100_000, igst=18_000)
LOAD = sale(items=(CHAIRS, WORK), charges=20_000, value=6_038_000)
"""The chairs, fitting them for 1,180, and 200 for the way: 60,380."""


def found(
    issued: Issued = LOAD, transport: Transport = TRUCK, today: dt.date = TODAY
) -> set[tuple[str, str, int | None]]:
    """What is found, as (severity, rule, line)."""
    return {(one.severity, one.rule, one.line) for one in eway_bill(issued, transport, today).findings}


def test_goods_travel_and_what_else_is_on_the_invoice_is_the_other_value() -> None:
    made = eway_bill(LOAD, TRUCK, TODAY)
    assert () == made.findings
    assert {
        "supplyType": "O", "subSupplyType": 1, "docType": "INV", "docNo": "INV-2627-001",
        "docDate": "19/05/2026", "transactionType": 1,
        "fromGstin": "29AAACW6288M1ZH", "fromTrdName": "Acme Traders",
        "fromAddr1": "1 MG Road, Near the park", "fromPlace": "Bengaluru", "fromPincode": 560001,
        "fromStateCode": 29, "actFromStateCode": 29,
        "toGstin": "27AAPFU0939F1ZV", "toTrdName": "Asha Stores", "toAddr1": "9 Marine Drive",
        "toPlace": "Mumbai", "toPincode": 400001, "toStateCode": 27, "actToStateCode": 27,
        "totalValue": 50000, "cgstValue": 0, "sgstValue": 0, "igstValue": 9000, "cessValue": 0,
        "cessNonAdvolValue": 0, "otherValue": 1380, "totInvValue": 60380,
        "transMode": 1, "transDistance": 980, "vehicleNo": "KA01AB1234", "vehicleType": "R",
        "mainHsnCode": "9401",
        "itemList": [
            {
                "itemNo": 1, "productDesc": "Chair", "hsnCode": "9401", "qtyUnit": "NOS", "quantity": 100,
                "taxableAmount": 50000, "cgstRate": 0, "sgstRate": 0, "igstRate": 18, "cessRate": 0,
                "cessNonAdvol": 0,
            }
        ],
    } == made.payload  # fmt: skip


def test_inside_a_state_the_rate_is_two_halves() -> None:
    home = attrs.evolve(CHAIRS, igst=0, cgst=450_000, sgst=450_000)
    (row,) = eway_bill(sale(place=29, inter=False, items=(home,)), TRUCK, TODAY).payload["itemList"]
    assert [9, 9, 0] == [row[key] for key in ("cgstRate", "sgstRate", "igstRate")]


def test_codes_of_states_are_numbers_and_goods_may_go_elsewhere_than_the_bill() -> None:
    surat = attrs.evolve(BUYER, address=("Plot 7",), town="Surat", pin="395003", state=24)
    payload = eway_bill(attrs.evolve(LOAD, ship_to=surat), TRUCK, TODAY).payload
    assert [2, "27AAPFU0939F1ZV", "Plot 7", "Surat", 395003, 27, 24] == [
        payload[key]
        for key in (
            "transactionType", "toGstin", "toAddr1", "toPlace", "toPincode", "toStateCode", "actToStateCode",
        )
    ]  # fmt: skip


def test_an_export_goes_to_nobody_abroad() -> None:
    abroad = attrs.evolve(LOAD, treatment=Treatment.OVERSEAS, place=96)
    payload = eway_bill(abroad, TRUCK, TODAY).payload
    assert [3, "URP", 999999, 96, 96] == [
        payload[key] for key in ("subSupplyType", "toGstin", "toPincode", "toStateCode", "actToStateCode")
    ]


def test_exempt_goods_alone_travel_with_a_bill_of_supply() -> None:
    rice = attrs.evolve(CHAIRS, shape=Shape.EXEMPT, percent=0, igst=0)
    assert "BIL" == eway_bill(sale(items=(rice,)), TRUCK, TODAY).payload["docType"]


def consignment(taxable: int, **changes: Any) -> Issued:
    return sale(items=(chair(taxable=taxable, gross=taxable, igst=taxable * 18 // 100, **changes),))


@pytest.mark.parametrize(
    ("issued", "needed"),
    [
        # 42,372.88 and 7,627.12 are 50,000.00, which needs none; one paisa more does
        (sale(items=(chair(taxable=4_237_288, gross=4_237_288, igst=762_712),)), False),
        (sale(items=(chair(taxable=4_237_289, gross=4_237_289, igst=762_712),)), True),
        # exempt goods beside others do not count, alone they do
        (sale(items=(chair(taxable=4_000_000, igst=720_000),
                     chair(line=2, shape=Shape.EXEMPT, percent=0, igst=0, taxable=4_000_000))), False),
        (sale(items=(chair(shape=Shape.EXEMPT, percent=0, igst=0, taxable=5_000_001),)), True),
        # nor do services; tax that the recipient owes is none of the invoice
        (sale(items=(chair(taxable=4_000_000, igst=720_000), attrs.evolve(WORK, taxable=9_000_000))), False),
        (sale(items=(chair(shape=Shape.RCM, taxable=5_000_000, igst=900_000),)), False),
    ],
)  # fmt: skip
def test_small_consignments_need_none(issued: Issued, needed: bool) -> None:
    assert needed == (("warning", "value.below_threshold", None) not in found(issued))


@pytest.mark.parametrize(
    ("transport", "rule"),
    [
        (Transport(), "mode.missing"),
        (Transport(mode=Mode.ROAD), "vehicle.missing"),
        (Transport(mode=Mode.RAIL), "transport_document.missing"),
        (Transport(mode=Mode.AIR, document="AWB-7"), "transport_document.missing"),
        (Transport(mode=Mode.SHIP, document="BL-7", document_date=dt.date(2026, 5, 18)),
         "transport_document.too_early"),
        (Transport(transporter="29AAACW6288M1Z"), "transporter.length"),
        (Transport(transporter="29AAACW6288M1Z*"), "transporter.form"),
        (Transport(mode=Mode.ROAD, vehicle="KA1"), "vehicle.length"),
        (Transport(mode=Mode.ROAD, vehicle="KA01AB1234", distance=4001), "distance.range"),
        (Transport(transporter="29AAACW6288M1ZH", document="LR 17"), "transport_document.form"),
    ],
)  # fmt: skip
def test_what_is_missing_of_the_transport_is_found(transport: Transport, rule: str) -> None:
    assert {("error", rule, None)} == found(transport=transport)


@pytest.mark.parametrize(
    "transport",
    [
        Transport(transporter="88AABCM9407D1ZS"),
        Transport(mode=Mode.ROAD, transporter="29AAACW6288M1ZH"),
        Transport(mode=Mode.AIR, document="AWB-7", document_date=dt.date(2026, 5, 19)),
    ],
)
def test_transports_that_the_portal_takes(transport: Transport) -> None:
    assert set() == found(transport=transport)


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"status": "DRAFT"}, ("error", "document.draft", None)),
        ({"status": "CANCELLED"}, ("error", "document.cancelled", None)),
        ({"items": (attrs.evolve(WORK, line=1),)}, ("error", "goods.none", None)),
        ({"items": (WORK, attrs.evolve(CHAIRS, line=3, hsn=None))}, ("error", "hsn.missing", 3)),
        ({"items": (attrs.evolve(CHAIRS, hsn="94"),)}, ("error", "hsn.length", None)),
        ({"items": tuple(attrs.evolve(CHAIRS, line=n + 1) for n in range(251))},
         ("error", "goods.too_many", None)),
        ({"number": "INV 1"}, ("error", "number.form", None)),
        ({"number": "INV-2627-00000001"}, ("error", "number.length", None)),
        ({"seller": attrs.evolve(SELLER, gstin=None)}, ("error", "seller_gstin.missing", None)),
        ({"seller": attrs.evolve(SELLER, pin=None)}, ("error", "seller_pin.missing", None)),
        ({"buyer": attrs.evolve(BUYER, pin="SW1A")}, ("error", "buyer_pin.missing", None)),
        ({"buyer": attrs.evolve(BUYER, town=None)}, ("error", "buyer_town.missing", None)),
    ],
)  # fmt: skip
def test_what_would_be_refused_is_found_and_named(
    changes: dict[str, Any], finding: tuple[str, str, int | None]
) -> None:
    assert finding in found(sale(**({"items": (CHAIRS,)} | changes)))


@pytest.mark.parametrize(("days", "old"), [(180, False), (181, True)])
def test_a_document_is_too_old_after_180_days(days: int, old: bool) -> None:
    today = LOAD.date + dt.timedelta(days=days)
    assert old == (("error", "date.too_early", None) in found(today=today))


def test_somebody_without_a_gstin_gets_goods_too() -> None:
    asha = attrs.evolve(LOAD, treatment=Treatment.CONSUMER, buyer=attrs.evolve(BUYER, gstin=None))
    assert "URP" == eway_bill(asha, TRUCK, TODAY).payload["toGstin"]
    assert set() == found(asha)


lines = st.builds(
    chair,
    taxable=st.integers(0, 10**9),
    igst=st.integers(0, 10**9),
    cess=st.integers(0, 10**6),
    hsn=st.sampled_from(["9401", "998314"]),
    shape=st.sampled_from([Shape.INTER_STATE, Shape.RCM, Shape.EXEMPT]),
)


@given(st.lists(lines, min_size=1, max_size=5), st.integers(-99, 99))
def test_the_values_always_add_up_to_the_invoice(items: list[Any], rounding: int) -> None:
    plain = sale(items=tuple(items))
    payload = eway_bill(attrs.evolve(plain, value=plain.value + rounding), TRUCK, TODAY).payload
    heads = ("cgstValue", "sgstValue", "igstValue", "cessValue", "otherValue")
    assert payload["totInvValue"] == payload["totalValue"] + sum(payload[key] for key in heads)
    assert payload["totalValue"] == sum((row["taxableAmount"] for row in payload["itemList"]), Decimal(0))
