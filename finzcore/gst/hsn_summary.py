"""Table 12 of GSTR-1: what was supplied by HSN or SAC, unit and rate (`gst.md` §10.4).

It is added up from the same parts as the other tables, so that it comes to what they come to, to the paisa.
"""

import re
from typing import Final, NamedTuple

from finzcore.gst.gstr1 import Item, tax_is_told, to_registered
from finzcore.gst.outward import Document, Part
from finzcore.gst.rates import Shape
from finzcore.gst.units import NOT_APPLICABLE, is_service, uqc

LONGEST_TEXT: Final = 30
"""Characters of a text that the filer writes."""

_OTHER_SIGNS: Final = re.compile(r"[^ A-Za-z0-9_@./&-]+")
_RCM: Final = Shape.RCM
_NON_GST: Final = Shape.NON_GST


class Row(NamedTuple):
    """A row of Table 12: `registered` says in which of the two lists it stands; `hsn` is empty where nobody
    wrote one down."""

    registered: bool
    hsn: str
    unit: str
    rate: int


class First(NamedTuple):
    """The first part of a row: its document, which version of it, and which of its lines."""

    document_id: int
    version: int
    line: int


class Sum(NamedTuple):
    """What a row comes to; `quantity` is in millionths, and nothing for services."""

    quantity: int
    item: Item
    first: First


def row_of(document: Document, part: Part) -> Row | None:
    """The row that a part adds to; None for what is no supply of GST and has no HSN."""
    hsn = part.hsn or ""
    if not hsn and (part.shape is None or part.shape is _NON_GST):
        return None
    unit = NOT_APPLICABLE if is_service(hsn) else uqc(part.unit)
    return Row(to_registered(document), hsn, unit, part.rate)


class _Growing:
    """A row while it grows."""

    __slots__ = ("cess", "cgst", "first", "igst", "quantity", "sgst", "taxable")

    def __init__(self, first: First) -> None:
        self.first = first
        self.quantity = self.taxable = self.igst = self.cgst = self.sgst = self.cess = 0

    def told(self, row: Row) -> Sum:
        item = Item(row.rate, self.taxable, self.igst, self.cgst, self.sgst, self.cess)
        return Sum(0 if row.unit == NOT_APPLICABLE else self.quantity, item, self.first)


_Alike = dict[tuple[str | None, str | None, int], _Growing]
"""Rows by what the lines of documents say of them: an HSN, a unit, a rate."""


class Summary:
    """Table 12, while documents are added to it."""

    def __init__(self) -> None:
        self._sums: dict[Row, _Growing] = {}
        self._alike: tuple[_Alike, _Alike] = {}, {}
        self._alike_outside: tuple[_Alike, _Alike] = {}, {}

    def add(self, document: Document, sign: int) -> None:
        """One more document, to be added or taken away."""
        registered = to_registered(document)
        inside, outside = self._alike[registered], self._alike_outside[registered]
        for part in document.parts:
            # Taken apart at once: a month has many thousands.
            _, shape, rate, hsn, unit, quantity, taxable, cgst, sgst, igst, cess = part
            alike = outside if shape is None or shape is _NON_GST else inside
            total = alike.get((hsn, unit, rate))
            if total is None:
                total = self._begin(document, part)
                if total is None:
                    continue
                alike[hsn, unit, rate] = total
            total.quantity += sign * quantity
            total.taxable += sign * taxable
            if shape is not _RCM or tax_is_told(document, part):
                if igst:
                    total.igst += sign * igst
                else:
                    total.cgst += sign * cgst
                    total.sgst += sign * sgst
                if cess:
                    total.cess += sign * cess

    def _begin(self, document: Document, part: Part) -> _Growing | None:
        row = row_of(document, part)
        if row is None:
            return None
        first = First(document.key, document.lines_version, part.line)
        return self._sums.setdefault(row, _Growing(first))

    @property
    def rows(self) -> dict[Row, Sum]:
        """The rows: registered recipients first, then by code, unit and rate; what comes to nothing is left
        out."""
        found = {}
        for row in sorted(self._sums, key=lambda row: (not row.registered, *row[1:])):
            one = self._sums[row].told(row)
            if one.quantity or not one.item.is_nothing:
                found[row] = one
        return found


def merged(rows: dict[Row, Sum]) -> dict[Row, Sum]:
    """Both lists as one, as it was before they came apart."""
    found: dict[Row, Sum] = {}
    for row, total in rows.items():
        alike = row._replace(registered=True)
        one = found.get(alike)
        found[alike] = (
            total if one is None else Sum(one.quantity + total.quantity, one.item.plus(total.item), one.first)
        )
    return {row: found[row] for row in sorted(found)}


def described(text: str | None) -> str:
    """A text as the portal takes it: its characters, and no more than thirty of them.

    >>> described("Chair (oak), hand-made by Asha & Sons")
    'Chair oak hand-made by Asha &'
    """
    return " ".join(_OTHER_SIGNS.sub(" ", text or "").split())[:LONGEST_TEXT].rstrip()
