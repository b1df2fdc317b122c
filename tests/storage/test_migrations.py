"""Opening: what becomes of a new file, an older one, a newer one, and one that is no books at all."""

import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import finzcore
from finzcore.errors import BooksUnusable
from finzcore.ports import Table, integer, text
from finzcore.storage import migrations
from finzcore.storage.schema import Ddl
from finzcore.storage.sqlite_file import APPLICATION
from tests.storage.amendment import widen
from tests.storage.conftest import SHELVES, open_store

PROCESSES = 4


def edit(path: Path, *texts: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for one in texts:
            connection.execute(one)


def ask(path: Path, one: str) -> object:
    connection = sqlite3.connect(path)
    (found,) = connection.execute(one).fetchone()
    connection.close()
    return found


def _open_at(path: str, start: object, results: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    try:
        finzcore.open(path).close()
        results.put("opened")  # type: ignore[attr-defined]
    except BaseException as error:
        results.put(repr(error))  # type: ignore[attr-defined]


@pytest.mark.parametrize("attempt", range(3))
def test_four_processes_may_open_new_books_at_once(tmp_path: Path, attempt: int) -> None:
    path = tmp_path / "books.db"
    spawn = multiprocessing.get_context("spawn")
    start, results = spawn.Barrier(PROCESSES), spawn.Queue()
    processes = [spawn.Process(target=_open_at, args=(str(path), start, results)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    assert ["opened"] * PROCESSES == [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    results.close()
    results.join_thread()
    with finzcore.open(str(path)) as books:
        assert [] == books.verify()


def test_new_books_say_whose_they_are(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    finzcore.open(str(path)).close()
    assert APPLICATION == ask(path, "PRAGMA application_id")
    assert "wal" == ask(path, "PRAGMA journal_mode")


def test_current_books_are_opened_without_sqlite_utils(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    open_store(str(path)).close()

    def never() -> dict[str, list[Table]]:
        raise AssertionError("the tables were asked for")

    from finzcore.books import registry
    from finzcore.storage.sqlite import SqliteStore

    SqliteStore(str(path), subjects=registry.subjects() + 1, tables=never).close()


def test_every_step_is_recorded_once(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    for _ in range(2):
        open_store(str(path)).close()
        edit(path, "PRAGMA user_version = 1")
    open_store(str(path)).close()
    assert 0 == ask(path, "SELECT COUNT(*) - COUNT(DISTINCT name) FROM _sqlite_migrations")


def test_an_amendment_is_made_once_in_books_of_an_earlier_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "books.db"
    with finzcore.open(str(path)) as books:
        org = books.create_org(name="Acme Traders", state="IN-KA")
        org.contacts.create(contact_name="Asha Stores", opening_balance="1180.00")
    with closing(open_store(str(path))) as store, store.write(7) as session:
        session.insert(SHELVES, [{"id": 1, "name": "one", "wide": None}])
    later = (*migrations.AMENDMENTS, ("shelves have a colour", widen))
    monkeypatch.setattr(migrations, "AMENDMENTS", later)
    open_store(str(path)).close()
    open_store(str(path)).close()
    assert "INTEGER" == ask(path, "SELECT label FROM boxes WHERE org_id = 7 AND id = 1")
    assert 5_000_000_000 == ask(path, "SELECT price FROM shelves")
    assert "looked at" == ask(path, "SELECT memo FROM entries")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        edit(path, "UPDATE entries SET memo = NULL")


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "books.db"

    def fail(ddl: Ddl) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(migrations, "AMENDMENTS", (("fails", fail),))
    with pytest.raises(ZeroDivisionError):
        open_store(str(path))
    assert 0 == ask(path, "SELECT COUNT(*) FROM sqlite_schema")
    assert 0 == ask(path, "PRAGMA user_version")


# ----- what is not opened -----


def newer(path: Path) -> None:
    finzcore.open(str(path)).close()
    edit(path, "PRAGMA user_version = 999999")


def foreign(path: Path) -> None:
    edit(path, "CREATE TABLE theirs (x)", "INSERT INTO theirs VALUES (1)")


def foreign_with_a_version(path: Path) -> None:
    edit(path, "CREATE TABLE theirs (x)", "PRAGMA user_version = 3")


def foreign_and_empty(path: Path) -> None:
    edit(path, "PRAGMA application_id = 252006673")


def no_database(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 1000)


def a_folder(path: Path) -> None:
    path.mkdir()


REFUSED: list[tuple[Callable[[Path], None], str]] = [
    (newer, "newer finzcore"),
    (foreign, "something else"),
    (foreign_with_a_version, "something else"),
    (foreign_and_empty, "something else"),
    (no_database, "is not a SQLite file"),
    (a_folder, "cannot be opened"),
]


@pytest.mark.parametrize(("make", "why"), REFUSED, ids=[make.__name__ for make, _ in REFUSED])
def test_what_is_not_our_books_is_refused_and_left_as_it_was(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    path = tmp_path / "books.db"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    files = sorted(tmp_path.iterdir())
    with pytest.raises(BooksUnusable, match=why):
        finzcore.open(str(path))
    assert before == (path.read_bytes() if path.is_file() else b"")
    assert files == sorted(tmp_path.iterdir())


def test_a_path_into_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BooksUnusable, match="cannot be opened"):
        finzcore.open(str(tmp_path / "nowhere" / "books.db"))


def test_older_books_are_left_alone_without_migration(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    finzcore.open(str(path)).close()
    edit(path, "PRAGMA user_version = 1")
    with pytest.raises(BooksUnusable, match="older schema"):
        finzcore.open(str(path), settings=finzcore.Settings(migrate=False))
    assert 1 == ask(path, "PRAGMA user_version")


def test_no_new_books_are_made_without_migration(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    with pytest.raises(BooksUnusable, match="no books"):
        finzcore.open(str(path), settings=finzcore.Settings(migrate=False))
    assert [] == list(tmp_path.iterdir())


def test_current_books_open_without_migration(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    finzcore.open(str(path)).close()
    finzcore.open(str(path), settings=finzcore.Settings(migrate=False)).close()


def test_a_declaration_that_names_no_column_is_refused() -> None:
    with pytest.raises(AssertionError, match="the key names no column"):
        Table(name="t", columns=(text("a"),))
    with pytest.raises(AssertionError, match="added by itself"):
        Table(name="t", columns=(integer("id"), integer("org_id")))
