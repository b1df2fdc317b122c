"""The trial balance: what every account stands at on a day (`api.md` §5, item 1)."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports.known import Asked, known
from finzcore.books.reports.sources import SOURCES, Joined, Trail
from finzcore.books.reports.standing import Scope, balance_trail, sums_before
from finzcore.books.shapes import day, flag, shape
from finzcore.fiscal import financial_year
from finzcore.ledger.account import Role
from finzcore.ledger.statements import TrialBalance, trial_balance
from finzcore.ports import Row

VIEW: Final = views.View(
    views.day("as_of_date", bare=True),
    views.ident("branch_id", "br_").maybe(),
    views.flag("include_zero"),
    views.out(
        "accounts",
        views.Each(
            views.View(
                views.ident("account_id", "acc_", "number"),
                views.text("code"),
                views.text("name"),
                views.text("account_type"),
                views.amount("debit"),
                views.amount("credit"),
                SOURCES,
            )
        ),
    ),
    views.amount("total_debit"),
    views.amount("total_credit"),
    SOURCES,
)


@shape
class Query(Asked):
    """As of which day."""

    as_of_date: str = day(required=True, bare=True)
    include_zero: int = flag(default=False)


def draw(books: Books, query: Query) -> Row:
    """Every account's closing balance on the side it is on; the totals of the two sides are equal."""
    as_of = dt.date.fromisoformat(query.as_of_date)
    at = known(books, query)
    before, year = sums_before(books, as_of + dt.timedelta(days=1), branch_id=query.branch_id, at=at)
    report = trial_balance(
        books.masters.chart, before=before, year=year, as_of=as_of, include_zero=bool(query.include_zero)
    )
    return {
        "as_of_date": query.as_of_date,
        "branch_id": query.branch_id,
        "include_zero": query.include_zero,
        "accounts": [
            {
                "number": row.account.number,
                "code": row.account.code,
                "name": row.account.name,
                "account_type": row.account.type.value,
                "debit": row.debit,
                "credit": row.credit,
                "sources": balance_trail(
                    books,
                    row.account,
                    as_of,
                    "credit" if row.credit else "debit",
                    -1 if row.credit else 1,
                    branch_id=query.branch_id,
                    at=at,
                ),
            }
            for row in report.rows
        ],
        "total_debit": report.total_debit,
        "total_credit": report.total_credit,
        "sources": Joined(*_sides(books, report, Scope(query.branch_id, at))),
    }


def _sides(books: Books, report: TrialBalance, scope: Scope) -> Iterator[Trail]:
    """What the two totals are made of: all that was posted to the accounts of a side, of income and expenses
    since the financial year began, and on the side of Retained Earnings the profit of all years before."""
    year = financial_year(report.as_of).start.isoformat()
    until = (report.as_of + dt.timedelta(days=1)).isoformat()
    profit = [account.number for account in books.masters.chart if account.type.is_profit]
    for column, sign in (("total_debit", 1), ("total_credit", -1)):
        accounts = [row.account for row in report.rows if (row.debit if sign > 0 else row.credit)]
        lasting = [one.number for one in accounts if not one.type.is_profit]
        yield scope.posted(lasting, column, sign, "", until)
        yield scope.posted((one.number for one in accounts if one.type.is_profit), column, sign, year, until)
        if any(one.role is Role.RETAINED for one in accounts):
            yield scope.posted(profit, column, sign, "", year)
