"""The days that a report covers."""

import datetime as dt

from finzcore.books.books import Books
from finzcore.books.reports.known import Known
from finzcore.errors import RuleBroken
from finzcore.fiscal import india_date


def today_of(books: Books, at: Known | None) -> str:
    """Today; of the books as they were known, the day on which that was."""
    if at is None or at.time >= books.time:
        return books.today
    return india_date(dt.datetime.fromisoformat(at.time)).isoformat()


def last_day(books: Books, from_date: str | None, to_date: str | None, at: Known | None = None) -> str:
    """The last day: the one asked for, else today, or the first day where that is yet to come.

    RuleBroken, on ``to_date``, when the last day is before the first.
    """
    if to_date is None:
        return max(today_of(books, at), from_date or "")
    if from_date is not None and to_date < from_date:
        raise RuleBroken("The last day is before the first.", field="to_date")
    return to_date
