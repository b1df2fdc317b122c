"""Deliveries: what was told to whom, and what came of it (`api.md` §6.3)."""

from typing import Any, Final

from finzcore.books import history, views
from finzcore.books.books import Books
from finzcore.books.history import EVENTS
from finzcore.books.pages import Listing, draw, equal
from finzcore.books.references import Stray
from finzcore.books.resource import Page, Resource, action, browse, fetch
from finzcore.books.shapes import choice, mention, shape, special
from finzcore.books.webhooks.body import body_text
from finzcore.books.webhooks.catalogue import PING
from finzcore.books.webhooks.tables import DELIVERIES, ENDPOINTS
from finzcore.books.webhooks.telling import delivery, queue
from finzcore.books.webhooks.words import EventName
from finzcore.errors import RuleBroken
from finzcore.ids import uuid_text, wire
from finzcore.ports import Condition, Row

STATUSES: Final = ("PENDING", "SUCCEEDED", "FAILED")

_ATTEMPT: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "attempt": {"type": "integer", "minimum": 1},
        "at": {"type": "string", "format": "date-time"},
        "response_status": {"type": ["integer", "null"]},
        "error": {"type": ["string", "null"]},
        "duration_ms": {"type": "integer", "minimum": 0},
    },
    "required": ["attempt", "at", "response_status", "error", "duration_ms"],
}

VIEW: Final = views.View(
    views.ident("delivery_id", "", "id"),
    views.text("endpoint_id", "shown_endpoint"),
    views.text("event_type"),
    views.text("org_id", "shown_org"),
    views.text("status"),
    views.out("attempts", views.Stored(says={"type": "array", "items": _ATTEMPT})),
    views.moment("next_attempt_at", zulu=True).maybe(),
    views.out("payload", views.Stored()),
    views.moment("created_time", zulu=True),
    views.ident("replay_of", "").maybe(),
)
"""`payload` is the body, as it is sent at every attempt."""


@shape
class DeliveryList(Listing):
    """Which deliveries are wanted."""

    endpoint_id: Any = mention("wh_", "webhooks.endpoints", "Endpoint")
    event_type: str | None = special(EventName())
    status: str | None = choice(*STATUSES)


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Deliveries as answers show them: with their bodies, which are made of their events."""
    org = books.org_id
    events = books.session.many(EVENTS, {row["event_seq"] for row in rows}) if rows else {}
    return [
        row
        | {
            "shown_endpoint": wire("wh_", row["home_org_id"], row["endpoint_id"]),
            "shown_org": uuid_text(0, org),
            "payload": body_text(org, row, events[row["event_seq"]]),
        }
        for row in rows
    ]


def listing(books: Books, query: DeliveryList) -> Page:
    """What was told of this organisation in the last 30 days, the last first."""
    where = equal(query, "event_type", "status")
    where = [one._replace(sift=True) for one in where]
    if query.endpoint_id is not None:
        key = _known(books, query.endpoint_id)
        if key is None:
            return Page(rows=[], per_page=query.per_page)
        where.append(Condition("endpoint_id", "=", key, sift=True))
    return draw(books, DELIVERIES, query, where, shown=shown)


def _known(books: Books, endpoint: int | Stray) -> int | None:
    """The key of an endpoint, whose home may be elsewhere."""
    if not isinstance(endpoint, Stray):
        return endpoint
    shown = {wire("wh_", one.home_org_id, one.endpoint_id): one.endpoint_id for one in books.listeners}
    return shown.get(str(endpoint))


def load(books: Books, key: int) -> Row | None:
    """One delivery, whole."""
    row = books.session.get(DELIVERIES, key)
    return None if row is None else shown(books, [row])[0]


def check_active(books: Books, active: bool) -> None:
    """RuleBroken for an endpoint that nothing is sent to."""
    if not active:
        raise RuleBroken("Nothing is sent to this endpoint: it is not active.", field="is_active")


def replay(books: Books, row: Row) -> Row:
    """Send it again, as a delivery of its own: also what the endpoint has taken already."""
    check_active(books, _is_told(books, row))
    (event,) = books.session.many(EVENTS, [row["event_seq"]]).values()
    again = delivery(books, row["endpoint_id"], row["home_org_id"], event, replay_of=row["id"])
    queue(books, [again])
    (whole,) = shown(books, [again])
    ref = uuid_text(books.org_id, again["id"])
    history.record(books, "WEBHOOK", row["endpoint_id"], action="WEBHOOK_SENT", ref=ref)
    return whole


def _is_told(books: Books, row: Row) -> bool:
    """Whether the endpoint is told of what happens here; a test is told to whoever is active."""
    if row["event_type"] == PING:
        endpoint = books.session.get(ENDPOINTS, row["endpoint_id"])
        return endpoint is not None and bool(endpoint["is_active"])
    return any(listener.endpoint_id == row["endpoint_id"] for listener in books.listeners)


RESOURCE: Final = Resource(
    name="webhooks.deliveries",
    noun="delivery",
    scope="webhooks",
    view=VIEW,
    load=load,
    operations=(
        browse(listing, DeliveryList),
        fetch(),
        action("replay", replay, done="queued again"),
    ),
)
