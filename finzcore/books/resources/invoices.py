"""Invoices: what customers owe for what was sold (`api.md` §4.5)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.journal import look_ahead_reversal, reverse
from finzcore.books.pages import Listing, between, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.corrections import notes_of
from finzcore.books.papers.drafts import as_body, blank, check_number_stays, rewritten, told
from finzcore.books.papers.header import (
    EXTRAS,
    HEADER_COLUMNS,
    LINE_ITEMS,
    Header,
    lawful_number,
    line_items,
    place_of_supply,
)
from finzcore.books.papers.kind import PaperKind, told_of
from finzcore.books.papers.lines import lines_of, write_lines
from finzcore.books.papers.paper import (
    Drawn,
    customer,
    draw,
    number_for,
    put_in_books,
    search_text,
    totals_of,
)
from finzcore.books.papers.settlement import balance, settled_status
from finzcore.books.papers.stock import move_stock
from finzcore.books.resource import Page, Resource, action, browse, change, create, delete, fetch, one
from finzcore.books.shapes import Fault, choice, day, flag, mention, shape, text
from finzcore.documents.lifecycle import INVOICE as LIFE
from finzcore.documents.lifecycle import POSTED, refusal, step
from finzcore.documents.sale import INVOICE
from finzcore.errors import Duplicate, RuleBroken
from finzcore.fiscal import due_date
from finzcore.gst.roundoff import Method
from finzcore.ids import wire
from finzcore.ledger.series import DocumentKind
from finzcore.ledger.source import Source
from finzcore.ports import Condition, Index, Row, Table, integer, paise
from finzcore.ports import day as day_column
from finzcore.ports import text as text_column


@shape
class NewInvoice(Header):
    """An invoice as it is created; `due_date` defaults to the date plus the customer's terms."""

    customer_id: int = mention("ct_", "contacts", "Customer", required=True, also=("contact_id",))
    date: str = day(required=True, also=("invoice_date",))
    due_date: str | None = day()
    place_of_supply: str = place_of_supply(required=True)
    line_items: tuple[Any, ...] = line_items()
    invoice_number: str | None = lawful_number()
    auto_approve: int = flag(default=False)

    def faults(self) -> Iterator[Fault]:
        """An invoice is not due before its date."""
        if self.due_date is not None and self.due_date < (self.date or ""):
            yield Fault(RuleBroken.code, "due_date", "The due date is before the date.", self.due_date)


INVOICES: Final = Table(
    name="invoices",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        day_column("date"),
        day_column("due_date"),
        *HEADER_COLUMNS,
        paise("payment_made", least=0),
        paise("credits_applied", least=0),
    ),
    within=((("payment_made", "credits_applied"), "total"),),
    indexes=(
        Index(name="invoices_customer", columns=("customer_id", "id")),
        Index(name="invoices_date", columns=("date", "id")),
        Index(name="invoices_unposted", columns=("status", "id"), unlike=(("status", "SENT"),)),
        Index(name="invoices_reference", columns=("reference_number", "id"), present=("reference_number",)),
        Index(
            name="invoices_reference_number_uq",
            columns=("customer_id", "reference_number"),
            unique=True,
            present=("reference_number",),
            unlike=(("status", "CANCELLED"),),
        ),
    ),
)
"""`status` is DRAFT, SENT or CANCELLED; what a client sees follows from amounts and dates."""

VIEW: Final = views.View(
    views.ident("invoice_id", "inv_", "id"),
    views.text("invoice_number", "number"),
    views.ident("customer_id", "ct_"),
    views.text("customer_name"),
    views.day("date"),
    views.day("due_date"),
    views.text("reference_number"),
    views.text("place_of_supply"),
    views.text("currency_code"),
    views.number("exchange_rate", 8),
    LINE_ITEMS,
    views.amount("sub_total"),
    views.amount("tax_total"),
    views.amount("total"),
    views.amount("payment_made"),
    views.amount("balance"),
    views.text("status", "shown_status"),
    views.text("notes"),
    *views.CREATED,
    *EXTRAS,
)


KIND: Final = PaperKind(
    of="invoices",
    noun="invoice",
    source=Source.INVOICE,
    table=INVOICES,
    life=LIFE,
    contact="customer_id",
    left="balance",
    rest=balance,
    status=settled_status,
    told=told_of("inv_"),
    means=INVOICE,
)


