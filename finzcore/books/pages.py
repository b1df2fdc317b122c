"""Pages of lists: newest first, walked by a signed keyset cursor (`api.md` §1.6, `reliability.md` §16)."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final, Literal

from finzcore.books.books import Books
from finzcore.books.kinds import Kind, Wrong
from finzcore.books.references import Stray
from finzcore.books.resource import Page
from finzcore.books.shapes import plan_of, shape, special
from finzcore.digests import sha256
from finzcore.errors import RuleBroken, Unreadable
from finzcore.ports import Condition, Row, Table

FEW_DAYS: Final = dt.timedelta(days=31)


class PerPage(Kind):
    """How many rows a page has: 1 or more, larger values come down to the ceiling."""

    def __init__(self, ceiling: int) -> None:
        self.ceiling = ceiling

    def read(self, raw: Any, org: int) -> int:
        """An integer from 1."""
        text = str(raw)
        if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and text.strip("0")):
            raise Wrong("Must be a whole number from 1.", Unreadable.code)
        return self.ceiling if len(text.lstrip("0")) > 9 else min(int(text), self.ceiling)

    def schema(self) -> dict[str, Any]:
        """An integer."""
        return {"type": "integer", "minimum": 1}


class CursorText(Kind):
    """The text of a cursor; what it says is judged when the page is drawn."""

    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> str:
        """Any short text."""
        if not isinstance(raw, str) or len(raw) > 500:
            raise Wrong("The cursor is not one of ours.")
        return raw


def per_page(ceiling: int = 200) -> Any:
    """The field for the size of a page."""
    return special(PerPage(ceiling), default=50)


@shape
class Listing:
    """What every list may be asked."""

    per_page: int = per_page()
    cursor: str | None = special(CursorText())


def equal(query: Listing, *columns: str) -> list[Condition]:
    """The columns that must have the value of the query's field of that name, where it gives one."""
    given = ((column, getattr(query, column)) for column in columns)
    return [Condition(column, "=", value) for column, value in given if value is not None]


def between(date_from: str | None, date_to: str | None) -> list[Condition]:
    """The dates that a list is asked for, both ends included.

    A few days are looked up in an index. What lies in a longer stretch would all have to be read and
    sorted; there the list is gone through in its own order, and left when the page is full.
    """
    few = (
        date_from is not None
        and date_to is not None
        and dt.date.fromisoformat(date_to) - dt.date.fromisoformat(date_from) < FEW_DAYS
    )
    ends: tuple[tuple[Literal[">=", "<="], str | None], ...] = ((">=", date_from), ("<=", date_to))
    return [Condition("date", op, date, not few) for op, date in ends if date is not None]


def draw(
    books: Books,
    table: Table,
    query: Listing,
    where: list[Condition],
    *,
    ascending: bool = False,
    shown: Callable[[Books, list[Row]], list[Row]] = lambda books, rows: rows,
) -> Page:
    """One page of a table that is kept in the order of its key; `shown` completes its rows."""
    scope = _scope(table.name, query)
    after: int | None = None
    if query.cursor is not None:
        key = _read(books, query.cursor, scope)
        assert isinstance(key, int), "a signed key is the one we wrote"
        after = key
    if any(isinstance(one.value, Stray) for one in where):
        return Page(rows=[], per_page=query.per_page)
    rows = books.session.find(table, where, after=after, limit=query.per_page + 1, ascending=ascending)
    more = len(rows) > query.per_page
    rows = rows[: query.per_page]
    next_cursor = _write(books, rows[-1], table.key[0], scope) if more else None
    return Page(rows=shown(books, rows), next_cursor=next_cursor, per_page=query.per_page)


def draw_from(books: Books, name: str, rows: list[Row], key: str, query: Listing) -> Page:
    """One page of rows at hand, which stand in the order of the text `key`."""

    def found(after: str | None, limit: int) -> list[Row]:
        return [row for row in rows if after is None or row[key] > after][:limit]

    return draw_by(books, name, query, key, found)


def draw_by(
    books: Books, name: str, query: Listing, key: str, found: Callable[[str | None, int], list[Row]]
) -> Page:
    """One page of rows in an order of their own: `found` gives so many of those that stand behind a row,
    which is known by its text `key`."""
    scope = _scope(name, query)
    after = None if query.cursor is None else str(_read(books, query.cursor, scope))
    rows = found(after, query.per_page + 1)
    more = len(rows) > query.per_page
    rows = rows[: query.per_page]
    next_cursor = _write(books, rows[-1], key, scope) if more else None
    return Page(rows=rows, next_cursor=next_cursor, per_page=query.per_page)


def _scope(name: str, query: Listing) -> str:
    plan = plan_of(type(query))
    asked = [(name, getattr(query, name)) for name in plan.specs if name not in ("per_page", "cursor")]
    return sha256(repr((name, asked)).encode()).hex()[:16]


def _read(books: Books, cursor: str, scope: str) -> int | str:
    from finzcore.books import cursors  # most lists are read from their beginning and end on one page

    return cursors.read(books, cursor, scope)


def _write(books: Books, row: Row, key: str, scope: str) -> str:
    from finzcore.books import cursors

    created_at = row.get("created_time") or row.get("recorded_at") or row.get("occurred_at") or ""
    return cursors.write(books, created_at, row[key], scope)
