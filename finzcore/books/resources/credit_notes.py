"""Credit notes: what customers are credited with, and what that settles (`api.md` §4.11)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from finzcore.books import history, views
from finzcore.books.books import Books
from finzcore.books.journal import post, reverse
from finzcore.books.lines import LINE_OUTS, NewLine, as_given, lines_of, write_lines
from finzcore.books.pages import Listing
from finzcore.books.pages import draw as draw_page
from finzcore.books.paper import (
    EXTRAS,
    HEADER_COLUMNS,
    Drawn,
    Header,
    as_header,
    draw,
    line_items,
    number_for,
    place_of_supply,
    put_in_books,
    search_text,
    totals_of,
)
from finzcore.books.records import differences
from finzcore.books.resource import Page, Resource, action, browse, change, create, fetch
from finzcore.books.settlement import (
    check_posted,
    event_data,
    live,
    open_source,
    open_target,
    record,
    settle,
    settlement_date,
    use_source,
)
from finzcore.books.shapes import amount as money
from finzcore.books.shapes import choice, day, flag, mention, shape, text
from finzcore.books.stock import move_stock
from finzcore.documents.allocation import apply
from finzcore.documents.lifecycle import CREDIT_NOTE as LIFE
from finzcore.documents.lifecycle import note_status, step
from finzcore.documents.payment import application_postings
from finzcore.documents.sale import CREDIT_NOTE
from finzcore.documents.tds import Tds, tds_reversal
from finzcore.errors import RuleBroken, StatusRefused
from finzcore.fiscal import financial_year
from finzcore.ledger.account import Role
from finzcore.ledger.entry import JournalEntry, Source
from finzcore.ledger.series import DocumentKind
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
    credit_note_number: str | None = text(40)
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
        Index(name="credit_notes_date", columns=("date", "id")),
        Index(name="credit_notes_invoice", columns=("invoice_id", "id"), present=("invoice_id",)),
    ),
)
"""`status` is DRAFT, ISSUED or CANCELLED; APPLIED follows when nothing is left."""

APPLICATION: Final = views.View(
    views.ident("application_id", "", "id"),
    views.ident("invoice_id", "inv_", "target_id"),
    views.out("bill_id", views.Given()),
    views.amount("amount"),
    views.day("date"),
)

VIEW: Final = views.View(
    views.ident("credit_note_id", "cn_", "id"),
    views.text("credit_note_number", "number"),
    views.out("type", views.Given(), "shown_type"),
    views.ident("customer_id", "ct_"),
    views.text("customer_name"),
    views.ident("invoice_id", "inv_"),
    views.out("bill_id", views.Given()),
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


def shown_status(row: Row) -> str:
    """The status as a client sees it."""
    if row["status"] != "ISSUED":
        status: str = row["status"]
        return status
    return note_status(total=row["total"], used=Paise(row["credits_applied"] + row["refunded_amount"]))


def shown(row: Row, lines: list[Row], applications: list[Row]) -> Row:
    """A note with what follows from what is kept."""
    return row | {
        "shown_type": row["type"].lower(),
        "bill_id": None,
        "line_items": lines,
        "credits_remaining": row["total"] - row["credits_applied"] - row["refunded_amount"],
        "applications": [one | {"bill_id": None} for one in applications if one["target_type"] == "invoices"],
        "shown_status": shown_status(row),
    }


def show(books: Books, row: Row) -> Row:
    """One note, whole."""
    return shown(row, lines_of(books, [row])[row["id"]], live(books, "source", "credit_notes", [row["id"]]))


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
    where: list[Condition] = []
    if query.status in ("DRAFT", "CANCELLED"):
        where.append(Condition("status", "=", query.status))
    elif query.status is not None:
        op: Any = "=" if query.status == "APPLIED" else ">"
        where += [Condition("status", "=", "ISSUED"), Condition("remaining", op, 0)]
    for column in ("customer_id", "invoice_id", "type"):
        if getattr(query, column) is not None:
            where.append(Condition(column, "=", getattr(query, column)))
    if query.bill_id is not None:
        where.append(Condition("type", "=", "VENDOR"))
    page = draw_page(books, CREDIT_NOTES, query, where)
    lines = lines_of(books, page.rows)
    applied = live(books, "source", "credit_notes", [row["id"] for row in page.rows])
    rows = [
        shown(row, lines[row["id"]], [one for one in applied if one["source_id"] == row["id"]])
        for row in page.rows
    ]
    return Page(rows=rows, next_cursor=page.next_cursor, per_page=page.per_page)


def _parent(books: Books, body: Any) -> Row | None:
    if body.invoice_id is not None and body.bill_id is not None:
        raise RuleBroken("A note is for an invoice or for a bill, not both.", field="bill_id")
    if body.invoice_id is None:
        return None
    parent = books.row("invoices", body.invoice_id)
    if parent["customer_id"] != body.customer_id:
        raise RuleBroken("The invoice belongs to another customer.", field="invoice_id")
    check_posted(parent, "invoice", "invoice_id")
    return parent


def _drawn(books: Books, body: Any, own: Row | None = None) -> Drawn:
    parent = _parent(books, body)
    if body.type == "VENDOR":
        raise RuleBroken("A note of the vendor's side is for a vendor.", field="type")
    given = dict(body.__dict__)
    for name in ("branch_id", "currency_code", "exchange_rate", "with_payment"):
        if parent is not None and given[name] is None:
            given[name] = parent[name]
    if given["currency_code"] == "INR":
        given["exchange_rate"] = None
    settled = NewCreditNote.__new__(NewCreditNote)
    settled.__dict__.update(given)
    place = body.place_of_supply or _place(books, settled, parent)
    drawn = draw(books, settled, place_of_supply=place)
    if parent is not None:
        if parent["tds_amount"] and body.reverse_tds and body.tds_amount is None and body.tds_rate is None:
            back = _tds_back(books, parent, drawn, own)
            if back:
                drawn = draw(books, settled, place_of_supply=place, tds=Tds(amount=back))
        _check_limit(books, parent, drawn.row, own)
    for name in ("bill_id", "credit_note_number", "draft", "auto_approve"):
        del drawn.row[name]
    drawn.row["type"] = "CUSTOMER"
    return drawn


def _place(books: Books, body: Any, parent: Row | None) -> str:
    if parent is not None:
        return str(parent["place_of_supply"])
    contact = books.found.get(("contacts", body.customer_id))
    if contact is not None and contact["place_of_contact"]:
        return str(contact["place_of_contact"])
    branches = books.masters.rows["branches"]
    branch = books.masters.default_branch if body.branch_id is None else branches[body.branch_id]
    return str(branch["state"])


def _others(books: Books, parent: Row, own: Row | None) -> list[Row]:
    """The other posted notes of an invoice."""
    where = [Condition("invoice_id", "=", parent["id"]), Condition("status", "=", "ISSUED")]
    notes = books.session.find(CREDIT_NOTES, where)
    return [note for note in notes if own is None or note["id"] != own["id"]]


def _tds_back(books: Books, parent: Row, drawn: Drawn, own: Row | None) -> Paise:
    before = sum(note["tds_amount"] for note in _others(books, parent, own))
    return tds_reversal(parent["tds_amount"], drawn.row["taxable"], parent["taxable"], Paise(before))


def _check_limit(books: Books, parent: Row, row: Row, own: Row | None) -> None:
    others = sum(note["total"] for note in _others(books, parent, own))
    if others + row["total"] > parent["total"]:
        raise RuleBroken("The notes of an invoice may not exceed its total.", field="line_items")


def add(books: Books, body: NewCreditNote) -> Row:
    """A new note: posted at once, or a draft with `draft`."""
    drawn = _drawn(books, body)
    row = drawn.row
    books.check_open(row["date"])
    key = books.new_id()
    number = number_for(books, DocumentKind.CREDIT_NOTE, row, body.credit_note_number, "credit_note_number", key)
    row |= {
        "id": key,
        "number": number,
        "status": "DRAFT",
        "search": search_text(number, row),
        "booked": 0,
        "entry": None,
        "version": 1,
        "lines_version": 1,
        "credits_applied": 0,
        "refunded_amount": 0,
        "approved_at": None,
        "voided_at": None,
        "created_time": books.time,
        "last_modified_time": books.time,
    }
    if not body.draft:
        row |= _posted(books, row, drawn)
    books.session.insert(CREDIT_NOTES, [row])
    write_lines(books, key, 1, drawn.lines)
    _tell(books, row, "CREATED")
    return shown(row, drawn.lines, [])


def _restocked(lines: list[Row]) -> list[Row]:
    return [line for line in lines if line["restock"]]


def _posted(books: Books, row: Row, drawn: Drawn) -> Row:
    changes = put_in_books(books, CREDIT_NOTE, row, drawn.totals, "Credit note", row["number"])
    move_stock(books, _restocked(drawn.lines), 1)
    return changes | {"status": "ISSUED", "approved_at": books.time}


def _tell(
    books: Books, row: Row, verb: str, *, action_: str | None = None, changes: Mapping[str, Any] | None = None
) -> None:
    word = f"CREDIT_NOTE_{verb}"
    data = event_data(books, "credit_notes", row, shown_status(row))
    history.record(
        books, "CREDIT_NOTE", row["id"], action=action_ or word, event=word, ref=row["number"],
        changes=changes, data=data,
    )  # fmt: skip


def _check_unused(row: Row) -> None:
    if row["credits_applied"] or row["refunded_amount"]:
        status = shown_status(row)
        raise RuleBroken(
            "Some of this note is applied or refunded already.",
            field="status",
            details={"current_status": status, "allowed": ["DRAFT", "ISSUED"]},
        )


def amend(books: Books, row: Row, changes: dict[str, Any]) -> Row:
    """Change a note of which nothing is used; a posted one is reversed and posted again."""
    _check_unused(row)
    step(LIFE, shown_status(row), "edit")
    approve = bool(changes.pop("auto_approve", 0))
    changes.pop("draft", None)
    _check_number_stays(row, changes)
    body = _as_given(books, row, changes)
    _find_parent(books, body)
    drawn = _drawn(books, body, row)
    books.check_open(row["date"])
    books.check_open(drawn.row["date"])
    after = row | drawn.row | {"search": search_text(row["number"], drawn.row)}
    before_lines = lines_of(books, [row])[row["id"]]
    if row["status"] == "ISSUED":
        if row["entry"] is not None:
            reverse(books, row["entry"], cause="EDIT", memo=f"Edit of credit note {row['number']}")
        move_stock(books, _restocked(before_lines), -1)
        after["lines_version"] = row["lines_version"] + 1
    else:
        books.session.tell("document_lines.remove", {"document": row["id"]})
    if row["status"] == "ISSUED" or approve:
        after |= _posted(books, after, drawn)
    write_lines(books, row["id"], after["lines_version"], drawn.lines)
    told = differences(row, {name: after[name] for name in row})
    after |= _saved(books, row, after)
    _tell(books, after, "UPDATED", changes=told)
    return shown(after, drawn.lines, [])


def _find_parent(books: Books, body: Any) -> None:
    """An invoice that the body does not name again has not been looked up yet."""
    from finzcore.books.registry import resource

    key = body.invoice_id
    if key is not None and ("invoices", key) not in books.found:
        table = resource("invoices").table
        assert table is not None
        parent = books.session.get(table, key)
        assert parent is not None
        books.found["invoices", key] = parent


def _check_number_stays(row: Row, changes: dict[str, Any]) -> None:
    for field, kept in (("credit_note_number", row["number"]), ("series", row["series"])):
        if changes.pop(field, None) not in (None, kept):
            raise RuleBroken("A note keeps its number.", field=field)
    if changes.get("branch_id", row["branch_id"]) not in (None, row["branch_id"]):
        raise RuleBroken("A note keeps its number, and so its branch.", field="branch_id")
    date = dt.date.fromisoformat(changes.get("date", row["date"]))
    if financial_year(date) != financial_year(dt.date.fromisoformat(row["date"])):
        raise RuleBroken("A note keeps its number, and so its financial year.", field="date")


_PLAIN: Final = tuple(
    name
    for name in NewCreditNote.plan.specs  # type: ignore[attr-defined]
    if name in {column.name for column in CREDIT_NOTES.columns}
)


def _as_given(books: Books, row: Row, changes: dict[str, Any]) -> NewCreditNote:
    """The note as a body would have given it, with what is changed."""
    given = as_header(row, _PLAIN)
    if given["invoice_id"] is not None and row["tds_given"] is None:
        given["tds_amount"] = None
    lines = changes.get("line_items")
    if lines is None:
        lines = tuple(as_given(line) for line in lines_of(books, [row])[row["id"]])
    body = NewCreditNote.__new__(NewCreditNote)
    empty = {"credit_note_number": None, "draft": 0, "auto_approve": 0, "bill_id": None}
    body.__dict__.update(empty | given | changes | {"line_items": lines})
    return body


def _saved(books: Books, before: Row, after: Row) -> Row:
    changed = {name: after[name] for name in before if before[name] != after[name]}
    changed |= {"version": before["version"] + 1, "last_modified_time": books.time}
    books.session.change(CREDIT_NOTES, (before["id"],), changed)
    return changed


def void(books: Books, row: Row) -> Row:
    """Take a note out of the books, by an opposite entry of its own date."""
    _check_unused(row)
    status = shown_status(row)
    # A note of nothing shows as APPLIED from the start; it is its kept status that has the life.
    cancelled = step(LIFE, row["status"], "void")
    books.check_open(row["date"])
    lines = lines_of(books, [row])[row["id"]]
    if row["entry"] is not None:
        reverse(books, row["entry"], cause="VOID", memo=f"Void of credit note {row['number']}")
    if row["status"] == "ISSUED":
        move_stock(books, _restocked(lines), -1)
    after = row | {"status": cancelled, "voided_at": books.time}
    after |= _saved(books, row, after)
    _tell(books, after, "VOIDED", changes={"status": {"old": status, "new": cancelled}})
    return shown(after, lines, [])


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
    _check_appliable(row)
    if invoice["customer_id"] != row["customer_id"]:
        raise RuleBroken("The invoice belongs to another customer.", field="invoice_id")
    if invoice["currency_code"] != row["currency_code"]:
        raise RuleBroken("The invoice is in another currency.", field="invoice_id")
    check_posted(invoice, "invoice", "invoice_id")
    wanted = None if body.amount is None else Paise(body.amount)
    date = settlement_date(books, row, invoice)
    books.check_open(date)
    applied = apply(
        open_source(books, "credit_notes", row), open_target(books, "invoices", invoice), wanted
    )
    postings = application_postings(
        Role.AR, [applied], chart=books.masters.chart, branch_id=row["branch_id"], contact_id=row["customer_id"]
    )
    entry = None
    if postings:
        entry = post(
            books,
            JournalEntry(
                date=dt.date.fromisoformat(date), source=Source.CREDIT_NOTE, source_id=row["id"],
                branch_id=row["branch_id"], contact_id=row["customer_id"], postings=postings,
                memo=f"Exchange difference of {row['number']} on {invoice['number']}",
            ),
        )  # fmt: skip
    record(books, ("credit_notes", row["id"]), ("invoices", invoice["id"]), applied, date=date, entry=entry)
    after = use_source(books, "credit_notes", row, {"credits_applied": applied.amount})
    _tell(books, after, "APPLIED", action_="CREDIT_NOTE_UPDATED")
    settle(books, "invoices", invoice, credit=applied.amount)
    return show(books, after)


def _check_appliable(row: Row) -> None:
    if row["status"] != "ISSUED":
        raise StatusRefused(
            f"A note in status {row['status']} cannot be applied.", current=row["status"], allowed=["ISSUED"]
        )


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
        fetch(show),
        create(add, NewCreditNote, key="required"),
        change(amend, NewCreditNote),
        action("void", void, done="voided"),
        action("apply-to-invoice", apply_to_invoice, ToInvoice, done="applied", key="required"),
        action("apply-to-bill", apply_to_bill, ToBill, done="applied", key="required"),
    ),
)
