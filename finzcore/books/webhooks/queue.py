"""Who is told what, when: deliveries that are claimed, sent, put off, given up (`api.md` §6.3,
`reliability.md` §18).

A delivery is claimed by a short unit of work for the time of a lease, sent while no lock is held, and what
came of it is written down by another one, as with mail (`finzcore.books.mail.queue`). The deliveries of an
endpoint go along two lanes, one at a time on each: *first* are those that were never tried, in the order of
their events; *again* are those that failed. So what fails holds nothing up, and as long as nothing fails
the order is kept, also by a runner that is killed: what it had claimed stays the first of its lane.
"""

import datetime as dt
from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, Literal, NamedTuple

from finzcore.books import due, history
from finzcore.books.books import Books, instant
from finzcore.books.retries import asked_pause, next_attempt
from finzcore.books.text import json_text, json_value
from finzcore.books.webhooks.attempt import GONE, Came, Claimed
from finzcore.books.webhooks.body import body_of
from finzcore.books.webhooks.catalogue import PING
from finzcore.books.webhooks.listeners import follow, settle
from finzcore.books.webhooks.tables import DELIVERIES, ENDPOINTS, LISTENERS
from finzcore.books.webhooks.telling import KIND
from finzcore.ids import uuid_text
from finzcore.ports import Row

LEASE: Final = dt.timedelta(minutes=2)
"""For how long a delivery that is being sent is nobody else's: longer than any attempt may take."""

MOST_FAILURES: Final = 20
"""After so many deliveries in a row that were given up an endpoint is told nothing more."""

TOO_MANY: Final = "too_many_failures"
NOT_THERE: Final = "gone"


class Lane(NamedTuple):
    """The deliveries of an endpoint, in the books of one organisation, that wait for one another."""

    org_id: int
    home_org_id: int
    endpoint_id: int
    which: Literal["first", "again"]


class Outcome(Enum):
    """What became of a delivery by an attempt."""

    DELIVERED = "the receiver has taken it"
    PUT_OFF = "it is tried again later"
    GIVEN_UP = "it was tried for the last time"
    LOST = "it was another's by then"


def ready(books: Books) -> tuple[list[Lane], str | None]:
    """The lanes in which something may be sent now; and when there is more, if there are none."""
    found, later = list[Lane](), list[str]()
    for row in books.session.ask("deliveries.lanes"):
        then = max(row["due_at"], row["held_until"] or "")
        if then <= books.time:
            found.append(Lane(books.org_id, row["home_org_id"], row["endpoint_id"], row["lane"]))
        else:
            later.append(then)
    return found, min(later, default=None)


def rest(books: Books) -> None:
    """Say when this organisation is to be visited again, if there is nothing to be done now."""
    found, later = ready(books)
    if not found:
        due.visited(books, KIND, later)


def endpoint(books: Books, endpoint_id: int) -> Row | None:
    """An endpoint, as the books of the organisation know it that registered it."""
    return books.session.get(ENDPOINTS, endpoint_id)


def claim(books: Books, lane: Lane, known: Row | None) -> Claimed | None:
    """The next delivery of a lane, the caller's for the time of a lease; None when there is none to send.

    `known` is the endpoint where it was registered elsewhere. Of one that is gone, or inactive, or tells of
    this organisation no more, nothing is sent: what waits for it is given up, without an attempt.
    """
    here = {"endpoint_id": lane.endpoint_id, "now": books.time}
    if lane.which in {_lane(row) for row in books.session.ask("deliveries.held", **here)}:
        return None
    row = next(iter(books.session.ask(f"deliveries.{lane.which}", **here)), None)
    if row is None:
        return None
    delivery = books.session.get(DELIVERIES, row["id"])
    to = endpoint(books, lane.endpoint_id) if lane.home_org_id == books.org_id else known
    assert delivery is not None, "it has just been seen"
    if to is None or not to["is_active"]:
        settle(books)  # it has not come here yet, and nothing more is to be queued
    if to is None or not to["is_active"] or not _listens(books, delivery):
        books.session.tell("deliveries.give_up", here)
        return None
    token = books.new_id()
    books.session.change(
        DELIVERIES, (delivery["id"],), {"claim": token, "claimed_until": instant(books.now + LEASE)}
    )
    return Claimed(
        delivery_id=delivery["id"],
        claim=token,
        shown_id=uuid_text(books.org_id, delivery["id"]),
        event_type=delivery["event_type"],
        url=to["url"],
        secrets=_secrets(books, to),
        body=body_of(books, delivery),
        failures=to["failure_count"],
    )


