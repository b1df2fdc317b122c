"""Connections to PostgreSQL: what each is like, who has one, and what becomes of them in a fork."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg
from psycopg import RawCursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper
from psycopg_pool import ConnectionPool, PoolTimeout

from finzcore.errors import Unavailable
from finzcore.storage.postgres_schema import BY_INDEX
from finzcore.storage.postgres_unit import Connection

PATIENCE: Final = 5
"""Seconds that a unit of work waits for another, or for a connection, before it gives up."""

_AT_ONCE: Final = 4 * (os.cpu_count() or 1) + 4

_NAMED: Final = re.compile(r"(?:-c\s*|--)([\w.-]+)\s*=")
"""What options set: ``-c lock_timeout=9s``, or ``--lock-timeout=9s``."""

HEARD: Final = {
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "client_encoding": "utf8",
}
"""Of a network that has gone silent nobody is told: the kernel asks every five seconds, and gives it up
after twenty. All text is in UTF-8."""


def heard(dsn: str) -> dict[str, Any]:
    """Those of `HEARD` that an address does not say itself."""
    named = conninfo_to_dict(dsn)
    return {name: value for name, value in HEARD.items() if name not in named}


def options(dsn: str, durability: str) -> str:
    """What every session is like, behind the options that the address or the environment names."""
    given = str(conninfo_to_dict(dsn).get("options") or os.environ.get("PGOPTIONS", ""))
    named = {name.replace("-", "_") for name in _NAMED.findall(given)}
    chosen = {
        "synchronous_commit": "on" if durability == "full" else "off",
        "lock_timeout": f"{PATIENCE}s",
        "statement_timeout": "15s",
        "idle_in_transaction_session_timeout": "10s",
    } | BY_INDEX
    ours = (f"-c {name}={value}" for name, value in chosen.items() if name not in named)
    return " ".join([*ours, given]).strip()


class Connections:
    """Those of one address, lent to whoever asks; a process that was forked opens its own."""

    def __init__(self, dsn: str, durability: str) -> None:
        self._dsn = dsn
        self._options = options(dsn, durability)
        self._pool: ConnectionPool[Connection] | None = None
        self._guard = threading.Lock()
        self._abandoned: list[object] = []

    @contextmanager
    def lent(self) -> Iterator["Lent"]:
        """A connection for the time of a block."""
        lent = Lent(self._pool or self._opened())
        try:
            yield lent
        finally:
            lent.give_back()

    def _opened(self) -> ConnectionPool[Connection]:
        with self._guard:
            if self._pool is None:
                self._pool = self._new_pool()
            return self._pool

    def _new_pool(self) -> ConnectionPool[Connection]:
        pool = ConnectionPool(
            self._dsn,
            kwargs={
                "autocommit": True,
                "cursor_factory": RawCursor,
                "prepare_threshold": 0,
                "connect_timeout": PATIENCE,
                "options": self._options,
                **heard(self._dsn),
            },
            configure=_configure,
            min_size=0,
            max_size=_AT_ONCE,
            timeout=PATIENCE,
            # Given up soon, so that the next who asks begins anew, and not after minutes, when the
            # server has been away.
            reconnect_timeout=PATIENCE,
            open=False,
            name="postgres",
        )
        pool.open()
        return pool

    def close(self) -> None:
        """Let go of every connection."""
        if self._pool is not None:
            self._pool.close()

    def after_fork(self) -> None:
        """In a child: its copies are kept, untouched, because a connection must not cross a fork, and it
        opens its own."""
        self._abandoned.append(self._pool)
        self._pool, self._guard = None, threading.Lock()


def _configure(connection: Connection) -> None:
    # Every whole number travels as eight bytes and every text as text, so that a statement is
    # prepared once and not once for each size of number.
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(str, StrDumper)
    connection.prepared_max = 1000


class Lent:
    """A connection lent by the pool, and taken back by it, sound or not."""

    def __init__(self, pool: ConnectionPool[Connection]) -> None:
        self._pool = pool
        self._connection: Connection | None = None

    def take(self) -> Connection:
        """The connection; Unavailable when there is none for a while."""
        try:
            self._connection = self._pool.getconn()
        except (PoolTimeout, psycopg.Error) as error:
            raise Unavailable from error
        return self._connection

    def renew(self, lost: Connection) -> Connection:
        """A connection in place of one that is lost; others of its time are looked at too."""
        # What was said to be lost may live on, and whoever has it next must not be undone with us.
        lost.close()
        self.give_back()
        with suppress(psycopg.Error):
            self._pool.check()
        return self.take()

    def give_back(self) -> None:
        """Return the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._pool.putconn(connection)
