"""PostgreSQL as a careful person uses it by hand: psycopg, statements that are prepared, and pipelines."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import RawCursor
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper

from finzcore.storage.dialect import native

Asked = tuple[str, Sequence[Any]]
"""A statement with ``?`` for its values, and those."""


def connected(address: str, durability: str = "full") -> psycopg.Connection[Any]:
    """A connection like those of the store."""
    kept = "on" if durability == "full" else "off"
    connection: psycopg.Connection[Any] = psycopg.connect(
        address,
        autocommit=True,
        prepare_threshold=0,
        cursor_factory=RawCursor,
        options=f"-c synchronous_commit={kept}",
    )
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(str, StrDumper)
    return connection


def scoped(org: int) -> str:
    """What lets the policies show an organisation's rows, inside a transaction."""
    return f"SET LOCAL finz.org_id TO '{org}'"


class Looking:
    """A connection that reads the books of an organisation, one consistent view at a time."""

    def __init__(self, address: str, org: int) -> None:
        self.db = connected(address)
        self.org = org
        self._begin = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", scoped(org))

    def at_once(self, *asked: Asked) -> list[list[Any]]:
        """The rows of each statement, from one journey."""
        return self._journey(asked, self._begin, ("COMMIT",))

    def first(self, *asked: Asked) -> list[list[Any]]:
        """The rows of each statement; the view stays open for the `last` ones."""
        return self._journey(asked, self._begin, ())

    def last(self, *asked: Asked) -> list[list[Any]]:
        """The rows of each statement, from the view that is open."""
        return self._journey(asked, (), ("COMMIT",))

    def _journey(
        self, asked: Sequence[Asked], before: Sequence[str], after: Sequence[str]
    ) -> list[list[Any]]:
        execute = self.db.execute
        with self.db.pipeline():
            for text in before:
                execute(text)
            cursors = [execute(native(text).text, values) for text, values in asked]
            for text in after:
                execute(text)
        return [cursor.fetchall() for cursor in cursors]
