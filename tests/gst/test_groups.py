"""Heads of tax when each rate is summed first and rounded once (`gst.md` §5.2).

What one amount bears is proved in `test_split.py`; here a group must bear what its sum bears.
"""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.gst.rates import ACCEPTED, SEEDED, Shape, at_rate, seeded
from finzcore.gst.split import NO_TAX, Heads, Rounding, by_group, extract, extract_by_group, heads
from finzcore.gst.supply import Supply

PERCENT = 1_000_000
INTRA, INTER = Supply(inter=False), Supply(inter=True)
UNTAXED = Supply(inter=True, taxed=False)

prices = st.integers(-(10**9), 10**9)
supplies = st.sampled_from([INTRA, INTER, UNTAXED])
roundings = st.sampled_from(Rounding)
rates = st.builds(
    lambda rate, cess: at_rate("x", Shape.INTRA_STATE, rate, cess=cess),
    st.sampled_from(sorted(ACCEPTED)),
    st.sampled_from([0, 0, 1, 12 * PERCENT, 22 * PERCENT, 290 * PERCENT]),
) | st.sampled_from(SEEDED)
lines = st.lists(st.tuples(st.integers(-(10**7), 10**7), st.none() | rates), max_size=12)


@pytest.mark.parametrize(
    ("taxables", "halves"),
    [
        ([1005, 1005, 1005], [91, 90, 90]),  # gst.md §5.2: 2.71 per head, the spare paisa to the first
        ([1000, -1000], [90, -90]),  # gst.md §5.2: must not be flattened to zero
        ([1005, -1005], [90, -90]),
        ([2000, -1000], [180, -90]),
        ([-1005, -1005, -1005], [-91, -90, -90]),
        ([6, 0, 6], [1, 0, 0]),  # 0.54 each: 1.08 together
        ([0, 0], [0, 0]),
        ([], []),
    ],
)
def test_worked_groups(taxables, halves):
    tax = by_group(taxables, [seeded("GST 18%")] * len(taxables), INTRA)
    assert [Heads(half, half, 0, 0) for half in halves] == tax


def test_rows_of_one_percentage_are_one_group():
    rows = [seeded("GST 18%"), seeded("IGST 18%"), seeded("GST 5%")]
    # 10.05 + 10.05 at 9 %: 1.809; 10.10 at 2.5 %: 0.2525.
    assert [tax.cgst for tax in by_group([1005, 1005, 1010], rows, INTRA)] == [91, 90, 25]


def test_a_cess_is_a_group_of_its_own():
    with_cess = at_rate("x", Shape.INTRA_STATE, 18 * PERCENT, cess=12 * PERCENT)
    rows = [seeded("GST 18%"), with_cess, with_cess]
    # Halves: 3 × 10.05 at 9 % is 2.7135. Cess: 2 × 10.05 at 12 % is 2.412.
    tax = by_group([1005] * 3, rows, INTRA)
    assert [Heads(91, 91, 0, 0), Heads(90, 90, 0, 121), Heads(90, 90, 0, 120)] == tax


def test_the_lines_of_a_group_in_whole_rupees_add_up_to_rupees():
    tax = by_group([1005] * 3, [seeded("GST 18%")] * 3, INTRA, Rounding.RUPEE)
    assert [line.cgst for line in tax] == [100, 100, 100]  # 2.7135 becomes 3 rupees
    tax = by_group([1000, 500], [seeded("GST 18%")] * 2, INTRA, Rounding.RUPEE)
    assert [line.cgst for line in tax] == [67, 33]  # 1.35 becomes 1 rupee, two parts to one


def test_an_inclusive_group_is_rounded_once():
    # 3 × 10.05 at 18/118: 4.5991…; each line keeps its price.
    found = extract_by_group([1005] * 3, [seeded("GST 18%")] * 3, INTER)
    assert [(taxable, tax.igst) for taxable, tax in found] == [(851, 154), (852, 153), (852, 153)]


@given(st.lists(prices, max_size=12), rates, supplies, roundings)
def test_a_group_adds_up_to_the_tax_on_its_sum(values, row, supply, rounding):
    outside = by_group(values, [row] * len(values), supply, rounding)
    inside = [tax for _, tax in extract_by_group(values, [row] * len(values), supply, rounding)]
    assert heads(sum(values), row, supply, rounding) == sum(outside, NO_TAX)
    assert extract(sum(values), row, supply, rounding)[1] == sum(inside, NO_TAX)


@given(st.lists(prices, max_size=12), rates, st.sampled_from([INTRA, INTER]))
def test_no_line_of_a_group_strays_from_its_exact_tax(values, row, supply):
    percent = row.igst if supply.inter else row.cgst
    for value, tax in zip(values, by_group(values, [row] * len(values), supply), strict=True):
        exact = Fraction(value * percent, 100 * PERCENT) if row.adds_tax else 0
        assert abs(tax.igst + tax.cgst - exact) < 2  # a paisa of its own, one of the group's rounding
        assert (tax.igst + tax.cgst) * value >= 0


@given(lines, supplies, roundings)
def test_each_percentage_is_settled_by_itself(document, supply, rounding):
    values, rows = [amount for amount, _ in document], [row for _, row in document]
    for head, percent in (("cgst", "cgst"), ("igst", "igst"), ("cess", "cess")):
        together = [getattr(tax, head) for tax in by_group(values, rows, supply, rounding)]
        for one in {getattr(row, percent) for row in rows if row and row.adds_tax}:
            members = [
                i for i, row in enumerate(rows) if row and row.adds_tax and one == getattr(row, percent)
            ]
            alone = by_group([values[i] for i in members], [rows[i] for i in members], supply, rounding)
            assert [getattr(tax, head) for tax in alone] == [together[i] for i in members]


@given(lines, supplies, roundings)
def test_every_line_of_an_inclusive_group_keeps_its_price(document, supply, rounding):
    values, rows = [amount for amount, _ in document], [row for _, row in document]
    found = extract_by_group(values, rows, supply, rounding)
    assert values == [taxable + tax.total for taxable, tax in found]


@given(prices, rates, supplies, roundings)
def test_a_group_of_one_line_is_that_line(value, row, supply, rounding):
    assert [heads(value, row, supply, rounding)] == by_group([value], [row], supply, rounding)
    assert [extract(value, row, supply, rounding)] == extract_by_group([value], [row], supply, rounding)


@given(lines, supplies, roundings)
def test_a_group_mirrors_under_reversal(document, supply, rounding):
    values, rows = [amount for amount, _ in document], [row for _, row in document]
    negated = [-amount for amount in values]
    straight = by_group(values, rows, supply, rounding)
    assert [-tax for tax in straight] == by_group(negated, rows, supply, rounding)
