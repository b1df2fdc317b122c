"""An e-invoice: the JSON of INV-01 for a document, checked before the portal sees it (`gst.md` §12).

    TotAmt      = Qty × UnitPrice              AssAmt = TotAmt - Discount
    TotItemVal  = AssAmt + IgstAmt + CgstAmt + SgstAmt + CesAmt
    TotInvVal   = AssVal + the tax charged + OthChrg - Discount + RndOffAmt

Our taxable value is what it is, so the discount is what leads to it: the line's own, its share of one on
the whole document, and what a price loses that has no more than two decimals or was written with tax in
it. Under reverse charge the heads say what the recipient owes, and TotInvVal is without them. Tax withheld
is never taken off.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

from finzcore.gst import inv01
from finzcore.gst.findings import Finding
from finzcore.gst.forms import breaches
from finzcore.gst.gstin import doubt, form_of
from finzcore.gst.irn import CREDIT_NOTE, DEBIT_NOTE, INVOICE, irn
from finzcore.gst.issued import Issued, Item, Party
from finzcore.gst.rates import slab_on
from finzcore.gst.states import OVERSEAS
from finzcore.gst.supply import Treatment
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
from finzcore.money import Millionths, half_up, plain

VERSION: Final = "1.1"
FIRST_DAY: Final = dt.date(2020, 10, 1)
"""The portal takes no document dated earlier."""

TYPES: Final = {"invoice": INVOICE, "credit_note": CREDIT_NOTE, "debit_note": DEBIT_NOTE}

_LONGEST_LINE: Final = 100
_B2C: Final = "B2C"
_ZERO_RATED: Final = {Treatment.SEZ: "SEZ", Treatment.OVERSEAS: "EXP"}


class EInvoice(NamedTuple):
    """What would be sent, the number that the portal would give it, None where it takes no such document,
    and what it would say against it."""

    irn: str | None
    payload: Payload
    findings: tuple[Finding, ...]


def einvoice(issued: Issued) -> EInvoice:
    """A document as the portal takes it. Nothing is withheld for a finding; whether a turnover makes
    e-invoices an obligation is not known here."""
    payload = payload_of(issued)
    refused = list(_refusals(issued))
    found = [*refused, *_advice(issued)]
    known = {(one.line, one.field) for one in found}
    found += [
        _finding(issued, "error", breach.rule, breach.message, line=breach.line, field=breach.field)
        for breach in breaches(inv01.FORM, payload, inv01.ITEMS)
        if (breach.line, breach.field) not in known
    ]
    numbered = not refused and issued.seller.gstin is not None
    return EInvoice(_irn(issued) if numbered else None, payload, tuple(found))


def _irn(issued: Issued) -> str:
    assert issued.seller.gstin is not None
    return irn(issued.seller.gstin, issued.date, TYPES[issued.kind], issued.number)


def supply_type(issued: Issued) -> str:
    """What the portal calls the kind of supply; ``B2C``, which it refuses, for who has no GSTIN."""
    treatment = Treatment.OVERSEAS if issued.is_export else issued.treatment
    if treatment in _ZERO_RATED:
        return _ZERO_RATED[treatment] + ("WP" if issued.with_payment else "WOP")
    if issued.buyer.gstin is None:
        return _B2C
    return "DEXP" if treatment is Treatment.DEEMED_EXPORT else "B2B"


# ----- what the portal refuses, and what somebody should look at -----


def _finding(
    issued: Issued, severity: Any, rule: str, message: str, *, line: int | None = None, field: str | None
) -> Finding:
    return Finding(
        severity=severity, rule=rule, document_type=issued.kind, document_id=issued.key,
        number=issued.number, line=line, field=field, message=message,
    )  # fmt: skip


def _refusals(issued: Issued) -> Iterator[Finding]:
    """Why a document is not for the portal at all."""
    if supply_type(issued) == _B2C:
        message = "The customer has no GSTIN: the portal takes no invoices to consumers."
        yield _finding(issued, "error", "supply.b2c", message, field="TranDtls.SupTyp")
    if issued.is_bill_of_supply:
        message = "Nothing on it is taxable: a bill of supply is not reported as an e-invoice."
        yield _finding(issued, "error", "document.bill_of_supply", message, field="DocDtls.Typ")
    if issued.seller_is_sez:
        message = "A unit in a special economic zone makes no e-invoices."
        yield _finding(issued, "error", "seller.sez", message, field="SellerDtls.Gstin")
    if issued.date < FIRST_DAY:
        message = "The portal takes no document dated before 1 October 2020."
        yield _finding(issued, "error", "date.too_early", message, field="DocDtls.Dt")


_NOT_IN_BOOKS: Final = {"DRAFT": "It is a draft, and may still change.", "CANCELLED": "It is cancelled."}


def _advice(issued: Issued) -> Iterator[Finding]:
    """What stands in the way of this document, and what the portal would take although it may be wrong."""
    if issued.status in _NOT_IN_BOOKS:
        rule = f"document.{issued.status.lower()}"
        yield _finding(issued, "error", rule, _NOT_IN_BOOKS[issued.status], field="DocDtls.No")
    if issued.kind != "invoice" and not issued.originals:
        message = "A note names the invoice that it corrects; this one names none."
        yield _finding(issued, "warning", "original.missing", message, field="RefDtls.PrecDocDtls")
    if len({item.reverse_charge for item in issued.items if item.percent}) > 1:
        message = "Some lines are under reverse charge and some are not: they belong on two documents."
        yield _finding(issued, "error", "reverse_charge.mixed", message, field="TranDtls.RegRev")
    yield from _party_advice(issued, "buyer", issued.buyer, "BuyerDtls")
    yield from _party_advice(issued, "seller", issued.seller, "SellerDtls")
    for item in issued.items:
        yield from _line_advice(issued, item)


def _party_advice(issued: Issued, who: str, party: Party, block: str) -> Iterator[Finding]:
    prefix = (party.gstin or "")[:2]
    if not issued.is_export and prefix.isdigit() and prefix != "99" and int(prefix) != party.state:
        message = f"The GSTIN is of state {prefix}, the address of state {party.state:02}."
        yield _finding(issued, "error", f"{who}_state.differs", message, field=f"{block}.Stcd")
    if party.gstin is not None and form_of(party.gstin) is not None and (wrong := doubt(party.gstin)):
        yield _finding(issued, "warning", f"{who}_gstin.unlikely", wrong, field=f"{block}.Gstin")
    if len(address_lines(party.address, _LONGEST_LINE)) > 2:
        message = "The address is longer than the two lines of 100 characters that the portal takes."
        yield _finding(issued, "warning", f"{who}_address.cut", message, field=f"{block}.Addr2")


def _line_advice(issued: Issued, item: Item) -> Iterator[Finding]:
    if item.shape is None:
        message = "The line has no tax: whether it is taxable, exempt or outside GST nobody said."
        yield _finding(issued, "warning", "tax.missing", message, line=item.line, field="GstRt")
    elif item.percent and slab_on(Millionths(item.percent), issued.date) is None:
        message = f"{plain(item.percent, 6)} % is no rate of GST on the day of the document."
        yield _finding(issued, "warning", "rate.not_current", message, line=item.line, field="GstRt")
    if item.quantity % 1000:
        message = f"The portal takes three decimals of a quantity, not {plain(item.quantity, 6)}."
        yield _finding(issued, "warning", "quantity.rounded", message, line=item.line, field="Qty")
    if item.price is not None and item.price % 10_000:
        price = plain(item.price, 6)
        message = f"The portal takes two decimals of a price, not {price}; the discount makes up for it."
        yield _finding(issued, "warning", "price.rounded", message, line=item.line, field="UnitPrice")


# ----- the payload -----


def payload_of(issued: Issued) -> Payload:
    """The object of INV-01: amounts are `Decimal` of rupees, and keys with nothing to say are left out."""
    return said(
        {
            "Version": VERSION,
            "TranDtls": {
                "TaxSch": "GST",
                "SupTyp": supply_type(issued),
                "RegRev": _yes(issued.reverse_charge),
                "IgstOnIntra": _yes(issued.inter and issued.place == issued.seller.state),
            },
            "DocDtls": {"Typ": TYPES[issued.kind], "No": issued.number, "Dt": day_text(issued.date)},
            "SellerDtls": _party(issued.seller),
            "BuyerDtls": _buyer(issued),
            "ShipDtls": None if issued.ship_to is None else _ship_to(issued.ship_to),
            inv01.ITEMS: [_item(item) for item in issued.items],
            "ValDtls": _values(issued),
            "RefDtls": _originals(issued),
            "ExpDtls": _export(issued),
        }
    )


def _yes(flag: bool) -> str:
    return "Y" if flag else "N"


def _party(party: Party) -> Payload:
    lines = [*address_lines(party.address, _LONGEST_LINE), None, None]
    digits = "".join(filter(str.isdigit, party.phone or ""))
    name, trade_name = clean(party.name), clean(party.trade_name)
    return said(
        {
            "Gstin": party.gstin,
            "LglNm": name,
            "TrdNm": trade_name if trade_name != name else None,
            "Addr1": lines[0],
            "Addr2": lines[1] if len(lines[1] or "") >= 3 else None,
            "Loc": clean(party.town),
            "Pin": pin_number(party.pin),
            "Stcd": f"{party.state:02}",
            "Ph": digits if 6 <= len(digits) <= 12 else None,
            "Em": party.email if 6 <= len(party.email or "") <= 100 else None,
        }
    )


def _buyer(issued: Issued) -> Payload:
    block, place = _party(issued.buyer), issued.place
    if issued.is_export:
        place = OVERSEAS
        block |= {"Gstin": NOBODY, "Pin": ABROAD_PIN, "Stcd": f"{OVERSEAS}"}
    elif supply_type(issued) == _B2C:
        block["Gstin"] = NOBODY
    return block | {"Pos": f"{place:02}"}


def _ship_to(party: Party) -> Payload:
    block = _party(party)
    if party.state == OVERSEAS:
        block |= {"Pin": ABROAD_PIN}
    return {key: value for key, value in block.items() if key not in ("Ph", "Em")}


def _item(item: Item) -> Payload:
    quantity = max(half_up(item.quantity, 1000), 1)
    price = _unit_price(item, quantity)
    total = half_up(quantity * price, 1000)
    name = next((text for text in (item.name, item.description) if len(clean(text) or "") >= 3), None)
    return said(
        {
            "SlNo": str(item.line),
            "PrdDesc": (clean(name) or "")[:300] or None,
            "IsServc": _yes(item.is_service),
            "HsnCd": item.hsn,
            "Qty": Decimal(plain(quantity, 3)),
            "Unit": uqc(item.unit),
            "UnitPrice": amount(price),
            "TotAmt": amount(total),
            "Discount": amount(total - item.taxable),
            "AssAmt": amount(item.taxable),
            "GstRt": Decimal(plain(item.percent, 6)),
            "IgstAmt": amount(item.igst),
            "CgstAmt": amount(item.cgst),
            "SgstAmt": amount(item.sgst),
            "CesRt": Decimal(plain(item.cess_percent, 6)),
            "CesAmt": amount(item.cess),
            "TotItemVal": amount(item.value),
        }
    )


def _unit_price(item: Item, quantity: int) -> int:
    """The price of one in paise; where that has more decimals, or is to be found, the next one at which
    the quantity, in thousandths, comes to no less than before any discount."""
    if item.price is not None and item.price % 10_000 == 0 and item.quantity % 1000 == 0:
        return item.price // 10_000
    return -(-max(item.gross, item.taxable) * 1000 // quantity)


def _values(issued: Issued) -> Payload:
    sums = {name: sum(getattr(item, name) for item in issued.items) for name in _HEADS}
    return said(
        {
            "AssVal": amount(issued.taxable),
            **{_HEADS[name]: amount(tax) for name, tax in sums.items()},
            "Discount": amount(issued.reduction),
            "OthChrg": amount(issued.charges),
            "RndOffAmt": amount(issued.rounding),
            "TotInvVal": amount(issued.value),
            "TotInvValFc": None if issued.foreign is None else amount(issued.foreign[1]),
        }
    )


_HEADS: Final = {"cgst": "CgstVal", "sgst": "SgstVal", "igst": "IgstVal", "cess": "CesVal"}


def _originals(issued: Issued) -> Payload | None:
    if not issued.originals:
        return None
    return {"PrecDocDtls": [{"InvNo": number, "InvDt": day_text(date)} for number, date in issued.originals]}


def _export(issued: Issued) -> Payload | None:
    """Where exported goods left the country, and the currency of whatever is not in rupees."""
    left = (issued.export or {}) if issued.is_export else {}
    date = left.get("shipping_bill_date")
    block = said(
        {
            "ShipBNo": left.get("shipping_bill_number"),
            "ShipBDt": None if date is None else day_text(dt.date.fromisoformat(date)),
            "Port": left.get("port_code"),
            "ForCur": None if issued.foreign is None else issued.foreign[0],
            "CntCode": left.get("country_code"),
        }
    )
    return block or None
