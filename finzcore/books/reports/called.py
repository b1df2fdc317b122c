"""What contacts were called at an instant: reports drawn as of it call them so (`api.md` §5.2)."""

from typing import Final

from finzcore.books.books import Books
from finzcore.books.reports.known import Known
from finzcore.books.text import json_value
from finzcore.ports import Row

_NAME: Final = "contact_name"


def renamed_since(books: Books, at: Known | None, contact: int | None = None) -> dict[int, str]:
    """The names of those contacts, or of that one, who had another name then than they have now."""
    if at is None:
        return {}
    found: dict[int, str] = {}
    for row in _changed_since(books, at, contact):
        changes = json_value(row["changes"])
        if _NAME in changes:
            found.setdefault(row["entity_id"], changes[_NAME]["old"])
    return found


def _changed_since(books: Books, at: Known, contact: int | None) -> list[Row]:
    if contact is None:
        return books.session.ask("reports_contacts.changed_since", time=at.time)
    return books.session.ask("reports_contacts.changed_since_of_one", time=at.time, contact=contact)
