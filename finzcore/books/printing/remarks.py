"""What is said beside the figures: endorsements, the declaration, where to pay, what to scan."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from finzcore.books.books import Books
from finzcore.books.printing.forms import day_text
from finzcore.books.printing.paper import Pair, Scan
from finzcore.books.text import json_value
from finzcore.gst.states import OVERSEAS, state
from finzcore.money import rupees
from finzcore.ports import Row

DECLARATION: Final = (
    "We declare that this document shows the actual price of the goods or services described and that "
    "all particulars are true and correct."
)
REVERSE_CHARGE: Final = "Tax on this supply is payable by the recipient under reverse charge."

_PAID: Final = "on payment of integrated tax"
_UNPAID: Final = "under bond or letter of undertaking without payment of integrated tax"
_ABROAD: Final = "Supply meant for export"
_ZONE: Final = "Supply to SEZ unit or SEZ developer for authorised operations"


def endorsement(row: Row, treatment: str) -> str:
    """What rule 46 wants endorsed on an export or a supply to a special economic zone; else nothing.

    >>> endorsement({"place_of_supply": "OVERSEAS", "with_payment": 1}, "OVERSEAS")
    'Supply meant for export on payment of integrated tax'
    """
    if treatment == "SEZ":
        what = _ZONE
    elif treatment == "OVERSEAS" or state(row["place_of_supply"]).number == OVERSEAS:
        what = _ABROAD
    else:
        return ""
    return f"{what} {_PAID if row['with_payment'] else _UNPAID}"


def export_facts(kept: str | None) -> list[Pair]:
    """Where exported goods left the country, and for which."""
    if kept is None:
        return []
    said = json_value(kept)
    labels = {
        "country_code": "Country of destination",
        "port_code": "Port code",
        "shipping_bill_number": "Shipping bill no.",
        "shipping_bill_date": "Shipping bill date",
    }
    return [
        (label, day_text(said[name]) if name.endswith("date") else said[name])
        for name, label in labels.items()
        if said.get(name)
    ]


def bank_of(books: Books) -> Row | None:
    """The bank account that customers pay into: the first active one that has a number or a UPI id."""
    accounts = sorted(books.masters.rows["accounts"].values(), key=lambda row: str(row["code"]))
    for row in accounts:
        if row["account_type"] == "BANK" and row["is_active"] and (row["account_number"] or row["upi_id"]):
            return row
    return None


def bank_details(account: Row) -> tuple[Pair, ...]:
    """A bank account, ready to be paid into."""
    told = (
        ("Bank", account["bank_name"] or account["name"]),
        ("Account no.", account["account_number"]),
        ("IFSC", account["ifsc"]),
        ("UPI", account["upi_id"]),
    )
    return tuple((label, text) for label, text in told if text)


def upi_link(upi_id: str, name: str, amount: int, number: str) -> str:
    """What a UPI application reads off a code to pay an amount in paise.

    >>> upi_link("acme@okbank", "Acme Traders", 1416000, "INV-1")
    'upi://pay?pa=acme@okbank&pn=Acme%20Traders&am=14160.00&cu=INR&tn=INV-1'
    """
    said = [("pa", upi_id), ("pn", name), ("am", rupees(amount)), ("cu", "INR"), ("tn", number)]
    return "upi://pay?" + "&".join(f"{key}={quote(text, safe='@')}" for key, text in said)


PORTAL: Final = (("Irn", "IRN"), ("AckNo", "Ack no."), ("AckDt", "Ack date"))
_SIGNED: Final = "SignedQRCode"


def registered(custom_fields: str | None) -> Mapping[str, str]:
    """The answer of the invoice registration portal, kept under ``einvoice`` with the portal's own names:
    Irn, AckNo, AckDt, SignedQRCode; nothing where there is none."""
    said = None if custom_fields is None else json_value(custom_fields).get("einvoice")
    if not isinstance(said, Mapping):
        return {}
    return {name: str(said[name]) for name in (*dict(PORTAL), _SIGNED) if said.get(name)}


def portal_facts(einvoice: Mapping[str, str]) -> tuple[Pair, ...]:
    """What of the portal's answer is printed in letters."""
    return tuple((label, einvoice[name]) for name, label in PORTAL if name in einvoice)


def codes(upi: str, einvoice: Mapping[str, str]) -> tuple[Scan, ...]:
    """What is to be scanned: the signed code of the portal, and the payment."""
    signed = einvoice.get(_SIGNED, "")
    told = (Scan(label="e-invoice", text=signed), Scan(label="Scan to pay by UPI", text=upi))
    return tuple(one for one in told if one.text)
