"""Crews: threads over one set of books, threads over several that share the books, and processes.

A pause stands between what a unit of work reads and what it writes, so that windows are real.
"""

import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any, Final
from unittest import mock

import finzcore
from finzcore.storage.postgres_session import PostgresSession
from finzcore.storage.sqlite_session import SqliteSession
from finzcore.system import Ids
from finzcore.testing import CountingRandom, FrozenClock
from tests.proof.onlooker import looking
from tests.proof.races import Done, Stage, Step, perform

_READS: Final = ("get", "many", "find", "ask")
_WRITES: Final = ("insert", "change", "remove", "tell")
_PAUSES: Final = (0, 0, 1 / 20_000, 1 / 4_000)
"""Seconds; 0 gives way to other threads and comes back."""
_TOGETHER: Final = 60
"""Seconds after which a crew that is not complete is given up."""


@contextmanager
def pauses(seed: int) -> Iterator[None]:
    """Make every unit of work stop for a moment where it turns from reading to writing."""
    chance, here = random.Random(seed), threading.local()

    def reading(verb: Callable[..., Any]) -> Callable[..., Any]:
        def read(*given: Any, **more: Any) -> Any:
            here.turns = True
            return verb(*given, **more)

        return read

    def writing(verb: Callable[..., Any]) -> Callable[..., Any]:
        def write(*given: Any, **more: Any) -> Any:
            if getattr(here, "turns", False):
                here.turns = False
                time.sleep(chance.choice(_PAUSES))
            return verb(*given, **more)

        return write

    with ExitStack() as stack:
        for session in (SqliteSession, PostgresSession):
            verbs: dict[str, Any] = {name: reading(getattr(session, name)) for name in _READS}
            verbs |= {name: writing(getattr(session, name)) for name in _WRITES}
            stack.enter_context(mock.patch.multiple(session, **verbs))
        stack.enter_context(_hasty())
        yield


@contextmanager
def _hasty() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def open_books(target: str, seed: str) -> finzcore.Engine:
    """Books whose clock stands still, and that count no requests."""
    unlimited = {"DEFAULT": 10**9, "PARTNER": 10**9}
    chance = CountingRandom(seed)
    return finzcore.open(
        target,
        clock=FrozenClock("2026-05-19T05:00:00+00:00"),
        ids=Ids(chance),
        random=chance,
        settings=finzcore.Settings(durability="relaxed", rate_limits=unlimited),
    )


class Threads:
    """As many threads as there are `engines` given, repeats allowed."""

    def __init__(self, engines: Sequence[finzcore.Engine]) -> None:
        self.size = len(engines)
        self._engines = engines
        self._pool = ThreadPoolExecutor(self.size)
        self._start = threading.Barrier(self.size)

    def run(self, org_id: str, token: str, steps: Sequence[Step]) -> list[Done]:
        """Take the steps at once."""

        def go(engine: finzcore.Engine, step: Step) -> Done:
            self._start.wait(_TOGETHER)
            return perform(engine, org_id, token, step)

        return list(self._pool.map(go, self._engines, steps))

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown()


def _contend(target: str, contender: int, seed: int, start: Barrier, orders: Connection) -> None:
    """The life of a process: a step for each order, until there is none."""
    with open_books(target, f"contender {contender}") as engine, pauses(seed + contender):
        while (order := orders.recv()) is not None:
            start.wait(_TOGETHER)
            orders.send(perform(engine, *order))


class Processes:
    """Processes that have nothing in common but the books."""

    def __init__(self, target: str, size: int, seed: int) -> None:
        self.size = size
        context = multiprocessing.get_context("forkserver")
        # Kept here: a semaphore that its maker forgets is gone before the children know it.
        self._start = context.Barrier(size)
        self._ends: list[Connection] = []
        self._children = []
        for contender in range(size):
            here, there = context.Pipe()
            child = context.Process(
                target=_contend, args=(target, contender, seed, self._start, there), daemon=True
            )
            child.start()
            there.close()
            self._ends.append(here)
            self._children.append(child)

    def run(self, org_id: str, token: str, steps: Sequence[Step]) -> list[Done]:
        """Take the steps at once."""
        for end, step in zip(self._ends, steps, strict=True):
            end.send((org_id, token, step))
        return [end.recv() for end in self._ends]

    def close(self) -> None:
        """Let the processes end."""
        for end, child in zip(self._ends, self._children, strict=True):
            end.send(None)
            child.join(_TOGETHER)
            end.close()


@contextmanager
def stage_of(engine: finzcore.Engine, target: str, name: str) -> Iterator[Stage]:
    """An organisation of its own in these books, and somebody who looks at them."""
    with looking(target) as onlooker:
        yield Stage.built(engine, onlooker, name)
