"""Credit notes: what customers are credited with, vendors debited, and what that settles (`api.md` §4.11)."""

from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.explain.operation import explained
from finzcore.books.kinds import Choice
from finzcore.books.pages import Listing, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.applying import FIELDS, SITS_ON, check_target, set_against
from finzcore.books.papers.corrections import Parent, credited_like
from finzcore.books.papers.drawing import Drawn
from finzcore.books.papers.header import (
    INWARD_COLUMNS,
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
from finzcore.books.papers.kind import PaperKind, Uses, told_of
from finzcore.books.papers.lines import INWARD_LINE, InwardLine, lines_of
from finzcore.books.papers.mailing import emailed
from finzcore.books.papers.notes import Notes
from finzcore.books.papers.settlement import by_source, open_source, open_target
from finzcore.books.printing.operation import printed
from finzcore.books.resource import Page, Resource, action, browse, change, create, fetch, one
from finzcore.books.returns.portal import einvoiced
from finzcore.books.shapes import amount as money
from finzcore.books.shapes import choice, day, flag, mention, shape, text
from finzcore.documents.allocation import apply
from finzcore.documents.lifecycle import CREDIT_NOTE as LIFE
from finzcore.documents.lifecycle import POSTED, note_status, step
from finzcore.documents.purchase import VENDOR_CREDIT_NOTE
from finzcore.documents.sale import CREDIT_NOTE
from finzcore.errors import Duplicate, RuleBroken
from finzcore.ledger.source import Source
from finzcore.money import Paise
from finzcore.ports import Condition, Index, Row, Table, integer, paise, ref
from finzcore.ports import day as day_column
from finzcore.ports import text as text_column


@shape
class NoteLine(InwardLine):
    """A line of a credit note. `restock` sends the goods back to where they came from: a customer's into
    stock, if that is said; a vendor's out of it, unless that is denied."""

    restock: int | None = flag()


@shape
class NewCreditNote(Inward, Outward, Withheld, Numbered, Header):
    """A credit note as it is created; what it leaves open comes from what it is for."""

    customer_id: int = mention("ct_", "contacts", "Customer", required=True, also=("vendor_id", "contact_id"))
    invoice_id: int | None = mention("inv_", "invoices", "Invoice", usable=False)
    bill_id: int | None = mention("bl_", "bills", "Bill", usable=False)
    type: str | None = choice("CUSTOMER", "VENDOR")
    date: str = day(required=True)
    place_of_supply: str | None = place_of_supply(required=False)
    line_items: tuple[Any, ...] = line_items(NoteLine)
    credit_note_number: str | None = lawful_number()
    reason: str | None = text(500)
    reverse_tds: int = flag(default=True)
    draft: int = flag(default=False)
    auto_approve: int = flag(default=False)


CREDIT_NOTES: Final = Table(
    name="credit_notes",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        text_column("type"),
        day_column("date"),
        ref("invoice_id", "invoices", null=True),
        text_column("reason", null=True),
        integer("reverse_tds", least=0, most=1),
        *header_columns("customer"),
        paise("credits_applied", least=0),
        paise("refunded_amount", least=0),
        integer("bill_id", null=True),
        *INWARD_COLUMNS,
    ),
    within=((("credits_applied", "refunded_amount"), "total"),),
    indexes=(
        Index(name="credit_notes_customer", columns=("customer_id", "id")),
        Index(name="credit_notes_unposted", columns=("status", "id"), unlike=(("status", "ISSUED"),)),
        Index(name="credit_notes_invoice", columns=("invoice_id", "id"), present=("invoice_id",)),
        Index(name="credit_notes_bill", columns=("bill_id", "id"), present=("bill_id",)),
    ),
)
"""`status` is DRAFT, ISSUED or CANCELLED; APPLIED follows when nothing is left."""

APPLICATION: Final = views.View(
    views.ident("application_id", "", "id"),
    views.ident("invoice_id", "inv_").maybe(),
    views.ident("bill_id", "bl_").maybe(),
    views.amount("amount"),
    views.day("date"),
)

VIEW: Final = views.View(
    views.ident("credit_note_id", "cn_", "id"),
    views.text("credit_note_number", "number"),
    views.out("type", Choice(("customer", "vendor")), "shown_type"),
    views.ident("customer_id", "ct_"),
    views.text("customer_name"),
    views.ident("invoice_id", "inv_"),
    views.ident("bill_id", "bl_"),
    views.day("date"),
    views.text("reference_number"),
    views.text("reason"),
    views.text("place_of_supply"),
    views.text("currency_code"),
    views.number("exchange_rate", 8),
    views.out("line_items", views.Each(views.View(*INWARD_LINE, views.flag("restock")))),
    views.amount("sub_total"),
    views.amount("tax_total"),
    views.amount("total"),
    views.amount("credits_remaining"),
    views.amount("refunded_amount"),
    views.out("applications", views.Each(APPLICATION)),
    views.text("status", "shown_status"),
    views.text("notes"),
    *views.CREATED,
    *extras(Withheld, Outward, Inward),
)


def _left(row: Row) -> int:
    """What of a note waits to be used."""
    left: int = row["total"] - row["credits_applied"] - row["refunded_amount"]
    return left


def _status(books: Books, kind: PaperKind, row: Row) -> str:
    """The status as a client sees it."""
    status: str = row["status"]
    if status in POSTED:
        return note_status(total=row["total"], used=Paise(row["credits_applied"] + row["refunded_amount"]))
    return status


