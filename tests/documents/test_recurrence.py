"""The days of recurring schedules, by hand and against a calendar that is walked day by day."""

import calendar
import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finzcore.documents.recurrence import FREQUENCIES, next_day, run_at, woken_on
from finzcore.fiscal import FIRST_DAY, LAST_DAY

DAYS = [
    # `api.md` §10 row 30, and on: the 31st, clamped to each month's end and never drifting.
    ("MONTHLY", 1, "2026-01-31", "2026-02-28 2026-03-31 2026-04-30 2026-05-31 2026-06-30"),
    ("MONTHLY", 1, "2027-12-30", "2028-01-30 2028-02-29 2028-03-30"),
    ("MONTHLY", 1, "2026-01-15", "2026-02-15 2026-03-15"),
    ("MONTHLY", 5, "2026-10-31", "2027-03-31 2027-08-31 2028-01-31 2028-06-30"),
    ("WEEKLY", 2, "2026-06-01", "2026-06-15 2026-06-29 2026-07-13"),
    ("WEEKLY", 1, "2026-12-28", "2027-01-04"),
    ("DAILY", 1, "2028-02-28", "2028-02-29 2028-03-01"),
    ("DAILY", 10, "2026-02-20", "2026-03-02 2026-03-12"),
    ("QUARTERLY", 1, "2025-11-30", "2026-02-28 2026-05-30 2026-08-30 2026-11-30"),
    ("QUARTERLY", 2, "2026-08-31", "2027-02-28 2027-08-31"),
    ("YEARLY", 1, "2024-02-29", "2025-02-28 2026-02-28 2027-02-28 2028-02-29"),
    ("YEARLY", 4, "2024-02-29", "2028-02-29 2032-02-29"),
]


@pytest.mark.parametrize(("frequency", "interval", "start", "expected"), DAYS)
def test_days_follow_from_the_first_one(frequency: str, interval: int, start: str, expected: str) -> None:
    first = day = dt.date.fromisoformat(start)
    found = []
    for _ in expected.split():
        following = next_day(first, frequency, interval, after=day)
        assert following is not None
        day = following
        found.append(day.isoformat())
    assert expected.split() == found


def test_the_first_day_comes_after_every_day_before_it() -> None:
    start = dt.date(2026, 6, 1)
    assert start == next_day(start, "MONTHLY", 3, after=dt.date(2026, 5, 31))
    assert start == next_day(start, "DAILY", 1, after=FIRST_DAY)


@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_a_schedule_ends_with_the_calendar_of_the_books(frequency: str) -> None:
    assert LAST_DAY == next_day(LAST_DAY, frequency, 1, after=LAST_DAY - dt.timedelta(days=1))
    assert next_day(LAST_DAY, frequency, 1, after=LAST_DAY) is None
    assert next_day(dt.date(2199, 1, 1), frequency, 1000, after=dt.date(2199, 1, 1)) is None


def walked(start: dt.date, frequency: str, interval: int, end: dt.date) -> Iterator[dt.date]:
    """The days of a schedule, found by looking at every day and at the calendar on the wall: the months
    since the start are counted, and the day is the start's, or the last where the month is shorter."""
    day, months = start, 0
    while day <= end:
        last = calendar.monthrange(day.year, day.month)[1]
        if frequency == "DAILY":
            falls = (day - start).days % interval == 0
        elif frequency == "WEEKLY":
            falls = day.weekday() == start.weekday() and (day - start).days // 7 % interval == 0
        else:
            step = {"MONTHLY": 1, "QUARTERLY": 3, "YEARLY": 12}[frequency] * interval
            falls = months % step == 0 and day.day == min(start.day, last)
        if falls:
            yield day
        months += day.day == last
        day += dt.timedelta(days=1)


@settings(deadline=None)
@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)),
    st.sampled_from(FREQUENCIES),
    st.integers(1, 14),
    st.integers(0, 900),
)
def test_a_schedule_agrees_with_a_calendar_walked_day_by_day(
    start: dt.date, frequency: str, interval: int, span: int
) -> None:
    end = start + dt.timedelta(days=span)
    found = []
    day = next_day(start, frequency, interval, after=start - dt.timedelta(days=1))
    while day is not None and day <= end:
        found.append(day)
        day = next_day(start, frequency, interval, after=day)
    assert list(walked(start, frequency, interval, end)) == found


@settings(deadline=None)
@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)),
    st.sampled_from(FREQUENCIES),
    st.integers(1, 40),
    st.integers(-400, 3000),
)
def test_the_next_day_is_the_first_that_lies_after(
    start: dt.date, frequency: str, interval: int, later: int
) -> None:
    after = start + dt.timedelta(days=later)
    found = next_day(start, frequency, interval, after=after)
    assert found is not None
    assert found > after
    days = walked(start, frequency, interval, found)
    assert [found] == [day for day in days if day > after]


# Midnight in India is 18:30 of the day before in UTC, and 09:00 is 03:30 (`fiscal.INDIA`).
WOKEN = [
    ("2026-06-01T03:29:59.999999+00:00", "2026-05-31"),
    ("2026-06-01T03:30:00+00:00", "2026-06-01"),
    ("2026-06-01T18:29:59+00:00", "2026-06-01"),
    ("2026-06-01T18:30:00+00:00", "2026-06-01"),
    ("2026-06-02T03:29:00+00:00", "2026-06-01"),
    ("2026-06-02T03:30:00+00:00", "2026-06-02"),
    ("2026-06-01T09:00:00+05:30", "2026-06-01"),
]


@pytest.mark.parametrize(("now", "expected"), WOKEN)
def test_the_books_wake_at_nine_in_india(now: str, expected: str) -> None:
    instant = dt.datetime.fromisoformat(now)
    day = dt.date.fromisoformat(expected)
    assert day == woken_on(instant)
    assert run_at(day) <= instant < run_at(day + dt.timedelta(days=1))
