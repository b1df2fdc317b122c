"""The trial balance, and what every account stands at on a day (`api.md` §5, item 1)."""

import calendar
import datetime as dt
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.shapes import day, flag, mention, shape
from finzcore.fiscal import financial_year, month_of, month_start
from finzcore.ledger.statements import closing, trial_balance
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
    before, year = _sums(books, as_of, _after(as_of), query.branch_id)
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


def standing_before(books: Books, day_: dt.date, branch_id: int | None) -> dict[int, int]:
    """What every account stood at when `day_` began, by number, in paise, debit positive.

    On 1 April income and expenses stand at nothing: the year they counted for is over.
    """
    before, year = _sums(books, day_, day_.isoformat(), branch_id)
    return closing(books.masters.chart, before=before, year=year)


def _after(day_: dt.date) -> str:
    """Text that sorts after every date up to `day_` and before every later one, day and month."""
    return f"{day_.isoformat()}T"


def _sums(
    books: Books, day_: dt.date, until: str, branch_id: int | None
) -> tuple[dict[int, int], dict[int, int]]:
    """Sums of postings by account: before the financial year of `day_`, and in it before `until`.

    Whole months come from their totals; only a month that has begun is read posting by posting.
    """
    month, first = month_of(day_), month_start(day_).isoformat()
    if until == _after(day_) and day_.day == calendar.monthrange(day_.year, day_.month)[1]:
        # Through the last day of a month: the month is whole, and there is nothing beside it.
        month = first = until
    rows = books.session.ask(
        "reports.sums",
        year=month_of(financial_year(day_).start),
        month=month,
        first=first,
        until=until,
        branch_id=branch_id,
    )
    before = {row["account"]: row["before_year"] for row in rows}
    year = {row["account"]: row["whole_months"] + row["part_month"] for row in rows}
    return before, year
