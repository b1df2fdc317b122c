"""What a portal takes in its JSON, as tables: a row for every key, and one check that reads them.

A table says of each key whether it must be there, how long a text or how large a number may be, and what
it looks like; `breaches` names every place where an object differs. The tables themselves stand in
`finzcore.gst.inv01` and `finzcore.gst.ewb_form`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple


class Field(NamedTuple):
    """One key of a block, which is a path of keys with dots; blocks in lists are all meant.

    `word` begins the rules that it can break. `least` and `most` are characters of a text, or the range
    of a number; `places` the decimals of a number, None for a text; `values` the only ones there are.
    """

    block: str
    key: str
    word: str
    least: str = "0"
    most: str = "999999999999.99"
    required: bool = False
    places: int | None = None
    pattern: str = ""
    values: tuple[Any, ...] = ()


class Breach(NamedTuple):
    """A place where an object is not what the table says; `line` counts from one."""

    rule: str
    line: int | None
    field: str
    message: str


_FORBIDDEN: Final = re.compile(r'["\\]')


def breaches(table: Iterable[Field], said: Mapping[str, Any], items: str = "") -> Iterator[Breach]:
    """Where `said` is not what the table wants; `items` names the list whose places are lines."""
    for field in table:
        for line, block in _blocks(said, field.block, items):
            name = field.key if line is not None else ".".join(filter(None, (field.block, field.key)))
            value = block.get(field.key)
            if value is None:
                if field.required:
                    yield Breach(f"{field.word}.missing", line, name, f"{name} is required, and not known.")
            elif found := _wrong(field, value):
                fault, message = found
                yield Breach(f"{field.word}.{fault}", line, name, f"{name} {message}")


def _blocks(said: Any, path: str, items: str) -> Iterator[tuple[int | None, Mapping[str, Any]]]:
    """The blocks at a path, those that are not there left out."""
    if not path:
        yield None, said
        return
    key, _, rest = path.partition(".")
    inner = said.get(key)
    if isinstance(inner, list):
        for place, one in enumerate(inner, 1):
            for _, block in _blocks(one, rest, items):
                yield place if key == items else None, block
    elif inner is not None:
        yield from _blocks(inner, rest, items)


def _wrong(field: Field, value: Any) -> tuple[str, str] | None:
    """What is wrong with a value, in a word and in a sentence's end."""
    if field.values:
        allowed = " or ".join(map(str, field.values))
        return None if value in field.values else ("value", f"must be {allowed}, not {value}.")
    if field.places is not None:
        return _wrong_number(field, field.places, value)
    if not isinstance(value, str):
        return "form", "must be a text."
    if not int(field.least) <= len(value) <= int(field.most):
        return "length", f"must have {field.least} to {field.most} characters, not {len(value)}."
    if _FORBIDDEN.search(value):
        return "sign", "must not contain a double quote or a backslash."
    if field.pattern and not _compiled(field.pattern).fullmatch(value):
        return "form", f"does not have its form: '{value}'."
    return None


def _wrong_number(field: Field, places: int, value: Any) -> tuple[str, str] | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "form", "must be a number."
    if not Decimal(field.least) <= value <= Decimal(field.most):
        return "range", f"must be from {field.least} to {field.most}, not {value}."
    scaled = Decimal(value).scaleb(places)
    if scaled != scaled.to_integral_value():
        return "places", f"has at most {places} decimals, not {value}."
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def text(
    block: str,
    key: str,
    word: str,
    least: int = 1,
    most: int = 100,
    *,
    required: bool = False,
    pattern: str = "",
) -> Field:
    """A text of so many characters."""
    return Field(block, key, word, str(least), str(most), required, None, pattern)


def one_of(block: str, key: str, word: str, *values: Any, required: bool = False) -> Field:
    """One of a few values."""
    return Field(block, key, word, required=required, values=values)


def number(
    block: str,
    key: str,
    word: str,
    least: str = "0",
    most: str = "999999999999.99",
    *,
    required: bool = False,
    places: int = 2,
) -> Field:
    """A number in a range, with so many decimals; an amount, if nothing else is said."""
    return Field(block, key, word, least, most, required, places)
