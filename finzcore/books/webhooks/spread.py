"""How it comes to other organisations that an endpoint listens to them, or does no more (`api.md` §8.6).

The change of a span is marked in `due` by its own unit of work. Then every organisation of which the user is
or was a member settles who listens to it, each by a unit of work of its own, and at last the mark is taken
off. Whoever finds a mark that is old does the same: so a process that is killed in between, or a database
that is busy, delays it and no more.

What two changes in a hurry say cannot come in the wrong order: each organisation reads the spans as they
are once it holds its own lock.
"""

import datetime as dt
from typing import Final

from finzcore.books import due
from finzcore.books.books import Actor, Books, instant
from finzcore.books.unit import Desk
from finzcore.books.webhooks import listeners
from finzcore.books.webhooks.tables import ENDPOINTS, SPANS

_ACTOR: Final = Actor(source="SYSTEM")
_LEASE: Final = dt.timedelta(minutes=10)
"""After so long somebody else does what a killed process has left."""


def spread(desk: Desk, org_id: int, now: dt.datetime) -> None:
    """Let the others know, if a span of this organisation's endpoints has changed."""
    until = instant(now + _LEASE)
    others = desk.work(org_id, _ACTOR, lambda: now, lambda books: _begin(books, until))
    if others is None:
        return
    for other in others:
        desk.work(other, _ACTOR, lambda: now, listeners.settle)
    desk.work(org_id, _ACTOR, lambda: now, lambda books: _end(books, until))


def _begin(books: Books, until: str) -> list[int] | None:
    """Settle here, and say which others have to; None when that is done, or somebody is at it."""
    at = due.since(books.session, listeners.KIND)
    if at is not None and at > books.time:
        return None
    listeners.settle(books)
    shared = books.session.shared
    users = {row["user_id"] for row in _spans(books)}
    others = {row["org_id"] for user in users for row in shared.ask("webhooks.ever_in", user_id=user)}
    due.visited(books, listeners.KIND, until)
    return sorted(others - {books.org_id})


def _end(books: Books, until: str) -> None:
    """Nobody listens any more by the spans of endpoints that are gone; and unless there was another change
    meanwhile, nothing is left to be done."""
    if due.since(books.session, listeners.KIND) != until:
        return
    for row in _spans(books):
        if books.session.get(ENDPOINTS, row["endpoint_id"]) is None:
            books.session.shared.remove(SPANS, row["endpoint_id"])
    due.visited(books, listeners.KIND, None)


def _spans(books: Books) -> list[dict[str, int]]:
    found: list[dict[str, int]] = books.session.shared.ask("webhooks.spans_of_home", org_id=books.org_id)
    return found
