"""Money: rounding once, parts that add back up, exact reading and writing."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.money import LARGEST, Paise, grouped, half_up, plain, rupees, scaled, share

amounts = st.integers(-LARGEST, LARGEST)


@pytest.mark.parametrize(
    ("rounded", "numerator", "denominator"),
    [
        (0, 0, 7),
        (1, 1, 2),
        (-1, -1, 2),
        (2, 3, 2),
        (-2, -3, 2),
        (0, 49, 100),
        (1, 50, 100),
        (5385, 5384610, 1000),  # api.md §4.1: 598.29 at 9 % is 53.8461, shown as 53.85
        (10**40, 10**41, 10),
    ],
)
def test_halves_are_rounded_away_from_zero(rounded: int, numerator: int, denominator: int) -> None:
    assert rounded == half_up(numerator, denominator)


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**12))
def test_rounding_is_the_same_as_in_decimal_arithmetic(numerator: int, denominator: int) -> None:
    nearest = half_up(numerator, denominator)
    off = abs(Fraction(numerator, denominator) - nearest)
    assert off <= Fraction(1, 2)
    if off == Fraction(1, 2):
        assert abs(nearest) > abs(Fraction(numerator, denominator))


@given(st.integers(-(10**15), 10**15), st.sampled_from([2, 4, 5, 10, 100, 1000]))
def test_rounding_agrees_with_the_decimal_module(numerator: int, denominator: int) -> None:
    exact = Decimal(numerator) / Decimal(denominator)
    assert int(exact.quantize(Decimal(1), ROUND_HALF_UP)) == half_up(numerator, denominator)


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9))
def test_rounding_does_not_know_which_side_it_is_on(numerator: int, denominator: int) -> None:
    assert -half_up(numerator, denominator) == half_up(-numerator, denominator)


@pytest.mark.parametrize(
    ("parts", "total", "weights"),
    [
        ([34, 33, 33], 100, [1, 1, 1]),
        ([50, 50], 100, [7, 7]),
        ([1, 0, 0], 1, [1, 1, 1]),
        ([0, 0, 1], 1, [1, 1, 2]),
        ([-34, -33, -33], -100, [1, 1, 1]),
        ([0, 10], 10, [0, 3]),
        ([0, 0], 0, [3, 4]),
        # 17, 35 and 48 of 100 shares of 10: 1.7, 3.5, 4.8; two paise are left and go to .8 and .7
        ([2, 3, 5], 10, [17, 35, 48]),
    ],
)
def test_the_largest_remainders_get_the_odd_paise(parts: list[int], total: int, weights: list[int]) -> None:
    assert parts == share(Paise(total), weights)


weights_of_something = st.lists(st.integers(0, 10**15), min_size=1, max_size=50).filter(any)


@given(amounts, weights_of_something)
def test_parts_always_add_back_up(total: int, weights: list[int]) -> None:
    assert total == sum(share(Paise(total), weights))


@given(amounts, weights_of_something)
def test_no_part_is_a_whole_paisa_away_from_its_exact_share(total: int, weights: list[int]) -> None:
    for part, weight in zip(share(Paise(total), weights), weights, strict=True):
        assert abs(Fraction(total * weight, sum(weights)) - part) < 1


@given(amounts, weights_of_something)
def test_a_part_of_nothing_is_nothing_and_no_part_changes_side(total: int, weights: list[int]) -> None:
    for part, weight in zip(share(Paise(total), weights), weights, strict=True):
        assert part * total >= 0
        assert weight or not part


def test_sharing_by_nothing_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        share(Paise(1), [0, 0])


@pytest.mark.parametrize(
    ("number", "value", "places"),
    [
        (1416000, "14160", 2),
        (1416050, "14160.5", 2),
        (-5, "-0.05", 2),
        (0, "-0", 2),
        (100, "1.00000000", 2),
        (18_000_000, 18, 6),
        (250_000, Decimal("0.25"), 6),
        (1, Decimal("1E-6"), 6),
        (120000, Decimal("1.2E+3"), 2),
        (-1, Decimal("-0.01"), 2),
        (99_999_999_999_999_999, "999999999999999.99", 2),
    ],
)
def test_a_plain_decimal_becomes_a_whole_number(number: int, value: int | str | Decimal, places: int) -> None:
    assert number == scaled(value, places)


@pytest.mark.parametrize(
    "value",
    # reliability.md §6: what Decimal() and int() would let through
    [
        "",
        " 1",
        "1 ",
        "+1",
        "1e3",
        "1_000",
        "01",
        ".5",
        "5.",
        "1,000",
        "NaN",
        "Infinity",
        "१२",
        "１",
        "0x1",
        "1.005",
        "1.123456789",
        "1" * 16,
        "--1",
        "-",
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("sNaN"),
        Decimal("0.001"),
        Decimal("1E+1000000"),
        True,
    ],
)
def test_anything_else_is_no_amount(value: str | Decimal) -> None:
    assert scaled(value, 2) is None


@given(amounts)
def test_what_was_written_is_read_back(amount: int) -> None:
    assert amount == scaled(rupees(amount), 2)
    assert amount == scaled(plain(amount, 2), 2)
    assert amount == scaled(Decimal(amount).scaleb(-2), 2)
    assert amount == scaled(grouped(amount).replace(",", ""), 2)


@given(st.integers(-(10**18), 10**18), st.sampled_from([2, 6, 8]))
def test_plain_text_has_no_trailing_zero_and_loses_nothing(value: int, places: int) -> None:
    text = plain(value, places)
    assert Decimal(value).scaleb(-places) == Decimal(text)
    assert "." not in text or text[-1] not in "0."


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.00", 0),
        ("1.00", 100),
        ("-0.01", -1),
        ("1,000.00", 100000),
        ("1,00,000.00", 10000000),
        ("-12,34,56,789.10", -12345678910),
    ],
)
def test_lakhs_and_crores_are_grouped_as_in_india(text: str, amount: int) -> None:
    assert text == grouped(amount)
