"""Every figure agrees with every other: reports and returns with documents and entries, and with what they
were when they were drawn before; and code that is broken on purpose is noticed.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import finzcore
from finzcore.books.reports import known
from finzcore.storage import statements
from finzcore.testing import CountingIds, CountingRandom, FrozenClock, invariants
from finzcore.testing.invariants import Invariant
from finzcore.testing.invariants.explained import drawn
from finzcore.testing.invariants.seen import Seen
from tests.business import CHAPTERS, Business, told
from tests.engines import Place
from tests.proof.mutants_reports import MUTANTS, STATEMENTS

Report = Any


@contextmanager
def opened(target: str, at: str = "05:00:00") -> Iterator[tuple[finzcore.Engine, FrozenClock]]:
    """Books at a place, with a clock of their own."""
    clock = FrozenClock(f"2026-05-19T{at}+00:00")
    chosen = finzcore.Settings(durability="relaxed")
    with finzcore.open(
        target, clock=clock, ids=CountingIds(), random=CountingRandom(), settings=chosen
    ) as engine:
        yield engine, clock


REPEATED = ("as_known_at", "next")
"""What a report says of how it was asked for, and where its sources go on, in a cursor of that moment."""


def told_apart(report: Report) -> Report:
    """A report without that."""
    if isinstance(report, dict):
        return {key: told_apart(value) for key, value in report.items() if key not in REPEATED}
    return list(map(told_apart, report)) if isinstance(report, list) else report


def all_reports(engine: finzcore.Engine, org_id: str, **more: Any) -> dict[str, Report]:
    """Every report there is, by its name and what it was asked."""
    seen = Seen(engine, org_id)
    return {
        f"{name} {sorted((word, said) for word, said in asked.items() if word not in more)}": (
            told_apart(report)
        )
        for name, asked, report in drawn(seen, **more)
    }


def differing(then: dict[str, Report], now: dict[str, Report]) -> list[str]:
    """Which reports of then are others now, of those that are asked for still: a return that follows a filed
    one is not."""
    return [name for name, report in then.items() if name in now and report != now[name]]


# ----- every report with documents, entries, and what it was -----

REMEMBERED: dict[str, bool] = {"_bought": False, "_settled": True, "_undone": False}
"""The chapters after which every report is drawn, and whether it is explained."""


def test_reports_agree_with_documents_and_stay_what_they_were(new_place: Place) -> None:
    """After some chapters the reports are drawn; after the last one again, as they were known then."""
    then: dict[str, dict[str, Report]] = {}
    now: dict[str, dict[str, Report]] = {}
    with new_place() as target, opened(target) as (engine, clock):
        one = Business(engine, clock)
        instants = {}
        for chapter in CHAPTERS:
            chapter(one)
            name = chapter.__name__
            if name in REMEMBERED:
                instants[name] = clock().isoformat()
                then[name] = all_reports(engine, one.acme.org_id, explain=REMEMBERED[name])
                clock.move(seconds=1)
        invariants.check(engine, one.acme.org_id)
        for name, instant in instants.items():
            now[name] = all_reports(engine, one.acme.org_id, explain=REMEMBERED[name], as_known_at=instant)
    assert {name: [] for name in REMEMBERED} == {
        name: differing(said, now[name]) for name, said in then.items()
    }
    assert differing(then["_bought"], now["_undone"]), "what came later changed what was there"


# ----- broken on purpose -----


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The books of the story, closed, and the organisation in them."""
    path = tmp_path_factory.mktemp("business") / "books.db"
    with opened(str(path)) as (engine, clock):
        org_id = told(engine, clock).acme.org_id
    return path, org_id


def noticed(business: tuple[Path, str], folder: Path, *holds: Invariant) -> str:
    """What invariants say of the story, as one text."""
    path, org_id = business
    shutil.copy(path, folder / "books.db")
    with opened(str(folder / "books.db"), "06:00:00") as (engine, _):
        try:
            invariants.check(engine, org_id, holds)
        except AssertionError as found:
            return str(found)
    return ""


def test_each_invariant_of_reports_notices_something() -> None:
    finders = {finder for *_, finder, _ in (*MUTANTS.values(), *STATEMENTS.values())}
    assert set(invariants.REPORTS) == finders


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_report_is_noticed(
    name: str, business: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, what, instead, finder, said = MUTANTS[name]
    monkeypatch.setattr(where, what, instead)
    found = noticed(business, tmp_path, finder)
    assert re.search(f"{finder.__name__}: {said}", found), found


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_broken_statement_is_noticed(
    name: str, business: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, without, instead, finder, said = STATEMENTS[name]
    for statement in names:
        text = statements.statement(statement)
        assert without in text, text
        monkeypatch.setitem(statements._known, statement, text.replace(without, instead))
    found = noticed(business, tmp_path, finder)
    assert re.search(f"{finder.__name__}: {said}", found), found


def test_a_report_that_forgets_when_it_is_known_is_noticed(
    business: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, org_id = business
    shutil.copy(path, tmp_path / "books.db")
    with opened(str(tmp_path / "books.db"), "06:00:00") as (engine, clock):
        then, instant = all_reports(engine, org_id), clock().isoformat()
        clock.move(seconds=1)
        acme = engine.org(org_id)
        invoice = next(one for one in acme.invoices.all() if "SENT" == one["status"])
        acme.invoices.void(invoice["invoice_id"])
        assert [] == differing(then, all_reports(engine, org_id, as_known_at=instant))
        monkeypatch.setattr(known, "known_at", lambda books, time: known.now(books))
        forgotten = {
            name.split()[0] for name in differing(then, all_reports(engine, org_id, as_known_at=instant))
        }
    assert {"ar_aging", "balance_sheet", "day_book", "gstr1", "gstr3b", "ledger"} <= forgotten
