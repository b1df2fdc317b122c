"""Invoices and bills: drafts that somebody approves, and that are owed from then on.

What they do alike stands here, once; a resource file declares its `Charges` and offers what it can do
(`api.md` §4.5, §4.6).
"""

from collections.abc import Callable
from typing import Any, Literal

from finzcore.books.books import Books
from finzcore.books.journal import look_ahead_reversal, reverse
from finzcore.books.papers.corrections import notes_for
from finzcore.books.papers.drafts import (
    as_body,
    blank,
    check_number_stays,
    due_again,
    due_by,
    rewritten,
    told,
)
from finzcore.books.papers.drawing import Drawn, contact_of, draw, totals_of
from finzcore.books.papers.kind import PaperKind
from finzcore.books.papers.lines import lines_of, write_lines
from finzcore.books.papers.orders import carried_out, given_back, go_on
from finzcore.books.papers.paper import number_for, put_in_books, search_text
from finzcore.books.papers.settlement import balance
from finzcore.books.papers.stock import move_stock
from finzcore.books.views import View
from finzcore.declared import declared
from finzcore.documents.lifecycle import POSTED, refusal, step
from finzcore.errors import RuleBroken
from finzcore.gst.roundoff import Method
from finzcore.ports import Condition, Row

Event = Literal["create", "edit", "approve"]


