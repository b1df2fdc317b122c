"""Books on PostgreSQL: transactions (`reliability.md` §13, `storage.md` §4, §9, §10).

A unit of work first locks the row where its organisation's chains end, so that each organisation has
one writer at a time, and no organisation ever waits for another.
"""

import os
import random
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from finzcore.errors import BooksUnusable, Unavailable
from finzcore.ports import Contended, Table
from finzcore.storage import postgres_copy
from finzcore.storage.derived import TableSql
from finzcore.storage.dialect import native
from finzcore.storage.postgres_connections import PATIENCE, Connections, Lent, heard
from finzcore.storage.postgres_copy import PostgresLoading, PostgresWhole
from finzcore.storage.postgres_counting import HIT, Counting, Hit
from finzcore.storage.postgres_errors import translated
from finzcore.storage.postgres_session import PostgresSession
from finzcore.storage.postgres_unit import BEGIN, CLAIM, WAIT, Sent, Unit
from finzcore.storage.turns import Claims, Turns

_NO_ADDRESS: Final = (
    "The address of the database cannot be read: it is postgresql://user:password@host:port/database, "
    "with %40 for @, %2F for / and so on in a password."
)
_REFUSED: Final = "FATAL: "
"""What stands in the driver's words when a server was there and let nobody in."""

_PASSING: Final = ("starting up", "shutting down", "recovery mode", "not yet", "too many", "connection slots")
"""What such a server says when it will let somebody in later. No code comes with it."""

_PAUSE: Final = 1 / 20

Subjects = Mapping[str, Sequence[Table]]


