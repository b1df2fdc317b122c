"""The file of the books: whether it is ours, bringing it up to date, and what every connection is like."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from finzcore.errors import BooksUnusable
from finzcore.storage import migrations
from finzcore.storage.migrations import Subjects

APPLICATION: Final = 0x46494E5A
"""``FINZ`` in the file's header: these are books and nothing else."""

UNFINISHED: Final = 0x46494E58
"""``FINX`` instead, as long as books are being written that are not yet all there."""

BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
PATIENCE: Final = 5
"""Seconds that a writer waits for another, thread or process, before it gives up."""

_TRIES: Final = 500
"""Tries to turn a file to write-ahead logging, a hundredth of a second apart."""

_UNREADABLE: Final = {
    sqlite3.SQLITE_NOTADB: "is not a SQLite file.",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened.",
}


def _into_wal(connection: sqlite3.Connection) -> None:
    # Of several processes that open a new file at once, SQLite tells all but one that it is busy,
    # without waiting.
    for attempt in range(_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in BUSY or attempt + 1 == _TRIES:
                raise
        time.sleep(1 / 100)


class SqliteFile(NamedTuple):
    """A path, or ``:memory:``, and how durable its commits are: ``full`` or ``relaxed``."""

    path: str
    durability: str
    owner: int = APPLICATION

    def open(self, current: int, tables: Callable[[], Subjects], *, migrate: bool) -> sqlite3.Connection:
        """The first connection, to books of the current edition; BooksUnusable when they are none."""
        if not migrate:
            self._check_there()
        connection = None
        # Looked at before anything is set: nothing is written into a file that is not ours.
        try:
            connection = self._bare()
            self._prepare(connection, current, tables, migrate)
        except BaseException as error:
            if connection is not None:
                connection.close()
            if isinstance(error, UnicodeDecodeError):  # the driver's, of a complaint that quotes torn text
                raise sqlite3.DatabaseError(str(error)) from error
            why = _UNREADABLE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
            if why is not None:
                raise BooksUnusable(f"{self.path} {why}") from error
            raise
        return connection

    def _check_there(self) -> None:
        from pathlib import Path

        if self.path != ":memory:" and not Path(self.path).exists():
            raise BooksUnusable(f"There are no books at {self.path}, and migrate=False.")

    def connect(self) -> sqlite3.Connection:
        """A further connection."""
        connection = self._bare()
        try:
            self._settle(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _bare(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=512
        )

    def _settle(self, connection: sqlite3.Connection) -> None:
        """Make a connection what every connection to books is (`reliability.md` §12)."""
        _into_wal(connection)
        for pragma in (
            f"synchronous = {'FULL' if self.durability == 'full' else 'NORMAL'}",
            "foreign_keys = ON",
            f"busy_timeout = {PATIENCE * 1000}",
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "wal_autocheckpoint = 10000",
            # What a savepoint would undo is kept in memory: a temporary file cost more than the work.
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def _prepare(
        self, connection: sqlite3.Connection, current: int, tables: Callable[[], Subjects], migrate: bool
    ) -> None:
        found = self._edition_of(connection)
        if found > current:
            raise BooksUnusable(f"{self.path} was written by a newer finzcore; please upgrade.")
        if found < current and not migrate:
            raise BooksUnusable(f"{self.path} has an older schema, and migrate=False.")
        self._settle(connection)
        if found < current:
            _migrate(connection, current, tables(), self.owner)

    def _edition_of(self, connection: sqlite3.Connection) -> int:
        """Which edition of our schema the file has, 0 for an empty one; BooksUnusable if it is no books."""
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
        (things,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if owner == UNFINISHED != self.owner:
            raise BooksUnusable(
                f"{self.path} is what an interrupted move has left, and no books; delete it and move again."
            )
        if owner != self.owner and (owner or found or things):
            raise BooksUnusable(f"{self.path} is a database of something else, not books.")
        return int(found)


def _migrate(connection: sqlite3.Connection, current: int, tables: Subjects, owner: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Whoever held the lock before us may have done it all.
        if connection.execute("PRAGMA user_version").fetchone()[0] < current:
            connection.execute(f"PRAGMA application_id = {owner}")
            migrations.migrate(connection, tables)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def flaws_in(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """What SQLite's own checks find: (where, what)."""
    for (told,) in connection.execute("PRAGMA integrity_check").fetchall():
        if told != "ok":
            yield "integrity_check", told
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"{table} row {row}", f"no such row of {parent}"
