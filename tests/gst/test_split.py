"""Heads of tax: on a line, out of an inclusive price (`gst.md` §5)."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.gst.rates import ACCEPTED, SEEDED, Shape, TaxRate, at_rate, seeded
from finzcore.gst.split import (
    NO_TAX,
    Heads,
    Level,
    Rounding,
    by_group,
    extract,
    extract_by_group,
    heads,
)
from finzcore.gst.supply import Supply

PERCENT = 1_000_000
INTRA, INTER = Supply(inter=False), Supply(inter=True)
UNTAXED = Supply(inter=True, taxed=False)
CAR = at_rate("Car", Shape.INTRA_STATE, 28 * PERCENT, cess=22 * PERCENT)

amounts = st.integers(-(10**13), 10**13)
prices = st.integers(-(10**9), 10**9)
supplies = st.sampled_from([INTRA, INTER, UNTAXED])
roundings = st.sampled_from(Rounding)
rates = st.builds(
    lambda rate, cess: at_rate("x", Shape.INTRA_STATE, rate, cess=cess),
    st.sampled_from(sorted(ACCEPTED)),
    st.sampled_from([0, 0, 1, 12 * PERCENT, 22 * PERCENT, 290 * PERCENT]),
) | st.sampled_from(SEEDED)


def exactly(value: Fraction, rounding: Rounding = Rounding.PAISE) -> int:
    """Paise, by decimal arithmetic with enough digits to be exact up to the midpoint."""
    unit = 100 if rounding is Rounding.RUPEE else 1
    scaled = value / unit
    whole = Decimal(scaled.numerator * 1000 // scaled.denominator)  # floor, in thousandths
    if scaled.numerator * 1000 % scaled.denominator and scaled < 0:
        whole += 1  # towards zero, so that a midpoint is one only when it is exact
    return int((whole / 1000).quantize(Decimal(1), ROUND_HALF_UP)) * unit


def oracle(amount: int, row: TaxRate, supply: Supply, rounding: Rounding, *, inclusive: bool) -> Heads:
    if not supply.taxed or row.shape not in (Shape.INTRA_STATE, Shape.INTER_STATE):
        return Heads(0, 0, 0, 0)
    rate, cess = Fraction(row.igst, PERCENT), Fraction(row.cess, PERCENT)
    base = Fraction(amount) / (100 + rate + cess if inclusive else 100)
    extra = exactly(base * cess, rounding)
    if supply.inter:
        return Heads(0, 0, exactly(base * rate, rounding), extra)
    half = exactly(base * rate / 2, rounding)
    return Heads(half, half, 0, extra)


@pytest.mark.parametrize(
    ("taxable", "rate", "half", "full"),
    [
        (100000, "GST 18%", 9000, 18000),  # gst.md §3.6
        (1010, "GST 5%", 25, 51),  # gst.md §5.3: the two bases may differ by a paisa
        (1005, "GST 18%", 90, 181),  # gst.md §5.2
        (59829, "GST 18%", 5385, 10769),  # api.md §4.1: 53.8461 each
        (1200000, "GST 18%", 108000, 216000),  # api.md §10 checks 1 and 2
        (70000, "GST 18%", 6300, 12600),  # api.md §10 check 11
        (100000000, "GST 40%", 20000000, 40000000),  # gst.md §5.6
        (7142, "GST 40%", 1428, 2857),  # gst.md §5.4
        (-1010, "GST 5%", -25, -51),
        (-59829, "IGST 18%", -5385, -10769),
        (10, "GST 5%", 0, 1),  # 0.25 and 0.5 paise
        (20, "GST 5%", 1, 1),  # 0.5 paise, up
        (0, "GST 18%", 0, 0),
    ],
)
def test_worked_lines(taxable, rate, half, full):
    assert Heads(half, half, 0, 0) == heads(taxable, seeded(rate), INTRA)
    assert Heads(0, 0, full, 0) == heads(taxable, seeded(rate), INTER)


def test_a_car_before_the_slabs_were_recast():
    # gst.md §5.6: 10,00,000 at 28 % and 22 % cess on 21 September 2025.
    assert Heads(14000000, 14000000, 0, 22000000) == heads(100000000, CAR, INTRA)
    assert Heads(0, 0, 28000000, 22000000) == heads(100000000, CAR, INTER)
    assert heads(100000000, CAR, UNTAXED) == NO_TAX


@pytest.mark.parametrize("row", SEEDED, ids=lambda row: row.name)
def test_every_seeded_row(row):
    adds = row.name.startswith(("GST", "IGST"))
    full = row.igst // 10000 if adds else 0  # on 100.00, a per cent is a hundred paise
    assert full == heads(10000, row, INTER).igst
    assert 2 * heads(1000000, row, INTRA).cgst == full * 100
    assert heads(10000, row, UNTAXED) == NO_TAX


@pytest.mark.parametrize("supply", [INTRA, INTER, UNTAXED])
def test_a_line_without_a_tax_row_bears_no_tax(supply):
    assert heads(10000, None, supply) == NO_TAX
    assert extract(10000, None, supply) == (10000, NO_TAX)
    assert by_group([10000], [None], supply) == [NO_TAX]
    assert extract_by_group([10000], [None], supply) == [(10000, NO_TAX)]


@given(amounts, rates, supplies, roundings)
def test_heads_are_what_exact_arithmetic_says(taxable, row, supply, rounding):
    expected = oracle(taxable, row, supply, rounding, inclusive=False)
    assert expected == heads(taxable, row, supply, rounding)


@given(amounts, rates, supplies, roundings)
def test_a_credit_note_mirrors_its_invoice(taxable, row, supply, rounding):
    assert -heads(taxable, row, supply, rounding) == heads(-taxable, row, supply, rounding)
    value, tax = extract(taxable, row, supply, rounding)
    assert (-value, -tax) == extract(-taxable, row, supply, rounding)


@pytest.mark.parametrize(
    ("taxable", "half"),
    [
        (1000, 100),  # 0.90
        (555, 0),  # 0.4995: no rupee, though it is 0.50 in paise
        (556, 100),  # 0.5004
        (-556, -100),
    ],
)
def test_whole_rupees_are_rounded_from_the_exact_tax(taxable, half):
    assert Heads(half, half, 0, 0) == heads(taxable, seeded("GST 18%"), INTRA, Rounding.RUPEE)


@pytest.mark.parametrize(
    ("price", "row", "supply", "taxable", "tax"),
    [
        (10000, "GST 18%", INTRA, 8474, Heads(763, 763, 0, 0)),  # gst.md §5.4
        (10000, "GST 18%", INTER, 8475, Heads(0, 0, 1525, 0)),  # gst.md §5.4
        (10000, "GST 40%", INTRA, 7142, Heads(1429, 1429, 0, 0)),  # gst.md §5.4
        (118000, "GST 18%", INTRA, 100000, Heads(9000, 9000, 0, 0)),  # api.md §10 check 13
        (-10000, "GST 18%", INTRA, -8474, Heads(-763, -763, 0, 0)),
        (10000, "GST 18%", UNTAXED, 10000, NO_TAX),
        (10000, "RCM 18%", INTRA, 10000, NO_TAX),
        (10000, "Exempt", INTER, 10000, NO_TAX),
    ],
)
def test_worked_inclusive_prices(price, row, supply, taxable, tax):
    assert (taxable, tax) == extract(price, seeded(row), supply)


def test_a_cess_is_inside_the_price_too():
    # 1,500.00 holds 1,000.00 with 28 % and 22 %.
    assert (100000, Heads(14000, 14000, 0, 22000)) == extract(150000, CAR, INTRA)
    # 100.00: cess 2200/150 = 14.67, half 1400/150 = 9.33, IGST 2800/150 = 18.67.
    assert (6667, Heads(933, 933, 0, 1467)) == extract(10000, CAR, INTRA)
    assert (6666, Heads(0, 0, 1867, 1467)) == extract(10000, CAR, INTER)


@given(prices, rates, supplies, roundings)
def test_an_inclusive_price_is_taxable_value_and_heads_exactly(price, row, supply, rounding):
    taxable, tax = extract(price, row, supply, rounding)
    assert price == taxable + tax.total
    assert tax.cgst == tax.sgst
    assert oracle(price, row, supply, rounding, inclusive=True) == tax


@given(st.integers(0, 10**9), st.sampled_from(sorted(ACCEPTED)), st.sampled_from([INTRA, INTER]))
def test_tax_counted_anew_from_the_taxable_value_is_at_most_a_paisa_off(price, rate, supply):
    row = at_rate("x", Shape.INTRA_STATE, rate)
    taxable, tax = extract(price, row, supply)
    again = heads(taxable, row, supply)
    assert abs(tax.cgst - again.cgst) <= 1 >= abs(tax.igst - again.igst)  # gst.md §5.4


def test_heads_add_up_and_halves_never_differ():
    assert Heads(3, 3, 5, 7) == Heads(1, 1, 5, 0) + Heads(2, 2, 0, 7)
    assert Heads(3, 3, 5, 7).total == 18
    with pytest.raises(AssertionError):
        Heads(1, 2, 0, 0)


def test_the_words_of_the_preferences():
    assert [rounding.value for rounding in Rounding] == ["paise", "rupee"]
    assert [level.value for level in Level] == ["line", "group"]
