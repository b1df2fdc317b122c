"""How units of work begin, wait, end and are undone on SQLite (`reliability.md` §12).

What takes a `file_store` looks into its connections, which are SQLite's own; what takes a `kept_store`
holds on both engines.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from psycopg.errors import ReadOnlySqlTransaction

import finzcore
from finzcore.errors import BooksUnusable, KeyInProgress, Unavailable
from finzcore.ports import Store
from finzcore.storage.sqlite import SqliteStore
from finzcore.testing import Call
from tests.engines import on_sqlite
from tests.storage.conftest import SHELVES, open_library, open_store
from tests.tampering import bare

ROW = {"id": 1, "name": "one", "wide": None}


def traced(store: Store) -> list[str]:
    """The first word of each statement that runs from now on, PRAGMA and PRAGMA-like aside."""
    words: list[str] = []
    store.trace(lambda text: words.append(" ".join(text.split()[:2]).upper()))
    return words


def sqlite_of(engine: finzcore.Engine) -> SqliteStore:
    assert isinstance(engine.store, SqliteStore)
    return engine.store


@pytest.fixture
def other(target: str, engine: finzcore.Engine) -> Iterator[sqlite3.Connection]:
    """Another process's connection, as far as SQLite can tell."""
    connection = sqlite3.connect(target, isolation_level=None)
    yield connection
    connection.close()


def hurry(store: Store) -> None:
    """Wait for a lock a twentieth of a second instead of five."""
    store._writing().execute("PRAGMA busy_timeout = 50")


# ----- one commit for one request -----


def test_a_unit_of_work_takes_the_write_lock_first(file_store: SqliteStore) -> None:
    words = traced(file_store)
    with file_store.write(7) as session:
        session.get(SHELVES, 1)
        session.insert(SHELVES, [ROW])
    assert ["BEGIN IMMEDIATE", "SELECT ID,", "INSERT INTO", "COMMIT"] == words


