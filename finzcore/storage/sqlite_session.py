"""What `books` may do inside one SQLite transaction: the nine verbs, and the names of refusals."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, cast

from finzcore.errors import Unavailable
from finzcore.ports import Conditions, Conflict, Row, Session, Table
from finzcore.storage.derived import TableSql
from finzcore.storage.statements import statement
from finzcore.storage.verbs import Verbs, as_rows

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


def conflict(error: sqlite3.IntegrityError, connection: sqlite3.Connection) -> Conflict:
    """What the database refused, by the kind of the constraint and its name.

    SQLite names checks and triggers; for a unique key it lists the columns, from which the index is
    found; for a reference it says nothing more.
    """
    kind = _KINDS.get(error.sqlite_errorcode, "check")
    told = str(error).partition("constraint failed: ")[2] or str(error)
    if kind != "unique":
        return Conflict(kind, told)
    columns = [name.strip().partition(".") for name in told.split(",")]
    table, wanted = columns[0][0], [name for _, _, name in columns]
    if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_UNIQUE:
        return Conflict(kind, f"{table}_pk")
    for row in connection.execute(f"PRAGMA index_list({table})").fetchall():
        if [part[2] for part in connection.execute(f"PRAGMA index_info({row[1]})")] == wanted:
            return Conflict(kind, row[1])
    return Conflict(kind, told)


def is_our_mistake(error: sqlite3.DatabaseError) -> bool:
    """Whether a statement was wrong, and not the file, the disk or the moment."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.ProgrammingError) or code == sqlite3.SQLITE_ERROR


class _Process:
    """This process, by its number: asking the system for it costs more than many a statement."""

    number = os.getpid()


def _forked() -> None:
    _Process.number = os.getpid()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)

_columns: dict[str, tuple[str, ...]] = {}
"""The names of the columns that a statement gives, by its text."""


class _Nowhere:
    """A session whose reading verbs give nothing."""

    def get(self, table: Table, *key: int | str | bytes) -> None:
        """No row."""

    def many(self, table: Table, ids: Iterable[int]) -> dict[int, Row]:
        """No rows."""
        return {}

    def find(self, table: Table, where: Conditions = (), **how: Any) -> list[Row]:
        """No rows."""
        return []

    def ask(self, name: str, **values: Any) -> list[Row]:
        """No rows."""
        return []


_nowhere: Session = cast(Any, _Nowhere())


class SqliteSession(Verbs):
    """One transaction on one connection."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        org_id: int | None,
        tables: Callable[[Table], TableSql],
        *,
        begun: bool = True,
    ) -> None:
        super().__init__(org_id, tables)
        self._connection = connection
        self._begun = begun
        self._pid = _Process.number

    @property
    def is_ours(self) -> bool:
        """Whether this process began the transaction, and did not get a copy of it in a fork."""
        return self._pid == _Process.number

    @property
    def live(self) -> sqlite3.Connection:
        """The connection. RuntimeError in a child of the process that began the transaction, and
        Unavailable once SQLite has undone it: what follows an I/O error must not be kept alone."""
        if not self.is_ours:
            raise RuntimeError("a unit of work does not go on in another process")
        if self._begun and not self._connection.in_transaction:
            raise Unavailable
        return self._connection

    def undo(self) -> bool:
        """Undo the transaction, if it is there and this process's own; whether none is left."""
        if self.is_ours and self._connection.in_transaction:
            with suppress(sqlite3.DatabaseError):
                self._connection.execute("ROLLBACK")
            return not self._connection.in_transaction
        return True

    @property
    def shared(self) -> "SqliteSession":
        """The same transaction over the tables that belong to no organisation."""
        return SqliteSession(self._connection, None, self._sql, begun=self._begun)

    @property
    def ahead(self) -> "Session":
        """Nothing is read ahead: the file is no journey away."""
        return _nowhere

    def _run(self, text: str, values: Row | tuple[Any, ...]) -> sqlite3.Cursor:
        """Run a statement whose values have their organisation with them."""
        given = values.values() if isinstance(values, dict) else values
        assert _STORED.issuperset(map(type, given)), f"{text}: {values}"
        connection = self._connection
        if self._pid != _Process.number or (self._begun and not connection.in_transaction):
            connection = self.live
        try:
            return connection.execute(text, values)
        except sqlite3.IntegrityError as error:
            raise conflict(error, connection) from error

    def _placed(self, text: str, values: tuple[Any, ...]) -> sqlite3.Cursor:
        return self._run(text, values)

    def _named(self, text: str, values: Row) -> sqlite3.Cursor:
        return self._run(text, values)

    def get(self, table: Table, *key: int | str | bytes) -> Row | None:
        """The row of that key, or None."""
        sql = self._texts(table)
        row = self._run(sql.get, self._keyed(*key)).fetchone()
        return None if row is None else dict(zip(sql.names, row))  # noqa: B905

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, all of them or none."""
        sql = self._texts(table)
        if self._org is None:
            packed = [sql.values(row) for row in rows]
        else:
            packed = [(self._org, *sql.values(row)) for row in rows]
        if len(packed) == 1:
            self._run(sql.insert, packed[0])
        else:
            self._run_each(sql.insert, packed)

    def _run_each(self, text: str, packed: Sequence[Row] | Sequence[tuple[Any, ...]]) -> None:
        """Run a statement that gives nothing, once for each set of values."""
        for values in packed:
            given = values.values() if isinstance(values, dict) else values
            assert _STORED.issuperset(map(type, given)), f"{text}: {values}"
        try:
            self.live.executemany(text, packed)
        except sqlite3.IntegrityError as error:
            raise conflict(error, self._connection) from error

    def change(self, table: Table, key: tuple[int | str, ...], values: Row) -> None:
        """Set some columns of one row, which must exist."""
        text = self._texts(table).change(tuple(values))
        done = self._run(text, (*values.values(), *self._keyed(*key))).rowcount
        assert done == 1, f"{table.name} has no row {key}"

    def remove(self, table: Table, *key: int | str) -> None:
        """Remove one row, which must exist."""
        done = self._run(self._texts(table).remove, self._keyed(*key)).rowcount
        assert done == 1, f"{table.name} has no row {key}"

    def ask(self, name: str, **values: Any) -> list[Row]:
        """The rows that a named statement gives."""
        text = statement(name)
        cursor = self._run(text, self._scoped(values))
        names = _columns.get(text)
        if names is None:
            names = _columns[text] = tuple(column[0] for column in cursor.description)
        return as_rows(names, cursor)

    def tell(self, name: str, *rows: Mapping[str, Any]) -> None:
        """Run a named statement that gives nothing, once for each row of values."""
        self._run_each(statement(name), [self._scoped(dict(values)) for values in rows])

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside is undone when an exception leaves it, and nothing else is. Unavailable when
        it is the database that failed: then there is nothing to go on with."""
        try:
            with self._marked():
                yield
        except sqlite3.DatabaseError as error:
            if is_our_mistake(error):
                raise
            raise Unavailable from error

    @contextmanager
    def _marked(self) -> Iterator[None]:
        self.live.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            # An I/O error has already undone the whole transaction, savepoint and all.
            if self.is_ours and self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO step")
                self._connection.execute("RELEASE step")
            raise
        self.live.execute("RELEASE step")
