"""Events: who did what, when, from where. One append-only row serves the activity log, the webhooks
and the stream (`api.md` §4.20, §6.5), and it is the audit trail that rule 3(1) of the Companies
(Accounts) Rules 2014 asks for.
"""

from collections.abc import Mapping
from typing import Any, Final

from finzcore.books.books import Books
from finzcore.books.chain import canonical
from finzcore.books.text import json_text
from finzcore.digests import sha256
from finzcore.ports import Index, Row, Table, blob, integer, moment, text

EVENTS: Final = Table(
    name="events",
    key=("seq",),
    append_only=True,
    columns=(
        integer("seq", least=1),
        integer("id"),
        moment("occurred_at"),
        text("event_type", null=True),
        text("action", null=True),
        text("entity_type"),
        integer("entity_id"),
        text("entity_ref", null=True),
        integer("user_id", null=True),
        integer("token_id", null=True),
        text("client_id", null=True),
        text("source"),
        text("request_id", null=True),
        text("ip", null=True),
        text("user_agent", null=True),
        text("changes", null=True),
        text("data", null=True),
        blob("hash", length=32),
    ),
    indexes=(
        Index(name="events_entity", columns=("entity_type", "entity_id", "seq"), present=("action",)),
        Index(name="events_time", columns=("occurred_at", "seq"), present=("action",)),
    ),
)
"""One row per event. `event_type` is its webhook name, `action` its activity name; either may be null."""

TABLES: Final = (EVENTS,)

EVENT_TAG: Final = b"finzcore/event/v1\x00"
_HASHED: Final = tuple(column.name for column in EVENTS.columns if column.name != "hash")


def event_hash(previous: bytes, org_id: int, event: Row) -> bytes:
    """The link of an event in its organisation's chain (`docs/chain.md`)."""
    fields = [org_id, *[event[name] for name in _HASHED]]
    return sha256(EVENT_TAG + previous + canonical(fields))


def record(
    books: Books,
    entity_type: str,
    entity_id: int,
    *,
    action: str | None = None,
    event: str | None = None,
    ref: str | None = None,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    data: str | None = None,
) -> None:
    """Keep an event; it is written, in order, when the unit of work ends.

    `action` and `event` are the whole words, such as ``INVOICE_CREATED``; `data` is JSON text.
    """
    actor = books.actor
    books.events.append(
        {
            "occurred_at": books.time,
            "event_type": event,
            "action": action,
            "entity_type": entity_type,
            "entity_id": entity_id,
            "entity_ref": ref,
            "user_id": actor.user_id,
            "token_id": actor.token_id,
            "client_id": actor.client_id,
            "source": actor.source,
            "request_id": actor.request_id,
            "ip": actor.ip,
            "user_agent": actor.user_agent,
            "changes": json_text(changes) if changes else None,
            "data": data,
        }
    )


def complete(books: Books, entity_type: str, entity_id: int, data: str) -> None:
    """Let what was kept so far about something, and is not written yet, say this of it."""
    for event in books.events:
        if event["entity_type"] == entity_type and event["entity_id"] == entity_id and event["data"]:
            event["data"] = data


def close(books: Books) -> None:
    """Write what the unit of work kept back: its events, its counters, and the head row they move."""
    _write_events(books)
    books.write_ends()


def written(books: Books) -> Row:
    """Write what was kept so far; the last event of it, which has its number then."""
    events = books.events
    close(books)
    return events[-1]


def _write_events(books: Books) -> None:
    """Number, chain and write the events."""
    if not books.events:
        return
    seq, previous = books.head["event_seq"], books.head["event_hash"]
    for event in books.events:
        seq += 1
        event["seq"], event["id"] = seq, books.new_id()
        previous = event["hash"] = event_hash(previous, books.org_id, event)
    books.session.insert(EVENTS, books.events)
    if books.listeners:
        from finzcore.books.webhooks.telling import tell  # in most books nobody listens

        tell(books, books.events)
    books.move(event_seq=seq, event_hash=previous)
    books.events = []
