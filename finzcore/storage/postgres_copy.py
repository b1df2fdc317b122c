"""All of the books at once on PostgreSQL: read in bulk, written in bulk (`storage.md` §9, §10).

One organisation after the other, each under its own policy, so that any role may do it that may use
the books. Reading is COPY. Writing is one INSERT a piece, from arrays: COPY into a table with row-level
security is refused to everybody whom that security is for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final

import psycopg

from finzcore.errors import BooksUnusable
from finzcore.ports import Session, Table, Values
from finzcore.storage.derived import TableSql
from finzcore.storage.dialect import native
from finzcore.storage.postgres_errors import translated
from finzcore.storage.postgres_session import PostgresSession
from finzcore.storage.postgres_unit import Unit

PATIENT: Final = (
    "SET LOCAL statement_timeout TO 0",
    "SET LOCAL idle_in_transaction_session_timeout TO 0",
)
"""What lets a transaction last as long as the other database takes."""

ALONE: Final = "SELECT pg_advisory_xact_lock(1179208282)"
"""One load of these books at a time, so that what one has found empty stays so."""

PUT_OFF: Final = "SET CONSTRAINTS ALL DEFERRED"
HOLD: Final = "SET CONSTRAINTS ALL IMMEDIATE"

_PLACE: Final = (
    "SELECT 'postgresql ' || current_database() || ' ' || current_schema() || ' ' || "
    "CAST(EXTRACT(EPOCH FROM pg_postmaster_start_time()) AS TEXT) AS place"
)
_TYPES: Final = {"INTEGER": "int8", "TEXT": "text", "BLOB": "bytea"}


class PostgresWhole:
    """One transaction over all of the books."""

    def __init__(self, unit: Unit, texts: Callable[[Table], TableSql]) -> None:
        self._unit = unit
        self._sql = texts
        # The first read settles which moment is seen.
        self.place: str = unit.read(_PLACE, ())[1][0][0]
        """The database, by its server and its name."""

    @property
    def shared(self) -> Session:
        """The tables that belong to no organisation."""
        return PostgresSession(self._unit, None, self._sql)

    @contextmanager
    def read(self, org_id: int, *, patient: bool = False) -> Iterator[Session]:
        """One organisation."""
        self._enter(org_id)
        yield PostgresSession(self._unit, org_id, self._sql)

    def count(self, table: Table, org_id: int | None) -> int:
        """How many rows there are."""
        self._enter(org_id)
        text = native(self._sql(table).count)
        _, rows = self._unit.read(text.text, text.values({"o": org_id}))
        return int(rows[0][0])

    def rows(self, table: Table, org_id: int | None) -> Iterator[Sequence[Values]]:
        """Every row in the order of its key."""
        self._enter(org_id)
        # COPY takes no values; this one is an int.
        text = self._sql(table).find((), after=False, limit=False, ascending=True)
        text = text.replace(":o", str(int(org_id or 0)))
        text = f"COPY ({text}) TO STDOUT (FORMAT BINARY)"
        with self._told("read"), self._unit.connection.cursor() as cursor, cursor.copy(text) as copy:
            copy.set_types([_TYPES[column.type] for column in table.columns])
            passing = copy.rows()
            while piece := list(islice(passing, self._sql(table).held)):
                yield piece

    def flaws(self, org_ids: Sequence[int]) -> list[tuple[str, str]]:
        """None: the server looks after its own files, and `settle` after references."""
        return []

    def _enter(self, org_id: int | None) -> None:
        """Go to an organisation; what was still to be done in another one is sent before."""
        if org_id is not None:
            self._unit.travel(f"SET LOCAL finz.org_id TO '{int(org_id)}'")

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """Say which of the two databases it was that failed; a refused row is no failure."""
        try:
            yield
        except psycopg.Error as error:
            meant = translated(error)
            if meant is error:
                name = self._unit.connection.info.dbname
                why = str(error).strip().partition("\n")[0]
                raise BooksUnusable(f"The database {name} cannot be {done}: {why}") from error
            raise meant from error


class PostgresLoading(PostgresWhole):
    """The same with bulk writing."""

    def add(self, table: Table, org_id: int | None, rows: Sequence[Values]) -> None:
        """Add rows."""
        self._enter(org_id)
        text = _insert(self._sql(table), None if org_id is None else int(org_id))
        with self._told("written"):
            self._unit.connection.execute(text, [list(column) for column in zip(*rows, strict=True)])

    def settle(self, tables: Iterable[Table], org_id: int) -> None:
        """Hold what was added to an organisation to every reference and rule."""
        self._enter(org_id)
        with self._told("written"):
            self._unit.travel(HOLD, PUT_OFF)


def _insert(sql: TableSql, org_id: int | None) -> str:
    columns = ", ".join(sql.names)
    given = [f"${place}::{_TYPES[one.type]}[]" for place, one in enumerate(sql.table.columns, 1)]
    scope = ("", "") if org_id is None else ("org_id, ", f"{org_id}, ")
    return (
        f"INSERT INTO {sql.table.name} ({scope[0]}{columns}) "  # noqa: S608
        f"SELECT {scope[1]}{columns} FROM unnest({', '.join(given)}) AS given ({columns})"
    )
