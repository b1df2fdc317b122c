"""Two engines that are one to whoever calls them: everything is asked of both, and must come out alike."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import zip_longest
from typing import Any, Final

import finzcore
from finzcore.api import Response
from finzcore.books.problem import Problem
from finzcore.org import Page
from finzcore.people import MintedToken, User

VALUES: Final = (
    type(None), str, int, bytes, Decimal, Fraction, dt.date, dt.timedelta, Enum, dict, Response, Problem,
    Page,
    MintedToken, User, finzcore.Settings,
)  # fmt: skip
"""What is compared and given back; anything else is a pair that is asked again."""


class Twin:
    """A pair of things that should be alike: an engine, an organisation, a session, a function of theirs.

    AssertionError as soon as the two give different values, or one of them refuses and the other does not.
    """

    def __init__(self, one: Any, other: Any) -> None:
        self._pair = one, other

    def __repr__(self) -> str:
        return f"Twin{self._pair!r}"

    def __getattr__(self, name: str) -> Any:
        return self._both(f".{name}", lambda which: getattr(self._pair[which], name))

    def __call__(self, *given: Any, **named: Any) -> Any:
        def called(which: int) -> Any:
            own = [side(value, which) for value in given]
            return self._pair[which](*own, **{name: side(value, which) for name, value in named.items()})

        return self._both(f"{given} {named}", called)

    def __enter__(self) -> Any:
        return self._both(" is entered", lambda which: self._pair[which].__enter__())

    def __exit__(self, *error: Any) -> Any:
        return self._both(" is left", lambda which: self._pair[which].__exit__(*error))

    def __iter__(self) -> Iterator[Any]:
        for one, other in zip_longest(
            *map(iter, self._pair), fillvalue=ValueError("one ends before the other")
        ):
            yield alike("an entry", one, other)

    def _both(self, asked: str, work: Callable[[int], Any]) -> Any:
        outcomes = [outcome(work, which) for which in (0, 1)]
        (one, refusal), (other, its_refusal) = outcomes
        said = f"{self._pair[0]!r}{asked}"
        assert told(refusal) == told(its_refusal), f"{said}: {told(refusal)}, and {told(its_refusal)}"
        if refusal is not None:
            raise refusal
        return alike(said, one, other)


def outcome(work: Callable[[int], Any], which: int) -> tuple[Any, Exception | None]:
    """What comes of asking one of two: a value, or what it raises."""
    try:
        return work(which), None
    except Exception as error:
        return None, error


def told(error: Exception | None) -> str:
    return "done" if error is None else f"{type(error).__name__}: {error}"


def side(value: Any, which: int) -> Any:
    """What is given to both of a pair, as it is for one of them."""
    return value._pair[which] if isinstance(value, Twin) else value


def alike(asked: str, one: Any, other: Any) -> Any:
    """Two values as the one that they are; what is no value, as a pair."""
    if isinstance(one, list | tuple) and not hasattr(one, "_fields"):
        assert len(one) == len(other), f"{asked}: {one!r}, and {other!r}"
        return type(one)(alike(asked, *both) for both in zip(one, other, strict=True))
    if isinstance(one, VALUES):
        assert shown(one) == shown(other), f"{asked}: {shown(one)}, and {shown(other)}"
        return one
    return Twin(one, other)


def shown(value: Any) -> str:
    """A value in words that tell every type and every byte."""
    if isinstance(value, Response):
        return f"{value.status} {value.headers} {value.body!r}"
    return repr(value)
