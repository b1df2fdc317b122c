"""Time, ids and chance that a test decides."""

import datetime as dt
import hashlib
import itertools


class FrozenClock:
    """A clock that moves only when it is told to.

    >>> clock = FrozenClock("2026-05-19T05:00:00+00:00")
    >>> clock.move(minutes=1)
    >>> clock().isoformat()
    '2026-05-19T05:01:00+00:00'
    """

    def __init__(self, at: str = "2026-05-19T05:00:00+00:00") -> None:
        self.set(at)

    def __call__(self) -> dt.datetime:
        return self._now

    def set(self, at: str) -> None:
        """Stand at an instant, given with its offset."""
        instant = dt.datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise ValueError(f"{at} says no offset, such as +05:30")
        self._now = instant.astimezone(dt.UTC)

    def move(self, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> None:
        """Go on by so much."""
        self._now += dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


class CountingIds:
    """Ids 1, 2, 3 …

    >>> ids = CountingIds()
    >>> ids(FrozenClock()()), ids(FrozenClock()())
    (1, 2)
    """

    def __init__(self, start: int = 1) -> None:
        self._next = itertools.count(start)

    def __call__(self, now: dt.datetime) -> int:
        return next(self._next)


class CountingRandom:
    """Bytes that look random and are the same in every run. Never for real secrets."""

    def __init__(self, seed: str = "finzcore") -> None:
        self._seed = seed
        self._drawn = itertools.count()

    def __call__(self, n: int) -> bytes:
        drawn = b""
        while len(drawn) < n:
            drawn += hashlib.sha256(f"{self._seed}/{next(self._drawn)}".encode()).digest()
        return drawn[:n]
