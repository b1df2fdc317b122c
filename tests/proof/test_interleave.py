"""All schedules of two operations, statement by statement (`reliability.md` §23).

The first operation is stopped before each of its statements in turn, or before each of its journeys to
another machine, and the second is let go there. One writer holds the lock, so whatever the place, what
comes of it is what comes of the one after the other.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final
from unittest import mock

import attrs
import pytest

import finzcore
from finzcore.storage.postgres import PostgresStore
from finzcore.storage.sqlite import SqliteStore
from tests.engines import ENGINES, Place, is_postgres
from tests.proof.races import Done, Pair, Stage, Step, broken, perform
from tests.proof.races_crews import open_books, stage_of
from tests.proof.races_pairs import PAIRS
from tests.proof.test_races import IN_PROGRESS

LONG: Final = 60
"""Seconds in which the second operation is done, or at the lock, unless something is wrong."""

WAITING: Final = """
    SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""

READ: Final = ("/invoices", "/payments", "/credit_notes", "/contacts", "/journals")


@attrs.define
class Stops:
    """Stops one thread before what it sends at that place and does something there, which is told
    whether the thread has the write lock."""

    number: int
    there: Callable[[bool], None]
    thread: int = attrs.field(factory=threading.get_ident)
    passed: int = 0
    locked: bool = False

    def __call__(self, texts: Sequence[str]) -> None:
        if threading.get_ident() != self.thread:
            return
        # A lock that is asked for is not there yet, unless it is the one of a file, which is waited for
        # before anything is said.
        self.locked |= "BEGIN IMMEDIATE" in texts
        if self.passed == self.number:
            self.there(self.locked)
        self.locked |= any(text.endswith("FOR UPDATE") for text in texts)
        self.locked &= texts[-1] not in ("COMMIT", "ROLLBACK")
        self.passed += 1

    @property
    def stopped(self) -> bool:
        """Whether there was such a place."""
        return self.passed > self.number


@contextmanager
def shown(engine: finzcore.Engine, watch: Callable[[Sequence[str]], None]) -> Iterator[None]:
    """Have `watch` see whatever is sent, before it is: statements to a file, journeys to a server."""
    store = engine.store
    if isinstance(store, SqliteStore):
        store.trace(lambda text: watch([text]))
        try:
            yield
        finally:
            store.trace(None)
        return
    assert isinstance(store, PostgresStore)
    with mock.patch.object(store, "_tell", watch):
        yield


@pytest.fixture(scope="module", params=ENGINES)
def target(request: pytest.FixtureRequest, places: Callable[[str], Place]) -> Iterator[str]:
    with places(request.param)() as lent:
        yield lent


@pytest.fixture(scope="module")
def books(target: str) -> Iterator[finzcore.Engine]:
    with open_books(target, "interleave") as engine:
        yield engine


@pytest.fixture(scope="module")
def rival(books: finzcore.Engine, target: str) -> Iterator[finzcore.Engine]:
    """Whose the second operation is: in a file the same engine's, in a database another's, so that it is
    the server where it waits."""
    if not is_postgres(target):
        yield books
        return
    with open_books(target, "rival") as engine:
        yield engine


@pytest.fixture(params=PAIRS, ids=str)
def pair(request: pytest.FixtureRequest) -> Pair:
    chosen: Pair = request.param
    return chosen


@pytest.fixture
def stage(books: finzcore.Engine, target: str, pair: Pair) -> Iterator[Stage]:
    with stage_of(books, target, str(pair)) as made:
        yield made


