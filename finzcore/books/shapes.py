"""What a request may say: a frozen class is the schema, and reading it names every fault at once.

    @shape
    class NewItem:
        item_name: str = text(200, required=True, also=("name",))
        rate: int = number(6, least=0, default=0)

A value is read into the form in which a column keeps it (`finzcore.books.kinds`); how a whole body is
read stands in `finzcore.books.bodies`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar, dataclass_transform

from finzcore import ports
from finzcore.books.figures import Amount, Number, Whole
from finzcore.books.gst_kinds import PlaceKind
from finzcore.books.kinds import Choice, Day, Flag, Kind, Text, Verbatim, or_null
from finzcore.books.references import Id
from finzcore.declared import declared
from finzcore.money import LARGEST


class Fault(NamedTuple):
    """One thing wrong with a body: the code, the path of the field, a sentence."""

    code: str
    field: str
    message: str
    received: Any = None
    because: tuple[str, ...] = ()
    """The other fields that it follows from: where one of them could not be read, it is none."""


class Spec(NamedTuple):
    """How one field of a shape is read."""

    kind: Kind | None = None
    required: bool = False
    default: Any = None
    also: tuple[str, ...] = ()
    each: Any = None
    """For lists: the shape or the kind of an entry."""
    one: Any = None
    """For an object: its shape."""
    least: int = 0
    most: int = 0
    fixed: bool = False
    """Set at creation only: a later change is ignored."""
    alone: bool = False
    """For lists: one entry may stand for a list of one."""
    apart: bool = False
    """For lists: each entry stands or falls by itself, and is read as a `Part`."""


def text(
    most: int,
    *,
    least: int = 0,
    required: bool = False,
    default: str | None = None,
    lines: bool = False,
    pattern: str | None = None,
    upper: bool = False,
    hint: str = "It does not have the right form.",
    also: tuple[str, ...] = (),
    fixed: bool = False,
) -> Any:
    """Text of at most `most` characters."""
    kind = Text(most, least, lines, pattern, upper, hint)
    return Spec(kind, required, default, also, fixed=fixed)


def amount(
    *,
    required: bool = False,
    default: int | None = None,
    least: int | None = None,
    most: int = LARGEST,
    above: bool = False,
    also: tuple[str, ...] = (),
) -> Any:
    """Money, in paise."""
    return Spec(Amount(least=least, most=most, above=above), required, default, also)


def number(
    places: int = 6,
    *,
    required: bool = False,
    default: int | None = None,
    least: int | None = None,
    most: int = LARGEST,
    above: bool = False,
    also: tuple[str, ...] = (),
) -> Any:
    """A number with so many decimals, in its smallest unit."""
    return Spec(Number(places, least, most, above), required, default, also)


def whole(least: int, most: int, *, required: bool = False, default: int | None = None) -> Any:
    """A whole number."""
    return Spec(Whole(least, most), required, default)


def flag(*, default: bool | None = None) -> Any:
    """True or false, as 1 or 0."""
    return Spec(Flag(), default=None if default is None else int(default))


def day(*, required: bool = False, bare: bool = False, also: tuple[str, ...] = ()) -> Any:
    """A calendar date, as ISO text."""
    return Spec(Day(bare), required, None, also)


def choice(
    *words: str,
    required: bool = False,
    default: str | None = None,
    also: tuple[str, ...] = (),
    synonyms: Mapping[str, str] | None = None,
) -> Any:
    """One of a few words."""
    return Spec(Choice(words, synonyms or {}), required, default, also)


def mention(
    prefix: str,
    of: str,
    label: str,
    *,
    required: bool = False,
    usable: bool = True,
    also: tuple[str, ...] = (),
) -> Any:
    """The id of something else in this organisation."""
    return Spec(Id(prefix, of, label, usable), required, None, also)


def place(*, required: bool = False, also: tuple[str, ...] = ()) -> Any:
    """A state code or OVERSEAS, spelled as the caller did."""
    return Spec(PlaceKind(), required, None, also)


def special(kind: Kind, *, required: bool = False, default: Any = None, also: tuple[str, ...] = ()) -> Any:
    """A value of a kind of its own."""
    return Spec(kind, required, default, also)


def verbatim(*, required: bool = False) -> Any:
    """A JSON object kept as it came."""
    return Spec(Verbatim(), required)


def many(
    each: Any,
    *,
    least: int = 0,
    most: int,
    required: bool = False,
    default: Any = (),
    also: tuple[str, ...] = (),
    alone: bool = False,
) -> Any:
    """A list of a shape or a kind."""
    return Spec(None, required, default, also, each=each, least=least, most=most, alone=alone)


def parts(each: type, *, most: int) -> Any:
    """A list of a shape whose entries stand or fall by themselves: what is wrong with one is its own."""
    return Spec(None, True, (), each=each, least=1, most=most, apart=True)


def one(inner: type, *, required: bool = False) -> Any:
    """An object of another shape."""
    return Spec(None, required, None, (), one=inner)


class Plan:
    """A shape, made ready for reading."""

    def __init__(self, cls: type, specs: Mapping[str, Spec]) -> None:
        self.cls = cls
        self.specs = specs
        self.defaults = {name: spec.default for name, spec in self.specs.items()}
        self.required = tuple(name for name, spec in self.specs.items() if spec.required)
        self.names = {
            spelled: (name, spec) for name, spec in self.specs.items() for spelled in (name, *spec.also)
        }
        self.check: Callable[[Any], Iterable[Fault]] | None = getattr(cls, "faults", None)


T = TypeVar("T")


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(
        text, amount, number, whole, flag, day, choice, mention, place, special, verbatim, many, parts, one
    ),
)  # fmt: skip
def shape(cls: type[T]) -> type[T]:
    """Make a class of field declarations a frozen value that can be read from a request."""
    own: dict[str, Spec] = {name: cls.__dict__[name] for name in cls.__annotations__}
    for name, spec in own.items():
        setattr(cls, name, spec.default)
    made = declared(cls)
    specs = dict(own)
    for base in cls.__mro__[1:]:
        specs = {**(base.__dict__["plan"].specs if "plan" in base.__dict__ else {}), **specs}
    made.plan = Plan(made, {name: specs[name] for name in made.declares})  # type: ignore[attr-defined]
    return made


def plan_of(cls: type) -> Plan:
    """How a shape is read; an AttributeError for a class that is none."""
    plan: Plan = cls.plan  # type: ignore[attr-defined]
    return plan


def columns_of(
    cls: type, *, without: Iterable[str] = (), tables: Mapping[str, str] | None = None
) -> tuple[ports.Column, ...]:
    """The columns that keep the fields of a shape; lists and objects are kept as JSON text."""
    columns = []
    for name, spec in plan_of(cls).specs.items():
        if name in without:
            continue
        null = not spec.required and spec.default is None
        if spec.kind is None:
            columns.append(ports.text(name, null=True))
        elif isinstance(spec.kind, Id):
            target = (tables or {}).get(spec.kind.of, spec.kind.of)
            columns.append(ports.ref(name, target, null=null))
        else:
            columns.append(spec.kind.column(name, null=null))
    return tuple(columns)


def row_of(value: Any, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """The fields of a shape as a row; nested shapes are not among them."""
    left = frozenset(without)
    return {name: field for name, field in value.__dict__.items() if name not in left}


def kept_schema(cls: type) -> dict[str, Any]:
    """What `as_json` keeps of a shape of plain values, as JSON Schema."""
    properties = {}
    for name, spec in plan_of(cls).specs.items():
        assert spec.kind is not None, f"{name} is no plain value"
        shown = spec.kind.shown()
        properties[name] = shown if spec.required or spec.default is not None else or_null(shown)
    return {"type": "object", "properties": properties, "required": list(properties)}


def as_json(value: Any) -> str:
    """A nested shape, or a list of them, as the JSON text that a column keeps."""
    return json.dumps(value, default=lambda shape: shape.__dict__, ensure_ascii=False, separators=(",", ":"))
