"""The forms of the portals: each row of a table is broken once, and found where it was broken."""

import copy
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest

from finzcore.gst import ewb_form, inv01
from finzcore.gst.forms import Field, breaches

Payload = dict[str, Any]

PLACE = {"Addr1": "1 MG Road", "Addr2": "Near the park", "Loc": "Bengaluru", "Pin": 560001, "Stcd": "29"}
PARTY = {
    "Gstin": "29AAACW6288M1ZS",
    "LglNm": "Acme",
    "TrdNm": "Acme",
    "Ph": "9845012345",
    "Em": "a@b.example",
}
MONEY = Decimal("1.25")
EINVOICE: Payload = {
    "Version": "1.1",
    "TranDtls": {
        "TaxSch": "GST", "SupTyp": "B2B", "RegRev": "N", "IgstOnIntra": "Y", "EcmGstin": "29AAACW6288M1CS",
    },
    "DocDtls": {"Typ": "INV", "No": "INV/26-27/1", "Dt": "31/12/2026"},
    "SellerDtls": PARTY | PLACE,
    "BuyerDtls": PARTY | PLACE | {"Pos": "7"},
    "DispDtls": {"Nm": "Acme"} | PLACE,
    "ShipDtls": {"Gstin": "URP", "LglNm": "Acme", "TrdNm": "Acme"} | PLACE,
    "ItemList": [
        {
            "SlNo": "1", "IsServc": "N", "PrdDesc": "Chair", "HsnCd": "940130", "Qty": Decimal("1.125"),
            "Unit": "NOS", "GstRt": Decimal("0.25"), "CesRt": 0, "OthChrg": 0,
        }
        | dict.fromkeys(("UnitPrice", "TotAmt", "AssAmt", "TotItemVal", "Discount", "CesAmt"), MONEY)
        | dict.fromkeys(("IgstAmt", "CgstAmt", "SgstAmt", "CesNonAdvlAmt", "StateCesAmt"), MONEY)
        | {"StateCesNonAdvlAmt": MONEY}
    ],
    "ValDtls": {"RndOffAmt": Decimal("-0.49")}
    | dict.fromkeys(("AssVal", "TotInvVal", "CgstVal", "SgstVal", "IgstVal", "CesVal", "StCesVal"), MONEY)
    | dict.fromkeys(("Discount", "OthChrg", "TotInvValFc"), MONEY),
    "PayDtls": {"CrDay": 30, "PaidAmt": 0, "PaymtDue": MONEY},
    "RefDtls": {"PrecDocDtls": [{"InvNo": "INV-1", "InvDt": "01/04/2026", "OthRefNo": "PO/7"}]},
    "ExpDtls": {
        "ShipBNo": "1234567", "ShipBDt": "01/05/2026", "Port": "INBLR4", "RefClm": "N", "ForCur": "USD",
        "CntCode": "US", "ExpDuty": 0,
    },
    "EwbDtls": {
        "Distance": 350, "TransId": "29AAACW6288M1ZS", "TransName": "Fast Trucks", "TransMode": "1",
        "TransDocNo": "LR-17", "TransDocDt": "20/05/2026", "VehNo": "KA01AB1234", "VehType": "R",
    },
}  # fmt: skip
EWAY_BILL: Payload = {
    "supplyType": "O", "subSupplyType": 1, "docType": "INV", "docNo": "INV-1", "docDate": "19/05/2026",
    "transactionType": 1, "otherValue": Decimal("-1.25"), "totInvValue": MONEY, "transMode": 1,
    "transDistance": 0, "transporterId": "29AAACW6288M1ZS", "transporterName": "Fast Trucks",
    "transDocNo": "LR-17", "transDocDate": "20/05/2026", "vehicleNo": "KA01AB1234", "vehicleType": "R",
    "mainHsnCode": "9401",
    "itemList": [
        {
            "itemNo": 1, "productDesc": "Chair", "hsnCode": "9401", "quantity": 2, "qtyUnit": "NOS",
            "taxableAmount": MONEY, "cgstRate": 9, "sgstRate": 9, "igstRate": 0, "cessRate": 0,
            "cessNonAdvol": 0,
        }
    ],
    **dict.fromkeys(("totalValue", "cgstValue", "sgstValue", "igstValue", "cessValue"), MONEY),
    "cessNonAdvolValue": 0,
    **{
        key.format(side): value
        for side in ("from", "to")
        for key, value in (
            ("{}Gstin", "29AAACW6288M1ZS"), ("{}TrdName", "Acme"), ("{}Addr1", "1 MG Road"),
            ("{}Addr2", "Near the park"), ("{}Place", "Bengaluru"), ("{}Pincode", 560001),
            ("{}StateCode", 29),
        )
    },
    "actFromStateCode": 29,
    "actToStateCode": 29,
}  # fmt: skip

