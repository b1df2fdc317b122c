"""Estimates and orders: what is offered or agreed on before anybody owes anything.

They are priced and numbered like the invoices and bills that may come of them, and posted nowhere, so a
locked period does not hold them. What they do alike stands here, once; a resource file declares its
`Proposals` (`api.md` §4.9, §4.10).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.papers.drafts import as_body, blank, check_number_stays, rewritten, told
from finzcore.books.papers.drawing import draw
from finzcore.books.papers.kind import PaperKind, kind_of
from finzcore.books.papers.lines import lines_of, write_lines
from finzcore.books.papers.paper import number_for, search_text
from finzcore.books.references import Id
from finzcore.books.registry import resource
from finzcore.books.shapes import Fault
from finzcore.books.views import View
from finzcore.declared import declared
from finzcore.documents.lifecycle import Life, refusal, step
from finzcore.errors import RuleBroken, StatusRefused
from finzcore.ids import wire
from finzcore.ports import Condition, Row

ASKED: Final[Mapping[str, str]] = {"SENT": "send", "DECLINED": "decline", "CANCELLED": "cancel"}
"""The statuses that a change may ask for, and the step to each."""


def nothing_left(row: Row) -> int:
    """What is due on a document that nobody owes anything for."""
    return 0


@declared
class Proposals:
    """How one of the three kinds is written, changed, taken a step further and deleted."""

    kind: PaperKind
    shape: type
    """What a body says of a new one."""
    view: View
    verbs: Mapping[str, str]
    """The webhook's verb of a step, where it is another one than UPDATED."""
    links: tuple[str, ...] = ()
    """Its columns that name what it came from, or became."""
    out: str = ""
    """Of an order: the resource whose documents carry it out."""
    made: str = ""
    """The key under which it shows their ids."""
    counted: str = ""
    """The key under which its lines show how much of them is carried out."""

    def whole(self, books: Books, row: Row, lines: list[Row], made: Iterable[int] = ()) -> Row:
        """One of them with what follows from what is kept; `made` are the documents that carry it out."""
        shown = row | {"line_items": lines}
        if self.out:
            prefix = resource(self.out).prefix
            shown[self.made] = [wire(prefix, books.org_id, key) for key in made]
        return shown

    def shown(self, books: Books, rows: list[Row]) -> list[Row]:
        """Some of them as answers show them."""
        lines, made = lines_of(books, rows), self._made_of(books, rows)
        return [self.whole(books, row, lines[row["id"]], made[row["id"]]) for row in rows]

    def one(self, books: Books, row: Row) -> Row:
        """One of them as answers show it."""
        return self.shown(books, [row])[0]

    def _made_of(self, books: Books, rows: Sequence[Row]) -> dict[int, list[int]]:
        """The documents that carry out some of what was ordered, by order, oldest first."""
        made: dict[int, list[int]] = {row["id"]: [] for row in rows}
        if self.out and made:
            for document in standing(books, self.out, list(made)):
                made[document["order_id"]].append(document["id"])
        return made

    def add(self, books: Books, body: Any) -> Row:
        """A new draft."""
        return self.written(books, body)

    def written(self, books: Books, body: Any, key: int | None = None, **kept: Any) -> Row:
        """A new one, of which some columns are `kept` otherwise than those of a draft."""
        kind = self.kind
        drawn = draw(books, kind, body, selling=kind.who == "customer")
        key = key or books.new_id()
        row = drawn.row
        number = number_for(books, kind, row, getattr(body, kind.number_field), key)
        row |= blank(books, kind, key, number, row) | dict.fromkeys(self.links) | kept
        books.session.insert(kind.table, [row])
        write_lines(books, key, 1, drawn.lines)
        kind.tell(books, row, "CREATED", "CREATED")
        return self.whole(books, row, drawn.lines)

    def amend(self, books: Books, row: Row, changes: dict[str, Any]) -> Row:
        """Change one, which is computed anew and keeps its number, or take it a step further, or both."""
        kind = self.kind
        event = _asked(kind.life, row["status"], changes.pop("status", None))
        check_number_stays(row, changes, kind.number_field)
        if changes or event is None:
            step(kind.life, row["status"], "edit")
        if "line_items" in changes:
            step(kind.life, row["status"], "rewrite")
        after, lines = row, lines_of(books, [row])[row["id"]]
        made = self._made_of(books, [row])[row["id"]]  # they name it, even if they carry out nothing of it
        before = self.whole(books, row, lines, made)
        if changes:
            after, lines = self._redrawn(books, row, lines, changes)
        differs = told(books, self.view, before, self.whole(books, after, lines, made))
        if event is not None:
            after = after | self._stepped(books, row, event)
        if differs or any(row[name] != after[name] for name in row):
            after = rewritten(books, kind.table, row, after)
            self._tell(books, row, after, event, differs)
        return self.whole(books, after, lines, made)

    def _redrawn(
        self, books: Books, row: Row, lines: list[Row], changes: dict[str, Any]
    ) -> tuple[Row, list[Row]]:
        """The row and the lines after a change; the lines are written."""
        kind = self.kind
        body: Any = as_body(self.shape, kind.table, row, lines, changes)
        for fault in body.faults():
            raise RuleBroken(fault.message, field=fault.field)
        drawn = draw(books, kind, body, selling=kind.who == "customer")
        books.session.tell("document_lines.remove", {"document": row["id"]})
        write_lines(books, row["id"], row["lines_version"], drawn.lines)
        return row | drawn.row | {"search": search_text(kind, row["number"], drawn.row)}, drawn.lines

    def _stepped(self, books: Books, row: Row, event: str) -> Row:
        """What a step changes: the status, and the instant at which it was agreed or cancelled."""
        changes = {"status": step(self.kind.life, row["status"], event)}
        if event in ("accept", "confirm", "issue"):
            changes["approved_at"] = books.time
        return changes | ({"voided_at": books.time} if event == "cancel" else {})

    def _tell(
        self, books: Books, row: Row, after: Row, event: str | None, differs: Mapping[str, Any]
    ) -> None:
        """One event for the record; besides it, of a change that is a step too, the webhook of the step."""
        verb = self.verbs.get(event or "", "UPDATED")
        if row["status"] != after["status"]:
            differs = {**differs, "status": {"old": row["status"], "new": after["status"]}}
        if differs.keys() == {"status"}:
            self.kind.tell(books, after, "STATUS_CHANGED", verb, differs)
            return
        self.kind.tell(books, after, "UPDATED", "UPDATED", differs)
        if verb != "UPDATED":
            self.kind.tell(books, after, None, verb)

    def advance(self, books: Books, row: Row, event: str, **changes: Any) -> Row:
        """Take one a step further, and tell it; `changes` are columns that change with it."""
        after = row | self._stepped(books, row, event) | changes
        after = rewritten(books, self.kind.table, row, after)
        self._tell(books, row, after, event, {})
        return after

    def doing(self, event: str, told: str) -> Callable[[Books, Row], Row]:
        """The operation that takes one a step further; `told` says what that means."""

        def do(books: Books, row: Row) -> Row:
            return self.one(books, self.advance(books, row, event))

        do.__doc__ = told
        return do

    def remove(self, books: Books, row: Row) -> None:
        """Delete one; its number stays given."""
        step(self.kind.life, row["status"], "delete")
        self._check_alone(books, row)
        books.session.tell("document_lines.remove", {"document": row["id"]})
        books.session.remove(self.kind.table, row["id"])
        self.kind.tell(books, row, "DELETED", "DELETED")

    def _check_alone(self, books: Books, row: Row) -> None:
        """StatusRefused while something stands that is made from it, even if that carries out none of it."""
        for document in standing(books, self.out, [row["id"]]) if self.out else ():
            label = kind_of(self.out).label
            message = f"The {label} {document['number']} is made from it: void or delete that first."
            raise refusal(self.kind.life, row["status"], "delete", message)