class Second:
    """The second operation, in a thread of its own. It is `held` once it is done or waits for its turn."""

    def __init__(self, stage: Stage, step: Step) -> None:
        self.done: list[Done] = []
        self._stage = stage
        self._held = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(step,))

    def _run(self, step: Step) -> None:
        with self._announced():
            try:
                self.done.append(take(self._stage, step))
            finally:
                self._held.set()

    def _announced(self) -> AbstractContextManager[Any]:
        """Says when the thread comes to the lock of a file. Of a server's locks, the server tells."""
        wait = SqliteStore._alone

        @contextmanager
        def announced(store: SqliteStore) -> Iterator[None]:
            if threading.current_thread() is self._thread:
                self._held.set()
            with wait(store):
                yield

        on_file = isinstance(self._stage.engine.store, SqliteStore)
        return mock.patch.object(SqliteStore, "_alone", announced) if on_file else nullcontext()

    def _wait(self) -> None:
        give_up = time.monotonic() + LONG
        while not self._held.wait(0.001) and time.monotonic() < give_up:
            if not isinstance(self._stage.engine.store, SqliteStore) and self._stage.rows(WAITING):
                return

    def let_go(self, locked: bool) -> None:
        """Begin, and go on as far as possible: to the lock while the other has it, else to the end."""
        self._thread.start()
        if locked:
            self._wait()
        else:
            self._thread.join(LONG)

    def end(self) -> str:
        """What came of it, in words."""
        self._thread.join(LONG)
        return self.done[0].word


def scene(stage: Stage, pair: Pair, first: int) -> tuple[Step, Step]:
    """The two steps of a new round, `first` before the other."""
    stage.round += 1
    sides = pair.scene(stage)
    return sides[first].of(first), sides[1 - first].of(1 - first)


def take(stage: Stage, step: Step) -> Done:
    return perform(stage.engine, stage.org.org_id, stage.token, step)


def stopped(stage: Stage, step: Step, stops: Stops) -> Done:
    """Take a step, with a stop in it."""
    with shown(stage.engine, stops):
        return take(stage, step)


@pytest.mark.parametrize("first", [0, 1], ids=["A is stopped", "B is stopped"])
def test_every_schedule_of_two_is_one_after_the_other(
    stage: Stage, rival: finzcore.Engine, pair: Pair, first: int
) -> None:
    beside = attrs.evolve(stage, engine=rival)
    one, other = scene(stage, pair, first)
    after = take(stage, one).word, take(stage, other).word
    one, other = scene(stage, pair, first)
    sooner = take(stage, other).word
    before = take(stage, one).word, sooner
    # Who comes with a key that is at work is not kept waiting.
    waits = (after[0], IN_PROGRESS) if one.key == other.key is not None else after
    number, come = 0, set()
    while True:
        one, other = scene(stage, pair, first)
        second = Second(beside, other)
        stops = Stops(number, second.let_go)
        word = stopped(stage, one, stops).word
        if not stops.stopped:
            break
        come.add((word, second.end()))
        assert [] == broken(stage), f"{pair}, stopped at place {number}"
        number += 1
    assert {before, waits} == come
    assert number > (5 if isinstance(stage.engine.store, SqliteStore) else 2)
    assert [] == stage.engine.verify(org_id=stage.org.org_id)


def test_nobody_sees_anything_of_a_unit_of_work_before_its_end(stage: Stage, pair: Pair) -> None:
    def picture() -> list[bytes]:
        return [stage.trade.call("GET", f"{path}?per_page=200").body for path in READ]

    for first in (0, 1):
        step, _ = scene(stage, pair, first)
        before = picture()
        seen: list[list[bytes]] = []
        stops = Stops(-1, lambda locked: None)

        def look(texts: Sequence[str], stops: Stops = stops, seen: list[list[bytes]] = seen) -> None:
            stops(texts)
            if threading.get_ident() == stops.thread and stops.locked:
                reader = threading.Thread(target=lambda: seen.append(picture()))
                reader.start()
                reader.join(LONG)

        with shown(stage.engine, look):
            take(stage, step)
        assert len(seen) > (3 if isinstance(stage.engine.store, SqliteStore) else 0)
        assert [before] * len(seen) == seen
        changes = step.locks is None and pair.wins(1) != {(0, 0)}
        assert changes == (before != picture())
