"""Documents that nobody paid in time: each is told of once (`api.md` §6.4)."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from finzcore.books import due
from finzcore.books.books import Actor, Books, instant
from finzcore.books.chores.turns import Turn
from finzcore.books.papers.kind import PaperKind, kinds
from finzcore.books.unit import Desk
from finzcore.fiscal import INDIA, india_date
from finzcore.ports import Row, Table, integer, text

_KIND: Final = "overdue"
_ACTOR: Final = Actor(source="SYSTEM")
_AT_ONCE: Final = 500
_TOLD_OF: Final = frozenset({"invoices", "bills"})

OVERDUE: Final = Table(
    name="overdue",
    key=("kind", "document_id"),
    clustered=True,
    columns=(text("kind"), integer("document_id")),
)
"""The documents that were told of; `kind` is their table."""

TABLES: Final = (OVERDUE,)


def work(desk: Desk, org_id: int, now: dt.datetime) -> Turn:
    """Tell of documents that show as OVERDUE and were not told of, at most 500 of a kind."""
    return desk.work(org_id, _ACTOR, lambda: now, _tell)


def _tell(books: Books) -> Turn:
    told = sum(_tell_of(books, kind) for kind in _kinds())
    if told:
        return Turn(_KIND, told, more=True)
    tomorrow = india_date(books.now) + dt.timedelta(days=1)
    midnight = dt.datetime.combine(tomorrow, dt.time(), INDIA).astimezone(dt.UTC)
    due.visited(books, _KIND, instant(midnight))
    return Turn(_KIND)


def _kinds() -> Iterator[PaperKind]:
    return (kind for kind in kinds() if kind.of in _TOLD_OF)


def _tell_of(books: Books, kind: PaperKind) -> int:
    late: list[Row] = books.session.ask(f"overdue.{kind.of}_late", today=books.today, limit=_AT_ONCE)
    rows = books.session.many(kind.table, [row["id"] for row in late])
    for key in sorted(rows):
        kind.tell(books, rows[key], None, "OVERDUE")
    books.session.insert(OVERDUE, [{"kind": kind.of, "document_id": key} for key in sorted(rows)])
    return len(rows)
