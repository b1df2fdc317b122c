"""The total as a whole rupee (`api.md` §4.15)."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import RuleBroken
from finzcore.gst.roundoff import Method, explicit, round_off

totals = st.integers(-(10**15), 10**15)
methods = st.sampled_from(Method)
ORACLE = {Method.NEAREST: ROUND_HALF_UP, Method.UP: ROUND_UP, Method.DOWN: ROUND_DOWN}


@pytest.mark.parametrize(
    ("pre", "nearest", "up", "down"),
    [
        (19949, 19900, 20000, 19900),  # api.md §4.15
        (19950, 20000, 20000, 19900),  # api.md §4.15, not banker's rounding
        (19850, 19900, 19900, 19800),
        (123450, 123500, 123500, 123400),  # api.md §10 check 17
        (70599, 70600, 70600, 70500),  # api.md §4.1 worked example
        (20000, 20000, 20000, 20000),
        (0, 0, 0, 0),
        (1, 0, 100, 0),
        (-19950, -20000, -20000, -19900),
        (-19949, -19900, -20000, -19900),
    ],
)
def test_worked_totals(pre, nearest, up, down):
    assert [nearest, up, down] == [pre + round_off(pre, method) for method in Method]


@given(totals, methods)
def test_the_total_is_what_decimal_arithmetic_says(pre, method):
    expected = (Decimal(pre) / 100).quantize(Decimal(1), ORACLE[method]) * 100
    assert expected == pre + round_off(pre, method)


@given(totals, methods)
def test_a_round_off_is_less_than_a_rupee_and_mirrors_its_reversal(pre, method):
    assert -100 < round_off(pre, method) < 100
    assert -round_off(pre, method) == round_off(-pre, method)


@given(totals, methods)
def test_a_whole_total_stays(pre, method):
    assert round_off(pre + round_off(pre, method), method) == 0


def test_the_words_of_the_preference():
    assert [method.value for method in Method] == ["nearest", "up", "down"]


@pytest.mark.parametrize("value", [0, 1, -1, 99, -99])
def test_less_than_a_rupee_is_accepted(value):
    assert value == explicit(123450, value)


@pytest.mark.parametrize(
    ("pre", "value"), [(123450, 100), (123450, -100), (123450, 5000), (0, -1), (50, -51)]
)
def test_a_rupee_or_a_negative_total_is_refused(pre, value):
    with pytest.raises(RuleBroken) as refusal:
        explicit(pre, value)
    assert refusal.value.field == "round_off"


@given(totals, st.integers(-300, 300))
def test_an_explicit_round_off_is_taken_as_it_is_or_refused(pre, value):
    acceptable = abs(value) < 100 and not (pre >= 0 and pre + value < 0)
    try:
        assert value == explicit(pre, value)
        assert acceptable
    except RuleBroken:
        assert not acceptable
