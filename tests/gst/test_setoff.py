"""The set-off of credit: by hand, by its rules, and against every way there is (`gst.md` §11.2)."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.gst.setoff import ByHead, Used, set_off

NOVEMBER = dt.date(2026, 11, 30)
BEFORE = dt.date(2026, 1, 31)
ANY_ORDER = dt.date(2026, 2, 1)
NOTHING = ByHead()

small = st.builds(ByHead, *[st.integers(0, 6)] * 3, st.integers(0, 3))
large = st.builds(ByHead, *[st.integers(0, 10**13) | st.integers(0, 400)] * 4)
periods = st.sampled_from([dt.date(2019, 4, 30), BEFORE, ANY_ORDER, NOVEMBER])


def in_rupees(*amounts):
    return ByHead(*(100 * amount for amount in amounts))


@pytest.mark.parametrize(
    ("owed", "credit", "reverse_charge", "used", "cash"),
    [
        pytest.param(  # IGST fills what SGST lacks, not CGST, which has its own
            (10_000, 8_000, 8_000),
            (15_000, 8_000, 1_000),
            (0, 500, 500),
            Used(10_000, 0, 0, 0, 8_000, 5_000, 1_000, 0),
            (0, 0, 2_000),
            id="the example of gst.md 11.2",
        ),
        pytest.param(
            (19_900, 450, 450),
            (0, 3_050, 3_050),
            (0, 250, 250),
            Used(0, 2_600, 2_600, 0, 450, 0, 450, 0),
            (14_700, 0, 0),
            id="the month of gst.md 11.3",
        ),
        pytest.param(
            (0, 0, 0, 700), (900, 900, 900, 200), (), Used(0, 0, 0, 0, 0, 0, 0, 200), (0, 0, 0, 500),
            id="cess is paid by cess alone",
        ),
        pytest.param(
            (0, 900, 0), (0, 0, 900), (), Used(0, 0, 0, 0, 0, 0, 0, 0), (0, 900, 0),
            id="SGST never pays CGST",
        ),
        pytest.param(
            (0, 900, 900), (1_000, 900, 900), (), Used(0, 0, 0, 500, 400, 500, 400, 0), (0, 0, 0),
            id="IGST goes before the credit of the halves, though they would do",
        ),
        pytest.param(
            (0, 900, 900), (2_000, 900, 900), (), Used(0, 0, 0, 900, 0, 900, 0, 0), (0, 0, 0),
            id="IGST that is left over pays no more than is owed",
        ),
        pytest.param(
            (0, 900, 900), (1_000, 0, 0), (), Used(0, 0, 0, 500, 0, 500, 0, 0), (0, 400, 400),
            id="what is short on both sides is left even",
        ),
        pytest.param(
            (0, 900, 900), (600, 1_100, 900), (), Used(0, 0, 0, 200, 700, 400, 500, 0), (0, 0, 0),
            id="what is left of both credits is left even",
        ),
    ],
)  # fmt: skip
def test_months_reckoned_by_hand(owed, credit, reverse_charge, used, cash):
    done = set_off(in_rupees(*owed), in_rupees(*credit), in_rupees(*reverse_charge), NOVEMBER)
    assert Used(*(100 * amount for amount in used)) == done.used
    assert in_rupees(*cash) == done.cash
    assert in_rupees(*reverse_charge) == done.cash_reverse_charge


def test_the_total_cash_of_both_worked_months():
    month = set_off(in_rupees(19_900, 450, 450), in_rupees(0, 3_050, 3_050), in_rupees(0, 250, 250), NOVEMBER)
    example = set_off(
        in_rupees(10_000, 8_000, 8_000), in_rupees(15_000, 8_000, 1_000), in_rupees(0, 500, 500), NOVEMBER
    )
    assert (15_200_00, 3_000_00) == (month.total_cash, example.total_cash)


def test_sgst_waited_for_cgst_until_february_2026():
    owed, credit = ByHead(igst=1_000), ByHead(cgst=800, sgst=800)
    assert Used(0, 800, 200, 0, 0, 0, 0, 0) == set_off(owed, credit, NOTHING, BEFORE).used
    assert Used(0, 500, 500, 0, 0, 0, 0, 0) == set_off(owed, credit, NOTHING, ANY_ORDER).used


def test_what_is_below_nothing_is_not_set_off():
    with pytest.raises(AssertionError, match="carried"):
        set_off(ByHead(igst=-1), NOTHING, NOTHING, NOVEMBER)


@given(large, large, large, periods)
def test_nobody_pays_more_than_is_owed_or_with_more_than_there_is(owed, credit, reverse_charge, period):
    done = set_off(owed, credit, reverse_charge, period)
    assert min(*done.used, *done.cash, *done.credit_left) >= 0
    assert owed == done.used.paid.plus(done.cash)
    assert credit == done.used.drawn.plus(done.credit_left)
    assert reverse_charge == done.cash_reverse_charge


@given(large, large, periods)
def test_the_credit_of_igst_is_used_up_before_any_of_the_halves_is_touched(owed, credit, period):
    done = set_off(owed, credit, NOTHING, period)
    if done.credit_left.igst:
        assert (0, 0) == (done.used.drawn.cgst, done.used.drawn.sgst)
        assert (0, 0, 0) == done.cash[:3]
    if done.used.c_i or done.used.s_i:
        assert owed.igst == done.used.i_i
    if done.used.i_c or done.used.i_s:
        assert 0 == done.credit_left.igst


@given(large, large)
def test_before_february_2026_sgst_pays_igst_only_when_no_cgst_is_left(owed, credit):
    done = set_off(owed, credit, NOTHING, BEFORE)
    assert 0 == done.used.i_s or 0 == done.credit_left.cgst
    assert done.total_cash == set_off(owed, credit, NOTHING, ANY_ORDER).total_cash


def every_way(owed, credit):
    """Each assignment that the statute allows, tried out paisa by paisa: what it takes in cash."""
    i_i = min(owed.igst, credit.igst)
    left = credit.igst - i_i
    for c_i, s_i in product(range(left + 1), repeat=2):
        owed_c, owed_s = owed.cgst - c_i, owed.sgst - s_i
        if c_i + s_i > left or owed_c < 0 or owed_s < 0:
            continue
        if c_i + s_i < left and (owed_c or owed_s):
            continue  # credit of IGST would be left beside what it could pay
        c_c, s_s = min(owed_c, credit.cgst), min(owed_s, credit.sgst)
        short = owed.igst - i_i
        for i_c, i_s in product(range(credit.cgst - c_c + 1), range(credit.sgst - s_s + 1)):
            if i_c + i_s <= short:
                yield owed_c - c_c + owed_s - s_s + short - i_c - i_s


@given(small, small, periods)
def test_no_other_way_takes_less_cash(owed, credit, period):
    least = min(every_way(owed, credit)) + max(owed.cess - credit.cess, 0)
    assert least == set_off(owed, credit, NOTHING, period).total_cash


@given(large, large)
def test_the_halves_are_treated_alike_but_for_an_odd_paisa(owed, credit):
    swapped = set_off(
        owed._replace(cgst=owed.sgst, sgst=owed.cgst),
        credit._replace(cgst=credit.sgst, sgst=credit.cgst),
        NOTHING,
        NOVEMBER,
    )
    done = set_off(owed, credit, NOTHING, NOVEMBER)
    assert abs(done.used.c_i - swapped.used.s_i) <= 1
    assert abs(done.used.i_c - swapped.used.i_s) <= 1
