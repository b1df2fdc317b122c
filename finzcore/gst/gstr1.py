"""GSTR-1: which table of the return tells of a supply, and what each table says (`gst.md` §10).

Every part of a document has exactly one place. `entries` puts a document's parts there: for documents that
are told by themselves an entry is one of them, rate by rate; for tables of sums it is what a document adds to
a row. `finzcore.gst.gstr1_tables` gathers them.
"""

import enum
from typing import Final, NamedTuple

import attrs

from finzcore.gst.outward import Document, Original, Part
from finzcore.gst.parameters import B2CL_LIMIT, on
from finzcore.gst.rates import Shape
from finzcore.gst.states import OVERSEAS
from finzcore.gst.supply import Treatment


class Section(enum.StrEnum):
    """The tables by the names that the portal's file has for them."""

    B2B = "b2b"
    """4A, 4B, 6B, 6C: invoices to registered persons, with special economic zones and deemed exports."""
    B2CL = "b2cl"
    """5: large invoices to unregistered persons in other states."""
    B2CS = "b2cs"
    """7: what else unregistered persons were supplied, net of notes, by place and rate."""
    NIL = "nil"
    """8: what is nil-rated, exempt, or no supply of GST."""
    EXP = "exp"
    """6A: exports."""
    CDNR = "cdnr"
    """9B: notes to registered persons."""
    CDNUR = "cdnur"
    """9B: notes for exports and for large invoices to unregistered persons."""


BY_DOCUMENT: Final = (Section.B2B, Section.B2CL, Section.EXP, Section.CDNR, Section.CDNUR)
"""The tables in which documents stand by themselves; the others tell sums."""


