"""The days of a recurring schedule, computed from the day it starts on (`api.md` §4.19).

The n-th day is the start and n intervals, never the day before it and one more: a schedule of the
31st falls on 28 February and on 31 March again. Work is done at 09:00 in India, every day.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from finzcore.fiscal import INDIA, LAST_DAY, india_date, month_end

HOUR: Final = time(9, tzinfo=INDIA)
"""When the books wake for their daily work."""

_DAYS: Final[Mapping[str, int]] = {"DAILY": 1, "WEEKLY": 7}
_MONTHS: Final[Mapping[str, int]] = {"MONTHLY": 1, "QUARTERLY": 3, "YEARLY": 12}

FREQUENCIES: Final = (*_DAYS, *_MONTHS)
"""What a schedule may repeat by."""


def next_day(start: date, frequency: str, interval: int, after: date) -> date | None:
    """The first day of a schedule that lies after a day; None when there is none up to `LAST_DAY`.

    `interval` is how many days, weeks, months, quarters or years lie between two days, at least 1.

    >>> str(next_day(date(2026, 1, 31), "MONTHLY", 1, after=date(2026, 2, 28)))
    '2026-03-31'
    >>> str(next_day(date(2026, 1, 31), "WEEKLY", 2, after=date(2026, 1, 31)))
    '2026-02-14'
    """
    assert interval >= 1, "a schedule goes forwards"
    if after < start:
        return start
    if frequency in _DAYS:
        step = _DAYS[frequency] * interval
        passed = (after - start).days // step * step
        return _within((LAST_DAY - start).days, passed + step, start)
    return _next_month_day(start, _MONTHS[frequency] * interval, after)


def _within(most: int, days: int, start: date) -> date | None:
    return start + timedelta(days=days) if days <= most else None


def _next_month_day(start: date, step: int, after: date) -> date | None:
    passed = (after.year - start.year) * 12 + after.month - start.month
    months = passed // step * step
    found = months_later(start, months)
    # In the month of `after` itself the day may still be to come.
    return found if found is None or found > after else months_later(start, months + step)


def months_later(start: date, months: int) -> date | None:
    """The same day so many months later, or the last of that month; None beyond `LAST_DAY`.

    >>> str(months_later(date(2024, 2, 29), 12)), str(months_later(date(2024, 2, 29), 48))
    ('2025-02-28', '2028-02-29')
    """
    years, month = divmod(start.month - 1 + months, 12)
    if start.year + years > LAST_DAY.year:
        return None
    first = date(start.year + years, month + 1, 1)
    return first.replace(day=min(start.day, month_end(first).day))


def run_at(day: date) -> datetime:
    """The instant at which the work of a day is done, in UTC.

    >>> run_at(date(2026, 6, 1)).isoformat()
    '2026-06-01T03:30:00+00:00'
    """
    return datetime.combine(day, HOUR).astimezone(UTC)


def woken_on(now: datetime) -> date:
    """The day on which the books last woke: today in India from 09:00 on, and yesterday before.

    >>> early = datetime(2026, 6, 1, 3, 29, 59, tzinfo=UTC)
    >>> str(woken_on(early)), str(woken_on(early + timedelta(seconds=1)))
    ('2026-05-31', '2026-06-01')
    """
    return india_date(now - timedelta(hours=HOUR.hour))
