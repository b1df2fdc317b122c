"""Lines on which the recipient owes the tax, priced (`api.md` §4.1 item 6, §4.6; `gst.md` §7.1)."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.line import Discount, Line
from finzcore.documents.tds import Tds
from finzcore.documents.totals import price
from finzcore.errors import RuleBroken
from finzcore.gst.rates import Shape, at_rate, seeded
from finzcore.gst.reverse import ReverseCharge
from finzcore.gst.roundoff import Method
from finzcore.gst.split import NO_TAX, Heads, Level, Rounding, heads
from finzcore.gst.supply import Supply
from finzcore.money import LARGEST

M = 1_000_000
INTRA = Supply(inter=False)
INTER = Supply(inter=True)
UNDER_LUT = Supply(inter=True, taxed=False)
GST18, RCM5 = seeded("GST 18%"), seeded("RCM 5%")
CAR_RCM = at_rate("Car under reverse charge", Shape.RCM, 28 * M, cess=22 * M)
AT_5, AT_18 = ReverseCharge(5 * M), ReverseCharge(18 * M)


def line(paise, **terms):
    return Line(M, paise * 10_000, **terms)


@pytest.mark.parametrize(
    ("source", "lines", "terms", "expected"),
    [
        # total, tax, cgst, igst and cess that are assessed
        ("api.md §10 row 12", [line(1000000, rcm=AT_5)], {"supply": INTER}, (1000000, 0, 0, 50000, 0)),
        ("gst.md §7.1", [line(1000000, rcm=AT_5)], {}, (1000000, 0, 25000, 0, 0)),
        ("by its tax row", [line(1000000, tax=RCM5)], {}, (1000000, 0, 25000, 0, 0)),
        ("the rate wins", [line(1000000, tax=RCM5, rcm=AT_18)], {}, (1000000, 0, 90000, 0, 0)),
        ("nothing charged", [line(1000000, tax=GST18, rcm=AT_5)], {}, (1000000, 0, 25000, 0, 0)),
        ("cess too", [line(100000, tax=CAR_RCM)], {"supply": INTER}, (100000, 0, 0, 28000, 22000)),
        ("beside another", [line(10000, rcm=AT_5), line(10000, tax=GST18)], {}, (21800, 1800, 250, 0, 0)),
        # 2.5 % of 90.00, after a tenth off
        (
            "after the header discount",
            [line(10000, rcm=AT_5)],
            {"discount": Discount(percent=10 * M)},
            (9000, 0, 225, 0, 0),
        ),
        (
            "before a discount after tax",
            [line(10000, rcm=AT_5)],
            {"discount": Discount(percent=10 * M), "discount_before_tax": False},
            (9000, 0, 250, 0, 0),
        ),
        (
            "a price with tax in it has none in it",
            [line(10000, tax=GST18, rcm=AT_5)],
            {"inclusive": True},
            (10000, 0, 250, 0, 0),
        ),
        ("TDS is on the value", [line(10000, rcm=AT_5)], {"tds": Tds(rate=M)}, (9900, 0, 250, 0, 0)),
        # gst.md §5.2: three lines of 10.05 at 18 %, 0.90 each or 2.71 together
        ("line level", [line(1005, rcm=AT_18)] * 3, {}, (3015, 0, 270, 0, 0)),
        ("group level", [line(1005, rcm=AT_18)] * 3, {"level": Level.GROUP}, (3015, 0, 271, 0, 0)),
        # 2.5 % of 120.60 is 3.015
        ("whole rupees", [line(12060, rcm=AT_5)], {"rounding": Rounding.RUPEE}, (12060, 0, 300, 0, 0)),
        ("under LUT", [line(10000, tax=RCM5)], {"supply": UNDER_LUT}, (10000, 0, 0, 0, 0)),
    ],
)
def test_what_lines_under_reverse_charge_come_to(source, lines, terms, expected):
    totals = price(lines, **{"supply": INTRA, **terms})
    rcm = totals.rcm

    assert expected == (totals.total, totals.tax_total, rcm.cgst, rcm.igst, rcm.cess)


def test_each_line_bears_what_is_assessed_on_it_and_why_no_credit_is_taken():
    lines = [line(10000, rcm=AT_5), line(10000, tax=GST18, blocked="17(5)(b)"), line(10000, tax=RCM5)]
    first, second, third = price(lines, supply=INTER).lines

    assert (NO_TAX, Heads(0, 0, 500, 0), None) == (first.tax, first.rcm, first.blocked)
    assert (Heads(0, 0, 1800, 0), NO_TAX, "17(5)(b)") == (second.tax, second.rcm, second.blocked)
    assert (NO_TAX, Heads(0, 0, 500, 0), None) == (third.tax, third.rcm, third.blocked)


def test_rates_of_both_kinds_do_not_share_a_group():
    """0.99 at 18 % is 17.82 paise of IGST: two charged make 36 together, two assessed as well."""
    lines = [line(99, tax=GST18), line(99, rcm=AT_18)] * 2
    totals = price(lines, supply=INTER, level=Level.GROUP)

    assert (36, 36) == (totals.tax.igst, totals.rcm.igst)


def test_more_than_can_be_booked_with_the_tax_on_it_is_refused():
    with pytest.raises(RuleBroken) as refusal:
        price([line(LARGEST, rcm=AT_5)], supply=INTRA)

    assert "line_items" == refusal.value.field


LINES = st.lists(
    st.builds(
        line,
        st.integers(0, 10**9),
        tax=st.sampled_from([None, GST18, RCM5, CAR_RCM, seeded("Exempt")]),
        rcm=st.sampled_from([None, AT_5, AT_18]),
        blocked=st.sampled_from([None, "17(5)"]),
    ),
    min_size=1,
    max_size=8,
)
TERMS = st.fixed_dictionaries(
    {
        "supply": st.sampled_from([INTRA, INTER]),
        "inclusive": st.booleans(),
        "rounding": st.sampled_from(Rounding),
        "level": st.sampled_from(Level),
        "round_off": st.sampled_from([None, 0, *Method]),
        "discount": st.integers(0, 100 * M).map(lambda percent: Discount(percent=percent)),
        "discount_before_tax": st.booleans(),
    }
)


@given(LINES, TERMS)
def test_reverse_charge_is_no_part_of_the_total(lines, terms):
    """A line under reverse charge is charged like one without tax, and so are the others beside it."""
    bare = [line if line.assessed is None else attrs.evolve(line, tax=None, rcm=None) for line in lines]
    totals, without = price(lines, **terms), price(bare, **terms)

    assert without == attrs.evolve(totals, lines=tuple(one._replace(rcm=NO_TAX) for one in totals.lines))
    assert NO_TAX == without.rcm


@given(LINES, TERMS)
def test_what_is_assessed_follows_from_the_taxable_value(lines, terms):
    totals = price(lines, **{**terms, "level": Level.LINE})
    expected = [
        heads(priced.taxable, line.assessed, terms["supply"], terms["rounding"])
        for line, priced in zip(lines, totals.lines, strict=True)
    ]

    assert expected == [priced.rcm for priced in totals.lines]
    assert sum(expected, NO_TAX) == totals.rcm
    assert all(not (priced.tax.total and priced.rcm.total) for priced in totals.lines)
