"""Books on PostgreSQL with one guard taken away each: what the sweeps of failures must notice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Final
from unittest import mock

import psycopg

from finzcore.books import idempotency
from finzcore.books.unit import Desk
from finzcore.ports import OutcomeUnknown
from finzcore.storage import postgres_unit
from finzcore.storage.postgres_session import PostgresSession
from finzcore.storage.postgres_unit import Unit

Mutant = Callable[[], AbstractContextManager[Any]]


def key_not_kept() -> AbstractContextManager[Any]:
    """Nothing remembers what was answered."""
    return mock.patch.object(idempotency, "remember", lambda *given: None)


def unknown_taken_for_undone() -> AbstractContextManager[Any]:
    """A lost answer to COMMIT is a failure like any other."""
    return mock.patch.object(postgres_unit, "OutcomeUnknown", postgres_unit.Unavailable)


@contextmanager
def unknown_done_again_without_a_key() -> Iterator[None]:
    """What nobody knows is done again, whether a key knows or not."""
    alone = Desk._alone

    def again(desk: Desk, *given: Any, **more: Any) -> Any:
        try:
            return alone(desk, *given, **more)
        except OutcomeUnknown:
            return alone(desk, *given, **more)

    with mock.patch.object(Desk, "_alone", again):
        yield


@contextmanager
def commit_taken_for_done() -> Iterator[None]:
    """Whatever comes of COMMIT, the caller hears that all is well."""
    commit = Unit.commit

    def hopeful(unit: Unit) -> None:
        with suppress(Exception):
            commit(unit)

    with mock.patch.object(Unit, "commit", hopeful):
        yield


@contextmanager
def sent_again_in_the_middle() -> Iterator[None]:
    """A lost connection is replaced wherever that is, and the rest is done on the new one."""
    go = Unit._go

    def stubborn(unit: Unit, sent: Any, *, once_more: bool) -> None:
        go(unit, sent, once_more=True)

    with mock.patch.object(Unit, "_go", stubborn):
        yield


@contextmanager
def commit_where_undoing_was_due() -> Iterator[None]:
    """A unit of work that failed is kept as far as it came."""

    def kept(unit: Unit) -> None:
        with suppress(psycopg.Error):
            unit.connection.commit()

    with mock.patch.object(Unit, "undo", kept):
        yield


@contextmanager
def savepoint_not_rolled_back() -> Iterator[None]:
    """What a refusal interrupts stays as far as it came."""

    @contextmanager
    def kept(session: PostgresSession) -> Iterator[None]:
        yield

    with mock.patch.object(PostgresSession, "savepoint", kept):
        yield


BY_FAILURES: Final[tuple[tuple[Mutant, str, str], ...]] = (
    (key_not_kept, "items.create", "and again: "),
    (unknown_taken_for_undone, "items.create", "done, and not found again by its key"),
    (unknown_done_again_without_a_key, "items.delete", "answered otherwise"),
    (commit_taken_for_done, "items.create", "and it was not so"),
    (sent_again_in_the_middle, "invoices.create", "left something else|was not so|answered 5"),
    (commit_where_undoing_was_due, "invoices.create", "left something else"),
    (savepoint_not_rolled_back, "Org.transaction, one call lost", "unsound"),
)
"""Mutant, the write on which it shows, and what is said of it."""
