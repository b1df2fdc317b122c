"""Reports against the same figures made another way: posting by posting, with no totals and no SQL."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.books import journal
from finzcore.books.books import Books
from finzcore.ids import wire
from finzcore.ledger.account import AccountType, Role
from finzcore.testing import CountingIds, CountingRandom, FrozenClock
from tests.api.postings import branches, key_of, post, take_back
from tests.engines import ENGINES, Place

ROLES = (Role.CASH, Role.AR, Role.AP, Role.CUSTOMER_ADVANCE, Role.SALES, Role.FREIGHT, Role.RETAINED)
DAYS = st.one_of(
    st.sampled_from(["2025-03-31", "2025-04-01", "2026-03-31", "2026-04-01", "2026-02-28", "2026-05-31"]),
    st.dates(dt.date(2025, 2, 1), dt.date(2026, 6, 30)).map(str),
)


@st.composite
def entries(draw: st.DrawFn, among: tuple[Role, ...] = ROLES) -> dict[str, Any]:
    """An entry over two to four accounts, in one of two branches, perhaps taken back later."""
    roles = draw(st.lists(st.sampled_from(among), min_size=2, max_size=4, unique=True))
    amounts = [draw(st.integers(1, 10**9)) * draw(st.sampled_from([1, -1])) for _ in roles[1:]]
    total = -sum(amounts)
    if not total:
        amounts = [abs(amount) for amount in amounts]
        total = -sum(amounts)
    return {
        "date": draw(DAYS),
        "lines": list(zip(roles, [total, *amounts], strict=True)),
        "branch": draw(st.integers(0, 1)),
        "taken_back": draw(st.sampled_from([None, None, "VOID", "DELETE"])),
    }


@pytest.fixture(scope="module", params=ENGINES)
def office(request: pytest.FixtureRequest, places: Callable[[str], Place]) -> Iterator[finzcore.Engine]:
    clock = FrozenClock("2026-07-01T05:00:00+00:00")
    with (
        places(request.param)() as target,
        finzcore.open(target, clock=clock, ids=CountingIds(), random=CountingRandom()) as engine,
    ):
        yield engine


def kept(engine: finzcore.Engine, made: list[dict[str, Any]]) -> tuple[finzcore.Org, tuple[int, int], str]:
    """A new organisation with these entries: it, its two branches, and the contact of its receivables."""
    org = engine.create_org(name="Acme Traders", state="IN-KA")
    both = branches(engine, org)
    contact = org.contacts.create(contact_name="Asha Stores")
    with org.transaction():
        for one in made:
            seq = post(
                engine, org, one["date"], *one["lines"],
                branch=both[one["branch"]], contact=key_of(org, contact),
            )  # fmt: skip
            if one["taken_back"]:
                take_back(engine, org, seq, one["taken_back"])
    return org, both, contact["contact_id"]


def by_hand(
    engine: finzcore.Engine, org: finzcore.Org, through: str, branch: int | None
) -> dict[str, Decimal]:
    """Every account's net by code, summed posting by posting, in rupees."""

    def add(books: Books) -> dict[str, Decimal]:
        accounts = books.masters.rows["accounts"]
        start_year = int(through[:4]) - (through[5:7] < "04")
        april = f"{start_year}-04-01"
        sums = {row["code"]: Decimal(0) for row in accounts.values()}
        for posting in books.session.find(journal.POSTINGS):
            account = accounts[posting["account"]]
            if posting["day"] > through or branch not in (None, posting["branch_id"]):
                continue
            is_profit = account["code"][0] in "456"
            code = "3020" if is_profit and posting["day"] < april else account["code"]
            sums[code] += Decimal(posting["amount"]) / 100
        return {code: net for code, net in sums.items() if net}

    found: dict[str, Decimal] = engine.look(org._key, add)
    return found


@given(st.lists(entries(), max_size=12), DAYS, st.sampled_from([None, 0, 1]))
@settings(max_examples=40, deadline=None)
def test_a_trial_balance_is_the_sum_of_its_postings(
    office: finzcore.Engine, made: list[dict[str, Any]], as_of: str, branch: int | None
) -> None:
    org, both, _ = kept(office, made)
    at = None if branch is None else both[branch]
    shown = None if at is None else wire("br_", org._key, at)
    report = org.reports.trial_balance(as_of_date=as_of, branch_id=shown)
    nets = {row["code"]: row["debit"] - row["credit"] for row in report["accounts"]}
    assert by_hand(office, org, as_of, at) == nets
    assert report["total_debit"] == report["total_credit"]
    assert report["total_debit"] == sum(row["debit"] for row in report["accounts"])
    assert all(min(row["debit"], row["credit"]) == 0 for row in report["accounts"])
    assert sorted(nets) == list(nets)


