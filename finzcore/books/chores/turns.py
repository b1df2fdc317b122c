"""The turns of chores: `Engine.run_scheduler` (`api.md` §4.19, `reliability.md` §3).

A chore is a module of this package, named by one line in `CHORES`. Its function ``work(desk, org_id, now)``
does a bounded piece of work for one organisation in a unit of its own, and says with a `Turn` how much that
was and whether there is more at once. When there is not, it has called `due.visited` in the same unit, and
is not asked again before the instant it gave. Whatever it does may be cut off at any moment, or be done by
two at once: a unit of work takes the organisation's lock first, looks what there is, and commits what it
did together with its end.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, NamedTuple

from finzcore.books import due
from finzcore.books.books import instant
from finzcore.books.unit import Desk
from finzcore.errors import Unavailable

CHORES: Final = ("schedules", "overdue", "keys", "listeners", "deliveries", "strays")
"""Their names, which are also the kinds of work in `due`, in the order in which they are done."""

OF_NOBODY: Final = ("grants",)
"""Chores about what belongs to no organisation; each looks by itself whether it is its time."""


class Turn(NamedTuple):
    """What a unit of work of a chore did: how many of what, and whether there is more now."""

    what: str
    many: int = 0
    more: bool = False


Chore = Callable[[Desk, int, dt.datetime], Turn]


def take_turns(desk: Desk, now: dt.datetime) -> Counter[str]:
    """Do every chore for every organisation that may have some, and say how many of what were done.

    An organisation that is out of reach keeps no other waiting: the rest is done first, and then
    Unavailable is raised.
    """
    done: Counter[str] = Counter()
    missed: list[Unavailable] = []
    for name in CHORES:
        work: Chore = import_module(f"finzcore.books.chores.{name}").work
        for org_id in due.organisations(desk.store, name, instant(now)):
            try:
                _all_of(work, done, desk, org_id, now)
            except Unavailable as error:
                missed.append(error)
    for name in OF_NOBODY:
        try:
            _all_of(import_module(f"finzcore.books.chores.{name}").work, done, desk, now)
        except Unavailable as error:
            missed.append(error)
    if missed:
        raise missed[0]
    return done


def _all_of(work: Callable[..., Turn], done: Counter[str], *given: Any) -> None:
    more = True
    while more:
        turn = work(*given)
        done[turn.what] += turn.many
        more = turn.more
