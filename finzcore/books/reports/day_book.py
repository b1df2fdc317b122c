"""The day book: every entry of a stretch of days, one after the other (`api.md` §5, item 11)."""

from collections.abc import Iterator
from typing import Final

from finzcore.books import entries, views
from finzcore.books.books import Books
from finzcore.books.reports.known import Asked, Known, known, now
from finzcore.books.reports.long import PAGE, Long, Page, begun
from finzcore.books.reports.period import last_day
from finzcore.books.reports.sources import SOURCES, Item, alone
from finzcore.books.shapes import Fault, day, mention, shape
from finzcore.books.tags import sought
from finzcore.errors import RuleBroken
from finzcore.ports import Row

LISTED: Final = "entries"

VIEW: Final = views.View(
    views.day("from_date", bare=True).maybe(),
    views.day("to_date", bare=True),
    views.ident("branch_id", "br_").maybe(),
    views.ident("cost_center_id", "cc_").maybe(),
    views.out(LISTED, views.Each(views.View(*entries.VIEW.outs, SOURCES))),
    views.amount("total_debit"),
    views.amount("total_credit"),
)


@shape
class Query(Asked):
    """Over which days: one `date`, or from one to another. With none it is today's; with a last day alone
    it begins with the books."""

    date: str | None = day(bare=True)
    from_date: str | None = day(bare=True)
    to_date: str | None = day(bare=True)
    cost_center_id: int | None = mention("cc_", "cost_centers", "Cost center", usable=False)

    def faults(self) -> Iterator[Fault]:
        """One day, or a stretch of them."""
        if self.date is not None and (self.from_date or self.to_date):
            message = "Give one date, or from_date and to_date."
            yield Fault(RuleBroken.code, "date", message, self.date, because=("from_date", "to_date"))


def draw(books: Books, query: Query) -> Long:
    """Journal entries by date, those of one day as they were posted, each with its lines.

    What was deleted or edited is left out, together with what took it back, as in the list of journals.
    With a cost centre, each entry that bears its tag is shown with the lines that do, and the totals are
    theirs.
    """
    since, through = _days(books, query)
    walk = _Walk(query, through, known(books, query) or now(books))
    head = {
        "from_date": since,
        "to_date": through,
        "branch_id": query.branch_id,
        "cost_center_id": query.cost_center_id,
    }
    start = (since or "", 0)
    return begun(books, head=head, listed=LISTED, more=walk.more, tail=walk.tail, at=walk.at, since=start)


def _days(books: Books, query: Query) -> tuple[str | None, str]:
    """The first day and the last."""
    if query.date is not None:
        return query.date, query.date
    if query.from_date is None and query.to_date is None:
        return books.today, books.today
    return query.from_date, last_day(books, query.from_date, query.to_date)


class _Walk:
    """How far a day book was read, and what it has come to."""

    def __init__(self, query: Query, through: str, at: Known) -> None:
        self.query = query
        self.through = through
        self.at = at
        self.debit = self.credit = 0

    def more(self, books: Books, after: tuple[str, int]) -> Page:
        """The next entries, each with its lines."""
        behind = {
            "day": after[0],
            "after": after[1],
            "known": self.at.seq,
            "branch_id": self.query.branch_id,
            "tag": sought(self.query.cost_center_id),
        }
        rows = books.session.ask("reports_long.day_book", **behind, through=self.through, limit=PAGE + 1)
        further = len(rows) > PAGE
        rows = rows[:PAGE]
        lined = entries.with_lines(books, rows, self._lines(books, rows, behind))
        shown = [self._sourced(books, row) for row in lined]
        for row in shown:
            self.debit += sum(line["debit"] for line in row["lines"])
            self.credit += sum(line["credit"] for line in row["lines"])
        return shown, (rows[-1]["date"], rows[-1]["seq"]) if further else None

    def _lines(self, books: Books, rows: list[Row], behind: Row) -> list[Row]:
        """The postings of a page of entries, and of what stands between them."""
        if not rows:
            return []
        to = {"last_day": rows[-1]["date"], "last": rows[-1]["seq"]}
        postings = books.session.ask("reports_long.day_book_lines", **behind, **to)
        return sorted(postings, key=_place)  # a page of them; the database would sort all of them

    def _sourced(self, books: Books, row: Row) -> Row:
        item = Item(row["seq"], row["source"], row["made_by"], row["source_id"], {"total": row["total"]})
        return row | {"sources": alone(books, self.query, item)}

    def tail(self) -> Row:
        """What was debited and credited in all of them."""
        return {"total_debit": self.debit, "total_credit": self.credit}


def _place(posting: Row) -> int:
    place: int = posting["line"]
    return place
