"""Profit and loss: what was earned and spent in a period (`api.md` §5, item 2)."""

from collections.abc import Sequence
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports import compared
from finzcore.books.reports.compared import amounts, beside
from finzcore.books.reports.known import known
from finzcore.books.reports.sources import SOURCES, Joined, Trail
from finzcore.books.reports.standing import Scope, Span, moved
from finzcore.books.shapes import day, mention, shape
from finzcore.ledger.final_accounts import Group, profit_and_loss
from finzcore.ports import Row

_GROUP: Final = views.Inner(
    views.View(
        views.out(
            "accounts",
            views.Each(
                views.View(
                    views.ident("account_id", "acc_", "number"),
                    views.text("code"),
                    views.text("name"),
                    *amounts("amount"),
                    SOURCES,
                )
            ),
        ),
        *amounts("total"),
        SOURCES,
    )
)

VIEW: Final = views.View(
    views.day("from_date", bare=True).maybe(),
    views.day("to_date", bare=True),
    *compared.TOLD.outs,
    views.ident("branch_id", "br_").maybe(),
    views.ident("cost_center_id", "cc_").maybe(),
    views.out("income", _GROUP),
    views.out("cost_of_goods_sold", _GROUP),
    *amounts("gross_profit"),
    views.out("other_income", _GROUP),
    views.out("expenses", _GROUP),
    views.out("other_expenses", _GROUP),
    *amounts("net_profit"),
    SOURCES,
)

_SIGNS: Final = {
    "income": -1,
    "cost_of_goods_sold": 1,
    "other_income": -1,
    "expenses": 1,
    "other_expenses": 1,
}


@shape
class Query(compared.Comparable):
    """Over which days, and of which cost centre; with no first day, from the beginning."""

    to_date: str = day(required=True, bare=True)
    from_date: str | None = day(bare=True)
    cost_center_id: int | None = mention("cc_", "cost_centers", "Cost center", usable=False)


def draw(books: Books, query: Query) -> Row:
    """Income, cost of goods sold and expenses, account by account, and the profit that is left.

    Nothing is carried from year to year here: a period of several financial years adds up all of them.
    """
    periods = compared.spans(books, query, query.from_date, query.to_date)
    scope = Scope(query.branch_id, known(books, query), query.cost_center_id)
    chart = books.masters.chart
    sums = [moved(books, span, scope) for span in periods]
    shown = {number for nets in sums for number, net in nets.items() if net}
    reports = [profit_and_loss(chart, nets, shown) for nets in sums]

    def group(name: str) -> Row:
        return _group(scope, periods, [getattr(report, name) for report in reports], _SIGNS[name])

    return {
        "from_date": query.from_date,
        "to_date": query.to_date,
        **compared.told(query, periods),
        "branch_id": query.branch_id,
        "cost_center_id": query.cost_center_id,
        **{name: group(name) for name in _SIGNS},
        **beside("gross_profit", [report.gross_profit for report in reports]),
        **beside("net_profit", [report.net_profit for report in reports]),
        "sources": Joined(
            _profit(scope, periods, [reports[0].income, reports[0].cost_of_goods_sold], "gross_profit"),
            _profit(scope, periods, reports[0], "net_profit"),
        ),
    }


def _profit(scope: Scope, periods: Sequence[Span], groups: Sequence[Group], column: str) -> Trail:
    """What a profit is made of: a credit is a gain, whatever the account."""
    accounts = [number for group in groups for number in group.accounts]
    return compared.trail(scope, periods, accounts, column, -1)


def _group(scope: Scope, periods: Sequence[Span], groups: Sequence[Group], sign: int) -> Row:
    return {
        "accounts": [
            {
                "number": lines[0].account.number,
                "code": lines[0].account.code,
                "name": lines[0].account.name,
                **beside("amount", [line.amount for line in lines]),
                "sources": compared.trail(scope, periods, [lines[0].account.number], "amount", sign),
            }
            for lines in zip(*[group.lines for group in groups], strict=True)
        ],
        **beside("total", [group.total for group in groups]),
        "sources": compared.trail(scope, periods, groups[0].accounts, "total", sign),
    }