class PostgresStore:
    """Books in a PostgreSQL database.

    `head` is the table whose one row per organisation its writers lock; `read_dsn` the address of a
    replica that reports are read from. BooksUnusable when the database lets nobody in, is something
    else's, or newer, or older and not to be migrated; Unavailable when it is out of reach for now.
    """

    def __init__(
        self,
        dsn: str,
        *,
        subjects: int,
        tables: Callable[[], Subjects],
        head: Table,
        durability: str = "full",
        migrate: bool = True,
        distribute: bool = False,
        read_dsn: str | None = None,
    ) -> None:
        self.dsn = dsn
        self._head = head
        self._tables = tables
        self._texts: dict[Table, TableSql] = {}
        self._begin()
        self._tracer: Callable[[str], None] | None = None
        self._closed = False
        self.journeys = 0
        try:
            conninfo_to_dict(read_dsn or "")
            with psycopg.connect(dsn, autocommit=True, connect_timeout=PATIENCE, **heard(dsn)) as connection:
                from finzcore.storage.postgres_migrations import prepare

                prepare(connection, subjects, tables, migrate=migrate, distribute=distribute)
        except psycopg.ProgrammingError as error:
            # What the driver says of an address may quote the password in it.
            raise BooksUnusable(_NO_ADDRESS) from (None if error.sqlstate is None else error)
        except psycopg.OperationalError as error:
            said = str(error)
            lasting = _REFUSED in said and not any(word in said for word in _PASSING)
            told = f"The database cannot be used: {said.strip()}"
            raise (BooksUnusable if lasting else Unavailable)(told) from error
        addresses = [address for address in (dsn, read_dsn) if address is not None]
        self._connections = [Connections(address, durability) for address in addresses]
        _stores.add(self)

    # ----- connections -----

    def _connection(self, late: bool = False) -> AbstractContextManager[Lent]:
        """A connection for the time of a block, to the replica if the answer may be late."""
        self._check_open()
        return self._connections[-1 if late else 0].lent()

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable("These books have been closed.")

    def _begin(self) -> None:
        """Be nobody's so far: of a new store, and of one in a process that was forked."""
        self._here = threading.local()
        self._turns, self._claims = Turns(PATIENCE), Claims()

    def _after_fork(self) -> None:
        self._begin()
        for connections in self._connections:
            connections.after_fork()

    def sql(self, table: Table) -> TableSql:
        """The statements of a table, made on first use."""
        texts = self._texts.get(table)
        if texts is None:
            texts = self._texts[table] = TableSql(table)
        return texts

    def trace(self, callback: Callable[[str], None] | None) -> None:
        """Show every statement that is sent from now on to `callback`; `journeys` counts round trips."""
        self._tracer = callback

    def _tell(self, texts: list[str]) -> None:
        self.journeys += 1
        if self._tracer is not None:
            for text in texts:
                self._tracer(text)

    # ----- transactions -----

    def _unit_on(self, lent: Lent, opening: Sequence[Sent]) -> Unit:
        return Unit(lent.take(), opening, renew=lent.renew, tell=self._tell)

    def _scope(self, org_id: int | None) -> list[Sent]:
        # Formatted from an int. On Citus only this form reaches the workers (`storage.md` §9).
        return [] if org_id is None else [Sent(f"SET LOCAL finz.org_id TO '{int(org_id)}'")]

    def _lock(self, org_id: int, claim: bytes | None, patient: bool) -> list[Sent]:
        """The claim, refused at once, and then the organisation's lock, which may be waited for."""
        opening = []
        if claim is not None:
            key = int.from_bytes(claim[:8], "big", signed=True) ^ org_id
            opening.append(Sent(WAIT if patient else CLAIM, (key,)))
        text = native(self.sql(self._head).get).text
        opening.append(Sent(f"{text} FOR UPDATE", (org_id,), None, (text, (org_id,))))
        return opening

    def _check_free(self) -> None:
        self._check_open()
        if getattr(self._here, "working", False):
            raise RuntimeError("this thread has a unit of work open already")

    @contextmanager
    def _unit(self, opening: Sequence[Sent]) -> Iterator[Unit]:
        self._check_free()
        with self._connection() as lent:
            unit = self._unit_on(lent, [Sent(BEGIN), *opening])
            self._here.working = True
            try:
                yield unit
                unit.commit()
            except Contended:
                unit.undo()
                time.sleep(random.random() * _PAUSE)  # noqa: S311 - so that two do not meet again
                raise
            except BaseException:
                unit.undo()
                raise
            finally:
                self._here.working = False

    @contextmanager
    def write(
        self, org_id: int, claim: bytes | None = None, *, patient: bool = False
    ) -> Iterator[PostgresSession]:
        """A unit of work for one organisation."""
        self._check_free()
        opening = [*self._scope(org_id), *self._lock(org_id, claim, patient)]
        # Waited for here, before there is a connection that others could use.
        with (
            self._claims.held(org_id, None if patient else claim),
            self._turns.turn(org_id),
            self._unit(opening) as unit,
        ):
            yield PostgresSession(unit, org_id, self.sql)

    @contextmanager
    def read(self, org_id: int, *, late: bool = False, patient: bool = False) -> Iterator[PostgresSession]:
        """One consistent view of one organisation, of a replica if it may be late and there is one."""
        begin = Sent("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        with self._connection(late) as lent:
            unhurried = map(Sent, postgres_copy.PATIENT if patient else ())
            unit = self._unit_on(lent, [begin, *unhurried, *self._scope(org_id)])
            try:
                yield PostgresSession(unit, org_id, self.sql)
            except BaseException:
                unit.undo()
                raise
            unit.leave()

    @contextmanager
    def shared(self, *, write: bool = False) -> Iterator[PostgresSession]:
        """Users, memberships and tokens; read a statement at a time."""
        if write:
            with self._unit([]) as unit:
                yield PostgresSession(unit, None, self.sql)
            return
        hit: Hit | None = self._here.__dict__.pop("hit", None)
        with self._connection() as lent:
            if hit is None:
                yield PostgresSession(self._unit_on(lent, []), None, self.sql)
                return
            counting = Counting(hit, lent.take(), [], renew=lent.renew, tell=self._tell)
            yield PostgresSession(counting, None, self.sql)
            self._here.counted = counting.counted

    @contextmanager
    def whole(self) -> Iterator[PostgresWhole]:
        """All of the books as they are at one moment."""
        begin = Sent("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        with self._connection() as lent:
            unit = self._unit_on(lent, [begin, *map(Sent, postgres_copy.PATIENT)])
            try:
                yield PostgresWhole(unit, self.sql)
            finally:
                unit.undo()

    @contextmanager
    def load(self) -> Iterator[PostgresLoading]:
        """One transaction that may write to all of the books, while organisations go on being written."""
        opening = (*postgres_copy.PATIENT, postgres_copy.ALONE, postgres_copy.PUT_OFF)
        with self._unit(list(map(Sent, opening))) as unit:
            yield PostgresLoading(unit, self.sql)
            # What a plan is made by is counted at once: a table that was empty is thought to be small.
            unit.travel(
                f"ANALYZE {', '.join(table.name for group in self._tables().values() for table in group)}"
            )

    # ----- beside the books -----

    def hit_along(self, bucket: bytes, window: int) -> None:
        """Count such a request on this thread's next look-up among the shared tables."""
        self._here.hit = (bucket, window)

    def hit(self, bucket: bytes, window: int) -> int:
        """Count one request in a window and say how many there were, over all processes and hosts."""
        counted = self._here.__dict__.pop("counted", None)
        if counted is not None and counted[0] == (bucket, window):
            return int(counted[1])
        with self._connection() as lent:
            _, rows = self._unit_on(lent, []).changing(HIT, (bucket, window))
        count: int = rows[0][0]
        return count

    def backup(self, target: str) -> bool:
        """None: the books are moved into a file instead."""
        return False

    def flaws(self, org_ids: Sequence[int]) -> list[tuple[str, str]]:
        """Nets that were taken away, and references of these organisations that lead nowhere."""
        from finzcore.storage.postgres_checks import nets, strays

        tables = [table for subject in self._tables().values() for table in subject]
        with self._connection() as lent:
            connection = lent.take()
            try:
                found = list(nets(connection, tables))
                for org_id in org_ids:
                    found += strays(connection, tables, org_id)
            except psycopg.Error as error:  # a check that broke off has found nothing, good or bad
                raise translated(error) from error
        return found

    def close(self) -> None:
        """Let go of every connection."""
        self._closed = True
        for connections in self._connections:
            connections.close()


_stores: Final["weakref.WeakSet[PostgresStore]"] = weakref.WeakSet()


def _forked() -> None:
    for store in list(_stores):
        store._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
