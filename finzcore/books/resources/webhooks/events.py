"""What an endpoint can be told of (`api.md` §6.4)."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.resource import Page, Resource, browse
from finzcore.books.shapes import shape
from finzcore.books.webhooks.catalogue import NAMES, entity_of, meaning
from finzcore.ports import Row

VIEW: Final = views.View(
    views.text("event_type"),
    views.text("entity").maybe(),
    views.text("description"),
    called="WebhookEvent",
)
"""`entity` is what it is about; a test is about nothing."""

_ROWS: Final[tuple[Row, ...]] = tuple(
    {"event_type": name, "entity": entity_of(name), "description": meaning(name)} for name in NAMES
)


@shape
class WebhookEventList:
    """All of them."""


def listing(books: Books, query: WebhookEventList) -> Page:
    """Every event that an endpoint can be told of, by name."""
    return Page.whole([dict(row) for row in _ROWS])


RESOURCE: Final = Resource(
    name="webhooks.events",
    noun="event",
    scope="webhooks",
    view=VIEW,
    operations=(browse(listing, WebhookEventList),),
)
