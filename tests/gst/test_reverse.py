"""Who owes the tax, and by what rate the recipient assesses it (`api.md` §4.6; `gst.md` §7.1)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import RequiredField, RuleBroken
from finzcore.gst.rates import Shape, at_rate, seeded
from finzcore.gst.reverse import ReverseCharge, reverse_charge
from finzcore.gst.split import Heads, Rounding, by_group, heads
from finzcore.gst.supply import Supply
from tests.gst.test_split import exactly

PERCENT = 1_000_000
INTRA, INTER = Supply(inter=False), Supply(inter=True)
GST18, RCM5 = seeded("GST 18%"), seeded("RCM 5%")
CAR = at_rate("Car", Shape.INTRA_STATE, 28 * PERCENT, cess=22 * PERCENT)
CAR_RCM = at_rate("Car under reverse charge", Shape.RCM, 28 * PERCENT, cess=22 * PERCENT)
RATELESS = [seeded("Exempt"), seeded("Nil Rated"), seeded("Non-GST")]
AT_12 = 12 * PERCENT


@pytest.mark.parametrize(
    ("expected", "is_rcm", "percent", "row"),
    [
        (None, False, None, None),
        (None, False, None, GST18),
        (None, False, AT_12, GST18),
        (None, False, AT_12, None),
        *((None, False, None, row) for row in RATELESS),
        (ReverseCharge(AT_12), True, AT_12, None),
        (ReverseCharge(AT_12), True, AT_12, GST18),
        (ReverseCharge(AT_12), True, AT_12, CAR_RCM),
        (ReverseCharge(AT_12), False, AT_12, RCM5),
        (ReverseCharge(0), True, 0, GST18),
        (ReverseCharge(5 * PERCENT), False, None, RCM5),
        (ReverseCharge(5 * PERCENT), True, None, RCM5),
        (ReverseCharge(18 * PERCENT), True, None, GST18),
        (ReverseCharge(28 * PERCENT, 22 * PERCENT), True, None, CAR),
        (ReverseCharge(28 * PERCENT, 22 * PERCENT), False, None, CAR_RCM),
        *((ReverseCharge(0), True, None, row) for row in RATELESS),
    ],
)
def test_flag_rate_and_row_together_say_who_owes_the_tax(expected, is_rcm, percent, row):
    assert expected == reverse_charge(is_rcm, percent, row)


def test_reverse_charge_without_any_rate_is_refused():
    with pytest.raises(RequiredField) as refusal:
        reverse_charge(True, None, None)

    assert "rcm_rate" == refusal.value.field


@pytest.mark.parametrize("percent", [-2, 100 * PERCENT + 2, 5 * PERCENT + 1])
def test_a_rate_that_makes_no_sense_cannot_be_made(percent):
    with pytest.raises(RuleBroken) as refusal:
        reverse_charge(True, percent, GST18)

    assert "rcm_rate" == refusal.value.field


@pytest.mark.parametrize(
    ("taxable", "percent", "supply", "tax"),
    [
        (1000000, 5, INTER, Heads(0, 0, 50000, 0)),  # api.md §10 check 12
        (500000, 5, INTRA, Heads(12500, 12500, 0, 0)),  # api.md §10 check 15
        (1000000, 5, INTRA, Heads(25000, 25000, 0, 0)),  # gst.md §7.1, freight
        (1010, 5, INTRA, Heads(25, 25, 0, 0)),
    ],
)
def test_worked_reverse_charges(taxable, percent, supply, tax):
    assert tax == heads(taxable, ReverseCharge(percent * PERCENT), supply)


def test_cess_is_assessed_beside_the_tax():
    assert Heads(0, 0, 28000, 22000) == heads(100000, reverse_charge(True, None, CAR), INTER)


def test_lines_of_one_rate_are_rounded_together():
    """Three lines of 10.05 at 18 %, `gst.md` §5.2: 2.71 per half, and not three times 0.90."""
    tax = by_group([1005] * 3, [ReverseCharge(18 * PERCENT)] * 3, INTRA)

    assert [91, 90, 90] == [line.cgst for line in tax]


@given(
    st.integers(-(10**13), 10**13),
    st.integers(0, 50 * PERCENT).map(lambda half: 2 * half),
    st.sampled_from([INTRA, INTER]),
    st.sampled_from(Rounding),
)
def test_reverse_charge_is_what_exact_arithmetic_says(taxable, percent, supply, rounding):
    tax = heads(taxable, ReverseCharge(percent), supply, rounding)
    exact = Fraction(taxable * percent, 100 * PERCENT)
    expected = exactly(exact if supply.inter else exact / 2, rounding)

    assert (expected, 0) == ((tax.igst, tax.cgst) if supply.inter else (tax.cgst, tax.igst))
