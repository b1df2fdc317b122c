"""The kinds of value that requests and answers are made of.

A kind knows five things: how a value is read from a request into the form in which a column keeps
it, that column, how the kept value is written as JSON, how Python callers see it, and how JSON Schema
describes it, in a request and in an answer. Kept values are int, str or None only: amounts in paise,
rates in millionths, dates as ISO text. Numbers are in `figures`, ids in `references`, states and
GSTINs in `gst_kinds`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from json.encoder import encode_basestring
from types import MappingProxyType
from typing import Any, Final

from finzcore import ports
from finzcore.books.text import json_text, json_value
from finzcore.declared import declared
from finzcore.errors import RequiredField, RuleBroken, Unreadable
from finzcore.fiscal import DAY_WANTED, parse_day
from finzcore.ids import uuid_text, wide
from finzcore.money import plain, rupees

quoted: Final = encode_basestring
_CONTROLS: Final = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"
_CONTROLS_AND_LINES: Final = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]"
_BIDI: Final = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_LONE: Final = "[\ud800-\udfff]"


class Wrong(Exception):
    """A value is not acceptable; the reader of the body adds where it stood."""

    def __init__(self, message: str, code: str = "validation.invalid_value") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


WRITING: Final[dict[str, Any]] = {
    "quoted": quoted,
    "rupees": rupees,
    "plain": plain,
    "wide": wide,
    "uuid_text": uuid_text,
}
"""What the expressions of `Kind.written` may use."""


@cache
def compiled(expression: str) -> Callable[[Any, int], str]:
    """An expression of `Kind.written` as a function of the value and the organisation."""
    made: Callable[[Any, int], str] = eval(f"lambda v, o: {expression}", dict(WRITING))  # noqa: S307
    return made


class Kind:
    """How one kind of value is read, kept and shown."""

    type: Any = "TEXT"
    in_query: str = Unreadable.code  # a query's refusal; in a body each fault has its own code
    missing: str = RequiredField.code  # the refusal of a body without it, where it is required

    def read(self, raw: Any, org: int) -> Any:
        """The value as a column keeps it; raises `Wrong`."""
        raise NotImplementedError

    def column(self, name: str, *, null: bool) -> ports.Column:
        """The column that keeps it."""
        return ports.Column(name=name, type=self.type, null=null)

    def written(self) -> str | None:
        """A kept value `v` of the organisation `o` as JSON text: an expression over `WRITING`, which
        views are compiled of. None for a kind that overrides `json` instead."""
        return "quoted(v)"

    def json(self, value: Any, org: int) -> str:
        """A kept value as JSON text."""
        expression = self.written()
        assert expression is not None, f"{self!r} says neither how its values are written nor writes them"
        return compiled(expression)(value, org)

    def plain(self, value: Any, org: int) -> Any:
        """A kept value as Python callers see it."""
        return value

    def from_json(self, said: Any) -> Any:
        """What an answer's JSON says, as Python callers see it: the same value as `plain` gives."""
        return said

    def schema(self) -> dict[str, Any]:
        """The kind as JSON Schema, as a request says it."""
        return {"type": "string"}

    def spelled(self) -> list[dict[str, Any]]:
        """The other forms that it may have in a body, as JSON Schema."""
        return []

    def shown(self) -> dict[str, Any]:
        """The kind as JSON Schema, as answers show it."""
        return self.schema()


