"""Every benchmark still runs, in its tiniest size, and its floors do what they claim to do.

No time is judged here: ratios are looked at with `make bench`.
"""

import importlib
import sqlite3
from collections import Counter
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest

from benchmarks import profile
from benchmarks.floor import Floor
from benchmarks.floor_postgres import PostgresFloor
from benchmarks.journeys import Count, Noted
from benchmarks.measure import TINY, Ratio, medians
from benchmarks.plain import Plain
from benchmarks.profile import Sampler, phase_of, table
from benchmarks.replay import Replay, recording
from benchmarks.scratch import Scratch, scratch
from benchmarks.shop import Shop
from finzcore.books.head import HEADS
from tests.postgres import Missing, Server

FOLDER = Path(profile.__file__).parent
ALL = sorted(path.stem for path in FOLDER.glob("bench_*.py"))
BESIDE = ("finz_limits", "finz_lock", "finz_migrations")
COUNTER = {"kind": "INVOICE", "scope": "", "prefix": "INV", "year": "2026-27", "next_no": 2}
WITH_RATIOS = [name for name in ALL if "def ratios(" in (FOLDER / f"{name}.py").read_text("utf-8")]


@pytest.fixture
def one_server(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Benchmarks use the server of this run, which does not wait for the disk, and start none."""
    monkeypatch.setattr("benchmarks.scratch.running", lambda *, durable: nullcontext(postgres))


@pytest.mark.parametrize("name", WITH_RATIOS)
def test_every_benchmark_runs_and_gives_ratios(name: str, request: pytest.FixtureRequest) -> None:
    if "postgres" in name:
        request.getfixturevalue("one_server")
    ratios = list(importlib.import_module(f"benchmarks.{name}").ratios(TINY))
    assert ratios
    assert [] == [ratio for ratio in ratios if not (ratio.ours >= 0 and ratio.floor > 0 and ratio.budget > 0)]
    assert len(ratios) == len({ratio.title for ratio in ratios}), "a line of the table says which it is"


@pytest.mark.parametrize(
    ("ours", "verdict"), [(40.0, "ok"), (40.1, "OVER")], ids=["at the budget", "above the budget"]
)
def test_a_ratio_says_whether_it_is_within_its_budget(ours: float, verdict: str) -> None:
    ratio = Ratio("A thing", ours, 10.0, 4)
    assert str(ratio).endswith(f"(budget 4×) {verdict}")


def test_things_are_timed_in_turn() -> None:
    order: list[str] = []
    medians(lambda: order.append("A"), lambda: order.append("B"), rounds=3, each=2)
    assert "AABB" * 3 == "".join(order)


def rows_of(path: Path) -> Counter[str]:
    """How many rows each table has."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return Counter({name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names})


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("lines", [1, 10])
def test_the_floor_of_an_invoice_writes_the_rows_of_an_invoice(
    tmp_path: Path, lines: int, keyed: bool
) -> None:
    with Shop(tmp_path / "books.db") as shop:
        body = shop.invoice(lines, shop.customer())

        def make() -> Any:
            return (
                shop.ask(shop.request("POST", "/invoices", body))
                if keyed
                else shop.org.invoices.create(**body)
            )

        make()
        floor = Floor(tmp_path / "floor.db", shop.path, "relaxed", keyed=keyed)
        before = rows_of(shop.path)
        make()
        ours = rows_of(shop.path) - before
    before = rows_of(tmp_path / "floor.db")
    floor()
    floor.db.close()
    assert lines == ours["document_lines"]
    assert ours == rows_of(tmp_path / "floor.db") - before


def rows_in(server: Scratch, name: str) -> Counter[str]:
    """How many rows each table of a database has."""
    with server.around(name) as around:
        found = around.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        names = [table for (table,) in found if table not in BESIDE]
        return Counter({table: value(around, f"SELECT count(*) FROM {table}") for table in names})


def value(around: Any, query: str) -> Any:
    return around.execute(query).fetchone()[0]


@pytest.mark.parametrize("lines", [1, 10])
@pytest.mark.usefixtures("one_server")
def test_the_floor_on_postgresql_writes_the_rows_of_an_invoice(lines: int) -> None:
    with scratch() as server:
        assert server is not None
        name = server.new()
        with Shop(server.address(name)) as shop:
            body = shop.invoice(lines, shop.customer())
            shop.ask(shop.request("POST", "/invoices", body))
        copy = server.copied(name)
        floor = PostgresFloor(server, copy, "full")
        before = rows_in(server, name)
        assert before == rows_in(server, copy)
        with Shop(server.address(name)) as shop:
            token = rows_in(server, name) - before
            shop.ask(shop.request("POST", "/invoices", body))
        ours = rows_in(server, name) - before - token
        with server.around(copy) as around:
            summed = value(around, "SELECT sum(debit) FROM totals")
            seq = value(around, "SELECT entry_seq FROM heads")
            floor()
            assert lines == ours["document_lines"]
            assert ours == rows_in(server, copy) - before
            assert 2 * summed == value(around, "SELECT sum(debit) FROM totals")
            assert seq + 1 == value(around, "SELECT entry_seq FROM heads")
        floor.close()


@pytest.mark.usefixtures("one_server")
def test_what_a_request_asks_of_postgresql_is_counted_by_journey() -> None:
    with scratch() as server:
        assert server is not None
        with Shop(server.address(server.new())) as shop:
            noted = Noted(shop.engine.store)
            with shop.engine.store.read(1) as session:
                session.get(HEADS)
            assert Count(journeys=2, to_write=0, statements=4) == noted.take()
            with shop.engine.store.write(1) as session:
                session.get(HEADS)
                session.tell("numbers.count", COUNTER)
            assert Count(journeys=2, to_write=2, statements=5) == noted.take()
            shop.engine.store.hit(b"bucket", 1)
            assert Count(journeys=1, to_write=0, statements=1) == noted.take()
            assert Count(journeys=0, to_write=0, statements=0) == noted.take()


def test_without_postgresql_a_benchmark_says_so_and_gives_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(*, durable: bool) -> Any:
        raise Missing("There is no PostgreSQL here: install one.")

    monkeypatch.setattr("benchmarks.scratch.running", missing)
    assert [] == list(importlib.import_module("benchmarks.bench_postgres_invoices").ratios(TINY))
    assert "  left out: There is no PostgreSQL here: install one.\n" == capsys.readouterr().out


def test_a_replay_writes_what_was_recorded(tmp_path: Path) -> None:
    with recording() as noted, closing(sqlite3.connect(tmp_path / "one.db", isolation_level=None)) as db:
        db.execute("CREATE TABLE kept (name TEXT, paise INTEGER)")
        noted.take()
        db.execute("INSERT INTO kept VALUES (?, ?)", ("Asha", 1))
        db.cursor().execute("INSERT INTO kept VALUES (:name, 2)", {"name": "Ravi"})
        db.executemany("INSERT INTO kept VALUES (?, ?)", iter([("Mira", 3), ("Dev", 4)]))
        steps = noted.take()
        said = db.execute("SELECT * FROM kept").fetchall()
    with closing(sqlite3.connect(tmp_path / "two.db")) as other:
        other.execute("CREATE TABLE kept (name TEXT, paise INTEGER)")
    replay = Replay(tmp_path / "two.db", "relaxed", [steps])
    replay()
    replay.close()
    with closing(sqlite3.connect(tmp_path / "two.db")) as other:
        assert [("Asha", 1), ("Ravi", 2), ("Mira", 3), ("Dev", 4)] == said
        assert said == other.execute("SELECT * FROM kept").fetchall()


def test_plain_books_keep_what_is_posted(tmp_path: Path) -> None:
    plain = Plain(tmp_path / "plain.db", "relaxed")
    plain.post(2, "2024-04-01", [(2, 100), (24, -100)], "Sold", "2024-04-01T05:00:00.000000Z")
    kept = plain.db.execute("SELECT entry, line, account, amount FROM postings ORDER BY 1, 2").fetchall()
    plain.db.close()
    assert [(1, 0, 2, 100), (1, 1, 24, -100), (2, 0, 2, 100), (2, 1, 24, -100)] == kept


@pytest.mark.parametrize(
    ("function", "phase"),
    [
        ("finzcore.storage.sqlite._unit", "begin and commit"),
        ("finzcore.storage.sqlite_session.insert", "SQL and its rows"),
        ("finzcore.books.journal.post", "journal"),
        ("finzcore.books.chain.canonical", "chain bytes"),
        ("finzcore.gst.split.split", "rules: price, GST, entry"),
        ("finzcore.money.share", None),
        ("json.decoder.decode", None),
    ],
)
def test_the_longest_name_decides_the_phase_of_a_function(function: str, phase: str | None) -> None:
    assert phase == phase_of(function)


@pytest.mark.parametrize("name", sorted({name for _, names in profile.PHASES for name in names}))
def test_the_phases_name_what_exists(name: str) -> None:
    path = FOLDER.parent / "finzcore" / name.replace(".", "/")
    module, _, function = f"finzcore.{name}".rpartition(".")
    there = path.is_dir() or path.with_suffix(".py").exists()
    assert there or hasattr(importlib.import_module(module), function)


def test_a_sampler_sees_where_the_time_goes(tmp_path: Path) -> None:
    sampler = Sampler()
    with Shop(tmp_path / "books.db") as shop, sampler.on():
        request = shop.request("GET", "/invoices")
        for _ in range(10_000):
            shop.ask(request)
            if sampler.phases.total() > 20:
                break
    assert sampler.phases.total() == sampler.functions.total() > 20
    assert {phase for phase, _ in profile.PHASES} | {"the rest"} >= set(sampler.phases)


def test_a_profile_is_a_table_of_shares() -> None:
    lines = table("GET it", 200.0, Counter({"SQL": 3, "the rest": 1}))
    assert "GET it: 200 µs" == lines[0]
    assert [["SQL", "75.0", "%", "150.0", "µs"], ["the", "rest", "25.0", "%", "50.0", "µs"]] == [
        line.split() for line in lines[1:]
    ]
