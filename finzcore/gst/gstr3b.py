"""GSTR-3B: the sums of a period that its tax is paid by, from documents (`gst.md` §11).

Every part of a document has a place in the tables of the return, and in each of them the documents add up to
what the return says. `Gstr3b` keeps these shares, so that a figure can be traced back to its documents, and
adds them up; `finzcore.gst.setoff` says how the tax is paid.
"""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

import attrs

from finzcore.gst import inward, outward
from finzcore.gst.rates import Shape
from finzcore.gst.reverse import INELIGIBLE_PLACE
from finzcore.gst.setoff import ByHead, SetOff, set_off
from finzcore.gst.supply import Treatment
from finzcore.gst.units import is_service

Document = outward.Document | inward.Document


class Table(enum.Enum):
    """The rows of the return that documents make up, by their numbers in the form."""

    TAXABLE = "3.1(a)"
    ZERO_RATED = "3.1(b)"
    NIL_EXEMPT = "3.1(c)"
    INWARD_RCM = "3.1(d)"
    NON_GST = "3.1(e)"
    UNREGISTERED = "3.2 unregistered"
    COMPOSITION = "3.2 composition"
    UIN = "3.2 UIN"
    IMPORT_OF_GOODS = "4(A)(1)"
    IMPORT_OF_SERVICES = "4(A)(2)"
    REVERSE_CHARGE = "4(A)(3)"
    ALL_OTHER = "4(A)(5)"
    BLOCKED = "4(B)(1)"
    INELIGIBLE = "4(D)(2)"
    EXEMPT_INTER = "5 exempt, inter-state"
    EXEMPT_INTRA = "5 exempt, intra-state"
    NON_GST_INTER = "5 non-GST, inter-state"
    NON_GST_INTRA = "5 non-GST, intra-state"


OUTWARD: Final = (Table.TAXABLE, Table.ZERO_RATED, Table.NIL_EXEMPT, Table.INWARD_RCM, Table.NON_GST)
INTER_STATE: Final = (Table.UNREGISTERED, Table.COMPOSITION, Table.UIN)
"""Of the supplies of 3.1(a), those that are told again by place of supply."""

BY_REVERSE_CHARGE: Final = (Table.IMPORT_OF_SERVICES, Table.REVERSE_CHARGE)
ALL_OTHER: Final = (Table.IMPORT_OF_GOODS, Table.ALL_OTHER)
EXEMPT_INWARD: Final = (
    Table.EXEMPT_INTER,
    Table.EXEMPT_INTRA,
    Table.NON_GST_INTER,
    Table.NON_GST_INTRA,
)
_RATELESS: Final = frozenset({Shape.EXEMPT, Shape.NIL_RATED, Shape.NON_GST})


class Figures(NamedTuple):
    """A taxable value and the tax on it, in paise."""

    taxable: int = 0
    igst: int = 0
    cgst: int = 0
    sgst: int = 0
    cess: int = 0

    def plus(self, other: "Figures") -> "Figures":
        """Column by column."""
        return Figures(
            self.taxable + other.taxable,
            self.igst + other.igst,
            self.cgst + other.cgst,
            self.sgst + other.sgst,
            self.cess + other.cess,
        )

    def signed(self, sign: int) -> "Figures":
        """The same, added or taken away."""
        return self if sign > 0 else Figures(*(-amount for amount in self))

    @property
    def heads(self) -> ByHead:
        """The tax alone."""
        return ByHead(self.igst, self.cgst, self.sgst, self.cess)


NOTHING: Final = Figures()


class Share(NamedTuple):
    """What a document adds to a table; `place` is its place of supply in 3.2, and None elsewhere."""

    table: Table
    document: Document
    figures: Figures
    place: int | None = None


class Carried(NamedTuple):
    """A document that filed returns told otherwise: as the last of them did (None: not at all), as it is now
    (None: it is gone), of which period it was, and what the difference adds to the tables."""

    before: Document | None
    after: Document | None
    period: str
    shares: tuple[Share, ...]


@attrs.frozen(kw_only=True)
class Gstr3b:
    """The return of a GSTIN for the days from `since` through `through`; an organisation without a GSTIN
    can see what it would come to. What is `carried` from filed returns has its shares among the others."""

    gstin: str | None
    since: dt.date
    through: dt.date
    shares: tuple[Share, ...]
    carried: tuple[Carried, ...] = ()

    @cached_property
    def by_table(self) -> dict[Table, list[Share]]:
        """The shares of each table, in the order of the documents."""
        found: dict[Table, list[Share]] = {table: [] for table in Table}
        for share in self.shares:
            found[share.table].append(share)
        return found

    def figures(self, *tables: Table) -> Figures:
        """What some tables come to."""
        return added(share.figures for table in tables for share in self.by_table[table])

    def places(self, table: Table) -> dict[int, list[Share]]:
        """The shares of a table of 3.2 by place of supply, in the order of the places."""
        shares = self.by_table[table]
        places = sorted({share.place for share in shares if share.place is not None})
        return {place: [share for share in shares if share.place == place] for place in places}

    @property
    def credit(self) -> ByHead:
        """4(C): the credit that is left when what is reversed is taken off, which may be below nothing."""
        given = self.figures(*BY_REVERSE_CHARGE, *ALL_OTHER).heads
        return given.minus(self.figures(Table.BLOCKED).heads)

    @property
    def owed(self) -> ByHead:
        """The tax on what was supplied, without reverse charge; it may be below nothing."""
        return self.figures(Table.TAXABLE, Table.ZERO_RATED).heads

    @cached_property
    def payment(self) -> SetOff:
        """How the tax is paid. Credit is that of the period: what was carried forward stands in the
        electronic ledger of the portal, not in documents. What is below nothing is carried (§11.2)."""
        reverse_charge = self.figures(Table.INWARD_RCM).heads
        return set_off(self.owed.positive(), self.credit.positive(), reverse_charge.positive(), self.through)


