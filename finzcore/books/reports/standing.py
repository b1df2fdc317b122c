"""What was posted to accounts before a day begins: month totals, and a part of one month beside them.

Whatever the number of entries, at most half a month of postings is read: the part of the month that
has gone by is added to the months before it, or the part that is yet to come is taken off the whole.
"""

import datetime as dt
from typing import Any, NamedTuple

from finzcore.books.books import Books
from finzcore.fiscal import financial_year, month_of
from finzcore.ledger.account import Role
from finzcore.ledger.statements import closing


class Cut(NamedTuple):
    """Where a day cuts the totals: whole months before `month`, and the postings from `since` to
    before `until`, which count by `sign`; `year` is the first month of the financial year."""

    year: str
    month: str
    since: str
    until: str
    sign: int


def cut_before(day_: dt.date, year_of: dt.date) -> Cut:
    """The cut before `day_` begins, for the financial year of `year_of`.

    >>> cut_before(dt.date(2026, 5, 8), dt.date(2026, 5, 7))
    Cut(year='2026-04', month='2026-05', since='2026-05-01', until='2026-05-08', sign=1)
    >>> cut_before(dt.date(2026, 5, 30), dt.date(2026, 5, 29))
    Cut(year='2026-04', month='2026-06', since='2026-05-30', until='2026-06-01', sign=-1)
    """
    year, first, cut = month_of(financial_year(year_of).start), day_.replace(day=1), day_.isoformat()
    coming = (first + dt.timedelta(days=31)).replace(day=1)
    if 2 * (day_ - first) <= coming - first:
        return Cut(year, month_of(first), first.isoformat(), cut, 1)
    return Cut(year, month_of(coming), cut, coming.isoformat(), -1)


def sums(books: Books, cut: Cut, branch_id: int | None) -> tuple[dict[int, int], dict[int, int]]:
    """Sums of postings by account, in paise, debit positive: before the financial year, and in it."""
    rows = books.session.ask("reports.sums", **_asked(cut), branch_id=branch_id)
    before = {row["account"]: row["before_year"] for row in rows}
    year = {row["account"]: row["whole_months"] + cut.sign * row["part_month"] for row in rows}
    return before, year


def account_sums(books: Books, account: int, day_: dt.date, branch_id: int | None) -> tuple[int, int]:
    """The same two sums of one account, before `day_` begins."""
    cut = cut_before(day_, day_)
    asked = _asked(cut)
    row = books.session.ask("reports.account_sums", account=account, branch_id=branch_id, **asked)[0]
    return row["before_year"], row["whole_months"] + cut.sign * row["part_month"]


def _asked(cut: Cut) -> dict[str, Any]:
    asked = cut._asdict()
    del asked["sign"]
    return asked


def standing(books: Books, account: int, day_: dt.date, branch_id: int | None, moved: tuple[int, int]) -> int:
    """What an account stands at when `day_` begins, in paise, debit positive; `moved` are its sums.

    On 1 April income and expenses stand at nothing, because the year they counted for is over, and
    Retained Earnings, which no other sums but all of them can tell, at the profit of all years before.
    """
    chart = books.masters.chart
    before, year = {account: moved[0]}, {account: moved[1]}
    if chart.by_number(account).role is Role.RETAINED:
        before, year = sums(books, cut_before(day_, day_), branch_id)
    return closing(chart, before=before, year=year)[account]
