"""The log of deliveries: it is kept for 30 days (`api.md` §6.3)."""

import datetime as dt
from typing import Final

from finzcore.books import due
from finzcore.books.books import Actor, Books, instant
from finzcore.books.chores.turns import Turn
from finzcore.books.unit import Desk

_KIND: Final = "deliveries"
_ACTOR: Final = Actor(source="SYSTEM")
KEPT_FOR: Final = dt.timedelta(days=30)
_A_DAY: Final = dt.timedelta(days=1)


def work(desk: Desk, org_id: int, now: dt.datetime) -> Turn:
    """Let go of deliveries that are older and no longer wait, at most 500."""
    return desk.work(org_id, _ACTOR, lambda: now, _let_go)


def _let_go(books: Books) -> Turn:
    gone = books.session.ask("deliveries.expire", before=instant(books.now - KEPT_FOR))
    if gone:
        return Turn(_KIND, len(gone), more=True)
    # A delivery of tomorrow is kept from now on at the earliest: until then nothing is due, and no request
    # has to say that it left one. One that is older still waits, and is looked at again in a day.
    (oldest,) = books.session.ask("deliveries.oldest")
    since = min(oldest["created_time"] or books.time, books.time)
    then = max(dt.datetime.fromisoformat(since) + KEPT_FOR, books.now + _A_DAY)
    due.visited(books, _KIND, instant(then))
    return Turn(_KIND)
