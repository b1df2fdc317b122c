"""What the calls of an organisation take, told to `help` and to editors from what is declared."""

import datetime as dt
import inspect
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, BinaryIO, Final

from finzcore.books.resource import Operation
from finzcore.books.shapes import Spec, plan_of

NUMBER: Final = int | str | Decimal
DATE: Final = dt.date | str
FILE: Final = bytes | BinaryIO
TYPES: Final[Mapping[str, Any]] = {
    "string": str,
    "number": NUMBER,
    "integer": int,
    "boolean": bool,
    "object": dict,
    # In a query a list is text with commas.
    "array": str,
}
"""The Python types by those of JSON Schema."""


@cache
def signature(operation: Operation) -> inspect.Signature:
    """The parameters of a call with their types; those that it cannot do without come first."""
    kind = inspect.Parameter
    parameters = [kind("id", kind.POSITIONAL_ONLY, annotation=str)] if operation.by_id else []
    for name, spec, required in _fields(operation):
        default = kind.empty if required else None
        place = kind.POSITIONAL_OR_KEYWORD if name == operation.first else kind.KEYWORD_ONLY
        parameters.append(kind(name, place, default=default, annotation=_type(spec)))
    if operation.writes:
        parameters.append(kind("idempotency_key", kind.KEYWORD_ONLY, default=None, annotation=str))
    return inspect.Signature(parameters)


@cache
def about(operation: Operation) -> str:
    """What a call does, and for each field its type, its other spellings and its meaning."""
    lines = [inspect.cleandoc(operation.run.__doc__ or "")]
    fields = [line for field in _fields(operation) for line in _told(*field)]
    if fields:
        lines += ["", "It takes:", *fields]
    return "\n".join(lines)


def _fields(operation: Operation) -> list[tuple[str, Spec, bool]]:
    """The fields of a call, and whether each is required: those first."""
    shape = operation.query or operation.body
    return [] if shape is None else _of_shape(shape, changes=operation.changes)


def _of_shape(shape: type, *, changes: bool = False) -> list[tuple[str, Spec, bool]]:
    specs = plan_of(shape).specs
    fields = [(name, spec, spec.required and not changes) for name, spec in specs.items()]
    return sorted(fields, key=lambda field: not field[2])


def _type(spec: Spec) -> Any:
    if spec.kind is None:
        return dict if spec.one is not None else list
    schema = spec.kind.schema()
    if schema.get("format") == "binary":
        return FILE
    if "anyOf" in schema:  # a word, or a list
        return str | list
    return DATE if schema.get("format") == "date" else TYPES[schema["type"]]


def _told(name: str, spec: Spec, required: bool, indent: str = "    ") -> Iterator[str]:
    said = _in_words(_type(spec)) + (", required" if required else "")
    also = f" (or {', '.join(spec.also)})" if spec.also else ""
    meaning = _each(spec) if spec.kind is None else _meaning(spec.kind.schema())
    yield f"{indent}{name}{also}: {said}." + (f" {meaning}" if meaning else "")
    inner = spec.one or spec.each
    if hasattr(inner, "plan"):
        for field in _of_shape(inner):
            yield from _told(*field, indent=indent + "    ")


def _in_words(kind: Any) -> str:
    """A type as a sentence says it.

    >>> _in_words(NUMBER)
    'int, str or Decimal'
    """
    names = [one.__name__ for one in getattr(kind, "__args__", (kind,))]
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _each(spec: Spec) -> str:
    if spec.one is not None:
        return "It takes:"
    return f"At most {spec.most} entries{'; each takes:' if hasattr(spec.each, 'plan') else '.'}"


def _meaning(schema: Mapping[str, Any]) -> str:
    """What the declaration of a value says for people."""
    if "description" in schema:
        return str(schema["description"])
    if "enum" in schema:
        return f"One of {', '.join(schema['enum'])}."
    if "items" in schema:
        return f"With commas between them, of {', '.join(schema['items']['enum'])}."
    return f"At most {schema['maxLength']} characters." if "maxLength" in schema else ""
