"""Books in one SQLite file: connections and transactions (`reliability.md` §12, `storage.md` §4).

One connection writes, behind a lock; a small stack of others reads. ``:memory:`` has one for both.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

from finzcore.errors import BooksUnusable, Unavailable
from finzcore.ports import Table
from finzcore.storage.derived import TableSql
from finzcore.storage.migrations import Subjects, edition
from finzcore.storage.sqlite_file import BUSY, PATIENCE, SqliteFile, flaws_in
from finzcore.storage.sqlite_session import SqliteSession, conflict, is_our_mistake
from finzcore.storage.turns import Claims

if TYPE_CHECKING:
    from finzcore.storage.limits import Counters
    from finzcore.storage.sqlite_copy import SqliteLoading, SqliteWhole


class SqliteStore:
    """Books in one SQLite file, or in memory.

    BooksUnusable when the file is something else, or newer, or older and not to be migrated.
    """

    def __init__(
        self,
        path: str,
        *,
        subjects: int,
        tables: Callable[[], Subjects],
        durability: str = "full",
        migrate: bool = True,
    ) -> None:
        self.path = path
        self._file = SqliteFile(path, durability)
        self._in_memory = path == ":memory:"
        self._lock = threading.RLock()
        self._distrusted = False
        self._working = False
        self._claims = Claims()
        self._counters_lock = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._readers: list[sqlite3.Connection] = []
        self._abandoned: list[object] = []
        self._texts: dict[Table, TableSql] = {}
        self._tracer: Callable[[str], None] | None = None
        self._pid = os.getpid()
        self._closed = False
        self._counters: Counters | None = None
        try:
            self._writer = self._file.open(edition(subjects), tables, migrate=migrate)
        except sqlite3.DatabaseError as error:
            self._give_up(error)

    # ----- connections -----

    def _connect(self) -> sqlite3.Connection:
        connection = self._file.connect()
        if self._tracer is not None:
            connection.set_trace_callback(self._tracer)
        return connection

    def _writing(self) -> sqlite3.Connection:
        """The writer's connection, opened anew after an error; for whoever holds the lock."""
        self._drop_distrusted()
        if self._writer is None:
            self._writer = self._connect()
        return self._writer

    def _drop_distrusted(self) -> None:
        """Close the writer's connection after an error, and let go of what it may still have locked."""
        if self._distrusted:
            if self._writer is not None:
                with suppress(sqlite3.Error):
                    self._writer.close()
            self._writer, self._distrusted = None, False

    def _reading(self) -> sqlite3.Connection:
        try:
            return self._readers.pop()
        except IndexError:
            connection = self._connect()
            try:
                connection.execute("PRAGMA query_only = ON")
            except BaseException:
                connection.close()
                raise
            return connection

    def sql(self, table: Table) -> TableSql:
        """The statements of a table, made on first use."""
        texts = self._texts.get(table)
        if texts is None:
            texts = self._texts[table] = TableSql(table)
        return texts

    def trace(self, callback: Callable[[str], None] | None) -> None:
        """Show every statement that runs from now on to `callback`, as SQLite expands it."""
        with self._lock:
            self._tracer = callback
            for connection in (self._writer, *self._readers):
                if connection is not None:
                    connection.set_trace_callback(callback)

    # ----- what may go wrong -----

    def _check_process(self) -> None:
        if self._closed:
            raise Unavailable("These books have been closed.")
        if os.getpid() != self._pid:
            self._part_from_parent()

    def _part_from_parent(self) -> None:
        # A connection must not cross a fork: the child keeps its copies, untouched, and opens its own.
        self._abandoned += [self._writer, self._readers]
        self._writer, self._readers = None, []
        self._lock, self._counters_lock = threading.RLock(), threading.Lock()
        self._claims, self._working = Claims(), False
        self._pid = os.getpid()

    def _let_go(self) -> None:
        """Close every connection; for when nobody uses one any more."""
        for connection in (self._writer, *self._readers):
            if connection is not None:
                with suppress(sqlite3.Error):
                    connection.close()
        self._writer, self._readers = None, []

    def _distrust(self) -> None:
        """Nothing is known about connections beside one that met an I/O error: each is opened anew,
        by whoever has it next. Only those that nobody uses are closed here."""
        if self._in_memory:
            return
        self._distrusted = True
        idle, self._readers = self._readers, []
        for connection in idle:
            with suppress(sqlite3.Error):
                connection.close()

    def _give_up(self, error: sqlite3.DatabaseError) -> NoReturn:
        """Say that the books are out of reach; a statement that is wrong is our own mistake and stays."""
        if is_our_mistake(error):
            raise error
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in BUSY:
            raise Unavailable("The books are busy; nothing was done.") from error
        self._distrust()
        raise Unavailable from error

    def _undo(self, session: SqliteSession | None) -> None:
        """Undo a unit of work; a connection that cannot even do that is not used again."""
        if session is not None and not session.undo():
            self._distrust()

    # ----- transactions -----

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The threads of this process write in turn, and wait no longer than other processes do."""
        if not self._lock.acquire(timeout=PATIENCE):
            raise Unavailable("The books are busy; nothing was done.")
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """The writer's turn of this thread; RuntimeError when it has one already."""
        with self._alone():
            if self._working:
                raise RuntimeError("this thread has a unit of work open already")
            try:
                self._working = True
                yield
            finally:
                self._working = False
                self._drop_distrusted()

    def _clean(self) -> sqlite3.Connection:
        """The writer's connection, without what an interrupt may have left of an earlier unit of work."""
        connection = self._writing()
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return connection

    @contextmanager
    def _unit(self, org_id: int | None) -> Iterator[SqliteSession]:
        with self._at_work():
            session = None
            try:
                connection = self._clean()
                session = SqliteSession(connection, org_id, self.sql)
                # The write lock comes first: a read that later writes can only fail.
                connection.execute("BEGIN IMMEDIATE")
                yield session
                session.live.execute("COMMIT")
            except sqlite3.IntegrityError as error:
                refused = conflict(error, connection)
                self._undo(session)
                raise refused from error
            except sqlite3.DatabaseError as error:
                self._undo(session)
                self._give_up(error)
            except BaseException as error:
                self._undo(session)
                if isinstance(error.__cause__, sqlite3.DatabaseError) and isinstance(error, Unavailable):
                    self._give_up(error.__cause__)  # a savepoint was left by it
                raise

    @contextmanager
    def _view(self, org_id: int | None) -> Iterator[SqliteSession]:
        if self._in_memory:
            with self._alone():
                try:
                    connection = self._writing() if self._working else self._clean()
                    yield SqliteSession(connection, org_id, self.sql, begun=False)
                except sqlite3.DatabaseError as error:
                    self._give_up(error)
            return
        try:
            connection = self._reading()
        except sqlite3.DatabaseError as error:
            self._give_up(error)
        consistent = org_id is not None
        session = SqliteSession(connection, org_id, self.sql, begun=consistent)
        try:
            if consistent:
                connection.execute("BEGIN")
            yield session
            if consistent:
                session.live.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            with suppress(sqlite3.Error):
                connection.close()
            self._give_up(error)
        except BaseException:
            self._undo(session)
            if not connection.in_transaction:
                self._readers.append(connection)
            elif session.is_ours:
                connection.close()
            raise
        self._readers.append(connection)

    @contextmanager
    def write(
        self, org_id: int, claim: bytes | None = None, *, patient: bool = False
    ) -> Iterator[SqliteSession]:
        """A unit of work for one organisation. Only a lost connection calls for patience: here is none."""
        self._check_process()
        with self._claims.held(org_id, claim), self._unit(org_id) as session:
            yield session

    def read(
        self, org_id: int, *, late: bool = False, patient: bool = False
    ) -> AbstractContextManager[SqliteSession]:
        """One consistent view of one organisation; no file is ever late, or in a hurry."""
        self._check_process()
        return self._view(org_id)

    def shared(self, *, write: bool = False) -> AbstractContextManager[SqliteSession]:
        """Users, memberships and tokens; read a row at a time, as they are at each statement."""
        self._check_process()
        return self._unit(None) if write else self._view(None)

    @contextmanager
    def whole(self) -> Iterator["SqliteWhole"]:
        """All of the books as they are at one moment."""
        from finzcore.storage.sqlite_copy import looking

        try:
            with self._aside() as connection, looking(self.path, connection, self.sql) as everything:
                yield everything
        except sqlite3.DatabaseError as error:
            self._give_up(error)

    @contextmanager
    def load(self) -> Iterator["SqliteLoading"]:
        """One transaction that may write to all of the books, and in which nobody else writes."""
        from finzcore.storage.sqlite_copy import loading

        self._check_process()
        try:
            with ExitStack() as held:
                if not self._in_memory:  # its only connection is held by turns anyway
                    held.enter_context(self._at_work())
                connection = held.enter_context(self._aside())
                yield held.enter_context(loading(self.path, connection, self.sql))
        except sqlite3.DatabaseError as error:
            self._give_up(error)

    # ----- the file itself -----

    def hit_along(self, bucket: bytes, window: int) -> None:
        """Nothing: counting takes no journey."""

    def hit(self, bucket: bytes, window: int) -> int:
        """Count one request in a window and say how many there were."""
        if self._counters is None:
            from pathlib import Path

            from finzcore.storage.limits import Counters

            with self._counters_lock:
                if self._counters is None:
                    self._counters = Counters(None if self._in_memory else Path(f"{self.path}-limits"))
        return self._counters.hit(bucket, window)

    def backup(self, target: str) -> bool:
        """An online copy by VACUUM INTO, safe on the disk; BooksUnusable when the target exists."""
        from pathlib import Path

        if Path(target).exists():
            raise BooksUnusable(f"{target} exists already.")
        try:
            with self._aside() as connection:
                connection.execute("VACUUM INTO ?", (target,))
            # VACUUM INTO itself does not wait for the disk.
            with Path(target).open("rb+") as copy:
                os.fsync(copy.fileno())
        except (sqlite3.DatabaseError, OSError) as error:
            # It is the copy that failed; the books go on.
            Path(target).unlink(missing_ok=True)
            raise BooksUnusable(f"{target} cannot be written: {error}") from error
        return True

    @contextmanager
    def _aside(self) -> Iterator[sqlite3.Connection]:
        """A connection beside the others; that of books in memory is the only one there is."""
        self._check_process()
        if self._in_memory:
            with self._at_work():
                yield self._writing()
            return
        with closing(self._connect()) as connection:
            yield connection

    def flaws(self, org_ids: Sequence[int]) -> list[tuple[str, str]]:
        """What SQLite's own checks find, in the whole file."""
        flaws: list[tuple[str, str]] = []
        try:
            with self._aside() as connection:
                flaws.extend(flaws_in(connection))
        except sqlite3.DatabaseError as error:
            flaws.append(("the file", str(error)))
        return flaws

    def close(self) -> None:
        """Let go of every connection."""
        if os.getpid() != self._pid:
            self._part_from_parent()
        with self._lock:
            self._closed = True
            self._let_go()
            if self._counters is not None:
                self._counters.close()