def _asked(life: Life, status: str, wanted: str | None) -> str | None:
    """The step that a change asks for, if it asks for one; what an answer said may be sent back.

    StatusRefused, possible in no status, for one to which no change leads; it says to which one does.
    """
    if wanted is None or wanted == status:
        return None
    event = ASKED.get(wanted)
    if event is None:
        leads = " or ".join(one for one, event in ASKED.items() if (status, event) in life)
        message = f"A change does not make it {wanted}; from {status} it makes it {leads or 'nothing else'}."
        raise StatusRefused(message, current=status, allowed=[])
    return event


def not_before(date: str | None, other: str | None, field: str, what: str) -> Iterator[Fault]:
    """The fault of a day that comes before the date of its document."""
    if other is not None and other < (date or ""):
        yield Fault(RuleBroken.code, field, f"The {what} is before the date.", other)


@cache
def proposals_of(of: str) -> Proposals:
    """How the resource of that name writes its estimates or orders."""
    found: Proposals = import_module(f"finzcore.books.resources.{of}").PROPOSALS
    return found


def standing(books: Books, of: str, orders: Sequence[int]) -> list[Row]:
    """The invoices or bills that carry out some of these orders, oldest first."""
    where = [Condition("order_id", "in", tuple(orders)), Condition("status", "<>", "CANCELLED")]
    return books.session.find(kind_of(of).table, where, ascending=True)


def made_ids(key: str, prefix: str) -> views.Out:
    """The key for the documents that carry out an order."""
    return views.out(key, views.Given(type="array", items=Id(prefix).schema()))
