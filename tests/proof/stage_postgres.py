"""The same stage in a database: what was changed is brought back table by table."""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

import psycopg

import finzcore
from finzcore.books.masters import MastersCache
from finzcore.storage.postgres import PostgresStore
from tests import databases
from tests.databases import Databases, of_target
from tests.postgres import Server
from tests.proof.onlooker import Mark, OnDatabase, looking
from tests.proof.stage import Counted, Names, Stage, furnished, open_books

Image = dict[str, str]
"""Of each table, a digest of its rows."""

KEPT: Final = "kept"
"""The schema in which the rows are kept that the tables are brought back to."""


class StageOnPostgres(Stage):
    """One database of books; `target` is that of its application."""

    def __init__(self, target: str, names: Names, options: str = "") -> None:
        self.target = target
        self._options = options
        self.names = names
        self.cold = False
        self.counted = Counted(10**6)
        self._left: list[int] = []
        self._onlooker = OnDatabase(target)
        # What is brought back has been sound before, and comes in no order.
        self._onlooker.run("SET session_replication_role = replica")
        self._all = " UNION ALL ".join(
            f"SELECT '{name}', md5(string_agg(line, '|' ORDER BY line)) "
            f"FROM (SELECT CAST(t AS TEXT) AS line FROM {name} AS t) AS lines"
            for name in self._onlooker.tables
        )
        self.first = self.digests()
        self.open()

    def open(self) -> None:
        self.engine = open_books(self.target + self._options, self.counted)
        self._acme: finzcore.Org | None = None
        self.rewinding(self.engine.store)
        for token in ("token", "shut token", "wide token"):
            self.call(token)("GET", "/taxes")
        self.warm()

    def rewinding(self, store: Any) -> None:
        """Have a unit of work that is done again draw the ids that it drew before."""
        for verb in ("write", "shared"):
            setattr(store, verb, self._rewound(getattr(store, verb)))

    def _rewound(self, verb: Any) -> Any:
        def begin(*given: Any, **more: Any) -> Any:
            self.counted.rewind()
            return verb(*given, **more)

        return begin

    def close(self) -> None:
        self.engine.close()
        self._onlooker.close()

    def digests(self) -> Image:
        """What stands in every table."""
        return {name: digest or "" for name, digest in self._onlooker.rows(self._all)}

    def mark(self) -> Mark:
        """What is the same only while nothing is written for good."""
        return self._onlooker.mark()

    def back(self) -> None:
        """The books as they were in the beginning."""
        now = self.digests()
        for name in now:
            if now[name] != self.first[name]:
                self._onlooker.run(f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM {KEPT}.{name}")
        # An engine remembers the masters by the version of the settings, which has gone back too.
        self.engine.desk.means = self.engine.desk.means._replace(cache=MastersCache())
        self._acme = None

    def cut(self, connection: psycopg.Connection[Any]) -> None:
        """End what serves a connection; when this returns it has gone, and its locks with it."""
        self._onlooker.end(connection.info.backend_pid)

    def leave(self, connection: psycopg.Connection[Any]) -> None:
        """Hang up on what serves a connection, which finds out in its own time."""
        self._left.append(connection.info.backend_pid)
        connection.close()

    def settle(self) -> None:
        """Wait until everybody who was left has gone."""
        while self._left:
            self._onlooker.end(self._left.pop())

    def ready(self) -> None:
        """Have sound connections and known masters, so that every attempt sends the same."""
        store = self.engine.store
        assert isinstance(store, PostgresStore)
        for connections in store._connections:
            connections._opened().check()
        self.warm()


@contextlib.contextmanager
def furnished_databases(server: Server) -> Iterator[tuple[Databases, Names]]:
    """Databases with something in them for every write to begin from, and what it is called there."""
    names: Names = {}

    def furnish(owner: str) -> None:
        databases.books(owner)
        names.update(furnished(owner))
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {KEPT}")

    made = Databases(server, furnish)
    try:
        with made.lent() as target:
            of_target(target).spoiled = True
        yield made, names
    finally:
        made.close()


@contextlib.contextmanager
def staged(made: Databases, names: Names, options: str = "") -> Iterator[StageOnPostgres]:
    """A stage in a database of its own, which is reached with more options."""
    with made.lent() as target:
        of_target(target).spoiled = True
        with looking(target) as onlooker:
            assert isinstance(onlooker, OnDatabase)
            for name in onlooker.tables:
                onlooker.run(f"CREATE TABLE {KEPT}.{name} AS TABLE public.{name}")
        stage = StageOnPostgres(target, names, options)
        try:
            yield stage
        finally:
            stage.close()
