"""Frozen values that modules declare while they are imported: tables, fields, shapes, kinds, operations.

There are hundreds of their classes and values, and a process waits for each, so the classes get by
without generated code; `attrs.frozen` takes longer to make one class than this takes to make a
resource. What is made again with every request is better off with attrs, whose ``__init__`` is the
quicker one. A shape is made with every request too, but by no ``__init__``: its fields have been read
one by one, and `finzcore.books.bodies.read` puts them in place.
"""

from types import MappingProxyType
from typing import Any, Final, TypeVar, dataclass_transform

_REQUIRED: Final = object()

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False)
def declared(cls: type[T]) -> type[T]:
    """Make a class of annotated fields a frozen value, equal to itself only.

    What a class inherits comes first, from its last base to its first, but a field that it declares
    anew stands in its new place. A method `complete` may fill in what follows from the fields. TypeError
    for a field too many, too few or given twice, and for a default that could change, because all
    values would share it; AttributeError for a change.

    >>> @declared
    ... class Place:
    ...     name: str
    ...     code: int = 0
    >>> Place("Kochi", code=32)
    Place(name='Kochi', code=32)
    >>> Place(code=32)
    Traceback (most recent call last):
    TypeError: Place takes name, code, each once
    """
    made: Any = cls
    own = {name: cls.__dict__.get(name, _REQUIRED) for name in cls.__annotations__}
    for name, default in own.items():
        if _changeable(default):
            raise TypeError(f"{cls.__name__}.{name}: all values would share one {type(default).__name__}")
    inherited: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        inherited |= base.__dict__.get("declares", {})
    made.declares = {name: default for name, default in inherited.items() if name not in own} | own
    made.__init__ = _fill
    made.__setattr__ = made.__delattr__ = _refuse
    made.__repr__ = _shown
    return cls


def _changeable(default: Any) -> bool:
    # What can change has no hash. A mapping behind a proxy has none either before Python 3.12.
    return type(default).__hash__ is None and not isinstance(default, MappingProxyType)


def _fill(self: Any, *given: Any, **named: Any) -> None:
    fields = self.declares
    placed = dict(zip(fields, given, strict=False))
    values = {**fields, **placed, **named}
    # A name too many makes more values than fields; a field given twice, fewer than were handed over.
    known = len(values) == len(fields) and len(placed) == len(given) and named.keys().isdisjoint(placed)
    if not known or any(value is _REQUIRED for value in values.values()):
        raise TypeError(f"{type(self).__name__} takes {', '.join(fields)}, each once")
    self.__dict__.update(values)
    complete = getattr(self, "complete", None)
    if complete is not None:
        complete()


def _refuse(self: Any, name: str, *value: Any) -> None:
    raise AttributeError(f"a {type(self).__name__} is never changed")


def _shown(self: Any) -> str:
    fields = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self.declares)
    return f"{type(self).__name__}({fields})"
