"""Events: everything that happened in the books, in the order in which it did (`api.md` §6.5).

Whoever reads on from the place where he stopped gets each event once, deletions included: places are
numbered without a gap, and an event has its number before anybody can read the next.
"""

from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.entities import LOGGED, shown_id
from finzcore.books.figures import Whole
from finzcore.books.history import EVENTS
from finzcore.books.pages import PerPage
from finzcore.books.registry import RESOURCES
from finzcore.books.resource import Resource, Stretch, browse
from finzcore.books.shapes import shape, special
from finzcore.ids import uuid_text, wire
from finzcore.ports import Row

OF_BOOKS: Final = {
    "ACCOUNT": "acc_",
    "TAX": "tx_",
    "BRANCH": "br_",
    "CURRENCY": "cur_",
    "COST_CENTER": "cc_",
    "SALESPERSON": "sp_",
    "EXCHANGE_RATE": "rate_",
}
"""What the activity log does not tell of, with the prefix of its ids."""

OF_NOBODY: Final = {"USER": "usr_", "ORGANISATION": "", "TOKEN": "", "GRANT": ""}
"""The same of what belongs to no organisation; without a prefix an id is a UUID."""

VIEW: Final = views.View(
    views.whole("seq"),
    views.ident("event_id", "evt_", "seq"),
    views.text("event_type").maybe(),
    views.text("action").maybe(),
    views.text("entity_type"),
    views.text("entity_id", "shown_entity"),
    views.moment("occurred_at", zulu=True),
    views.out("data", views.Stored()).maybe(),
    called="StreamEvent",
)
"""`event_type` is its name as a webhook, `action` that in the activity log; each may be null, and one is
not. `data` say what a webhook says; there are none of what is for the log alone, such as a token."""


FURTHEST: Final = 10**12
"""The last place that can be asked for; nobody lives to see it."""


class Place(Whole):
    """The number of an event, 0 for the beginning."""

    def schema(self) -> dict[str, Any]:
        """An integer."""
        return super().schema() | {"description": "Behind which event; 0 is before the first."}


@shape
class EventStream:
    """From where on, and how many at most: 1,000."""

    after: int = special(Place(0, FURTHEST), default=0)
    limit: int = special(PerPage(1000), default=100)


def shown_as(word: str, org_id: int, key: int) -> str:
    """The id of whatever an event is about, on the wire.

    >>> shown_as("USER", 7, 42) == wire("usr_", 0, 42), shown_as("TAX", 7, 42) == wire("tx_", 7, 42)
    (True, True)
    """
    if LOGGED.get(word) in RESOURCES:
        return shown_id(word, org_id, key)
    if word in OF_BOOKS:
        return wire(OF_BOOKS[word], org_id, key)
    prefix = OF_NOBODY[word]
    return wire(prefix, 0, key) if prefix else uuid_text(0, key)


def listing(books: Books, query: EventStream) -> Stretch:
    """What happened after a place in the order of the books, the first thing first: every event once, also
    of what has been deleted. Ask again with `next_after` as `after`: it stays where it is while nothing
    happens."""
    rows = books.session.find(EVENTS, after=query.after, limit=query.limit + 1, ascending=True)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    told = [row | {"shown_entity": _about(books.org_id, row)} for row in rows]
    return Stretch(rows=told, next_after=rows[-1]["seq"] if rows else query.after, has_more_page=more)


def _about(org_id: int, row: Row) -> str:
    return shown_as(row["entity_type"], org_id, row["entity_id"])


RESOURCE: Final = Resource(
    name="events",
    noun="event",
    view=VIEW,
    # A copy that lags behind has seen a beginning of all that happened, without a gap.
    operations=(browse(listing, EventStream, stream=True, late=True),),
)
