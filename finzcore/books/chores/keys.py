"""Answers under Idempotency-Keys: they are kept for a day (`reliability.md` §3)."""

import datetime as dt
from typing import Final

from finzcore.books import due, idempotency
from finzcore.books.books import Actor, Books, instant
from finzcore.books.chores.turns import Turn
from finzcore.books.unit import Desk

_KIND: Final = "keys"
_ACTOR: Final = Actor(source="SYSTEM")


def work(desk: Desk, org_id: int, now: dt.datetime) -> Turn:
    """Let go of answers that are older than a day, at most 500."""
    return desk.work(org_id, _ACTOR, lambda: now, _let_go)


def _let_go(books: Books) -> Turn:
    gone = idempotency.expire(books)
    if gone:
        return Turn(_KIND, gone, more=True)
    # An answer of tomorrow or later is kept from now on at the earliest: until then nothing is due,
    # and no request has to say that it left one.
    (kept,) = books.session.ask("idempotency.oldest")
    since = books.time if kept["created_at"] is None else min(kept["created_at"], books.time)
    due.visited(books, _KIND, instant(dt.datetime.fromisoformat(since) + idempotency.KEPT_FOR))
    return Turn(_KIND)
