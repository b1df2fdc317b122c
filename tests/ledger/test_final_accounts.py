"""Profit and loss, balance sheet, cash flow: each account in its place, and the totals follow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.ledger.account import Account, AccountType, Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.chart_india import india_accounts
from finzcore.ledger.final_accounts import Node, balance_sheet, cash_flow, profit_and_loss, total
from finzcore.ledger.statements import closing

SEEDED = india_accounts()
FIRST = len(SEEDED) + 1
KINDS = list(AccountType)
CHART = Chart(
    [
        *SEEDED,
        *(
            Account(number=FIRST + place, code=f"9{place:03}", name=kind.value.capitalize(), type=kind)
            for place, kind in enumerate(KINDS)
        ),
    ]
)
"""The accounts of every organisation, and one more of every type."""

OF = {kind: FIRST + place for place, kind in enumerate(KINDS)}
RETAINED = CHART.by_role(Role.RETAINED).number


@st.composite
def balanced(draw: st.DrawFn) -> dict[int, int]:
    """Sums by account that add up to zero, as whole entries make them."""
    numbers = st.sampled_from([account.number for account in CHART])
    sums = draw(st.dictionaries(numbers, st.integers(-(10**9), 10**9), max_size=12))
    sums[OF[AccountType.CASH]] = sums.get(OF[AccountType.CASH], 0) - sum(sums.values())
    return sums


# Where each type of account stands (`api.md` §5, items 2 to 4), and the sign of a debit of one rupee there.
PLACES = [
    ("SALES", "income", -1),
    ("INCOME", "income", -1),
    ("COST_OF_GOODS_SOLD", "cost_of_goods_sold", 1),
    ("OTHER_INCOME", "other_income", -1),
    ("EXPENSE", "expenses", 1),
    ("OTHER_EXPENSE", "other_expenses", 1),
    ("ACCOUNTS_RECEIVABLE", "operating", -1),
    ("ACCOUNTS_PAYABLE", "operating", -1),
    ("GST_ASSET", "operating", -1),
    ("GST_LIABILITY", "operating", -1),
    ("TDS_ASSET", "operating", -1),
    ("TDS_LIABILITY", "operating", -1),
    ("STOCK", "operating", -1),
    ("OTHER_CURRENT_ASSET", "operating", -1),
    ("OTHER_CURRENT_LIABILITY", "operating", -1),
    ("CREDIT_CARD", "operating", -1),
    ("FIXED_ASSET", "investing", -1),
    ("OTHER_ASSET", "investing", -1),
    ("EQUITY", "financing", -1),
    ("RETAINED_EARNINGS", "financing", -1),
    ("LONG_TERM_LIABILITY", "financing", -1),
]


@pytest.mark.parametrize(("kind", "place", "sign"), PLACES)
def test_each_type_of_account_has_its_place(kind: str, place: str, sign: int) -> None:
    moved = {OF[AccountType(kind)]: 100}
    groups = profit_and_loss(CHART, moved)._asdict() | cash_flow(CHART, moved)._asdict()
    found = {name: group.total for name, group in groups.items() if name != "net_profit" and group.lines}
    assert {place: 100 * sign} == found


def test_there_is_no_other_type_of_account() -> None:
    assert {"BANK", "CASH", *(kind for kind, _, _ in PLACES)} == set(AccountType.__members__)


def test_profits_are_what_is_left_of_the_groups() -> None:
    # Income 900, cost 400, other income 70, expenses 300, other expenses 20.
    moved = {
        OF[AccountType.SALES]: -500, OF[AccountType.INCOME]: -400, OF[AccountType.COST_OF_GOODS_SOLD]: 400,
        OF[AccountType.OTHER_INCOME]: -70, OF[AccountType.EXPENSE]: 300, OF[AccountType.OTHER_EXPENSE]: 20,
    }  # fmt: skip
    report = profit_and_loss(CHART, moved)
    assert (500, 250) == (report.gross_profit, report.net_profit)
    assert [500, 400] == [line.amount for line in report.income.lines]


@given(balanced())
def test_the_net_profit_is_the_credit_of_income_and_expenses(moved: dict[int, int]) -> None:
    expected = -sum(net for number, net in moved.items() if CHART.by_number(number).type.is_profit)
    assert expected == profit_and_loss(CHART, moved).net_profit


@given(balanced())
def test_a_cash_flow_is_the_change_of_banks_and_cash(moved: dict[int, int]) -> None:
    kinds = (AccountType.BANK, AccountType.CASH)
    expected = sum(net for number, net in moved.items() if CHART.by_number(number).type in kinds)
    assert expected == cash_flow(CHART, moved).net_change


@given(balanced(), balanced())
def test_a_balance_sheet_balances(before: dict[int, int], year: dict[int, int]) -> None:
    sheet = balance_sheet(CHART, closing(CHART, before=before, year=year))
    assert total(sheet.assets) == total(sheet.liabilities) + total(sheet.equity)


def test_retained_earnings_are_one_line_with_what_was_booked_to_them() -> None:
    # Earlier: a profit of 700, of which 200 were booked away. This year: 50 more, and a loss of 30.
    cash, sales, rent = (OF[AccountType(kind)] for kind in ("CASH", "SALES", "EXPENSE"))
    before = {cash: 500, sales: -700, RETAINED: 200}
    year = {cash: -80, RETAINED: 50, rent: 30}
    sheet = balance_sheet(CHART, closing(CHART, before=before, year=year))
    assert [("Retained Earnings", 450), ("Current Year Earnings", -30)] == [
        (node.name, node.balance) for node in sheet.equity
    ]
    assert [420] == [node.balance for node in sheet.assets]


def family(*parents: int | None) -> Chart:
    """The seeded accounts, and one fixed asset below each of these parents."""
    return Chart(
        [
            *SEEDED,
            *(
                Account(
                    number=FIRST + place, code=f"15{place:02}", name=f"Asset {place}",
                    type=AccountType.FIXED_ASSET, parent=parent,
                )
                for place, parent in enumerate(parents)
            ),
        ]
    )  # fmt: skip


def shape(nodes: tuple[Node, ...]) -> list[tuple[str, int, list[object]]]:
    return [(node.name, node.balance, shape(node.children)) for node in nodes]  # type: ignore[misc]


def test_an_account_stands_below_its_parent_with_a_balance_of_its_own() -> None:
    chart = family(None, FIRST, FIRST + 1, FIRST, None)
    stands = dict.fromkeys((account.number for account in chart), 0)
    sheet = balance_sheet(chart, stands | {FIRST: 5, FIRST + 2: 70, FIRST + 4: 900})
    # Asset 1 is shown for the one below it; asset 3 is empty and is not.
    expected = [("Asset 0", 5, [("Asset 1", 0, [("Asset 2", 70, [])])]), ("Asset 4", 900, [])]
    assert expected == shape(sheet.assets)
    assert 975 == total(sheet.assets)


def test_what_stands_below_retained_earnings_moves_with_them() -> None:
    below = Account(number=FIRST, code="3021", name="Reserve", type=AccountType.EQUITY, parent=RETAINED)
    chart = Chart([*SEEDED, below])
    cash = chart.by_role(Role.CASH).number
    sheet = balance_sheet(chart, closing(chart, before={}, year={cash: 40, FIRST: -40}))
    assert [("Retained Earnings", 0, [("Reserve", 40, [])]), ("Current Year Earnings", 0, [])] == shape(
        sheet.equity
    )


def test_what_is_compared_is_listed_where_there_is_nothing() -> None:
    sales = OF[AccountType.SALES]
    report = profit_and_loss(CHART, {}, shown={sales})
    assert [(sales, 0)] == [(line.account.number, line.amount) for line in report.income.lines]
    assert () == report.expenses.lines
