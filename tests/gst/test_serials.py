"""Table 13: which numbers follow each other, and how many of them were cancelled (`gst.md` §10.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.gst.serials import NATURES, Range, grouped, ranges, serial
from finzcore.ledger.source import Source

INVOICES = NATURES[Source.INVOICE]


def told(*numbers: str, cancelled: tuple[str, ...] = ()) -> list[tuple[str, str, int, int, int]]:
    found = ranges(INVOICES, grouped(numbers), cancelled)
    return [(one.first, one.last, one.total, one.cancelled, one.net) for one in found]


def test_forty_numbers_of_which_two_were_cancelled() -> None:
    numbers = [f"INV/26-27/{n:05}" for n in range(1, 41)]
    void = ("INV/26-27/00007", "INV/26-27/00040")
    assert [("INV/26-27/00001", "INV/26-27/00040", 40, 2, 38)] == told(*numbers, cancelled=void)


@pytest.mark.parametrize(
    ("expected", "numbers"),
    [
        ([("A-1", "A-2", 2, 0, 2)], ("A-2", "A-1")),
        ([("A-1", "A-1", 1, 0, 1), ("A-3", "A-3", 1, 0, 1)], ("A-1", "A-3")),
        ([("A-999", "A-1000", 2, 0, 2)], ("A-1000", "A-999")),
        ([("A-1", "A-1", 1, 0, 1), ("B-2", "B-2", 1, 0, 1)], ("A-1", "B-2")),
        ([("a-1", "A-2", 2, 0, 2)], ("a-1", "A-2")),
        ([("A-1", "A-1", 1, 0, 1), ("A-01", "A-01", 1, 0, 1)], ("A-1", "A-01")),
        ([("GIFT", "GIFT", 1, 0, 1)], ("GIFT",)),
        ([], ()),
    ],
)
def test_numbers_are_told_by_what_stands_before_their_last_digits(
    expected: list[tuple[str, str, int, int, int]], numbers: tuple[str, ...]
) -> None:
    assert expected == told(*numbers)


@given(st.sets(st.from_regex("[A-C]-?[0-9]{1,3}", fullmatch=True), max_size=30))
def test_every_number_lies_in_one_range(numbers: set[str]) -> None:
    found: list[Range] = ranges(INVOICES, grouped(numbers), numbers)
    assert len(numbers) == sum(one.total for one in found) == sum(one.cancelled for one in found)
    for one in found:
        (before, first), (after, last) = serial(one.first), serial(one.last)
        assert (before, one.total) == (after, last - first + 1)
