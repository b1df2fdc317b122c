"""Files outside the books that are nobody's: they are removed (`reliability.md` §20)."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from finzcore.books import due
from finzcore.books.books import Actor, Books, instant
from finzcore.books.chores.turns import Turn
from finzcore.books.strays import KIND, STRAYS, WAIT
from finzcore.books.unit import Desk
from finzcore.errors import Unavailable
from finzcore.ports import Row

_ACTOR: Final = Actor(source="SYSTEM")

Done = TypeVar("Done")


def work(desk: Desk, org_id: int, now: dt.datetime) -> Turn:
    """Remove at most 100 files. Nothing is done where the books were opened without a port for what is
    outside of them, and Unavailable is raised when it is out of reach."""
    outside = desk.files.outside
    if outside is None:
        return Turn("files")
    strays = _unit(desk, org_id, now, _doomed)
    try:
        for row in strays:
            outside.remove(row["blob_key"])
    except OSError as error:
        raise Unavailable("The files outside the books are out of reach.") from error
    if strays:
        _unit(desk, org_id, now, partial(_forget, rows=strays))
    return Turn("files", len(strays), more=bool(strays))


def _unit(desk: Desk, org_id: int, now: dt.datetime, do: Callable[[Books], Done]) -> Done:
    return desk.work(org_id, _ACTOR, lambda: now, do)


def _doomed(books: Books) -> list[Row]:
    """The next files whose time has come, doomed from now on."""
    rows = books.session.ask("blobs.strays", before=instant(books.now - WAIT))
    for row in rows:
        if not row["doomed"]:
            books.session.change(STRAYS, (row["id"],), {"doomed": 1})
    if not rows:
        oldest = books.session.find(STRAYS, ascending=True, limit=1)
        then = [dt.datetime.fromisoformat(row["since"]) + WAIT for row in oldest]
        due.visited(books, KIND, instant(then[0]) if then else None)
    return rows


def _forget(books: Books, rows: list[Row]) -> None:
    for row in rows:
        if books.session.get(STRAYS, row["id"]) is not None:  # another may have been quicker
            books.session.remove(STRAYS, row["id"])
