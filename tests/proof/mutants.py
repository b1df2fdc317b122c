"""Books with one guard taken away each: what the suites of faults and crashes must notice."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Final
from unittest import mock

from finzcore.books import history, idempotency, numbers, unit
from finzcore.books.books import Books
from finzcore.books.conflicts import step
from finzcore.books.unit import Arguments, Call, Desk, Outcome
from finzcore.errors import FinzError
from finzcore.ports import Session
from finzcore.storage.sqlite import SqliteStore
from finzcore.storage.sqlite_session import SqliteSession
from finzcore.storage.turns import Claims

Mutant = Callable[[], AbstractContextManager[Any]]


def _commit_here(session: Session) -> None:
    assert isinstance(session, SqliteSession)
    for text in ("COMMIT", "BEGIN IMMEDIATE"):
        session._connection.execute(text)
    session.live.execute("SAVEPOINT step")  # which the caller, where it has one, is about to release


@contextmanager
def key_in_a_unit_of_its_own() -> Iterator[None]:
    """The effect is committed first, and then the record of its key."""

    kept = Desk._alone

    def alone(self: Desk, call: Call, arguments: Arguments, **more: bool) -> Outcome:
        if call.key is None:
            return kept(self, call, arguments, **more)
        with self.store.write(call.org_id) as session:
            books = self.open(session, call.now, call.actor)
            seen = idempotency.stored(books, call.key)
            if seen is not None:
                return Outcome(status=seen["status"], text=seen["body"], replayed=True)
            try:
                with step(books):
                    outcome = self._outcome(call, unit._run(books, call, arguments))
                    history.close(books)
            except FinzError as error:
                outcome = Outcome(*self.wire.problem(error, call.actor.request_id), error)
        with self.store.write(call.org_id) as session:
            books = self.open(session, call.now, call.actor)
            idempotency.remember(books, call.key, outcome.status, outcome.text)
        return outcome

    with mock.patch.object(Desk, "_alone", alone):
        yield


@contextmanager
def key_not_kept() -> Iterator[None]:
    """Nothing remembers what was answered."""
    with mock.patch.object(idempotency, "remember", lambda *given: None):
        yield


@contextmanager
def commit_before_events() -> Iterator[None]:
    """The history is written in a transaction for the rest."""
    kept = history._write_events

    def late(books: Books) -> None:
        _commit_here(books.session)
        kept(books)

    with mock.patch.object(history, "_write_events", late):
        yield


@contextmanager
def number_committed_at_once() -> Iterator[None]:
    """A number is taken for good, whatever becomes of its document."""
    kept = numbers.next_serial

    def taken(books: Books, *series: Any) -> int:
        serial = kept(books, *series)
        books.write_ends()
        _commit_here(books.session)
        return serial

    with mock.patch.object(numbers, "next_serial", taken):
        yield


@contextmanager
def acknowledged_before_its_commit() -> Iterator[None]:
    """A unit of work is committed when the next one begins."""

    @contextmanager
    def eager(self: SqliteStore, org_id: int | None) -> Iterator[SqliteSession]:
        with self._at_work():
            connection = self._writing()
            if connection.in_transaction:
                connection.execute("COMMIT")
            session = SqliteSession(connection, org_id, self.sql)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield session
            except BaseException:
                session.undo()
                raise

    with mock.patch.object(SqliteStore, "_unit", eager):
        yield


@contextmanager
def failed_commit_taken_for_done() -> Iterator[None]:
    """Whatever COMMIT says, the caller hears that all is well."""

    @contextmanager
    def hopeful(self: SqliteStore, org_id: int | None) -> Iterator[SqliteSession]:
        with self._at_work():
            connection = self._clean()
            session = SqliteSession(connection, org_id, self.sql)
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield session
            except sqlite3.DatabaseError as error:
                session.undo()
                self._give_up(error)
            except BaseException:
                session.undo()
                raise
            with suppress(Exception):
                connection.execute("COMMIT")
            session.undo()

    with mock.patch.object(SqliteStore, "_unit", hopeful):
        yield


@contextmanager
def savepoint_not_rolled_back() -> Iterator[None]:
    """What a refusal interrupts stays as far as it came."""

    @contextmanager
    def kept(self: SqliteSession) -> Iterator[None]:
        self.live.execute("SAVEPOINT step")
        try:
            yield
        finally:
            self.live.execute("RELEASE step")

    with mock.patch.object(SqliteSession, "savepoint", kept):
        yield


@contextmanager
def commit_where_rollback_was_due() -> Iterator[None]:
    """A unit of work that failed is kept as far as it came."""

    def kept(self: SqliteSession) -> bool:
        with suppress(sqlite3.DatabaseError):
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")
        return True

    with mock.patch.object(SqliteSession, "undo", kept):
        yield


@contextmanager
def nothing_undone() -> Iterator[None]:
    """A unit of work that failed stays open, and the next one meets it."""
    clean = SqliteStore._writing
    with (
        mock.patch.object(SqliteSession, "undo", lambda self: True),
        mock.patch.object(SqliteStore, "_clean", clean),
    ):
        yield


@contextmanager
def broken_connection_trusted() -> Iterator[None]:
    """A connection that met an I/O error is used again."""
    with mock.patch.object(SqliteStore, "_distrust", lambda self: None):
        yield


@contextmanager
def claim_never_let_go() -> Iterator[None]:
    """A key that was once worked on is in progress for ever, when that work failed."""

    @contextmanager
    def held(self: Claims, org_id: int, claim: bytes | None) -> Iterator[None]:
        key = (org_id, claim or b"")
        if key in self._held:
            raise unit.Unavailable
        self._held.add(key)
        yield
        self._held.discard(key)

    with mock.patch.object(Claims, "held", held):
        yield


@contextmanager
def broken_transaction_goes_on() -> Iterator[None]:
    """A call that failed unexpectedly inside `transaction()` does not break the whole of it."""

    @contextmanager
    def calm(self: Desk) -> Iterator[Any]:
        yield self._held

    with mock.patch.object(Desk, "_unbroken", calm):
        yield


@contextmanager
def connections_forgotten() -> Iterator[None]:
    """Closing the books closes the writer alone."""

    def let_go(self: SqliteStore) -> None:
        if self._writer is not None:
            self._writer.close()

    with mock.patch.object(SqliteStore, "_let_go", let_go):
        yield


BY_FAULTS: Final[tuple[tuple[Mutant, str, str], ...]] = (
    (key_in_a_unit_of_its_own, "contacts.create", "2 commits"),
    (commit_before_events, "invoices.create", "2 commits"),
    (number_committed_at_once, "invoices.create", "commits"),
    (key_not_kept, "items.create", "replayed is False|another effect|answered otherwise"),
    (acknowledged_before_its_commit, "items.create", "0 commits"),
    (failed_commit_taken_for_done, "items.create", "and it was not so"),
    (savepoint_not_rolled_back, "Org.transaction, one call lost", "unsound"),
    (commit_where_rollback_was_due, "items.create", "left something else"),
    (commit_where_rollback_was_due, "contacts.create, in locked books", "more than the record|commits"),
    (nothing_undone, "items.create", "after 'BEGIN IMMEDIATE', and again: .*status=500"),
    (broken_connection_trusted, "items.create", "for good .*: and the engine never recovers"),
    (claim_never_let_go, "items.create", "for good before 'BEGIN IMMEDIATE': never came there"),
    (broken_transaction_goes_on, "Org.transaction, whatever comes", "committed less"),
    (connections_forgotten, "items.create", "never closed"),
)
"""Mutant, the write on which it shows, and what is said of it."""

BY_KILLS: Final[tuple[tuple[Mutant, str], ...]] = (
    (acknowledged_before_its_commit, r"^lost \{"),
    (key_in_a_unit_of_its_own, r"^lost set\(\), done unasked \{"),
    (key_not_kept, "answered otherwise"),
    (commit_before_events, "head.differs|server.internal_error"),
    (number_committed_at_once, "numbers.incomplete"),
)
"""Mutants that show when processes are killed, and what is said of each."""