@declared
class Charges:
    """How one of the two kinds is written, approved, changed, voided and deleted."""

    kind: PaperKind
    shape: type
    """What a body says of a new one."""
    view: View
    rounded: str
    """The preference that has its totals rounded."""
    stock: int
    """Which way the goods go: -1 out of stock, +1 into it."""
    check: Callable[[Books, Row, Event], None]
    """The guard against entering the same thing twice."""

    def whole(self, books: Books, row: Row, lines: list[Row]) -> Row:
        """A document with what follows from what is kept."""
        status = self.kind.status(books, row)
        return row | {"line_items": lines, "balance": balance(row), "shown_status": status}

    def shown(self, books: Books, rows: list[Row]) -> list[Row]:
        """Documents as answers show them."""
        lines = lines_of(books, rows)
        return [self.whole(books, row, lines[row["id"]]) for row in rows]

    def with_status(self, status: str, today: str) -> list[Condition]:
        """A status as it is shown, in terms of what is kept."""
        if status in ("DRAFT", "CANCELLED"):
            return [Condition("unposted", "holds", status)]
        posted = [Condition("status", "=", step(self.kind.life, "DRAFT", "approve"))]
        if status in ("PAID", "CREDIT_APPLIED"):
            wanted = [*posted, Condition("balance", "=", 0)]
            if self.kind.life["PARTIALLY_PAID", "settle_by_notes"] == "PAID":
                return wanted
            return [*wanted, Condition("by_notes", "=", int(status == "CREDIT_APPLIED"))]
        if status == "PARTIALLY_PAID":
            return [*posted, Condition("balance", ">", 0), Condition("settled", ">", 0)]
        late = Condition("due_date", "<" if status == "OVERDUE" else ">=", today)
        return [*posted, Condition("balance", ">", 0), Condition("settled", "=", 0), late]

    def _drawn(self, books: Books, body: Any) -> Drawn:
        selling = self.kind.who == "customer"
        preferences = books.masters.preferences
        method = Method(preferences["roundingMethod"]) if preferences[self.rounded] else None
        drawn = draw(books, self.kind, body, selling=selling, method=method)
        if body.due_date is None:
            field = self.kind.contact
            contact = contact_of(books, getattr(body, field), selling=selling, field=field)
            drawn.row["due_date"] = due_by(contact, body.date)
        return drawn

    def add(self, books: Books, body: Any) -> Row:
        """A new one: a draft, or posted at once with `auto_approve`."""
        return self.written(books, body)

    def written(self, books: Books, body: Any, order_id: int | None = None) -> Row:
        """A new one, perhaps from an order."""
        kind = self.kind
        drawn = self._drawn(books, body)
        row = drawn.row
        self.check(books, row, "create")
        books.check_open(row["date"])
        key = books.new_id()
        number = number_for(books, kind, row, getattr(body, kind.number_field), key)
        row |= blank(books, kind, key, number, row) | {"payment_made": 0, "credits_applied": 0}
        row["order_id"] = order_id
        if body.auto_approve:
            row |= self._posted(books, row, drawn)
        books.session.insert(kind.table, [row])
        write_lines(books, key, 1, drawn.lines)
        kind.tell(books, row, "CREATED", "CREATED")
        if body.auto_approve:
            kind.tell(books, row, None, "APPROVED")
        return self.whole(books, row, drawn.lines)

    def _posted(self, books: Books, row: Row, drawn: Drawn) -> Row:
        """What approval changes: the entry, the stock, the status."""
        changes = put_in_books(books, self.kind, row, drawn.totals)
        move_stock(books, drawn.lines, self.stock)
        return changes | {"status": step(self.kind.life, row["status"], "approve"), "approved_at": books.time}

    def approve(self, books: Books, row: Row) -> Row:
        """Post a draft."""
        kind = self.kind
        step(kind.life, kind.status(books, row), "approve")
        self.check(books, row, "approve")
        lines = lines_of(books, [row])[row["id"]]
        drawn = Drawn(row, lines, totals_of(row, lines))
        after = rewritten(books, kind.table, row, row | self._posted(books, row, drawn))
        changes = {"status": {"old": "DRAFT", "new": kind.status(books, after)}}
        kind.tell(books, after, "STATUS_CHANGED", "APPROVED", changes)
        return self.whole(books, after, lines)

    def amend(self, books: Books, row: Row, changes: dict[str, Any]) -> Row:
        """Change a draft; it is computed anew, and keeps its number."""
        kind = self.kind
        step(kind.life, kind.status(books, row), "edit")
        changes.pop("auto_approve", None)
        check_number_stays(row, changes, kind.number_field)
        lines = lines_of(books, [row])[row["id"]]
        drawn = self._drawn(books, self._as_body(books, row, lines, changes))
        books.check_open(row["date"])
        books.check_open(drawn.row["date"])
        after = row | drawn.row | {"search": search_text(kind, row["number"], drawn.row)}
        self.check(books, after, "edit")
        if row["order_id"] is not None:
            go_on(lines, drawn.lines)
        books.session.tell("document_lines.remove", {"document": row["id"]})
        write_lines(books, row["id"], row["lines_version"], drawn.lines)
        before, answer = self.whole(books, row, lines), self.whole(books, after, drawn.lines)
        differs = told(books, self.view, before, answer)
        if differs or any(row[name] != after[name] for name in row):
            after = rewritten(books, kind.table, row, after)
            kind.tell(books, after, "UPDATED", "UPDATED", differs)
        carried_out(books, kind, row, lines, drawn.lines)
        return self.whole(books, after, drawn.lines)

    def _as_body(self, books: Books, row: Row, lines: list[Row], changes: dict[str, Any]) -> Any:
        """The draft as a body would have given it, with what is changed."""
        changes = due_again(books, row, self.kind.contact, changes)
        body: Any = as_body(self.shape, self.kind.table, row, lines, changes)
        for fault in body.faults():
            raise RuleBroken(fault.message, field=fault.field)
        return body

    def void(self, books: Books, row: Row) -> Row:
        """Take one out of the books, by an opposite entry of its own date."""
        kind = self.kind
        status = kind.status(books, row)
        if row["payment_made"] or row["credits_applied"]:
            message = "Payments or credits are applied to it: void or unapply them first."
            raise refusal(kind.life, status, "void", message)
        # One of nothing shows as PAID from the start; it is its kept status that has the life.
        after_status = step(kind.life, status if row["total"] else row["status"], "void")
        look_ahead_reversal(books, row)
        for note in notes_for(books, kind, row):
            message = f"The {note.kind.label} {note.row['number']} is for it: void that first."
            raise refusal(kind.life, status, "void", message)
        lines = lines_of(books, [row])[row["id"]]
        books.check_open(row["date"])
        if row["entry"] is not None:
            reverse(books, row["entry"], cause="VOID", memo=f"Void of {kind.label} {row['number']}")
        if row["status"] in POSTED:
            move_stock(books, lines, -self.stock)
        after = rewritten(books, kind.table, row, row | {"status": after_status, "voided_at": books.time})
        kind.tell(books, after, "VOIDED", "VOIDED", {"status": {"old": status, "new": after_status}})
        given_back(books, kind, row, lines)
        return self.whole(books, after, lines)

    def remove(self, books: Books, row: Row) -> None:
        """Delete a draft; its number stays given."""
        kind = self.kind
        step(kind.life, kind.status(books, row), "delete")
        books.check_open(row["date"])
        lines = lines_of(books, [row])[row["id"]] if row["order_id"] is not None else []
        books.session.tell("document_lines.remove", {"document": row["id"]})
        books.session.remove(kind.table, row["id"])
        kind.tell(books, row, "DELETED", "DELETED")
        given_back(books, kind, row, lines)

    def created(self, row: Row) -> str:
        """What is said of a new one."""
        done = "created and approved" if row["status"] != "DRAFT" else "created"
        return f"The {self.kind.label} has been {done}."
