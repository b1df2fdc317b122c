"""Balance sheet: what is owned and what is owed on a day, and what is left to the owners (`api.md` §5,
item 3)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports import compared
from finzcore.books.reports.compared import amounts, beside
from finzcore.books.reports.known import known
from finzcore.books.reports.sources import SOURCES, Joined, Trail
from finzcore.books.reports.standing import Scope, Span, balance_trail, sums_before
from finzcore.books.shapes import day, shape
from finzcore.fiscal import financial_year
from finzcore.ledger.account import AccountClass, Role
from finzcore.ledger.final_accounts import BalanceSheet, Node, balance_sheet, total
from finzcore.ledger.statements import closing
from finzcore.ports import Row

_CHILDREN: Final = views.Nested()
NODE: Final = views.View(
    views.ident("account_id", "acc_", "number").maybe(),
    views.text("code").maybe(),
    views.text("name"),
    views.text("account_type"),
    *amounts("balance"),
    views.out("children", _CHILDREN),
    SOURCES,
)
_CHILDREN.view = NODE
_SIDE: Final = views.Inner(views.View(views.out("nodes", views.Each(NODE)), *amounts("total"), SOURCES))

VIEW: Final = views.View(
    views.day("as_of_date", bare=True),
    views.text("compare").maybe(),
    views.day("as_of_date_compared", bare=True).if_any(),
    views.ident("branch_id", "br_").maybe(),
    views.out("assets", _SIDE),
    views.out("liabilities", _SIDE),
    views.out("equity", _SIDE),
    *amounts("total_assets"),
    *amounts("total_liabilities_and_equity"),
    views.flag("is_balanced"),
    SOURCES,
)

_SIDES: Final = {
    "assets": (1, AccountClass.ASSET),
    "liabilities": (-1, AccountClass.LIABILITY),
    "equity": (-1, AccountClass.EQUITY),
}


@shape
class Query(compared.Comparable):
    """As of which day."""

    as_of_date: str = day(required=True, bare=True)


def draw(books: Books, query: Query) -> Row:
    """Every account's own balance, below that of its parent, and the totals of the two sides, which are
    equal.

    At the end of the equity stand the profit of all earlier financial years, with whatever was booked to
    Retained Earnings itself, and the profit of the running year.
    """
    days = compared.days(query, query.as_of_date)
    scope = Scope(query.branch_id, known(books, query))
    stands = [_stands(books, day_, scope) for day_ in days]
    shown = {number for nets in stands for number, net in nets.items() if net}
    sheets = [balance_sheet(books.masters.chart, nets, shown) for nets in stands]
    drawing = _Drawing(books, scope, days)
    assets = [total(sheet.assets) for sheet in sheets]
    others = [total(sheet.liabilities) + total(sheet.equity) for sheet in sheets]
    return {
        "as_of_date": query.as_of_date,
        "compare": query.compare,
        "as_of_date_compared": days[1].isoformat() if len(days) > 1 else None,
        "branch_id": query.branch_id,
        **{name: drawing.side(name, sheets) for name in _SIDES},
        **beside("total_assets", assets),
        **beside("total_liabilities_and_equity", others),
        "is_balanced": int(assets == others),
        "sources": Joined(
            drawing.all_of(("assets",), "total_assets"),
            drawing.all_of(("liabilities", "equity"), "total_liabilities_and_equity"),
        ),
    }


def _stands(books: Books, as_of: dt.date, scope: Scope) -> dict[int, int]:
    after = as_of + dt.timedelta(days=1)
    before, year = sums_before(books, after, branch_id=scope.branch_id, at=scope.at)
    return closing(books.masters.chart, before=before, year=year)


class _Drawing:
    """The sides of a balance sheet with the trails of their figures."""

    def __init__(self, books: Books, scope: Scope, days: Sequence[dt.date]) -> None:
        self._books = books
        self._scope = scope
        self._days = days
        self._profit = [one.number for one in books.masters.chart if one.type.is_profit]

    def side(self, name: str, sheets: Sequence[BalanceSheet]) -> Row:
        """Assets, liabilities or equity."""
        found: list[tuple[Node, ...]] = [getattr(sheet, name) for sheet in sheets]
        return {
            "nodes": self._nodes(found, _SIDES[name][0]),
            **beside("total", map(total, found)),
            "sources": self.all_of((name,), "total"),
        }

    def all_of(self, names: Iterable[str], column: str) -> Trail:
        """All that was ever posted to some sides. What was earned is the owners'."""
        classes = {_SIDES[name][1] for name in names}
        accounts = [one.number for one in self._books.masters.chart if one.type.klass in classes]
        if AccountClass.EQUITY in classes:
            accounts += self._profit
        sign = 1 if classes == {AccountClass.ASSET} else -1
        periods = [Span(None, day_) for day_ in self._days]
        return compared.trail(self._scope, periods, accounts, column, sign)

    def _nodes(self, trees: Sequence[Sequence[Node]], sign: int) -> list[Row]:
        return [self._node(nodes, sign) for nodes in zip(*trees, strict=True)]

    def _node(self, nodes: Sequence[Node], sign: int) -> Row:
        account = nodes[0].account
        is_computed = account is None or account.role is Role.RETAINED
        return {
            "number": None if account is None or is_computed else account.number,
            "code": None if account is None or is_computed else account.code,
            "name": nodes[0].name,
            "account_type": AccountClass.EQUITY.value if account is None else account.type.value,
            **beside("balance", [node.balance for node in nodes]),
            "children": self._nodes([node.children for node in nodes], sign),
            "sources": self._trail(nodes[0], sign),
        }

    def _trail(self, node: Node, sign: int) -> Trail:
        if node.account is None:
            years = [Span(financial_year(day_).start, day_) for day_ in self._days]
            return compared.trail(self._scope, years, self._profit, "balance", sign)
        of = partial(
            balance_trail, self._books, node.account, branch_id=self._scope.branch_id, at=self._scope.at
        )
        columns = ("balance", "balance_compared")
        trails = [of(day_, column, sign) for day_, column in zip(self._days, columns, strict=False)]
        return trails[0] if len(trails) == 1 else Joined(*trails)