def gstr3b(
    gstin: str | None,
    since: dt.date,
    through: dt.date,
    sold: Iterable[outward.Document],
    bought: Iterable[inward.Document],
    carried: Iterable[Carried] = (),
) -> Gstr3b:
    """The return of a period from its documents, and from what changed of those of filed periods."""
    documents: list[Document] = [*sold, *bought]
    carried = tuple(carried)
    shares = [share for document in documents for share in shares_of(document)]
    shares += [share for one in carried for share in one.shares]
    return Gstr3b(gstin=gstin, since=since, through=through, shares=tuple(shares), carried=carried)


def added(figures: Iterable[Figures]) -> Figures:
    """The sum, column by column.

    >>> added([Figures(taxable=100, igst=18), Figures(taxable=-50, igst=-9)])
    Figures(taxable=50, igst=9, cgst=0, sgst=0, cess=0)
    """
    total = NOTHING
    for one in figures:
        total = total.plus(one)
    return total


_Row = tuple[Table, Figures, int | None]


def shares_of(document: Document) -> Iterator[Share]:
    """What a document adds to each table; a credit note takes away."""
    rows = _sold(document) if isinstance(document, outward.Document) else _bought(document)
    sums: dict[tuple[Table, int | None], Figures] = {}
    for table, figures, place in rows:
        sums[table, place] = sums.get((table, place), NOTHING).plus(figures)
    for (table, place), figures in sums.items():
        yield Share(table, document, figures.signed(document.sign), place)


def _sold(document: outward.Document) -> Iterator[_Row]:
    again = _told_again(document)
    for part in document.parts:
        figures = Figures(part.taxable, part.igst, part.cgst, part.sgst, part.cess)
        if part.reverse_charge:  # the recipient declares the tax, in a 3.1(d) of its own (§7.1)
            figures = Figures(part.taxable)
        table = _outward_table(document, part)
        yield table, figures, None
        if table is Table.TAXABLE and again is not None:
            yield again, Figures(part.taxable, figures.igst), document.place


def _outward_table(document: outward.Document, part: outward.Part) -> Table:
    """What names no tax is taken for a supply outside of GST, so that nothing sold is left out. To a special
    economic zone what is exempt stays so, as in table 8 of GSTR-1; whatever is exported is zero-rated."""
    if document.is_export:
        return Table.ZERO_RATED
    if part.shape is None or part.shape is Shape.NON_GST:
        return Table.NON_GST
    if part.shape in outward.TAXED or part.reverse_charge:
        return Table.ZERO_RATED if document.is_sez else Table.TAXABLE
    return Table.NIL_EXEMPT


def _told_again(document: outward.Document) -> Table | None:
    """Where in 3.2 a supply to another state is told again, if it is."""
    if not document.inter or document.is_zero_rated:
        return None
    if document.is_uin:
        return Table.UIN
    if document.treatment is Treatment.COMPOSITION:
        return Table.COMPOSITION
    return None if document.is_registered else Table.UNREGISTERED


def _bought(document: inward.Document) -> Iterator[_Row]:
    for part in document.parts:
        tax = part.charged + part.assessed
        credit = Figures(0, tax.igst, tax.cgst, tax.sgst, tax.cess)
        exempt = _exempt_table(document, part)
        if exempt is not None:
            yield exempt, Figures(part.taxable), None
        elif part.reverse_charge:
            owed = part.assessed
            yield Table.INWARD_RCM, Figures(part.taxable, owed.igst, owed.cgst, owed.sgst, owed.cess), None
        if part.blocked == INELIGIBLE_PLACE:
            yield Table.INELIGIBLE, credit, None
        elif tax.total:
            yield _credit_table(document, part), credit, None
            if part.blocked is not None:
                yield Table.BLOCKED, credit, None


def _exempt_table(document: inward.Document, part: inward.Part) -> Table | None:
    """Table 5: what bears no tax by law, or because its vendor pays under the composition scheme. A line
    without a tax row says neither, such as wages: it is no supply."""
    if part.charged.total or part.assessed.total:
        return None
    if part.shape is Shape.NON_GST:
        return Table.NON_GST_INTER if document.inter else Table.NON_GST_INTRA
    composition = document.treatment is Treatment.COMPOSITION and not part.reverse_charge
    if part.shape in _RATELESS or composition:
        return Table.EXEMPT_INTER if document.inter else Table.EXEMPT_INTRA
    return None


def _credit_table(document: inward.Document, part: inward.Part) -> Table:
    """Where credit is declared. Tax that stands on a document from abroad, or on goods out of a special
    economic zone, was paid on a bill of entry (§3.6)."""
    abroad = document.treatment is Treatment.OVERSEAS
    if part.reverse_charge:
        return Table.IMPORT_OF_SERVICES if abroad else Table.REVERSE_CHARGE
    if abroad or (document.treatment is Treatment.SEZ and not is_service(part.hsn)):
        return Table.IMPORT_OF_GOODS
    return Table.ALL_OTHER
