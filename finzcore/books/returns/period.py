"""Which return is asked for: of which GSTIN, and over which days (`api.md` §5, items 13 and 14).

A return is that of a GSTIN, not of a branch: it covers every branch that has the same one, and all those
that have none where the branch has none.
"""

import datetime as dt
from typing import NamedTuple

from finzcore.books.books import Books
from finzcore.books.reports.known import Asked, Known
from finzcore.books.returns.papers import Wanted
from finzcore.books.shapes import choice, day, shape
from finzcore.errors import RuleBroken
from finzcore.fiscal import return_period
from finzcore.ports import Row


@shape
class ReturnAsked(Asked):
    """From which day through which one, normally the first and the last of a month; as a report, or as the
    portal's own file."""

    from_date: str = day(required=True, bare=True)
    to_date: str = day(required=True, bare=True)
    format: str | None = choice("GSTN", synonyms={"gstn": "GSTN"})


class Return(NamedTuple):
    """A return: its days, its GSTIN (None where there is none), the branch that it was asked for by, and
    its period as ``MMYYYY``, the month that it ends in."""

    since: str
    through: str
    gstin: str | None
    branch: Row
    period: str

    def wanted(self, at: Known | None) -> Wanted:
        """Its documents as they were known."""
        return Wanted(self.since, self.through, self.gstin or "", at=at)


def return_between(books: Books, since: str, through: str, branch_id: int | None) -> Return:
    """The return of a branch, by default the first one, over some days.

    RuleBroken, on ``to_date``, when the last day is before the first.
    """
    if through < since:
        raise RuleBroken("The last day is before the first.", field="to_date")
    masters = books.masters
    branch = masters.default_branch if branch_id is None else masters.rows["branches"][branch_id]
    period = return_period(dt.date.fromisoformat(through))
    return Return(since, through, branch["gstin"], branch, period)


def return_of(books: Books, query: ReturnAsked) -> Return:
    """The return that was asked for. RuleBroken as `return_between` raises it."""
    return return_between(books, query.from_date, query.to_date, query.branch_id)