KIND: Final = PaperKind(
    of="credit_notes",
    noun="credit_note",
    source=Source.CREDIT_NOTE,
    table=CREDIT_NOTES,
    life=LIFE,
    who="customer",
    left="credits_remaining",
    rest=_left,
    shown_status=_status,
    told=told_of("cn_"),
    means={"CUSTOMER": CREDIT_NOTE, "VENDOR": VENDOR_CREDIT_NOTE},
    uses=Uses(applied="credits_applied", refunded="refunded_amount", counts_as="credits_applied"),
)


def _whole(books: Books, row: Row, lines: list[Row], applications: list[Row]) -> Row:
    """A note with what follows from what is kept."""
    return row | {
        "shown_type": row["type"].lower(),
        "line_items": lines,
        "credits_remaining": _left(row),
        "applications": [
            one | {field: one["target_id"] if one["target_type"] == of else None for of, field in _SETTLED}
            for one in applications
            if one["target_type"] in FIELDS
        ],
        "shown_status": KIND.status(books, row),
    }


_SETTLED: Final = (("invoices", "invoice_id"), ("bills", "bill_id"))


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Notes as answers show them."""
    lines = lines_of(books, rows)
    applied = by_source(books, "credit_notes", rows)
    return [_whole(books, row, lines[row["id"]], applied[row["id"]]) for row in rows]


def _drawn(books: Books, body: NewCreditNote, parent: Parent | None, selling: bool, own: int | None) -> Drawn:
    return credited_like(books, KIND, body, parent, selling=selling, own=own)


NOTES: Final = Notes(
    kind=KIND,
    shape=NewCreditNote,
    view=VIEW,
    used=("credits_applied", "refunded_amount"),
    in_use="Some of this note is applied or refunded already.",
    draw=_drawn,
    whole=lambda books, row, lines: _whole(books, row, lines, []),
    restocks=True,
)


@shape
class CreditNoteList(Listing):
    """Which notes are wanted."""

    status: str | None = choice("DRAFT", "ISSUED", "APPLIED", "CANCELLED")
    customer_id: Any = mention("ct_", "contacts", "Customer")
    invoice_id: Any = mention("inv_", "invoices", "Invoice")
    bill_id: Any = mention("bl_", "bills", "Bill")
    type: str | None = choice("CUSTOMER", "VENDOR")


def listing(books: Books, query: CreditNoteList) -> Page:
    """Notes, newest first."""
    where = equal(query, "customer_id", "invoice_id", "bill_id", "type")
    if query.status in ("DRAFT", "CANCELLED"):
        where.append(Condition("unposted", "holds", query.status))
    elif query.status is not None:
        op: Any = "=" if query.status == "APPLIED" else ">"
        where += [Condition("status", "=", "ISSUED"), Condition("remaining", op, 0)]
    return draw_page(books, CREDIT_NOTES, query, where, shown=shown)


@shape
class ToInvoice:
    """How much of a note settles which invoice; by default as much as possible."""

    invoice_id: int = mention("inv_", "invoices", "Invoice", required=True, usable=False)
    amount: int | None = money(least=0, above=True)


@shape
class ToBill:
    """How much of a note settles which bill; by default as much as possible."""

    bill_id: int = mention("bl_", "bills", "Bill", required=True, usable=False)
    amount: int | None = money(least=0, above=True)


def apply_to_invoice(books: Books, row: Row, body: ToInvoice) -> Row:
    """Settle an invoice of the same customer with the note."""
    return _applied(books, row, "invoices", body.invoice_id, body.amount)


def apply_to_bill(books: Books, row: Row, body: ToBill) -> Row:
    """Settle a bill of the same vendor with the note."""
    return _applied(books, row, "bills", body.bill_id, body.amount)


def _applied(books: Books, row: Row, of: str, key: int, amount: int | None) -> Row:
    field = FIELDS[of]
    document = books.row(of, key)
    step(LIFE, KIND.status(books, row), "apply")
    if (of == "invoices") != KIND.sells(row):
        settles = "invoices" if KIND.sells(row) else "bills"
        raise RuleBroken(f"This note is a {row['type'].lower()}'s: it settles {settles}.", field=field)
    check_target(books, of, document, contact=row["customer_id"], code=row["currency_code"], field=field)
    wanted = None if amount is None else Paise(amount)
    source, target = open_source(books, "credit_notes", row), open_target(books, of, document)
    applied = apply(source, target, wanted)
    after = set_against(books, ("credit_notes", row), SITS_ON[row["type"]], [(of, document)], [applied])
    return one(shown)(books, after)


RESOURCE: Final = Resource(
    name="credit_notes",
    noun="credit_note",
    label="Credit note",
    prefix="cn_",
    table=CREDIT_NOTES,
    view=VIEW,
    operations=(
        browse(listing, CreditNoteList),
        fetch(one(shown)),
        create(NOTES.add, NewCreditNote, key="required", refuses=(Duplicate,)),
        change(NOTES.amend, NewCreditNote),
        action("void", NOTES.void, done="voided"),
        emailed(KIND),
        action("apply-to-invoice", apply_to_invoice, ToInvoice, done="applied", key="required"),
        action("apply-to-bill", apply_to_bill, ToBill, done="applied", key="required"),
        printed("credit_notes"),
        einvoiced("credit_notes"),
        explained("credit_notes", "credit_note_id", "cn_"),
    ),
)
