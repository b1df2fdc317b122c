"""A connection that is said to be lost, and whoever works on it next. For PostgreSQL alone."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from finzcore.books.head import HEADS
from finzcore.errors import Unavailable
from finzcore.ports import Row
from finzcore.storage import postgres_connections, postgres_unit
from finzcore.storage.postgres import PostgresStore
from finzcore.storage.postgres_errors import is_lost, translated
from finzcore.storage.postgres_unit import Sent, Unit
from tests.databases import Databases
from tests.storage.conftest import open_library

OURS, THEIRS = 1, 2
"""Two organisations."""


@pytest.fixture
def store(libraries: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresStore]:
    """Books that have one connection for everybody, and wait for it only briefly."""
    monkeypatch.setattr(postgres_connections, "_AT_ONCE", 1)
    monkeypatch.setattr(postgres_connections, "PATIENCE", 1)
    with libraries.lent() as address:
        opened = open_library(address)
        assert isinstance(opened, PostgresStore)
        for org_id in (OURS, THEIRS):
            with opened.write(org_id) as session:
                session.insert(HEADS, [head()])
        yield opened
        opened.close()


def head() -> Row:
    return {
        "entry_seq": 0,
        "entry_hash": bytes(32),
        "event_seq": 0,
        "event_hash": bytes(32),
        "locked_through": None,
        "settings_version": 1,
    }


def unreachable_for(monkeypatch: pytest.MonkeyPatch, org_id: int) -> None:
    """Citus says so when the machine of an organisation is away; the connection itself is well."""
    usual = Unit._exchange

    def exchange(self: Unit, sent: list[Sent]) -> list[psycopg.Cursor[Any]]:
        if any(one.text.startswith("SET LOCAL finz.org_id") and f"'{org_id}'" in one.text for one in sent):
            raise psycopg.errors.lookup("08006")("connection to the remote node failed")
        return usual(self, sent)

    monkeypatch.setattr(Unit, "_exchange", exchange)


def lent_to_another(
    monkeypatch: pytest.MonkeyPatch, works: Callable[[threading.Event], None]
) -> threading.Thread:
    """Somebody who gets the connection in the moment in which it is given back."""
    begun = threading.Event()
    other = threading.Thread(target=works, args=(begun,))
    usual = postgres_connections.Lent.give_back

    def give_back(self: Any) -> None:
        usual(self)
        if threading.current_thread() is threading.main_thread() and not begun.is_set():
            other.start()
            assert begun.wait(10)

    monkeypatch.setattr(postgres_connections.Lent, "give_back", give_back)
    return other


def test_who_gives_up_on_a_lost_connection_undoes_nobody_elses_work(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up = threading.Event()
    seen: list[Row | None] = []

    def works(begun: threading.Event) -> None:
        with store.write(THEIRS) as session:
            session.change(HEADS, (), {"settings_version": 2})
            seen.append(session.get(HEADS))
            begun.set()
            given_up.wait(10)
            seen.append(session.get(HEADS))

    other = lent_to_another(monkeypatch, works)
    unreachable_for(monkeypatch, OURS)

    with ExitStack() as held:
        held.callback(other.join)
        held.callback(given_up.set)
        with suppress(Unavailable), store.write(OURS) as session:
            session.get(HEADS)

    assert [2, 2] == [row and row["settings_version"] for row in seen]


class Silent:
    """A connection whose pipelines end without a word, as they may when the server is killed."""

    @contextmanager
    def pipeline(self) -> Iterator[Any]:
        yield SimpleNamespace(_fetch_gen=None)

    def execute(self, *asked: Any, **how: Any) -> Any:
        return SimpleNamespace(pgresult=None)


def test_what_was_not_answered_is_never_taken_for_done() -> None:
    connection: Any = Silent()
    with pytest.raises(psycopg.OperationalError, match="lost"):
        postgres_unit._piped(connection, [Sent("UPDATE heads SET event_seq = 9"), Sent("COMMIT")])


def test_a_commit_that_undid_is_no_commit(store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    # A server answers COMMIT with ROLLBACK, and no error, where a statement had failed before.
    with pytest.raises(Unavailable), store.write(OURS) as session:
        session.change(HEADS, (), {"settings_version": 9})
        session.unit.travel()
        with suppress(psycopg.Error):
            session.unit.connection.execute("SELECT 1 / 0")
    with store.read(OURS) as session:
        assert 1 == (session.get(HEADS) or {})["settings_version"]


def test_what_the_driver_makes_up_at_the_end_of_a_connection_is_a_lost_connection() -> None:
    # Seen when a server was killed under load: no code, and the plainest of classes.
    error = psycopg.DatabaseError("server closed the connection unexpectedly")
    assert is_lost(error)
    assert isinstance(translated(error), Unavailable)
    assert not is_lost(psycopg.ProgrammingError("the last operation didn't produce records"))
