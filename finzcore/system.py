"""The real clock and real chance: the only file that reads them.

Everything else is handed `clock`, `random` and `ids` as arguments, so that a whole run is a
function of its seed (`reliability.md` §21).
"""

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

BEGINNING: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Keys count milliseconds from here; their 42 bits last until 2159."""

_MILLISECOND: Final = timedelta(milliseconds=1)


def clock() -> datetime:
    """This instant, aware and in UTC."""
    return datetime.now(UTC)


def ticks() -> int:
    """Seconds of a clock that nobody sets; only the difference of two says anything."""
    return time.monotonic_ns() // 10**9


def milliseconds() -> int:
    """The same, more finely."""
    return time.monotonic_ns() // 10**6


def pause() -> None:
    """Do nothing for a second."""
    time.sleep(1)


def sleep(milliseconds: int) -> None:
    """Do nothing for so long."""
    time.sleep(milliseconds / 1000)


def random(n: int) -> bytes:
    """That many bytes from the operating system's generator."""
    return os.urandom(n)


class Ids:
    """Makes 63-bit keys: milliseconds since 2020, then 21 bits of chance (`storage.md` §3).

    Each key is larger than the last one, also between threads and when the clock steps back. Two
    processes may meet on a key; the primary key is the net, and the caller takes a new one.

    >>> ids = Ids(lambda n: bytes(n))
    >>> noon = datetime(2020, 1, 1, 0, 0, 1, tzinfo=UTC)
    >>> ids(noon) == 1000 << 21, ids(noon) == (1000 << 21) + 1
    (True, True)
    """

    def __init__(self, random: Callable[[int], bytes] = random) -> None:
        self._random = random
        self._last = -1
        self._seen: datetime | None = None
        self._lock = threading.Lock()

    def __call__(self, now: datetime) -> int:
        """The next key for something that comes to be at `now`, an aware instant.

        An instant before 2020 counts as the first millisecond.
        """
        fresh = 0 if now is self._seen else self._fresh(now)
        with self._lock:
            self._last = key = max(fresh, self._last + 1)
            self._seen = now
        return key

    def _fresh(self, now: datetime) -> int:
        """Where the keys of an instant begin; a unit of work, which knows one, counts on from there."""
        assert now.tzinfo is not None, "a clock gives aware instants"
        elapsed = max(0, (now - BEGINNING) // _MILLISECOND)
        return elapsed << 21 | int.from_bytes(self._random(3)) >> 3
