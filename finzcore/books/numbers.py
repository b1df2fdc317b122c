"""Document numbers: taken from a counter row inside the unit of work, so that none is ever lost.

A number belongs to a row of `numbers` from the moment it is given, and that row stays when a draft
is deleted: every value of a series belongs to exactly one document, live, cancelled or gone
(`reliability.md` §10, CGST rule 46(b)).
"""

from functools import lru_cache
from typing import Final

from finzcore.books.books import Books
from finzcore.errors import Duplicate, RuleBroken
from finzcore.fiscal import FinancialYear
from finzcore.ledger.series import DocumentKind, Series, check_series, clashes, number_key, prefix_for
from finzcore.ports import Index, Row, Table, integer, ref, text

SERIES: Final = Table(
    name="series",
    key=("kind", "scope", "prefix", "year"),
    clustered=True,
    columns=(text("kind"), text("scope"), text("prefix"), text("year"), integer("next_no", least=1)),
)
"""Counters. `scope` is the GSTIN whose documents share the series, empty where there is none; `year`
is ``2026-27``, because the ``2627`` of the printed number comes again after a hundred years."""

NUMBERS: Final = Table(
    name="numbers",
    key=("kind", "number", "branch_id"),
    clustered=True,
    columns=(
        text("kind"),
        text("number"),
        ref("branch_id", "branches"),
        text("scope"),
        text("year"),
        text("prefix"),
        integer("serial", null=True),
        integer("document_id"),
    ),
    indexes=(
        Index(
            name="numbers_serial_uq",
            columns=("kind", "scope", "prefix", "year", "serial"),
            unique=True,
            present=("serial",),
        ),
    ),
)
"""Every number given to a document of sale or purchase, compared upper-cased."""


TABLES: Final = (SERIES, NUMBERS)


@lru_cache(maxsize=1024)
def _series(kind: DocumentKind, prefix: str, year: FinancialYear) -> Series:
    return Series(kind=kind, prefix=prefix, year=year)


def series_of(
    books: Books, kind: DocumentKind, branch: Row, year: FinancialYear, custom: str | None = None
) -> Series:
    """The series that a document of a branch is numbered in: the branch's, or a custom one.

    RuleBroken, field ``series``, when a custom one is misspelled or repeats a prefix in use.
    """
    if custom is not None:
        check_series(custom)
        peers = books.masters.rows["branches"].values()
        if clashes(f"{custom}-", [_prefix(kind, peer) for peer in peers if peer["gstin"] == branch["gstin"]]):
            raise RuleBroken("This series repeats a prefix that is in use.", field="series")
    return _series(kind, _prefix(kind, branch, custom), year)


def _prefix(kind: DocumentKind, branch: Row, custom: str | None = None) -> str:
    return prefix_for(
        kind,
        branch_code=branch["code"],
        is_first=bool(branch["is_default"]),
        invoice_prefix=branch["invoice_prefix"],
        bill_prefix=branch["bill_prefix"],
        series=custom,
    )


def _counter(series: Series, scope: str) -> tuple[str, str, str, str]:
    return series.kind.value, scope, series.prefix, series.year.long


def look_ahead(books: Books, series: Series, scope: str = "") -> None:
    """Have the counter of a series fetched along with the next thing that is read."""
    key = _counter(series, scope)
    if key not in books.counters:
        books.session.ahead.get(SERIES, *key)


def next_serial(books: Books, series: Series, scope: str = "") -> int:
    """The next value of a series. The counter is written once, when the unit of work ends: nobody else
    can take a value before."""
    key = _counter(series, scope)
    following = books.counters.get(key)
    if following is None:
        row = books.session.get(SERIES, *key)
        following = 1 if row is None else row["next_no"]
    books.counters[key] = following + 1
    return following


def give(books: Books, series: Series, *, branch: Row, document_id: int) -> str:
    """The next number of a series that nobody has given by hand already."""
    scope = branch["gstin"] or ""
    year = series.year.long
    while True:
        serial = next_serial(books, series, scope)
        number = series.number(serial)
        row = _row(series.kind, number, year, branch, document_id) | {
            "prefix": series.prefix,
            "serial": serial,
        }
        taken = _taken(books, series.kind, number, branch["id"], scope, year)
        if taken is None:
            books.session.insert(NUMBERS, [row])
            return number
        if taken["serial"] is None and (taken["scope"], taken["year"]) == (scope, year):
            # Given by hand earlier: that document is the one this value of the series belongs to.
            key = {name: taken[name] for name in ("kind", "number", "branch_id")}
            books.session.tell("numbers.adopt", key | {"prefix": series.prefix, "serial": serial})
        else:
            # Held by a document of another year of this branch: the value stays empty, on record.
            books.session.insert(NUMBERS, [row | {"number": f"{number_key(number)} (skipped)"}])


def keep(
    books: Books, kind: DocumentKind, number: str, *, year: str, branch: Row, document_id: int, field: str
) -> None:
    """Give a document the number that its maker chose, unless it is taken."""
    if _taken(books, kind, number, branch["id"], branch["gstin"] or "", year) is not None:
        raise Duplicate(f"The number '{number}' is taken.", field=field)
    books.session.insert(NUMBERS, [_row(kind, number, year, branch, document_id)])


def _row(kind: DocumentKind, number: str, year: str, branch: Row, document_id: int) -> Row:
    return {
        "kind": kind.value,
        "number": number_key(number),
        "branch_id": branch["id"],
        "scope": branch["gstin"] or "",
        "year": year,
        "prefix": "",
        "serial": None,
        "document_id": document_id,
    }


def _taken(
    books: Books, kind: DocumentKind, number: str, branch_id: int, scope: str, year: str
) -> Row | None:
    for row in books.session.ask("numbers.given", kind=kind.value, number=number_key(number)):
        if row["branch_id"] == branch_id or (row["scope"], row["year"]) == (scope, year):
            return row
    return None