@on_sqlite  # whose statements are counted here
def test_a_write_request_is_one_transaction(call: Call, engine: finzcore.Engine) -> None:
    words = traced(sqlite_of(engine))
    call.ok("POST", "/contacts", {"contact_name": "Asha", "opening_balance": "10.00"})
    assert 1 == words.count("BEGIN IMMEDIATE")
    writes = [word for word in words if word.split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    inside = words[words.index("BEGIN IMMEDIATE") : len(words) - words[::-1].index("COMMIT")]
    assert len(writes) == len([word for word in inside if word in writes]) >= 5
    assert 1 == inside.count("COMMIT")


def test_a_refused_request_changes_nothing_and_keeps_its_answer(call: Call, target: str) -> None:
    with bare(target) as other:
        (keys,) = other.execute("SELECT COUNT(*) FROM keys").fetchone()
        contacts = other.execute("SELECT COUNT(*) FROM contacts").fetchone()
        assert 400 == call("POST", "/contacts", {"contact_name": " "}).status
        assert (keys + 1,) == other.execute("SELECT COUNT(*) FROM keys").fetchone()
        assert contacts == other.execute("SELECT COUNT(*) FROM contacts").fetchone()


@on_sqlite  # as above; that no GET leaves anything behind is a test of the handler, on both engines
@pytest.mark.parametrize(
    "path", ["/contacts", "/accounts", "/taxes", "/contacts/con_1", "/whoami", "/nowhere"]
)
def test_a_get_writes_nothing(call: Call, engine: finzcore.Engine, path: str) -> None:
    words = traced(sqlite_of(engine))
    changes = sqlite_of(engine)._writing().total_changes
    call("GET", path)
    assert [] == [word for word in words if word.split()[0] not in {"BEGIN", "SELECT", "COMMIT", "ROLLBACK"}]
    assert "BEGIN IMMEDIATE" not in words
    assert changes == sqlite_of(engine)._writing().total_changes


def test_a_view_cannot_write(kept_store: Store) -> None:
    with pytest.raises((Unavailable, ReadOnlySqlTransaction)), kept_store.read(7) as session:
        session.insert(SHELVES, [ROW])


def test_a_view_shows_one_moment(kept_store: Store) -> None:
    with kept_store.read(7) as session:
        assert [] == session.find(SHELVES)
        with kept_store.write(7) as writing:
            writing.insert(SHELVES, [ROW])
        assert [] == session.find(SHELVES)
    with kept_store.read(7) as session:
        assert [ROW] == session.find(SHELVES)


def test_a_rollback_gives_the_number_back(kept_store: Store) -> None:
    series = {"kind": "INVOICE", "scope": "", "prefix": "INV-", "year": "2627"}
    with pytest.raises(ZeroDivisionError), kept_store.write(7) as session:
        assert [{"serial": 1}] == session.ask("library.next", **series)
        raise ZeroDivisionError
    with kept_store.write(7) as session:
        assert [{"serial": 1}] == session.ask("library.next", **series)


def test_a_unit_of_work_inside_another_is_a_mistake(store: Store) -> None:
    with store.write(7) as session:
        session.insert(SHELVES, [ROW])
        with pytest.raises(RuntimeError, match="open already"), store.write(8):
            pass
    with store.read(7) as session:
        assert [ROW] == session.find(SHELVES)


def test_a_wrong_statement_is_not_taken_for_busy_books(file_store: SqliteStore) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such column"), file_store.write(7) as session:
        session._run("SELECT colour FROM shelves WHERE org_id = :o", {})
    with pytest.raises(sqlite3.ProgrammingError), file_store.read(7) as session:
        session.ask("accounts.balance")
    with file_store.write(7) as session:
        session.insert(SHELVES, [ROW])


# ----- waiting, and waiting in vain -----


@on_sqlite  # where one writer at a time is the whole file's, and here somebody else's
def test_busy_books_answer_503_and_keep_nothing(
    call: Call, engine: finzcore.Engine, other: sqlite3.Connection
) -> None:
    hurry(sqlite_of(engine))
    other.execute("BEGIN IMMEDIATE")
    answer = call("POST", "/contacts", {"contact_name": "Asha"}, key="once")
    assert (503, "server.unavailable") == (answer.status, answer.json()["code"])
    assert 200 == call("GET", "/contacts").status
    other.execute("ROLLBACK")
    assert 201 == call("POST", "/contacts", {"contact_name": "Asha"}, key="once").status


def test_a_writer_waits_for_another(file_store: SqliteStore) -> None:
    other = sqlite3.connect(file_store.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(1 / 5, lambda: other.execute("COMMIT"))
    timer.start()
    with file_store.write(7) as session:
        session.insert(SHELVES, [ROW])
    timer.join()
    other.close()


def test_threads_write_one_after_the_other(kept_store: Store) -> None:
    series = {"kind": "INVOICE", "scope": "", "prefix": "INV-", "year": "2627"}
    taken: list[int] = []

    def take() -> None:
        for _ in range(25):
            with kept_store.write(7) as session:
                taken.append(session.ask("library.next", **series)[0]["serial"])

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(range(1, 201)) == taken


def test_a_claim_is_held_by_one_unit_of_work_at_a_time(store: Store) -> None:
    def claim() -> None:
        with store.write(7, b"key") as session:
            session.get(SHELVES, 1)

    with ThreadPoolExecutor(1) as pool, store.write(7, b"key") as session:
        session.get(SHELVES, 1)  # nothing is sent, or claimed, before it is needed
        with pytest.raises(KeyInProgress):
            pool.submit(claim).result()
        with pytest.raises(RuntimeError, match="open already"), store.write(8, b"key"):
            pass
    claim()


def test_a_failed_connection_is_replaced(file_store: SqliteStore) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    broken = file_store._writing()
    with pytest.raises(Unavailable), file_store.write(7):
        raise error
    with file_store.write(7) as session:
        session.insert(SHELVES, [ROW])
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        broken.execute("SELECT 1")


def test_a_step_does_not_hide_that_the_database_failed(file_store: SqliteStore) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    broken = file_store._writing()
    with pytest.raises(Unavailable) as found, file_store.write(7) as session, session.savepoint():
        raise error
    assert found.value.__cause__ is error
    assert broken is not file_store._writing()


def test_a_step_does_not_make_a_wrong_statement_a_failure_of_the_database(file_store: SqliteStore) -> None:
    healthy = file_store._writing()
    with file_store.write(7) as session:
        with pytest.raises(sqlite3.OperationalError, match="syntax error"), session.savepoint():
            session._connection.execute("SELEC 1")
        session.insert(SHELVES, [ROW])
    with file_store.read(7) as session:
        assert [ROW] == session.find(SHELVES)
    assert healthy is file_store._writing()


def test_one_threads_failure_closes_no_connection_that_another_uses(file_store: SqliteStore) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR

    def fail() -> None:
        with file_store.read(7):
            raise error

    with file_store.write(7) as session:
        session.insert(SHELVES, [ROW])
        with ThreadPoolExecutor(1) as pool, pytest.raises(Unavailable):
            pool.submit(fail).result()
        assert [ROW] == session.find(SHELVES)

    with file_store.read(7) as session:
        assert [ROW] == session.find(SHELVES)


def test_what_sqlite_has_undone_is_not_gone_on_with(file_store: SqliteStore) -> None:
    with pytest.raises(Unavailable), file_store.write(7) as session:
        session.insert(SHELVES, [ROW])
        session.live.execute("ROLLBACK")  # as SQLite does by itself after an I/O error
        session.insert(SHELVES, [ROW])

    with file_store.read(7) as session:
        assert [] == session.find(SHELVES)


def test_a_copy_that_cannot_be_written_is_refused_and_nothing_of_it_stays(
    file_store: SqliteStore, tmp_path: Path
) -> None:
    with file_store.write(7) as session:
        session.insert(SHELVES, [ROW])
        with ThreadPoolExecutor(1) as pool, pytest.raises(BooksUnusable, match="cannot be written"):
            pool.submit(file_store.backup, str(tmp_path / "nowhere" / "copy.db")).result()
        assert [ROW] == session.find(SHELVES)


class InterruptedOnce:
    """A connection whose first ROLLBACK is interrupted before it is done, as by Ctrl-C."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._due = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, text: str, *values: object) -> object:
        if text == "ROLLBACK" and self._due:
            self._due = False
            raise KeyboardInterrupt
        return self._connection.execute(text, *values)  # type: ignore[arg-type]


def test_an_interrupt_while_a_unit_is_undone_leaves_nothing_behind(file_store: SqliteStore) -> None:
    file_store._writer = InterruptedOnce(file_store._writing())  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt), file_store.write(7) as session:
        session.insert(SHELVES, [ROW])
        raise ValueError

    with file_store.write(7) as session:
        assert [] == session.find(SHELVES)
        session.insert(SHELVES, [ROW])
    with file_store.read(7) as session:
        assert [ROW] == session.find(SHELVES)


class Refuses:
    """A connection on which one statement meets an I/O error, each time."""

    def __init__(self, connection: sqlite3.Connection, text: str) -> None:
        self.plain = connection
        self._text = text

    def __getattr__(self, name: str) -> object:
        return getattr(self.plain, name)

    def execute(self, text: str, *values: object) -> object:
        if text == self._text:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error
        return self.plain.execute(text, *values)  # type: ignore[arg-type]


def test_a_connection_that_cannot_undo_lets_go_of_the_write_lock(file_store: SqliteStore) -> None:
    """However the failure came to the caller: swallowed, and then something else raised."""
    broken = Refuses(file_store._writing(), "ROLLBACK")
    file_store._writer = broken  # type: ignore[assignment]
    with pytest.raises(ValueError, match="other"), file_store.write(7) as session:
        session.insert(SHELVES, [ROW])
        raise ValueError("something other than the disk's error")

    with closing(sqlite3.connect(file_store.path, isolation_level=None, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    with file_store.write(7) as session:
        assert [] == session.find(SHELVES)


def test_a_view_that_cannot_begin_closes_its_connection(file_store: SqliteStore) -> None:
    reader = Refuses(file_store._reading(), "BEGIN")
    file_store._readers.append(reader)  # type: ignore[arg-type]
    with pytest.raises(Unavailable), file_store.read(7):
        pass
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        reader.plain.execute("SELECT 1")


def test_closed_books_are_unavailable(kept_store: Store) -> None:
    kept_store.close()
    kept_store.close()
    for work in (kept_store.read, kept_store.write):
        with pytest.raises(Unavailable, match="closed"), work(7):
            pass


SETTINGS = (
    "journal_mode",
    "synchronous",
    "foreign_keys",
    "busy_timeout",
    "trusted_schema",
    "cell_size_check",
)


@pytest.mark.parametrize(("durability", "level"), [("full", 2), ("relaxed", 1)])
def test_every_connection_is_set_up_alike(tmp_path: Path, durability: str, level: int) -> None:
    with finzcore.open(
        str(tmp_path / "books.db"),
        settings=finzcore.Settings(durability=durability),  # type: ignore[arg-type]
    ) as engine:
        store = sqlite_of(engine)
        for connection in (store._writing(), store._reading()):
            found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in SETTINGS]
            assert ["wal", level, 1, 5000, 0, 1] == found
            connection.close() if connection is not store._writer else None


# ----- processes -----


def in_child(work: Callable[[], None]) -> int:
    """Run `work` in a forked child; its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_writes_through_connections_of_its_own(file_store: SqliteStore) -> None:
    with file_store.write(7) as session:
        session.insert(SHELVES, [ROW])
    inherited = file_store._writer

    def work() -> None:
        with file_store.write(7) as session:
            session.insert(SHELVES, [ROW | {"id": 2, "name": "child"}])
        assert file_store._writer is not inherited
        assert 0 == in_child(lambda: file_store.close())
        file_store.close()

    assert 0 == in_child(work)
    with file_store.write(7) as session:
        session.insert(SHELVES, [ROW | {"id": 3, "name": "parent"}])
        assert [1, 2, 3] == [row["id"] for row in session.find(SHELVES, ascending=True)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_forked_in_the_middle_of_a_write_is_not_locked(file_store: SqliteStore) -> None:
    with file_store.write(7) as session:
        session.insert(SHELVES, [ROW])

        def look() -> None:
            with file_store.read(7) as seen:
                assert [] == seen.find(SHELVES)

        assert 0 == in_child(look)
    with file_store.read(7) as session:
        assert [ROW] == session.find(SHELVES)


def test_two_stores_of_the_same_books_take_turns(library: str) -> None:
    stores = [open_library(library), open_library(library)]
    for turn in range(20):
        with stores[turn % 2].write(7) as session:
            assert turn == len(session.find(SHELVES))
            session.insert(SHELVES, [ROW | {"id": turn, "name": str(turn)}])
    for store in stores:
        store.close()


def test_an_error_of_books_in_memory_is_unavailable_too() -> None:
    store = open_store(":memory:")
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    for open_ in (store.read, store.write):
        with pytest.raises(Unavailable), open_(7):
            raise error
    with store.read(7) as session:
        assert [] == session.find(SHELVES)
    store.close()
