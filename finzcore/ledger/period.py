"""The lock date: up to it, the books are closed (`reliability.md` §11)."""

from datetime import date

from finzcore.errors import PeriodLocked


def check_open(day: date, locked_through: date | None, *, field: str) -> None:
    """Refuse a change that takes effect on `day`: PeriodLocked on `field` when `day` is locked.

    Ask for the old and for the new date of whatever changes, inside the unit of work that holds the
    organisation's lock. `locked_through` None means that nothing is locked.

    >>> check_open(date(2026, 4, 1), date(2026, 3, 31), field="date")
    """
    if locked_through is not None and day <= locked_through:
        raise PeriodLocked(field=field, date=day.isoformat(), locked_through=locked_through.isoformat())
