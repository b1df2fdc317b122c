"""Deliveries as they are queued, in the unit of work of what they tell (`api.md` §6.3)."""

from collections.abc import Sequence
from typing import Final

from finzcore.books import due
from finzcore.books.books import Books
from finzcore.books.webhooks.catalogue import PING
from finzcore.books.webhooks.tables import DELIVERIES
from finzcore.ports import Row

KIND: Final = "webhooks"
"""The kind of work, in `due`."""


def tell(books: Books, events: Sequence[Row]) -> None:
    """Queue a delivery of each event, which has its number by now, to each endpoint that listens to it."""
    rows = [
        delivery(books, listener.endpoint_id, listener.home_org_id, event)
        for event in events
        if event["event_type"] not in (None, PING)
        for listener in books.listeners
        if listener.hears(event["event_type"])
    ]
    if rows:
        queue(books, rows)


def delivery(
    books: Books, endpoint_id: int, home_org_id: int, event: Row, *, replay_of: int | None = None
) -> Row:
    """A delivery that was not tried yet."""
    return {
        "id": books.new_id(),
        "endpoint_id": endpoint_id,
        "home_org_id": home_org_id,
        "event_seq": event["seq"],
        "event_type": event["event_type"],
        "status": "PENDING",
        "attempts": "[]",
        "attempt_count": 0,
        "next_attempt_at": books.time,
        "claimed_until": None,
        "claim": None,
        "replay_of": replay_of,
        "created_time": books.time,
    }


def queue(books: Books, rows: Sequence[Row]) -> None:
    """Keep deliveries until they are sent."""
    books.session.insert(DELIVERIES, rows)
    due.expect(books, KIND, books.time)
