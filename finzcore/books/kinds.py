"""The kinds of value that requests and answers are made of.

A kind knows four things: how a value is read from a request into the form in which a column keeps
it, that column, how the kept value is written as JSON, and how Python callers see it. Kept values
are int, str or None only: amounts in paise, rates in millionths, dates as ISO text.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, Final

import attrs

from finzcore import ports
from finzcore.books.text import OddNumber
from finzcore.errors import RuleBroken, Unreadable
from finzcore.fiscal import parse_day
from finzcore.gst.states import state
from finzcore.ids import from_uuid, unwire, uuid_text, wire
from finzcore.money import LARGEST, plain, rupees, scaled

quoted: Final = encode_basestring
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONTROLS_AND_LINES: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONE: Final = re.compile("[\ud800-\udfff]")


class Wrong(Exception):
    """A value is not acceptable; the reader of the body adds where it stood."""

    def __init__(self, message: str, code: str = "validation.invalid_value") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Stray(str):
    """An id that cannot be of this organisation; it is reported with the look-ups."""


class Kind:
    """How one kind of value is read, kept and shown."""

    type: Any = "TEXT"
    in_query: str = Unreadable.code  # a query's refusal; in a body each fault has its own code

    def read(self, raw: Any, org: int) -> Any:
        """The value as a column keeps it; raises `Wrong`."""
        raise NotImplementedError

    def column(self, name: str, *, null: bool) -> ports.Column:
        """The column that keeps it."""
        return ports.Column(name=name, type=self.type, null=null)

    def json(self, value: Any, org: int) -> str:
        """A kept value as JSON text."""
        return quoted(value)

    def plain(self, value: Any, org: int) -> Any:
        """A kept value as Python callers see it."""
        return value

    def from_json(self, said: Any) -> Any:
        """What an answer's JSON says, as Python callers see it: the same value as `plain` gives."""
        return said

    def schema(self) -> dict[str, Any]:
        """The kind as JSON Schema."""
        return {"type": "string"}


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
        if (_CONTROLS if lines else _CONTROLS_AND_LINES).search(value):
            raise Wrong("Must not contain control characters.")
        if _LONE.search(value):
            raise Wrong("Must be well-formed Unicode text.")
        if not lines and _BIDI.search(value):
            raise Wrong("Must not contain characters that change the direction of text.")
    return value


@attrs.frozen
class Text(Kind):
    """Text of a bounded length; `lines` allows several, `pattern` must match whole."""

    most: int
    least: int = 0
    lines: bool = False
    pattern: re.Pattern[str] | None = None
    upper: bool = False
    hint: str = "It does not have the right form."

    def read(self, raw: Any, org: int) -> str:
        """Trimmed, NFC."""
        value = read_text(raw, self.most, lines=self.lines, least=self.least)
        if self.upper:
            value = value.upper()
        if value and self.pattern is not None and not self.pattern.fullmatch(value):
            raise Wrong(self.hint)
        return value

    def schema(self) -> dict[str, Any]:
        """A string with its bounds."""
        shown: dict[str, Any] = {"type": "string", "maxLength": self.most}
        if self.least:
            shown["minLength"] = self.least
        if self.pattern is not None:
            shown["pattern"] = f"^(?:{self.pattern.pattern})$"
        return shown


@attrs.frozen
class Number(Kind):
    """A number with so many decimals, kept as a whole number of its smallest unit."""

    places: int
    least: int | None = None
    most: int | None = LARGEST
    above: bool = False
    """`least` itself is too small."""
    type = "INTEGER"

    def read(self, raw: Any, org: int) -> int:
        """Exact; more decimals than `places` are refused, not rounded."""
        if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
            raise Wrong("Must be a number.")
        value = scaled(raw.strip() if isinstance(raw, str) else raw, self.places)
        if value is None:
            raise Wrong(f"Must be a number with at most {self.places} decimals.")
        if self.least is not None and (value < self.least or (self.above and value == self.least)):
            bound = "more than" if self.above else "at least"
            raise Wrong(f"Must be {bound} {plain(self.least, self.places)}.")
        if self.most is not None and (value > self.most or value < -self.most):
            raise Wrong(f"Must be at most {plain(self.most, self.places)}.")
        return value

    def column(self, name: str, *, null: bool) -> ports.Column:
        """An INTEGER with the bounds of any amount."""
        return ports.Column(name=name, type="INTEGER", null=null, least=-LARGEST, most=LARGEST)

    def json(self, value: int, org: int) -> str:
        """Without trailing zeros."""
        return plain(value, self.places)

    def plain(self, value: int, org: int) -> Decimal:
        """A Decimal."""
        return Decimal(plain(value, self.places))

    def from_json(self, said: int | Decimal) -> Decimal:
        """A Decimal."""
        return Decimal(said)

    def schema(self) -> dict[str, Any]:
        """A number, or text that spells one."""
        return {"type": "number"}


@attrs.frozen
class Amount(Number):
    """An amount of money, in paise."""

    places: int = 2

    def json(self, value: int, org: int) -> str:
        """With two decimals."""
        return rupees(value)

    def plain(self, value: int, org: int) -> Decimal:
        """A Decimal in rupees, with two decimals."""
        return Decimal(rupees(value))


