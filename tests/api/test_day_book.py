"""The day book: entries by date, as the list of journals shows them (`api.md` §5, item 11)."""

import re
import sqlite3
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.books.reports import day_book
from finzcore.ids import wire
from finzcore.ledger.account import Role
from finzcore.storage.statements import statement
from finzcore.testing import Call, FrozenClock
from tests.api.postings import branches, post, take_back
from tests.api.test_reports_by_hand import DAYS, entries, kept, office
from tests.engines import on_sqlite
from tests.selling import INVALID, NOT_FOUND, Seller

__all__ = ["office"]

BOOK = "/reports/day_book"
CASH = (Role.CASH, 100)
SALE = (Role.SALES, -100)


def told(report: dict[str, Any]) -> list[str]:
    """The numbers of the entries."""
    return [row["journal_number"] for row in report["entries"]]


def test_entries_stand_by_date_and_then_as_they_were_posted(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    for day in ("2026-05-19", "2026-05-17", "2026-05-18", "2026-05-17", "2026-05-20"):
        post(engine, acme, day, CASH, SALE)
    report = call.ok("GET", f"{BOOK}?from_date=2026-05-17&to_date=2026-05-19")["day_book"]
    assert [2, 4, 3, 1] == [int(number[-3:]) for number in told(report)]
    assert (4, 4) == (report["total_debit"], report["total_credit"])
    assert ("2026-05-17", "2026-05-19", None, None) == (
        report["from_date"], report["to_date"], report["branch_id"], report["cost_center_id"],
    )  # fmt: skip


def test_an_entry_has_the_shape_of_a_journal(call: Call, acme: finzcore.Org) -> None:
    call.ok("POST", "/invoices", Seller(call, acme).body(auto_approve=True))
    (shown,) = call.ok("GET", f"{BOOK}?date=2026-05-19")["day_book"]["entries"]
    (listed,) = call.ok("GET", "/journals")["journals"]
    assert listed == shown
    (explained,) = call.ok("GET", f"{BOOK}?date=2026-05-19&explain=true")["day_book"]["entries"]
    item = {
        "journal_id": listed["journal_id"],
        "source": "INVOICE",
        "source_id": listed["source_id"],
        "amounts": {"total": Decimal("14160.00")},
    }
    assert {"count": 1, "items": [item], "next": None} == explained["sources"]


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({}, ["19"]),
        ({"date": "2026-05-18"}, ["18"]),
        ({"to_date": "2026-05-18"}, ["17", "18"]),
        ({"from_date": "2026-05-18"}, ["18", "19"]),
        ({"from_date": "2026-05-18", "to_date": "2026-05-18"}, ["18"]),
        ({"from_date": "2026-05-20"}, ["20"]),
        ({"date": "2020-01-01"}, []),
    ],
)
def test_the_days_that_are_meant(
    asked: dict[str, Any], days: list[str], engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    for day in ("17", "18", "19", "20"):  # today is the 19th
        post(engine, acme, f"2026-05-{day}", CASH, SALE)
    assert days == [row["date"][8:10] for row in acme.reports.day_book(**asked)["entries"]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("date=2026-05-19&to_date=2026-05-20", (400, INVALID, "date")),
        ("from_date=2026-05-20&to_date=2026-05-19", (400, INVALID, "to_date")),
        ("date=today", (422, "validation.failed", "date")),
        ("branch_id=br_1", (404, NOT_FOUND, "branch_id")),
        ("cost_center_id=cc_1", (404, NOT_FOUND, "cost_center_id")),
    ],
)
def test_a_day_book_that_cannot_be_is_refused(call: Call, asked: str, expected: tuple[int, str, str]) -> None:
    assert expected == call.refused("GET", f"{BOOK}?{asked}")


