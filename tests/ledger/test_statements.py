"""The trial balance: equal totals, profit of the running year only, earlier profit retained."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.chart_india import india_accounts
from finzcore.ledger.statements import TrialBalance, running, trial_balance

CHART = Chart(india_accounts())
DAY = date(2026, 5, 31)
CASH, AR, AP, RETAINED, SALES, ROUND_OFF, FREIGHT = (
    CHART.by_role(role).number
    for role in (Role.CASH, Role.AR, Role.AP, Role.RETAINED, Role.SALES, Role.ROUND_OFF, Role.FREIGHT)
)


def columns(report: TrialBalance) -> dict[str, tuple[int, int]]:
    """Code to (debit, credit)."""
    return {row.account.code: (row.debit, row.credit) for row in report.rows}


@st.composite
def balanced(draw: st.DrawFn) -> dict[int, int]:
    """Sums by account that add up to zero, as whole entries make them."""
    numbers = st.sampled_from([account.number for account in CHART])
    sums = draw(st.dictionaries(numbers, st.integers(-(10**9), 10**9), max_size=10))
    sums[CASH] = sums.get(CASH, 0) - sum(sums.values())
    return sums


def test_one_sale_in_the_running_year() -> None:
    report = trial_balance(CHART, before={}, year={AR: 1416000, SALES: -1200000, AP: -216000}, as_of=DAY)
    assert {"1040": (1416000, 0), "2010": (0, 216000), "4010": (0, 1200000)} == columns(report)
    assert (1416000, 1416000) == (report.total_debit, report.total_credit)
    assert DAY == report.as_of


def test_profit_of_earlier_years_is_retained() -> None:
    # Earlier: sales 1,000.00, freight 300.00, both in cash. This year: freight 50.00 in cash.
    before = {CASH: 70000, SALES: -100000, FREIGHT: 30000}
    report = trial_balance(CHART, before=before, year={CASH: -5000, FREIGHT: 5000}, as_of=DAY)
    assert {"1010": (65000, 0), "3020": (0, 70000), "6060": (5000, 0)} == columns(report)


def test_earlier_profit_is_added_to_what_retained_earnings_hold_already() -> None:
    before = {CASH: 70000, SALES: -100000, RETAINED: 30000}
    report = trial_balance(CHART, before=before, year={RETAINED: 20000, CASH: -20000}, as_of=DAY)
    assert {"1010": (50000, 0), "3020": (0, 50000)} == columns(report)


def test_an_earlier_loss_is_a_debit_of_retained_earnings() -> None:
    report = trial_balance(CHART, before={FREIGHT: 900, AP: -900}, year={}, as_of=DAY)
    assert {"2010": (0, 900), "3020": (900, 0)} == columns(report)


def test_an_overdrawn_account_stands_on_the_side_it_is_on() -> None:
    report = trial_balance(CHART, before={}, year={CASH: -500, ROUND_OFF: 500}, as_of=DAY)
    assert {"1010": (0, 500), "4040": (500, 0)} == columns(report)


def test_zero_rows_are_omitted_unless_asked_for() -> None:
    sums = {CASH: 500, AP: -500, AR: 0}
    assert 2 == len(trial_balance(CHART, before={}, year=sums, as_of=DAY).rows)
    full = trial_balance(CHART, before={}, year=sums, as_of=DAY, include_zero=True)
    assert [account.code for account in CHART] == [row.account.code for row in full.rows]


@given(balanced(), balanced())
def test_the_two_totals_are_equal(before: dict[int, int], year: dict[int, int]) -> None:
    report = trial_balance(CHART, before=before, year=year, as_of=DAY)
    assert report.total_debit == report.total_credit
    assert all((row.debit > 0) != (row.credit > 0) for row in report.rows)


@given(balanced(), balanced())
def test_rows_follow_the_chart_and_zero_rows_change_no_total(
    before: dict[int, int], year: dict[int, int]
) -> None:
    short = trial_balance(CHART, before=before, year=year, as_of=DAY)
    full = trial_balance(CHART, before=before, year=year, as_of=DAY, include_zero=True)
    assert columns(short).items() <= columns(full).items()
    assert (short.total_debit, short.total_credit) == (full.total_debit, full.total_credit)
    assert all(one.account.code < two.account.code for one, two in pairwise(short.rows))


@given(balanced(), balanced())
def test_a_new_year_moves_profit_and_nothing_else(before: dict[int, int], year: dict[int, int]) -> None:
    closing = trial_balance(CHART, before=before, year=year, as_of=date(2026, 3, 31))
    everything = {n: before.get(n, 0) + year.get(n, 0) for n in before.keys() | year.keys()}
    opening = trial_balance(CHART, before=everything, year={}, as_of=date(2026, 4, 1))
    kept = {r for r in closing.rows if not r.account.type.is_profit and r.account.role is not Role.RETAINED}
    assert kept == {row for row in opening.rows if row.account.role is not Role.RETAINED}


def test_a_sum_of_an_account_that_is_not_in_the_chart_is_our_own_mistake() -> None:
    for before, year in (({999: 5}, {}), ({}, {999: 5})):
        with pytest.raises(AssertionError):
            trial_balance(CHART, before=before, year=year, as_of=DAY)


@given(st.integers(), st.lists(st.integers()))
def test_a_running_balance_moves_by_each_amount_and_ends_at_the_sum(opening: int, amounts: list[int]) -> None:
    balances = list(running(opening, amounts))
    assert amounts == [after - before for before, after in pairwise([opening, *balances])]
    assert opening + sum(amounts) == ([opening, *balances])[-1]
