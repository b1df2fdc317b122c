"""How much of an order is carried out: counted on its lines when an invoice or a bill takes something out of
it, changes, or goes (`api.md` §4.10).

The line of an invoice names the order's line that it carries out, the invoice its order; the order's line
counts. Whoever counts holds the organisation's lock, and a CHECK keeps the count between nothing and what
was ordered.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.papers.drafts import rewritten
from finzcore.books.papers.kind import PaperKind
from finzcore.books.papers.lines import LINES, LineId, lines_of
from finzcore.books.papers.proposals import Proposals, proposals_of
from finzcore.documents.lifecycle import carrying, step
from finzcore.errors import RuleBroken
from finzcore.money import plain
from finzcore.ports import Row

_ORDERS: Final = {"invoices": "sales_orders", "bills": "purchase_orders"}
"""The orders that each kind of document carries out."""

Moved = Mapping[int, int]
"""By the id of an order's line: how much more of it is carried out, or less."""


def carried_out(books: Books, kind: PaperKind, row: Row, before: Sequence[Row], after: Sequence[Row]) -> None:
    """Count what a draft carries out of its order after a change, instead of what it did before.

    RuleBroken, ``line_items[i].quantity``, when that is more than is open.
    """
    if row["order_id"] is None:
        return
    counts = Counter(_quantities(after))
    counts.subtract(_quantities(before))
    fields = {line["order_line"]: f"line_items[{index}].quantity" for index, line in enumerate(after)}
    _count(books, kind, row["order_id"], counts, fields)


def given_back(books: Books, kind: PaperKind, row: Row, lines: Sequence[Row]) -> None:
    """Give the quantities of a document that goes back to its order."""
    if row["order_id"] is not None:
        less = {line: -quantity for line, quantity in _quantities(lines).items()}
        _count(books, kind, row["order_id"], less, {})


def go_on(before: Sequence[Row], after: Sequence[Row]) -> None:
    """Have the lines of a change carry out what those did in whose place they stand.

    Lines that a body gives anew know nothing of the order: one of the same item, or without an item of the
    same name, goes on carrying out what it did.
    """
    taken = {line["order_line"] for line in after}
    left = [line for line in before if line["order_line"] not in taken]
    for line in after:
        if line["order_line"] is None:
            same = next((one for one in left if _thing(one) == _thing(line)), None)
            if same is not None:
                line["order_line"] = same["order_line"]
                left.remove(same)


def _thing(line: Row) -> tuple[int | None, str | None]:
    """What a line is about."""
    return line["item_id"], line["name"] if line["item_id"] is None else None


def _quantities(lines: Iterable[Row]) -> Counter[int]:
    """What lines carry out, by the lines of the order."""
    counts: Counter[int] = Counter()
    for line in lines:
        if line["order_line"] is not None:
            counts[line["order_line"]] += line["quantity"]
    return counts


def _count(books: Books, kind: PaperKind, order_id: int, moved: Moved, fields: Mapping[int, str]) -> None:
    if not any(moved.values()):
        return
    orders = proposals_of(_ORDERS[kind.of])
    order = books.session.get(orders.kind.table, order_id)
    assert order is not None, "an order is not deleted while something that stands is made from it"
    count(books, orders, order, lines_of(books, [order])[order_id], moved, fields)


class Tally(NamedTuple):
    """A line of an order, and how much more of it is carried out now, or less."""

    line: Row
    more: int

    @property
    def after(self) -> Row:
        """The line after that."""
        return self.line | {"converted": self.line["converted"] + self.more}


def count(
    books: Books,
    orders: Proposals,
    order: Row,
    lines: Sequence[Row],
    moved: Moved,
    fields: Mapping[int, str],
    verb: str = "UPDATED",
    **also: Any,
) -> tuple[Row, list[Row]]:
    """Count on an order's lines; the order and its lines after that. The webhook is `verb`'s, and `also` are
    columns that change with it.

    RuleBroken on the field of a line of which more would be carried out than was ordered.
    """
    kind = orders.kind
    tallies = [Tally(line, moved.get(line["line_item_id"], 0)) for line in lines]
    for one in tallies:
        _check(one, fields)
    changed = [one for one in tallies if one.more]
    for one in changed:
        key = (one.line["document_id"], one.line["version"], one.line["line_no"])
        books.session.change(LINES, key, {"converted": one.after["converted"]})
    changes = _told(books, orders, changed)
    status = step(kind.life, order["status"], _event(tallies))
    row = rewritten(books, kind.table, order, order | {"status": status} | also)
    if status != order["status"]:
        changes["status"] = {"old": order["status"], "new": status}
    kind.tell(books, row, "STATUS_CHANGED" if "status" in changes else "UPDATED", verb, changes)
    return row, [one.after for one in tallies]


def _check(one: Tally, fields: Mapping[int, str]) -> None:
    left = one.line["quantity"] - one.line["converted"]
    if one.more > left:
        message = f"Only {plain(left, 6)} more of this line of the order is open."
        raise RuleBroken(message, field=fields.get(one.line["line_item_id"]))


def _event(tallies: Sequence[Tally]) -> str:
    """The event in the order's life: its quantities are summed, whatever they are quantities of."""
    before = sum(one.line["converted"] for one in tallies)
    more, ordered = sum(one.more for one in tallies), sum(one.line["quantity"] for one in tallies)
    return carrying(before=before, after=before + more, ordered=ordered)


def _told(books: Books, orders: Proposals, changed: Sequence[Tally]) -> dict[str, Any]:
    """Old and new of the lines that were counted on, as events keep them."""
    view = views.View(views.out("line_item_id", LineId()), views.number(orders.counted, column="converted"))
    old = [view.plain(one.line, books.org_id) for one in changed]
    new = [view.plain(one.after, books.org_id) for one in changed]
    return {"line_items": {"old": old, "new": new}}
