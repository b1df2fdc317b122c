"""What attachments, comments and the activity log are about: documents, contacts and entries, by the words
of the wire.

Which row it is, only the resource of that word knows. Of a word whose resource is not there, no id is
found.
"""

from collections.abc import Mapping
from typing import Final

from finzcore.books.books import Books
from finzcore.books.registry import RESOURCES, resource
from finzcore.books.resource import Resource
from finzcore.errors import NotFound
from finzcore.ids import from_uuid, unwire, uuid_text, wire
from finzcore.ports import Row

RESOURCE_OF: Final[Mapping[str, str]] = {
    "INVOICE": "invoices",
    "BILL": "bills",
    "ESTIMATE": "estimates",
    "CREDIT_NOTE": "credit_notes",
    "DEBIT_NOTE": "debit_notes",
    "SALES_ORDER": "sales_orders",
    "PURCHASE_ORDER": "purchase_orders",
    "PAYMENT": "payments",
    "EXPENSE": "expenses",
    "CONTACT": "contacts",
    "JOURNAL": "journals",
}
"""The resource behind each word (`api.md` §4.18)."""

LOGGED: Final[Mapping[str, str]] = {
    **RESOURCE_OF,
    "ITEM": "items",
    "RECURRING": "recurring",
    "FILING": "filings",
    "WEBHOOK": "webhooks.endpoints",
}
"""The same of everything that the activity log tells of (`api.md` §4.20)."""

VERBS: Final = (
    "CREATED", "UPDATED", "SENT", "EMAIL_FAILED", "STATUS_CHANGED", "VOIDED", "DELETED", "PAID",
    "PARTIALLY_PAID", "COMMENT_ADDED", "COMMENT_UPDATED", "COMMENT_DELETED", "ATTACHMENT_ADDED",
    "ATTACHMENT_DELETED", "GENERATED", "FAILED", "DISABLED",
)  # fmt: skip
"""What the log tells: an action is one of the words of `LOGGED`, an underscore, and one of these."""

MOST: Final = 60
"""Characters that an id has at most."""


def _declared(word: str) -> Resource | None:
    name = LOGGED[word]
    return resource(name) if name in RESOURCES else None


def key_of(word: str, org_id: int, shown: str) -> int | None:
    """The key behind the id of something of that word; None for an id of nobody here.

    >>> key_of("INVOICE", 7, shown_id("INVOICE", 7, 42)), key_of("CONTACT", 7, "inv_1")
    (42, None)
    """
    declared = _declared(word)
    if declared is None:
        return None
    return unwire(declared.prefix, org_id, shown) if declared.prefix else from_uuid(org_id, shown)


def shown_id(word: str, org_id: int, key: int) -> str:
    """The id of something of that word on the wire."""
    declared = _declared(word)
    assert declared is not None, f"nothing is kept of {word}"
    return wire(declared.prefix, org_id, key) if declared.prefix else uuid_text(org_id, key)


def row_of(books: Books, word: str, shown: str, field: str) -> Row:
    """The row that a word and an id name; NotFound, with the path of the id's field, when there is none."""
    key, declared = key_of(word, books.org_id, shown), _declared(word)
    row = None if key is None else known(books, word, key)
    if row is not None:
        return row
    label = word.replace("_", " ").capitalize() if declared is None else declared.label
    from finzcore.masking import masked  # what is asked for is mostly there

    raise NotFound(f"{label} '{masked(shown[:100])}' not found in this org.", field=field)


def known(books: Books, word: str, key: int) -> Row | None:
    """The row behind a word and a key, if it is still there."""
    declared = _declared(word)
    if declared is None:
        return None
    if declared.load is not None:
        return declared.load(books, key)
    assert declared.table is not None, f"{declared.name} keep no rows"
    return books.session.get(declared.table, key)


def ref_of(row: Row) -> str | None:
    """What people call it: the number of a document or an entry, the name of a contact."""
    ref: str | None = row.get("number") or row.get("contact_name")
    return ref
