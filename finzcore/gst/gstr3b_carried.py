"""What a GSTR-3B has of periods whose own was filed (`gst.md` §11).

A GSTR-3B cannot be amended: what was forgotten, changed or taken back is told in the next one. Each document
is held against what filed returns told of it, and the difference counts: as it is now, less what was told.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from finzcore.fiscal import financial_year, return_period
from finzcore.gst import inward
from finzcore.gst.gstr3b import (
    ALL_OTHER,
    BY_REVERSE_CHARGE,
    NOTHING,
    Carried,
    Document,
    Share,
    Table,
    shares_of,
)
from finzcore.ledger.source import Source

Key = tuple[Source, int]

_CREDIT: Final = (*BY_REVERSE_CHARGE, *ALL_OTHER)


class Told(NamedTuple):
    """A document as it was told last, and the period of the return that told of it first."""

    document: Document
    period: str


def carried(told: Mapping[Key, Told], now: Mapping[Key, Document]) -> Iterator[Carried]:
    """What changed between what was `told` and the documents of the same days `now`, late ones last.

    What changes no figure of the return is left out: it has no table for numbers, names and rates.
    """
    for key in (*told, *(key for key in now if key not in told)):
        before, after = told.get(key), now.get(key)
        period = return_period(dt.date.fromisoformat(now[key].date)) if before is None else before.period
        one = between(None if before is None else before.document, after, period)
        if one.shares:
            yield one


def between(before: Document | None, after: Document | None, period: str) -> Carried:
    """What a document adds now to what was told of it."""
    sums: dict[tuple[Table, int | None], Share] = {}
    named = after or before
    for document, sign in ((before, -1), (after, 1)):
        if document is not None and named is not None:
            for share in shares_of(document):
                where = share.table, share.place
                sum_ = sums[where].figures if where in sums else NOTHING
                figures = sum_.plus(share.figures.signed(sign))
                sums[where] = Share(share.table, named, figures, share.place)
    return Carried(before, after, period, tuple(one for one in sums.values() if one.figures != NOTHING))


def is_time_barred(one: Carried, through: dt.date) -> bool:
    """Whether credit is taken for the first time in a return that can only be filed after 30 November
    following the financial year of the document (section 16(4) of the CGST Act); a return cannot be filed
    before its period has ended, on the day `through`."""
    if not isinstance(one.after, inward.Document) or one.after.source is Source.CREDIT_NOTE:
        return False
    taken = sum(
        (-1 if share.table is Table.BLOCKED else 1) * share.figures.heads.total
        for share in one.shares
        if share.table in (*_CREDIT, Table.BLOCKED)
    )
    year = financial_year(dt.date.fromisoformat(one.after.date))
    return taken > 0 and through >= dt.date(year.end.year, 11, 30)
