"""Debit notes: what customers are charged beyond an invoice, and we beyond a bill (`api.md` §4.12)."""

from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.explain.operation import explained
from finzcore.books.kinds import Choice
from finzcore.books.pages import Listing, between, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.corrections import Parent, drawn_like
from finzcore.books.papers.drafts import due_by
from finzcore.books.papers.drawing import Drawn
from finzcore.books.papers.header import (
    INWARD_COLUMNS,
    INWARD_LINE_ITEMS,
    Header,
    Inward,
    Numbered,
    Outward,
    Withheld,
    extras,
    header_columns,
    lawful_number,
    line_items,
    place_of_supply,
)
from finzcore.books.papers.kind import PaperKind, told_of
from finzcore.books.papers.lines import InwardLine, lines_of
from finzcore.books.papers.notes import Notes
from finzcore.books.papers.settlement import balance, settled_status
from finzcore.books.printing.operation import printed
from finzcore.books.resource import Page, Resource, action, browse, change, create, fetch, one
from finzcore.books.returns.portal import einvoiced
from finzcore.books.shapes import Fault, choice, day, mention, shape, text
from finzcore.documents.lifecycle import DEBIT_NOTE as LIFE
from finzcore.documents.purchase import VENDOR_DEBIT_NOTE
from finzcore.documents.sale import DEBIT_NOTE
from finzcore.errors import Duplicate, RuleBroken
from finzcore.ledger.source import Source
from finzcore.ports import Condition, Index, Row, Table, integer, paise, ref
from finzcore.ports import day as day_column
from finzcore.ports import text as text_column


@shape
class NewDebitNote(Inward, Outward, Withheld, Numbered, Header):
    """A debit note as it is created; what it leaves open comes from what it is for."""

    customer_id: int = mention("ct_", "contacts", "Customer", required=True, also=("vendor_id", "contact_id"))
    invoice_id: int | None = mention("inv_", "invoices", "Invoice", usable=False)
    bill_id: int | None = mention("bl_", "bills", "Bill", usable=False)
    type: str | None = choice("CUSTOMER", "VENDOR")
    date: str = day(required=True)
    due_date: str | None = day()
    place_of_supply: str | None = place_of_supply(required=False)
    line_items: tuple[Any, ...] = line_items(InwardLine)
    debit_note_number: str | None = lawful_number()
    reason: str | None = text(500)

    def faults(self) -> Iterator[Fault]:
        """A note is not due before its date."""
        if self.due_date is not None and self.due_date < (self.date or ""):
            yield Fault(RuleBroken.code, "due_date", "The due date is before the date.", self.due_date)


DEBIT_NOTES: Final = Table(
    name="debit_notes",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        text_column("type"),
        day_column("date"),
        day_column("due_date"),
        ref("invoice_id", "invoices", null=True),
        ref("bill_id", "bills", null=True),
        text_column("reason", null=True),
        *header_columns("customer"),
        *INWARD_COLUMNS,
        paise("payment_made", least=0),
        paise("credits_applied", least=0),
    ),
    within=((("payment_made", "credits_applied"), "total"),),
    indexes=(
        Index(name="debit_notes_customer", columns=("customer_id", "id")),
        Index(name="debit_notes_unposted", columns=("status", "id"), unlike=(("status", "ISSUED"),)),
        Index(name="debit_notes_invoice", columns=("invoice_id", "id"), present=("invoice_id",)),
        Index(name="debit_notes_bill", columns=("bill_id", "id"), present=("bill_id",)),
    ),
)
"""`status` is ISSUED or CANCELLED; what a client sees follows from what was paid."""

