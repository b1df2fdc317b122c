"""An exception before, in the middle of and after every statement of a write (`reliability.md` §23).

What happened is judged by bytes: unless the write's COMMIT had returned, the file is as it was; the
same attempt again makes it what an undisturbed one makes it, with the same answer. That those two
files are sound was asked of `verify` once for each.
"""

import sqlite3
from collections.abc import Callable
from typing import Any, Final

import attrs

from finzcore.api import Response
from finzcore.errors import FinzError, Unavailable
from tests.proof.seam import Watch, Watched
from tests.proof.stage import Stage
from tests.proof.writes import Write
from tests.snapshot import changed


def _sqlite(message: str, code: int) -> Callable[[], BaseException]:
    def make() -> BaseException:
        error = sqlite3.OperationalError(message)
        error.sqlite_errorcode = code
        return error

    return make


@attrs.frozen
class Kind:
    """A way to fail. `undone`: SQLite has rolled back by itself, as it does after some errors;
    `lasting`: every later statement of that connection fails too, ROLLBACK with them."""

    name: str
    make: Callable[[], BaseException]
    undone: bool = False
    lasting: bool = False
    disk: bool = False


_IO: Final = _sqlite("disk I/O error", sqlite3.SQLITE_IOERR)
KINDS: Final = (
    Kind("disk I/O error", _IO, undone=True, disk=True),
    Kind("disk I/O error for good", _IO, lasting=True, disk=True),
    Kind("disk full", _sqlite("database or disk is full", sqlite3.SQLITE_FULL), disk=True),
    Kind("MemoryError", MemoryError),
    Kind("MemoryError, undone", MemoryError, undone=True),
    Kind("KeyboardInterrupt", KeyboardInterrupt),
)

Point = tuple[str, str]
"""Where: ``before``, ``midway`` or ``after``, and the statement."""


class Faults(Watch):
    """Notes the points that an attempt passes, and fails at one of them."""

    def __init__(self) -> None:
        self.passed: list[Point] = []
        self.connections: list[Watched] = []
        self._broken: list[Watched] = []
        self.arm(None, None)

    def arm(self, at: int | None, kind: Kind | None) -> None:
        """From now on: note points anew, and fail at the one of that number."""
        self.passed.clear()
        self._at, self._kind = at, kind
        self._writing: Watched | None = None
        self.commits = 0
        self.fired = False

    def opened(self, connection: Watched) -> None:
        self.connections.append(connection)

    def left_open(self) -> int:
        """How many connections nobody closed, of those that were opened since it was last asked."""
        left = sum(connection.is_open for connection in self.connections)
        self.connections.clear()
        return left

    def begin(self, connection: Watched, text: str) -> str:
        if connection in self._broken:
            raise _IO()
        self._pass(connection, "before", text)
        return text

    def midway(self, connection: Watched, text: str) -> None:
        self._pass(connection, "midway", text)

    def end(self, connection: Watched, text: str) -> None:
        if text == "BEGIN IMMEDIATE":
            self._writing = connection
        elif text == "COMMIT" and self._writing is connection:
            self._writing = None
            self.commits += 1
        self._pass(connection, "after", text)

    def _pass(self, connection: Watched, when: str, text: str) -> None:
        self.passed.append((when, text))
        if self._kind is None or len(self.passed) - 1 != self._at:
            return
        self.fired = True
        if self._kind.undone and connection.in_transaction:
            sqlite3.Connection.execute(connection, "ROLLBACK")
        if self._kind.lasting:
            self._broken.append(connection)
        raise self._kind.make()


def attempt(stage: Stage, write: Write) -> Any:
    """Do a write, from the first id on: what it gave, or the failure that left it."""
    stage.counted.rewind()
    try:
        return write.do(stage)
    except (Unavailable, MemoryError, KeyboardInterrupt) as failure:
        return failure


def failed(outcome: Any) -> bool:
    """Whether an attempt says that nothing is known to have been done."""
    return isinstance(outcome, BaseException) or (isinstance(outcome, Response) and outcome.status >= 500)


@attrs.frozen
class Undisturbed:
    """What a write does when nothing fails."""

    points: tuple[Point, ...]
    answer: bytes | None
    before: bytes
    after: bytes


def body_of(outcome: Any) -> bytes | None:
    """The bytes of an answer; nothing where Python callers got values."""
    return outcome.body if isinstance(outcome, Response) else None


