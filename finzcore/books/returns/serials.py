"""The numbers that documents of sale were issued under in a period, for Table 13 of GSTR-1.

A number stays with its document for good (`finzcore.books.numbers`). What a voided document holds counts as
cancelled, and so does what a draft holds, or held until it was deleted: a deleted draft's number belongs to
the period of the document before it in the series, and of the first one where there is none before it.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from finzcore.books.books import Books
from finzcore.books.reports.known import Known, time_of
from finzcore.books.returns.period import Return
from finzcore.fiscal import FinancialYear, financial_year
from finzcore.ledger.source import Source
from finzcore.ports import Row

if TYPE_CHECKING:
    from finzcore.gst.serials import Range

_AT_ONCE: Final = 50

TABLES: Final = {
    Source.INVOICE: "invoices",
    Source.DEBIT_NOTE: "debit_notes",
    Source.CREDIT_NOTE: "credit_notes",
}
"""In the order of the portal's list of documents."""


class Draft(NamedTuple):
    """A draft that holds a number of the period."""

    source: Source
    key: int
    number: str


class Issued(NamedTuple):
    """Table 13, and the drafts among what is cancelled in it."""

    ranges: "list[Range]"
    drafts: list[Draft]


def issued(books: Books, asked: Return, told: Mapping[Source, Mapping[str, str]], at: Known | None) -> Issued:
    """The numbers of a return's documents, with their days, as `told` by source; and those of its days that
    were not issued or taken back."""
    from finzcore.gst.serials import NATURES, grouped, ranges

    days = {"since": asked.since, "through": asked.through, "gstin": asked.gstin or "", "known": time_of(at)}
    years = _years(asked)
    found = Issued([], [])
    for table in TABLES.values():
        books.session.ahead.ask(f"gstr1.unissued_{table}", **days)
    for source, table in TABLES.items():
        unissued = books.session.ask(f"gstr1.unissued_{table}", **days)
        cancelled = {row["number"] for row in unissued}
        groups = grouped(chain(told.get(source, ()), cancelled))
        found.drafts.extend(Draft(source, row["id"], row["number"]) for row in unissued if row["is_draft"])
        for prefix, group in groups.items():
            year = years.get(prefix[-5:-1]) if prefix.endswith("-") else None
            if year is not None and len(prefix) > 5:
                series = {"prefix": prefix[:-5], "year": year}
                for row in _deleted(books, table, series, group.keys(), days):
                    cancelled.add(group.setdefault(row["serial"], row["number"]))
        found.ranges.extend(ranges(NATURES[source], groups, cancelled))
    return found


def _years(asked: Return) -> dict[str, str]:
    """The financial years whose numbers a return may tell of, by how they stand in them."""
    last = financial_year(dt.date.fromisoformat(asked.through))
    first = financial_year(dt.date.fromisoformat(asked.since)).start_year - 1
    years = map(FinancialYear, range(first, last.start_year + 1))
    return {year.compact: year.long for year in years}


def _deleted(
    books: Books, table: str, series: Mapping[str, str], positions: Collection[int], days: Mapping[str, str]
) -> list[Row]:
    """The numbers of deleted drafts that belong to a period's documents at some positions of a series."""
    asked = {"gstin": days["gstin"], "known": days["known"], **series}
    first, last, taken = min(positions), max(positions), frozenset(positions)
    found: list[Row] = []
    if first > 1:
        found += books.session.ask(f"gstr1.gone_first_{table}", before=first, **asked)
    after = last if last - first + 1 == len(taken) else first
    ours = True
    while True:
        rows = books.session.ask(f"gstr1.numbers_{table}", after=after, most=_AT_ONCE, **asked)
        for row in rows:
            after = row["serial"]
            if not row["is_gone"]:
                ours = after in taken
                if after > last:
                    return found
            elif ours:
                found.append(row)
        if len(rows) < _AT_ONCE:
            return found
