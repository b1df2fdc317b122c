"""What was sold in a stretch of days, as returns see it (`gst.md` §10.3)."""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Final

from finzcore.books.books import Books
from finzcore.books.registry import table_of
from finzcore.books.returns.papers import (
    SOURCES,
    Paper,
    Wanted,
    added_up,
    converted,
    is_inter,
    number_of,
    papers,
    value_of,
)
from finzcore.books.text import json_value
from finzcore.documents.exchange import ONE
from finzcore.gst.outward import Document, Original, Part
from finzcore.gst.rates import Shape
from finzcore.gst.reverse import ReverseCharge
from finzcore.gst.split import heads
from finzcore.gst.supply import Supply, Treatment
from finzcore.money import Paise
from finzcore.ports import Row

KINDS: Final = ("invoices", "credit_notes", "debit_notes")

_SUMS: Final = ("taxable", "cgst", "sgst", "igst", "cess")
_RCM: Final = Shape.RCM
_new: Final = tuple.__new__
_TREATMENTS: Final = {one.value: one for one in Treatment}


def outward(books: Books, wanted: Wanted) -> list[Document]:
    """The invoices, then the credit notes, then the debit notes to customers, each as it was written."""
    return list(each(books, wanted))


def each(books: Books, wanted: Wanted) -> Iterator[Document]:
    """The same, one after the other: who needs them once keeps none."""
    for table in KINDS:
        yield from _of(books, table, wanted)


def _of(books: Books, table: str, wanted: Wanted) -> Iterator[Document]:
    found: Iterable[Paper] = papers(books, "sold", table, wanted)
    originals: dict[int, Row] = {}
    if table != "invoices":
        found = list(found)
        originals = _originals(books, found)
    for paper in found:
        yield document_of(books, table, paper, originals)


def _originals(books: Books, found: Sequence[Paper]) -> dict[int, Row]:
    keys = {key for row, _ in found if (key := row.get("invoice_id")) is not None}
    return books.session.many(table_of("invoices"), keys) if keys else {}


def document_of(books: Books, table: str, paper: Paper, originals: dict[int, Row]) -> Document:
    """A document as returns see it; `originals` are the invoices that notes are for."""
    row, lines = paper
    (
        key, entry, number, date, contact_id, name, gstin, treatment, place_code, branch_id, total,
        withheld, exchange_rate, with_payment, export, lines_version,
    ) = _HEADER(row)  # fmt: skip
    supplier, place = number_of(books.masters.rows["branches"][branch_id]["state"]), number_of(place_code)
    inter = is_inter(books, row, lines, supplier, place)
    return Document(
        source=SOURCES[table],
        key=key,
        entry=entry,
        number=number,
        date=date,
        contact_id=contact_id,
        name=name,
        gstin=gstin,
        treatment=_TREATMENTS[treatment],
        place=place,
        supplier=supplier,
        branch_id=branch_id,
        inter=inter,
        with_payment=bool(with_payment),
        export=json_value(export) if export else None,
        value=total + withheld if exchange_rate == ONE else value_of(row),
        parts=_parts(books, lines, exchange_rate, inter=inter),
        original=_original(row, originals) if originals else None,
        original_place=_original_place(row, originals) if originals else None,
        lines_version=lines_version,
    )


def _original(row: Row, originals: dict[int, Row]) -> Original | None:
    found = originals.get(row["invoice_id"])
    if found is None:
        return None
    return Original(found["id"], found["number"], found["date"], value_of(found))


def _original_place(row: Row, originals: dict[int, Row]) -> int | None:
    found = originals.get(row["invoice_id"])
    return None if found is None else number_of(found["place_of_supply"])


_HEADER: Final = itemgetter(
    "id", "entry", "number", "date", "contact_id", "name", "gstin", "treatment", "place_of_supply",
    "branch_id", "total", "tds_amount", "exchange_rate", "with_payment", "export", "lines_version",
)  # fmt: skip
_FIELDS: Final = itemgetter(
    "line", "tax_id", "tax_percentage", "hsn_or_sac", "unit", "quantity", "taxable", "cgst", "sgst", "igst",
    "cess",
)  # fmt: skip


def _parts(books: Books, rows: list[Row], exchange_rate: int, *, inter: bool) -> tuple[Part, ...]:
    if exchange_rate != ONE:
        rows = added_up(rows)
        for name in _SUMS:
            amounts = converted([row[name] for row in rows], exchange_rate)
            for row, amount in zip(rows, amounts, strict=True):
                row[name] = amount
    parts = _as_they_stand(books, rows)
    for part in parts:
        if part[1] is _RCM:
            rows = added_up(rows)
            taxes = [row["tax_id"] for row in rows]
            pairs = zip(_as_they_stand(books, rows), taxes, strict=True)
            return tuple([_owed(books, part, tax, inter=inter) for part, tax in pairs])
    return parts


def _as_they_stand(books: Books, rows: Sequence[Row]) -> tuple[Part, ...]:
    """Lines as parts, made as the tuples that they are: a month has many thousands."""
    shapes = books.masters.shapes
    return tuple(
        [
            _new(Part, (line, shapes[tax_id], rate, hsn, unit, quantity, taxable, cgst, sgst, igst, cess))
            for line, tax_id, rate, hsn, unit, quantity, taxable, cgst, sgst, igst, cess in map(_FIELDS, rows)
        ]
    )


def _owed(books: Books, part: Part, tax_id: int | None, *, inter: bool) -> Part:
    """A part with the tax that its recipient owes, if it is he who does."""
    if part.shape is not _RCM:
        return part
    assert tax_id is not None
    tax = books.masters.rate(tax_id)
    owed = heads(Paise(part.taxable), ReverseCharge(tax.igst, tax.cess), Supply(inter=inter))
    return part._replace(rate=int(tax.igst), cgst=owed.cgst, sgst=owed.sgst, igst=owed.igst, cess=owed.cess)
