"""The statements of both engines in PostgreSQL's spelling: native ``$1``, ``$2`` for the values.

The texts are the same on both (`storage.md` §5); only how they name their values differs. A text is
turned once, and the same text serves ever after, so that the server prepares it once.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

_PART: Final = re.compile(r"'[^']*'|::|:([a-z_][a-z_0-9]*)|\?")
_VALUES: Final = re.compile(r"(INSERT\b.*?\bVALUES\s*)\(([^()]*)\)(.*)", re.IGNORECASE | re.DOTALL)
_TOUCHED: Final = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_0-9]+)", re.IGNORECASE)


class Native(NamedTuple):
    """A text as PostgreSQL takes it, and the names of its values in the order of their numbers; those
    that were given by place have none."""

    text: str
    names: tuple[str, ...]

    def values(self, named: Mapping[str, Any]) -> tuple[Any, ...]:
        """Named values in the order of their numbers."""
        return tuple([named[name] for name in self.names])


@cache
def native(text: str) -> Native:
    """A statement in PostgreSQL's spelling.

    >>> native("SELECT id FROM invoices WHERE org_id = :o AND (number = :n OR search LIKE :n)").text
    'SELECT id FROM invoices WHERE org_id = $1 AND (number = $2 OR search LIKE $2)'
    >>> native("DELETE FROM keys WHERE org_id = ? AND id = ?").text
    'DELETE FROM keys WHERE org_id = $1 AND id = $2'
    """
    names: dict[str, int] = {}
    places = 0

    def numbered(found: re.Match[str]) -> str:
        nonlocal places
        if found[0] == "?":
            places += 1
            return f"${places}"
        if found[1] is None:
            return found[0]
        return f"${names.setdefault(found[1], len(names) + 1)}"

    turned = _PART.sub(numbered, text)
    assert not (names and places), f"values by name and by place: {text}"
    return Native(turned, tuple(names))


@cache
def repeated(text: str, count: int) -> Native | None:
    """An INSERT of one row of named values as one of `count` rows, whose values are named with their
    row's number behind; None for another statement.

    >>> repeated("INSERT INTO keys (org_id, id) VALUES (:o, :id)", 2)
    Native(text='INSERT INTO keys (org_id, id) VALUES ($1, $2), ($3, $4)', names=('o0', 'id0', 'o1', 'id1'))
    """
    found = _VALUES.fullmatch(text)
    if found is None:
        return None
    marks = [_PART.sub(lambda mark, row=row: f"{mark[0]}{row}", found[2]) for row in range(count)]
    return native(found[1] + ", ".join(f"({one})" for one in marks) + found[3])


@cache
def tables_of(text: str) -> frozenset[str]:
    """The tables that a statement reads or writes."""
    return frozenset(name.lower() for name in _TOUCHED.findall(text))
