"""The days that a report covers."""

from finzcore.books.books import Books
from finzcore.errors import RuleBroken


def last_day(books: Books, from_date: str | None, to_date: str | None) -> str:
    """The last day: the one asked for, else today, or the first day where that is yet to come.

    RuleBroken, on ``to_date``, when the last day is before the first.
    """
    if to_date is None:
        return max(books.today, from_date or "")
    if from_date is not None and to_date < from_date:
        raise RuleBroken("The last day is before the first.", field="to_date")
    return to_date
