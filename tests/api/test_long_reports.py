"""Reports as long as the books: read and written out page by page (`api.md` §5.1)."""

import datetime as dt
import http.client
import itertools
import json
import logging
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

import finzcore
from finzcore.api import Request, Response, asgi, wsgi
from finzcore.books.reports import day_book, ledger, register
from finzcore.books.unit import Desk
from finzcore.ledger.account import Role
from finzcore.testing import Call, FrozenClock
from tests.api.postings import post
from tests.databases import of_target
from tests.doors import environ, response_of, scope, through_asgi, through_wsgi
from tests.engines import is_postgres, on_sqlite
from tests.selling import Seller
from tests.serving import asgi_server, asked

DAYS = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
REPORTS = ("day_book", "ledger", "sales_register")


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of three rows."""
    for module, name in ((day_book, "PAGE"), (ledger, "PAGE"), (register, "AT_ONCE")):
        monkeypatch.setattr(module, name, 3)


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    made = Seller(call, acme)
    for day in range(1, 9):
        made.posted(made.line(100 * day), date=f"2026-05-{day:02}")
    return made


def question(acme: finzcore.Org, name: str) -> dict[str, Any]:
    """What a report of May is asked."""
    return DAYS | ({"account_id": acme.account_id("1040")} if name == "ledger" else {})


def path_of(acme: finzcore.Org, name: str) -> str:
    return f"/reports/{name}?" + "&".join(f"{key}={value}" for key, value in question(acme, name).items())


def answered(call: Call, acme: finzcore.Org, name: str) -> Response:
    return call.engine.handle(
        Request("GET", f"/api/public/v1{path_of(acme, name)}", headers=[("Authorization", bearer(call))])
    )


def bearer(call: Call) -> str:
    return f"Bearer {call.token}"


# ----- what comes in pieces -----


@pytest.mark.parametrize("name", REPORTS)
def test_the_pieces_of_a_report_are_the_whole_of_it(
    name: str, seller: Seller, call: Call, acme: finzcore.Org
) -> None:
    response = answered(call, acme, name)
    assert (200, None) == (response.status, response.length)
    pieces = list(response.chunks)
    assert 5 == len(pieces)  # the head, three pages of the eight rows, and what stands behind
    whole = json.loads(b"".join(pieces))
    assert ["code", "message", name] == list(whole)
    rows = whole[name][next(key for key in ("entries", "rows") if key in whole[name])]
    assert 8 == len(rows)
    told = getattr(acme.reports, name)(**question(acme, name))
    assert list(told) == list(whole[name])
    last = "running_balance" if name == "ledger" else "total"
    # 118 for each of 100, 200 ... 800.
    expected = [118 * n for n in range(1, 9)]
    assert (list(itertools.accumulate(expected)) if name == "ledger" else expected) == [
        row[last] for row in told[next(key for key in ("entries", "rows") if key in told)]
    ]


@pytest.mark.parametrize("name", REPORTS)
def test_both_doors_give_a_report_as_the_handler_does(
    name: str, seller: Seller, call: Call, acme: finzcore.Org
) -> None:
    path, headers = f"/api/public/v1{path_of(acme, name)}", [("Authorization", bearer(call))]
    expected = answered(call, acme, name).body
    given = environ("GET", path, HTTP_AUTHORIZATION=bearer(call))
    assert expected == through_wsgi(wsgi(call.engine), given).body
    assert expected == response_of(through_asgi(asgi(call.engine), scope("GET", path, headers))).body


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_that_one_page_holds_has_a_length(name: str, call: Call, acme: finzcore.Org) -> None:
    response = answered(call, acme, name)
    assert len(response.body) == response.length


def test_a_ledger_ends_where_its_limit_says(seller: Seller, acme: finzcore.Org) -> None:
    asked_ = question(acme, "ledger")
    for limit, many, truncated in ((1, 1, True), (3, 3, True), (4, 4, True), (8, 8, False), (9, 8, False)):
        report = acme.reports.ledger(**asked_, limit=limit)
        assert (many, truncated, 118 * 36) == (
            len(report["entries"]), report["truncated"], report["closing_balance"],
        )  # fmt: skip


# ----- as the books stood -----


def test_a_ledger_is_drawn_as_it_was_known(seller: Seller, clock: FrozenClock, acme: finzcore.Org) -> None:
    of_sales = {"account_id": acme.account_id("4010"), "from_date": "2026-05-03", "limit": 4}
    before = acme.reports.ledger(**of_sales)
    # 100 and 200 before the 3rd; 3,600 in all.
    assert (300, 3600, True) == (before["opening_balance"], before["closing_balance"], before["truncated"])
    clock.move(hours=1)
    for day in ("01", "04", "19"):
        seller.posted(seller.line(7), date=f"2026-05-{day}")
    assert before == acme.reports.ledger(**of_sales, as_known_at="2026-05-19T05:30:00Z")
    now = acme.reports.ledger(**of_sales)
    assert (307, 3621) == (now["opening_balance"], now["closing_balance"])
    explained = acme.reports.ledger(**of_sales, explain=True)
    for row in explained["entries"]:
        ((item,), amounts) = row["sources"]["items"], {"credit": row["credit"]}
        assert (row["journal_id"], row["source_id"], amounts) == (
            item["journal_id"], item["source_id"], item["amounts"],
        )  # fmt: skip
        del row["sources"]
    assert now == explained


def change(seller: Seller, acme: finzcore.Org, clock: FrozenClock) -> None:
    """Post into the days that are being read, before and behind the page; void, pay, write a note."""
    clock.move(minutes=1)
    invoices = acme.invoices.list(per_page=50)
    for day in ("01", "05", "31"):
        seller.posted(seller.line(5), date=f"2026-05-{day}")
    seller.act(invoices[0], "void")
    seller.receive(invoices[1], 50)


@pytest.mark.parametrize("name", REPORTS)
def test_what_is_done_between_two_pages_is_not_seen(
    name: str, seller: Seller, clock: FrozenClock, acme: finzcore.Org
) -> None:
    whole = getattr(acme.reports, name)(**question(acme, name))
    rows = acme.reports.rows(name, **question(acme, name))
    first = [next(rows)]
    change(seller, acme, clock)
    found = first + list(rows)
    assert rows.tail is not None
    listed = "rows" if name == "sales_register" else "entries"
    assert whole == {**rows.head, listed: found, **rows.tail}
    assert whole != getattr(acme.reports, name)(**question(acme, name))


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_held_open_between_two_pages(
    name: str, seller: Seller, acme: finzcore.Org, target: str
) -> None:
    rows = acme.reports.rows(name, **question(acme, name))
    next(rows)
    acme.contacts.create(contact_name="Somebody else")
    if is_postgres(target):
        idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        assert (0,) == of_target(target).around.execute(f"{idle} AND datname = current_database()").fetchone()
    else:
        with closing(sqlite3.connect(target)) as books:
            # Nobody reads what the log holds: all of it goes into the file.
            assert (0, 0, 0) == books.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert 7 == len(list(rows))


def test_a_replica_that_has_fallen_behind_is_not_read(
    seller: Seller, acme: finzcore.Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = acme._engine.desk.store
    whole = acme.reports.day_book(**DAYS)
    rows = acme.reports.rows("day_book", **DAYS)
    asked_late: list[bool] = []
    read = store.read

    @contextmanager
    def lagging(org_id: int, *, late: bool = False, patient: bool = False) -> Iterator[Any]:
        asked_late.append(late)
        with read(org_id, late=late, patient=patient) as session:
            yield Lagging(session) if late else session

    monkeypatch.setattr(store, "read", lagging)
    assert whole["entries"] == list(rows)
    assert [True, False, True, False] == asked_late


class Lagging:
    """A session of a replica that has not heard of the last entries."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def get(self, table: Any, *key: Any) -> Any:
        row = self._session.get(table, *key)
        return row | {"entry_seq": row["entry_seq"] - 1} if table.name == "heads" else row

    def ask(self, name: str, **_: Any) -> Any:
        raise AssertionError(f"{name} was asked of a copy that lags behind")


