"""A second period beside the one that a report was asked for (`api.md` §5.1).

Beside every amount stands the one of the other period, under the same key with ``_compared`` behind it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports.known import Asked
from finzcore.books.reports.period import last_day
from finzcore.books.reports.sources import Joined, Trail
from finzcore.books.reports.standing import Scope, Span
from finzcore.books.shapes import choice, shape
from finzcore.fiscal import months_before, period_before, year_before
from finzcore.ports import Row

PERIOD: Final = "PREVIOUS_PERIOD"
YEAR: Final = "PREVIOUS_YEAR"
_SUFFIXES: Final = ("", "_compared")


@shape
class Comparable(Asked):
    """Beside the period before, or beside the same of a year before."""

    compare: str | None = choice(PERIOD, YEAR, synonyms={word.lower(): word for word in (PERIOD, YEAR)})


def amounts(key: str) -> tuple[views.Out, views.Out]:
    """An amount of an answer, and the one that it is compared with, if it is."""
    return views.amount(key), views.amount(f"{key}_compared").if_any()


def beside(key: str, values: Iterable[int]) -> Row:
    """The one or two values of an amount, under their keys."""
    return {f"{key}_compared": None} | {
        f"{key}{suffix}": value for suffix, value in zip(_SUFFIXES, values, strict=False)
    }


def spans(books: Books, query: Comparable, from_date: str | None, to_date: str) -> list[Span]:
    """The period that was asked for, and the one that it is compared with.

    One that has no first day is compared with one that has none either, through a day that was earlier.
    RuleBroken on ``to_date`` when the last day is before the first.
    """
    last_day(books, from_date, to_date)
    if from_date is None:
        return [Span(None, last) for last in days(query, to_date)]
    first, last = dt.date.fromisoformat(from_date), dt.date.fromisoformat(to_date)
    if query.compare is None:
        return [Span(first, last)]
    before = year_before if query.compare == YEAR else period_before
    return [Span(first, last), Span(*before(first, last))]


def days(query: Comparable, as_of: str) -> list[dt.date]:
    """The day that was asked for, and the one that it is compared with: a year before, or, of the period
    before, the end of the last year at the end of a financial year, and else the same day of the last month.
    """
    asked = dt.date.fromisoformat(as_of)
    if query.compare is None:
        return [asked]
    is_year = query.compare == YEAR or (asked.month, asked.day) == (3, 31)
    return [asked, months_before(asked, 12 if is_year else 1)]


def trail(scope: Scope, periods: Sequence[Span], accounts: Iterable[int], column: str, sign: int) -> Trail:
    """What was posted to accounts, in each of the periods under its column."""
    numbers = tuple(accounts)
    trails = [
        scope.posted(numbers, f"{column}{suffix}", sign, span.first, span.until)
        for suffix, span in zip(_SUFFIXES, periods, strict=False)
    ]
    return trails[0] if len(trails) == 1 else Joined(*trails)


def told(query: Comparable, periods: Sequence[Span]) -> Row:
    """What was asked of the comparison, and which days it came to."""
    other = periods[1] if len(periods) > 1 else None
    return {
        "compare": query.compare,
        "from_date_compared": None if other is None else other.first or None,
        "to_date_compared": None if other is None else other.through.isoformat(),
    }


TOLD: Final = views.View(
    views.text("compare").maybe(),
    views.day("from_date_compared", bare=True).if_any(),
    views.day("to_date_compared", bare=True).if_any(),
)
"""The keys of `told`."""
