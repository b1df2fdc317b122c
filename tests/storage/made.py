"""A database of PostgreSQL with the schema of the books, made by their owner, and with two roles."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from finzcore.books import registry
from finzcore.ports import Table
from finzcore.storage.postgres_migrations import prepare
from finzcore.storage.postgres_schema import grants
from tests.databases import bare_database
from tests.postgres import APPLICATION, OWNER, Server

Connection = psycopg.Connection[Any]


class Made:
    """A database that holds the schema, and nothing yet."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self.name = name

    def connect(self, role: str | None = None, *, autocommit: bool = True) -> Connection:
        """A connection as a role, or as a superuser; the caller closes it."""
        return psycopg.connect(self._server.address(self.name, role), autocommit=autocommit)

    def prepare(
        self,
        role: str = OWNER,
        *,
        tables: Callable[[], Mapping[str, Sequence[Table]]] = registry.tables,
        migrate: bool = True,
        distribute: bool = False,
    ) -> None:
        """Bring the schema up to date, as `open` does."""
        with self.connect(role) as connection:
            prepare(connection, len(tables()), tables, migrate=migrate, distribute=distribute)


@contextmanager
def empty(server: Server) -> Iterator[Made]:
    """A database without any table."""
    with bare_database(server) as name:
        yield Made(server, name)


@contextmanager
def furnished(server: Server) -> Iterator[Made]:
    """A database with the schema, and the rights of an application."""
    with empty(server) as made:
        made.prepare()
        with made.connect(OWNER) as connection:
            for text in grants(
                (table for group in registry.tables().values() for table in group), APPLICATION
            ):
                connection.execute(text)
        yield made
