"""What somebody does to books around our code, with the bare driver of either engine.

Bare         a connection of its own, with ``?`` for values on both
bare         one that meets every net: triggers, references, checks
laid_open    one that meets none, as the owner of a file or of a server has it
watched      one that looks
put_back     what was done to a table of books that go on being used is undone
Refused      what a driver raises when a net holds
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.errors import CheckViolation

from tests.databases import Database, of_target
from tests.engines import is_postgres

Refused: Final = (sqlite3.IntegrityError, psycopg.DatabaseError)


class Bare:
    """A connection around our code; each statement is committed, unless BEGIN was one."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.on_postgres = not isinstance(connection, sqlite3.Connection)

    def execute(self, text: str, values: Sequence[Any] = ()) -> Any:
        """Run a statement; a cursor of either driver."""
        if not self.on_postgres:
            return self._connection.execute(text, values)
        if values:
            text = text.replace("%", "%%").replace("?", "%s")
        return self._connection.execute(text, values or None)

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """The rows that a statement gives, by the names of their columns."""
        cursor = self.execute(text, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def tables(self) -> list[str]:
        """The tables of the books, without those in which an engine notes its migrations."""
        if self.on_postgres:
            told = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        else:
            told = "SELECT name FROM sqlite_schema WHERE type = 'table'"
        names = sorted(name for (name,) in self.execute(told))
        return [name for name in names if not name.startswith(("sqlite_", "_sqlite_", "finz_"))]


class _LaidOpen(Bare):
    """On PostgreSQL checks cannot be switched off, so the one that holds is taken away for a moment."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.around)
        self._database = database

    def execute(self, text: str, values: Sequence[Any] = ()) -> Any:
        try:
            return super().execute(text, values)
        except CheckViolation as error:
            self._database.spoiled = True
            table, name = error.diag.table_name, error.diag.constraint_name
            (check,) = self._connection.execute(
                f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{name}'"
            ).fetchone()
            self._connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            done = self.execute(text, values)
            self._connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {check} NOT VALID")
            return done


@contextmanager
def bare(target: str) -> Iterator[Bare]:
    """Whoever has the file, or a superuser's password, but leaves the nets where they are."""
    connection: Any
    if is_postgres(target):
        connection = of_target(target).connect()
    else:
        connection = sqlite3.connect(target, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
    yield Bare(connection)
    connection.close()


@contextmanager
def watched(target: str) -> Iterator[Bare]:
    """Whoever only looks; a database is looked at often, through one connection."""
    if is_postgres(target):
        yield Bare(of_target(target).around)
        return
    with bare(target) as connection:
        yield connection


@contextmanager
def laid_open(target: str) -> Iterator[Bare]:
    """Whoever takes the nets away first."""
    if is_postgres(target):
        yield _LaidOpen(of_target(target))
        return
    connection = sqlite3.connect(target, isolation_level=None)
    for pragma in ("ignore_check_constraints = ON", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    yield Bare(connection)
    connection.close()


@contextmanager
def put_back(connection: Bare, table: str) -> Iterator[None]:
    """What is done to the rows of a table inside is undone after, so that the next may begin there too."""
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    try:
        yield
    finally:
        connection.execute("BEGIN")
        connection.execute(f"DELETE FROM {table}")
        for row in rows:
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        connection.execute("COMMIT")
        if connection.on_postgres:
            _hold_again(connection, table)


def _hold_again(connection: Bare, table: str) -> None:
    """A check that was taken away for a moment holds of all rows again."""
    which = "WHERE conrelid = CAST(? AS REGCLASS) AND NOT convalidated"
    for (name,) in connection.execute(f"SELECT conname FROM pg_constraint {which}", [table]).fetchall():
        connection.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
