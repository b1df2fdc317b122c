"""Activity: who did what to which document, read off the events of the books (`api.md` §4.20)."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books, instant
from finzcore.books.entities import LOGGED, MOST, VERBS, key_of, shown_id
from finzcore.books.history import EVENTS
from finzcore.books.kinds import Kind, Wrong, capitals, or_null
from finzcore.books.pages import FEW_DAYS, Listing, draw
from finzcore.books.references import UserId
from finzcore.books.resource import Page, Resource, browse, fetch
from finzcore.books.shapes import Fault, choice, day, shape, special, text
from finzcore.errors import RuleBroken
from finzcore.fiscal import india_midnight
from finzcore.ports import Condition, Row

ACTION: Final = f"(?:{'|'.join(LOGGED)})_(?:{'|'.join(VERBS)})"
"""What an action looks like, as a regular expression."""

_TELL_CHANGES: Final = ("_UPDATED", "_STATUS_CHANGED")
"""The ends of the actions whose events show what changed."""

_SAID: Final = {"type": "string"}


class ActionWord(Kind):
    """The word for what was done, such as INVOICE_CREATED, in any case."""

    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> str:
        """In upper case."""
        word = capitals(raw.strip()) if isinstance(raw, str) and len(raw) <= 100 else ""
        if not re.fullmatch(ACTION, word):
            raise Wrong("Must be an action, such as INVOICE_CREATED.")
        return word

    def schema(self) -> dict[str, Any]:
        """An entity and a verb."""
        return {"type": "string", "pattern": f"^{ACTION}$", "examples": ["INVOICE_CREATED"]}


VIEW: Final = views.View(
    views.ident("event_id", "evt_", "seq"),
    views.text("action"),
    views.text("entity_type"),
    views.text("entity_id", "shown_entity"),
    views.text("entity_ref").maybe(),
    views.out("actor_user_id", UserId(), "user_id").maybe(),
    views.out(
        "changes",
        views.Stored(
            says={
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "properties": {"old": {}, "new": {}},
                    "required": ["old", "new"],
                },
            }
        ),
    ).if_any(),
    views.out(
        "metadata",
        views.Given(
            type="object",
            properties={
                "ip": or_null(_SAID),
                "user_agent": or_null(_SAID),
                "request_id": or_null(_SAID),
                "source": _SAID,
            },
            required=["ip", "user_agent", "request_id", "source"],
        ),
    ),
    views.moment("occurred_at", zulu=True),
)


@shape
class ActivityList(Listing):
    """What of the log is wanted: the stream of a document, or of all of them, by action, days and user."""

    entity_type: str | None = choice(*LOGGED)
    entity_id: str | None = text(MOST)
    action: str | None = special(ActionWord())
    date_from: str | None = day()
    date_to: str | None = day()
    actor_user_id: int | None = special(UserId())

    def faults(self) -> Iterator[Fault]:
        """An id alone does not say what it is the id of."""
        if self.entity_id is not None and self.entity_type is None:
            message = "An 'entity_id' needs its 'entity_type'."
            yield Fault(RuleBroken.code, "entity_type", message, because=("entity_id",))


def listing(books: Books, query: ActivityList) -> Page:
    """What was done, the last first; what became of a document can be read after it is gone."""
    where = [Condition("action", "present"), *_during(books, query.date_from, query.date_to)]
    if query.entity_type is None or query.entity_id is None:
        kinds = tuple(LOGGED) if query.entity_type is None else (query.entity_type,)
        where.append(Condition("entity_type", "in", kinds, sift=True))
    else:
        key = key_of(query.entity_type, books.org_id, query.entity_id)
        if key is None:
            return Page(rows=[], per_page=query.per_page)
        where += [Condition("entity_type", "=", query.entity_type), Condition("entity_id", "=", key)]
    for column, value in (("action", query.action), ("user_id", query.actor_user_id)):
        if value is not None:
            where.append(Condition(column, "=", value, sift=True))
    return draw(books, EVENTS, query, where, shown=shown)


def _during(books: Books, date_from: str | None, date_to: str | None) -> list[Condition]:
    """The instants of calendar days in India, both ends included. Those of a few days are looked up, as in
    `finzcore.books.pages.between`; nothing has happened yet after today."""
    where = []
    last = min(date_to or books.today, books.today)
    few = date_from is not None and dt.date.fromisoformat(last) - dt.date.fromisoformat(date_from) < FEW_DAYS
    if date_from is not None:
        begins = instant(india_midnight(dt.date.fromisoformat(date_from)))
        where.append(Condition("occurred_at", ">=", begins, not few))
    if date_to is not None:
        ends = instant(india_midnight(dt.date.fromisoformat(date_to) + dt.timedelta(days=1)))
        where.append(Condition("occurred_at", "<", ends, not few))
    return where


def load(books: Books, key: int) -> Row | None:
    """One event, if it is of the activity log."""
    row = books.session.get(EVENTS, key)
    if row is None or row["action"] is None or row["entity_type"] not in LOGGED:
        return None
    return shown(books, [row])[0]


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Events as answers show them."""
    return [
        row
        | {
            "shown_entity": shown_id(row["entity_type"], books.org_id, row["entity_id"]),
            "changes": row["changes"] if row["action"].endswith(_TELL_CHANGES) else None,
            "metadata": {name: row[name] for name in ("ip", "user_agent", "request_id", "source")},
        }
        for row in rows
    ]


RESOURCE: Final = Resource(
    name="activity",
    noun="event",
    prefix="evt_",
    view=VIEW,
    load=load,
    operations=(browse(listing, ActivityList), fetch()),
)
