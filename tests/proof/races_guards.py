"""Guards, taken away one at a time, to see that a race without them is lost.

Each is a context in which finzcore lacks one thing that keeps conflicting units of work apart; those
that take a net out of the schema are given the target.
"""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext, suppress
from typing import Any, Final
from unittest import mock

import attrs

from finzcore.books import idempotency, numbers
from finzcore.books.books import Books
from finzcore.books.head import HEADS
from finzcore.books.papers import applying, settlement
from finzcore.books.papers.charges import Charges
from finzcore.books.resources import invoices, payments
from finzcore.documents import lifecycle
from finzcore.documents.allocation import Application, Demand, Open
from finzcore.errors import PeriodLocked
from finzcore.ports import Row, Session
from finzcore.storage.postgres import PostgresStore
from finzcore.storage.postgres_session import PostgresSession
from finzcore.storage.postgres_unit import Sent, Unit
from finzcore.storage.sqlite import SqliteStore
from finzcore.storage.sqlite_session import SqliteSession
from finzcore.storage.turns import Claims, Turns
from tests.databases import of_target
from tests.engines import is_postgres
from tests.proof.rewording import DEFERRED, KEPT, reworded

Guard = Callable[[str], AbstractContextManager[None]]
"""Given the target of the books, a context without the guard."""


def _without(owner: object, name: str, instead: Any) -> Guard:
    return lambda target: mock.patch.object(owner, name, instead)


def _unchecked(charges: Charges) -> Guard:
    """Nobody looks whether the same was entered before."""
    return lambda target: mock.patch.dict(charges.__dict__, check=_never)


# ----- what keeps units of work apart -----


def _worded(pattern: str, instead: str) -> Guard:
    """Statements say something else, on the connections that are opened from now on."""
    return lambda target: reworded(pattern, instead)


_nobody_waits: Final = _without(SqliteStore, "_alone", lambda store: nullcontext())


@contextmanager
def no_claims(target: str) -> Iterator[None]:
    """Nobody minds who works on a key."""
    lock = PostgresStore._lock
    with (
        mock.patch.object(
            PostgresStore, "_lock", lambda store, org_id, claim, *more: lock(store, org_id, None, *more)
        ),
        mock.patch.object(Claims, "held", lambda *given: nullcontext()),
    ):
        yield


@contextmanager
def _head_not_locked(target: str) -> Iterator[None]:
    """A unit of work begins without a look at who else is at work on its organisation."""
    lock = PostgresStore._lock

    def unlocked(store: PostgresStore, *given: Any) -> list[Sent]:
        return [one for one in lock(store, *given) if "FOR UPDATE" not in one.text]

    with (
        mock.patch.object(PostgresStore, "_lock", unlocked),
        mock.patch.object(Turns, "turn", lambda *given: nullcontext()),
    ):
        yield


def _kept(unit: Unit) -> None:
    with suppress(Exception):
        unit.travel("COMMIT")


nothing_is_undone: Final = _without(Unit, "undo", _kept)

_here: Final = threading.local()


def _seen_before_the_lock(*tables: str) -> Guard:
    """What stands in these tables is read as it was before the write lock was there."""

    @contextmanager
    def guard(target: str) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(_viewing())
            for session in (SqliteSession, PostgresSession):
                verbs: dict[str, Any] = {
                    name: _stale(getattr(session, name), tables) for name in ("get", "many", "find")
                }
                stack.enter_context(mock.patch.multiple(session, **verbs))
            yield

    return guard


@contextmanager
def _viewing() -> Iterator[None]:
    """Every unit of work has a view of how things stood before it had the lock."""
    with ExitStack() as stack:
        for store in (SqliteStore, PostgresStore):
            stack.enter_context(mock.patch.object(store, "write", _with_a_view(store.write)))  # type: ignore[attr-defined]
        yield


