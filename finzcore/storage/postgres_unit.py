"""One transaction on PostgreSQL, and what travels to it: as few journeys as can be.

What gives no answer waits, and goes along with the next read or the commit, all in one pipeline;
what is read ahead comes back with it (`storage.md` §4, `performance.md` §4.9).
"""

import itertools
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Final, NamedTuple

import psycopg
from psycopg.generators import send
from psycopg.pq import TransactionStatus

from finzcore.errors import KeyInProgress, Unavailable
from finzcore.ports import OutcomeUnknown
from finzcore.storage.dialect import tables_of
from finzcore.storage.postgres_errors import NONE_MOVED, TAKEN, is_lost, translated

Values = tuple[Any, ...]
Connection = psycopg.Connection[Any]
Answer = tuple[tuple[str, ...], list[Values]]
"""The names of the columns, and the rows."""

STORED: Final = frozenset({int, str, bytes, type(None)})
BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
# Whoever works on the key makes this a division by zero, which ends the pipeline before any lock is
# waited for. Where writers enter by several coordinators of Citus, use the row of the key instead.
CLAIM: Final = "SELECT 1 / CAST(pg_try_advisory_xact_lock($1) AS INTEGER)"
WAIT: Final = "SELECT pg_advisory_xact_lock($1)"
_steps: Final = itertools.count(1)
_ONCE: Final = ("BEGIN", "SET LOCAL", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Sent(NamedTuple):
    """A statement on its way: its text, its values, how many rows it must move, if that is known, and
    under which words its answer is asked for."""

    text: str
    values: Values = ()
    moves: int | None = None
    answers: tuple[str, Values] | None = None


class Unit:
    """One transaction; nothing is sent before the first journey.

    `opening` is what begins it. `renew` gives a fresh connection for one that turns out to be lost
    before anything was done.
    """

    def __init__(
        self,
        connection: Connection,
        opening: Sequence[Sent],
        *,
        renew: Callable[[Connection], Connection],
        tell: Callable[[list[str]], None],
    ) -> None:
        self.connection = connection
        self._waiting: list[Sent] = list(opening)
        self._ahead: dict[tuple[str, Values], Answer | None] = {
            one.answers: None for one in opening if one.answers
        }
        self._renew = renew
        self._tell = tell
        self._pid = os.getpid()
        self._fresh = True
        self._broken: Exception | None = None

    @property
    def is_ours(self) -> bool:
        """Whether this process began the transaction, and did not get a copy of it in a fork."""
        return self._pid == os.getpid()

    def later(self, text: str, values: Values = (), moves: int | None = None) -> None:
        """A statement that gives nothing: it waits for the next journey."""
        assert STORED.issuperset(map(type, values)), f"{text}: {values}"
        if self._ahead:
            touched = tables_of(text)
            for known in [known for known in self._ahead if not touched.isdisjoint(tables_of(known[0]))]:
                del self._ahead[known]
        self._waiting.append(Sent(text, values, moves))

    def foresee(self, text: str, values: Values) -> None:
        """A read whose answer comes along with the next journey."""
        assert STORED.issuperset(map(type, values)), f"{text}: {values}"
        asked = (text, values)
        if asked not in self._ahead:
            self._ahead[asked] = None
            self._waiting.append(Sent(text, values, None, asked))

    def read(self, text: str, values: Values) -> Answer:
        """The answer of a statement: brought along earlier, or fetched now."""
        asked = (text, values)
        self.foresee(text, values)
        if self._ahead[asked] is None:
            self.travel()
        answer = self._ahead.pop(asked)
        assert answer is not None
        return answer

    def changing(self, text: str, values: Values) -> Answer:
        """The answer of a statement that also changes something."""
        self.later(text, values)
        self._waiting[-1] = self._waiting[-1]._replace(answers=(text, values))
        self._ahead[text, values] = None
        self.travel()
        answer = self._ahead.pop((text, values))
        assert answer is not None
        return answer

    # ----- the journey -----

    def travel(self, *last: str) -> None:
        """Send what waits, then `last`, in one pipeline, and take in the answers."""
        if not self.is_ours:
            raise RuntimeError("a unit of work does not go on in another process")
        if self._broken is not None:
            raise Unavailable from self._broken
        sent, self._waiting = [*self._waiting, *map(Sent, last)], []
        if not sent:
            return
        committing = "COMMIT" in last
        if committing:
            sent = [one if one.moves is None else Sent(_guarded(one.text), one.values) for one in sent]
        try:
            self._go(sent, once_more=self._fresh and not committing)
        except psycopg.Error as error:
            self._fail(error, sent, committing)
        self._fresh = False

    def _go(self, sent: list[Sent], *, once_more: bool) -> None:
        try:
            cursors = self._exchange(sent)
        except psycopg.Error as error:
            if not (once_more and is_lost(error)):
                raise
            self.connection = self._renew(self.connection)
            # The claim may still be held by what was lost, until the server notices that it was.
            cursors = self._exchange([one._replace(text=WAIT) if one.text == CLAIM else one for one in sent])
        if sent[-1].text == "COMMIT" and cursors[-1].statusmessage != "COMMIT":
            raise Unavailable  # the server had undone it already
        for one, cursor in zip(sent, cursors, strict=True):
            if one.answers is not None and one.answers in self._ahead:
                self._ahead[one.answers] = (_names(one.text, cursor), cursor.fetchall())
            if one.moves is not None and cursor.rowcount != one.moves:
                raise AssertionError(f"no such row: {one.text} {one.values}")

    def _exchange(self, sent: list[Sent]) -> list[psycopg.Cursor[Any]]:
        connection = self.connection
        self._tell([one.text for one in sent])
        if len(sent) == 1:
            return [_execute(connection, sent[0])]
        return _piped(connection, sent)

    def _fail(self, error: psycopg.Error, sent: list[Sent], committing: bool) -> None:
        if error.sqlstate == NONE_MOVED:
            raise AssertionError(f"no such row: {error}") from error
        if error.sqlstate == TAKEN and any(one.text == CLAIM for one in sent):
            raise KeyInProgress(field="Idempotency-Key") from error
        meant = translated(error)
        if isinstance(meant, Unavailable):
            # Citus says XX000 when a machine of the cluster went away during the commit.
            if committing and (is_lost(error) or error.sqlstate == "XX000"):
                meant = OutcomeUnknown("The connection was lost; whether this was done is not known.")
            self._broken = meant
        if meant is error:
            raise error
        raise meant from error

    # ----- the end -----

    def commit(self) -> None:
        """Send what waits and the COMMIT; a transaction that did nothing at all was never begun."""
        if self._fresh and all(one.answers or one.text.startswith(_ONCE) for one in self._waiting):
            self._waiting = []
            return
        self.travel("COMMIT")

    def leave(self) -> None:
        """End a transaction that was to read: all has been read, and whether the end of it arrives is
        nobody's answer. What was written all the same is sent, for the server to refuse."""
        if self._tells:
            self.commit()
        with suppress(Unavailable):
            self.commit()

    @property
    def _tells(self) -> bool:
        """Whether something waits that changes the books."""
        return any(one.answers is None and not one.text.startswith(_ONCE) for one in self._waiting)

    def undo(self) -> None:
        """Undo the transaction, if it was begun and is this process's own."""
        self._waiting = []
        if not self.is_ours or self.connection.closed:
            return
        if self.connection.info.transaction_status != TransactionStatus.IDLE:
            try:
                self.connection.rollback()
            except psycopg.Error:
                self.connection.close()

    def save(self) -> str:
        """A savepoint, by its name: one of its own, so that the driver sees each return to one as new
        and forgets, as it must, what was to be prepared behind a statement that failed."""
        name = f"step{next(_steps)}"
        if self._tells:
            self.travel(f"SAVEPOINT {name}")  # what is before it must not fail behind it
        else:
            self._waiting.append(Sent(f"SAVEPOINT {name}"))
        return name

    def undo_to(self, name: str) -> None:
        """Undo what was done since a savepoint; what still waits was never sent."""
        texts = [one.text for one in self._waiting]
        if (begun := f"SAVEPOINT {name}") in texts:
            self._forget(texts.index(begun))
            return
        self._waiting = []
        self._ahead = {}
        if self.is_ours and self._broken is None:
            # Not in a pipeline, for the same reason.
            try:
                self.travel(f"ROLLBACK TO {name}")
            except psycopg.Error as error:
                # It was released, and then an exception came before anybody heard of it.
                self._broken = error
                return
            self._waiting = [Sent(f"RELEASE {name}")]

    def _forget(self, start: int) -> None:
        """Send nothing of what waits from here on."""
        self._waiting, dropped = self._waiting[:start], self._waiting[start:]
        for one in dropped:
            if one.answers is not None:
                self._ahead.pop(one.answers, None)


def _piped(connection: Connection, sent: list[Sent]) -> list[psycopg.Cursor[Any]]:
    """Statements in one pipeline. The first error is raised when the pipeline has ended: the driver would
    write into the log that the end of it failed too."""
    first: psycopg.Error | None = None
    cursors: list[psycopg.Cursor[Any]] = []
    try:
        with connection.pipeline() as pipeline:
            _leave_the_clock_alone(pipeline)
            try:
                cursors = [_execute(connection, one) for one in sent]
            except psycopg.Error as error:
                first = error
    except psycopg.Error as error:
        first = first or error
    if first is None and any(cursor.pgresult is None for cursor in cursors):
        # A pipeline whose connection is lost may end without a word, and without answers.
        first = psycopg.OperationalError("the connection is lost")
    if first is not None:
        raise first
    return cursors


def _leave_the_clock_alone(pipeline: psycopg.Pipeline) -> None:
    """Have nothing sent behind the end of a pipeline. The driver's request to flush there, which its end
    makes needless, stops the clock of the server that ends a transaction nobody goes on with."""
    fetch = pipeline._fetch_gen

    def fetched(*, flush: bool) -> Any:
        if flush and pipeline.result_queue:
            # What the socket did not take yet is sent all the same: nobody else would send it.
            yield from send(pipeline.pgconn)
        yield from fetch(flush=False)

    pipeline._fetch_gen = fetched  # type: ignore[method-assign]


_columns: dict[str, tuple[str, ...]] = {}
"""The names of the columns that a statement gives, by its text: a driver takes its time to make them."""


def _names(text: str, cursor: psycopg.Cursor[Any]) -> tuple[str, ...]:
    names = _columns.get(text)
    if names is None:
        names = _columns[text] = tuple([column[0] for column in cursor.description or ()])
    return names


@cache
def _guarded(text: str) -> str:
    """A change that fails by itself when it moves no row, because a commit follows before anybody looks."""
    return (
        f"WITH moved AS ({text} RETURNING 1) "  # noqa: S608
        "SELECT CAST(CASE COUNT(*) WHEN 1 THEN '1' ELSE 'no such row' END AS BIGINT) FROM moved"
    )


def _execute(connection: Connection, one: Sent) -> psycopg.Cursor[Any]:
    prepare = False if one.text.startswith(_ONCE) else None
    return connection.execute(one.text, one.values or None, prepare=prepare)
