"""Totals made into a trial balance, and amounts into a running balance (`api.md` §5)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from finzcore.ledger.account import Account, Role
from finzcore.ledger.chart import Chart
from finzcore.money import Paise


class TrialBalanceRow(NamedTuple):
    """The closing balance of one account in paise, in one of the two columns; the other is zero."""

    account: Account
    debit: Paise
    credit: Paise


class TrialBalance(NamedTuple):
    """The closing balances at the end of `as_of`, in the order of the accounts' codes."""

    as_of: date
    rows: tuple[TrialBalanceRow, ...]
    total_debit: Paise
    total_credit: Paise


def closing(chart: Chart, *, before: Mapping[int, int], year: Mapping[int, int]) -> dict[int, int]:
    """What every account stands at, by number in the order of codes; all in paise, debit positive.

    `before` holds sums of postings before a financial year, `year` those from its first day on. No
    closing entries are booked: income and expenses count for the running year only, and what they
    came to before is added to Retained Earnings.

    >>> from finzcore.ledger.chart_india import india_accounts
    >>> chart = Chart(india_accounts())
    >>> cash, sales, kept = (chart.by_code(code).number for code in ("1010", "4010", "3020"))
    >>> stands = closing(chart, before={cash: 500, sales: -500}, year={cash: 70, sales: -70})
    >>> stands[cash], stands[sales], stands[kept]
    (570, -70, -500)
    """
    profit_before = sum(net for number, net in before.items() if chart.by_number(number).type.is_profit)
    assert all(number in chart for number in year), "a posting to an account that is not in the chart"
    stands = {}
    for account in chart:
        net = year.get(account.number, 0)
        if not account.type.is_profit:
            net += before.get(account.number, 0)
        if account.role is Role.RETAINED:
            net += profit_before
        stands[account.number] = net
    return stands


def trial_balance(
    chart: Chart,
    *,
    before: Mapping[int, int],
    year: Mapping[int, int],
    as_of: date,
    include_zero: bool = False,
) -> TrialBalance:
    """The trial balance of `as_of`, from sums of postings by account number, debit positive.

    `before` holds the postings before the financial year of `as_of`, `year` those from its first
    day through `as_of`; `closing` makes the balances of them. A balance stands in the column of the
    side it is on, so an overdrawn bank account is a credit. Where the sums come from whole entries,
    the two totals are equal.
    """
    rows = tuple(
        _row(chart.by_number(number), net)
        for number, net in closing(chart, before=before, year=year).items()
        if net or include_zero
    )
    return TrialBalance(
        as_of=as_of,
        rows=rows,
        total_debit=Paise(sum(row.debit for row in rows)),
        total_credit=Paise(sum(row.credit for row in rows)),
    )


def running(opening: int, amounts: Iterable[int]) -> Iterator[int]:
    """The balance after each of `amounts`, starting from `opening`; all in paise, debit positive.

    >>> list(running(100, [50, -30]))
    [150, 120]
    """
    balances = accumulate(amounts, initial=opening)
    next(balances)
    return balances


def _row(account: Account, net: int) -> TrialBalanceRow:
    return TrialBalanceRow(account=account, debit=Paise(max(net, 0)), credit=Paise(max(-net, 0)))
