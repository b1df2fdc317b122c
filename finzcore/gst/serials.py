"""Table 13 of GSTR-1: the numbers of the documents that were issued, from which to which (`gst.md` §10.2).

Numbers are told by what stands before their last digits: ``INV-2627-001`` and ``INV-2627-002`` follow one
another, whether they were given or chosen by hand. A number that no document will ever bear again, because
it was voided, or deleted as a draft, counts as cancelled.
"""

from collections.abc import Container, Iterable, Sequence
from typing import Final, NamedTuple

from finzcore.ledger.source import Source


class Nature(NamedTuple):
    """A kind of document: its place in the portal's list, and what that calls it."""

    number: int
    label: str


NATURES: Final = {
    Source.INVOICE: Nature(1, "Invoices for outward supply"),
    Source.DEBIT_NOTE: Nature(4, "Debit Note"),
    Source.CREDIT_NOTE: Nature(5, "Credit Note"),
}


def serial(number: str) -> tuple[str, int]:
    """A number taken apart: what stands before its last digits, in capitals, and these.

    >>> serial("inv-2627-042"), serial("GOODWILL")
    (('INV-2627-', 42), ('GOODWILL', 0))
    """
    prefix = number.rstrip("0123456789")
    return prefix.upper(), int(number[len(prefix) :] or 0)


class Range(NamedTuple):
    """Numbers that follow each other, both ends included."""

    nature: Nature
    first: str
    last: str
    total: int
    cancelled: int

    @property
    def net(self) -> int:
        """Those that were issued and stand."""
        return self.total - self.cancelled


Groups = dict[str, dict[int, str]]
"""Numbers by what stands before their last digits, and by these."""


def grouped(numbers: Iterable[str]) -> Groups:
    """Numbers taken apart; of two that come to the same, such as ``A-1`` and ``A-01``, the second stands by
    itself."""
    found: Groups = {}
    for number in numbers:
        prefix, position = serial(number)
        group = found.get(prefix)
        if group is None:
            found[prefix] = {position: number}
        elif group.setdefault(position, number) is not number:
            found[number] = {position: number}
    return found


def ranges(nature: Nature, groups: Groups, cancelled: Container[str]) -> list[Range]:
    """The numbers of a nature as unbroken ranges.

    >>> groups = grouped(["INV-1", "INV-2", "INV-3", "INV-7"])
    >>> [(one.first, one.last, one.total, one.cancelled)
    ...     for one in ranges(Nature(1, "Invoices"), groups, {"INV-2"})]
    [('INV-1', 'INV-3', 3, 1), ('INV-7', 'INV-7', 1, 0)]
    """
    found = []
    for _, group in sorted(groups.items()):
        run: list[str] = []
        following = -1
        for position in sorted(group):
            if position != following and run:
                found.append(_range(nature, run, cancelled))
                run = []
            run.append(group[position])
            following = position + 1
        found.append(_range(nature, run, cancelled))
    return found


def _range(nature: Nature, run: Sequence[str], cancelled: Container[str]) -> Range:
    return Range(nature, run[0], run[-1], len(run), sum([number in cancelled for number in run]))
