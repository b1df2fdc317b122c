"""States and their spellings (`gst.md` §2, `api.md` §1.14)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import RuleBroken
from finzcore.gst.states import STATES, by_number, state

# The list of api.md §1.14, written out again: spellings, number.
SPELLINGS = """
JK 01, HP 02, PB 03, CH 04, UK/UT/UL 05, HR 06, DL 07, RJ 08, UP 09, BR 10, SK 11, AR 12, NL 13, MN 14,
MZ 15, TR 16, ML 17, AS 18, WB 19, JH 20, OD/OR 21, CG/CT 22, MP 23, GJ 24, DH/DN/DD 26, MH 27, KA 29,
GA 30, LD 31, KL 32, TN 33, PY 34, AN 35, TS/TG 36, AP 37, LA 38, OT 97
"""
TABLE = [
    (f"IN-{spelling}", int(entry.split()[1]), f"IN-{entry.split()[0].split('/')[0]}")
    for entry in SPELLINGS.strip().split(",")
    for spelling in entry.split()[0].split("/")
] + [("OVERSEAS", 96, "OVERSEAS"), ("96", 96, "OVERSEAS")]


@pytest.mark.parametrize(("spelling", "number", "current"), TABLE)
def test_every_spelling_means_its_number(spelling, number, current):
    assert (number, current) == (state(spelling).number, state(spelling).code)


def test_the_table_has_no_spelling_more():
    ours = {text for row in STATES for text in (row.code, *row.aliases)}
    assert {spelling for spelling, _, _ in TABLE} == ours


def test_every_number_from_1_to_38_is_known():
    assert [*range(1, 39), 96, 97] == [row.number for row in STATES]


@pytest.mark.parametrize(
    ("number", "successor", "last"), [(25, 26, dt.date(2020, 1, 25)), (28, 37, dt.date(2014, 6, 1))]
)
def test_a_number_that_fell_away_leads_to_its_successor(number, successor, last):
    row = next(row for row in STATES if row.number == number)
    assert (successor, last) == (row.successor, row.valid_until)
    assert by_number(successor) is by_number(number)
    assert by_number(successor).code == row.code


def test_union_territories_are_those_without_a_legislature():
    # Tax head U in gst.md §2; Delhi 07, Puducherry 34 and Jammu and Kashmir 01 have one.
    current = {row.number for row in STATES if row.union_territory and not row.successor}
    assert {4, 26, 31, 35, 38, 97} == current


@pytest.mark.parametrize(
    "text", ["", "KA", "in-ka", "IN-KA ", "IN-ZZ", "29", "97", "IN-97", "US-CA", "overseas"]
)
def test_another_text_is_refused_and_shown_back(text):
    with pytest.raises(RuleBroken) as refusal:
        state(text)
    assert ({"received": text}, None) == (refusal.value.details, refusal.value.field)


@pytest.mark.parametrize("number", [-1, 0, 39, 88, 95, 98, 99])
def test_another_number_is_refused(number):
    with pytest.raises(RuleBroken) as refusal:
        by_number(number)
    assert {"received": number} == refusal.value.details


@given(st.sampled_from(STATES))
def test_code_and_number_lead_to_the_same_row(row):
    assert by_number(row.number) is state(row.code)
    assert all(state(alias) is by_number(row.number) for alias in row.aliases)