class Item(NamedTuple):
    """What bears one rate, in paise; `rate` in millionths, and nothing in the table of untaxed supplies."""

    rate: int
    taxable: int
    igst: int
    cgst: int
    sgst: int
    cess: int

    def plus(self, other: "Item", sign: int = 1) -> "Item":
        """Both together, at the rate of the first."""
        return Item(
            self.rate,
            self.taxable + sign * other.taxable,
            self.igst + sign * other.igst,
            self.cgst + sign * other.cgst,
            self.sgst + sign * other.sgst,
            self.cess + sign * other.cess,
        )

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is left of it."""
        return not any(self[1:])


class Entry(NamedTuple):
    """What a document puts into one table. Amounts are as on the document, never negative.

    `kind` is the word by which the table tells its documents apart: ``R``, ``SEWP``, ``SEWOP`` or ``DE`` to
    registered persons, ``WPAY`` or ``WOPAY`` for exports, ``B2CL``, ``EXPWP`` or ``EXPWOP`` for notes; in the
    table of untaxed supplies it is the column.
    """

    section: Section
    document: Document
    kind: str
    reverse_charge: bool
    items: tuple[Item, ...]


class Small(NamedTuple):
    """A row of table 7: whether it is inter-state, the place of supply, the rate."""

    inter: bool
    place: int
    rate: int


class Untaxed(NamedTuple):
    """A row of table 8: whether inter-state, and to registered persons."""

    inter: bool
    registered: bool


NIL_RATED: Final = "nil"
EXEMPT: Final = "exempt"
NON_GST: Final = "non_gst"
COLUMNS: Final = (NIL_RATED, EXEMPT, NON_GST)
"""The columns of table 8."""

_new: Final = tuple.__new__
_INTRA: Final = Shape.INTRA_STATE
_INTER: Final = Shape.INTER_STATE
_RCM: Final = Shape.RCM
_UNTAXED: Final = {Shape.NIL_RATED: NIL_RATED, Shape.EXEMPT: EXEMPT, Shape.NON_GST: NON_GST, None: NON_GST}
"""A line that names no tax is taken for no supply of GST at all."""

_OVERSEAS: Final = Treatment.OVERSEAS
_SEZ: Final = Treatment.SEZ
_DEEMED: Final = Treatment.DEEMED_EXPORT


def to_registered(document: Document) -> bool:
    """Whether a document stands among those to registered persons; a special economic zone is one, even
    where nobody wrote its GSTIN down."""
    treatment = document.treatment
    if treatment is _OVERSEAS or document.place == OVERSEAS:
        return False
    return document.gstin is not None or treatment is _SEZ


def section_of(document: Document) -> Section:
    """The table of a document's taxed parts (`gst.md` §10.3).

    A note goes by what it corrects: its invoice's value and day say whether that was a large one; a note
    that names no invoice goes by its own.
    """
    is_note = document.is_note
    if to_registered(document):
        return Section.CDNR if is_note else Section.B2B
    if document.is_export:
        return Section.CDNUR if is_note else Section.EXP
    if document.inter:
        corrects = document.original or document
        if corrects.value > on(B2CL_LIMIT, corrects.date):
            return Section.CDNUR if is_note else Section.B2CL
    return Section.B2CS


def kind_of(document: Document, section: Section) -> str:
    """The word by which a table tells its documents apart; empty in those that do not."""
    if section is Section.EXP:
        return "WPAY" if document.with_payment else "WOPAY"
    if section is Section.CDNUR:
        if not document.is_export:
            return "B2CL"
        return "EXPWP" if document.with_payment else "EXPWOP"
    if section is Section.B2B or section is Section.CDNR:
        if document.treatment is _SEZ:
            return "SEWP" if document.with_payment else "SEWOP"
        return "DE" if document.treatment is _DEEMED else "R"
    return ""


def untaxed_column(document: Document, part: Part) -> str | None:
    """The column of table 8 that a part stands in; None where it stands in a table of taxed supplies.
    What is exported is zero-rated, whatever it is."""
    shape = part.shape
    if shape is _INTRA or shape is _INTER or shape is _RCM or document.is_export:
        return None
    return _UNTAXED[shape]


def tax_is_told(document: Document, part: Part) -> bool:
    """Whether a part's tax is told: that of reverse charge is, but only a registered recipient can owe it,
    and nobody does on a zero-rated supply without payment."""
    if part.shape is not _RCM:
        return True
    return to_registered(document) and (document.with_payment or not document.is_zero_rated)


def entries(document: Document) -> list[Entry]:
    """What a document puts into the tables: one entry in the table of its taxed parts, another there where
    some of them are under reverse charge, and one for each column of untaxed supplies."""
    charged: dict[int, list[int]] = {}
    owed: dict[int, list[int]] = {}
    untaxed: dict[str, int] = {}
    for part in document.parts:
        # Taken apart at once: a month has many thousands.
        _, shape, rate, _, _, _, taxable, cgst, sgst, igst, cess = part
        by_rate = charged
        if shape is not _INTRA and shape is not _INTER:
            column = untaxed_column(document, part)
            if column is not None:
                untaxed[column] = untaxed.get(column, 0) + taxable
                continue
            if shape is _RCM and to_registered(document):
                by_rate = owed
            if not tax_is_told(document, part):
                cgst = sgst = igst = cess = 0
        sums = by_rate.get(rate)
        if sums is None:
            by_rate[rate] = [rate, taxable, igst, cgst, sgst, cess]
        else:
            sums[1] += taxable
            sums[2] += igst
            sums[3] += cgst
            sums[4] += sgst
            sums[5] += cess
    found: list[Entry] = []
    if charged or owed:
        section = section_of(document)
        kind = kind_of(document, section)
        for by_rate in (charged, owed):
            if by_rate:
                items = tuple([_new(Item, some) for some in by_rate.values()])
                found.append(Entry(section, document, kind, by_rate is owed, items))
    for column, amount in untaxed.items():
        found.append(Entry(Section.NIL, document, column, False, (Item(0, amount, 0, 0, 0, 0),)))
    return found


def small_rows(entry: Entry) -> list[tuple[Small, Item]]:
    """What an entry of table 7 adds to its rows; a credit note takes away."""
    document = entry.document
    inter, place, sign = document.inter, document.place, document.sign
    items = entry.items if sign > 0 else [_signed(item, sign) for item in entry.items]
    return [(_new(Small, (inter, place, item[0])), item) for item in items]


def _signed(item: Item, sign: int) -> Item:
    return item if sign > 0 else Item(item.rate, 0, 0, 0, 0, 0).plus(item, sign)


def untaxed_row(entry: Entry) -> Untaxed:
    """The row of table 8 that an entry adds to."""
    return Untaxed(entry.document.inter, to_registered(entry.document))


class Amended(NamedTuple):
    """A document that stands in a filed return, as it is now: `entry` replaces what was told under the
    number and the date of `original`. One that is gone is told with nothing in it."""

    entry: Entry
    original: Original


class Restated(NamedTuple):
    """Rows of table 7 of a filed return, told anew: the place, and what each of its rates comes to now."""

    period: str
    inter: bool
    place: int
    items: tuple[Item, ...]


@attrs.frozen(kw_only=True)
class Amendments:
    """What a return says about those filed before it.

    `late` are documents of filed periods that no return has told of yet; they stand in the ordinary tables.
    Untaxed supplies and Table 12 have no table of amendments: there the `difference` of what was filed
    counts, each document as it was filed with the opposite sign, and as it is now.
    """

    late: tuple[Document, ...] = ()
    documents: tuple[Amended, ...] = ()
    small: tuple[Restated, ...] = ()
    difference: tuple[tuple[Document, int], ...] = ()


NO_AMENDMENTS: Final = Amendments()