FORMS = {
    "e-invoice": (inv01.FORM, EINVOICE, "ItemList"),
    "e-way bill": (ewb_form.FORM, EWAY_BILL, "itemList"),
}
ROWS = [
    pytest.param(form, field, id=f"{form}-{field.block}.{field.key}")
    for form, (table, _, _) in FORMS.items()
    for field in table
]


def block_of(payload: Payload, path: str) -> Payload:
    """The block at a path, of a list its first."""
    found: Any = payload
    for key in filter(None, path.split(".")):
        found = found[key]
        found = found[0] if isinstance(found, list) else found
    said: Payload = found
    return said


def found(form: str, payload: Payload) -> list[tuple[str, int | None]]:
    table, _, items = FORMS[form]
    return [(breach.rule, breach.line) for breach in breaches(table, payload, items)]


@pytest.mark.parametrize("form", FORMS)
def test_a_complete_payload_breaks_nothing(form: str) -> None:
    assert [] == found(form, FORMS[form][1])


@pytest.mark.parametrize("form", FORMS)
def test_every_row_of_a_form_is_in_the_complete_payload(form: str) -> None:
    table, payload, _ = FORMS[form]
    assert [] == [field for field in table if field.key not in block_of(payload, field.block)]


def wrong(field: Field) -> Iterator[tuple[str, Any]]:
    """Values that a row must refuse, each with the fault; worked out from its columns alone."""
    if field.required:
        yield "missing", None
    if field.values:
        yield "value", "Z"
    elif field.places is not None:
        yield "form", "12"
        yield "form", True
        yield "range", Decimal(field.least) - 1
        yield "range", Decimal(field.most) + 1
        yield "places", Decimal(field.least) + Decimal(1).scaleb(-field.places - 1)
    else:
        yield "form", 12
        yield "length", "A" * (int(field.most) + 1)
        yield "sign", ('"' * 300)[: int(field.most)]
        yield "sign", ("\\" * 300)[: int(field.most)]
        if int(field.least) > 1:
            yield "length", "A" * (int(field.least) - 1)
        if field.pattern:
            yield "form", (" " * 300)[: int(field.most)]


@pytest.mark.parametrize(("form", "field"), ROWS)
def test_each_row_finds_what_it_refuses(form: str, field: Field) -> None:
    _, complete, items = FORMS[form]
    line = 1 if field.block == items else None
    for fault, value in wrong(field):
        payload = copy.deepcopy(complete)
        block_of(payload, field.block)[field.key] = value
        assert [(f"{field.word}.{fault}", line)] == found(form, payload), value


def test_a_breach_names_line_field_and_what_is_wrong() -> None:
    payload: Payload = {"ItemList": [{"HsnCd": "9401"}, {"HsnCd": "94013"}, {}]}
    table: Sequence[Field] = [field for field in inv01.FORM if field.key == "HsnCd"]
    told = [(breach.line, breach.field, breach.message) for breach in breaches(table, payload, "ItemList")]
    assert [
        (2, "HsnCd", "HsnCd does not have its form: '94013'."),
        (3, "HsnCd", "HsnCd is required, and not known."),
    ] == told


@pytest.mark.parametrize("number", ["INV/26-27/00001", "A", "1", "inv-9", "A234567890123456"])
def test_numbers_that_the_portal_takes(number: str) -> None:
    assert [] == found("e-invoice", EINVOICE | {"DocDtls": EINVOICE["DocDtls"] | {"No": number}})


@pytest.mark.parametrize("number", ["0INV", "/INV", "-1", "INV 1", "INV_1", "A2345678901234567", "INV№1"])
def test_numbers_that_the_portal_refuses(number: str) -> None:
    rules = found("e-invoice", EINVOICE | {"DocDtls": EINVOICE["DocDtls"] | {"No": number}})
    assert ["number"] == [rule.partition(".")[0] for rule, _ in rules]


def test_what_is_broken_in_a_list_without_lines_names_no_line() -> None:
    payload = EINVOICE | {"RefDtls": {"PrecDocDtls": [{"InvNo": "INV-1"}]}}
    assert [("original.missing", None)] == found("e-invoice", payload)
