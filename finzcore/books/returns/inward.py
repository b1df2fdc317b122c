"""What was bought in a stretch of days, as returns see it (`gst.md` §7, §11)."""

from collections.abc import Iterator, Sequence
from typing import Final

from finzcore.books.books import Books
from finzcore.books.returns.papers import (
    SOURCES,
    Paper,
    Wanted,
    is_inter,
    number_of,
    papers,
    value_of,
)
from finzcore.documents.exchange import ONE, in_rupees
from finzcore.gst.inward import Document, Part
from finzcore.gst.split import Heads
from finzcore.gst.supply import Treatment
from finzcore.money import Paise, share
from finzcore.ports import Row

KINDS: Final = ("bills", "expenses", "credit_notes", "debit_notes")

_HEADS: Final = ("cgst", "sgst", "igst", "cess")
_RCM: Final = ("rcm_cgst", "rcm_sgst", "rcm_igst", "rcm_cess")


def inward(books: Books, wanted: Wanted) -> list[Document]:
    """The bills, the expenses, and the notes of vendors, each as it was written."""
    return [
        document_of(books, table, paper)
        for table in KINDS
        for paper in papers(books, "bought", table, wanted)
    ]


def document_of(books: Books, table: str, paper: Paper) -> Document:
    """A document as returns see it."""
    row, parts = paper
    branch = books.masters.rows["branches"][row["branch_id"]]
    supplier, place = number_of(row["state"] or branch["state"]), number_of(row["place_of_supply"])
    return Document(
        source=SOURCES[table],
        key=row["id"],
        entry=row["entry"],
        number=row["number"],
        date=row["date"],
        contact_id=row["contact_id"],
        name=row["name"],
        gstin=row["gstin"],
        treatment=Treatment(row["treatment"]),
        place=place,
        supplier=supplier,
        branch_id=row["branch_id"],
        inter=is_inter(books, row, parts, supplier, place),
        value=value_of(row),
        parts=tuple(_parts(books, parts, row.get("exchange_rate", ONE))),
    )


def _parts(books: Books, rows: Sequence[Row], exchange_rate: int) -> Iterator[Part]:
    if exchange_rate != ONE:
        convert(rows, exchange_rate)
    for row in rows:
        tax = None if row["tax_id"] is None else books.masters.rate(row["tax_id"])
        assessed = _heads(row, _RCM)
        rate = row["tax_percentage"]
        if row["is_rcm"]:
            rate = row["rcm_rate"] if row["rcm_rate"] is not None or tax is None else int(tax.igst)
        yield Part(
            row["line"], None if tax is None else tax.shape, rate or 0, row["hsn_or_sac"], row["unit"],
            row["quantity"], row["taxable"], _heads(row, _HEADS), assessed, bool(row["is_rcm"]),
            row["itc_blocked_reason"],
        )  # fmt: skip


def _heads(row: Row, names: Sequence[str]) -> Heads:
    cgst, sgst, igst, cess = [Paise(row[name]) for name in names]
    return Heads(cgst, sgst, igst, cess)


def convert(rows: Sequence[Row], exchange_rate: int) -> None:
    """Turn amounts into rupees: those that are credited by what their sum posted, blocked ones, which are
    part of the cost, by themselves. What is owed under reverse charge was posted for both at once, so that
    the blocked ones have what the others leave of it."""
    blocked = [row for row in rows if row["itc_blocked_reason"] is not None]
    credited = [row for row in rows if row["itc_blocked_reason"] is None]
    _share(rows, "taxable", _posted(rows, "taxable", exchange_rate))
    for name in _HEADS:
        for some in (credited, blocked):
            _share(some, name, _posted(some, name, exchange_rate))
    for name in _RCM:
        owed, taken = (_posted(some, name, exchange_rate) for some in (rows, credited))
        _share(credited, name, taken)
        _share(blocked, name, owed - taken)


def _posted(rows: Sequence[Row], name: str, exchange_rate: int) -> int:
    return in_rupees(Paise(sum(row[name] for row in rows)), exchange_rate)


def _share(rows: Sequence[Row], name: str, whole: int) -> None:
    weights = [row[name] for row in rows]
    for row, amount in zip(rows, share(Paise(whole), weights) if whole else [0] * len(rows), strict=True):
        row[name] = amount
