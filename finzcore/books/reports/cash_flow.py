"""Cash flow: why there is more cash than before, told from the profit on (`api.md` §5, item 4)."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports import compared
from finzcore.books.reports.compared import amounts, beside
from finzcore.books.reports.known import known
from finzcore.books.reports.sources import SOURCES, Joined, Trail
from finzcore.books.reports.standing import Scope, Span, moved
from finzcore.books.shapes import day, shape
from finzcore.ledger.final_accounts import CASH, CashFlow, Group, cash_flow
from finzcore.ports import Row

_ITEMS: Final = views.Each(views.View(views.text("name"), *amounts("amount"), SOURCES))
_SECTION: Final = views.Inner(views.View(views.out("items", _ITEMS), *amounts("total"), SOURCES))

VIEW: Final = views.View(
    views.day("from_date", bare=True),
    views.day("to_date", bare=True),
    *compared.TOLD.outs,
    views.ident("branch_id", "br_").maybe(),
    views.out(
        "operating",
        views.Inner(
            views.View(*amounts("net_profit"), views.out("adjustments", _ITEMS), *amounts("total"), SOURCES)
        ),
    ),
    views.out("investing", _SECTION),
    views.out("financing", _SECTION),
    *amounts("net_change"),
    *amounts("opening_cash"),
    *amounts("closing_cash"),
    SOURCES,
)


@shape
class Query(compared.Comparable):
    """Over which days."""

    from_date: str = day(required=True, bare=True)
    to_date: str = day(required=True, bare=True)


def draw(books: Books, query: Query) -> Row:
    """The profit, what changed on the accounts between it and the cash, and the cash before and after.

    Cash is what is on banks and in hand. An amount is positive where it brought cash in.
    """
    periods = compared.spans(books, query, query.from_date, query.to_date)
    scope = Scope(query.branch_id, known(books, query))
    chart = books.masters.chart
    sums = [moved(books, span, scope) for span in periods]
    opening = [_cash(books, moved(books, before, scope)) for before in map(_before, periods)]
    shown = {number for nets in sums for number, net in nets.items() if net}
    flows = [cash_flow(chart, nets, shown) for nets in sums]
    changes = [flow.net_change for flow in flows]

    def trail(accounts: Iterable[int], column: str, sign: int = -1) -> Trail:
        return compared.trail(scope, periods, accounts, column, sign)

    return {
        "from_date": query.from_date,
        "to_date": query.to_date,
        **compared.told(query, periods),
        "branch_id": query.branch_id,
        "operating": _operating(books, flows, trail),
        "investing": _section("items", [flow.investing for flow in flows], trail),
        "financing": _section("items", [flow.financing for flow in flows], trail),
        **beside("net_change", changes),
        **beside("opening_cash", opening),
        **beside("closing_cash", [sum(ends) for ends in zip(opening, changes, strict=True)]),
        "sources": _of_cash(books, scope, periods),
    }


def _before(span: Span) -> Span:
    """All that was before a span."""
    assert span.since is not None, "a cash flow begins on some day"
    return Span(None, span.since - dt.timedelta(days=1))


def _cash(books: Books, nets: dict[int, int]) -> int:
    return sum(nets.get(number, 0) for number in _cash_accounts(books))


def _cash_accounts(books: Books) -> list[int]:
    return [account.number for account in books.masters.chart if account.type in CASH]


def _operating(books: Books, flows: Sequence[CashFlow], trail: Callable[..., Trail]) -> Row:
    adjusted = _section("adjustments", [flow.operating for flow in flows], trail)
    profit = [account.number for account in books.masters.chart if account.type.is_profit]
    return {
        **adjusted,
        **beside("net_profit", [flow.net_profit for flow in flows]),
        **beside("total", [flow.from_operations for flow in flows]),
        "sources": Joined(
            trail(profit, "net_profit"), trail([*profit, *flows[0].operating.accounts], "total")
        ),
    }


def _section(key: str, groups: Sequence[Group], trail: Callable[..., Trail]) -> Row:
    return {
        key: [
            {
                "name": lines[0].account.name,
                **beside("amount", [line.amount for line in lines]),
                "sources": trail([lines[0].account.number], "amount"),
            }
            for lines in zip(*[group.lines for group in groups], strict=True)
        ],
        **beside("total", [group.total for group in groups]),
        "sources": trail(groups[0].accounts, "total"),
    }


def _of_cash(books: Books, scope: Scope, periods: Sequence[Span]) -> Trail:
    """What was posted to banks and cash: before, meanwhile, and through the last day."""
    accounts = _cash_accounts(books)
    through = [Span(None, span.through) for span in periods]
    return Joined(
        compared.trail(scope, periods, accounts, "net_change", 1),
        compared.trail(scope, [_before(span) for span in periods], accounts, "opening_cash", 1),
        compared.trail(scope, through, accounts, "closing_cash", 1),
    )