def _listens(books: Books, delivery: Row) -> bool:
    """Whether the endpoint still hears of this organisation; a test is for the endpoint itself."""
    heard = books.session.get(LISTENERS, delivery["endpoint_id"])
    return delivery["event_type"] == PING or heard is not None


def _lane(row: Row) -> str:
    return "again" if row["attempt_count"] else "first"


def _secrets(books: Books, to: Row) -> Sequence[str]:
    """What its deliveries are signed with: the new secret first, the one before as long as it counts."""
    kept = [to["secret"]]
    if to["old_secret"] is not None and books.time < to["old_secret_until"]:
        kept.append(to["old_secret"])
    return [books.sealer.open(one) for one in kept]


def record(books: Books, claimed: Claimed, came: Came, chance: bytes) -> Outcome:
    """Write down what came of an attempt. That it was delivered is believed of anybody; of a failure nothing
    is kept when the lease was over and the delivery is another's."""
    row = books.session.get(DELIVERIES, claimed.delivery_id)
    if row is None or row["status"] == "SUCCEEDED":
        return Outcome.LOST
    if row["claim"] != claimed.claim and not came.succeeded:
        return Outcome.LOST
    made = row["attempt_count"] + 1
    then = None if came.succeeded else _then(made, books.now, came, chance)
    outcome = _outcome(came, then)
    tried: Row = {
        "status": _STATUS[outcome],
        "attempts": json_text([*json_value(row["attempts"]), came.row(made)]),
        "attempt_count": made,
        "next_attempt_at": None if then is None else instant(then),
        "claimed_until": None,
        "claim": None,
    }
    books.session.change(DELIVERIES, (row["id"],), tried)
    # Somebody may have looked meanwhile, and found nothing to do before the lease is over.
    due.expect(books, KIND, books.time)
    return outcome


_STATUS: Final = {Outcome.DELIVERED: "SUCCEEDED", Outcome.PUT_OFF: "PENDING", Outcome.GIVEN_UP: "FAILED"}


def _then(made: int, now: dt.datetime, came: Came, chance: bytes) -> dt.datetime | None:
    """When to try again: as planned, but not earlier than the receiver asks for; None for never."""
    planned = None if came.status == GONE else next_attempt(made, now, chance)
    return None if planned is None else max(planned, now + asked_pause(came.asked, now))


def _outcome(came: Came, then: dt.datetime | None) -> Outcome:
    if came.succeeded:
        return Outcome.DELIVERED
    return Outcome.GIVEN_UP if then is None else Outcome.PUT_OFF


def counts(claimed: Claimed, outcome: Outcome) -> bool:
    """Whether an attempt changes what the endpoint is known for, so that its organisation is told."""
    return outcome is Outcome.GIVEN_UP or (outcome is Outcome.DELIVERED and claimed.failures > 0)


def count(books: Books, endpoint_id: int, came: Came) -> bool:
    """Count, in the organisation that registered an endpoint, a delivery that was given up, or begin anew
    after one that was taken; whether the endpoint was disabled by that."""
    row = endpoint(books, endpoint_id)
    if row is None:
        return False
    failures = 0 if came.succeeded else row["failure_count"] + 1
    reason = NOT_THERE if came.status == GONE else TOO_MANY if failures >= MOST_FAILURES else None
    values: Row = {"failure_count": failures}
    disabled = reason is not None and bool(row["is_active"])
    if disabled:
        values |= {"is_active": 0, "disabled_reason": reason, "last_modified_time": books.time}
        _tell(books, row, reason)
    books.session.change(ENDPOINTS, (endpoint_id,), values)
    if disabled:
        follow(books, row | values)
    return disabled


def _tell(books: Books, row: Row, reason: str | None) -> None:
    changes: dict[str, dict[str, Any]] = {
        "is_active": {"old": True, "new": False},
        "disabled_reason": {"old": row["disabled_reason"], "new": reason},
    }
    history.record(books, "WEBHOOK", row["id"], action="WEBHOOK_DISABLED", changes=changes)
