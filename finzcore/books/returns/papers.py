"""Posted documents of a stretch of days, as they were known at an instant, with their lines added up.

The stored figures are in each document's own currency. What a document posted was each of its totals
converted once; a line's part of that is its share of the converted total, so that parts add up to what
stands in the ledger (`gst.md` §5.7).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from finzcore.books.books import Books
from finzcore.books.reports.known import Known, time_of
from finzcore.books.text import json_value
from finzcore.documents.exchange import ONE, in_rupees
from finzcore.gst.states import OVERSEAS, state
from finzcore.gst.supply import Treatment, supply
from finzcore.ledger.source import Source
from finzcore.money import Paise, share
from finzcore.ports import Row

WHO: Final = {"bills": "vendor", "expenses": "vendor"}
"""What the columns of a kind call its contact, where that is not the customer."""

SOURCES: Final = {
    "invoices": Source.INVOICE,
    "bills": Source.BILL,
    "credit_notes": Source.CREDIT_NOTE,
    "debit_notes": Source.DEBIT_NOTE,
    "expenses": Source.EXPENSE,
}
_TYPES: Final = {"sold": "CUSTOMER", "bought": "VENDOR"}
_SUMS: Final = ("quantity", "taxable", "cgst", "sgst", "igst", "cess")


class Wanted(NamedTuple):
    """Which documents: of the days from `since` through `through`, of the branches under one GSTIN (empty
    text: of those that have none; None: whatever they have), of one branch, as they were known."""

    since: str
    through: str
    gstin: str | None = None
    branch_id: int | None = None
    at: Known | None = None


class Paper(NamedTuple):
    """A document and its lines, those of a purchase added up by tax, HSN and unit; `row` has its contact's
    columns under ``contact_id``, ``name``, ``gstin``, ``treatment`` and ``state``."""

    row: Row
    parts: list[Row]


def papers(books: Books, word: str, table: str, wanted: Wanted) -> Iterator[Paper]:
    """The documents of a kind that were ``sold`` or ``bought``, in the order in which they were written."""
    asked = {
        "since": wanted.since,
        "through": wanted.through,
        "gstin": wanted.gstin,
        "branch_id": wanted.branch_id,
        "known": time_of(wanted.at),
    }
    name = f"returns.{word}_{table}"
    books.session.ahead.ask(name, **asked)
    books.session.ahead.ask(f"{name}_parts", **asked)
    before = {} if wanted.at is None else _superseded(books, word, table, wanted)
    rows = [row for row in books.session.ask(name, **asked) if row["id"] not in before]
    of_each = groupby(books.session.ask(f"{name}_parts", **asked), itemgetter("document_id"))
    lines = {key: list(some) for key, some in of_each}
    del of_each  # so that nothing but its document holds a line
    for row in before.values():
        if row is not None:
            version = {"document_id": row["id"], "version": row["lines_version"]}
            lines[row["id"]] = books.session.ask(f"returns.{word}_parts_of", **version)
            rows.append(_with_contact(row, WHO.get(table, "customer")))
    for row in sorted(rows, key=_by_id) if before else rows:
        yield Paper(row, lines.pop(row["id"], []))


def added_up(lines: list[Row]) -> list[Row]:
    """The lines of a sale that bear one tax, one HSN and one unit as one, in the place of the first."""
    if len({(line["tax_id"], line["hsn_or_sac"], line["unit"]) for line in lines}) == len(lines):
        return lines
    found: dict[tuple[Any, ...], Row] = {}
    for line in lines:
        alike = (line["tax_id"], line["hsn_or_sac"], line["unit"], line["tax_percentage"])
        first = found.setdefault(alike, line)
        if first is not line:
            for name in _SUMS:
                first[name] += line[name]
    return list(found.values())


def _by_id(row: Row) -> int:
    key: int = row["id"]
    return key


def _superseded(books: Books, word: str, table: str, wanted: Wanted) -> dict[int, Row | None]:
    """What documents said that were edited or deleted since; None for one that did not count then."""
    assert wanted.at is not None
    found: dict[int, Row | None] = {}
    for kept in books.session.ask("returns.superseded", kind=table, known=wanted.at.time):
        row: Row = json_value(kept["said"])
        found[row["id"]] = row if _counts(books, word, row, wanted) else None
    return found


def _counts(books: Books, word: str, row: Row, wanted: Wanted) -> bool:
    assert wanted.at is not None
    posted = row.get("approved_at", row["created_time"])
    gstin = books.masters.rows["branches"][row["branch_id"]]["gstin"] or ""
    return (
        posted is not None
        and posted <= wanted.at.time
        and (row.get("voided_at") or "~") > wanted.at.time
        and wanted.since <= row["date"] <= wanted.through
        and wanted.gstin in (None, gstin)
        and wanted.branch_id in (None, row["branch_id"])
        and row.get("type", _TYPES[word]) == _TYPES[word]
    )


def _with_contact(row: Row, who: str) -> Row:
    return row | {
        "contact_id": row[f"{who}_id"],
        "name": row[f"{who}_name"],
        "gstin": row[f"{who}_gstin"],
        "treatment": row[f"{who}_treatment"],
        "state": row[f"{who}_state"],
    }


def converted(amounts: Sequence[int], exchange_rate: int) -> Sequence[int]:
    """Amounts of a document in rupees: together what their sum posted, each its share of it.

    >>> converted([100, 100, 100], 83_333_333_33), converted([5, 6], 100_000_000)
    ([8334, 8333, 8333], [5, 6])
    """
    if exchange_rate == ONE:
        return amounts
    whole = in_rupees(Paise(sum(amounts)), exchange_rate)
    return share(whole, amounts) if whole else [0] * len(amounts)


def value_of(row: Row) -> int:
    """What a document comes to with tax, in rupees, before anything is withheld from it."""
    return in_rupees(Paise(row["total"] + row.get("tds_amount", 0)), row.get("exchange_rate", ONE))


def is_inter(books: Books, row: Row, parts: Sequence[Row], supplier: int, place: int) -> bool:
    """Whether a document bears IGST. What it was taxed by says so; one that bears no tax goes by its
    places and its contact."""
    for part in parts:
        if part["igst"] or part.get("rcm_igst"):
            return True
        if part["cgst"] or part.get("rcm_cgst"):
            return False
    treatment = Treatment(row["treatment"])
    sez = bool(books.masters.rows["branches"][row["branch_id"]]["is_sez"])
    return supply(supplier, place, treatment=treatment, supplier_is_sez=sez).inter


@lru_cache(maxsize=256)
def number_of(code: str | None) -> int:
    """The GST number of a place; one that nobody wrote down is abroad."""
    return OVERSEAS if code is None else state(code).number
