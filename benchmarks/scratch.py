"""PostgreSQL for benchmarks: a server of this run, and books in databases of their own on it.

Our code connects as a role that owns nothing, so that every policy applies; the floors do too. The
server sweeps nothing by itself, so that no round pays for another one: `settled` does it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.databases import books, create, drop, found_roles, new_name
from tests.postgres import APPLICATION, OWNER, Missing, Server, running

Connection = psycopg.Connection[Any]


class Scratch:
    """Databases on a server, each with the tables of books."""

    def __init__(self, server: Server) -> None:
        self.server = server
        found_roles(server)
        self._admin: Connection = psycopg.connect(server.address("postgres"), autocommit=True)
        self._made: list[str] = []

    def new(self) -> str:
        """A database without any rows, by its name."""
        name = self._created(None)
        books(self.server.address(name, OWNER))
        return name

    def copied(self, name: str) -> str:
        """A copy of a database that nobody is connected to."""
        return self._created(name)

    def _created(self, like: str | None) -> str:
        name = new_name()
        create(self._admin, name, like)
        self._made.append(name)
        return name

    def address(self, name: str) -> str:
        """How our code reaches a database."""
        return self.server.address(name, APPLICATION)

    def around(self, name: str) -> Connection:
        """A superuser's connection, to be closed by the caller."""
        return psycopg.connect(self.server.address(name), autocommit=True)

    def settled(self, name: str) -> None:
        """Dead rows swept, the planner told what there is, and all of it on the disk."""
        with self.around(name) as around:
            around.execute("VACUUM ANALYZE")
            around.execute("CHECKPOINT")

    def close(self) -> None:
        """Remove what was made."""
        for name in self._made:
            drop(self._admin, name)
        self._admin.close()


@contextmanager
def scratch(*, durable: bool = True) -> Iterator[Scratch | None]:
    """A server that waits for the disk, or one that does not; None, and a line that says why, when there
    is none."""
    try:
        with running(durable=durable) as server:
            made = Scratch(server)
            try:
                yield made
            finally:
                made.close()
    except Missing as missing:
        print(f"  left out: {missing}", flush=True)
        yield None
