"""All schedules of two operations, statement by statement (`reliability.md` §23).

The first operation is stopped before each of its statements in turn, and the second is let go there. One
writer holds the lock, so whatever the place, what comes of it is what comes of the one after the other.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import attrs
import pytest

import finzcore
from finzcore.storage.sqlite import SqliteStore
from tests.proof.races import Done, Pair, Stage, Step, broken, perform
from tests.proof.races_crews import open_books, stage_of
from tests.proof.races_pairs import PAIRS
from tests.proof.test_races import IN_PROGRESS

MOMENT: Final = 1 / 500
"""Seconds that the first operation, which has the lock, stands still; the second waits for it anyway."""
LONG: Final = 5
"""Seconds in which the second operation is done, unless something is wrong, when nobody has the lock."""

READ: Final = ("/invoices", "/payments", "/credit_notes", "/contacts", "/journals")


@attrs.define
class Stops:
    """Stops one thread before its statement of that number and does something there."""

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
    lawful = set()
    for order in (False, True):
        steps = scene(stage, pair, first)
        words = [take(stage, step).word for step in (reversed(steps) if order else steps)]
        lawful.add(tuple(reversed(words)) if order else tuple(words))
    number, come = 0, set()
    while True:
        one, other = scene(stage, pair, first)
        done: list[Done] = []
        thread = threading.Thread(target=lambda step=other, into=done: into.append(take(stage, step)))

        def let_go(locked: bool, thread: threading.Thread = thread) -> None:
            thread.start()
            thread.join(MOMENT if locked else LONG)

        stops = Stops(number, let_go)
        word = stopped(stage, one, stops).word
        if not stops.stopped:
            break
        thread.join(LONG)
        come.add((word, done[0].word))
        assert [] == broken(stage), f"{pair}, stopped before statement {number}"
        number += 1
    assert come <= lawful | {(one, IN_PROGRESS) for one, _ in lawful}
    assert len(come) == len(lawful), "the second was never let go before, or never after"
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
