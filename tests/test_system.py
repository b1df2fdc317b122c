"""The real clock, real chance, and keys made of both: `storage.md` §3."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.system import BEGINNING, Ids, clock, random

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2159, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_the_clock_is_aware_and_in_utc():
    assert timedelta(0) == clock().utcoffset()


def test_chance_gives_as_many_bytes_as_asked_and_never_the_same():
    assert [0, 1, 32] == [len(random(n)) for n in (0, 1, 32)]
    assert random(16) != random(16)


@pytest.mark.parametrize(
    ("now", "chance", "key"),
    [
        (datetime(2020, 1, 1, tzinfo=UTC), b"\0\0\0", 0),
        (datetime(2020, 1, 1, tzinfo=UTC), b"\xff\xff\xff", 2**21 - 1),
        (datetime(2020, 1, 1, 0, 0, 1, 1999, tzinfo=UTC), b"\0\0\x08", (1001 << 21) + 1),
        # 366 days of 2020, and the same instant told in India's time
        (datetime(2021, 1, 1, tzinfo=UTC), b"\0\0\0", 366 * 86_400_000 << 21),
        (
            datetime(2021, 1, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            b"\0\0\0",
            366 * 86_400_000 << 21,
        ),
        (datetime(2019, 12, 31, tzinfo=UTC), b"\0\0\0", 0),
    ],
)
def test_a_key_is_milliseconds_since_2020_and_21_bits_of_chance(now, chance, key):
    assert key == Ids(lambda n: chance)(now)


@given(st.lists(INSTANTS, min_size=1, max_size=50), st.randoms(use_true_random=False))
def test_keys_only_grow_whatever_the_clock_does(instants, chance):
    ids = Ids(chance.randbytes)
    keys = [ids(now) for now in instants]
    assert sorted(set(keys)) == keys
    assert 0 <= keys[0]
    assert 2**63 > keys[-1]


@given(INSTANTS)
def test_a_key_carries_its_instant(now):
    assert now - timedelta(microseconds=now.microsecond % 1000) == BEGINNING + timedelta(
        milliseconds=Ids()(now) >> 21
    )


def test_threads_never_get_the_same_key():
    ids, now = Ids(), clock()
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [ids(now) for _ in range(2000)], range(8)))
    assert 16_000 == len({key for batch in batches for key in batch})
    assert all(batch == sorted(batch) for batch in batches)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(AssertionError, match="aware"):
        Ids()(datetime(2026, 1, 1))  # noqa: DTZ001
