"""The items of trails, as reports show them: the first ones, and `GET /reports/sources` (`api.md` §5.2).

A cursor says which report was drawn, what it was asked, how far it looked, and the way to the row. The next
items are found by drawing the report again as it was.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from finzcore.books import cursors
from finzcore.books.bodies import Mention
from finzcore.books.books import Books
from finzcore.books.kinds import Kind, Wrong
from finzcore.books.lookups import grouped, look_up
from finzcore.books.pages import per_page
from finzcore.books.references import Id
from finzcore.books.reports.known import Asked, Known, fix, known
from finzcore.books.reports.sources import Trail, begun, told, trails
from finzcore.books.resource import Page
from finzcore.books.shapes import plan_of, shape, special
from finzcore.books.text import json_text, json_value
from finzcore.errors import RuleBroken
from finzcore.ports import Row

FIRST: Final = 20
"""So many items stand in the report itself."""

_SCOPE: Final = "reports.sources"


class SourcesCursor(Kind):
    """The text of a cursor of ours, which is longer than that of a list."""

    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> str:
        """Any text that is not very long."""
        if not isinstance(raw, str) or len(raw) > 4000:
            raise Wrong("The cursor is not one of ours.")
        return raw


@shape
class SourcesOf:
    """Which trail, and how many of its items at once."""

    cursor: str = special(SourcesCursor(), required=True)
    per_page: int = per_page()


def shown(books: Books, name: str, query: Asked, report: Row) -> Row:
    """A report with the first items of every trail in place of it."""
    for path, row in trails(report):
        trail = row.get("sources")
        if trail is not None:
            row["sources"] = _begun(books, name, query, path, trail)
    return report


def _begun(books: Books, name: str, query: Asked, path: str, trail: Trail) -> Row:
    count = trail.count(books)
    items = told(books, trail.items(books, 0, FIRST))
    following = _first(books, name, query, path) if count > FIRST else None
    return begun(count, items, following)


def _first(books: Books, name: str, query: Asked, path: str) -> str:
    """Where a trail of a report goes on behind its first items."""
    values = {key: getattr(query, key) for key in plan_of(type(query)).specs}
    at = known(books, query)
    assert at is not None, "what is explained is fixed"
    return _cursor(books, {"report": name, "query": values, "path": path, "start": FIRST, "at": at})


def _cursor(books: Books, said: dict[str, Any]) -> str:
    return cursors.write(books, books.time, json_text(said), _SCOPE)


def more(books: Books, query: SourcesOf) -> Page:
    """The next items of a trail: the report is drawn again as it was, and the same row found in it."""
    said = json_value(str(cursors.read(books, query.cursor, _SCOPE)))
    report = redrawn(books, said["report"], said["query"], Known(*said["at"]))
    trail: Trail = dict(trails(report))[said["path"]]["sources"]
    start: int = said["start"]
    items = trail.items(books, start, query.per_page)
    start += len(items)
    following = _cursor(books, said | {"start": start}) if start < trail.count(books) else None
    return Page(rows=told(books, items), next_cursor=following, per_page=query.per_page)


def redrawn(books: Books, name: str, values: Mapping[str, Any], at: Known) -> Row:
    """A report as it was asked for before, with its trails."""
    module = import_module(f"finzcore.books.reports.{name}")
    plan = plan_of(module.Query)
    query = module.Query.__new__(module.Query)
    query.__dict__.update(values)
    fix(query, at)
    mentions = [
        Mention(field, spec.kind, values[field])
        for field, spec in plan.specs.items()
        if isinstance(spec.kind, Id) and values.get(field) is not None
    ]
    look_up(books, mentions, grouped(mentions))
    drawn: Row = module.draw(books, query)
    return drawn
