"""Slabs by date and tax rows (`gst.md` §4.1, §4.2, §15; `api.md` §4.4)."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import RequiredField, RuleBroken
from finzcore.gst.rates import (
    ACCEPTED,
    SEEDED,
    SLABS,
    Shape,
    TaxRate,
    at_rate,
    is_current,
    seeded,
    slab_on,
)

PERCENT = 1_000_000
dates = st.dates(dt.date(2017, 7, 1), dt.date(2030, 12, 31))
rates = st.sampled_from(sorted(ACCEPTED))


def percent(text: str) -> int:
    return int(Fraction(text) * PERCENT)


# gst.md §4.1: G in general, L for some goods only, – not at all, in each of the three columns.
@pytest.mark.parametrize(
    ("rate", "columns"),
    [
        ("0", "GGG"),
        ("0.1", "LLL"),
        ("0.25", "LLL"),
        ("1", "LLL"),
        ("1.5", "LLL"),
        ("3", "LLL"),
        ("5", "GGG"),
        ("6", "LLL"),
        ("7.5", "LLL"),
        ("12", "GLL"),
        ("18", "GGG"),
        ("28", "GL–"),
        ("40", "–GG"),
    ],
)
def test_slabs_by_date(rate, columns):
    stretches = [
        (dt.date(2017, 7, 1), dt.date(2025, 9, 21)),
        (dt.date(2025, 9, 22), dt.date(2026, 1, 31)),
        (dt.date(2026, 2, 1), dt.date(2026, 11, 20)),
    ]
    for column, days in zip(columns, stretches, strict=True):
        for day in days:
            slab = slab_on(percent(rate), day)
            assert column == ("–" if slab is None else "L" if slab.limited_to else "G"), day


def test_a_return_accepts_thirteen_rates():
    # gst.md §4.1, last paragraph but one.
    listed = ["0", "0.1", "0.25", "1", "1.5", "3", "5", "6", "7.5", "12", "18", "28", "40"]
    assert {percent(rate) for rate in listed} == ACCEPTED


def test_every_slab_names_its_source():
    assert [slab for slab in SLABS if "Notification" not in slab.source] == []


@given(rates, dates)
def test_never_are_two_slabs_of_a_rate_in_force_at_once(rate, date):
    found = [s for s in SLABS if s.rate == rate and s.since <= date <= (s.until or dt.date.max)]
    assert found in ([], [slab_on(rate, date)])


SEEDS = [
    ("GST 0.25%", Shape.INTRA_STATE, "0.125", "0.25", None),
    ("GST 3%", Shape.INTRA_STATE, "1.5", "3", None),
    ("GST 5%", Shape.INTRA_STATE, "2.5", "5", None),
    ("GST 12%", Shape.INTRA_STATE, "6", "12", dt.date(2025, 9, 21)),
    ("GST 18%", Shape.INTRA_STATE, "9", "18", None),
    ("GST 28%", Shape.INTRA_STATE, "14", "28", dt.date(2026, 1, 31)),
    ("GST 40%", Shape.INTRA_STATE, "20", "40", None),
    ("IGST 5%", Shape.INTER_STATE, "2.5", "5", None),
    ("IGST 12%", Shape.INTER_STATE, "6", "12", dt.date(2025, 9, 21)),
    ("IGST 18%", Shape.INTER_STATE, "9", "18", None),
    ("IGST 28%", Shape.INTER_STATE, "14", "28", dt.date(2026, 1, 31)),
    ("IGST 40%", Shape.INTER_STATE, "20", "40", None),
    ("RCM 5%", Shape.RCM, "2.5", "5", None),
    ("RCM 18%", Shape.RCM, "9", "18", None),
    ("Exempt", Shape.EXEMPT, "0", "0", None),
    ("Nil Rated", Shape.NIL_RATED, "0", "0", None),
    ("Non-GST", Shape.NON_GST, "0", "0", None),
]


@pytest.mark.parametrize(("name", "shape", "half", "whole", "last"), SEEDS)
def test_the_seeded_rows(name, shape, half, whole, last):
    row = seeded(name)
    first = dt.date(2025, 9, 22) if whole == "40" else dt.date(2017, 7, 1)
    assert (shape, percent(half), percent(half), percent(whole)) == (row.shape, row.cgst, row.sgst, row.igst)
    assert (0, first, last) == (row.cess, row.valid_from, row.valid_to)


def test_no_other_row_is_seeded():
    assert [name for name, *_ in SEEDS] == [row.name for row in SEEDED]


@pytest.mark.parametrize("row", SEEDED, ids=lambda row: row.name)
def test_a_seeded_row_is_current_exactly_within_its_dates(row):
    day = dt.timedelta(days=1)
    assert is_current(row, row.valid_from)
    assert not is_current(row, row.valid_from - day)
    assert is_current(row, row.valid_to or dt.date(2026, 11, 20))
    assert not (row.valid_to and is_current(row, row.valid_to + day))


def test_only_two_shapes_add_tax_to_a_document():
    adding = {shape for shape in Shape if TaxRate(name="x", shape=shape).adds_tax}
    assert {Shape.INTRA_STATE, Shape.INTER_STATE} == adding


@pytest.mark.parametrize(
    ("cess", "date", "current"),
    [
        (0, dt.date(2026, 2, 1), True),
        (12, dt.date(2026, 1, 31), True),  # tobacco until then (gst.md §4.2)
        (12, dt.date(2026, 2, 1), False),
        (12, dt.date(2017, 6, 30), False),
    ],
)
def test_a_cess_is_current_until_it_ended(cess, date, current):
    row = at_rate("x", Shape.INTRA_STATE, 18 * PERCENT, cess=cess * PERCENT)
    assert current == is_current(row, date)


@pytest.mark.parametrize(("date", "current"), [(dt.date(2026, 1, 31), True), (dt.date(2026, 2, 1), False)])
def test_an_undated_row_of_an_abolished_rate_is_not_current(date, current):
    assert current == is_current(at_rate("x", Shape.RCM, 28 * PERCENT), date)


NINE, EIGHTEEN = 9 * PERCENT, 18 * PERCENT


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}),
        ("igst", {"igst": 0}),
        ("igst", {"igst": 17 * PERCENT}),
        ("igst", {"igst": -EIGHTEEN, "cgst": -NINE, "sgst": -NINE}),
        ("igst", {"igst": 101 * PERCENT}),
        ("igst", {"cgst": 6 * PERCENT, "sgst": 6 * PERCENT}),
        ("sgst", {"cgst": 10 * PERCENT, "sgst": 8 * PERCENT}),
        ("cess", {"cess": -1}),
        ("cess", {"cess": 290 * PERCENT + 1}),
        ("cgst", {"shape": Shape.EXEMPT}),
        ("igst", {"shape": Shape.NIL_RATED, "cgst": 0, "sgst": 0}),
        ("cess", {"shape": Shape.NON_GST, "cgst": 0, "sgst": 0, "igst": 0, "cess": 1}),
        ("valid_to", {"valid_from": dt.date(2026, 2, 1), "valid_to": dt.date(2026, 1, 31)}),
    ],
)
def test_a_row_that_disagrees_with_itself_cannot_exist(field, values):
    good = {"name": "x", "shape": Shape.INTRA_STATE, "cgst": NINE, "sgst": NINE, "igst": EIGHTEEN}
    TaxRate(**good)
    with pytest.raises(RuleBroken) as refusal:
        TaxRate(**(good | values))
    assert field == refusal.value.field
    assert (field == "name") == isinstance(refusal.value, RequiredField)


@given(rates, st.sampled_from([Shape.INTRA_STATE, Shape.INTER_STATE, Shape.RCM]))
def test_the_halves_of_every_accepted_rate_are_equal_and_whole(rate, shape):
    row = at_rate("x", shape, rate)
    assert (rate, 2 * row.cgst, 2 * row.sgst) == (row.igst, rate, rate)
