"""Bodies and queries read by their shapes: every fault is noted, and every id that is mentioned.

Ids are read but not looked up; the look-ups of a whole body happen together, later (`api.md` §1.4,
step 9).
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar

from finzcore.books.kinds import Wrong
from finzcore.books.references import Id, Stray
from finzcore.books.shapes import Fault, Plan, Spec, plan_of
from finzcore.errors import FinzError, RequiredField, RuleBroken, Unreadable

_MISSING: Final = object()
_NOTHING: Final[frozenset[str]] = frozenset()
_SEGMENT_END: Final = re.compile(r"[.\[]")


class Mention(NamedTuple):
    """An id that a body names: where, of what kind, and the key it was read as, or the stray text."""

    field: str
    kind: Id
    key: int | Stray

    def shown(self, org: int) -> str:
        """The id as messages show it."""
        return self.key if isinstance(self.key, Stray) else self.kind.plain(self.key, org)


class Part(NamedTuple):
    """One entry of a list whose entries stand or fall by themselves: what it says, what it mentions, and
    why it is refused, if it is; then it says nothing. Fields are named from the entry on."""

    body: Any
    mentions: Sequence[Mention] = ()
    refused: FinzError | None = None


class Notes:
    """What reading a body leaves behind besides its values."""

    def __init__(self, org: int) -> None:
        self.org = org
        self.query = False
        self.faults: list[Fault] = []
        self.mentions: list[Mention] = []
        self.apart: list[Mention] = []
        """What parts of the body mention, which are not found, if they are not, for themselves alone."""

    def wrong(
        self, field: str, message: str, code: str = "validation.invalid_value", raw: Any = None
    ) -> None:
        """Note a fault."""
        short = raw if isinstance(raw, str | int | Decimal) and len(str(raw)) <= 100 else None
        self.faults.append(Fault(code, field, message, short))


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
            value = None
        else:
            value = _read_one(spec, raw, notes, at, spelled)
        before = values.get(name)
        if before is None:
            values[name] = value
        elif value is not None and value != before:
            first = next(one for one in body if names.get(one) == known and str(body[one] or "").strip())
            notes.wrong(at + name, f"'{first}' and '{spelled}' say different things.")
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
        if isinstance(kind, Id):
            notes.mentions.append(Mention(at + spelled, kind, value))
        return value
    if spec.one is not None:
        if not isinstance(raw, Mapping):
            notes.wrong(at + spelled, "Must be an object.")
            return None
        return read(spec.one, raw, notes, at + spelled + ".")
    return _read_list(spec, raw, notes, at + spelled)


def _read_list(spec: Spec, raw: Any, notes: Notes, at: str) -> Any:
    if spec.alone and isinstance(raw, str):
        raw = [raw]
    if not isinstance(raw, list | tuple):
        notes.wrong(at, "Must be a list.", Unreadable.code)
        return ()
    if spec.apart:
        return _read_parts(spec, raw, notes, at)
    if len(raw) < spec.least:
        few = "Must not be empty." if spec.least == 1 else f"Must have at least {spec.least} entries."
        notes.wrong(at, few, RuleBroken.code if raw else RequiredField.code)
    if len(raw) > spec.most:
        notes.wrong(at, f"Must have at most {spec.most} entries.")
        return ()
    plan = getattr(spec.each, "plan", None)
    read_values: list[Any] = []
    for position, entry in enumerate(raw):
        if plan is None:
            read_values.append(_read_one(Spec(spec.each), entry, notes, "", f"{at}[{position}]"))
        elif type(entry) is dict or isinstance(entry, Mapping):
            read_values.append(read(spec.each, entry, notes, f"{at}[{position}]."))
        else:
            notes.wrong(f"{at}[{position}]", "Must be an object.")
    return tuple(read_values)


def _read_parts(spec: Spec, raw: Sequence[Any], notes: Notes, at: str) -> tuple[Part, ...]:
    if not spec.least <= len(raw) <= spec.most:
        notes.wrong(at, f"Must have {spec.least} to {spec.most} entries.", Unreadable.code)
        return ()
    return tuple([_read_part(spec.each, entry, notes) for entry in raw])


def _read_part(each: type, entry: Any, notes: Notes) -> Part:
    if not isinstance(entry, Mapping):
        return Part(None, refused=RuleBroken("Must be an object."))
    own = Notes(notes.org)
    body: Any = read(each, entry, own)
    if own.faults:
        return Part(None, refused=refusal(own.faults))
    notes.apart += own.mentions
    return Part(body, own.mentions)


T = TypeVar("T")


def read(cls: type[T], body: Mapping[str, Any], notes: Notes, at: str = "") -> T:
    """A body as a value of its shape. When `notes` holds faults, the value must not be used."""
    plan = plan_of(cls)
    before = len(notes.faults)
    given = read_values(plan, body, notes, at)
    values = plan.defaults | {name: value for name, value in given.items() if value is not None}
    for name in plan.required:
        if given.get(name, _MISSING) in (None, _MISSING) and not _noted(notes, plan, at, name):
            kind = plan.specs[name].kind
            code = RequiredField.code if kind is None else kind.missing
            notes.wrong(at + name, f"'{name}' is required.", code)
    # Nothing is left for __init__ to do: what is required is there or noted, and defaults are filled in.
    made = cls.__new__(cls)
    made.__dict__.update(values)
    if plan.check is not None:
        _check(plan, made, notes, at, notes.faults[before:] if len(notes.faults) > before else ())
    return made


def _check(plan: Plan, made: Any, notes: Notes, at: str, noted: Sequence[Fault]) -> None:
    """Note what fields say together, as far as they could be read: an unreadable one is None."""
    faulty = {_field_of(plan, fault.field[len(at) :]) for fault in noted} if noted else _NOTHING
    made.__dict__.update(dict.fromkeys(faulty))
    assert plan.check is not None
    for fault in plan.check(made):
        if faulty.isdisjoint((fault.field, *fault.because)):
            notes.faults.append(fault._replace(field=at + fault.field))


def _field_of(plan: Plan, path: str) -> str:
    """The field of a shape that a path below it begins with, under its own name."""
    spelled = _SEGMENT_END.split(path, maxsplit=1)[0]
    return plan.names[spelled][0]


def _noted(notes: Notes, plan: Plan, at: str, name: str) -> bool:
    """Whether the field was there, but unreadable: then that is its fault, not that it is missing."""
    spellings = {at + name, *(at + also for also in plan.specs[name].also)}
    return any(fault.field in spellings for fault in notes.faults)


def read_changes(cls: type, body: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """The fields of a partial update: absent ones keep their value, null clears what may be empty."""
    plan = plan_of(cls)
    changes = {
        name: value for name, value in read_values(plan, body, notes).items() if not plan.specs[name].fixed
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
