"""How old a debt is, counted from the day on which it was due (`api.md` §5, items 5 and 6)."""

from datetime import date
from typing import Final

BUCKETS: Final = ("bucket_0_30", "bucket_31_60", "bucket_61_90", "bucket_90_plus")
"""Youngest first; what is not due yet counts with the youngest."""

_OLDEST: Final = (30, 60, 90)


def days_overdue(due: date, as_of: date) -> int:
    """How many days a debt is late; none before and on the day on which it is due.

    >>> days_overdue(date(2026, 5, 19), date(2026, 6, 18)), days_overdue(date(2026, 6, 18), date(2026, 5, 19))
    (30, 0)
    """
    return max((as_of - due).days, 0)


def bucket_of(due: date, as_of: date) -> str:
    """The bucket of a debt by its age in days.

    >>> [bucket_of(date(2026, 1, 1), date(2026, month, 1)) for month in (1, 2, 3, 4, 5)]
    ['bucket_0_30', 'bucket_31_60', 'bucket_31_60', 'bucket_61_90', 'bucket_90_plus']
    """
    age = days_overdue(due, as_of)
    return BUCKETS[sum(age > oldest for oldest in _OLDEST)]
