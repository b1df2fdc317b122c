"""Sums by account made into the final accounts: profit and loss, balance sheet, cash flow (`api.md` §5).

Sums are of postings, by account number, in paise, debit positive. An amount comes out positive on the
natural side of its account; in a cash flow, where cash comes in. `shown` are the accounts that are listed
even where there is nothing on them now, such as those of a period that this one is compared with.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from finzcore.ledger.account import Account, AccountClass, AccountType, Role
from finzcore.ledger.chart import Chart

_GROUPS: Final[Mapping[str, tuple[AccountType, ...]]] = {
    "income": (AccountType.SALES, AccountType.INCOME),
    "cost_of_goods_sold": (AccountType.COST_OF_GOODS_SOLD,),
    "other_income": (AccountType.OTHER_INCOME,),
    "expenses": (AccountType.EXPENSE,),
    "other_expenses": (AccountType.OTHER_EXPENSE,),
}
CASH: Final = frozenset({AccountType.BANK, AccountType.CASH})
_INVESTING: Final = frozenset({AccountType.FIXED_ASSET, AccountType.OTHER_ASSET})
_FINANCING: Final = frozenset(
    {AccountType.EQUITY, AccountType.RETAINED_EARNINGS, AccountType.LONG_TERM_LIABILITY}
)
_OPERATING: Final = frozenset(
    kind for kind in AccountType if not (kind.is_profit or kind in CASH | _INVESTING | _FINANCING)
)
"""What adjusts the profit: all that is neither cash nor of the longer term."""

RETAINED: Final = "Retained Earnings"
CURRENT: Final = "Current Year Earnings"


class Line(NamedTuple):
    """An account and its amount."""

    account: Account
    amount: int


class Group(NamedTuple):
    """Lines in the order of their codes, and what they add up to."""

    lines: tuple[Line, ...]
    total: int

    @property
    def accounts(self) -> tuple[int, ...]:
        """The numbers of the accounts."""
        return tuple(line.account.number for line in self.lines)


class ProfitAndLoss(NamedTuple):
    """What was earned and spent in a period. A loss is a negative profit."""

    income: Group
    cost_of_goods_sold: Group
    other_income: Group
    expenses: Group
    other_expenses: Group

    @property
    def gross_profit(self) -> int:
        """Income less the cost of what was sold."""
        return self.income.total - self.cost_of_goods_sold.total

    @property
    def net_profit(self) -> int:
        """What is left when everything is counted."""
        earned = self.gross_profit + self.other_income.total
        return earned - self.expenses.total - self.other_expenses.total


def profit_and_loss(
    chart: Chart, moved: Mapping[int, int], shown: Collection[int] = frozenset()
) -> ProfitAndLoss:
    """The profit and loss of a period, of what was posted in it.

    >>> from finzcore.ledger.chart_india import india_accounts
    >>> chart = Chart(india_accounts())
    >>> sales, freight = (chart.by_code(code).number for code in ("4010", "6060"))
    >>> report = profit_and_loss(chart, {sales: -5000, freight: 1200})
    >>> report.income.total, report.expenses.total, report.net_profit
    (5000, 1200, 3800)
    """
    return ProfitAndLoss(**{name: _group(chart, types, moved, shown) for name, types in _GROUPS.items()})


class Node(NamedTuple):
    """An account of a balance sheet with its own balance, and those below it. Of the profit of the running
    year there is no account."""

    account: Account | None
    name: str
    balance: int
    children: tuple["Node", ...] = ()

    @property
    def total(self) -> int:
        """Its balance and those of all below it."""
        return self.balance + total(self.children)


def total(nodes: Iterable[Node]) -> int:
    """What nodes and all below them come to."""
    return sum(node.total for node in nodes)


class BalanceSheet(NamedTuple):
    """What is owned, what is owed, and what belongs to the owners."""

    assets: tuple[Node, ...]
    liabilities: tuple[Node, ...]
    equity: tuple[Node, ...]
    """Ends with the Retained Earnings and with the profit of the running year."""


def balance_sheet(
    chart: Chart, stands: Mapping[int, int], shown: Collection[int] = frozenset()
) -> BalanceSheet:
    """The balance sheet of what every account stands at, as `closing` gives it.

    Accounts stand below their parents. The account that plays the role of Retained Earnings stands at the
    end of the equity, with the profit of all earlier years in it, as in the trial balance; behind it comes
    the profit of the running year. Where the sums come from whole entries, the two sides are equal.

    >>> from finzcore.ledger.chart_india import india_accounts
    >>> from finzcore.ledger.statements import closing
    >>> chart = Chart(india_accounts())
    >>> cash, sales = (chart.by_code(code).number for code in ("1010", "4010"))
    >>> stands = closing(chart, before={cash: 500, sales: -500}, year={cash: 70, sales: -70})
    >>> sheet = balance_sheet(chart, stands)
    >>> [(node.name, node.balance) for node in (*sheet.assets, *sheet.equity)]
    [('Cash in Hand', 570), ('Retained Earnings', 500), ('Current Year Earnings', 70)]
    """
    retained = chart.by_role(Role.RETAINED)
    tree = _Tree(chart, stands, shown, retained)
    profit = -sum(net for number, net in stands.items() if chart.by_number(number).type.is_profit)
    return BalanceSheet(
        assets=tree.of(AccountClass.ASSET),
        liabilities=tree.of(AccountClass.LIABILITY),
        equity=(
            *tree.of(AccountClass.EQUITY),
            Node(retained, RETAINED, -stands[retained.number], tree.below(retained.number)),
            Node(None, CURRENT, profit),
        ),
    )


class _Tree:
    """The accounts that are shown, each below its parent."""

    def __init__(
        self, chart: Chart, stands: Mapping[int, int], shown: Collection[int], retained: Account
    ) -> None:
        self._stands = stands
        self._shown = shown
        self._below: dict[int | None, list[Account]] = {}
        for account in chart:
            if account is not retained:
                self._below.setdefault(account.parent, []).append(account)

    def of(self, klass: AccountClass) -> tuple[Node, ...]:
        """The uppermost of a class."""
        return self._nodes(account for account in self._below[None] if account.type.klass is klass)

    def below(self, number: int) -> tuple[Node, ...]:
        """Those right below an account."""
        return self._nodes(iter(self._below.get(number, ())))

    def _nodes(self, accounts: Iterator[Account]) -> tuple[Node, ...]:
        made = []
        for account in accounts:
            balance = account.balance(self._stands[account.number])
            children = self.below(account.number)
            if balance or children or account.number in self._shown:
                made.append(Node(account, account.name, balance, children))
        return tuple(made)


class CashFlow(NamedTuple):
    """Where cash came from in a period and where it went, told from the profit on.

    `operating` holds what the profit does not tell: what changed in receivables, payables, taxes and stock.
    """

    net_profit: int
    operating: Group
    investing: Group
    financing: Group

    @property
    def from_operations(self) -> int:
        """The profit, adjusted."""
        return self.net_profit + self.operating.total

    @property
    def net_change(self) -> int:
        """By how much there is more cash than before."""
        return self.from_operations + self.investing.total + self.financing.total


def cash_flow(chart: Chart, moved: Mapping[int, int], shown: Collection[int] = frozenset()) -> CashFlow:
    """The cash flow of a period, of what was posted in it. Where that is whole entries, the change is what
    was posted to banks and cash: each amount is what was credited to an account, and credits are debits.

    >>> from finzcore.ledger.chart_india import india_accounts
    >>> chart = Chart(india_accounts())
    >>> cash, receivable, sales = (chart.by_code(code).number for code in ("1010", "1040", "4010"))
    >>> flow = cash_flow(chart, {receivable: 3000, cash: 2000, sales: -5000})
    >>> flow.net_profit, flow.operating.total, flow.net_change
    (5000, -3000, 2000)
    """

    def listed(types: Collection[AccountType]) -> Group:
        return _group(chart, types, moved, shown, side=-1)

    return CashFlow(
        net_profit=profit_and_loss(chart, moved).net_profit,
        operating=listed(_OPERATING),
        investing=listed(_INVESTING),
        financing=listed(_FINANCING),
    )


def _group(
    chart: Chart,
    types: Collection[AccountType],
    moved: Mapping[int, int],
    shown: Collection[int],
    side: int | None = None,
) -> Group:
    lines = []
    for account in chart:
        net = moved.get(account.number, 0)
        if (net or account.number in shown) and account.type in types:
            lines.append(Line(account, (side or account.type.natural) * net))
    return Group(tuple(lines), sum(line.amount for line in lines))