def undisturbed(stage: Stage, faults: Faults, write: Write) -> Undisturbed:
    """Do a write once; the books are sound before and after it, and it has one commit."""
    before, rows = stage.image(), stage.rows()
    faults.arm(None, None)
    outcome = attempt(stage, write)
    points, commits = tuple(faults.passed), faults.commits
    assert not failed(outcome), f"{write}: {outcome}"
    if isinstance(outcome, Response):
        assert write.refused == (outcome.status >= 400), f"{write}: {outcome.body.decode()}"
    assert 1 == commits, f"{write} has {commits} commits"
    seen = Undisturbed(points, body_of(outcome), before, stage.image())
    unchanged = seen.after == before
    assert not unchanged, f"{write} changed nothing"
    if write.refused:
        assert {"keys"} == changed(rows, stage.rows()), f"{write}: left more than the record of its key"
    assert [] == stage.engine.verify(), f"{write}: unsound books"
    stage.close()
    faults.left_open()
    stage.open()
    return seen


class Sweep:
    """Fails a write at every point, in every way, and judges what is left."""

    def __init__(self, stage: Stage, faults: Faults, write: Write) -> None:
        self.stage, self.faults, self.write = stage, faults, write
        self.usual = undisturbed(stage, faults, write)
        self.injected = 0
        self.retried = 0
        self._last = "nothing has failed"

    def run(self, kinds: tuple[Kind, ...] = KINDS, each: int | None = None) -> None:
        """Every point, in every way or in `each` of them, which change from point to point. Each point is
        retried after one way of failing, in turn, and whatever was committed always; the next way to
        fail goes over the same engine otherwise."""
        many = each or len(kinds)
        for at in range(len(self.usual.points)):
            for number in range(many):
                kind = kinds[(at * many + number) % len(kinds)]
                self._warm()
                committed = self._fail(at, kind)
                if committed or self.stage.cold or (at + number) % many == 0:
                    self._again(at, kind, committed)
                    self._reset()
        assert [] == self.stage.engine.verify(), f"{self.write}: unsound books"

    def _warm(self) -> None:
        """The engine, which has met a failure perhaps, is good for what comes next."""
        try:
            self.stage.warm()
        except FinzError as error:
            raise AssertionError(f"{self._last}: and the engine never recovers: {error}") from error

    def _reset(self) -> None:
        self.stage.close()
        left = self.faults.left_open()
        assert 0 == left, f"{self.write}: {left} connections were never closed"
        self.stage.open()

    def _told(self, at: int, kind: Kind) -> str:
        when, text = self.usual.points[at]
        return f"{self.write}: {kind.name} {when} {' '.join(text.split())[:60]!r}"

    def _fail(self, at: int, kind: Kind) -> bool:
        """Fail once; whether the write was committed all the same."""
        told = self._last = self._told(at, kind)
        self.faults.arm(at, kind)
        outcome = attempt(self.stage, self.write)
        passed, fired, commits = list(self.faults.passed), self.faults.fired, self.faults.commits
        self.faults.arm(None, None)
        self.injected += 1
        assert fired, f"{told}: never came there"
        assert self.usual.points[at] == passed[at], f"{told}: came to {passed[at]}"
        if not failed(outcome):
            # A failure that could be got over, such as of the ROLLBACK before a refusal is kept.
            assert commits, f"{told}: answered {outcome}, and it was not so"
            assert self.usual.answer == body_of(outcome), f"{told}: answered otherwise"
        elif isinstance(outcome, Response):
            wanted = 503 if kind.disk else 500
            assert wanted == outcome.status, f"{told}: answered {outcome.status}"
        left = self.usual.after if commits else self.usual.before
        assert self._stands_at(left), f"{told}: left something else"
        return bool(commits)

    def _again(self, at: int, kind: Kind, committed: bool) -> None:
        """The same attempt again: its effect is there once, and so is its answer."""
        if committed and not self.write.keyed:
            return
        told = f"{self._told(at, kind)}, and again"
        self.retried += 1
        outcome = attempt(self.stage, self.write)
        assert not failed(outcome), f"{told}: {outcome}"
        assert self.usual.answer == body_of(outcome), f"{told}: answered otherwise"
        if self.write.keyed:
            replayed = outcome.header("Idempotency-Replayed") == "true"
            assert committed == replayed, f"{told}: replayed is {replayed}"
        assert self._stands_at(self.usual.after), f"{told}: has another effect"

    def _stands_at(self, image: bytes) -> bool:
        # Not compared in an assertion, which would try to show the difference of two files.
        return self.stage.image() == image
