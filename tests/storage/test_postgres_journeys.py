"""How often a request travels to PostgreSQL, and what goes along (`storage.md` §4).

For PostgreSQL alone: the file of SQLite is no journey away.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import finzcore
from finzcore.books.head import HEADS
from finzcore.books.idempotency import KEYS
from finzcore.books.numbers import SERIES
from finzcore.engine import Engine
from finzcore.org import Org
from finzcore.ports import Conflict
from finzcore.storage.postgres import PostgresStore
from finzcore.storage.postgres_session import PostgresSession
from finzcore.testing.call import Call
from tests.databases import Databases
from tests.storage.conftest import SHELVES, open_library


@pytest.fixture
def target(databases: Databases) -> Iterator[str]:
    with databases.lent() as address:
        yield address


@pytest.fixture
def postgres_store(libraries: Databases) -> Iterator[PostgresStore]:
    with libraries.lent() as address:
        store = open_library(address)
        assert isinstance(store, PostgresStore)
        yield store
        store.close()


@contextmanager
def travelled(engine: Engine) -> Iterator[Callable[[], int]]:
    store = engine.store
    assert isinstance(store, PostgresStore)
    before = store.journeys
    yield lambda: store.journeys - before


def invoice_of(acme: Org, lines: int) -> dict[str, Any]:
    customer = acme.contacts.create(contact_name="Asha Stores", contact_type="CUSTOMER")
    items = [acme.items.create(item_name=f"Item {n}", sku=f"S{n}", rate=100 + n) for n in range(lines)]
    return {
        "customer_id": customer["contact_id"],
        "date": "2026-05-19",
        "place_of_supply": "IN-KA",
        "auto_approve": True,
        "line_items": [{"item_id": item["item_id"], "quantity": 2} for item in items],
    }


@pytest.mark.parametrize("lines", [1, 10, 60])
def test_an_invoice_takes_five_journeys_however_many_lines_it_has(call: Call, acme: Org, lines: int) -> None:
    body = invoice_of(acme, lines)
    call.ok("POST", "/invoices", body)
    seen: list[str] = []
    store = call.engine.store
    assert isinstance(store, PostgresStore)
    with travelled(call.engine) as journeys:
        store.trace(seen.append)
        call.ok("POST", "/invoices", body)
    store.trace(None)
    assert 5 == journeys()
    # The token and the rate, the lock with all that is named, the counters, the number; then every write.
    writes = [text.split()[0] for text in seen if text.split()[0] in ("INSERT", "UPDATE")]
    assert "INSERT" == writes[0], "the rate counter"
    first_write = next(at for at, text in enumerate(seen) if text.startswith("INSERT INTO numbers"))
    assert not [text for text in seen[first_write:] if text.startswith("SELECT")]
    assert "COMMIT" == seen[-1]


def test_other_requests_take_few_journeys(call: Call, acme: Org) -> None:
    made = call.ok("POST", "/invoices", invoice_of(acme, 2))["invoice"]
    path = f"/invoices/{made['invoice_id']}"
    takes = {
        ("GET", "/whoami"): 2,
        ("GET", path): 4,
        ("GET", "/invoices"): 4,
        ("GET", "/reports/trial_balance?as_of_date=2026-05-31"): 3,
        ("POST", f"{path}/void"): 6,
    }
    for (method, asked), bar in takes.items():
        with travelled(call.engine) as journeys:
            call.ok(method, asked, {} if method == "POST" else None)
        assert bar == journeys(), (method, asked)


def test_what_is_read_ahead_comes_along_with_the_next_read(postgres_store: PostgresStore) -> None:
    with postgres_store.write(7) as session:
        session.insert(SHELVES, [{"id": key, "name": f"shelf {key}", "wide": key} for key in range(5)])
    with postgres_store.read(7) as session:
        ahead = session.ahead
        assert ahead.get(SHELVES, 1) is None
        assert {} == ahead.many(SHELVES, [2, 3])
        assert [] == ahead.find(SHELVES, ascending=True)
        before = postgres_store.journeys
        found = session.get(SHELVES, 4)
        assert found is not None
        assert "shelf 4" == found["name"]
        assert (session.get(SHELVES, 1) or {})["wide"] == 1
        assert {2, 3} == set(session.many(SHELVES, [3, 2]))
        assert 5 == len(session.find(SHELVES, ascending=True))
        assert 1 == postgres_store.journeys - before


def test_what_was_read_ahead_is_read_anew_after_a_write_to_its_table(postgres_store: PostgresStore) -> None:
    with postgres_store.write(7) as session:
        session.insert(SHELVES, [{"id": 1, "name": "low", "wide": 1}])
        session.ahead.get(SHELVES, 1)
        session.ahead.find(SHELVES)
        session.ahead.get(HEADS)
        session.change(SHELVES, (1,), {"wide": 2})
        assert {"id": 1, "name": "low", "wide": 2} == session.get(SHELVES, 1)
        assert [2] == [row["wide"] for row in session.find(SHELVES)]


def test_an_answer_is_given_once_and_then_asked_for_again(postgres_store: PostgresStore) -> None:
    with postgres_store.read(7) as session:
        session.ahead.get(SHELVES, 1)
        assert session.get(SHELVES, 1) is None
        with postgres_store.shared():
            before = postgres_store.journeys
        assert session.get(SHELVES, 1) is None
        assert 1 == postgres_store.journeys - before


def test_writes_wait_for_the_next_read_or_the_commit(postgres_store: PostgresStore) -> None:
    series = {"kind": "k", "scope": "", "prefix": "P-", "year": "2026-27", "next_no": 4}
    before = postgres_store.journeys
    with postgres_store.write(7) as session:
        session.insert(SHELVES, [{"id": key, "name": f"{key}", "wide": None} for key in range(100)])
        session.insert(SERIES, [series])
        session.change(SHELVES, (3,), {"name": "third"})
        assert 0 == postgres_store.journeys - before
        assert "third" == (session.get(SHELVES, 3) or {})["name"]
        assert 1 == postgres_store.journeys - before
        session.change(SHELVES, (4,), {"name": "fourth"})
    assert 2 == postgres_store.journeys - before


def shelf(key: int, name: str) -> dict[str, Any]:
    return {"id": key, "name": name, "wide": None}


def test_a_step_begins_with_its_first_journey_and_ends_with_its_last(postgres_store: PostgresStore) -> None:
    with postgres_store.write(7) as session:
        assert session.get(SHELVES, 1) is None
        before = postgres_store.journeys
        with session.savepoint():
            session.insert(SHELVES, [shelf(1, "low")])
        assert 1 == postgres_store.journeys - before
        with session.savepoint():
            session.insert(SHELVES, [shelf(2, "high")])
            assert session.get(SHELVES, 1) is not None
            session.change(SHELVES, (1,), {"wide": 2})
        assert 3 == postgres_store.journeys - before


def test_a_step_that_is_undone_before_it_travels_sends_nothing(postgres_store: PostgresStore) -> None:
    with postgres_store.write(7) as session:
        session.insert(SHELVES, [shelf(1, "low")])
        assert session.get(SHELVES, 1) is not None
        before = postgres_store.journeys
        session.ahead.get(SHELVES, 1)
        with session.savepoint():
            with pytest.raises(ZeroDivisionError), session.savepoint():
                session.insert(SHELVES, [shelf(2, "high")])
                session.ahead.find(SHELVES)
                raise ZeroDivisionError
            assert 0 == postgres_store.journeys - before
            session.insert(SHELVES, [shelf(3, "wide")])
        assert 1 == postgres_store.journeys - before
    with postgres_store.read(7) as session:
        assert {1, 3} == {row["id"] for row in session.find(SHELVES)}


def test_a_step_that_is_the_first_of_its_unit_of_work_may_be_undone(postgres_store: PostgresStore) -> None:
    with postgres_store.write(7) as session:
        with pytest.raises(ZeroDivisionError), session.savepoint():
            session.insert(SHELVES, [shelf(1, "lost")])
            raise ZeroDivisionError
        session.insert(SHELVES, [shelf(2, "kept")])
    with postgres_store.read(7) as session:
        assert ["kept"] == [row["name"] for row in session.find(SHELVES)]


def test_what_waits_when_a_step_begins_is_refused_outside_of_it(postgres_store: PostgresStore) -> None:
    with postgres_store.write(7) as session:
        session.insert(SHELVES, [shelf(1, "low")])
    inside = []
    with pytest.raises(Conflict, match="shelves_name_uq"), postgres_store.write(7) as session:
        session.insert(SHELVES, [shelf(2, "low")])
        with session.savepoint():
            inside.append(session)
    assert [] == inside


def test_what_a_step_writes_is_refused_inside_of_it(postgres_store: PostgresStore) -> None:
    with postgres_store.write(7) as session:
        session.insert(SHELVES, [shelf(1, "low")])
        for key in (2, 3):
            with pytest.raises(Conflict, match="shelves_name_uq"), session.savepoint():
                session.insert(SHELVES, [shelf(key, "low")])
        session.insert(SHELVES, [shelf(4, "high")])
    with postgres_store.read(7) as session:
        assert {1, 4} == {row["id"] for row in session.find(SHELVES)}


def test_more_is_sent_than_a_socket_takes_at_once(postgres_store: PostgresStore) -> None:
    long = "x" * 2**20
    with postgres_store.write(7) as session:
        session.insert(SHELVES, [shelf(1, "short")])
        session.insert(KEYS, [kept(number, long) for number in range(8)])
    with postgres_store.read(7) as session:
        assert 8 * 2**20 == sum(len(row["body"]) for row in session.find(KEYS))


def kept(number: int, body: str) -> dict[str, Any]:
    """The answer to a key."""
    made = {"id": bytes([number]) * 32, "fingerprint": b"f" * 32, "status": 200, "body": body}
    return made | {"created_at": "2026-05-19T05:00:00.000000Z"}


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_a_row_of_a_bulk_takes_two_journeys(call: Call, acme: Org, rows: int) -> None:
    body = invoice_of(acme, 2)
    call.ok("POST", "/invoices", body)
    with travelled(call.engine) as journeys:
        assert rows == call.ok("POST", "/bulk/invoices", {"invoices": [body] * rows})["summary"]["succeeded"]
    # The token and the rate, the lock with all that is named, the counters; the number and the writes of
    # each; then the events, the counters and the head.
    assert 4 + 2 * rows == journeys()


def test_rows_that_are_refused_before_they_write_take_none(call: Call, acme: Org) -> None:
    body = invoice_of(acme, 2)
    call.ok("POST", "/bulk/invoices", {"invoices": [body]})
    bad = [{}, body | {"customer_id": "ct_9"}, body | {"discount": 10**6}, body | {"date": "2026-02-30"}]
    with travelled(call.engine) as journeys:
        assert (
            1 == call.ok("POST", "/bulk/invoices", {"invoices": [*bad, body, *bad]})["summary"]["succeeded"]
        )
    assert 6 == journeys()


def test_a_unit_of_work_that_does_nothing_does_not_travel(postgres_store: PostgresStore) -> None:
    before = postgres_store.journeys
    with postgres_store.write(7), pytest.raises(RuntimeError), postgres_store.write(8):
        pass
    with postgres_store.read(7):
        pass
    assert 0 == postgres_store.journeys - before


def test_a_change_of_no_row_is_our_mistake_when_it_is_sent(postgres_store: PostgresStore) -> None:
    with pytest.raises(AssertionError, match="no such row"), postgres_store.write(7) as session:
        session.change(SHELVES, (1,), {"wide": 2})
    with postgres_store.read(7) as session:
        assert isinstance(session, PostgresSession)
        assert [] == session.find(SHELVES)


def test_reports_are_read_from_the_replica_and_everything_else_is_not(
    databases: Databases, engine: Engine, acme: Org, target: str
) -> None:
    acme.contacts.create(contact_name="Asha Stores", contact_type="CUSTOMER", opening_balance=100)
    with databases.lent() as replica:
        # A copy that stays behind stands for a replica that lags.
        with finzcore.open(replica) as copy:
            copy.import_org(target)
        acme.contacts.create(contact_name="Ravi Traders", contact_type="CUSTOMER", opening_balance=50)
        with finzcore.open(target, settings=finzcore.Settings(read_dsn=replica)) as spread:
            org = spread.org(acme.org_id)
            assert 2 == len(org.contacts.list())
            before = org.reports.trial_balance(as_of_date="2026-05-31")
            spread_total = before["total_debit"]
        now = acme.reports.trial_balance(as_of_date="2026-05-31")
    assert (100, 150) == (spread_total, now["total_debit"])
