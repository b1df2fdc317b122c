"""Bytes outside the books that may be nobody's: none is lost, and none is left over.

Outside, nothing is undone with a transaction. So a row says that bytes may be nobody's, from before they
are put there until the unit of work that says whose they are, which takes that row away; and again from
the unit of work that lets go of them until they are gone. Whatever breaks off in between, a chore
(`finzcore.books.chores.strays`) finds the row, and the port needs no list of what it keeps.

A row is `doomed` before its bytes are removed, and bytes that are doomed are never taken for anybody's.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final

from finzcore.books import due
from finzcore.books.books import Books, instant
from finzcore.books.unit import Call, Desk
from finzcore.errors import FinzError, Unavailable
from finzcore.ports import Blobs, Table, flag, integer, moment, text

STRAYS: Final = Table(
    name="stray_blobs",
    columns=(integer("id"), text("blob_key"), flag("doomed"), moment("since")),
)
"""Keys of the port whose bytes may be nobody's."""

TABLES: Final = (STRAYS,)

WAIT: Final = dt.timedelta(hours=1)
"""How long an upload may take that is not given up yet."""

KIND: Final = "strays"
"""What `finzcore.books.due` calls this work."""


class Aside:
    """Bytes outside the books, while a unit of work decides about them."""

    def __init__(self, key: str = "", row_id: int = 0) -> None:
        self.key = key
        self.row_id = row_id
        self.done = False
        """Whether the unit of work did what it was about, as far as it got."""


def note(books: Books, key: str, *, doomed: bool) -> int:
    """Say that bytes may be nobody's, or are."""
    row_id = books.new_id()
    row = {"id": row_id, "blob_key": key, "doomed": int(doomed), "since": books.time}
    books.session.insert(STRAYS, [row])
    due.expect(books, KIND, books.time if doomed else instant(books.now + WAIT))
    return row_id


@contextmanager
def putting(desk: Desk, call: Call, outside: Blobs, key: str, file: BinaryIO) -> Iterator[Aside]:
    """Put bytes outside the books before the unit of work that says whose they are.

    They are removed at once where it is certain that nobody's is what they stayed; where it is not, the
    chore finds out.
    """
    # Never inside the unit of work itself: nobody else should wait for bytes that travel.
    row_id = desk.work(
        call.org_id, call.actor, lambda: call.now, lambda books: note(books, key, doomed=False)
    )
    aside = Aside(key, row_id)
    outside.put(key, file)
    try:
        yield aside
    except Unavailable:
        raise
    except FinzError:
        _removed(outside, key)
        raise
    if not aside.done:
        _removed(outside, key)


def settled(books: Books, aside: Aside) -> None:
    """Say that bytes are somebody's. Unavailable when it took so long that they were given up."""
    row = books.session.get(STRAYS, aside.row_id)
    if row is None or row["doomed"]:
        raise Unavailable("The file took too long to come in; nothing was done.")
    books.session.remove(STRAYS, aside.row_id)
    aside.done = True


@contextmanager
def removing(outside: Blobs | None) -> Iterator[Aside]:
    """Remove bytes outside the books after the unit of work that let go of them."""
    aside = Aside()
    yield aside
    if aside.done and outside is not None:
        _removed(outside, aside.key)


def let_go(books: Books, key: str, aside: Aside | None) -> None:
    """Say that bytes are nobody's any more."""
    note(books, key, doomed=True)
    if aside is not None:
        aside.key, aside.done = key, True


def _removed(outside: Blobs, key: str) -> None:
    """Remove bytes, or leave it to the chore."""
    with suppress(OSError):
        outside.remove(key)
