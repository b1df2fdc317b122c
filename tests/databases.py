"""Databases on a scratch PostgreSQL: their tables are made once, and emptied between tests.

    Databases     hands out databases that are alike and empty, and takes them back
    Database      one of them: its address for our code, and a connection around our code
    of_target     the database behind the address that a test was given

To empty a database by DELETE takes a server a thirtieth of the time that a new one takes, and a
twentieth of what TRUNCATE takes. The owner makes the tables, and our code connects as a role that owns
nothing, as `storage.md` §9 wants it.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import sql

import finzcore
from finzcore.books import registry
from tests.postgres import APPLICATION, OWNER, Server

Connection = psycopg.Connection[Any]
Furnish = Callable[[str], None]
"""Makes tables in an empty database, given its address for the owner."""

SWEPT_AFTER: Final = 100
"""What is emptied leaves its dead rows behind, which are swept up now and then."""

_OTHERS: Final = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
KEPT: Final = ("finz_migrations", "finz_lock")
_known: dict[str, "Database"] = {}


def of_target(target: str) -> "Database":
    """The database behind an address that was handed out."""
    return _known[target]


def new_name() -> str:
    """A name that no other run on the same server has."""
    return f"finzcore_{os.getpid()}_{secrets.token_hex(4)}"


def found_roles(server: Server) -> None:
    """The two roles of the tests; another run on the same server may have made them."""
    with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
        for role in (OWNER, APPLICATION):
            connection.execute(
                f"DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD '{role}'; "
                "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )


@contextmanager
def bare_database(server: Server) -> Iterator[str]:
    """A database of the owner's without any table, for a while; its name."""
    name = new_name()
    with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
        create(connection, name)
        try:
            yield name
        finally:
            drop(connection, name)


def create(connection: Connection, name: str, like: str | None = None) -> None:
    """Make a database, empty or with the tables of another.

    An empty one sorts as English does, where the server knows how: what forgets to ask for the order
    of the bytes (`storage.md` §5) shows.
    """
    text = "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy"
    known = connection.execute("SELECT 1 FROM pg_collation WHERE collname = 'en-IN-x-icu'").fetchone()
    if like is None and known:
        text += " LOCALE_PROVIDER icu ICU_LOCALE 'en-IN'"
    named = [sql.Identifier(one) for one in (name, OWNER, like or "template0")]
    connection.execute(sql.SQL(text).format(*named))


def drop(connection: Connection, name: str) -> None:
    """Remove a database, whoever is connected to it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def books(owner: str) -> None:
    """The tables of books, and what the role of our code may do with them."""
    finzcore.open(owner).close()
    grant(owner, [table for tables in registry.tables().values() for table in tables])


def grant(owner: str, tables: list[Any]) -> None:
    """What the role of our code may do with tables."""
    from finzcore.storage.postgres_schema import grants

    with psycopg.connect(owner, autocommit=True) as connection:
        for text in grants(tables, APPLICATION):
            connection.execute(text)


class Database:
    """A database with the tables of books. `spoiled` once something but its rows is other than it was."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        self.target = server.address(name, APPLICATION)
        self.spoiled = False
        self._uses = 0
        self._around: Connection | None = None

    @property
    def around(self) -> Connection:
        """A superuser's connection around our code, without triggers, references and policies."""
        if self._around is None or self._around.closed:
            self._around = psycopg.connect(self.server.address(self.name), autocommit=True)
            self._around.execute("SET session_replication_role = replica; SET lock_timeout = '3s'")
        return self._around

    def connect(self) -> Connection:
        """A superuser's connection that meets every trigger and reference, to be closed by the caller."""
        return psycopg.connect(self.server.address(self.name), autocommit=True)

    def empty(self) -> bool:
        """Remove every row; whether the database is as good as new."""
        self._uses += 1
        try:
            self._end_others()
            tables = self.around.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            self.around.execute(";".join(f'DELETE FROM "{name}"' for (name,) in tables if name not in KEPT))
            if self._uses % SWEPT_AFTER == 0:
                self.around.execute("VACUUM")
        except (psycopg.Error, TimeoutError):
            return False
        return not self.spoiled

    def _end_others(self) -> None:
        """End every other session; TimeoutError where one stays. The server itself, asked to wait, looks
        ten times a second, and most sessions have gone after a millisecond."""
        self.around.execute(f"SELECT pg_terminate_backend(pid) {_OTHERS}")
        until = time.monotonic() + 3
        while self.around.execute(f"SELECT 1 {_OTHERS}").fetchone():
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(0.0005)

    def close(self) -> None:
        if self._around is not None:
            self._around.close()


class Databases:
    """Databases that are alike, made when they are first needed."""

    def __init__(self, server: Server, furnish: Furnish) -> None:
        self.server = server
        self._furnish = furnish
        self._model: str | None = None
        self._free: list[Database] = []
        self._all: list[Database] = []
        self._admin: Connection = psycopg.connect(server.address("postgres"), autocommit=True)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The address of an empty one, for a while."""
        database = self._free.pop() if self._free else self._made()
        try:
            yield database.target
        finally:
            # What is as good as new is lent again.
            if database.empty():
                self._free.append(database)
            else:
                self._drop(database)

    def close(self) -> None:
        """Remove them all."""
        for database in self._all[:]:
            self._drop(database)
        if self._model is not None:
            drop(self._admin, self._model)
        self._admin.close()

    def _made(self) -> Database:
        if self._model is None:
            name = new_name()
            create(self._admin, name)
            self._furnish(self.server.address(name, OWNER))
            self._model = name
        made = Database(self.server, new_name())
        create(self._admin, made.name, self._model)
        self._all.append(made)
        _known[made.target] = made
        return made

    def _drop(self, database: Database) -> None:
        database.close()
        drop(self._admin, database.name)
        self._all.remove(database)
        del _known[database.target]
