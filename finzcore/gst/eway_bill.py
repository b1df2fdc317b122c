"""An e-way bill: the JSON for goods that travel with an invoice, checked beforehand (`gst.md` §13).

Rates are those of the items, amounts those of all goods together. Services do not travel: they, the
charges and the round-off are the other value, so that everything adds up to what the invoice comes to.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import Any, Final, NamedTuple

import attrs

from finzcore.gst import ewb_form
from finzcore.gst.findings import Finding
from finzcore.gst.forms import breaches
from finzcore.gst.issued import Issued, Item, Party
from finzcore.gst.states import OVERSEAS
from finzcore.gst.units import uqc
from finzcore.gst.written import (
    ABROAD_PIN,
    NOBODY,
    Payload,
    address_lines,
    amount,
    clean,
    day_text,
    pin_number,
    said,
)
from finzcore.money import half_up, plain, rupees

THRESHOLD: Final = 50_000_00
"""A consignment worth more needs an e-way bill (rule 138, since 1 April 2018); some states differ on
goods that stay inside them."""

OLDEST_DAYS: Final = 180
"""So old a document may be (since 1 January 2025)."""

_LONGEST_LINE: Final = 120


class Mode(IntEnum):
    """How goods travel."""

    ROAD = 1
    RAIL = 2
    AIR = 3
    SHIP = 4


@attrs.frozen(kw_only=True)
class Transport:
    """What is known of the transport: `distance` in kilometres, 0 to have the portal find it from the
    postal codes; `document` is the receipt of who carries it."""

    mode: Mode | None = None
    distance: int = 0
    vehicle: str | None = None
    transporter: str | None = None
    document: str | None = None
    document_date: dt.date | None = None


class EWayBill(NamedTuple):
    """What would be sent, and what the portal would say against it."""

    payload: Payload
    findings: tuple[Finding, ...]


def eway_bill(issued: Issued, transport: Transport, today: dt.date) -> EWayBill:
    """An invoice and its transport as the portal takes them; nothing is withheld for a finding."""
    goods = [item for item in issued.items if not item.is_service]
    payload = payload_of(issued, goods, transport)
    found = [
        *_on_document(issued, goods, today),
        *_on_transport(issued, transport),
    ]
    known = {(one.line, one.field) for one in found}
    for breach in breaches(ewb_form.FORM, payload, ewb_form.ITEMS):
        line = None if breach.line is None else goods[breach.line - 1].line
        if (line, breach.field) not in known:
            found.append(_finding(issued, "error", breach.rule, breach.message, breach.field, line))
    return EWayBill(payload, tuple(found))


def worth(issued: Issued, goods: Sequence[Item]) -> int:
    """What a consignment is worth in paise, the tax included; exempt goods count only where there are no
    others (rule 138, explanation 2).

    The round-off and the charges on an invoice are no part of it.
    """
    taxable = [item for item in goods if not item.is_exempt]
    return sum(item.taxable if item.reverse_charge else item.value for item in taxable or goods)


# ----- what the portal refuses, and what somebody should look at -----


def _finding(
    issued: Issued, severity: Any, rule: str, message: str, field: str, line: int | None = None
) -> Finding:
    return Finding(
        severity=severity, rule=rule, document_type=issued.kind, document_id=issued.key,
        number=issued.number, line=line, field=field, message=message,
    )  # fmt: skip


def _on_document(issued: Issued, goods: Sequence[Item], today: dt.date) -> Iterator[Finding]:
    if issued.status == "CANCELLED":
        yield _finding(issued, "error", "document.cancelled", "It is cancelled.", "docNo")
    if issued.status == "DRAFT":
        yield _finding(issued, "error", "document.draft", "It is a draft, and may still change.", "docNo")
    if not goods:
        message = "Nothing on it is goods, and services need no e-way bill."
        yield _finding(issued, "error", "goods.none", message, ewb_form.ITEMS)
    elif (value := worth(issued, goods)) <= THRESHOLD:
        message = f"The goods are worth {rupees(value)}; up to {rupees(THRESHOLD)} needs no e-way bill."
        yield _finding(issued, "warning", "value.below_threshold", message, "totInvValue")
    if len(goods) > ewb_form.MOST_ITEMS:
        message = f"An e-way bill has at most {ewb_form.MOST_ITEMS} items, not {len(goods)}."
        yield _finding(issued, "error", "goods.too_many", message, ewb_form.ITEMS)
    if (today - issued.date).days > OLDEST_DAYS:
        message = f"The document is more than {OLDEST_DAYS} days old."
        yield _finding(issued, "error", "date.too_early", message, "docDate")


def _on_transport(issued: Issued, transport: Transport) -> Iterator[Finding]:
    """Part B wants a vehicle, or the document of another carrier; a transporter may add it later."""
    if transport.mode is None:
        if transport.transporter is None:
            message = "Either how the goods travel or who carries them must be known."
            yield _finding(issued, "error", "mode.missing", message, "transMode")
    elif transport.mode is Mode.ROAD:
        if transport.vehicle is None and transport.transporter is None:
            message = "By road, the number of the vehicle or the transporter must be known."
            yield _finding(issued, "error", "vehicle.missing", message, "vehicleNo")
    elif transport.document is None:
        message = "By rail, air or ship the number of the transport document must be known."
        yield _finding(issued, "error", "transport_document.missing", message, "transDocNo")
    elif transport.document_date is None:
        message = "By rail, air or ship the day of the transport document must be known."
        yield _finding(issued, "error", "transport_document.missing", message, "transDocDate")
    if transport.document_date is not None and transport.document_date < issued.date:
        message = "The transport document is dated before the invoice."
        yield _finding(issued, "error", "transport_document.too_early", message, "transDocDate")


# ----- the payload -----


def payload_of(issued: Issued, goods: Sequence[Item], transport: Transport) -> Payload:
    """The main JSON: amounts are `Decimal` of rupees, and keys with nothing to say are left out."""
    block = {
        "supplyType": "O",
        "subSupplyType": 3 if issued.is_export else 1,
        "docType": "BIL" if issued.is_bill_of_supply else "INV",
        "docNo": issued.number,
        "docDate": day_text(issued.date),
        "transactionType": 1 if issued.ship_to is None else 2,
        **_side("from", issued.seller, issued.seller),
        **_side("to", issued.buyer, issued.ship_to or issued.buyer, abroad=issued.is_export),
        **_values(issued, goods),
        "transMode": None if transport.mode is None else transport.mode.value,
        "transDistance": transport.distance,
        "transporterId": transport.transporter,
        "transDocNo": transport.document,
        "transDocDate": None if transport.document_date is None else day_text(transport.document_date),
        "vehicleNo": transport.vehicle,
        "vehicleType": "R" if transport.vehicle else None,
        "mainHsnCode": max(goods, key=_value).hsn if goods else None,
        ewb_form.ITEMS: [_item(number, item, issued.inter) for number, item in enumerate(goods, 1)],
    }
    return said(block)


def _value(item: Item) -> int:
    return item.taxable


def _side(side: str, party: Party, at: Party, *, abroad: bool = False) -> Payload:
    """One end of the journey: who it is, and where the goods are or go."""
    lines = [*address_lines(at.address, _LONGEST_LINE), None, None]
    state, pin = (OVERSEAS, ABROAD_PIN) if abroad else (party.state, pin_number(at.pin))
    gstin = NOBODY if abroad else party.gstin
    return {
        f"{side}Gstin": gstin or (NOBODY if side == "to" else None),
        f"{side}TrdName": clean(party.trade_name or party.name),
        f"{side}Addr1": lines[0],
        f"{side}Addr2": lines[1],
        f"{side}Place": clean(at.town),
        f"{side}Pincode": pin,
        f"{side}StateCode": state,
        f"act{side.capitalize()}StateCode": OVERSEAS if abroad else at.state,
    }


def _values(issued: Issued, goods: Sequence[Item]) -> Payload:
    """The amounts of all goods; what else stands on the invoice is the other value."""
    charged = [item for item in goods if not item.reverse_charge]
    taxable, taxes = sum(item.taxable for item in goods), _taxes(charged)
    return {
        "totalValue": amount(taxable),
        **{key: amount(tax) for key, tax in taxes.items()},
        "cessNonAdvolValue": amount(0),
        "otherValue": amount(issued.value - taxable - sum(taxes.values())),
        "totInvValue": amount(issued.value),
    }


def _taxes(items: Iterable[Item]) -> dict[str, int]:
    heads = [(item.cgst, item.sgst, item.igst, item.cess) for item in items]
    names = ("cgstValue", "sgstValue", "igstValue", "cessValue")
    return {name: sum(row[place] for row in heads) for place, name in enumerate(names)}


def _item(number: int, item: Item, inter: bool) -> Payload:
    half, whole = (0, item.percent) if inter else (item.percent // 2, 0)
    return said(
        {
            "itemNo": number,
            "productDesc": (clean(item.name) or "")[:100] or None,
            "hsnCode": item.hsn,
            "qtyUnit": uqc(item.unit),
            "quantity": Decimal(plain(half_up(item.quantity, 1000), 3)),
            "taxableAmount": amount(item.taxable),
            "cgstRate": Decimal(plain(half, 6)),
            "sgstRate": Decimal(plain(half, 6)),
            "igstRate": Decimal(plain(whole, 6)),
            "cessRate": Decimal(plain(item.cess_percent, 6)),
            "cessNonAdvol": amount(0),
        }
    )
