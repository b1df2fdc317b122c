"""What an endpoint can be told of: the names of events (`api.md` §6.4)."""

from collections.abc import Mapping
from typing import Final

EVERYTHING: Final = "*"
"""What an endpoint listens to that is told of every event, also of those that are added some day."""

PING: Final = "PING"
"""What a test says. It goes to the endpoint that is tested, and to no other."""

_VERBS: Final[Mapping[str, str]] = {
    "CONTACT": "CREATED UPDATED DELETED",
    "ITEM": "CREATED UPDATED DELETED",
    "INVOICE": "CREATED UPDATED APPROVED SENT PARTIALLY_PAID PAID OVERDUE VOIDED DELETED BULK_CREATED",
    "BILL": "CREATED UPDATED APPROVED PARTIALLY_PAID PAID OVERDUE VOIDED DELETED BULK_CREATED",
    "PAYMENT": "RECEIVED MADE APPLIED REFUNDED VOIDED",
    "EXPENSE": "CREATED UPDATED DELETED",
    "ESTIMATE": "CREATED UPDATED SENT ACCEPTED DECLINED CONVERTED DELETED",
    "SALES_ORDER": "CREATED UPDATED CONFIRMED CONVERTED CANCELLED DELETED",
    "PURCHASE_ORDER": "CREATED UPDATED ISSUED CONVERTED CANCELLED DELETED",
    "CREDIT_NOTE": "CREATED UPDATED APPLIED SENT VOIDED",
    "DEBIT_NOTE": "CREATED UPDATED PAID VOIDED",
    "JOURNAL": "CREATED DELETED",
    "ATTACHMENT": "CREATED DELETED",
    "COMMENT": "CREATED UPDATED DELETED",
    "RECURRING": "CREATED UPDATED DELETED GENERATED FAILED",
}

_SAID: Final[Mapping[str, str]] = {
    "SENT": "It was mailed.",
    "PARTIALLY_PAID": "A part of it was settled.",
    "PAID": "Nothing is due on it any more.",
    "OVERDUE": "Its due date has passed.",
    "BULK_CREATED": "Several were asked for at once.",
    "RECEIVED": "Money came in.",
    "MADE": "Money went out.",
    "APPLIED": "It was set against a document.",
    "REFUNDED": "Money was given back.",
    "GENERATED": "Its document of the day was made.",
    "FAILED": "Its document of the day could not be made.",
}

NAMES: Final = (*(f"{entity}_{verb}" for entity, verbs in _VERBS.items() for verb in verbs.split()), PING)
"""Every name, entity by entity."""

ALIASES: Final[Mapping[str, str]] = {"COMMENT.CREATED": "COMMENT_CREATED"}
"""Other spellings, in capitals, of names."""


def entity_of(name: str) -> str | None:
    """What an event is about; None for a test.

    >>> entity_of("CREDIT_NOTE_APPLIED"), entity_of("PING")
    ('CREDIT_NOTE', None)
    """
    fitting = [entity for entity in _VERBS if name.startswith(f"{entity}_")]
    return max(fitting, key=len, default=None)


def meaning(name: str) -> str:
    """What has happened, as a sentence.

    >>> meaning("SALES_ORDER_CONFIRMED"), meaning("INVOICE_OVERDUE")
    ('It was confirmed.', 'Its due date has passed.')
    """
    entity = entity_of(name)
    if entity is None:
        return "The endpoint was tested."
    verb = name.removeprefix(f"{entity}_")
    return _SAID.get(verb, f"It was {verb.lower()}.")