def _whole(books: Books, row: Row, lines: list[Row]) -> Row:
    """An invoice with what follows from what is kept."""
    return row | {"line_items": lines, "balance": balance(row), "shown_status": settled_status(books, row)}


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Invoices as answers show them."""
    lines = lines_of(books, rows)
    return [_whole(books, row, lines[row["id"]]) for row in rows]


@shape
class InvoiceList(Listing):
    """Which invoices are wanted."""

    status: str | None = choice(
        "DRAFT", "SENT", "PARTIALLY_PAID", "PAID", "OVERDUE", "CANCELLED", "CREDIT_APPLIED"
    )
    customer_id: Any = mention("ct_", "contacts", "Customer")
    branch_id: Any = mention("br_", "branches", "Branch")
    date_from: str | None = day()
    date_to: str | None = day()
    reference_number: str | None = text(100)
    search: str | None = text(200)


def _with_status(status: str, today: str) -> list[Condition]:
    """A status as it is shown, in terms of what is kept."""
    if status in ("DRAFT", "CANCELLED"):
        return [Condition("unposted", "holds", status)]
    posted = [Condition("status", "=", "SENT")]
    if status in ("PAID", "CREDIT_APPLIED"):
        by_notes = int(status == "CREDIT_APPLIED")
        return [*posted, Condition("balance", "=", 0), Condition("by_notes", "=", by_notes)]
    if status == "PARTIALLY_PAID":
        return [*posted, Condition("balance", ">", 0), Condition("settled", ">", 0)]
    late = Condition("due_date", "<" if status == "OVERDUE" else ">=", today)
    return [*posted, Condition("balance", ">", 0), Condition("settled", "=", 0), late]


def listing(books: Books, query: InvoiceList) -> Page:
    """Invoices, newest first."""
    where = equal(query, "customer_id", "branch_id", "reference_number")
    where += between(query.date_from, query.date_to)
    if query.status is not None:
        where += _with_status(query.status, books.today)
    if query.search is not None:
        where.append(Condition("search", "like", query.search.casefold()))
    return draw_page(books, INVOICES, query, where, shown=shown)


def _drawn(books: Books, body: NewInvoice) -> Drawn:
    preferences = books.masters.preferences
    method = Method(preferences["roundingMethod"]) if preferences["roundInvoiceTotals"] else None
    drawn = draw(books, INVOICES, body, place_of_supply=body.place_of_supply, method=method)
    if body.due_date is None:
        terms = customer(books, body.customer_id)["payment_terms"]
        drawn.row["due_date"] = due_date(dt.date.fromisoformat(body.date), terms).isoformat()
    return drawn


def _check_reference(books: Books, row: Row, own: int | None = None) -> None:
    if row["reference_number"] is None:
        return
    same = books.session.find(
        INVOICES,
        [
            Condition("customer_id", "=", row["customer_id"]),
            Condition("reference_number", "=", row["reference_number"]),
            Condition("status", "<>", "CANCELLED"),
        ],
        limit=2,
    )
    for other in same:
        if other["id"] != own:
            raise Duplicate(
                "An invoice of this customer has this reference number.",
                field="reference_number",
                details={"existing_id": wire("inv_", books.org_id, other["id"])},
            )


def add(books: Books, body: NewInvoice) -> Row:
    """A new invoice: a draft, or posted at once with `auto_approve`."""
    drawn = _drawn(books, body)
    row = drawn.row
    _check_reference(books, row)
    books.check_open(row["date"])
    key = books.new_id()
    number = number_for(books, DocumentKind.INVOICE, row, body.invoice_number, "invoice_number", key)
    row |= blank(books, key, number, row) | {"payment_made": 0, "credits_applied": 0}
    if body.auto_approve:
        row |= _posted(books, row, drawn)
    books.session.insert(INVOICES, [row])
    write_lines(books, key, 1, drawn.lines)
    KIND.tell(books, row, "CREATED", "CREATED")
    if body.auto_approve:
        KIND.tell(books, row, None, "APPROVED")
    return _whole(books, row, drawn.lines)


def _posted(books: Books, row: Row, drawn: Drawn) -> Row:
    """What approval changes: the entry, the stock, the status."""
    changes = put_in_books(books, KIND, row, drawn.totals)
    move_stock(books, drawn.lines, -1)
    return changes | {"status": step(LIFE, row["status"], "approve"), "approved_at": books.time}


def approve(books: Books, row: Row) -> Row:
    """Post a draft."""
    step(LIFE, settled_status(books, row), "approve")
    lines = lines_of(books, [row])[row["id"]]
    drawn = Drawn(row, lines, totals_of(row, lines))
    after = rewritten(books, INVOICES, row, row | _posted(books, row, drawn))
    changes = {"status": {"old": "DRAFT", "new": settled_status(books, after)}}
    KIND.tell(books, after, "STATUS_CHANGED", "APPROVED", changes)
    return _whole(books, after, lines)


def amend(books: Books, row: Row, changes: dict[str, Any]) -> Row:
    """Change a draft; it is computed anew, and keeps its number."""
    step(LIFE, settled_status(books, row), "edit")
    changes.pop("auto_approve", None)
    check_number_stays(row, changes, "invoice_number")
    lines = lines_of(books, [row])[row["id"]]
    drawn = _drawn(books, _as_body(books, row, lines, changes))
    books.check_open(row["date"])
    books.check_open(drawn.row["date"])
    after = row | drawn.row | {"search": search_text(row["number"], drawn.row)}
    _check_reference(books, after, row["id"])
    books.session.tell("document_lines.remove", {"document": row["id"]})
    write_lines(books, row["id"], row["lines_version"], drawn.lines)
    differs = told(books, VIEW, _whole(books, row, lines), _whole(books, after, drawn.lines))
    if differs or any(row[name] != after[name] for name in row):
        after = rewritten(books, INVOICES, row, after)
        KIND.tell(books, after, "UPDATED", "UPDATED", differs)
    return _whole(books, after, drawn.lines)


def _as_body(books: Books, row: Row, lines: list[Row], changes: dict[str, Any]) -> NewInvoice:
    """The draft as a body would have given it, with what is changed. A due date that followed from
    the date and the customer's terms goes on following them."""
    if "due_date" not in changes and not changes.keys().isdisjoint(("date", "customer_id")):
        terms = customer(books, row["customer_id"])["payment_terms"]
        given = dt.date.fromisoformat(row["due_date"]) - dt.date.fromisoformat(row["date"])
        if given.days == terms:
            changes = changes | {"due_date": None}
    body = as_body(NewInvoice, INVOICES, row, lines, changes)
    for fault in body.faults():
        raise RuleBroken(fault.message, field=fault.field)
    return body


