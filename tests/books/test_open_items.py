"""What is owed follows from the ledger: any month, any day, any branch, as it is known and as it was."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.settings import Settings
from finzcore.testing import CountingIds, CountingRandom, FrozenClock
from tests.engines import on_sqlite
from tests.owing import CONTROL, STEPS, Body, Business

OFTEN = settings(max_examples=12, deadline=None, phases=[Phase.generate])
CHANCE = st.randoms(use_true_random=False)
AGING = {"customer": "ar_aging", "vendor": "ap_aging"}
OUTSTANDING = {"customer": "outstanding_receivables", "vendor": "outstanding_payables"}
PAPERS = {"customer": "invoice", "vendor": "bill"}
BUCKETS = ("bucket_0_30", "bucket_31_60", "bucket_61_90", "bucket_90_plus")


@contextmanager
def business(chance: Random, *, target: str = ":memory:", dollars: bool = True) -> Iterator[Business]:
    """A business that has not done anything yet."""
    clock, relaxed = FrozenClock(), Settings(durability="relaxed")
    ids, drawn = CountingIds(), CountingRandom()
    with finzcore.open(target, clock=clock, ids=ids, random=drawn, settings=relaxed) as engine:
        org = engine.create_org(name="Acme Traders", state="IN-KA")
        yield Business(org, clock, chance, dollars=dollars)


def days_of(trade: Business) -> list[str]:
    """Days before, amid and after everything."""
    return [(trade.today + dt.timedelta(days=by)).isoformat() for by in (-400, -20, -2, 0, 60)]


def drawn(trade: Business, name: str, **asked: Any) -> Body:
    report: Body = getattr(trade.org.reports, name)(**asked)
    return report


# ----- the control accounts -----


def check_control(trade: Business) -> None:
    """Both ageing reports come to the control account, on any day, in all and in each of the branches."""
    branches = [branch["branch_id"] for branch in trade.org.branches.list()]
    for name in CONTROL:
        for as_of in days_of(trade):
            parts = [drawn(trade, name, as_of_date=as_of, branch_id=one)["totals"] for one in branches]
            for branch, part in zip(branches, parts, strict=True):
                assert trade.control(name, as_of, branch) == part["total"]
            report = drawn(trade, name, as_of_date=as_of)
            assert trade.control(name, as_of, None) == report["totals"]["total"]
            for column, amount in report["totals"].items():
                assert amount == sum(row[column] for row in report["rows"])
            assert report["totals"]["total"] == sum(part["total"] for part in parts)


@OFTEN
@given(chance=CHANCE)
def test_all_that_is_open_adds_up_to_the_control_account(chance: Random) -> None:
    with business(chance) as trade:
        for _ in range(50):
            trade.step()
        check_control(trade)


def test_it_does_on_either_engine_whatever_is_done(target: str) -> None:
    with business(Random(20260519), target=target) as trade:
        for _ in range(150):
            trade.step()
        assert set(STEPS) <= trade.done.keys()
        check_control(trade)


# ----- documents, money and notes -----


def settlements(trade: Business) -> Iterator[tuple[str, str, Decimal]]:
    """The document, the day and the amount of each allocation, as payments and notes show them."""
    for of, uses in (("payments", "allocations"), ("credit_notes", "applications")):
        for source in getattr(trade.org, of).all():
            for one in source[uses]:
                keys = (one.get(key) for key in ("invoice_id", "bill_id", "debit_note_id"))
                yield next(key for key in keys if key), one["date"][:10], one["amount"]


def papers(trade: Business, side: str) -> Iterator[tuple[str, Body]]:
    """The posted documents that customers or vendors are to be paid for, by their ids."""
    for noun in (PAPERS[side], "debit_note"):
        for one in getattr(trade.org, f"{noun}s").all():
            if one["status"] not in ("DRAFT", "CANCELLED") and one.get("type", side) == side:
                yield one[f"{noun}_id"], one


def unpaid(trade: Business, side: str, as_of: str) -> dict[str, Decimal]:
    """What is left on a day of each document."""
    left = {key: one["total"] for key, one in papers(trade, side) if one["date"][:10] <= as_of}
    for key, date, amount in settlements(trade):
        if key in left and date <= as_of:
            left[key] -= amount
    return {key: amount for key, amount in left.items() if amount}


@OFTEN
@given(chance=CHANCE)
def test_a_document_is_outstanding_by_what_had_not_settled_it(chance: Random) -> None:
    with business(chance, dollars=False) as trade:
        for _ in range(50):
            trade.step()
        for side, name in OUTSTANDING.items():
            noun = PAPERS[side]
            for as_of in days_of(trade):
                report = drawn(trade, name, as_of_date=as_of)
                shown = [row for contact in report[f"{side}s"] for row in contact[f"{noun}s"]]
                found = {row[f"{noun}_id"] or row["debit_note_id"]: row["balance"] for row in shown}
                assert unpaid(trade, side, as_of) == found
                assert report["total"] == sum(found.values())
            statuses = {key: one["status"] for key, one in papers(trade, side) if one["balance"]}
            today = drawn(trade, name, as_of_date="2199-12-31")
            for contact in today[f"{side}s"]:
                for row in contact[f"{noun}s"]:
                    shown_now = row["status"].replace("OVERDUE", {"customer": "SENT", "vendor": "OPEN"}[side])
                    key = row[f"{noun}_id"] or row["debit_note_id"]
                    now = statuses[key].replace("OVERDUE", {"customer": "SENT", "vendor": "OPEN"}[side])
                    assert now == shown_now


@OFTEN
@given(chance=CHANCE)
def test_what_waits_is_on_account_and_what_is_due_in_a_bucket(chance: Random) -> None:
    with business(chance, dollars=False) as trade:
        for _ in range(50):
            trade.step()
        for side, name in AGING.items():
            due, waits = Counter[str](), Counter[str]()
            for contact in trade.contacts.values():
                if (contact["contact_type"] == "VENDOR") == (side == "vendor"):
                    due[contact["contact_id"]] += contact["opening_balance"]
            for _, _, account, whose, amount in trade.by_hand:
                if whose is not None and account == CONTROL[name]:
                    (due if amount > 0 else waits)[whose] += amount
            for _, one in papers(trade, side):
                due[one.get("customer_id") or one["vendor_id"]] += one["balance"]
            for note in trade.org.credit_notes.all():
                if note["type"] == side and note["status"] != "CANCELLED":
                    waits[note["customer_id"]] -= note["credits_remaining"]
            for one in trade.org.payments.all():
                ours = (one["flow"] == "INCOMING") == (side == "customer")
                if ours and one["payment_type"] == "REGULAR" and one["status"] == "RECORDED":
                    waits[one["contact_id"]] -= one["unused_amount"]
            rows = {row["contact_id"]: row for row in drawn(trade, name, as_of_date="2199-12-31")["rows"]}
            for contact in trade.contacts.values():
                row = rows.get(contact["contact_id"], dict.fromkeys((*BUCKETS, "on_account"), 0))
                assert due[contact["contact_id"]] == sum(row[bucket] for bucket in BUCKETS)
                assert waits[contact["contact_id"]] == row["on_account"]


# ----- as it was known, and where it comes from -----


def everything(trade: Business, **asked: Any) -> dict[str, Body]:
    """Every report of what is owed, on the day that it is drawn and on others, of all and of one branch."""
    branch = trade.branches[1]
    found = {}
    for name in (*AGING.values(), *OUTSTANDING.values()):
        for day in (None, "2026-05-10", "2199-12-31"):
            found[f"{name} {day}"] = drawn(trade, name, as_of_date=day, **asked)
        found[f"{name} of a branch"] = drawn(trade, name, branch_id=branch, **asked)
    for kind, contact in trade.contacts.items():
        key = contact["contact_id"]
        for name in ("customer_ledger", "vendor_ledger"):
            found[f"{name} {kind}"] = drawn(trade, name, contact_id=key, **asked)
            found[f"{name} {kind} May"] = drawn(trade, name, contact_id=key, from_date="2026-05-16", **asked)
        one = drawn(trade, "outstanding_receivables", contact_id=key, **asked)
        found[f"outstanding {kind}"] = one
    return found


def check_known(trade: Business, rounds: int, steps: int) -> None:
    """What was drawn at an instant is drawn again as it was known then, whatever has happened since."""
    seen = {}
    for _ in range(rounds):
        for _ in range(steps):
            trade.step()
        seen[trade.clock().isoformat()] = everything(trade)
        trade.clock.move(seconds=1)
    for _ in range(steps):
        trade.step()
    for instant, reports in seen.items():
        assert reports == everything(trade, as_known_at=instant)


@settings(OFTEN, max_examples=6)
@given(chance=CHANCE)
def test_what_was_known_stays_as_it_was(chance: Random) -> None:
    with business(chance) as trade:
        check_known(trade, 3, 15)


def test_what_was_known_stays_as_it_was_on_either_engine(target: str) -> None:
    with business(Random(7), target=target) as trade:
        check_known(trade, 1, 40)


def explained(value: Any) -> Iterator[Body]:
    """Every row of a report that has sources."""
    if isinstance(value, dict):
        if "sources" in value:
            yield value
        value = [inner for key, inner in value.items() if key != "sources"]
    if isinstance(value, list):
        for inner in value:
            yield from explained(inner)


def items_of(trade: Business, sources: Body) -> list[Body]:
    """Every item of a trail, page after page."""
    items, cursor = list(sources["items"]), sources["next"]
    while cursor is not None:
        page = trade.org.reports.sources(cursor=cursor, per_page=9)
        items += page
        cursor = page.next_cursor
    assert sources["count"] == len(items)
    return items


@on_sqlite  # both engines run its statements in tests/api/test_owed.py
def test_the_sources_of_every_row_add_up_to_each_of_its_amounts(target: str) -> None:
    with business(Random(11), target=target) as trade:
        for _ in range(200):
            trade.step()
        journals = {one["journal_id"] for one in trade.org.journals.all()}
        rows = [row for report in everything(trade, explain=True).values() for row in explained(report)]
        assert any(row["sources"]["next"] for row in rows)
        for row in rows:
            items = items_of(trade, row["sources"])
            assert all(item["journal_id"] in journals for item in items)
            # The balance beside an entry is that of the entry before it and its own amount.
            columns = {key for key, amount in row.items() if isinstance(amount, Decimal)}
            for column in columns - ({"balance"} if "ref_id" in row else set()):
                assert row[column] == sum(item["amounts"].get(column, Decimal(0)) for item in items)


def test_the_ledger_of_a_contact_closes_with_its_accounts(target: str) -> None:
    with business(Random(13), target=target) as trade:
        for _ in range(80):
            trade.step()
        for name, codes, sign in (
            ("customer_ledger", ("1040", "2050"), 1),
            ("vendor_ledger", ("2010", "1080"), -1),
        ):
            closing = Decimal(0)
            for contact in trade.contacts.values():
                report = drawn(trade, name, contact_id=contact["contact_id"])
                moved = sign * (report["total_debit"] - report["total_credit"])
                assert report["closing_balance"] == report["opening_balance"] + moved
                closing += report["closing_balance"]
            trial = drawn(trade, "trial_balance", as_of_date=trade.today.isoformat())
            stands = [row["debit"] - row["credit"] for row in trial["accounts"] if row["code"] in codes]
            assert sign * sum(stands) == closing


def test_the_statements_of_a_report_do_not_become_more_with_contacts(target: str) -> None:
    ran: list[str] = []
    names = (*AGING.values(), *OUTSTANDING.values())
    with business(Random(3), target=target) as trade:
        counts: list[list[int]] = []
        for _ in range(2):
            for _ in range(3):
                more = trade.org.contacts.create(contact_name="One more", contact_type="BOTH")
                trade.contacts[more["contact_id"]] = more
            for _ in range(25):
                trade.step()
            counts.append([])
            for name in names:
                drawn(trade, name)
                trade.org._engine.store.trace(ran.append)  # type: ignore[attr-defined]
                drawn(trade, name)
                trade.org._engine.store.trace(None)  # type: ignore[attr-defined]
                counts[-1].append(len(ran))
                ran.clear()
        assert counts[0] == counts[1]
