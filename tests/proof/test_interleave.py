"""All schedules of two operations, statement by statement (`reliability.md` §23).

The first operation is stopped before each of its statements in turn, and the second is let go there. One
writer holds the lock, so whatever the place, what comes of it is what comes of the one after the other.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from unittest import mock

import attrs
import pytest

import finzcore
from finzcore.storage.sqlite import SqliteStore
from tests.proof.races import Done, Pair, Stage, Step, broken, perform
from tests.proof.races_crews import open_books, stage_of
from tests.proof.races_pairs import PAIRS
from tests.proof.test_races import IN_PROGRESS

LONG: Final = 60
"""Seconds in which the second operation is done, or at the lock, unless something is wrong."""

READ: Final = ("/invoices", "/payments", "/credit_notes", "/contacts", "/journals")


@attrs.define
class Stops:
    """Stops one thread before its statement of that number and does something there, which is told
    whether the thread has the write lock."""

    number: int
    there: Callable[[bool], None]
    thread: int = attrs.field(factory=threading.get_ident)
    passed: int = 0
    locked: bool = False

    def __call__(self, text: str) -> None:
        if threading.get_ident() != self.thread:
            return
        self.locked |= text == "BEGIN IMMEDIATE"
        if self.passed == self.number:
            self.there(self.locked)
        self.locked &= text not in ("COMMIT", "ROLLBACK")
        self.passed += 1

    @property
    def stopped(self) -> bool:
        """Whether there was such a statement."""
        return self.passed > self.number


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("interleave")
    return str(folder / "books.db")


@pytest.fixture(scope="module")
def books(path: str) -> Iterator[finzcore.Engine]:
    with open_books(path, "interleave") as engine:
        yield engine


@pytest.fixture(params=PAIRS, ids=str)
def pair(request: pytest.FixtureRequest) -> Pair:
    chosen: Pair = request.param
    return chosen


@pytest.fixture
def stage(books: finzcore.Engine, path: str, pair: Pair) -> Iterator[Stage]:
    with stage_of(books, path, str(pair)) as made:
        yield made


class Second:
    """The second operation, in a thread of its own. It is `held` once it is done or waits for its turn."""

    def __init__(self, stage: Stage, step: Step) -> None:
        self.done: list[Done] = []
        self._held = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(stage, step))

    def _run(self, stage: Stage, step: Step) -> None:
        wait = SqliteStore._alone

        @contextmanager
        def announced(store: SqliteStore) -> Iterator[None]:
            if threading.current_thread() is self._thread:
                self._held.set()
            with wait(store):
                yield

        with mock.patch.object(SqliteStore, "_alone", announced):
            try:
                self.done.append(take(stage, step))
            finally:
                self._held.set()

    def let_go(self, locked: bool) -> None:
        """Begin, and go on as far as possible: to the lock while the other has it, else to the end."""
        self._thread.start()
        if locked:
            self._held.wait(LONG)
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
    store = stage.engine.store
    assert isinstance(store, SqliteStore)
    store.trace(stops)
    try:
        return take(stage, step)
    finally:
        store.trace(None)


@pytest.mark.parametrize("first", [0, 1], ids=["A is stopped", "B is stopped"])
def test_every_schedule_of_two_is_one_after_the_other(stage: Stage, pair: Pair, first: int) -> None:
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
        second = Second(stage, other)
        stops = Stops(number, second.let_go)
        word = stopped(stage, one, stops).word
        if not stops.stopped:
            break
        come.add((word, second.end()))
        assert [] == broken(stage), f"{pair}, stopped before statement {number}"
        number += 1
    assert {before, waits} == come
    assert number > 5
    assert [] == stage.engine.verify(org_id=stage.org.org_id)


def test_nobody_sees_anything_of_a_unit_of_work_before_its_end(stage: Stage, pair: Pair) -> None:
    def picture() -> list[bytes]:
        return [stage.trade.call("GET", f"{path}?per_page=200").body for path in READ]

    for first in (0, 1):
        step, _ = scene(stage, pair, first)
        before = picture()
        seen: list[list[bytes]] = []
        stops = Stops(-1, lambda locked: None)

        def look(text: str, stops: Stops = stops, seen: list[list[bytes]] = seen) -> None:
            stops(text)
            if threading.get_ident() == stops.thread and stops.locked:
                reader = threading.Thread(target=lambda: seen.append(picture()))
                reader.start()
                reader.join(LONG)

        store = stage.engine.store
        assert isinstance(store, SqliteStore)
        store.trace(look)
        take(stage, step)
        store.trace(None)
        assert len(seen) > 3
        assert [before] * len(seen) == seen
        changes = step.locks is None and pair.wins(1) != {(0, 0)}
        assert changes == (before != picture())