def void(books: Books, row: Row) -> Row:
    """Take an invoice out of the books, by an opposite entry of its own date."""
    status = settled_status(books, row)
    if row["payment_made"] or row["credits_applied"]:
        message = "Payments or credits are applied to it: void or unapply them first."
        raise refusal(LIFE, status, "void", message)
    # An invoice of nothing shows as PAID from the start; it is its kept status that has the life.
    after_status = step(LIFE, status if row["total"] else row["status"], "void")
    look_ahead_reversal(books, row)
    for note in notes_of(books, row, ("DRAFT", *POSTED)):
        message = f"The credit note {note['number']} is for it: void that first."
        raise refusal(LIFE, status, "void", message)
    lines = lines_of(books, [row])[row["id"]]
    books.check_open(row["date"])
    if row["entry"] is not None:
        reverse(books, row["entry"], cause="VOID", memo=f"Void of invoice {row['number']}")
    if row["status"] in POSTED:
        move_stock(books, lines, 1)
    after = rewritten(books, INVOICES, row, row | {"status": after_status, "voided_at": books.time})
    KIND.tell(books, after, "VOIDED", "VOIDED", {"status": {"old": status, "new": after_status}})
    return _whole(books, after, lines)


def remove(books: Books, row: Row) -> None:
    """Delete a draft; its number stays given."""
    step(LIFE, settled_status(books, row), "delete")
    books.check_open(row["date"])
    books.session.tell("document_lines.remove", {"document": row["id"]})
    books.session.remove(INVOICES, row["id"])
    KIND.tell(books, row, "DELETED", "DELETED")


def _created(row: Row) -> str:
    done = "created and approved" if row["status"] != "DRAFT" else "created"
    return f"The invoice has been {done}."


RESOURCE: Final = Resource(
    name="invoices",
    noun="invoice",
    prefix="inv_",
    table=INVOICES,
    view=VIEW,
    operations=(
        browse(listing, InvoiceList),
        fetch(one(shown)),
        create(add, NewInvoice, key="required", message=_created),
        change(amend, NewInvoice),
        action("approve", approve, done="approved"),
        action("void", void, done="voided"),
        delete(remove),
    ),
)
