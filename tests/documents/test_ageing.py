"""Debts by their age: the day on which each bucket ends (`api.md` §5, items 5 and 6)."""

from datetime import date, timedelta

import pytest

from finzcore.documents.ageing import BUCKETS, bucket_of, days_overdue

DUE = date(2026, 5, 19)


@pytest.mark.parametrize(
    ("age", "days", "bucket"),
    [
        (-400, 0, "bucket_0_30"),
        (-1, 0, "bucket_0_30"),
        (0, 0, "bucket_0_30"),
        (30, 30, "bucket_0_30"),
        (31, 31, "bucket_31_60"),
        (60, 60, "bucket_31_60"),
        (61, 61, "bucket_61_90"),
        (90, 90, "bucket_61_90"),
        (91, 91, "bucket_90_plus"),
        (3000, 3000, "bucket_90_plus"),
    ],
)
def test_a_debt_is_in_the_bucket_of_its_age(age: int, days: int, bucket: str) -> None:
    as_of = DUE + timedelta(days=age)
    assert (days, bucket) == (days_overdue(DUE, as_of), bucket_of(DUE, as_of))
    assert bucket in BUCKETS
