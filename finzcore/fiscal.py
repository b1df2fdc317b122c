"""The calendar of Indian books: days, months, quarters, financial years and return periods.

A financial year runs from 1 April to 31 March, and every deadline and number series follows it
(`gst.md` §9). The day of an instant is the day in India, five and a half hours ahead of UTC all the
year round, so no time zone database is asked.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

import attrs

from finzcore.errors import RuleBroken

INDIA: Final = timezone(timedelta(hours=5, minutes=30), "IST")
"""Asia/Kolkata, which has known no other offset since 1945."""

_INDIA_MINUTES: Final = 330
_DAY: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:T([01]\d|2[0-3]):([0-5]\d):[0-5]\d(?:\.\d{1,9})?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?",
    re.ASCII,
)
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
"""The days that books can have (`reliability.md` §6)."""

DAY_WANTED: Final = "Must be a date, YYYY-MM-DD, from 1970 to 2199."
"""What a refusal of a date says."""

_LONGEST_DAY: Final = len("2026-05-19T00:00:00.123456789+05:30")


@attrs.frozen(order=True)
class FinancialYear:
    """The year from 1 April of `start_year` to 31 March of the next (`gst.md` §9).

    >>> year = FinancialYear(2026)
    >>> year.long, year.short, year.compact, year.slash
    ('2026-27', '26-27', '2627', '26/27')
    >>> year.start.isoformat(), year.end.isoformat()
    ('2026-04-01', '2027-03-31')
    """

    start_year: int

    @property
    def start(self) -> date:
        """1 April, the first day."""
        return date(self.start_year, 4, 1)

    @property
    def end(self) -> date:
        """31 March, the last day."""
        return date(self.start_year + 1, 3, 31)

    @property
    def long(self) -> str:
        """`2026-27`, as an IRN is made from."""
        return f"{self.start_year:04d}-{self._last_two(1)}"

    @property
    def short(self) -> str:
        """`26-27`."""
        return f"{self._last_two(0)}-{self._last_two(1)}"

    @property
    def compact(self) -> str:
        """`2627`, as document numbers carry it."""
        return self._last_two(0) + self._last_two(1)

    @property
    def slash(self) -> str:
        """`26/27`."""
        return f"{self._last_two(0)}/{self._last_two(1)}"

    def _last_two(self, later: int) -> str:
        return f"{(self.start_year + later) % 100:02d}"


def financial_year(day: date) -> FinancialYear:
    """The financial year that `day` lies in.

    >>> financial_year(date(2027, 3, 31)).long, financial_year(date(2027, 4, 1)).long
    ('2026-27', '2027-28')
    """
    return FinancialYear(day.year if day.month >= 4 else day.year - 1)


def return_period(day: date) -> str:
    """The month of a GST return as `MMYYYY`, with the calendar year of the month (`gst.md` §9).

    >>> return_period(date(2027, 1, 15))
    '012027'
    """
    return f"{day.month:02d}{day.year:04d}"


def quarter(day: date) -> int:
    """Which quarter of its financial year: 1 for April to June … 4 for January to March.

    >>> quarter(date(2026, 4, 1)), quarter(date(2027, 3, 31))
    (1, 4)
    """
    return (day.month - 4) % 12 // 3 + 1


def quarter_start(day: date) -> date:
    """The first day of the quarter that `day` lies in, where its quarterly return begins (`gst.md` §9).

    >>> quarter_start(date(2026, 11, 20)).isoformat()
    '2026-10-01'
    """
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_end(day: date) -> date:
    """The last day of the quarter that `day` lies in.

    >>> quarter_end(date(2026, 11, 20)).isoformat()
    '2026-12-31'
    """
    return month_end(date(day.year, (day.month - 1) // 3 * 3 + 3, 1))


def month_of(day: date) -> str:
    """The month as `YYYY-MM`, the key of monthly totals; as text it sorts by time.

    >>> month_of(date(2026, 5, 19))
    '2026-05'
    """
    return day.isoformat()[:7]


def month_end(day: date) -> date:
    """The last day of the month of `day`.

    >>> month_end(date(2028, 2, 3)).isoformat()
    '2028-02-29'
    """
    # The 28th plus four days is always in the next month.
    later = day.replace(day=28) + timedelta(days=4)
    return later - timedelta(days=later.day)


def months_before(day: date, months: int) -> date:
    """The end of a period that many months earlier: the same day of its month, or the last one there is;
    the last day of a month stays the last.

    >>> [months_before(date(2028, 3, day), 1).isoformat() for day in (28, 30, 31)]
    ['2028-02-28', '2028-02-29', '2028-02-29']
    >>> months_before(date(2027, 2, 28), 12).isoformat(), months_before(date(2028, 2, 29), 12).isoformat()
    ('2026-02-28', '2027-02-28')
    >>> months_before(date(2029, 2, 28), 12).isoformat()
    '2028-02-29'
    """
    index = 12 * day.year + day.month - 1 - months
    last = month_end(date(index // 12, index % 12 + 1, 1))
    return last if day == month_end(day) else last.replace(day=min(day.day, last.day))


def period_before(first: date, last: date) -> tuple[date, date]:
    """The period that ends where one begins: as many whole months, where that is made of such, else as many
    days.

    >>> [day.isoformat() for day in period_before(date(2026, 3, 1), date(2026, 3, 31))]
    ['2026-02-01', '2026-02-28']
    >>> [day.isoformat() for day in period_before(date(2026, 3, 1), date(2026, 3, 30))]
    ['2026-01-30', '2026-02-28']
    """
    end = first - timedelta(days=1)
    if first.day == 1 and last == month_end(last):
        months = 12 * (last.year - first.year) + last.month - first.month + 1
        return months_before(first, months), end
    return end - (last - first), end


def year_before(first: date, last: date) -> tuple[date, date]:
    """The same period of the year before.

    >>> [day.isoformat() for day in year_before(date(2028, 2, 1), date(2028, 2, 29))]
    ['2027-02-01', '2027-02-28']
    >>> [day.isoformat() for day in year_before(date(2028, 2, 29), date(2028, 2, 29))]
    ['2027-02-28', '2027-02-28']
    """
    last_before = months_before(last, 12)
    return min(months_before(first - timedelta(days=1), 12) + timedelta(days=1), last_before), last_before


def due_date(day: date, days: int) -> date:
    """The day on which something of `day` falls due, `days` calendar days later.

    RuleBroken, field ``due_date``, when that is after `LAST_DAY`.

    >>> due_date(date(2026, 5, 19), 15).isoformat()
    '2026-06-03'
    """
    if (LAST_DAY - day).days < days:
        raise RuleBroken(f"It would be due after {LAST_DAY.isoformat()}.", field="due_date")
    return day + timedelta(days=days)


def india_date(instant: datetime) -> date:
    """The calendar date in India at an aware instant (`api.md` §1.9). A naive one is our mistake.

    >>> india_date(datetime.fromisoformat("2026-03-31T18:30:00+00:00")).isoformat()
    '2026-04-01'
    """
    assert instant.utcoffset() is not None, "an instant without a time zone is no instant"
    return instant.astimezone(INDIA).date()


def india_midnight(day: date) -> datetime:
    """The instant, in UTC, at which a calendar day begins in India.

    >>> india_midnight(date(2026, 5, 19)).isoformat()
    '2026-05-18T18:30:00+00:00'
    """
    return datetime.combine(day, time(), tzinfo=INDIA).astimezone(UTC)


def parse_day(text: str) -> date:
    """Read `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS[.fraction][Z|±HH:MM]` (`api.md` §1.9).

    The time is dropped; with an offset, the instant's day in India counts. ASCII only, no other ISO
    form, and from `FIRST_DAY` to `LAST_DAY` (`reliability.md` §6), or ValueError.

    >>> parse_day("2026-05-19").isoformat(), parse_day("2026-03-31T20:00:00Z").isoformat()
    ('2026-05-19', '2026-04-01')
    """
    found = _DAY.fullmatch(text) if len(text) <= _LONGEST_DAY else None
    if found is None:
        raise ValueError(DAY_WANTED)
    day = date.fromisoformat(found[1])
    offset = found[4]
    if offset:
        day = _day_in_india(day, 60 * int(found[2]) + int(found[3]), offset)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(DAY_WANTED)
    return day


def _day_in_india(day: date, minutes: int, offset: str) -> date:
    """`day` at `minutes` past midnight, `offset` from UTC, as the day in India."""
    ahead = 0
    if offset != "Z":
        ahead = 60 * int(offset[1:3]) + int(offset[4:6])
        if offset[0] == "-":
            ahead = -ahead
    # Seconds never matter, because every offset is in whole minutes.
    days = (minutes - ahead + _INDIA_MINUTES) // (24 * 60)
    try:
        return day + timedelta(days=days)
    except OverflowError as error:
        raise ValueError("the date lies outside the calendar") from error
