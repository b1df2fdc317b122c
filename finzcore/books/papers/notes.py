"""Credit and debit notes: posted as soon as they are written, and posted again when they are changed.

What they do alike stands here, once; a resource file declares its `Notes` (`api.md` §4.11, §4.12).
"""

from collections.abc import Callable
from typing import Any

from finzcore.books.books import Books
from finzcore.books.journal import look_ahead_reversal, reverse
from finzcore.books.papers.corrections import Parent, parent_of, side_of
from finzcore.books.papers.drafts import (
    as_body,
    blank,
    check_number_stays,
    due_again,
    keep_version,
    look_again,
    rewritten,
    told,
)
from finzcore.books.papers.drawing import Drawn
from finzcore.books.papers.kind import PaperKind
from finzcore.books.papers.lines import lines_of, lines_say, write_lines
from finzcore.books.papers.paper import number_for, put_in_books, search_text
from finzcore.books.papers.stock import move_stock
from finzcore.books.views import View
from finzcore.declared import declared
from finzcore.documents.lifecycle import POSTED, refusal, step
from finzcore.errors import RuleBroken
from finzcore.ports import Row

Draw = Callable[[Books, Any, Parent | None, bool, int | None], Drawn]
"""A note computed: its body, what it is for, whether that was sold, its own key if it has one."""


@declared
class Notes:
    """How one of the two kinds is written, changed and voided."""

    kind: PaperKind
    shape: type
    view: View
    used: tuple[str, ...]
    """The columns that count what was used of it, or settled; nothing may be, for a change."""
    in_use: str
    """What is said of one that is used."""
    draw: Draw
    whole: Callable[[Books, Row, list[Row]], Row]
    """A note of which nothing is used, with what follows from what is kept."""
    restocks: bool = False
    """Whether its goods go back to where they came from."""

    def add(self, books: Books, body: Any) -> Row:
        """A new note: posted at once, or a draft with `draft`."""
        kind = self.kind
        drawn = self._drawn(books, body)
        row = drawn.row
        books.check_open(row["date"])
        key = books.new_id()
        number = number_for(books, kind, row, getattr(body, kind.number_field), key)
        row |= blank(books, kind, key, number, row) | dict.fromkeys(self.used, 0)
        if not getattr(body, "draft", 0):
            row |= self._posted(books, row, drawn) | {"status": step(kind.life, row["status"], "issue")}
        books.session.insert(kind.table, [row])
        write_lines(books, key, 1, drawn.lines)
        kind.tell(books, row, "CREATED", "CREATED")
        return self.whole(books, row, drawn.lines)

    def _drawn(self, books: Books, body: Any, own: int | None = None) -> Drawn:
        parent = parent_of(books, body)
        return self.draw(books, body, parent, side_of(books, body, parent), own)

    def _posted(self, books: Books, row: Row, drawn: Drawn) -> Row:
        """What posting changes: the entry and the stock."""
        changes = put_in_books(books, self.kind, row, drawn.totals)
        if self.restocks:
            move_stock(books, drawn.lines, 1 if self.kind.sells(row) else -1, restocked=True)
        return changes | {"approved_at": row["approved_at"] or books.time}

    def _unposted(self, books: Books, row: Row, lines: list[Row], cause: str) -> None:
        """Take a posted note out of the books and back what it did to stock; a draft is in neither."""
        if row["entry"] is not None:
            memo = f"{cause.capitalize()} of {self.kind.label} {row['number']}"
            reverse(books, row["entry"], cause=cause, memo=memo)
        if self.restocks and row["status"] in POSTED:
            move_stock(books, lines, -1 if self.kind.sells(row) else 1, restocked=True)

    def _check_unused(self, books: Books, row: Row, event: str) -> None:
        if any(row[column] for column in self.used):
            raise refusal(self.kind.life, self.kind.status(books, row), event, self.in_use)

    def amend(self, books: Books, row: Row, changes: dict[str, Any]) -> Row:
        """Change a note of which nothing is used; a posted one is reversed and posted again.

        Nothing happens when nothing differs.
        """
        kind = self.kind
        self._check_unused(books, row, "edit")
        status = step(kind.life, row["status"], "edit")
        check_number_stays(row, changes, kind.number_field)
        approve = bool(changes.pop("auto_approve", 0))
        look_ahead_reversal(books, row)
        before = lines_of(books, [row])[row["id"]]
        drawn = self._drawn(books, self._as_body(books, row, before, changes), row["id"])
        if drawn.row["type"] != row["type"]:
            raise RuleBroken("A note stays on its side; void it and write another.", field="customer_id")
        books.check_open(row["date"])
        books.check_open(drawn.row["date"])
        after = row | drawn.row | {"search": search_text(kind, row["number"], drawn.row)}
        same = all(row[name] == after[name] for name in row)
        if same and not (approve and status not in POSTED) and lines_say(drawn.lines) == lines_say(before):
            return self.whole(books, row, before)
        if status in POSTED:
            self._unposted(books, row, before, "EDIT")
            keep_version(books, kind.table, row)
            after["lines_version"] = row["lines_version"] + 1
        else:
            books.session.tell("document_lines.remove", {"document": row["id"]})
            if approve:
                status = step(kind.life, status, "issue")
        after["status"] = status
        if status in POSTED:
            after |= self._posted(books, after, drawn)
        write_lines(books, row["id"], after["lines_version"], drawn.lines)
        after = rewritten(books, kind.table, row, after)
        answer = self.whole(books, after, drawn.lines)
        kind.tell(
            books, after, "UPDATED", "UPDATED", told(books, self.view, self.whole(books, row, before), answer)
        )
        return answer

    def _as_body(self, books: Books, row: Row, lines: list[Row], changes: dict[str, Any]) -> Any:
        """The note as a body would have given it, with what is changed and what it names found again."""
        if "due_date" in row:
            changes = due_again(books, row, self.kind.contact, changes)
        body: Any = as_body(self.shape, self.kind.table, row, lines, changes)
        look_again(books, "contacts", [body.customer_id])
        look_again(books, "invoices", [body.invoice_id])
        look_again(books, "bills", [body.bill_id])
        return body

    def void(self, books: Books, row: Row) -> Row:
        """Take a note out of the books, by an opposite entry of its own date."""
        kind = self.kind
        self._check_unused(books, row, "void")
        # A note of nothing shows as used up from the start; it is its kept status that has the life.
        cancelled = step(kind.life, row["status"], "void")
        books.check_open(row["date"])
        look_ahead_reversal(books, row)
        lines = lines_of(books, [row])[row["id"]]
        self._unposted(books, row, lines, "VOID")
        after = rewritten(books, kind.table, row, row | {"status": cancelled, "voided_at": books.time})
        changes = {"status": {"old": kind.status(books, row), "new": cancelled}}
        kind.tell(books, after, "VOIDED", "VOIDED", changes)
        return self.whole(books, after, lines)