def or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON Schema that also takes null.

    >>> or_null({"type": "string", "enum": ["UPI"]})
    {'type': ['string', 'null'], 'enum': ['UPI', None]}
    """
    if "type" not in schema:
        return {"anyOf": [dict(schema), {"type": "null"}]}
    also = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **also}


def read_text(raw: Any, most: int, *, lines: bool = False, least: int = 0) -> str:
    """Text in NFC, trimmed, without control characters; tabs and new lines only where `lines`."""
    if not isinstance(raw, str):
        raise Wrong("Must be text.")
    value = raw if raw.isascii() else unicodedata.normalize("NFC", raw)
    value = value.strip()
    if not least <= len(value) <= most:
        raise Wrong(f"Must be {f'{least} to' if least else 'at most'} {most} characters long.")
    if lines:
        value = value.replace("\r\n", "\n")
    if not value.isprintable():
        if re.search(_CONTROLS if lines else _CONTROLS_AND_LINES, value):
            raise Wrong("Must not contain control characters.")
        if re.search(_LONE, value):
            raise Wrong("Must be well-formed Unicode text.")
        if not lines and re.search(_BIDI, value):
            raise Wrong("Must not contain characters that change the direction of text.")
    return value


def checked_text(raw: str, most: int, field: str) -> str:
    """Text that an administrator gives; RequiredField or RuleBroken on `field`."""
    try:
        value = read_text(raw, most)
    except Wrong as wrong:
        raise RuleBroken(wrong.message, field=field) from None
    if not value:
        raise RequiredField(f"'{field}' is required.", field=field)
    return value


def capitals(text: str) -> str:
    """Text in upper case. Some foreign letters would become Latin ones, so they are left as they are.

    >>> capitals("sent"), capitals("\u017fent")
    ('SENT', '\u017fent')
    """
    return text.upper() if text.isascii() else text


@declared
class Text(Kind):
    """Text of a bounded length; `lines` allows several, `pattern` must match whole."""

    most: int
    least: int = 0
    lines: bool = False
    pattern: str | None = None
    upper: bool = False
    hint: str = "It does not have the right form."

    def read(self, raw: Any, org: int) -> str:
        """Trimmed, NFC."""
        value = read_text(raw, self.most, lines=self.lines, least=self.least)
        if self.upper:
            value = capitals(value)
        if value and self.form is not None and not self.form.fullmatch(value):
            raise Wrong(self.hint)
        return value

    @cached_property
    def form(self) -> re.Pattern[str] | None:
        """The pattern compiled, in ASCII."""
        return None if self.pattern is None else re.compile(self.pattern, re.ASCII)

    def schema(self) -> dict[str, Any]:
        """A string with its bounds."""
        shown: dict[str, Any] = {"type": "string", "maxLength": self.most}
        if self.least:
            shown["minLength"] = self.least
        if self.pattern is not None:
            # What is made upper case after it was read may be in lower case before.
            form = self.pattern.replace("A-Z", "A-Za-z") if self.upper else self.pattern
            shown["pattern"] = f"^(?:{form})$"
        return shown

    def shown(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string"}


@declared
class Choice(Kind):
    """One of a few words, in any case, kept in upper case."""

    words: tuple[str, ...]
    also: Mapping[str, str] = MappingProxyType({})
    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> str:
        """The word."""
        word = capitals(raw.strip()) if isinstance(raw, str) else ""
        word = self.also.get(word, word)
        if word not in self.words:
            raise Wrong(f"Must be one of {', '.join(self.words)}.")
        return word

    def schema(self) -> dict[str, Any]:
        """An enum, with the words that mean one of the others."""
        return {"type": "string", "enum": [*self.words, *self.also]}

    def shown(self) -> dict[str, Any]:
        """An enum."""
        return {"type": "string", "enum": list(self.words)}


@declared
class Flag(Kind):
    """True or false, kept as 1 or 0."""

    type = "INTEGER"

    def read(self, raw: Any, org: int) -> int:
        """A JSON boolean; in a query also its name."""
        if isinstance(raw, bool):
            return int(raw)
        if isinstance(raw, str) and raw in ("true", "false"):
            return int(raw == "true")
        raise Wrong("Must be true or false.")

    def column(self, name: str, *, null: bool) -> ports.Column:
        """0 or 1."""
        return ports.Column(name=name, type="INTEGER", null=null, least=0, most=1)

    def written(self) -> str:
        """true or false."""
        return '("true" if v else "false")'

    def plain(self, value: int, org: int) -> bool:
        """A bool."""
        return bool(value)

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}

    def spelled(self) -> list[dict[str, Any]]:
        """Its name."""
        return [{"type": "string", "enum": ["true", "false"]}]


@declared
class Day(Kind):
    """A calendar date, kept as ``YYYY-MM-DD``; documents show it with a midnight behind it."""

    bare: bool = False

    def read(self, raw: Any, org: int) -> str:
        """A date or a datetime of `api.md` §1.9, in the years that the books cover."""
        try:
            return parse_day(raw.strip() if isinstance(raw, str) else "").isoformat()
        except ValueError:
            raise Wrong(DAY_WANTED) from None

    def column(self, name: str, *, null: bool) -> ports.Column:
        """Ten characters."""
        return ports.day(name, null=null)

    def written(self) -> str:
        """As documents show it."""
        return """f'"{v}"'""" if self.bare else """f'"{v}T00:00:00"'"""

    def plain(self, value: str, org: int) -> str:
        """As on the wire."""
        return value if self.bare else f"{value}T00:00:00"

    def schema(self) -> dict[str, Any]:
        """A date."""
        return {"type": "string", "format": "date"}

    def spelled(self) -> list[dict[str, Any]]:
        """A time of that day, with or without an offset."""
        return [{"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)?$"}]

    def shown(self) -> dict[str, Any]:
        """A date, on documents with a midnight behind it."""
        if self.bare:
            return self.schema()
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00$"}


@declared
class Moment(Kind):
    """An instant, kept in UTC with microseconds, shown in whole seconds."""

    zulu: bool = False

    def column(self, name: str, *, null: bool) -> ports.Column:
        """Fixed width."""
        return ports.moment(name, null=null)

    def written(self) -> str:
        """Naive on core resources, with Z elsewhere."""
        return """f'"{v[:19]}Z"'""" if self.zulu else """f'"{v[:19]}"'"""

    def plain(self, value: str, org: int) -> str:
        """As on the wire."""
        return f"{value[:19]}Z" if self.zulu else value[:19]

    def schema(self) -> dict[str, Any]:
        """An instant; without the Z it is no date-time of RFC 3339."""
        if self.zulu:
            return {"type": "string", "format": "date-time"}
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$"}


@declared
class Verbatim(Kind):
    """A JSON object kept and given back as it came, as text."""

    most: int = 16_384

    def read(self, raw: Any, org: int) -> str:
        """Any object of a bounded size."""
        if not isinstance(raw, dict):
            raise Wrong("Must be an object.")
        value = json_text(raw)
        if len(value) > self.most:
            raise Wrong(f"Must be at most {self.most} characters as JSON.")
        return value

    def written(self) -> str:
        """The kept text."""
        return "v"

    def plain(self, value: str, org: int) -> Any:
        """Read back, numbers as Decimal."""
        return json_value(value)

    def schema(self) -> dict[str, Any]:
        """Any object."""
        return {"type": "object", "additionalProperties": True}
