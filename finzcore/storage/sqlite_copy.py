"""All of the books at once on SQLite: read in bulk, written in bulk (`storage.md` §10).

What is added goes around the verbs and not around the nets: checks, unique keys and triggers hold for
each row as it comes. References are checked when an organisation is complete, by one statement each:
SQLite's own deferred check would search the referring tables anew for every row that is referred to.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from finzcore.errors import BooksUnusable
from finzcore.ports import Column, Conflict, Session, Table, Values
from finzcore.storage.derived import TableSql
from finzcore.storage.migrations import Subjects, edition
from finzcore.storage.sqlite_file import APPLICATION, UNFINISHED, SqliteFile, flaws_in
from finzcore.storage.sqlite_session import SqliteSession, conflict

Texts = Callable[[Table], TableSql]


class SqliteWhole:
    """One transaction over all of the books."""

    def __init__(self, path: str, connection: sqlite3.Connection, texts: Texts) -> None:
        self._path = path
        self._connection = connection
        self._sql = texts

    @property
    def place(self) -> str:
        """The file, by its number on its disk; books in memory by their connection."""
        if not Path(self._path).exists():
            return f"sqlite memory {id(self._connection)}"
        found = Path(self._path).stat()
        return f"sqlite {found.st_dev} {found.st_ino}"

    @property
    def shared(self) -> Session:
        """The tables that belong to no organisation."""
        return SqliteSession(self._connection, None, self._sql)

    @contextmanager
    def read(self, org_id: int, *, patient: bool = False) -> Iterator[Session]:
        """One organisation."""
        yield SqliteSession(self._connection, org_id, self._sql)

    def count(self, table: Table, org_id: int | None) -> int:
        """How many rows there are."""
        with _told(self._path, "read"):
            (found,) = self._connection.execute(self._sql(table).count, {"o": org_id}).fetchone()
        return int(found)

    def rows(self, table: Table, org_id: int | None) -> Iterator[Sequence[Values]]:
        """Every row in the order of its key."""
        text = self._sql(table).find((), after=False, limit=False, ascending=True)
        with _told(self._path, "read"):
            cursor = self._connection.execute(text, {"o": org_id})
        while True:
            with _told(self._path, "read"):
                piece = cursor.fetchmany(self._sql(table).held)
            if not piece:
                return
            yield piece

    def flaws(self, org_ids: Sequence[int]) -> list[tuple[str, str]]:
        """None: of a file that was there, nothing more than these organisations is looked at."""
        return []


class SqliteLoading(SqliteWhole):
    """The same with bulk writing."""

    def add(self, table: Table, org_id: int | None, rows: Sequence[Values]) -> None:
        """Add rows."""
        packed = rows if org_id is None else [(org_id, *row) for row in rows]
        try:
            with _told(self._path, "written"):
                self._connection.executemany(self._sql(table).insert, packed)
        except sqlite3.IntegrityError as error:
            raise conflict(error, self._connection) from error

    def settle(self, tables: Iterable[Table], org_id: int) -> None:
        """Hold what was added to an organisation to every reference."""
        for table in tables:
            for column in table.columns:
                if column.references:
                    strays = self._connection.execute(_strays(table, column), (org_id,)).fetchone()
                    if strays is not None:
                        raise Conflict("foreign key", f"{table.name}_{column.name}_fk")


class SqliteFounding(SqliteLoading):
    """The same in a file of its own."""

    def flaws(self, org_ids: Sequence[int]) -> list[tuple[str, str]]:
        """What SQLite's own checks find."""
        return list(flaws_in(self._connection))


def _strays(table: Table, column: Column) -> str:
    """The first row of an organisation whose reference leads nowhere."""
    assert column.references
    target, _, key = column.references.partition(".")
    return (
        f"SELECT 1 FROM {table.name} AS child WHERE org_id = ? AND {column.name} IS NOT NULL "  # noqa: S608
        f"AND NOT EXISTS (SELECT 1 FROM {target} AS parent "
        f"WHERE parent.org_id = child.org_id AND parent.{key or 'id'} = child.{column.name}) LIMIT 1"
    )


@contextmanager
def _told(path: str, done: str) -> Iterator[None]:
    """Say which of the two databases it was that failed; a constraint that does not hold is no failure."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        raise BooksUnusable(f"{path} cannot be {done}: {error}") from error


@contextmanager
def looking(path: str, connection: sqlite3.Connection, texts: Texts) -> Iterator[SqliteWhole]:
    """All of the books as they are now, and stay for whoever looks at them here."""
    connection.execute("BEGIN")
    try:
        # It is the first read that settles which moment is seen.
        connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
        yield SqliteWhole(path, connection, texts)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def loading(
    path: str, connection: sqlite3.Connection, texts: Texts, kind: type[SqliteLoading] = SqliteLoading
) -> Iterator[SqliteLoading]:
    """A transaction that adds to books, and that nobody sees before its end."""
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield kind(path, connection, texts)
        with _told(path, "written"):
            connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            with suppress(sqlite3.DatabaseError):
                connection.execute("ROLLBACK")
        connection.execute("PRAGMA foreign_keys = ON")


# ----- new books in a file of their own -----


@contextmanager
def founding(path: str, subjects: int, tables: Callable[[], Subjects]) -> Iterator[SqliteLoading]:
    """New books at `path`, all of them or none.

    They are written under another name beside it, in a file that no finzcore opens, and get their name
    when they are complete and on the disk. BooksUnusable when either name is taken.
    """
    # SQLite would take what an earlier file has left there for a part of this one.
    for name in (path, f"{path}-wal", f"{path}-journal"):
        if Path(name).exists():
            raise BooksUnusable(f"{name} exists already.")
    beside = _reserved(path)
    try:
        file = SqliteFile(str(beside), "relaxed", UNFINISHED)
        with closing(file.open(edition(subjects), tables, migrate=True)) as connection:
            # A file that is thrown away when anything fails needs neither journal nor patience.
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8192"):
                connection.execute(f"PRAGMA {pragma}")
            with loading(path, connection, cache(TableSql), SqliteFounding) as new:
                yield new
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute("PRAGMA journal_mode = WAL")
        _publish(beside, Path(path))
    except (sqlite3.DatabaseError, OSError) as error:
        raise BooksUnusable(f"{path} cannot be written: {error}") from error
    finally:
        _clear(beside, "", "-wal", "-shm")


def _clear(path: Path, *endings: str) -> None:
    for ending in endings:
        Path(f"{path}{ending}").unlink(missing_ok=True)


def _reserved(path: str) -> Path:
    beside = Path(f"{path}.unfinished")
    try:
        beside.touch(exist_ok=False)
        _clear(beside, "-wal", "-shm")
    except FileExistsError:
        raise BooksUnusable(
            f"{beside} is there: a move to {path} is at work, or was interrupted. If none is, delete it."
        ) from None
    except OSError as error:
        raise BooksUnusable(f"{path} cannot be written: {error.strerror}.") from error
    return beside


def _publish(beside: Path, path: Path) -> None:
    """Give a complete file its name, once all of it is on the disk; what has the name by now keeps it."""
    with beside.open("rb+") as written:
        os.fsync(written.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        raise BooksUnusable(f"{path} exists already.") from None
    except OSError:  # a disk that knows no second names
        if path.exists():
            raise BooksUnusable(f"{path} exists already.") from None
        beside.rename(path)
    _fsync_folder(path.parent)


def _fsync_folder(folder: Path) -> None:
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
