"""The trial balance: what every account stands at on a day (`api.md` §5, item 1)."""

import datetime as dt
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports.standing import cut_before, sums
from finzcore.books.shapes import day, flag, mention, shape
from finzcore.ledger.statements import trial_balance
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
            )
        ),
    ),
    views.amount("total_debit"),
    views.amount("total_credit"),
)


@shape
class TrialBalanceOf:
    """As of which day, and of which branch."""

    as_of_date: str = day(required=True, bare=True)
    branch_id: int | None = mention("br_", "branches", "Branch", usable=False)
    include_zero: int = flag(default=False)


def run(books: Books, query: TrialBalanceOf) -> Row:
    """Every account's closing balance on the side it is on; the totals of the two sides are equal."""
    as_of = dt.date.fromisoformat(query.as_of_date)
    before, year = sums(books, cut_before(as_of + dt.timedelta(days=1), as_of), query.branch_id)
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
            }
            for row in report.rows
        ],
        "total_debit": report.total_debit,
        "total_credit": report.total_credit,
    }
