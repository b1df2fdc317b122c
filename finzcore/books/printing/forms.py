"""What the kinds of documents are called on paper, who issues them, and which dates they show."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from finzcore.books.printing.paper import Pair
from finzcore.declared import declared
from finzcore.ports import Row


def day_text(day: str) -> str:
    """A date as documents show it.

    >>> day_text("2026-05-09")
    '9 May 2026'
    """
    date = dt.date.fromisoformat(day)
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@declared
class Form:
    """One kind of document on paper.

    `facts` are labels, each with its column. `ours` says whether we issue it: a bill comes from the vendor.
    `lawful` marks the documents whose particulars the rules prescribe, `due` those on which something is
    still to be paid to us.
    """

    title: Callable[[Row], str]
    number: str
    other: str
    """What the other party is called."""
    facts: tuple[Pair, ...] = ()
    ours: Callable[[Row], bool] = lambda row: True
    lawful: bool = False
    due: bool = False
    sale: Callable[[Row], bool] = lambda row: True
    """Whether it is about what we sell."""


def _is_ours(row: Row) -> bool:
    return bool(row["type"] != "VENDOR")


def _note(row: Row) -> str:
    """A note of the vendor's side is what goes back to the vendor."""
    return "Credit Note" if _is_ours(row) else "Purchase Return"


_VOUCHERS: Final = {
    ("INCOMING", "REGULAR"): "Receipt",
    ("INCOMING", "ADVANCE"): "Receipt Voucher",
    ("INCOMING", "REFUND"): "Refund Received",
    ("OUTGOING", "REGULAR"): "Payment Voucher",
    ("OUTGOING", "ADVANCE"): "Advance Payment Voucher",
    ("OUTGOING", "REFUND"): "Refund Voucher",
}
"""Rules 50 to 52 of the CGST Rules name the vouchers of advances and refunds."""


def _voucher(row: Row) -> str:
    return _VOUCHERS[row["flow"], row["payment_type"]]


def _never(row: Row) -> bool:
    return False


_REFERENCE: Final = ("Reference", "reference_number")

FORMS: Final[Mapping[str, Form]] = {
    "invoices": Form(
        title=lambda row: "Tax Invoice",
        number="Invoice no.",
        other="Bill to",
        facts=(("Invoice date", "date"), ("Due date", "due_date"), _REFERENCE),
        lawful=True,
        due=True,
    ),
    "credit_notes": Form(
        title=_note,
        number="Note no.",
        other="To",
        facts=(("Date", "date"), _REFERENCE, ("Reason", "reason")),
        lawful=True,
        sale=_is_ours,
    ),
    "debit_notes": Form(
        title=lambda row: "Debit Note",
        number="Note no.",
        other="To",
        facts=(("Date", "date"), ("Due date", "due_date"), _REFERENCE, ("Reason", "reason")),
        ours=_is_ours,
        lawful=True,
        due=True,
        sale=_is_ours,
    ),
    "bills": Form(
        title=lambda row: "Purchase Bill",
        number="Bill no.",
        other="From",
        facts=(("Bill date", "date"), ("Due date", "due_date"), ("Vendor's reference", "reference_number")),
        ours=_never,
        sale=_never,
    ),
    "estimates": Form(
        title=lambda row: "Estimate",
        number="Estimate no.",
        other="For",
        facts=(("Date", "date"), ("Valid until", "expiry_date"), _REFERENCE),
    ),
    "sales_orders": Form(
        title=lambda row: "Sales Order",
        number="Order no.",
        other="For",
        facts=(("Date", "date"), ("Expected shipment", "expected_shipment_date"), _REFERENCE),
    ),
    "purchase_orders": Form(
        title=lambda row: "Purchase Order",
        number="Order no.",
        other="Vendor",
        facts=(("Date", "date"), ("Expected delivery", "expected_delivery_date"), _REFERENCE),
        sale=_never,
    ),
    "payments": Form(
        title=_voucher,
        number="Voucher no.",
        other="Party",
        facts=(("Date", "date"), _REFERENCE),
    ),
}
"""By the name of the resource."""

MARKS: Final = {"DRAFT": "DRAFT", "CANCELLED": "CANCELLED", "VOIDED": "CANCELLED", "VOID": "CANCELLED"}
"""What is written across a document of such a status."""


def facts_of(form: Form, row: Row) -> tuple[Pair, ...]:
    """The labelled facts of a document: those of its form that are there."""
    said = [(label, column, row.get(column)) for label, column in form.facts]
    return tuple(
        (label, day_text(value) if column.endswith("date") else value)
        for label, column, value in said
        if value
    )
