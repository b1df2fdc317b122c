"""Notes that correct an invoice or a bill: whose side they are on, what they take over, how far they may
go (`api.md` §4.11, §4.12)."""

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any, Final, NamedTuple

from finzcore.books.books import Books
from finzcore.books.papers.drawing import Drawn, draw
from finzcore.books.papers.kind import PaperKind, kind_of
from finzcore.books.papers.settlement import check_posted
from finzcore.documents.lifecycle import POSTED
from finzcore.documents.tds import Tds, tds_reversal
from finzcore.errors import RuleBroken
from finzcore.money import Paise
from finzcore.ports import Condition, Row

PARENTS: Final = {"invoice_id": "invoices", "bill_id": "bills"}
"""The fields that name what a note is for."""

NOTES: Final = ("credit_notes", "debit_notes")


class Parent(NamedTuple):
    """What a note is for."""

    kind: PaperKind
    row: Row

    @property
    def field(self) -> str:
        """The field that names it."""
        return f"{self.kind.noun}_id"


class Note(NamedTuple):
    """A note that is for something."""

    kind: PaperKind
    row: Row


def parent_of(books: Books, body: Any) -> Parent | None:
    """What a note is for; RuleBroken when the note cannot be for it."""
    if body.invoice_id is not None and body.bill_id is not None:
        raise RuleBroken("A note is for an invoice or for a bill, not both.", field="bill_id")
    for field, of in PARENTS.items():
        key = getattr(body, field)
        if key is not None:
            parent = Parent(kind_of(of), books.row(of, key))
            _check_parent(books, parent, body)
            return parent
    return None


def _check_parent(books: Books, parent: Parent, body: Any) -> None:
    kind, row = parent
    if row[kind.contact] != body.customer_id:
        raise RuleBroken(f"The {kind.label} belongs to another {kind.who}.", field=parent.field)
    if body.currency_code not in (None, row["currency_code"]):
        raise RuleBroken(f"The {kind.label} is in another currency.", field="currency_code")
    check_posted(books, kind, row, parent.field, corrected=True)
    if body.date < row["date"]:
        raise RuleBroken(f"A note is not dated before its {kind.label}.", field="date")


def side_of(books: Books, body: Any, parent: Parent | None) -> bool:
    """Whether a note is for something we sold. RuleBroken (``type``) when it says otherwise itself.

    Without a parent the contact decides, and who is both customer and vendor is a customer, unless
    the note says so.
    """
    if parent is not None:
        selling = parent.kind.who == "customer"
    else:
        contact = books.row("contacts", body.customer_id)["contact_type"]
        selling = contact == "CUSTOMER" or (contact == "BOTH" and body.type != "VENDOR")
    if body.type not in (None, "CUSTOMER" if selling else "VENDOR"):
        other = "customer" if selling else "vendor"
        raise RuleBroken(f"This note is for a {other}, by what it is for or by its contact.", field="type")
    return selling


_TAKEN_OVER: Final = (
    "branch_id", "currency_code", "exchange_rate", "with_payment", "is_rcm", "rcm_rate", "itc_blocked_reason",
)  # fmt: skip


def drawn_like(
    books: Books, kind: PaperKind, body: Any, parent: Parent | None, *, selling: bool, tds: Tds | None = None
) -> Drawn:
    """A note computed, with what it leaves open taken from what it is for."""
    filled = copy(body)
    place = body.place_of_supply
    if parent is not None:
        place = place or parent.row["place_of_supply"]
        missing = {name: parent.row.get(name) for name in _TAKEN_OVER if getattr(body, name) is None}
        filled.__dict__.update(missing)
    drawn = draw(books, kind, filled, selling=selling, place_of_supply=place, tds=tds)
    drawn.row["type"] = "CUSTOMER" if selling else "VENDOR"
    return drawn


def credited_like(
    books: Books, kind: PaperKind, body: Any, parent: Parent | None, *, selling: bool, own: int | None
) -> Drawn:
    """A credit note computed; `own` is its key, if it has one.

    One for a document with TDS takes back its part of that, unless it says how much or that it shall
    not. RuleBroken (``line_items``) when the notes for a document exceed its total.
    """
    drawn = drawn_like(books, kind, body, parent, selling=selling)
    if parent is None:
        return drawn
    row = parent.row
    others = [note for note in books.session.find(kind.table, _for(parent, POSTED)) if note["id"] != own]
    if row["tds_amount"] and body.reverse_tds and body.tds_amount is None and body.tds_rate is None:
        before = Paise(sum(note["tds_amount"] for note in others))
        back = tds_reversal(row["tds_amount"], drawn.row["taxable"], row["taxable"], before)
        if back > 0:
            drawn = drawn_like(books, kind, body, parent, selling=selling, tds=Tds(amount=back))
    if sum(note["total"] for note in others) + drawn.row["total"] > row["total"]:
        message = f"The notes of {_a(parent.kind.label)} may not exceed its total."
        raise RuleBroken(message, field="line_items")
    return drawn


def _a(label: str) -> str:
    return f"{'an' if label[0] in 'aeiou' else 'a'} {label}"


def _for(parent: Parent, statuses: Iterable[str]) -> list[Condition]:
    """Which notes are for a document and kept in one of these statuses."""
    return [Condition(parent.field, "=", parent.row["id"]), Condition("status", "in", tuple(statuses))]


def notes_for(books: Books, of: PaperKind, row: Row) -> Iterator[Note]:
    """The notes of both kinds that are for a document and not cancelled."""
    where = _for(Parent(of, row), ("DRAFT", *sorted(POSTED)))
    of_both = [kind_of(name) for name in NOTES]
    for kind in of_both:
        books.session.ahead.find(kind.table, where)
    for kind in of_both:
        for note in books.session.find(kind.table, where):
            yield Note(kind, note)
