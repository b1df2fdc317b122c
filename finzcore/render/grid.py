"""A table with a title: what CSV and XLSX are written from, a row at a time."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

Cell = str | int | Decimal | None
"""Text, a count, an amount or another number, or nothing."""


@attrs.frozen
class Grid:
    """A table: its title, the heads of its columns, and its rows, which may be read once only."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]


_FORMULAS: Final = frozenset("=+-@\t\r\n" + "".join(chr(ord(sign) + 0xFEE0) for sign in "=+-@"))


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula (`reliability.md` §20).

    >>> harmless("=1+1"), harmless("Asha Stores")
    ("'=1+1", 'Asha Stores')
    """
    return f"'{text}" if text[:1] in _FORMULAS else text


def cell(value: Any) -> Cell:
    """A value of an answer as a cell: numbers stay, anything else becomes harmless text."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, int | Decimal) else harmless(str(value))
