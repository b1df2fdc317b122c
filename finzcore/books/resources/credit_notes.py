"""Credit notes: what customers are credited with, and what that settles (`api.md` §4.11)."""

from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.journal import reverse
from finzcore.books.kinds import Choice
from finzcore.books.pages import Listing, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.applying import check_target, set_against
from finzcore.books.papers.corrections import drawn_like, parent_of
from finzcore.books.papers.drafts import (
    as_body,
    blank,
    check_number_stays,
    keep_version,
    look_again,
    rewritten,
    told,
)
from finzcore.books.papers.header import (
    EXTRAS,
    HEADER_COLUMNS,
    Header,
    lawful_number,
    line_items,
    place_of_supply,
)
from finzcore.books.papers.kind import PaperKind, Uses, told_of
from finzcore.books.papers.lines import LINE_OUTS, NewLine, lines_of, write_lines
from finzcore.books.papers.paper import Drawn, number_for, put_in_books, search_text
from finzcore.books.papers.settlement import by_source, open_source, open_target
from finzcore.books.papers.stock import move_stock
from finzcore.books.resource import Page, Resource, action, browse, change, create, fetch, one
from finzcore.books.shapes import amount as money
from finzcore.books.shapes import choice, day, flag, mention, shape, text
from finzcore.documents.allocation import apply
from finzcore.documents.lifecycle import CREDIT_NOTE as LIFE
from finzcore.documents.lifecycle import POSTED, note_status, refusal, step
from finzcore.documents.sale import CREDIT_NOTE
from finzcore.errors import Duplicate, RuleBroken
from finzcore.ledger.account import Role
from finzcore.ledger.series import DocumentKind
from finzcore.ledger.source import Source
from finzcore.money import Paise
from finzcore.ports import Condition, Index, Row, Table, integer, paise, ref
from finzcore.ports import day as day_column
from finzcore.ports import text as text_column


@shape
class NoteLine(NewLine):
    """A line of a credit note; `restock` takes the quantity back into stock."""

    restock: int = flag(default=False)


@shape
class NewCreditNote(Header):
    """A credit note as it is created; what it leaves open comes from the invoice it is for."""

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
        *HEADER_COLUMNS,
        paise("credits_applied", least=0),
        paise("refunded_amount", least=0),
    ),
    within=((("credits_applied", "refunded_amount"), "total"),),
    indexes=(
        Index(name="credit_notes_customer", columns=("customer_id", "id")),
        Index(name="credit_notes_unposted", columns=("status", "id"), unlike=(("status", "ISSUED"),)),
        Index(name="credit_notes_invoice", columns=("invoice_id", "id"), present=("invoice_id",)),
    ),
)
"""`status` is DRAFT, ISSUED or CANCELLED; APPLIED follows when nothing is left."""

APPLICATION: Final = views.View(
    views.ident("application_id", "", "id"),
    views.ident("invoice_id", "inv_", "target_id"),
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
    views.ident("bill_id", "bl_").maybe(),
    views.day("date"),
    views.text("reference_number"),
    views.text("reason"),
    views.text("place_of_supply"),
    views.text("currency_code"),
    views.number("exchange_rate", 8),
    views.out("line_items", views.Each(views.View(*LINE_OUTS, views.flag("restock")))),
    views.amount("sub_total"),
    views.amount("tax_total"),
    views.amount("total"),
    views.amount("credits_remaining"),
    views.amount("refunded_amount"),
    views.out("applications", views.Each(APPLICATION)),
    views.text("status", "shown_status"),
    views.text("notes"),
    *views.CREATED,
    *EXTRAS,
)


def _left(row: Row) -> int:
    """What of a note waits to be used."""
    left: int = row["total"] - row["credits_applied"] - row["refunded_amount"]
    return left


def _status(books: Books, row: Row) -> str:
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
    contact="customer_id",
    left="credits_remaining",
    rest=_left,
    status=_status,
    told=told_of("cn_"),
    means=CREDIT_NOTE,
    uses=Uses(applied="credits_applied", refunded="refunded_amount", counts_as="credits_applied"),
)


