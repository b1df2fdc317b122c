"""Quantity × rate and the discount of a line (`api.md` §4.1 item 1)."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.line import Discount, Line, gross, line_discount
from finzcore.errors import RuleBroken
from finzcore.money import LARGEST

M = 1_000_000


@pytest.mark.parametrize(
    ("expected", "quantity", "rate"),
    [
        (59829, 3 * M, 199_430_000),  # 3 × 199.43, api.md §4.1
        (100, M, M),
        (0, M, 0),
        (1, M, 5_000),  # half a paisa goes up
        (0, M, 4_999),
        (33333, 333_333, 1000 * M),  # 0.333333 × 1000 = 333.333
        (1, 1, 5000 * M),  # 0.000001 × 5000 = 0.005
    ],
)
def test_gross_is_quantity_times_rate_rounded_once(expected, quantity, rate):
    assert expected == gross(quantity, rate)


@given(st.integers(1, 10**12), st.integers(0, 10**13))
def test_gross_agrees_with_decimal_arithmetic(quantity, rate):
    exact = Decimal(quantity) / M * Decimal(rate) / M * 100

    assert int(exact.quantize(Decimal(1), ROUND_HALF_UP)) == gross(quantity, rate)


@pytest.mark.parametrize(
    ("expected", "discount"),
    [
        (0, None),
        (0, Discount(amount=0)),
        (1000, Discount(amount=1000)),
        (100, Discount(percent=10 * M)),
        (1000, Discount(percent=100 * M)),
        (123, Discount(percent=12_250_000)),  # 122.5 paise
    ],
)
def test_a_line_discount_is_an_amount_or_a_percentage_of_gross(expected, discount):
    assert expected == line_discount(1000, discount)


def test_a_discount_of_more_than_the_gross_is_refused():
    with pytest.raises(RuleBroken) as refusal:
        line_discount(1000, Discount(amount=1001))

    assert "discount" == refusal.value.field


@pytest.mark.parametrize(
    "wrong",
    [{}, {"amount": 1, "percent": 1}, {"amount": -1}, {"percent": -1}, {"percent": 100 * M + 1}],
)
def test_a_discount_is_one_of_two_and_in_range(wrong):
    with pytest.raises(RuleBroken) as refusal:
        Discount(**wrong)

    assert "discount" == refusal.value.field


@given(st.integers(0, LARGEST), st.integers(0, 100 * M))
def test_a_percentage_never_takes_more_than_there_is(base, percent):
    assert 0 <= Discount(percent=percent).of(base) <= base


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("quantity", (0, M, 0)),
        ("quantity", (-M, M, 0)),
        ("rate", (M, -1, 0)),
        ("rate", (10**12, 10**17, 0)),
        ("discount", (M, M, 101)),
        ("discount", (M, M, -1)),
    ],
)
def test_a_line_that_makes_no_sense_cannot_be_made(field, values):
    with pytest.raises(RuleBroken) as refusal:
        Line(*values)

    assert field == refusal.value.field


def test_a_line_knows_its_gross_and_its_net():
    line = Line(2 * M, 10 * M, 150)

    assert (2000, 1850) == (line.gross, line.net)