VIEW: Final = views.View(
    views.ident("debit_note_id", "dn_", "id"),
    views.text("debit_note_number", "number"),
    views.out("type", Choice(("customer", "vendor")), "shown_type"),
    views.ident("customer_id", "ct_"),
    views.text("customer_name"),
    views.ident("invoice_id", "inv_"),
    views.ident("bill_id", "bl_"),
    views.day("date"),
    views.day("due_date"),
    views.text("reference_number"),
    views.text("reason"),
    views.text("place_of_supply"),
    views.text("currency_code"),
    views.number("exchange_rate", 8),
    INWARD_LINE_ITEMS,
    views.amount("sub_total"),
    views.amount("tax_total"),
    views.amount("total"),
    views.amount("payment_made"),
    views.amount("balance"),
    views.text("status", "shown_status"),
    views.text("notes"),
    *views.CREATED,
    *extras(Withheld, Outward, Inward),
)

KIND: Final = PaperKind(
    of="debit_notes",
    noun="debit_note",
    source=Source.DEBIT_NOTE,
    table=DEBIT_NOTES,
    life=LIFE,
    who="customer",
    left="balance",
    rest=balance,
    shown_status=settled_status,
    settles=("PAID",),
    told=told_of("dn_"),
    means={"CUSTOMER": DEBIT_NOTE, "VENDOR": VENDOR_DEBIT_NOTE},
)


def _whole(books: Books, row: Row, lines: list[Row]) -> Row:
    """A note with what follows from what is kept."""
    return row | {
        "shown_type": row["type"].lower(),
        "line_items": lines,
        "balance": balance(row),
        "shown_status": KIND.status(books, row),
    }


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Notes as answers show them."""
    lines = lines_of(books, rows)
    return [_whole(books, row, lines[row["id"]]) for row in rows]


def _drawn(books: Books, body: NewDebitNote, parent: Parent | None, selling: bool, own: int | None) -> Drawn:
    for fault in body.faults():
        raise RuleBroken(fault.message, field=fault.field)
    drawn = drawn_like(books, KIND, body, parent, selling=selling)
    if body.due_date is None:
        drawn.row["due_date"] = due_by(books.row("contacts", body.customer_id), body.date)
    return drawn


NOTES: Final = Notes(
    kind=KIND,
    shape=NewDebitNote,
    view=VIEW,
    used=("payment_made", "credits_applied"),
    in_use="Some of this note is paid already.",
    draw=_drawn,
    whole=_whole,
)


@shape
class DebitNoteList(Listing):
    """Which notes are wanted."""

    status: str | None = choice("ISSUED", "PARTIALLY_PAID", "PAID", "CANCELLED")
    customer_id: Any = mention("ct_", "contacts", "Customer")
    invoice_id: Any = mention("inv_", "invoices", "Invoice")
    bill_id: Any = mention("bl_", "bills", "Bill")
    type: str | None = choice("CUSTOMER", "VENDOR")
    date_from: str | None = day()
    date_to: str | None = day()


def listing(books: Books, query: DebitNoteList) -> Page:
    """Notes, newest first."""
    where = equal(query, "customer_id", "invoice_id", "bill_id", "type")
    where += between(query.date_from, query.date_to)
    if query.status is not None:
        where += _with_status(query.status)
    return draw_page(books, DEBIT_NOTES, query, where, shown=shown)


def _with_status(status: str) -> list[Condition]:
    """A status as it is shown, in terms of what is kept."""
    if status == "CANCELLED":
        return [Condition("unposted", "holds", status)]
    issued = Condition("status", "=", "ISSUED")
    if status == "PAID":
        return [issued, Condition("balance", "=", 0)]
    return [
        issued,
        Condition("balance", ">", 0),
        Condition("settled", ">" if status == "PARTIALLY_PAID" else "=", 0),
    ]


RESOURCE: Final = Resource(
    name="debit_notes",
    noun="debit_note",
    label="Debit note",
    prefix="dn_",
    table=DEBIT_NOTES,
    view=VIEW,
    operations=(
        browse(listing, DebitNoteList),
        fetch(one(shown)),
        create(NOTES.add, NewDebitNote, key="required", refuses=(Duplicate,)),
        change(NOTES.amend, NewDebitNote),
        action("void", NOTES.void, done="voided"),
        printed("debit_notes"),
        einvoiced("debit_notes"),
        explained("debit_notes", "debit_note_id", "dn_"),
    ),
)