def _whole(books: Books, row: Row, lines: list[Row], applications: list[Row]) -> Row:
    """A note with what follows from what is kept."""
    return row | {
        "shown_type": row["type"].lower(),
        "bill_id": None,
        "line_items": lines,
        "credits_remaining": _left(row),
        "applications": [one | {"bill_id": None} for one in applications if one["target_type"] == "invoices"],
        "shown_status": _status(books, row),
    }


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Notes as answers show them."""
    lines = lines_of(books, rows)
    applied = by_source(books, "credit_notes", rows)
    return [_whole(books, row, lines[row["id"]], applied[row["id"]]) for row in rows]


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
    where = equal(query, "customer_id", "invoice_id", "type")
    if query.status in ("DRAFT", "CANCELLED"):
        where.append(Condition("unposted", "holds", query.status))
    elif query.status is not None:
        op: Any = "=" if query.status == "APPLIED" else ">"
        where += [Condition("status", "=", "ISSUED"), Condition("remaining", op, 0)]
    if query.bill_id is not None:
        where.append(Condition("type", "=", "VENDOR"))
    return draw_page(books, CREDIT_NOTES, query, where, shown=shown)


def _drawn(books: Books, body: NewCreditNote, own: int | None = None) -> Drawn:
    parent = parent_of(books, body)
    if body.type == "VENDOR":
        raise RuleBroken("A note of the vendor's side is for a vendor.", field="type")
    drawn = drawn_like(books, body, parent, own)
    drawn.row["type"] = "CUSTOMER"
    return drawn


def add(books: Books, body: NewCreditNote) -> Row:
    """A new note: posted at once, or a draft with `draft`."""
    drawn = _drawn(books, body)
    row = drawn.row
    books.check_open(row["date"])
    key = books.new_id()
    number = number_for(
        books, DocumentKind.CREDIT_NOTE, row, body.credit_note_number, "credit_note_number", key
    )
    row |= blank(books, key, number, row) | {"credits_applied": 0, "refunded_amount": 0}
    if not body.draft:
        row |= _posted(books, row, drawn) | {"status": step(LIFE, row["status"], "issue")}
    books.session.insert(CREDIT_NOTES, [row])
    write_lines(books, key, 1, drawn.lines)
    KIND.tell(books, row, "CREATED", "CREATED")
    return _whole(books, row, drawn.lines, [])


def _posted(books: Books, row: Row, drawn: Drawn) -> Row:
    """What posting changes: the entry and the stock."""
    changes = put_in_books(books, KIND, row, drawn.totals)
    move_stock(books, drawn.lines, 1, restocked=True)
    return changes | {"approved_at": row["approved_at"] or books.time}


def _unposted(books: Books, row: Row, lines: list[Row], cause: str) -> None:
    """Take a posted note out of the books and its goods out of stock; a draft is in neither."""
    if row["entry"] is not None:
        memo = f"{cause.capitalize()} of credit note {row['number']}"
        reverse(books, row["entry"], cause=cause, memo=memo)
    if row["status"] in POSTED:
        move_stock(books, lines, -1, restocked=True)


def _check_unused(books: Books, row: Row, event: str) -> None:
    if row["credits_applied"] or row["refunded_amount"]:
        message = "Some of this note is applied or refunded already."
        raise refusal(LIFE, _status(books, row), event, message)


def amend(books: Books, row: Row, changes: dict[str, Any]) -> Row:
    """Change a note of which nothing is used; a posted one is reversed and posted again."""
    _check_unused(books, row, "edit")
    status = step(LIFE, row["status"], "edit")
    check_number_stays(row, changes, "credit_note_number")
    approve = bool(changes.pop("auto_approve", 0))
    before = lines_of(books, [row])[row["id"]]
    body = as_body(NewCreditNote, CREDIT_NOTES, row, before, changes)
    look_again(books, "contacts", [body.customer_id])
    look_again(books, "invoices", [body.invoice_id])
    drawn = _drawn(books, body, row["id"])
    books.check_open(row["date"])
    books.check_open(drawn.row["date"])
    after = row | drawn.row | {"search": search_text(row["number"], drawn.row)}
    if status in POSTED:
        _unposted(books, row, before, "EDIT")
        keep_version(books, CREDIT_NOTES, row)
        after["lines_version"] = row["lines_version"] + 1
    else:
        books.session.tell("document_lines.remove", {"document": row["id"]})
        if approve:
            status = step(LIFE, status, "issue")
    after["status"] = status
    if status in POSTED:
        after |= _posted(books, after, drawn)
    write_lines(books, row["id"], after["lines_version"], drawn.lines)
    after = rewritten(books, CREDIT_NOTES, row, after)
    answer = _whole(books, after, drawn.lines, [])
    KIND.tell(books, after, "UPDATED", "UPDATED", told(books, VIEW, _whole(books, row, before, []), answer))
    return answer


def void(books: Books, row: Row) -> Row:
    """Take a note out of the books, by an opposite entry of its own date."""
    _check_unused(books, row, "void")
    # A note of nothing shows as APPLIED from the start; it is its kept status that has the life.
    cancelled = step(LIFE, row["status"], "void")
    books.check_open(row["date"])
    lines = lines_of(books, [row])[row["id"]]
    _unposted(books, row, lines, "VOID")
    after = rewritten(books, CREDIT_NOTES, row, row | {"status": cancelled, "voided_at": books.time})
    KIND.tell(books, after, "VOIDED", "VOIDED", {"status": {"old": _status(books, row), "new": cancelled}})
    return _whole(books, after, lines, [])


@shape
class ToInvoice:
    """How much of a note settles which invoice; by default as much as possible."""

    invoice_id: int = mention("inv_", "invoices", "Invoice", required=True, usable=False)
    amount: int | None = money(least=0, above=True)


@shape
class ToBill:
    """How much of a note settles which bill."""

    bill_id: int = mention("bl_", "bills", "Bill", required=True, usable=False)
    amount: int | None = money(least=0, above=True)


def apply_to_invoice(books: Books, row: Row, body: ToInvoice) -> Row:
    """Settle an invoice of the same customer with the note."""
    invoice = books.row("invoices", body.invoice_id)
    step(LIFE, _status(books, row), "apply")
    contact, code = row["customer_id"], row["currency_code"]
    check_target("invoices", invoice, contact=contact, code=code, field="invoice_id")
    wanted = None if body.amount is None else Paise(body.amount)
    source, target = open_source(books, "credit_notes", row), open_target(books, "invoices", invoice)
    applied = apply(source, target, wanted)
    after = set_against(books, ("credit_notes", row), Role.AR, [("invoices", invoice)], [applied])
    return one(shown)(books, after)


def apply_to_bill(books: Books, row: Row, body: ToBill) -> Row:
    """Settle a bill; a note of the customer's side never does."""
    raise RuleBroken("This note is the customer's: it settles invoices.", field="bill_id")


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
        create(add, NewCreditNote, key="required", refuses=(Duplicate,)),
        change(amend, NewCreditNote),
        action("void", void, done="voided"),
        action("apply-to-invoice", apply_to_invoice, ToInvoice, done="applied", key="required"),
        action("apply-to-bill", apply_to_bill, ToBill, done="applied", key="required"),
    ),
)
