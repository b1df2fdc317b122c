"""What the story of the examples has of remarks, files and webhooks: what is said, and who is told."""

from typing import Final

from finzcore.api.multipart import Sent
from finzcore.api.openapi.steps import do as _do

_ON_INVOICE: Final = {"entity_type": "INVOICE", "entity_id": "{second}"}
_NOTE: Final = Sent("note.txt", b"Delivered on 19 May, signed by Asha.", "text/plain")
_LISTENS: Final = {
    "url": "https://shop.example/hooks",
    "events": ["INVOICE_PAID", "INVOICE_OVERDUE"],
    "description": "Sends out what is paid",
}

SAID: Final = (
    _do("comments.create", body=_ON_INVOICE | {"body": "Asha asks for ten days more."}, keeps="comment"),
    _do("comments.list", query="entity_type=INVOICE&entity_id={second}"),
    _do("comments.update", "{comment}", {"body": "Asha asks for ten days more, until 13 June."}),
    _do("activity.list", query="entity_type=INVOICE&entity_id={second}&per_page=3", keeps="event"),
    _do("activity.get", "{event}"),
    _do("events.list", query="after=0&limit=2"),
    _do("comments.delete", "{comment}"),
    _do("attachments.create", body=_ON_INVOICE | {"file": _NOTE}, keeps="attachment"),
    _do("attachments.list", query="entity_type=INVOICE&entity_id={second}"),
    _do("attachments.get", "{attachment}"),
    _do("attachments.delete", "{attachment}"),
)

TOLD: Final = (
    _do("webhooks.events.list"),
    _do("webhooks.endpoints.create", body=_LISTENS, keeps="endpoint"),
    _do("webhooks.endpoints.list"),
    _do("webhooks.endpoints.get", "{endpoint}"),
    _do(
        "webhooks.endpoints.update", "{endpoint}", {"events": ["*"], "description": "Everything, to the shop"}
    ),
    _do("webhooks.endpoints.test", "{endpoint}"),
    _do("webhooks.deliveries.list", query="event_type=PING&endpoint_id={endpoint}", keeps="delivery"),
    _do("webhooks.deliveries.get", "{delivery}"),
    _do("webhooks.deliveries.replay", "{delivery}"),
    _do("webhooks.endpoints.rotate_secret", "{endpoint}"),
    _do("webhooks.endpoints.delete", "{endpoint}"),
)
