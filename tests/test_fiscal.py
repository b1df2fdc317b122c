"""The calendar: financial years, quarters, months, days in India, and reading a date."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import RuleBroken
from finzcore.fiscal import (
    FinancialYear,
    due_date,
    financial_year,
    india_date,
    month_end,
    month_of,
    parse_day,
    period_before,
    quarter,
    quarter_end,
    quarter_start,
    return_period,
    year_before,
)

days = st.dates(date(1970, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("long", "compact", "day"),
    # gst.md §9 and api.md §10 row 19
    [
        ("2026-27", "2627", date(2026, 11, 20)),
        ("2026-27", "2627", date(2027, 3, 31)),
        ("2027-28", "2728", date(2027, 4, 1)),
        ("1999-00", "9900", date(1999, 12, 31)),
        ("2025-26", "2526", date(2026, 3, 31)),
        ("2026-27", "2627", date(2026, 4, 1)),
        ("2099-00", "9900", date(2100, 1, 1)),
    ],
)
def test_a_financial_year_begins_in_april(long: str, compact: str, day: date) -> None:
    assert long == financial_year(day).long
    assert compact == financial_year(day).compact


@given(days)
def test_every_day_lies_in_its_financial_year_and_in_no_other(day: date) -> None:
    year = financial_year(day)
    assert year.start <= day <= year.end
    assert year == financial_year(year.start) == financial_year(year.end)
    assert FinancialYear(year.start_year + 1).start == year.end + timedelta(days=1)


@given(days)
def test_the_four_spellings_of_a_year_say_the_same(day: date) -> None:
    year = financial_year(day)
    assert year.short == year.long[2:]
    assert year.compact == year.short.replace("-", "")
    assert year.slash == year.short.replace("-", "/")


@pytest.mark.parametrize(
    ("period", "day"),
    [("112026", date(2026, 11, 20)), ("012027", date(2027, 1, 1)), ("032000", date(2000, 3, 9))],
)
def test_a_return_period_carries_the_calendar_year_of_its_month(period: str, day: date) -> None:
    assert period == return_period(day)


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [
        (1, date(2026, 4, 1), date(2026, 6, 30)),
        (2, date(2026, 7, 1), date(2026, 9, 30)),
        (3, date(2026, 10, 1), date(2026, 12, 31)),
        (4, date(2027, 1, 1), date(2027, 3, 31)),
    ],
)
def test_quarters_are_those_of_the_quarterly_returns(number: int, first: date, last: date) -> None:
    for day in (first, last, first + timedelta(days=45)):
        assert (number, first, last) == (quarter(day), quarter_start(day), quarter_end(day))


@given(days)
def test_months_follow_one_another_without_a_gap(day: date) -> None:
    first = day.replace(day=1)
    assert day <= month_end(day)
    assert month_of(day) == month_of(first) == month_of(month_end(day))
    assert month_of(day) < month_of(month_end(day) + timedelta(days=1))
    assert month_of(first - timedelta(days=1)) < month_of(day)


@pytest.mark.parametrize(
    ("last", "day"),
    [
        (date(2028, 2, 29), date(2028, 2, 1)),
        (date(2100, 2, 28), date(2100, 2, 28)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_the_last_day_of_a_month_knows_leap_years(last: date, day: date) -> None:
    assert last == month_end(day)


@given(days, st.integers(0, 3650))
def test_a_due_date_is_that_many_days_later_or_past_the_calendar(day: date, terms: int) -> None:
    try:
        assert terms == (due_date(day, terms) - day).days
    except RuleBroken as error:
        assert "due_date" == error.field
        assert day.toordinal() + terms > date(2199, 12, 31).toordinal()


def test_the_last_day_is_the_last_that_anything_can_fall_due() -> None:
    assert date(2199, 12, 31) == due_date(date(2199, 12, 1), 30)
    with pytest.raises(RuleBroken, match="due after 2199-12-31"):
        due_date(date(2199, 12, 1), 31)


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2026, 3, 31), datetime(2026, 3, 31, 18, 29, 59, 999999, tzinfo=UTC)),
        (date(2026, 4, 1), datetime(2026, 3, 31, 18, 30, tzinfo=UTC)),
        (date(2026, 4, 1), datetime(2026, 4, 1, tzinfo=UTC)),
        (date(2026, 4, 1), datetime(2026, 3, 31, 14, 0, tzinfo=timezone(timedelta(hours=-5)))),
    ],
)
def test_the_day_in_india_begins_at_half_past_six_in_the_evening_utc(day: date, instant: datetime) -> None:
    assert day == india_date(instant)


def test_an_instant_without_a_zone_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        india_date(datetime(2026, 4, 1))  # noqa: DTZ001


@given(days)
def test_a_day_is_read_back_from_its_text(day: date) -> None:
    assert day == parse_day(day.isoformat())
    assert day == parse_day(f"{day.isoformat()}T23:59:59")


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30)),  # noqa: DTZ001
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_an_offset_is_converted_to_the_day_in_india(local: datetime, minutes: int) -> None:
    instant = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    sign, size = ("-", -minutes) if minutes < 0 else ("+", minutes)
    text = f"{local.isoformat(timespec='microseconds')}{sign}{size // 60:02d}:{size % 60:02d}"
    assert india_date(instant) == parse_day(text)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 5, 19), "2026-05-19"),
        (date(2026, 5, 19), "2026-05-19T00:00:00"),
        (date(2026, 5, 19), "2026-05-19T18:29:59Z"),
        (date(2026, 5, 20), "2026-05-19T18:30:00Z"),
        (date(2026, 5, 20), "2026-05-19T18:30:00.123456789+00:00"),
        (date(2026, 5, 19), "2026-05-19T23:59:59+05:30"),
        (date(2026, 5, 18), "2026-05-19T00:00:00+14:00"),
        (date(2026, 5, 20), "2026-05-19T20:00:00-08:00"),
        (date(2028, 2, 29), "2028-02-29"),
        # reliability.md §6: the first and the last day, in India
        (date(1970, 1, 1), "1970-01-01"),
        (date(1970, 1, 1), "1969-12-31T18:30:00Z"),
        (date(2199, 12, 31), "2199-12-31"),
        (date(2199, 12, 31), "2200-01-01T00:00:00+14:00"),
    ],
)
def test_both_documented_forms_of_a_date_are_read(day: date, text: str) -> None:
    assert day == parse_day(text)


@pytest.mark.parametrize(
    "text",
    # reliability.md §6: what fromisoformat would let through, and what nothing should
    [
        "",
        "20260519",
        "2026-W20-2",
        "2026-W20",
        "2026-139",
        "2026-5-19",
        "19-05-2026",
        "2026/05/19",
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-04-31",
        "0000-01-01",
        "-2026-05-19",
        "2026-05-19 ",
        " 2026-05-19",
        "2026-05-19\n",
        "२०२६-05-19",
        "２026-05-19",
        "2026‐05‐19",
        "2026-05-19 00:00:00",
        "2026-05-19t00:00:00",
        "2026-05-19T00:00",
        "2026-05-19T24:00:00",
        "2026-05-19T1२:00:00",
        "2026-05-19T12:00:00+0५:30",
        "2026-05-19T12:60:00",
        "2026-05-19T12:00:60",
        "2026-05-19T00:00:00z",
        "2026-05-19T00:00:00.Z",
        "2026-05-19T00:00:00+24:00",
        "2026-05-19T00:00:00+05:60",
        "2026-05-19T00:00:00+0530",
        "2026-05-19T00:00:00." + "1" * 10,
        "2026-05-19T00:00:00" + "Z" * 1000,
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59Z",
        "0001-01-01",
        "1969-12-31",
        "1969-12-31T18:29:59Z",
        "1970-01-01T00:00:00+05:31",
        "2199-12-31T18:30:00Z",
        "2200-01-01",
        "9999-12-31",
    ],
)
def test_no_other_text_is_a_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_day(text)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        day = parse_day(text)
    except ValueError:
        return
    assert abs((day - date.fromisoformat(text[:10])).days) <= 2


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-05-01", "2026-05-31", ("2026-04-01", "2026-04-30")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2028-03-01", "2028-03-31", ("2028-02-01", "2028-02-29")),
        ("2026-04-01", "2026-06-30", ("2026-01-01", "2026-03-31")),
        ("2026-04-01", "2027-03-31", ("2025-04-01", "2026-03-31")),
        # No whole months: as many days.
        ("2026-05-19", "2026-05-19", ("2026-05-18", "2026-05-18")),
        ("2026-05-01", "2026-05-30", ("2026-04-01", "2026-04-30")),
        ("2026-05-02", "2026-05-31", ("2026-04-02", "2026-05-01")),
    ],
)
def test_the_period_before_is_as_long_in_months_or_in_days(
    first: str, last: str, before: tuple[str, str]
) -> None:
    found = period_before(date.fromisoformat(first), date.fromisoformat(last))
    assert before == tuple(day.isoformat() for day in found)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-04-01", "2027-03-31", ("2025-04-01", "2026-03-31")),
        ("2026-05-10", "2026-05-19", ("2025-05-10", "2025-05-19")),
        ("2028-02-01", "2028-02-29", ("2027-02-01", "2027-02-28")),
        ("2029-02-01", "2029-02-28", ("2028-02-01", "2028-02-29")),
        ("2029-03-01", "2029-03-31", ("2028-03-01", "2028-03-31")),
        ("2029-02-28", "2029-03-05", ("2028-02-28", "2028-03-05")),
    ],
)
def test_a_year_before_a_month_ends_where_that_month_ends(
    first: str, last: str, before: tuple[str, str]
) -> None:
    found = year_before(date.fromisoformat(first), date.fromisoformat(last))
    assert before == tuple(day.isoformat() for day in found)


@given(days, st.integers(0, 4000))
def test_periods_before_follow_each_other_without_a_gap(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    begun, ended = period_before(first, last)
    assert timedelta(days=1) == first - ended
    assert begun <= ended
    if (first.day, last) != (1, month_end(last)):
        assert length == (ended - begun).days