@attrs.frozen
class Whole(Kind):
    """A whole number between bounds."""

    least: int
    most: int
    type = "INTEGER"

    def read(self, raw: Any, org: int) -> int:
        """An integer, or text that spells one."""
        value = scaled(raw.strip() if isinstance(raw, str) else raw, 0) if not isinstance(raw, bool) else None
        if value is None:
            raise Wrong("Must be a whole number.")
        if not self.least <= value <= self.most:
            raise Wrong(f"Must be between {self.least} and {self.most}.")
        return value

    def json(self, value: int, org: int) -> str:
        """As it is."""
        return str(value)

    def schema(self) -> dict[str, Any]:
        """An integer with its bounds."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@attrs.frozen
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

    def json(self, value: int, org: int) -> str:
        """true or false."""
        return "true" if value else "false"

    def plain(self, value: int, org: int) -> bool:
        """A bool."""
        return bool(value)

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}


@attrs.frozen
class Day(Kind):
    """A calendar date, kept as ``YYYY-MM-DD``; documents show it with a midnight behind it."""

    bare: bool = False

    def read(self, raw: Any, org: int) -> str:
        """A date or a datetime of `api.md` §1.9."""
        if not isinstance(raw, str):
            raise Wrong("Must be a date, YYYY-MM-DD.")
        try:
            return parse_day(raw.strip()).isoformat()
        except ValueError:
            raise Wrong("Must be a date, YYYY-MM-DD.") from None

    def column(self, name: str, *, null: bool) -> ports.Column:
        """Ten characters."""
        return ports.day(name, null=null)

    def json(self, value: str, org: int) -> str:
        """As documents show it."""
        return f'"{value}"' if self.bare else f'"{value}T00:00:00"'

    def plain(self, value: str, org: int) -> str:
        """As on the wire."""
        return value if self.bare else f"{value}T00:00:00"

    def schema(self) -> dict[str, Any]:
        """A date."""
        return {"type": "string", "format": "date" if self.bare else "date-time"}


@attrs.frozen
class Moment(Kind):
    """An instant, kept in UTC with microseconds, shown in whole seconds."""

    zulu: bool = False

    def column(self, name: str, *, null: bool) -> ports.Column:
        """Fixed width."""
        return ports.moment(name, null=null)

    def json(self, value: str, org: int) -> str:
        """Naive on core resources, with Z elsewhere."""
        return f'"{value[:19]}Z"' if self.zulu else f'"{value[:19]}"'

    def plain(self, value: str, org: int) -> str:
        """As on the wire."""
        return f"{value[:19]}Z" if self.zulu else value[:19]

    def schema(self) -> dict[str, Any]:
        """An instant."""
        return {"type": "string", "format": "date-time"}


@attrs.frozen
class Choice(Kind):
    """One of a few words, in any case, kept in upper case."""

    words: tuple[str, ...]
    also: Mapping[str, str] = attrs.field(factory=dict)
    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> str:
        """The word."""
        value = raw.strip().upper() if isinstance(raw, str) else None
        value = self.also.get(value, value) if value is not None else None
        if value not in self.words:
            raise Wrong(f"Must be one of {', '.join(self.words)}.")
        assert value is not None
        return value

    def schema(self) -> dict[str, Any]:
        """An enum."""
        return {"type": "string", "enum": list(self.words)}


@attrs.frozen
class Id(Kind):
    """The key of a row. Without a prefix it is a UUID on the wire.

    `of` names the resource it belongs to, `label` how a person calls that; a `usable` reference is
    refused when what it names is archived or inactive.
    """

    prefix: str
    of: str = ""
    label: str = ""
    usable: bool = False
    type = "INTEGER"

    def read(self, raw: Any, org: int) -> int | Stray:
        """The key, or the text as a stray."""
        if not isinstance(raw, str) or isinstance(raw, OddNumber):
            raise Wrong("Must be an id.")
        found = unwire(self.prefix, org, raw) if self.prefix else from_uuid(org, raw)
        return Stray(raw[:100]) if found is None else found

    def column(self, name: str, *, null: bool) -> ports.Column:
        """A reference to the row it names."""
        return ports.Column(name=name, type="INTEGER", null=null)

    def json(self, value: int, org: int) -> str:
        """The wire id."""
        return f'"{wire(self.prefix, org, value)}"' if self.prefix else f'"{uuid_text(org, value)}"'

    def plain(self, value: int, org: int) -> str:
        """The wire id."""
        return wire(self.prefix, org, value) if self.prefix else uuid_text(org, value)


@attrs.frozen
class PlaceKind(Kind):
    """A place of supply or state, kept as its caller spelled it."""

    def read(self, raw: Any, org: int) -> str:
        """Known to the table of states."""
        if not isinstance(raw, str):
            raise Wrong("Must be a state code such as IN-KA.")
        value = raw.strip().upper()
        try:
            state(value)
        except RuleBroken as error:
            raise Wrong(error.message) from None
        return value


@attrs.frozen
class Verbatim(Kind):
    """A JSON object kept and given back as it came, as text."""

    write: Callable[[Any], str]
    load: Callable[[str], Any]
    most: int = 16_384

    def read(self, raw: Any, org: int) -> str:
        """Any object of a bounded size."""
        if not isinstance(raw, dict):
            raise Wrong("Must be an object.")
        value = self.write(raw)
        if len(value) > self.most:
            raise Wrong(f"Must be at most {self.most} characters as JSON.")
        return value

    def json(self, value: str, org: int) -> str:
        """The kept text."""
        return value

    def plain(self, value: str, org: int) -> Any:
        """Read back, numbers as Decimal."""
        return self.load(value)

    def schema(self) -> dict[str, Any]:
        """Any object."""
        return {"type": "object", "additionalProperties": True}