def _with_a_view(write: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def writing(store: Any, org_id: int, *given: Any, **more: Any) -> Iterator[Session]:
        with store.read(org_id) as view:
            head = view.get(HEADS)  # a view begins with the first thing that is read
            with write(store, org_id, *given, **more) as session:
                _here.view = view if head is not None else session
                try:
                    yield session
                finally:
                    _here.view = None

    return writing


def _stale(verb: Callable[..., Any], tables: tuple[str, ...]) -> Callable[..., Any]:
    def read(session: Session, table: Any, *given: Any, **more: Any) -> Any:
        view = getattr(_here, "view", None)
        return verb(view if view is not None and table.name in tables else session, table, *given, **more)

    return read


@contextmanager
def lock_date_from_before(target: str) -> Iterator[None]:
    """The lock date is looked at before the unit of work begins."""

    def check_open(books: Books, date: str, field: str = "date") -> None:
        head = _here.view.get(HEADS)
        if head["locked_through"] is not None and date <= head["locked_through"]:
            raise PeriodLocked(field=field, date=date, locked_through=head["locked_through"])

    with _viewing(), mock.patch.object(Books, "check_open", check_open):
        yield


@contextmanager
def counter_from_before(target: str) -> Iterator[None]:
    """The next number is the one after the last that stood there before the write lock."""

    def next_serial(books: Books, series: Any, scope: str = "") -> int:
        view: Session = _here.view
        kept = view.get(numbers.SERIES, series.kind.value, scope, series.prefix, series.year.long)
        asked: int = real(books, series, scope)
        return asked if kept is None else int(kept["next_no"])

    real = numbers.next_serial
    with _viewing(), mock.patch.object(numbers, "next_serial", next_serial):
        yield


# ----- checks, and the nets beneath them -----


def _never(*given: Any, **more: Any) -> None:
    """A check that finds nothing."""


def _as_asked(
    source: Open, demands: Sequence[Demand[Any]], balances: Mapping[Any, Open]
) -> list[Application]:
    return [Application(amount=one.amount, used=one.amount, relieved=one.amount) for one in demands]


@contextmanager
def no_applied_check(target: str) -> Iterator[None]:
    """Nobody compares what is applied with what there is, nor looks where it leads."""
    blind: dict[str, Any] = dict.fromkeys(("check_leads", "settling", "using"), _never)
    with (
        mock.patch.object(applying, "allocate", _as_asked),
        mock.patch.multiple(settlement, **blind),
        mock.patch.object(lifecycle, "settled_status", _never),
    ):
        yield


def _nothing_of_hand(books: Books, kind: Any, *given: Any) -> Row | None:
    return None


def _altered(on_file: Callable[[sqlite3.Connection], object], *on_database: str) -> Guard:
    """The schema without something, which one says by doing it and the other in SQL."""

    @contextmanager
    def guard(target: str) -> Iterator[None]:
        if is_postgres(target):
            of_target(target).spoiled = True
            with of_target(target).connect() as database:
                for text in on_database:
                    database.execute(text)  # type: ignore[call-overload]
        else:
            with closing(sqlite3.connect(target, isolation_level=None)) as connection:
                on_file(connection)
        yield

    return guard


def _without_index(name: str) -> Guard:
    return _altered(lambda connection: connection.execute(f"DROP INDEX {name}"), f"DROP INDEX {name}")


def _without_key(table: str) -> Guard:
    """The table as it was, but for its primary key; what stood in it is gone."""

    def change(connection: sqlite3.Connection) -> None:
        where = "FROM sqlite_schema WHERE tbl_name = ?"
        ((made,),) = connection.execute(f"SELECT sql {where} AND type = 'table'", [table])
        keyless = re.sub(rf",\s*CONSTRAINT {table}_pk PRIMARY KEY \([^)]*\)", "", made)
        assert keyless != made
        connection.execute(f"DROP TABLE {table}")
        connection.execute(keyless.replace(", WITHOUT ROWID", ""))

    return _altered(change, f"ALTER TABLE {table} DROP CONSTRAINT {table}_pk CASCADE")


def _without_bounds(*bounds: str) -> Guard:
    """The tables let more be applied than there is."""

    def change(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA writable_schema = ON")
        for bound in bounds:
            table = bound.partition("_")[0]
            ((made,),) = connection.execute(
                "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", [table]
            )
            unbounded = re.sub(rf",\s*CONSTRAINT {bound} CHECK \([^)]*\)", "", made)
            assert unbounded != made
            values = [unbounded, table]
            connection.execute("UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", values)
        connection.execute("PRAGMA writable_schema = RESET")

    taken = (f"ALTER TABLE {bound.partition('_')[0]} DROP CONSTRAINT {bound}" for bound in bounds)
    return _altered(change, *taken)


# ----- which race shows it -----


@attrs.frozen
class Removal:
    """A guard, the number of the pair that is lost without it, how many engines it takes to show it, and
    which database has it, unless both have."""

    name: str
    guard: Guard
    pair: str
    engines: int = 1
    only: str | None = None

    def __str__(self) -> str:
        return f"{self.name}, pair {self.pair}"


REMOVALS: Final = (
    *(Removal("BEGIN is deferred", _worded(*DEFERRED), pair, 4, "sqlite") for pair in ("1", "2", "7", "14")),
    *(
        Removal("threads do not wait for each other", _nobody_waits, pair, 1, "sqlite")
        for pair in ("2", "14")
    ),
    *(
        Removal("the head is not locked", _head_not_locked, pair, 1, "postgres")
        for pair in ("1", "2", "7", "14")
    ),
    Removal("a payment is read before the lock", _seen_before_the_lock("payments"), "1"),
    Removal("an invoice is read before the lock", _seen_before_the_lock("invoices"), "2"),
    Removal("a note is read before the lock", _seen_before_the_lock("credit_notes"), "3"),
    Removal("an invoice is read before the lock", _seen_before_the_lock("invoices"), "4"),
    Removal("an invoice is read before the lock", _seen_before_the_lock("invoices"), "5"),
    Removal("a payment is read before the lock", _seen_before_the_lock("payments"), "6"),
    Removal("a draft is read before the lock", _seen_before_the_lock("invoices"), "7"),
    Removal("a draft is read before the lock", _seen_before_the_lock("invoices"), "8"),
    Removal("a draft is read before the lock", _seen_before_the_lock("invoices"), "9"),
    Removal("the lock date is read before the lock", lock_date_from_before, "13"),
    Removal("the counter is read before the lock", counter_from_before, "14"),
    Removal("a key is not looked up", _without(idempotency, "stored", _never), "12"),
    Removal("a key is not kept", _without(idempotency, "remember", _never), "12"),
    Removal("what is refused is not undone", _worded(*KEPT), "2", 1, "sqlite"),
    Removal("what is refused is not undone", nothing_is_undone, "2", 1, "postgres"),
)
"""What stands alone: without it the race is lost."""

NETS: Final = (
    ("2", no_applied_check, _without_bounds("invoices_payment_made_within")),
    ("1", no_applied_check, _without_bounds("payments_applied_within")),
    ("10", _without(numbers, "_taken", _nothing_of_hand), _without_key("numbers")),
    (
        "11",
        _unchecked(invoices.CHARGES),
        _without_index("invoices_reference_number_uq"),
    ),
    (
        "11b",
        _without(payments, "_check_reference", _never),
        _without_index("payments_reference_number_uq"),
    ),
    ("12", _without(idempotency, "stored", _never), _without_key("keys")),
    ("8", _seen_before_the_lock("heads"), _without_key("events")),
)
"""Pair, check, and the net beneath it: either keeps the effects right, and without both they are not."""
