"""Books in one SQLite file: connections, transactions, errors (`reliability.md` §12, `storage.md` §4).

One connection writes, behind a lock; a small stack of others reads. ``:memory:`` has one for both.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from finzcore.errors import BooksUnusable, KeyInProgress, Unavailable
from finzcore.ports import MOST_AT_ONCE, Conditions, Conflict, Row, Table
from finzcore.storage import migrations
from finzcore.storage.derived import TableSql, bound
from finzcore.storage.limits import Counters
from finzcore.storage.migrations import edition
from finzcore.storage.statements import statement

APPLICATION: Final = 0x46494E5A
"""``FINZ`` in the file's header: these are books and nothing else."""

_KINDS: Final[dict[int, Any]] = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: "unique",
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: "unique",
    sqlite3.SQLITE_CONSTRAINT_ROWID: "unique",
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: "foreign key",
    sqlite3.SQLITE_CONSTRAINT_CHECK: "check",
    sqlite3.SQLITE_CONSTRAINT_NOTNULL: "not null",
    sqlite3.SQLITE_CONSTRAINT_TRIGGER: "rule",
}
_STORED: Final = frozenset({int, str, bytes, type(None)})
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def _conflict(error: sqlite3.IntegrityError, connection: sqlite3.Connection) -> Conflict:
    kind = _KINDS.get(error.sqlite_errorcode, "check")
    told = str(error).partition("constraint failed: ")[2] or str(error)
    if kind == "unique":
        columns = [name.strip() for name in told.split(",")]
        table = columns[0].partition(".")[0]
        wanted = [name.partition(".")[2] for name in columns]
        for row in connection.execute(f"PRAGMA index_list({table})").fetchall():
            names = [part[2] for part in connection.execute(f"PRAGMA index_info({row[1]})")]
            if names == wanted:
                return Conflict(kind, f"{table}_pk" if row[3] == "pk" else row[1])
    return Conflict(kind, told)


class SqliteSession:
    """One transaction on one connection."""

    def __init__(
        self, connection: sqlite3.Connection, org_id: int | None, tables: Callable[[Table], TableSql]
    ) -> None:
        self._connection = connection
        self._org = org_id
        self._sql = tables

    @property
    def org_id(self) -> int:
        """The organisation that this session sees."""
        assert self._org is not None, "the shared session has no organisation"
        return self._org

    @property
    def shared(self) -> "SqliteSession":
        """The same transaction over the tables that belong to no organisation."""
        return SqliteSession(self._connection, None, self._sql)

    def _texts(self, table: Table) -> TableSql:
        assert table.shared == (self._org is None), f"{table.name} belongs to another kind of session"
        return self._sql(table)

    def _run(self, text: str, values: Row) -> sqlite3.Cursor:
        if self._org is not None:
            values["o"] = self._org
        assert {type(value) for value in values.values()} <= _STORED, f"{text}: {values}"
        try:
            return self._connection.execute(text, values)
        except sqlite3.IntegrityError as error:
            raise _conflict(error, self._connection) from error

    def _rows(self, names: tuple[str, ...], cursor: sqlite3.Cursor) -> list[Row]:
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def get(self, table: Table, *key: int | str | bytes) -> Row | None:
        """The row of that key, or None."""
        sql = self._texts(table)
        row = self._run(sql.get, {f"k{i}": value for i, value in enumerate(key)}).fetchone()
        return None if row is None else dict(zip(sql.names, row, strict=True))

    def many(self, table: Table, ids: Iterable[int]) -> dict[int, Row]:
        """The rows of these keys, by key."""
        sql = self._texts(table)
        wanted = sorted(set(ids))
        name = table.key[0]
        found: dict[int, Row] = {}
        for start in range(0, len(wanted), MOST_AT_ONCE):
            piece = wanted[start : start + MOST_AT_ONCE]
            text, size = sql.many(len(piece))
            piece += [piece[-1]] * (size - len(piece))
            rows = self._rows(sql.names, self._run(text, {f"k{i}": key for i, key in enumerate(piece)}))
            found.update((row[name], row) for row in rows)
        return found

    def find(
        self,
        table: Table,
        where: Conditions = (),
        *,
        after: int | None = None,
        limit: int | None = None,
        ascending: bool = False,
    ) -> list[Row]:
        """Rows in the order of their key, newest first, beyond the key `after`."""
        sql = self._texts(table)
        values = bound(where)
        if after is not None:
            values["after"] = after
        if limit is not None:
            values["limit"] = limit
        text = sql.find(where, after is not None, limit is not None, ascending)
        return self._rows(sql.names, self._run(text, values))

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, all of them or none."""
        sql = self._texts(table)
        if self._org is None:
            packed = [sql.values(row) for row in rows]
        else:
            packed = [(self._org, *sql.values(row)) for row in rows]
        for values in packed:
            assert set(map(type, values)) <= _STORED, f"{table.name}: {values}"
        try:
            if len(packed) == 1:
                self._connection.execute(sql.insert, packed[0])
            else:
                self._connection.executemany(sql.insert, packed)
        except sqlite3.IntegrityError as error:
            raise _conflict(error, self._connection) from error

    def change(self, table: Table, key: tuple[int | str, ...], values: Row) -> None:
        """Set some columns of one row, which must exist."""
        bound_values = dict(values)
        bound_values.update((f"k{i}", value) for i, value in enumerate(key))
        done = self._run(self._texts(table).change(tuple(values)), bound_values).rowcount
        assert done == 1, f"{table.name} has no row {key}"

    def remove(self, table: Table, *key: int | str) -> None:
        """Remove one row, which must exist."""
        done = self._run(self._texts(table).remove, {f"k{i}": value for i, value in enumerate(key)}).rowcount
        assert done == 1, f"{table.name} has no row {key}"

    def ask(self, name: str, **values: Any) -> list[Row]:
        """The rows that a named statement gives."""
        cursor = self._run(statement(name), values)
        names = tuple(column[0] for column in cursor.description)
        return self._rows(names, cursor)

    def tell(self, name: str, *rows: Mapping[str, Any]) -> None:
        """Run a named statement that gives nothing, once for each row of values."""
        text = statement(name)
        for values in rows:
            self._run(text, dict(values))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside is undone when an exception leaves it, and nothing else is."""
        self._connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            # An I/O error has already undone the whole transaction, savepoint and all.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO step")
                self._connection.execute("RELEASE step")
            raise
        self._connection.execute("RELEASE step")


