"""Tax withheld by the buyer (`api.md` §4.1 item 8, §4.11)."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.tds import Tds, TdsRounding, tds_reversal
from finzcore.errors import RuleBroken

M = 1_000_000


@pytest.mark.parametrize(
    ("expected", "tds", "base", "rounding"),
    [
        (120000, Tds(rate=10 * M), 1200000, TdsRounding.PAISE),  # api.md §4.5: 1,200 of 12,000
        (1400, Tds(rate=2 * M), 70000, TdsRounding.PAISE),  # api.md §10 row 11
        (12346, Tds(rate=10 * M), 123455, TdsRounding.PAISE),  # 12345.5 paise
        (12300, Tds(rate=10 * M), 123455, TdsRounding.RUPEE),  # 123.455 rupees
        (12400, Tds(rate=10 * M), 123500, TdsRounding.RUPEE),  # 123.50 rupees go up
        (12400, Tds(rate=10 * M), 123001, TdsRounding.UP),
        (12300, Tds(rate=10 * M), 123000, TdsRounding.UP),
        (12345, Tds(amount=12345), 999, TdsRounding.UP),  # an amount is taken as it is
        (0, Tds(rate=0), 123000, TdsRounding.UP),
    ],
)
def test_what_is_withheld(expected, tds, base, rounding):
    assert expected == tds.on(base, rounding)


@given(st.integers(0, 10**14), st.integers(0, 100 * M))
def test_the_three_roundings_agree_with_decimal_arithmetic(base, rate):
    rupees = Decimal(base) * Decimal(rate) / (100 * M) / 100
    expected = {
        TdsRounding.PAISE: rupees.quantize(Decimal("0.01"), ROUND_HALF_UP),
        TdsRounding.RUPEE: rupees.quantize(Decimal(1), ROUND_HALF_UP),
        TdsRounding.UP: rupees.quantize(Decimal(1), ROUND_CEILING),
    }

    for rounding, amount in expected.items():
        assert int(amount * 100) == Tds(rate=rate).on(base, rounding)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("tds_amount", {}),
        ("tds_amount", {"amount": 1, "rate": 1}),
        ("tds_amount", {"amount": -1}),
        ("tds_rate", {"rate": -1}),
        ("tds_rate", {"rate": 100 * M + 1}),
    ],
)
def test_tds_is_one_of_two_and_in_range(field, wrong):
    with pytest.raises(RuleBroken) as refusal:
        Tds(**wrong)

    assert field == refusal.value.field


def test_a_note_takes_back_its_share_of_what_was_withheld():
    assert 30000 == tds_reversal(120000, 300000, 1200000)  # api.md §10 row 6
    assert 0 == tds_reversal(0, 0, 0)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**9), min_size=1, max_size=8))
def test_notes_for_everything_take_back_no_more_than_was_withheld(withheld, parts):
    before = 0
    for part in parts:
        before += tds_reversal(withheld, part, sum(parts), before)

    assert 0 <= withheld - before <= len(parts)
