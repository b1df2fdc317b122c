"""The lock date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import PeriodLocked
from finzcore.ledger.period import check_open


@given(st.dates(), st.dates())
def test_a_day_is_refused_exactly_up_to_the_lock(day: date, locked_through: date) -> None:
    try:
        check_open(day, locked_through, field="date")
    except PeriodLocked:
        assert day <= locked_through
    else:
        assert day > locked_through


@given(st.dates())
def test_without_a_lock_every_day_is_open(day: date) -> None:
    check_open(day, None, field="date")


def test_the_refusal_names_the_field_and_the_lock() -> None:
    # reliability.md §11
    with pytest.raises(PeriodLocked) as refused:
        check_open(date(2026, 3, 31), date(2026, 3, 31), field="void_date")
    assert ("validation.invalid_value", "void_date") == (refused.value.code, refused.value.field)
    assert {"locked_through": "2026-03-31"} == refused.value.details
