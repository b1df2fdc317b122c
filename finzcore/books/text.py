"""JSON text inside the books: whole numbers, text, and decimals written exactly."""

import json
import re
from decimal import Decimal
from typing import Any, Final

_LONGEST_INT: Final = 4000
"""Python refuses to read whole numbers of some more digits than this as `int`."""


class OddNumber(str):
    """A number literal beyond our limits: 40 characters, an exponent of two digits up to 15.

    It stands in a body where the number stood, and no field takes it for text: inside, it begins
    with U+0000, which no text of a body can hold. `str()` gives the literal as it was written.

    >>> OddNumber("1e99"), str(OddNumber("1e99"))
    (OddNumber('1e99'), '1e99')
    """

    __slots__ = ()

    def __new__(cls, literal: str) -> "OddNumber":
        return super().__new__(cls, "\0" + literal)

    def __str__(self) -> str:
        return self[1:]

    def __repr__(self) -> str:
        return f"OddNumber({self[1:]!r})"


_MARKED: Final = re.compile(r'"\\u0000(-?[0-9][0-9.eE+-]*)"', re.ASCII)


def _marked_number(value: object) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError(f"{value!r} cannot be written as JSON")
    return f"\0{value:f}"


_WRITER: Final = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_marked_number
)


def json_text(value: Any) -> str:
    """A small value as JSON; a `Decimal` is written as the number it is, every digit kept,
    and an `OddNumber` as it came.

    Raises `TypeError` or `ValueError` for NaN, the infinities, and what JSON does not know.

    >>> json_text({"total": Decimal("14160.00"), "state": "IN-KA"})
    '{"total":14160.00,"state":"IN-KA"}'
    """
    text = _WRITER.encode(value)
    return _MARKED.sub(r"\1", text) if "\\u0000" in text else text


def _whole(literal: str) -> int | Decimal:
    return int(literal) if len(literal) <= _LONGEST_INT else Decimal(literal)


def json_value(text: str) -> Any:
    """What JSON text says, numbers with a fraction as `Decimal`."""
    return json.loads(text, parse_float=Decimal, parse_int=_whole)
