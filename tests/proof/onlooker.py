"""Whoever looks at the books around our code, on either engine, while others work on them."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

from tests.databases import of_target
from tests.engines import is_postgres

_VALUE: Final = re.compile(r":([a-z_]+)")
_IN_JSON: Final = re.compile(r"json_extract\((\S+), '\$\.(\w+)\.(\w+)'\)")
_TABLES: Final = """
    SELECT c.table_name, bool_or(c.column_name = 'org_id') FROM information_schema.columns AS c
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND NOT starts_with(table_name, 'finz_')
    GROUP BY 1 ORDER BY 1
"""

Mark = dict[str, tuple[int, int]]
"""Of each table, how many rows it has and what is peculiar to their versions."""


class OnFile:
    """Another connection to a file."""

    def __init__(self, target: str) -> None:
        self._connection = sqlite3.connect(target, isolation_level=None)

    def rows(self, text: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a SELECT with ``:name`` for its values gives."""
        return self._connection.execute(text, values).fetchall()

    def version(self, org: int) -> Any:
        """Something else whenever something was committed."""
        return self.rows("PRAGMA data_version")

    def close(self) -> None:
        self._connection.close()


class OnDatabase:
    """A superuser's connection to a database, which row-level security does not narrow."""

    def __init__(self, target: str) -> None:
        database = of_target(target)
        self._connection: psycopg.Connection[Any] = psycopg.connect(
            database.server.address(database.name), autocommit=True
        )
        self.tables: dict[str, bool] = dict(self.rows(_TABLES))
        """The tables of the books, and whether their rows are an organisation's."""

    def rows(self, text: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a SELECT with ``:name`` for its values gives."""
        asked = _IN_JSON.sub(r"(CAST(\1 AS JSON) #>> '{\2,\3}')", text.replace("%", "%%"))
        return self._connection.execute(_VALUE.sub(r"%(\1)s", asked), values or None).fetchall()

    def run(self, text: str) -> None:
        """Do something to the books, or to who works on them."""
        self._connection.execute(text)  # type: ignore[call-overload]

    def end(self, pid: int) -> None:
        """End a session of somebody else; when this returns it has gone, and its locks with it."""
        self.run(f"SELECT pg_terminate_backend({pid})")
        while self.rows("SELECT 1 FROM pg_stat_activity WHERE pid = :pid", pid=pid):
            time.sleep(0.001)

    def mark(self, org: int | None = None) -> Mark:
        """What changes with every row that is written for good: in one organisation, or in all."""
        parts = [
            f"SELECT '{name}', COUNT(*), COALESCE(SUM(CAST(CAST(xmin AS TEXT) AS BIGINT)), 0) FROM {name}"
            + ("" if org is None or not scoped else f" WHERE org_id = {org}")
            for name, scoped in self.tables.items()
        ]
        return {
            name: (count, int(versions)) for name, count, versions in self.rows(" UNION ALL ".join(parts))
        }

    def version(self, org: int) -> Any:
        """Something else whenever something of that organisation was committed."""
        return self.mark(org)

    def close(self) -> None:
        self._connection.close()


Onlooker = OnFile | OnDatabase


@contextmanager
def looking(target: str) -> Iterator[Onlooker]:
    """Look at the books of a target for a while."""
    onlooker: Onlooker = OnDatabase(target) if is_postgres(target) else OnFile(target)
    yield onlooker
    onlooker.close()
