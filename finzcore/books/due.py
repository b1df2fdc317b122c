"""Which organisations have work waiting that time brings, so that a runner need not visit everybody.

One row says from when on an organisation may have work of a kind; no row, that nobody has looked yet,
which comes to the same as work at once. So a row may be too early, which costs a visit in vain, and is
never too late: whoever adds work calls `expect` in the same unit of work, and whoever has done all that
there was calls `visited`. Organisations that are founded, moved or migrated need nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

from finzcore.books.books import Books
from finzcore.ports import Session, Store, Table, integer, moment, text

DUE: Final = Table(
    name="due",
    shared=True,
    key=("kind", "org_id"),
    columns=(text("kind"), integer("org_id"), moment("at")),
)
"""From when on an organisation may have work of a kind. It belongs to no organisation's own tables,
because it is read for all of them at once; nothing but instants is in it."""

TABLES: Final = (DUE,)

NEVER: Final = "9999-12-31T23:59:59.999999Z"
"""The instant of an organisation without work of a kind."""


def organisations(store: Store, kind: str, now: str) -> list[int]:
    """The keys of those that may have work of a kind at an instant, in the order of their founding."""
    with store.shared() as session:
        resting = {row["org_id"] for row in session.ask("due.resting", kind=kind, now=now)}
        return [row["org_id"] for row in session.ask("access.orgs") if row["org_id"] not in resting]


def expect(books: Books, kind: str, at: str) -> None:
    """Have this organisation visited for work of a kind from an instant on, or earlier.

    A look at one row; it is written once between two visits, by the first unit of work that asks.
    """
    row = _kept(books, kind)
    if row is not None and at < row["at"]:
        books.session.shared.change(DUE, (kind, books.org_id), {"at": at})


def visited(books: Books, kind: str, at: str | None) -> None:
    """Say that all work of a kind is done, and when there is more; None when nothing is left to come."""
    row, then = _kept(books, kind), at or NEVER
    shared = books.session.shared
    if row is None:
        shared.insert(DUE, [{"kind": kind, "org_id": books.org_id, "at": then}])
    elif row["at"] != then:
        shared.change(DUE, (kind, books.org_id), {"at": then})


def look_ahead(books: Books, kind: str) -> None:
    """Have the row that `expect` looks at fetched with the next journey to the database."""
    books.session.shared.ahead.get(DUE, kind, books.org_id)


def since(session: Session, kind: str) -> str | None:
    """From when on the organisation of a session has work of a kind; None when nobody has looked yet."""
    row = session.shared.get(DUE, kind, session.org_id)
    return None if row is None else str(row["at"])


def _kept(books: Books, kind: str) -> Mapping[str, Any] | None:
    return books.session.shared.get(DUE, kind, books.org_id)