@given(st.lists(entries(), max_size=10), DAYS, st.sampled_from(ROLES), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_a_ledger_closes_on_its_line_of_the_trial_balance(
    office: finzcore.Engine, made: list[dict[str, Any]], as_of: str, role: Role, limit: int
) -> None:
    org, _, _ = kept(office, made)
    code = {r.value: row for r, row in _accounts(office, org).items()}[role.value]["code"]
    account = org.account_id(code)
    april = f"{int(as_of[:4]) - (as_of[5:7] < '04')}-04-01"
    report = org.reports.trial_balance(as_of_date=as_of, include_zero=True)
    line = next(row for row in report["accounts"] if row["code"] == code)
    natural = AccountType(line["account_type"]).natural
    # Within one financial year, whatever its first day, and however short the list is cut.
    for first in (april, as_of, f"{as_of[:7]}-01"):
        ledger = org.reports.ledger(account_id=account, from_date=first, to_date=as_of, limit=limit)
        assert natural * (line["debit"] - line["credit"]) == ledger["closing_balance"]
        balance = ledger["opening_balance"]
        for row in ledger["entries"]:
            balance += natural * (row["debit"] - row["credit"])
            assert balance == row["running_balance"]
        assert ledger["truncated"] or balance == ledger["closing_balance"]
        days = [row["date"] for row in ledger["entries"]]
        assert sorted(days) == days


@given(st.lists(entries(), max_size=10), DAYS, DAYS, st.sampled_from(ROLES), st.sampled_from([None, 0, 1]))
@settings(max_examples=40, deadline=None)
def test_a_ledger_cut_short_closes_as_the_whole_one_does(
    office: finzcore.Engine,
    made: list[dict[str, Any]],
    one: str,
    other: str,
    role: Role,
    branch: int | None,
) -> None:
    # Also where a financial year ends between the first day and the last.
    first, last = sorted((one, other))
    org, both, _ = kept(office, made)
    account = wire("acc_", org._key, _accounts(office, org)[role]["number"])
    at = None if branch is None else wire("br_", org._key, both[branch])
    asked: dict[str, Any] = {"account_id": account, "to_date": last, "branch_id": at}
    for since in ({}, {"from_date": first}):
        whole = org.reports.ledger(limit=1000, **asked, **since)
        cut = org.reports.ledger(limit=1, **asked, **since)
        assert cut["truncated"] == (len(whole["entries"]) > 1)
        assert whole["closing_balance"] == cut["closing_balance"]


def _accounts(engine: finzcore.Engine, org: finzcore.Org) -> dict[Role, Any]:
    def read(books: Books) -> dict[Role, Any]:
        rows = books.masters.rows["accounts"].values()
        return {Role(row["role"]): row for row in rows if row["role"]}

    found: dict[Role, Any] = engine.look(org._key, read)
    return found


@given(st.lists(entries(), max_size=10), DAYS, DAYS)
@settings(max_examples=30, deadline=None)
def test_a_customer_owes_what_is_on_receivables_less_their_advances(
    office: finzcore.Engine, made: list[dict[str, Any]], one: str, other: str
) -> None:
    first, last = sorted((one, other))
    org, _, contact = kept(office, made)
    report = org.reports.customer_ledger(contact_id=contact, from_date=first, to_date=last)
    nets = by_hand(office, org, last, None)
    # All receivables and advances of these books are this customer's.
    assert nets.get("1040", 0) + nets.get("2050", 0) == report["closing_balance"]
    moved = report["total_debit"] - report["total_credit"]
    assert report["closing_balance"] == report["opening_balance"] + moved
    balance = report["opening_balance"]
    for row in report["entries"]:
        balance += row["debit"] - row["credit"]
        assert balance == row["balance"]
        assert row["debit"] != row["credit"]
        assert row["type"] == "JOURNAL"
    stayed = [entry for entry in made if not entry["taken_back"] and first <= entry["date"] <= last]
    ours = (Role.AR, Role.CUSTOMER_ADVANCE)
    sums = [sum(amount for role, amount in entry["lines"] if role in ours) for entry in stayed]
    assert sum(1 for net in sums if net) == len(report["entries"])
