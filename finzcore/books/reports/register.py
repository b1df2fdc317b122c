"""What the registers of sales and of purchases have in common (`api.md` §5, items 9 and 10).

A register has the posted invoices, or bills, of a stretch of days, with their lines, in rupees. Notes and
expenses are in it as little as in their lists; the returns have them all.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports.known import Asked, Known, known, now
from finzcore.books.reports.long import Long, Page, begun
from finzcore.books.reports.period import last_day
from finzcore.books.reports.sources import SOURCES, Item, alone
from finzcore.books.shapes import day, shape
from finzcore.fiscal import india_date
from finzcore.ports import Row

LISTED: Final = "rows"
AT_ONCE: Final = 200
"""So many documents are read at a time, each with all of its lines."""

HEADS: Final = ("cgst", "sgst", "igst", "cess")
CHARGED: Final = ("taxable", *HEADS, "other_charges", "tds_amount", "total")
"""What a document comes to: taxable value, tax charged and `other_charges`, less TDS, is its total."""

LINE: Final = (
    views.text("hsn_or_sac").maybe(),
    views.text("description").maybe(),
    views.number("quantity"),
    views.text("unit").maybe(),
    views.number("rate"),
    views.amount("taxable"),
    views.number("tax_percentage"),
    *map(views.amount, HEADS),
)


@shape
class Span(Asked):
    """Over which days."""

    from_date: str = day(required=True, bare=True)
    to_date: str = day(required=True, bare=True)


class Register(NamedTuple):
    """A register: the resource whose documents it has, the word of their source, and the amounts that it
    adds up."""

    of: str
    source: str
    amounts: Sequence[str]


def view(document: Sequence[views.Out], amounts: Iterable[str], lines: Sequence[views.Out]) -> views.View:
    """The view of a register: `document` is what a row says before its amounts, and behind them."""
    row = views.View(*document, views.out("lines", views.Each(views.View(*lines))), SOURCES)
    return views.View(
        views.day("from_date", bare=True),
        views.day("to_date", bare=True),
        views.ident("branch_id", "br_").maybe(),
        views.out(LISTED, views.Each(row)),
        views.out("totals", views.Inner(views.View(*map(views.amount, amounts)))),
    )


def draw(books: Books, query: Span, register: Register) -> Long:
    """A register of the days that are asked for."""
    through = last_day(books, query.from_date, query.to_date)
    walk = _Walk(register, query, known(books, query) or now(books))
    head = {"from_date": query.from_date, "to_date": through, "branch_id": query.branch_id}
    start = (query.from_date, 0)
    return begun(books, head=head, listed=LISTED, more=walk.more, tail=walk.tail, at=walk.at, since=start)


class _Walk:
    """How far a register was read, and what it has come to."""

    def __init__(self, register: Register, query: Span, at: Known) -> None:
        self.register = register
        self.query = query
        self.at = at
        self.today = india_date(dt.datetime.fromisoformat(at.time))
        self.totals = Counter(dict.fromkeys(register.amounts, 0))

    def more(self, books: Books, after: tuple[str, int]) -> Page:
        """The next documents, each with its lines."""
        from finzcore.books.returns.registered import documents, place  # with all that documents are made of

        span = (after, self.query.to_date)
        rows = documents(books, self.register.of, span, self.query.branch_id, self.at, AT_ONCE + 1)
        further = len(rows) > AT_ONCE
        shown = [self._shown(books, row) for row in rows[:AT_ONCE]]
        return shown, place(shown[-1]) if further else None

    def _shown(self, books: Books, row: Row) -> Row:
        from finzcore.books.returns.registered import place, registered

        shown = registered(row, self.register.of, self.today)
        amounts = {name: shown[name] for name in self.register.amounts}
        self.totals.update(amounts)
        source = self.register.source
        item = Item(row["entry"], source, source, place(row)[1], amounts)
        return shown | {"sources": alone(books, self.query, item)}

    def tail(self) -> Row:
        """The sums of its columns."""
        return {"totals": dict(self.totals)}
