"""Frozen values that modules declare while they are imported: tables, fields, kinds, operations.

There are hundreds of them and a process waits for each, so their classes get by without generated
code; `attrs.frozen` takes longer to make one class than this takes to make a resource. What is made
again with every request is better off with attrs.
"""

from typing import Any, Final, TypeVar, dataclass_transform

_REQUIRED: Final = object()

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False)
def declared(cls: type[T]) -> type[T]:
    """Make a class of annotated fields a frozen value, equal to itself only.

    What a class inherits comes first, but a field that it declares anew stands in its new place. A
    method `complete` may fill in what follows from the fields. TypeError for a field too many or
    too few, AttributeError for a change.

    >>> @declared
    ... class Place:
    ...     name: str
    ...     code: int = 0
    >>> Place("Kochi", code=32)
    Place(name='Kochi', code=32)
    >>> Place(code=32)
    Traceback (most recent call last):
    TypeError: Place takes name, code
    """
    made: Any = cls
    own = {name: cls.__dict__.get(name, _REQUIRED) for name in cls.__annotations__}
    inherited = getattr(cls, "declares", {})
    made.declares = {name: default for name, default in inherited.items() if name not in own} | own
    made.__init__ = _fill
    made.__setattr__ = made.__delattr__ = _refuse
    made.__repr__ = _shown
    return cls


def _fill(self: Any, *given: Any, **named: Any) -> None:
    fields = self.declares
    values = {**fields, **dict(zip(fields, given, strict=False)), **named}
    if max(len(values), len(given)) > len(fields) or any(value is _REQUIRED for value in values.values()):
        raise TypeError(f"{type(self).__name__} takes {', '.join(fields)}")
    self.__dict__.update(values)
    complete = getattr(self, "complete", None)
    if complete is not None:
        complete()


def _refuse(self: Any, name: str, *value: Any) -> None:
    raise AttributeError(f"a {type(self).__name__} is never changed")


def _shown(self: Any) -> str:
    fields = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self.declares)
    return f"{type(self).__name__}({fields})"
