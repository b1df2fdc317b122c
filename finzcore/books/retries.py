"""When what failed outside is tried again (`api.md` §6.3)."""

import datetime as dt
from typing import Final

AFTER: Final = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 12 * 60))
"""How long after an attempt the next one follows. After the last one nothing follows."""

ATTEMPTS: Final = 1 + len(AFTER)

CHANCE: Final = 2
"""How many random bytes `next_attempt` takes."""


def next_attempt(made: int, now: dt.datetime, chance: bytes) -> dt.datetime | None:
    """When to try again after so many attempts in vain, the last one now; None for never.

    Each pause is up to a fifth shorter or longer, by `chance`, so that what failed together does not
    come back together.

    >>> noon = dt.datetime(2026, 5, 19, 12, tzinfo=dt.UTC)
    >>> [str(next_attempt(made, noon, bytes(2)) - noon) for made in (1, 5)], next_attempt(6, noon, bytes(2))
    (['0:00:48', '9:36:00'], None)
    """
    assert made >= 1, "nothing was tried yet"
    if made >= ATTEMPTS:
        return None
    return now + AFTER[made - 1] * (800 + int.from_bytes(chance) * 400 // 0xFFFF) / 1000