def test_what_was_taken_back_is_shown_or_left_out_as_in_the_list(
    call: Call, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    voided, deleted, edited, _ = (post(engine, acme, "2026-05-19", CASH, SALE) for _ in range(4))
    for seq, cause in ((voided, "VOID"), (deleted, "DELETE"), (edited, "EDIT")):
        take_back(engine, acme, seq, cause)
    listed = call.ok("GET", "/journals")["journals"]
    report = call.ok("GET", BOOK)["day_book"]
    assert [1, 4, 5] == [int(number[-3:]) for number in told(report)]
    assert listed[::-1] == report["entries"]
    assert 3 == report["total_debit"] == report["total_credit"]


def test_a_day_book_is_drawn_as_it_was_known(
    clock: FrozenClock, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    first = post(engine, acme, "2026-05-19", CASH, SALE)
    post(engine, acme, "2026-05-19", (Role.CASH, 700), (Role.SALES, -700))
    before = acme.reports.day_book(date="2026-05-19")
    clock.move(hours=1)
    post(engine, acme, "2026-05-19", CASH, SALE)
    take_back(engine, acme, first, "DELETE")
    known = acme.reports.day_book(date="2026-05-19", as_known_at="2026-05-19T05:59:59Z")
    assert before == known
    assert 8 == known["total_debit"] == acme.reports.day_book(date="2026-05-19")["total_debit"]
    assert told(known) != told(acme.reports.day_book(date="2026-05-19"))


def test_a_cost_centre_keeps_the_postings_with_its_tag(acme: finzcore.Org) -> None:
    ids = {name: acme.add_cost_center(name=name)["cost_center_id"] for name in ("North", "South")}
    rent, cash = acme.account_id("6010"), acme.account_id("1010")
    for tags in ([ids["North"]], [ids["South"], ids["North"]], [ids["South"]], []):
        lines = [{"account_id": rent, "debit": 10, "tags": tags}, {"account_id": cash, "credit": 10}]
        acme.journals.create(date="2026-05-19", lines=lines)
    for name, numbers in (
        ("North", ["JE-2627-001", "JE-2627-002"]),
        ("South", ["JE-2627-002", "JE-2627-003"]),
    ):
        report = acme.reports.day_book(cost_center_id=ids[name])
        assert numbers == told(report)
        assert [1, 1] == [len(row["lines"]) for row in report["entries"]]
        assert (20, 0) == (report["total_debit"], report["total_credit"])
        ledger = acme.reports.ledger(account_id=rent, cost_center_id=ids[name])
        assert numbers == [row["journal_number"] for row in ledger["entries"]]
        assert 20 == ledger["closing_balance"]
        at = {"account_id": rent, "cost_center_id": ids[name], "from_date": "2026-05-20"}
        assert 20 == acme.reports.ledger(**at)["opening_balance"]


def test_a_branch_has_a_day_book_of_its_own(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    head, mumbai = branches(engine, acme)
    post(engine, acme, "2026-05-19", CASH, SALE, branch=head)
    post(engine, acme, "2026-05-19", (Role.CASH, 700), (Role.SALES, -700), branch=mumbai)
    report = acme.reports.day_book(branch_id=wire("br_", acme._key, mumbai))
    assert (7, 7) == (report["total_debit"], report["total_credit"])


@given(st.lists(entries(), max_size=12), DAYS, DAYS, st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_a_day_book_is_the_journal_of_its_days(
    office: finzcore.Engine, made: list[dict[str, Any]], one: str, other: str, at_once: int
) -> None:
    first, last = sorted((one, other))
    org, _, _ = kept(office, made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day_book, "PAGE", at_once)
        report = org.reports.day_book(from_date=first, to_date=last)
    listed = list(org.journals.all(date_from=first, date_to=last))
    assert sorted(listed, key=lambda row: (row["date"], row["created_time"], row["journal_id"])) == sorted(
        report["entries"], key=lambda row: (row["date"], row["created_time"], row["journal_id"])
    )
    assert sorted(row["date"] for row in listed) == [row["date"] for row in report["entries"]]
    assert report["total_debit"] == report["total_credit"] == sum(row["total"] for row in listed)


@on_sqlite  # whose planner is asked; tests of all reports ask the other one
def test_entries_of_a_day_are_met_in_an_index(acme: finzcore.Org, target: str) -> None:
    text = statement("reports_long.day_book")
    with closing(sqlite3.connect(target)) as books:
        values = dict.fromkeys(re.findall(r":(\w+)", text), 1)
        plan = [row[3] for row in books.execute(f"EXPLAIN QUERY PLAN {text}", values)]
    assert "SEARCH e USING INDEX entries_date (org_id=? AND (date,seq)>(?,?) AND date<?)" == plan[0]
    assert not any("TEMP B-TREE" in step for step in plan), plan