class SqliteStore:
    """Books in one SQLite file, or in memory."""

    def __init__(
        self,
        path: str,
        *,
        subjects: int,
        tables: Callable[[], Mapping[str, Sequence[Table]]],
        durability: str = "full",
        migrate: bool = True,
    ) -> None:
        self.path = path
        self._durability = durability
        self._in_memory = path == ":memory:"
        self._lock = threading.RLock()
        self._claims: set[tuple[int, bytes]] = set()
        self._claims_lock = threading.Lock()
        self._readers: list[sqlite3.Connection] = []
        self._texts: dict[Table, TableSql] = {}
        self._tracer: Callable[[str], None] | None = None
        self._pid = os.getpid()
        self._writer: sqlite3.Connection | None = None
        self._closed = False
        self._counters = Counters(None if self._in_memory else Path(f"{path}-limits"))
        try:
            self._open(subjects, tables, migrate)
        except sqlite3.DatabaseError as error:
            raise self._unavailable(error) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=5, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        synchronous = "FULL" if self._durability == "full" else "NORMAL"
        for pragma in (
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            "foreign_keys = ON",
            "busy_timeout = 5000",
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "wal_autocheckpoint = 10000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if self._tracer is not None:
            connection.set_trace_callback(self._tracer)
        return connection

    def _open(
        self, subjects: int, tables: Callable[[], Mapping[str, Sequence[Table]]], migrate: bool
    ) -> None:
        try:
            writer = self._writer = self._connect()
            found = int(writer.execute("PRAGMA user_version").fetchone()[0])
            if found == 0 and writer.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                owner = writer.execute("PRAGMA application_id").fetchone()[0]
                if owner != APPLICATION:
                    raise BooksUnusable(f"{self.path} is a database of something else, not books.")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
                raise BooksUnusable(f"{self.path} is not a SQLite file.") from error
            raise
        current = edition(subjects)
        if found > current:
            raise BooksUnusable(f"{self.path} was written by a newer finzcore; please upgrade.")
        if found < current:
            if not migrate:
                raise BooksUnusable(f"{self.path} has an older schema, and migrate=False.")
            self._migrate(writer, tables())

    @staticmethod
    def _migrate(writer: sqlite3.Connection, tables: Mapping[str, Sequence[Table]]) -> None:
        writer.execute(f"PRAGMA application_id = {APPLICATION}")
        writer.execute("BEGIN IMMEDIATE")
        try:
            migrations.migrate(writer, tables)
        except BaseException:
            writer.execute("ROLLBACK")
            raise
        writer.execute("COMMIT")

    def sql(self, table: Table) -> TableSql:
        """The statements of a table, made on first use."""
        texts = self._texts.get(table)
        if texts is None:
            texts = self._texts[table] = TableSql(table)
        return texts

    def trace(self, callback: Callable[[str], None] | None) -> None:
        """Show every statement that runs from now on to `callback`, as SQLite expands it."""
        with self._lock:
            self._tracer = callback
            for connection in (self._writer, *self._readers):
                if connection is not None:
                    connection.set_trace_callback(callback)

    def _check_process(self) -> None:
        if self._closed:
            raise Unavailable("These books have been closed.")
        if os.getpid() != self._pid:
            # A connection must not cross a fork: the child leaves its copies alone and opens its own.
            self._abandoned = (self._writer, self._readers)
            self._writer, self._readers = None, []
            self._lock, self._claims_lock = threading.RLock(), threading.Lock()
            self._claims = set()
            self._pid = os.getpid()

    def _writing(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = self._connect()
        return self._writer

    def _unavailable(self, error: sqlite3.DatabaseError) -> Unavailable:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            return Unavailable("The books are busy; nothing was done.")
        # Nothing is known about a connection that met an I/O error: the next request opens anew.
        writer, self._writer = self._writer, None
        readers, self._readers = self._readers, []
        if not self._in_memory:
            for connection in (writer, *readers):
                if connection is not None:
                    with suppress(sqlite3.Error):
                        connection.close()
        else:
            self._writer = writer
        return Unavailable()

    @contextmanager
    def _claimed(self, org_id: int, claim: bytes | None) -> Iterator[None]:
        if claim is None:
            yield
            return
        key = (org_id, claim)
        with self._claims_lock:
            if key in self._claims:
                raise KeyInProgress(field="Idempotency-Key")
            self._claims.add(key)
        try:
            yield
        finally:
            with self._claims_lock:
                self._claims.discard(key)

    @contextmanager
    def _unit(self, org_id: int | None) -> Iterator[SqliteSession]:
        with self._lock:
            try:
                connection = self._writing()
                # The write lock comes first: a read that later writes can only fail.
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.DatabaseError as error:
                raise self._unavailable(error) from error
            try:
                yield SqliteSession(connection, org_id, self.sql)
                connection.execute("COMMIT")
            except sqlite3.IntegrityError as error:
                conflict = _conflict(error, connection)
                self._undo(connection)
                raise conflict from error
            except sqlite3.DatabaseError as error:
                self._undo(connection)
                raise self._unavailable(error) from error
            except BaseException:
                self._undo(connection)
                raise

    @staticmethod
    def _undo(connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            with suppress(sqlite3.DatabaseError):
                connection.execute("ROLLBACK")

    @contextmanager
    def write(self, org_id: int, claim: bytes | None = None) -> Iterator[SqliteSession]:
        """A unit of work for one organisation."""
        self._check_process()
        with self._claimed(org_id, claim), self._unit(org_id) as session:
            yield session

    @contextmanager
    def _view(self, org_id: int | None) -> Iterator[SqliteSession]:
        self._check_process()
        if self._in_memory:
            with self._lock:
                yield SqliteSession(self._writing(), org_id, self.sql)
            return
        try:
            connection = self._readers.pop() if self._readers else self._connect()
            connection.execute("BEGIN")
        except IndexError:
            connection = self._connect()
            connection.execute("BEGIN")
        except sqlite3.DatabaseError as error:
            raise self._unavailable(error) from error
        try:
            yield SqliteSession(connection, org_id, self.sql)
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            with suppress(sqlite3.Error):
                connection.close()
            raise self._unavailable(error) from error
        except BaseException:
            self._undo(connection)
            self._readers.append(connection)
            raise
        self._readers.append(connection)

    @contextmanager
    def read(self, org_id: int) -> Iterator[SqliteSession]:
        """One consistent view of one organisation."""
        with self._view(org_id) as session:
            yield session

    @contextmanager
    def shared(self, *, write: bool = False) -> Iterator[SqliteSession]:
        """Users, memberships and tokens."""
        self._check_process()
        with self._unit(None) if write else self._view(None) as session:
            yield session

    def hit(self, bucket: bytes, window: int) -> int:
        """Count one request in a window and say how many there were."""
        return self._counters.hit(bucket, window)

    def backup(self, target: str) -> None:
        """An online copy by VACUUM INTO; the target must not exist."""
        if Path(target).exists():
            raise BooksUnusable(f"{target} exists already.")
        self._check_process()
        connection = self._writing() if self._in_memory else self._connect()
        try:
            connection.execute("VACUUM INTO ?", (target,))
        except sqlite3.DatabaseError as error:
            raise self._unavailable(error) from error
        finally:
            if not self._in_memory:
                connection.close()

    def flaws(self) -> list[tuple[str, str]]:
        """What SQLite's own checks find."""
        with self._view(None) as session:
            connection = session._connection
            found = [("integrity_check", row[0]) for row in connection.execute("PRAGMA integrity_check")]
            flaws = [flaw for flaw in found if flaw[1] != "ok"]
            for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
                flaws.append((f"{table} row {row}", f"no such row of {parent}"))
        return flaws

    def close(self) -> None:
        """Let go of every connection."""
        with self._lock:
            for connection in (self._writer, *self._readers):
                if connection is not None:
                    connection.close()
            self._writer, self._readers, self._closed = None, [], True
            self._counters.close()
