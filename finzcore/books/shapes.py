"""What a request may say: a frozen class is the schema, and reading it names every fault at once.

    @shape
    class NewItem:
        item_name: str = text(200, required=True, also=("name",))
        rate: int = number(6, least=0, default=0)

A value is read into the form in which a column keeps it (`finzcore.books.kinds`). Ids are read but
not looked up; the look-ups of a whole body happen together, later (`api.md` §1.4, step 9).
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar, dataclass_transform

import attrs

from finzcore import ports
from finzcore.books.kinds import (
    Amount,
    Choice,
    Day,
    Flag,
    Id,
    Kind,
    Number,
    PlaceKind,
    Text,
    Verbatim,
    Whole,
    Wrong,
)
from finzcore.errors import FinzError, RequiredField, RuleBroken, Unreadable

_SPEC: Final = "finzcore"
_MISSING: Final = object()


@attrs.frozen
class Fault:
    """One thing wrong with a body: the code, the path of the field, a sentence."""

    code: str
    field: str
    message: str
    received: Any = None


@attrs.frozen
class Mention:
    """An id that a body names: where, of what kind, and the key (or the stray text) it was read as."""

    field: str
    kind: Id
    key: Any
    raw: str


@attrs.define
class Notes:
    """What reading a body leaves behind besides its values."""

    org: int
    query: bool = False
    faults: list[Fault] = attrs.field(factory=list)
    mentions: list[Mention] = attrs.field(factory=list)

    def wrong(self, field: str, message: str, code: str = "validation.invalid_value", raw: Any = None) -> None:
        """Note a fault."""
        short = raw if isinstance(raw, str | int | bool) and len(str(raw)) <= 100 else None
        self.faults.append(Fault(code, field, message, short))


@attrs.frozen
class Spec:
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


def _field(spec: Spec) -> Any:
    return attrs.field(default=spec.default, metadata={_SPEC: spec})


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
    compiled = re.compile(pattern, re.ASCII) if pattern else None
    kind = Text(most, least, lines, compiled, upper, hint)
    return _field(Spec(kind, required, default, also, fixed=fixed))


def amount(*, required: bool = False, default: int | None = None, least: int | None = None, above: bool = False, also: tuple[str, ...] = ()) -> Any:
    """Money, in paise."""
    return _field(Spec(Amount(least=least, above=above), required, default, also))


def number(
    places: int = 6,
    *,
    required: bool = False,
    default: int | None = None,
    least: int | None = None,
    most: int | None = 10**15,
    above: bool = False,
    also: tuple[str, ...] = (),
) -> Any:
    """A number with so many decimals, in its smallest unit."""
    return _field(Spec(Number(places, least, most, above), required, default, also))


def whole(least: int, most: int, *, required: bool = False, default: int | None = None) -> Any:
    """A whole number."""
    return _field(Spec(Whole(least, most), required, default))


def flag(*, default: bool | None = None) -> Any:
    """True or false, as 1 or 0."""
    return _field(Spec(Flag(), default=None if default is None else int(default)))


def day(*, required: bool = False, bare: bool = False, also: tuple[str, ...] = ()) -> Any:
    """A calendar date, as ISO text."""
    return _field(Spec(Day(bare), required, None, also))


def choice(*words: str, required: bool = False, default: str | None = None, also: tuple[str, ...] = (), synonyms: Mapping[str, str] | None = None) -> Any:
    """One of a few words."""
    return _field(Spec(Choice(words, synonyms or {}), required, default, also))


def mention(prefix: str, of: str, label: str, *, required: bool = False, usable: bool = True, also: tuple[str, ...] = ()) -> Any:
    """The id of something else in this organisation."""
    return _field(Spec(Id(prefix, of, label, usable), required, None, also))


def place(*, required: bool = False, also: tuple[str, ...] = ()) -> Any:
    """A state code or OVERSEAS, spelled as the caller did."""
    return _field(Spec(PlaceKind(), required, None, also))


def special(kind: Kind, *, required: bool = False, default: Any = None, also: tuple[str, ...] = ()) -> Any:
    """A value of a kind of its own."""
    return _field(Spec(kind, required, default, also))


def verbatim(*, required: bool = False) -> Any:
    """A JSON object kept as it came."""
    from finzcore.books.text import json_text, json_value

    return _field(Spec(Verbatim(json_text, json_value), required))


def many(each: Any, *, least: int = 0, most: int, required: bool = False, default: Any = (), also: tuple[str, ...] = ()) -> Any:
    """A list of a shape or a kind."""
    return _field(Spec(None, required, default, also, each=each, least=least, most=most))


def one(inner: type, *, required: bool = False) -> Any:
    """An object of another shape."""
    return _field(Spec(None, required, None, (), one=inner))


SPECIFIERS: Final = (text, amount, number, whole, flag, day, choice, mention, place, special, verbatim, many, one)


class Plan:
    """A shape, made ready for reading."""

    def __init__(self, cls: type) -> None:
        self.cls = cls
        self.specs: dict[str, Spec] = {
            field.name: field.metadata[_SPEC] for field in attrs.fields(cls) if _SPEC in field.metadata
        }
        self.defaults = {name: spec.default for name, spec in self.specs.items()}
        self.required = tuple(name for name, spec in self.specs.items() if spec.required)
        self.names = {
            spelled: (name, spec) for name, spec in self.specs.items() for spelled in (name, *spec.also)
        }
        self.check: Callable[[Any], Iterable[Fault]] | None = getattr(cls, "faults", None)


T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=SPECIFIERS)
def shape(cls: type[T]) -> type[T]:
    """Make a class of field declarations a frozen value that can be read from a request."""
    made: Any = attrs.frozen(kw_only=True, slots=False)(cls)
    made.plan = Plan(made)
    return made  # type: ignore[no-any-return]


def read_values(plan: Plan, body: Mapping[str, Any], notes: Notes, at: str = "") -> dict[str, Any]:
    """The fields that a body gives, read; faults and mentions are added to `notes`."""
    values: dict[str, Any] = {}
    names = plan.names
    for spelled, raw in body.items():
        known = names.get(spelled)
        if known is None:
            continue
        name, spec = known
        if raw is None or (raw.__class__ is str and not raw.strip()):
            if name not in values:
                values[name] = None
            continue
        value = _read_one(spec, raw, notes, at, spelled)
        if values.get(name) is not None and values[name] != value:
            notes.wrong(at + name, f"'{name}' and '{spelled}' say different things.")
        values[name] = value
    return values


def _read_one(spec: Spec, raw: Any, notes: Notes, at: str, spelled: str) -> Any:
    kind = spec.kind
    if kind is not None:
        try:
            value = kind.read(raw, notes.org)
        except Wrong as wrong:
            code = kind.in_query if notes.query else wrong.code
            notes.wrong(at + spelled, wrong.message, code, raw)
            return None
        if type(kind) is Id:
            notes.mentions.append(Mention(at + spelled, kind, value, raw))
        return value
    if spec.one is not None:
        if not isinstance(raw, Mapping):
            notes.wrong(at + spelled, "Must be an object.")
            return None
        return read(spec.one, raw, notes, at + spelled + ".")
    return _read_list(spec, raw, notes, at + spelled)


def _read_list(spec: Spec, raw: Any, notes: Notes, at: str) -> Any:
    if not isinstance(raw, list | tuple):
        notes.wrong(at, "Must be a list.", Unreadable.code)
        return ()
    if len(raw) < spec.least:
        notes.wrong(at, "Must not be empty." if spec.least == 1 else f"Must have at least {spec.least} entries.",
                    RequiredField.code if not raw else RuleBroken.code)
    if len(raw) > spec.most:
        notes.wrong(at, f"Must have at most {spec.most} entries.")
        return ()
    plan = getattr(spec.each, "plan", None)
    read_values: list[Any] = []
    for position, entry in enumerate(raw):
        if plan is None:
            read_values.append(_read_one(Spec(spec.each), entry, notes, "", f"{at}[{position}]"))
        elif isinstance(entry, Mapping):
            read_values.append(read(spec.each, entry, notes, f"{at}[{position}]."))
        else:
            notes.wrong(f"{at}[{position}]", "Must be an object.")
    return tuple(read_values)


def read(cls: type[T], body: Mapping[str, Any], notes: Notes, at: str = "") -> T:
    """A body as a value of its shape. When `notes` holds faults, the value must not be used."""
    plan: Plan = cls.plan  # type: ignore[attr-defined]
    given = read_values(plan, body, notes, at)
    values = dict(plan.defaults)
    for name, value in given.items():
        if value is not None:
            values[name] = value
    for name in plan.required:
        if given.get(name, _MISSING) in (None, _MISSING) and not _noted(notes, plan, at, name):
            notes.wrong(at + name, f"'{name}' is required.", RequiredField.code)
    # The values have been read and checked one by one: the generated __init__ would only copy them.
    made = cls.__new__(cls)
    made.__dict__.update(values)
    if plan.check is not None and not notes.faults:
        for fault in plan.check(made):
            notes.faults.append(attrs.evolve(fault, field=at + fault.field))
    return made


def _noted(notes: Notes, plan: Plan, at: str, name: str) -> bool:
    """Whether the field was there, but unreadable: then that is its fault, not that it is missing."""
    spellings = {at + name, *(at + also for also in plan.specs[name].also)}
    return any(fault.field in spellings for fault in notes.faults)


def read_changes(cls: type, body: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """The fields of a partial update: absent ones keep their value, null clears what may be empty."""
    plan: Plan = cls.plan  # type: ignore[attr-defined]
    changes = {
        name: value
        for name, value in read_values(plan, body, notes).items()
        if not plan.specs[name].fixed
    }
    for name, value in changes.items():
        if value is None and not _noted(notes, plan, "", name):
            if plan.specs[name].required:
                notes.wrong(name, f"'{name}' cannot be empty.", RequiredField.code)
            else:
                changes[name] = plan.specs[name].default
    return changes


_RANK: Final = {Unreadable.code: 0, RequiredField.code: 1}
_CLASS: Final[dict[str, type[FinzError]]] = {Unreadable.code: Unreadable, RequiredField.code: RequiredField}


def refusal(faults: list[Fault]) -> FinzError:
    """All faults of a body as one error: that of the first in the order of `api.md` §1.11."""
    ordered = sorted(faults, key=lambda fault: _RANK.get(fault.code, 2))
    first = ordered[0]
    details: dict[str, Any] = {} if first.received is None else {"received": first.received}
    details["errors"] = [
        {"code": fault.code, "field": fault.field, "message": fault.message} for fault in ordered
    ]
    return _CLASS.get(first.code, RuleBroken)(first.message, field=first.field, details=details)


def columns_of(cls: type, *, without: Iterable[str] = (), tables: Mapping[str, str] | None = None) -> tuple[ports.Column, ...]:
    """The columns that keep the fields of a shape; lists and objects are kept as JSON text."""
    columns = []
    plan: Plan = cls.plan  # type: ignore[attr-defined]
    for name, spec in plan.specs.items():
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


def as_json(value: Any) -> str:
    """A nested shape, or a list of them, as the JSON text that a column keeps."""
    return json.dumps(value, default=lambda shape: shape.__dict__, ensure_ascii=False, separators=(",", ":"))
