"""A failure at every journey and every statement of a write on PostgreSQL (`reliability.md` §13, §23).

What happened is judged by digests of all tables: unless the write says that it is done, the books are as
they were, and whatever it says, they are as they were or as an undisturbed write leaves them. The same
attempt again makes them that, with the same answer.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal

import attrs
import psycopg

from finzcore.api import Response
from finzcore.storage.postgres_unit import BEGIN, Sent
from tests.proof.faults import attempt, body_of, failed
from tests.proof.stage_postgres import Image, StageOnPostgres
from tests.proof.wire import Connection, Wire
from tests.proof.writes import Write

When = Literal["leaves", "sends", "returns"]


@attrs.frozen
class Kind:
    """A way to fail. `code` is an error that the server raises by itself, `lasting` that it does so ever
    after; `gone` that the connection is lost with it."""

    name: str
    do: Callable[["Failures", Connection], None]
    code: str | None = None
    lasting: bool = False
    gone: bool = False


def _raises(error: type[BaseException]) -> Callable[["Failures", Connection], None]:
    def do(failures: "Failures", connection: Connection) -> None:
        raise error

    return do


def _cut(failures: "Failures", connection: Connection) -> None:
    failures.stage.cut(connection)


def _unheard(failures: "Failures", connection: Connection) -> None:
    failures.stage.leave(connection)
    raise psycopg.OperationalError("the connection is lost")


def _server_says(code: str, *, lasting: bool = False) -> Kind:
    text = f"DO $$ BEGIN RAISE EXCEPTION 'as asked' USING ERRCODE = '{code}'; END $$"

    def do(failures: "Failures", connection: Connection) -> None:
        connection.execute(text, prepare=False)

    return Kind(f"{code}{' for ever' if lasting else ''}", do, code, lasting)


CUT: Final = Kind("connection cut", _cut, gone=True)
UNHEARD: Final = Kind("answer not heard", _unheard, gone=True)
KINDS: Final = (
    Kind("MemoryError", _raises(MemoryError)),
    CUT,
    _server_says("40001"),
    Kind("KeyboardInterrupt", _raises(KeyboardInterrupt)),
    UNHEARD,
    _server_says("40P01", lasting=True),
    _server_says("55P03"),
    _server_says("53100"),
)
"""What is taken in turn; serialisation failure, deadlock, a lock not had in time, a full disk."""

_SAVEPOINT: Final = re.compile(r"step\d+")
Point = tuple[When, str]


class Failures(Wire):
    """Notes the points that an attempt passes, and fails at one of them."""

    def __init__(self) -> None:
        self.stage: StageOnPostgres
        self.passed: list[Point] = []
        self.arm(None, None)

    def arm(self, at: int | None, kind: Kind | None) -> None:
        """From now on: note points anew, and fail at the one of that number."""
        self.passed.clear()
        self._at, self._kind = at, kind
        self.fired = 0
        self.begun = 0

    def leaves(self, connection: Connection, sent: Sequence[Sent]) -> None:
        self.begun += sent[0].text.startswith("BEGIN")
        self._pass("leaves", " · ".join(one.text.split("\n")[0][:30] for one in sent), connection)

    def sends(self, connection: Connection, one: Sent) -> None:
        self._pass("sends", one.text, connection)

    def returns(self, connection: Connection, sent: Sequence[Sent]) -> None:
        self._pass("returns", sent[-1].text, connection)

    def _pass(self, when: When, text: str, connection: Connection) -> None:
        at = len(self.passed)
        text = _SAVEPOINT.sub("step", text)
        self.passed.append((when, text))
        kind = self._kind
        if kind is None or self._at is None:
            return
        again = kind.lasting and self.fired and self.passed[self._at] == (when, text)
        if at == self._at or again:
            self.fired += 1
            kind.do(self, connection)


@attrs.frozen
class Undisturbed:
    """What a write does when nothing fails."""

    points: tuple[Point, ...]
    answer: bytes | None
    after: Image

    @property
    def committed(self) -> int:
        """The point at which it has been done; a read may follow."""
        begun = max(at for at, point in enumerate(self.points) if point == ("sends", BEGIN))
        return self.points.index(("returns", "COMMIT"), begun)


def undisturbed(stage: StageOnPostgres, failures: Failures, write: Write) -> Undisturbed:
    """Do a write once; the books are sound after it, and it has one commit."""
    stage.settle()
    stage.back()
    stage.ready()
    failures.arm(None, None)
    outcome = attempt(stage, write)
    points = tuple(failures.passed)
    assert not failed(outcome), f"{write}: {outcome}"
    if isinstance(outcome, Response):
        assert write.refused == (outcome.status >= 400), f"{write}: {outcome.body.decode()}"
    assert ("returns", "COMMIT") in points, f"{write} commits nothing"
    after = stage.digests()
    assert after != stage.first, f"{write} changed nothing"
    if write.refused:
        changed = {name for name in after if after[name] != stage.first[name]}
        assert {"keys"} == changed, f"{write}: left more than the record of its key"
    assert [] == stage.engine.verify(), f"{write}: unsound books"
    stage.back()
    stage.ready()
    assert stage.first == stage.digests()
    return Undisturbed(points, body_of(outcome), after)


class Sweep:
    """Fails a write at every point and judges what is left."""

    def __init__(self, stage: StageOnPostgres, failures: Failures, write: Write) -> None:
        self.stage, self.failures, self.write = stage, failures, write
        failures.stage = stage
        self.usual = undisturbed(stage, failures, write)
        self.injected = 0
        self.retried = 0

    def run(self, offset: int = 0, each: int = 1) -> None:
        """Every point in one way, or one in so many, the ways in turn; what brings a COMMIT in every way. One
        attempt in three is made again, and each that was done although it failed."""
        for turn, (at, kind) in enumerate(self._plan(offset, each)):
            told = self._told(at, kind)
            done = self._fail(at, kind)
            again = turn % 3 == 0 or (done and self.write.keyed)
            if again and (self.write.keyed or not done):
                self._again(told, done)
            if done or again:
                self.stage.back()
            if done or again or kind.gone:
                self.stage.ready()
        assert [] == self.stage.engine.verify(), f"{self.write}: unsound books"

    def _plan(self, offset: int, each: int) -> Iterator[tuple[int, Kind]]:
        for at, (when, text) in enumerate(self.usual.points):
            # A server says nothing between its answers and our hearing them.
            kinds = [kind for kind in KINDS if not (when == "returns" and kind.code)]
            if text.endswith("COMMIT") and when != "sends":
                yield from ((at, kind) for kind in kinds)
            elif (at + offset) % each == 0:
                yield at, kinds[(at // each + offset) % len(kinds)]

    def _told(self, at: int, kind: Kind) -> str:
        when, text = self.usual.points[at]
        return f"{self.write}: {kind.name} when {when} {' '.join(text.split())[-70:]!r}"

    def _fail(self, at: int, kind: Kind) -> bool:
        """Fail once; whether the write was done all the same."""
        told = self._told(at, kind)
        before = self.stage.mark()
        self.failures.arm(at, kind)
        outcome = attempt(self.stage, self.write)
        passed, fired, begun = list(self.failures.passed), self.failures.fired, self.failures.begun
        self.failures.arm(None, None)
        self.injected += 1
        assert fired, f"{told}: never came there"
        assert self.usual.points[at] == passed[at], f"{told}: came to {passed[at]}"
        same = before == self.stage.mark()
        done = not same and self.usual.after == self.stage.digests()
        assert same or done, f"{told}: left something else"
        if failed(outcome) and kind.code and at < self.usual.committed:
            assert not done, f"{told}: the server undid it"
        self._judge(told, kind, outcome, done, begun)
        return done

    def _judge(self, told: str, kind: Kind, outcome: Any, done: bool, begun: int) -> None:
        if not failed(outcome):
            assert done, f"{told}: answered {outcome}, and it was not so"
            assert self.usual.answer == body_of(outcome), f"{told}: answered otherwise"
            return
        if isinstance(outcome, Response):
            wanted = 503 if kind.gone or kind.code else 500
            assert wanted == outcome.status, f"{told}: answered {outcome.status}"
            if wanted == 503:
                assert outcome.header("Retry-After"), f"{told}: does not say when to come again"
        if kind.gone and self.write.keyed:
            assert not done, f"{told}: done, and not found again by its key"
        assert begun <= 2 * 5, f"{told}: was tried {begun} times"

    def _again(self, told: str, done: bool) -> None:
        """The same attempt again: its effect is there once, and so is its answer."""
        self.retried += 1
        self.stage.settle()
        outcome = attempt(self.stage, self.write)
        assert not failed(outcome), f"{told}, and again: {outcome}"
        assert self.usual.answer == body_of(outcome), f"{told}, and again: answered otherwise"
        if self.write.keyed:
            replayed = outcome.header("Idempotency-Replayed") == "true"
            assert done == replayed, f"{told}, and again: replayed is {replayed}"
        assert self.usual.after == self.stage.digests(), f"{told}, and again: has another effect"
