"""Who sells and who buys: names, addresses, numbers, as they stand on paper."""

from collections.abc import Sequence
from typing import Final

from finzcore.books.books import Books
from finzcore.books.printing.paper import Party
from finzcore.books.registry import table_of
from finzcore.books.text import json_value
from finzcore.gst.states import state
from finzcore.ports import Row

_WHO: Final = ("customer", "vendor", "contact")


def word_of(row: Row) -> str:
    """What a document's columns call its other party: customer, vendor or contact."""
    return next(word for word in _WHO if f"{word}_id" in row)


def contact_of(books: Books, row: Row) -> Row:
    """The contact of a document, as it is now: documents keep its name and numbers, not its address."""
    found = books.session.get(table_of("contacts"), row[f"{word_of(row)}_id"])
    assert found is not None, "a document has a contact"
    return found


def place_text(code: str | None) -> str:
    """A state as documents name it: its name and its number.

    >>> place_text("IN-KA"), place_text(None)
    ('Karnataka (29)', '')
    """
    if code is None:
        return ""
    found = state(code)
    return f"{found.name} ({found.number:02})"


def us(books: Books, branch: Row) -> Party:
    """Our side: the organisation, at a branch."""
    org = books.masters.org
    usual = branch["is_default"] or branch["name"].casefold() == org["name"].casefold()
    town = " ".join(filter(None, (branch["city"], branch["pin"])))
    lines = ["" if usual else branch["name"], *_split(branch["address"]), town]
    legal = branch["legal_name"] or org["legal_name"]
    return Party(
        name=org["name"],
        also=_unless_same(legal, org["name"]),
        lines=_said(lines),
        state=place_text(branch["state"]),
        gstin=branch["gstin"] or "",
    )


def them(row: Row, contact: Row) -> Party:
    """The other side: as the document keeps it, at the address of now."""
    word = word_of(row)
    name = row[f"{word}_name"]
    code = row.get(f"{word}_state") or contact["place_of_contact"]
    return Party(
        name=name,
        also=_unless_same(contact["legal_name"] or contact["company_name"], name),
        lines=_address(contact["billing_address"], code),
        state=place_text(code),
        gstin=row.get(f"{word}_gstin") or contact["gst_no"] or "",
        pan=contact["pan"] or "",
        email=contact["email"] or "",
        phone=contact["phone"] or "",
    )


def delivery(contact: Row) -> tuple[str, ...]:
    """Where goods go, where that is another place than the bill's."""
    lines = _address(contact["shipping_address"])
    return () if lines == _address(contact["billing_address"]) else lines


def _address(kept: str | None, known: str | None = None) -> tuple[str, ...]:
    """The lines of an address; a state that is known beside it is not said again."""
    if kept is None:
        return ()
    said = json_value(kept)
    town = " ".join(filter(None, (said["city"], said["zip"])))
    place = "" if said["state_code"] in (None, known) else state(said["state_code"]).name
    country = _unless_same(said["country"], "India")
    return _said([*_split(said["address"]), said["street2"], town, place, country])


def _split(text: str | None) -> list[str]:
    return (text or "").split("\n")


def _said(lines: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _unless_same(text: str | None, other: str) -> str:
    return text if text and text != other else ""
