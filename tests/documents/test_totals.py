"""A document priced (`api.md` §4.1, §4.15, §10; `gst.md` §5)."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.line import Discount, Line
from finzcore.documents.tds import Tds, TdsRounding
from finzcore.documents.totals import price
from finzcore.errors import RuleBroken
from finzcore.gst.rates import Shape, at_rate, seeded
from finzcore.gst.roundoff import Method
from finzcore.gst.split import Level, Rounding
from finzcore.gst.supply import Supply
from finzcore.money import LARGEST, Millionths

M = 1_000_000
INTRA = Supply(inter=False)
INTER = Supply(inter=True)
UNDER_LUT = Supply(inter=True, taxed=False)
RATES = [None, *(seeded(name) for name in ("GST 0.25%", "GST 5%", "GST 18%", "GST 40%", "Exempt", "RCM 18%"))]


def line(rate, quantity="1", tax="GST 18%", discount=0):
    """A line from amounts as a person writes them."""
    millionths = [int(Decimal(text) * M) for text in (quantity, rate)]
    return Line(*millionths, discount, tax and seeded(tax))


def shown(totals):
    tax = totals.tax
    return (totals.sub_total, totals.discount, tax.cgst, tax.sgst, tax.igst, totals.tds_amount, totals.total)


@pytest.mark.parametrize(
    ("source", "lines", "terms", "expected"),
    [
        # sub_total, discount, cgst, sgst, igst, tds, total
        ("§10 row 1", [line("12000")], {}, (1200000, 0, 108000, 108000, 0, 0, 1416000)),
        ("§10 row 2", [line("12000")], {"supply": INTER}, (1200000, 0, 0, 0, 216000, 0, 1416000)),
        (
            "§10 row 5",
            [line("12000")],
            {"tds": Tds(rate=10 * M)},
            (1200000, 0, 108000, 108000, 0, 120000, 1296000),
        ),
        (
            "§10 row 6",
            [line("3000")],
            {"tds": Tds(amount=30000)},
            (300000, 0, 27000, 27000, 0, 30000, 324000),
        ),
        ("§10 row 7", [line("14160", tax=None)], {}, (1416000, 0, 0, 0, 0, 0, 1416000)),
        (
            "§10 row 11",
            [line("70", "10")],
            {"tds": Tds(rate=2 * M)},
            (70000, 0, 6300, 6300, 0, 1400, 81200),
        ),
        ("under LUT", [line("12000")], {"supply": UNDER_LUT}, (1200000, 0, 0, 0, 0, 0, 1200000)),
        ("RCM adds none", [line("100", tax="RCM 18%")], {}, (10000, 0, 0, 0, 0, 0, 10000)),
        # gst.md §5.4: the naive extraction gives 100.01
        ("inclusive intra", [line("100")], {"inclusive": True}, (8474, 0, 763, 763, 0, 0, 10000)),
        (
            "inclusive inter",
            [line("100")],
            {"inclusive": True, "supply": INTER},
            (8475, 0, 0, 0, 1525, 0, 10000),
        ),
        (
            "inclusive 40",
            [line("100", tax="GST 40%")],
            {"inclusive": True},
            (7142, 0, 1429, 1429, 0, 0, 10000),
        ),
        # 84.74 less a tenth (8.47) is 76.27, anew: 6.8643 per half
        (
            "inclusive, discount before tax",
            [line("100")],
            {"inclusive": True, "discount": Discount(percent=10 * M)},
            (8474, 847, 686, 686, 0, 0, 8999),
        ),
        (
            "inclusive, discount after tax",
            [line("100")],
            {"inclusive": True, "discount": Discount(amount=847), "discount_before_tax": False},
            (8474, 847, 763, 763, 0, 0, 9153),
        ),
        (
            "discount before tax",
            [line("100")],
            {"discount": Discount(amount=1000)},
            (10000, 1000, 810, 810, 0, 0, 10620),
        ),
        (
            "discount after tax",
            [line("100")],
            {"discount": Discount(amount=1000), "discount_before_tax": False},
            (10000, 1000, 900, 900, 0, 0, 10800),
        ),
        (
            "TDS on the value without GST, after the discount",
            [line("100")],
            {"discount": Discount(amount=1000), "tds": Tds(rate=10 * M)},
            (10000, 1000, 810, 810, 0, 900, 9720),
        ),
        (
            "TDS to the next rupee",
            [line("123.01")],
            {"tds": Tds(rate=10 * M), "tds_rounding": TdsRounding.UP},
            (12301, 0, 1107, 1107, 0, 1300, 13215),
        ),
        (
            "shipping and adjustment, untaxed",
            [line("100")],
            {"shipping": 5000, "adjustment": -1},
            (10000, 0, 900, 900, 0, 0, 16799),
        ),
        # gst.md §5.2: three lines of 10.05, per line 0.90 each, per group 2.71
        ("line level", [line("10.05")] * 3, {}, (3015, 0, 270, 270, 0, 0, 3555)),
        ("group level", [line("10.05")] * 3, {"level": Level.GROUP}, (3015, 0, 271, 271, 0, 0, 3557)),
        # 3 × 0.99 = 2.97 at 18 % inter holds 0.453 of tax: 0.45 in all, though 0.15 on each
        (
            "inclusive, group level",
            [line("0.99")] * 3,
            {"inclusive": True, "supply": INTER, "level": Level.GROUP},
            (252, 0, 0, 0, 45, 0, 297),
        ),
        # 12,000.60 × 9 % = 1,080.054
        (
            "whole rupees of tax",
            [line("12000.60")],
            {"rounding": Rounding.RUPEE},
            (1200060, 0, 108000, 108000, 0, 0, 1416060),
        ),
        ("free of charge", [line("0")], {}, (0, 0, 0, 0, 0, 0, 0)),
    ],
)
def test_what_documents_come_to(source, lines, terms, expected):
    assert expected == shown(price(lines, **{"supply": INTRA, **terms}))


def test_the_worked_example_of_the_arithmetic():
    """`api.md` §4.1: 3 × 199.43 at 18 %, intra-state, rounded to the nearest rupee."""
    totals = price([line("199.43", "3")], supply=INTRA, round_off=Method.NEAREST)

    assert 59829 == totals.lines[0].item_total
    assert (5385, 5385) == (totals.tax.cgst, totals.tax.sgst)
    assert (1, 70600) == (totals.round_off, totals.total)


@pytest.mark.parametrize(
    ("source", "pre", "round_off", "expected"),
    [
        ("§10 row 17", "1234.50", Method.NEAREST, (50, 123500)),
        ("§10 row 17", "1234.50", Method.UP, (50, 123500)),
        ("§10 row 17", "1234.50", Method.DOWN, (-50, 123400)),
        ("§10 row 18", "1234.50", 0, (0, 123450)),
        ("§4.15", "199.49", Method.NEAREST, (-49, 19900)),
        ("§4.15", "199.49", Method.UP, (51, 20000)),
        ("§4.15", "199.49", Method.DOWN, (-49, 19900)),
        ("§4.15", "199.50", Method.NEAREST, (50, 20000)),
        ("explicit", "199.50", -99, (-99, 19851)),
        ("off by default", "199.50", None, (0, 19950)),
    ],
)
def test_round_off(source, pre, round_off, expected):
    totals = price([line(pre, tax=None)], supply=INTRA, round_off=round_off)

    assert expected == (totals.round_off, totals.total)


def test_a_header_discount_is_shared_by_largest_remainder():
    """`gst.md` §5.1: 10.00 over three lines of 10.00 is 3.34, 3.33, 3.33."""
    totals = price([line("10", tax=None)] * 3, supply=INTRA, discount=Discount(amount=1000))

    assert [666, 667, 667] == [priced.taxable for priced in totals.lines]
    assert [1000, 1000, 1000] == [priced.item_total for priced in totals.lines]


def test_a_discount_after_tax_leaves_the_taxable_value_alone():
    before = price([line("100")], supply=INTRA, discount=Discount(amount=1000))
    after = price([line("100")], supply=INTRA, discount=Discount(amount=1000), discount_before_tax=False)

    assert (9000, 0) == (before.taxable, before.discount_after_tax)
    assert (10000, 1000) == (after.taxable, after.discount_after_tax)


@pytest.mark.parametrize(
    ("field", "lines", "terms"),
    [
        ("discount", [line("100")], {"discount": Discount(amount=10001)}),
        ("line_items", [line("9999999999999")] * 2, {}),
        ("shipping_charge", [line("100")], {"shipping": -1}),
        ("shipping_charge", [line("100")], {"shipping": LARGEST}),
        ("adjustment", [line("100")], {"adjustment": LARGEST}),
        ("adjustment", [line("100")], {"adjustment": -11801}),
        ("tds_amount", [line("100")], {"tds": Tds(amount=11800)}),
        ("tds_rate", [line("100", tax=None)], {"tds": Tds(rate=100 * M)}),
        ("round_off", [line("100")], {"round_off": 100}),
        ("round_off", [line("100")], {"round_off": -100}),
        ("round_off", [line("0.50", tax=None)], {"round_off": -51}),
        ("round_off", [line("9999999999999", tax=None)], {"shipping": 100, "round_off": 1}),
    ],
)
def test_a_total_that_cannot_be_is_refused_by_the_name_of_its_cause(field, lines, terms):
    with pytest.raises(RuleBroken) as refusal:
        price(lines, supply=INTRA, **terms)

    assert field == refusal.value.field


def test_tds_of_nothing_on_a_document_of_nothing_is_fine():
    assert 0 == price([line("0")], supply=INTRA, tds=Tds(rate=10 * M)).total


LINES = st.lists(
    st.builds(
        lambda quantity, rate, percent, tax: Line(
            quantity, rate, (quantity * rate // 10**10) * percent // 100, tax
        ),
        st.integers(M // 100, 50 * M),
        st.integers(M, 10**11),
        st.integers(0, 100),
        st.sampled_from(RATES),
    ),
    min_size=1,
    max_size=12,
)
TERMS = st.fixed_dictionaries(
    {
        "supply": st.sampled_from([INTRA, INTER, UNDER_LUT]),
        "inclusive": st.booleans(),
        "rounding": st.sampled_from(Rounding),
        "level": st.sampled_from(Level),
        "round_off": st.sampled_from([None, 0, *Method]),
    },
    optional={
        "discount": st.integers(0, 100 * M).map(lambda percent: Discount(percent=percent)),
        "discount_before_tax": st.booleans(),
        "shipping": st.integers(0, 10**6),
        "adjustment": st.integers(0, 10**6),
        "tds": st.integers(0, 50 * M).map(lambda rate: Tds(rate=rate)),
    },
)


@given(LINES, TERMS)
def test_the_parts_of_a_document_add_up(lines, terms):
    totals = price(lines, **terms)

    assert totals.sub_total == sum(priced.item_total for priced in totals.lines)
    assert totals.taxable == sum(priced.taxable for priced in totals.lines)
    assert totals.tax_total == sum(priced.tax.total for priced in totals.lines)
    assert totals.tax.cgst == totals.tax.sgst
    before_tax = terms.get("discount_before_tax", True)
    assert totals.discount_after_tax == (0 if before_tax else totals.discount)
    assert totals.total == (
        totals.sub_total
        - totals.discount
        + totals.tax_total
        + totals.shipping
        + totals.adjustment
        - totals.tds_amount
        + totals.round_off
    )


@given(LINES, TERMS)
def test_an_inclusive_line_and_its_tax_give_its_price_back(lines, terms):
    terms.pop("discount", None)
    totals = price(lines, **{**terms, "inclusive": True})

    assert [one.net for one in lines] == [one.item_total + one.tax.total for one in totals.lines]


@given(LINES, TERMS, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter_without_a_header_discount(lines, terms, random):
    terms.pop("discount", None)
    shuffled = list(lines)
    random.shuffle(shuffled)

    assert shown(price(lines, **terms)) == shown(price(shuffled, **terms))


@given(LINES, TERMS, st.integers(-99, 99))
def test_an_explicit_round_off_is_what_was_asked_for(lines, terms, value):
    terms["shipping"] = 100
    plain = price(lines, **{**terms, "round_off": None})
    rounded = price(lines, **{**terms, "round_off": value})

    assert value == rounded.round_off == rounded.total - plain.total


@given(LINES, TERMS, st.sampled_from(Method))
def test_an_automatic_round_off_gives_whole_rupees(lines, terms, method):
    plain = price(lines, **{**terms, "round_off": None})
    rupees = Decimal(plain.total) / 100
    modes = {Method.NEAREST: ROUND_HALF_UP, Method.UP: ROUND_CEILING, Method.DOWN: ROUND_FLOOR}

    assert 100 * int(rupees.quantize(Decimal(1), modes[method])) == (
        price(lines, **{**terms, "round_off": method}).total
    )


@given(LINES, st.booleans(), st.integers(0, 100))
def test_prices_agree_with_decimal_arithmetic(lines, inter, tds):
    """The whole of `api.md` §4.1 for the plain case, done the way a person with a calculator does."""
    paisa = Decimal("0.01")
    total = withheld_from = Decimal(0)
    for one in lines:
        gross = (Decimal(one.quantity) / M * Decimal(one.rate) / M).quantize(paisa, ROUND_HALF_UP)
        net = gross - Decimal(one.discount) / 100
        rate = one.tax.igst if one.tax and one.tax.shape.value == "INTRA_STATE" else 0
        shares = [Decimal(rate)] if inter else [Decimal(rate) / 2] * 2
        total += net + sum((net * share / (100 * M)).quantize(paisa, ROUND_HALF_UP) for share in shares)
        withheld_from += net
    withheld = (withheld_from * tds / 100).quantize(paisa, ROUND_HALF_UP)
    if withheld and withheld >= total:
        return
    priced = price(lines, supply=INTER if inter else INTRA, tds=Tds(rate=tds * M))

    assert total - withheld == Decimal(priced.total) / 100


def test_a_price_smaller_than_the_tax_in_it_is_refused_by_its_line():
    """0.90 with 28 % and 290 % of cess in it, in whole rupees: 0 + 0 of GST and 1 of cess."""
    rate = at_rate("Cigarettes", Shape.INTRA_STATE, Millionths(28_000_000), cess=Millionths(290_000_000))
    lines = [Line(Millionths(1_000_000), Millionths(900_000), tax=rate)]
    with pytest.raises(RuleBroken) as refusal:
        price(lines, supply=Supply(inter=False), inclusive=True, rounding=Rounding.RUPEE)
    assert "line_items[0].rate" == refusal.value.field
