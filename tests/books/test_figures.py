"""Numbers: what is read is exact, within its bounds, and fits the column that keeps it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.books import registry
from finzcore.books.figures import LARGEST_RATE, Amount, Number, Whole
from finzcore.books.kinds import Wrong

BOUNDS = st.integers(-(10**18), 10**18)


@given(st.integers(0, 8), BOUNDS | st.none(), st.integers(0, 10**18), st.booleans(), BOUNDS)
def test_a_column_takes_exactly_what_is_read(
    places: int, least: int | None, most: int, above: bool, value: int
) -> None:
    kind = Number(places, least, most, above and least is not None)
    column = kind.column("rate", null=False)
    assert column.least is not None
    assert column.most is not None
    spelled = Decimal(value).scaleb(-places)
    try:
        assert value == kind.read(spelled, 0)
    except Wrong:
        # A least below the negative of the most is never read either.
        assert not max(column.least, -most) <= value <= column.most
    else:
        assert column.least <= value <= column.most


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(-9, 9))
def test_a_count_is_kept_between_its_bounds(one: int, other: int, value: int) -> None:
    kind = Whole(min(one, other), max(one, other))
    column = kind.column("terms", null=False)
    assert (kind.least, kind.most) == (column.least, column.most)
    if kind.least <= value <= kind.most:
        assert value == kind.read(value, 0)
    else:
        with pytest.raises(Wrong):
            kind.read(value, 0)


def test_an_amount_has_two_decimals_and_the_bounds_of_money() -> None:
    column = Amount().column("total", null=True)
    assert (-(10**15), 10**15, True) == (column.least, column.most, column.null)
    assert 1 == Amount(least=0, above=True).column("total", null=False).least


def test_items_and_lines_have_one_highest_rate() -> None:
    table = registry.resource("items").table
    assert table is not None
    bounds = {column.name: (column.least, column.most) for column in table.columns}
    assert (0, LARGEST_RATE) == bounds["rate"] == bounds["purchase_rate"]
