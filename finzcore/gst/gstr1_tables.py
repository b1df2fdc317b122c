"""The tables of a GSTR-1, gathered while its documents go by (`gst.md` §10.2).

A month may have many thousand documents: none is kept, unless it is asked for. What is told document by
document is told at once, by a function of the entry: as a text of the portal's file, or as a row of a report.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

import attrs

from finzcore.gst.gstr1 import (
    BY_DOCUMENT,
    COLUMNS,
    NO_AMENDMENTS,
    Amendments,
    Entry,
    Item,
    Section,
    Small,
    Untaxed,
    entries,
    small_rows,
    untaxed_row,
)
from finzcore.gst.hsn_summary import Summary
from finzcore.gst.outward import Document
from finzcore.ledger.source import Source

Told = TypeVar("Told")


@attrs.frozen(kw_only=True)
class About:
    """Whose return, and of which days; who has no GSTIN can see what it would say."""

    gstin: str | None
    since: str
    through: str

    @property
    def period(self) -> str:
        """The month that it ends in, as ``MMYYYY``."""
        return f"{self.through[5:7]}{self.through[:4]}"


class Gstr1(Generic[Told]):
    """The tables. `told` has those where documents stand by themselves, `numbers` the day of each number by
    the source of its document, and `documents` the documents where they are to be kept."""

    def __init__(
        self,
        about: About,
        tell: Callable[[Entry], Told],
        amendments: Amendments = NO_AMENDMENTS,
        *,
        keep: bool = False,
    ) -> None:
        self.about = about
        self.amendments = amendments
        self.told: dict[Section, list[Told]] = {section: [] for section in BY_DOCUMENT}
        self.numbers: dict[Source, dict[str, str]] = {}
        self.documents: list[Document] | None = [] if keep else None
        self.hsn = Summary()
        self._tell = tell
        self._small: dict[Small, Item] = {}
        self._untaxed: dict[Untaxed, dict[str, int]] = {}
        for document, sign in amendments.difference:
            self.hsn.add(document, sign * document.sign)
            for entry in entries(document):
                if entry.section is Section.NIL:
                    self._add_untaxed(entry, sign)

    def add(self, document: Document) -> None:
        """One more document of the return."""
        numbers = self.numbers.get(document.source)
        if numbers is None:
            numbers = self.numbers[document.source] = {}
        numbers[document.number] = document.date
        for entry in entries(document):
            section = entry.section
            if section is Section.B2CS:
                small = self._small
                for row, item in small_rows(entry):
                    before = small.get(row)
                    small[row] = item if before is None else before.plus(item)
            elif section is Section.NIL:
                self._add_untaxed(entry)
            else:
                self.told[section].append(self._tell(entry))
        self.hsn.add(document, document.sign)
        if self.documents is not None:
            self.documents.append(document)

    def _add_untaxed(self, entry: Entry, sign: int = 1) -> None:
        row = self._untaxed.setdefault(untaxed_row(entry), dict.fromkeys(COLUMNS, 0))
        row[entry.kind] += sign * entry.document.sign * entry.items[0].taxable

    @property
    def small(self) -> dict[Small, Item]:
        """Table 7 by its rows, in the order of place and rate; what comes to nothing is left out."""
        return {row: self._small[row] for row in sorted(self._small) if not self._small[row].is_nothing}

    @property
    def untaxed(self) -> dict[Untaxed, dict[str, int]]:
        """Table 8 by its rows and columns, differences to what was filed included."""
        return {row: self._untaxed[row] for row in sorted(self._untaxed, reverse=True)}


def gstr1(
    about: About,
    documents: Iterable[Document],
    tell: Callable[[Entry], Told],
    amendments: Amendments = NO_AMENDMENTS,
    *,
    keep: bool = False,
) -> Gstr1[Told]:
    """The tables of some days' documents, with what is told of those that were filed."""
    made = Gstr1(about, tell, amendments, keep=keep)
    for document in documents:
        made.add(document)
    for document in amendments.late:
        made.add(document)
    return made


def untaxed_entries(documents: Iterable[Document], amendments: Amendments) -> Iterator[tuple[Entry, int]]:
    """What adds to table 8, or takes away from it, document by document."""
    for document, sign in signed(documents, amendments):
        for entry in entries(document):
            if entry.section is Section.NIL:
                yield entry, sign


def signed(documents: Iterable[Document], amendments: Amendments) -> Iterator[tuple[Document, int]]:
    """The documents of tables 8 and 12: notes take away, and of amended documents the difference counts."""
    for document in documents:
        yield document, document.sign
    for document, sign in amendments.difference:
        yield document, sign * document.sign
