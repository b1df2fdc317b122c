"""Documents that come by themselves: on which days, and one of each schedule a day at most (`api.md`
§4.19)."""

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from finzcore.testing import told
from finzcore.testing.model.facts import Body, Schedule
from finzcore.testing.model.known import Known

_DAYS: Final = {"DAILY": 1, "WEEKLY": 7}
_MONTHS: Final = {"MONTHLY": 1, "QUARTERLY": 3, "YEARLY": 12}
_NINE: Final = dt.timedelta(hours=9)
_INDIA: Final = dt.timedelta(hours=5, minutes=30)


def nth_day(start: dt.date, frequency: str, interval: int, times: int) -> dt.date:
    """The day of a schedule after so many intervals, counted from its first.

    >>> last = dt.date(2026, 1, 31)
    >>> str(nth_day(last, "MONTHLY", 1, 1)), str(nth_day(last, "WEEKLY", 2, 1))
    ('2026-02-28', '2026-02-14')
    """
    if frequency in _DAYS:
        return start + dt.timedelta(_DAYS[frequency] * interval * times)
    year, month = divmod(start.year * 12 + start.month - 1 + _MONTHS[frequency] * interval * times, 12)
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def waking(now: dt.datetime) -> dt.date:
    """The day on which the books last woke, which they do at nine in India."""
    return (now + _INDIA - _NINE).date()


class Schedules(Known):
    """Schedules, and what they bring."""

    def plan(self, key: str, body: Mapping[str, Any]) -> Schedule:
        """A new schedule."""
        kept = told.read(told.RECURRING, body)
        self.schedules[key] = Schedule(key, kept, dt.date.fromisoformat(kept["start_date"]))
        return self.schedules[key]

    def ready(self, now: dt.datetime) -> Iterator[Schedule]:
        """The schedules that have work now, in the order in which they come: one document of each for a
        waking, and so one after another of those that were missed.
        """
        woken = waking(now)
        wanted = sorted(self.schedules.values(), key=lambda one: one.following)
        for one in wanted:
            if one.active and one.following <= woken and (one.woken is None or one.woken < woken):
                yield one

    def go_on(self, one: Schedule, now: dt.datetime, *, made: bool) -> None:
        """A schedule did what it had to, or failed to: on to its next day."""
        one.woken = waking(now)
        one.runs += made
        start, body = dt.date.fromisoformat(one.body["start_date"]), one.body
        times = 1
        while (day := nth_day(start, body["frequency"], body.get("interval", 1), times)) <= one.following:
            times += 1
        one.following = day
        over = body.get("end_date") is not None and day.isoformat() > body["end_date"]
        one.active = not (over or one.runs == body.get("max_runs"))


def body_of(one: Schedule) -> Body:
    """The body of the document of a schedule's next day: a due date keeps its distance."""
    payload: Body = one.body["template_payload"]
    body = {name: value for name, value in payload.items() if name != "reference_number"}
    if one.of in ("expenses", "journals") and "reference_number" in payload:
        body["reference_number"] = payload["reference_number"]
    if "due_date" in body:
        first = dt.date.fromisoformat(payload.get("date") or one.body["start_date"])
        apart = dt.date.fromisoformat(body["due_date"]) - first
        body["due_date"] = (one.following + apart).isoformat()
    return body | {"date": one.following.isoformat()}
