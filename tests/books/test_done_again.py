"""A unit of work that the database has undone is done again, and nobody can tell from any answer."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from finzcore.books import unit
from finzcore.ports import Contended, Session, Store
from tests.engines import is_postgres
from tests.stories.sameness import keys, story
from tests.stories.test_sameness import differing


class Undone:
    """Lets the database undo each unit of work once, when all of it is done but the commit.

    What its first try took of ids and of chance is there again for the second.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.times = 0
        self._sources: list[Any] = []
        self._patch = patch
        self._first = False
        self._again = unit._again
        patch.setattr(unit, "_again", self._tried)

    def source(self, kind: type) -> Callable[[], Any]:
        """Ids or chance that can be gone back to."""

        def made() -> Any:
            self._sources.append(kind())
            return self._sources[-1]

        return made

    def _tried(self, work: Callable[[], Any]) -> Any:
        kept = [(one, dict(vars(one))) for one in self._sources]

        def once() -> Any:
            try:
                return work()
            except Contended:
                for one, was in kept:
                    vars(one).update(was)
                raise

        self._first = True
        try:
            return self._again(once)
        finally:
            self._first = False

    def of(self, store: type[Store]) -> None:
        """Undo what is written to stores of this kind."""
        write = store.write

        @contextmanager
        def undoing(self_: Store, *given: Any, **named: Any) -> Iterator[Session]:
            with write(self_, *given, **named) as session:
                yield session
                if self._first:
                    self._first = False
                    self.times += 1
                    raise Contended("Undone, to be done again.")

        self._patch.setattr(store, "write", undoing)


class Ids:
    """Ids 1, 2, 3 … that know where they are."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self, now: dt.datetime) -> int:
        self._last += 1
        return self._last


class Chance:
    """Bytes that look random, and know where they are."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self, n: int) -> bytes:
        self._last += 1
        return hashlib.shake_256(str(self._last).encode()).digest(n)


def kind_of(target: str, patch: pytest.MonkeyPatch) -> type[Store]:
    if is_postgres(target):
        from finzcore.storage import postgres

        patch.setattr(postgres, "_PAUSE", 0)  # nobody is in the way who would come back as soon
        return postgres.PostgresStore
    from finzcore.storage.sqlite import SqliteStore

    return SqliteStore


ALONE = tuple(chapter for chapter in story.CHAPTERS if chapter is not keys.at_work)
"""The chapters of one thread."""


@pytest.fixture(scope="module")
def expected() -> list[Any]:
    """The answers of the story when every unit of work is done once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(story, "CountingIds", Ids)
        patch.setattr(story, "CountingRandom", Chance)
        return story.tell(":memory:", ALONE)


def test_the_story_is_answered_the_same_when_every_unit_of_work_is_done_twice(
    expected: list[Any], target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    undone = Undone(monkeypatch)
    monkeypatch.setattr(story, "CountingIds", undone.source(Ids))
    monkeypatch.setattr(story, "CountingRandom", undone.source(Chance))
    undone.of(kind_of(target, monkeypatch))

    assert [] == differing(expected, story.tell(target, ALONE))
    assert 500 < undone.times