def test_a_transaction_goes_through_what_it_has_done(seller: Seller, acme: finzcore.Org) -> None:
    with acme.transaction():
        acme.invoices.create(**seller.body(seller.line(900), auto_approve=True, date="2026-05-09"))
        rows = acme.reports.rows("day_book", **DAYS)
        assert [118 * n for n in range(1, 10)] == [row["total"] for row in rows]


# ----- how much is held -----


@contextmanager
def peaks() -> Iterator[Callable[[], int]]:
    """The most that was held at once since the last look, in bytes."""
    tracemalloc.start()

    def peak() -> int:
        most = tracemalloc.get_traced_memory()[1] - held[0]
        held[0] = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        return most

    held = [0]
    peak()
    yield peak
    tracemalloc.stop()


@on_sqlite  # what is held is held by the same code on both
def test_no_more_is_held_of_a_long_period_than_of_a_short_one(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_book, "PAGE", 25)
    with acme.transaction():
        for n in range(1000):
            day = dt.date(2026, 4, 1) + dt.timedelta(days=n * 365 // 1000)
            post(engine, acme, str(day), (Role.CASH, 100), (Role.SALES, -100))
    headers = [("Authorization", bearer(call))]
    base = "/api/public/v1/reports/day_book?from_date=2026-04-01&to_date"
    application = wsgi(engine)

    def handled(through: str) -> int:
        chunks = engine.handle(Request("GET", f"{base}={through}", headers=headers)).chunks
        return sum(map(len, chunks))

    def mounted(through: str) -> int:
        given = environ("GET", f"{base}={through}", HTTP_AUTHORIZATION=bearer(call))
        return sum(map(len, application(given, lambda *_: lambda _: None)))

    for way in (handled, mounted):
        short, long = "2026-05-31", "2027-03-31"
        way(short)
        with peaks() as peak:
            sizes, most = [], []
            for through in (short, long, short, long):
                sizes.append(way(through))
                most.append(peak())
        assert sizes[1] > 4.5 * sizes[0]
        assert min(most[1], most[3]) < 1.2 * max(most[0], most[2])


# ----- what fails on the way -----


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading any page but the first fails."""

    def broken(*_: Any) -> Any:
        raise OSError("the disk is gone")

    monkeypatch.setattr(Desk, "_page", broken)


def test_what_fails_behind_the_first_page_breaks_the_answer_off(
    seller: Seller, call: Call, acme: finzcore.Org, failing: None, caplog: pytest.LogCaptureFixture
) -> None:
    response = answered(call, acme, "day_book")
    heard: list[bytes] = []
    with pytest.raises(OSError, match="the disk is gone"), caplog.at_level(logging.ERROR):
        heard.extend(iter(response.chunks))
    assert 200 == response.status
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(b"".join(heard) or b"{")
    assert [f"request {response.header('X-Request-Id')} broke off"] == caplog.messages


def test_both_doors_pass_the_failure_on_to_their_server(
    seller: Seller, call: Call, acme: finzcore.Org, failing: None
) -> None:
    path, headers = f"/api/public/v1{path_of(acme, 'day_book')}", [("Authorization", bearer(call))]
    with pytest.raises(OSError, match="the disk is gone"):
        through_wsgi(wsgi(call.engine), environ("GET", path, HTTP_AUTHORIZATION=bearer(call)))
    with pytest.raises(OSError, match="the disk is gone"):
        through_asgi(asgi(call.engine), scope("GET", path, headers))


@on_sqlite  # a server is asked, not a database
def test_a_client_of_a_server_sees_that_an_answer_broke_off(
    seller: Seller, call: Call, acme: finzcore.Org, failing: None
) -> None:
    with asgi_server(asgi(call.engine)) as port, pytest.raises(http.client.IncompleteRead):
        asked(
            port, "GET", f"/api/public/v1{path_of(acme, 'day_book')}", headers={"Authorization": bearer(call)}
        )


# ----- for Python callers -----


def test_rows_have_what_stands_before_and_behind_them(seller: Seller, acme: finzcore.Org) -> None:
    rows = acme.reports.rows("sales_register", **DAYS)
    assert {"from_date": "2026-05-01", "to_date": "2026-05-31", "branch_id": None} == rows.head
    assert rows.tail is None
    assert [118 * n for n in range(1, 9)] == [row["total"] for row in rows]
    assert rows.tail is not None
    assert 118 * 36 == rows.tail["totals"]["total"]
    assert [] == list(rows)


def test_rows_are_of_long_reports_alone(acme: finzcore.Org) -> None:
    assert "rows" in dir(acme.reports)
    assert "rows" not in dir(acme.invoices)
    for calls, name in ((acme.reports, "trial_balance"), (acme.reports, "nothing"), (acme.invoices, "list")):
        with pytest.raises(TypeError, match=f"'{name}' is no long report"):
            calls.rows(name)
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        acme.reports.rows("day_book", colour="red")
    with pytest.raises(finzcore.FinzError, match="last day"):
        acme.reports.rows("day_book", from_date="2026-05-02", to_date="2026-05-01")
