"""What a delivery says: made anew of its event whenever it is sent, always the same bytes (`api.md` §6.2)."""

from finzcore.books.books import Books
from finzcore.books.history import EVENTS
from finzcore.books.text import json_text
from finzcore.ids import uuid_text
from finzcore.ports import Row


def body_of(books: Books, delivery: Row) -> bytes:
    """The body of a delivery, as its receivers get it and its signatures sign it."""
    event = books.session.get(EVENTS, delivery["event_seq"])
    assert event is not None, "events are never removed"
    return body_text(books.org_id, delivery, event).encode()


def body_text(org_id: int, delivery: Row, event: Row) -> str:
    """The same, of an event at hand. `seq` is the place of the event in the order of the organisation's."""
    head = {
        "event_type": delivery["event_type"],
        "delivery_id": uuid_text(org_id, delivery["id"]),
        "occurred_at": f"{event['occurred_at'][:19]}Z",
        "org_id": uuid_text(0, org_id),
        "seq": event["seq"],
    }
    return f'{json_text(head)[:-1]},"data":{event["data"] or "{}"}}}'
