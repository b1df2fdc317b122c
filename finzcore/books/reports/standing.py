"""What was posted to accounts before a day begins: month totals, and a part of one month beside them.

Whatever the number of entries, at most half a month of postings is read: the part of the month that
has gone by is added to the months before it, or the part that is yet to come is taken off the whole.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from finzcore.books.books import Books
from finzcore.books.reports.known import Known, seq_of
from finzcore.books.reports.sources import Joined, Posted, Trail
from finzcore.fiscal import financial_year, month_of
from finzcore.ledger.account import Account, Role
from finzcore.ledger.statements import closing


class Scope(NamedTuple):
    """Which postings a report counts: of a branch, as they were known, with the tag of a cost centre."""

    branch_id: int | None = None
    at: Known | None = None
    cost_center: int | None = None

    def posted(self, accounts: Iterable[int], column: str, sign: int, since: str, until: str) -> Posted:
        """The trail of those that some accounts have, from a day on and before another."""
        return Posted(
            accounts=tuple(accounts),
            column=column,
            sign=sign,
            since=since,
            until=until,
            at=self.at,
            branch_id=self.branch_id,
            cost_center=self.cost_center,
        )


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


def sums_before(
    books: Books,
    day_: dt.date,
    *,
    year_of: dt.date | None = None,
    branch_id: int | None = None,
    at: Known | None = None,
    cost_center: int | None = None,
) -> tuple[dict[int, int], dict[int, int]]:
    """Sums of postings by account before `day_` begins, in paise, debit positive: before the financial year
    of `year_of`, which is by default that of the day before, and in it.

    They come from month totals; or, of what was known at an instant, or bears the tag of a cost centre,
    from the postings.
    """
    year_of = year_of or day_ - dt.timedelta(days=1)
    if at is None and cost_center is None:
        return sums(books, cut_before(day_, year_of), branch_id)
    rows = books.session.ask(
        "reports.known_sums",
        year=month_of(financial_year(year_of).start),
        until=day_.isoformat(),
        known=seq_of(at),
        branch_id=branch_id,
        tag=None if cost_center is None else f"%,{cost_center},%",
    )
    before = {row["account"]: row["before_year"] for row in rows}
    return before, {row["account"]: row["in_year"] for row in rows}


class Span(NamedTuple):
    """From a day on, or from the beginning, through another one."""

    since: dt.date | None
    through: dt.date

    @property
    def first(self) -> str:
        """The first day as text, which comes before every day where there is none."""
        return "" if self.since is None else self.since.isoformat()

    @property
    def until(self) -> str:
        """The first day that does not belong to it any more."""
        return (self.through + dt.timedelta(days=1)).isoformat()


def moved(books: Books, span: Span, scope: Scope) -> dict[int, int]:
    """What was posted to accounts in a span, in paise, debit positive, whatever financial years it goes
    through. It comes from month totals, or from postings, as for `sums_before`."""
    if scope.at is None and scope.cost_center is None:
        asked = _ends(span) | {"branch_id": scope.branch_id}
        head, tail = asked.pop("head"), asked.pop("tail")
        rows = books.session.ask("reports.moved", **asked)
        return {row["account"]: row["whole_months"] + tail * row["tail"] - head * row["head"] for row in rows}
    rows = books.session.ask(
        "reports.known_moved",
        since=span.first,
        until=span.until,
        known=seq_of(scope.at),
        branch_id=scope.branch_id,
        tag=None if scope.cost_center is None else f"%,{scope.cost_center},%",
    )
    return {row["account"]: row["moved"] for row in rows}


def _ends(span: Span) -> dict[str, Any]:
    """Where a span cuts the totals at either end, and how the parts of months there count."""
    head = Cut("", "", "", "", 0) if span.since is None else cut_before(span.since, span.since)
    after = span.through + dt.timedelta(days=1)
    tail = cut_before(after, after)
    return {
        "first": head.month,
        "last": tail.month,
        "head_since": head.since,
        "head_until": head.until,
        "tail_since": tail.since,
        "tail_until": tail.until,
        "head": head.sign,
        "tail": tail.sign,
    }


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


def standing(books: Books, account: int, day_: dt.date, moved: tuple[int, int], scope: Scope) -> int:
    """What an account stands at when `day_` begins, in paise, debit positive; `moved` are its sums.

    On 1 April income and expenses stand at nothing, because the year they counted for is over, and
    Retained Earnings, which no other sums but all of them can tell, at the profit of all years before.
    """
    chart = books.masters.chart
    before, year = {account: moved[0]}, {account: moved[1]}
    if chart.by_number(account).role is Role.RETAINED:
        before, year = sums_before(
            books,
            day_,
            year_of=day_,
            branch_id=scope.branch_id,
            at=scope.at,
            cost_center=scope.cost_center,
        )
    return closing(chart, before=before, year=year)[account]


def balance_trail(
    books: Books,
    account: Account,
    as_of: dt.date,
    column: str,
    sign: int,
    *,
    branch_id: int | None = None,
    at: Known | None = None,
) -> Trail:
    """Where the closing balance of an account comes from: all that was posted to it, or since the financial
    year began where it counts for that only. Retained Earnings hold the profit of all years before, too."""
    year = financial_year(as_of).start.isoformat()
    until = (as_of + dt.timedelta(days=1)).isoformat()
    scope = Scope(branch_id, at)
    if account.type.is_profit:
        return scope.posted((account.number,), column, sign, year, until)
    own = scope.posted((account.number,), column, sign, "", until)
    if account.role is not Role.RETAINED:
        return own
    profit = (each.number for each in books.masters.chart if each.type.is_profit)
    return Joined(own, scope.posted(profit, column, sign, "", year))
