"""When what failed outside is tried again (`api.md` §6.3)."""

import datetime as dt
import re
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


LONGEST_ASKED: Final = dt.timedelta(hours=1)
"""For how long at most a receiver can put us off."""

_SECONDS: Final = re.compile("0*([0-9]{1,5})", re.ASCII)
_MANY: Final = re.compile("[0-9]+", re.ASCII)


def asked_pause(retry_after: str | None, now: dt.datetime) -> dt.timedelta:
    """How long a ``Retry-After`` asks us to wait (RFC 9110 §10.2.3: seconds, or a date): an hour at most,
    and no time at all for what is neither.

    >>> noon = dt.datetime(2026, 5, 19, 12, tzinfo=dt.UTC)
    >>> [str(asked_pause(said, noon)) for said in ("90", "Tue, 19 May 2026 12:10:00 GMT", "7200", "soon")]
    ['0:01:30', '0:10:00', '1:00:00', '0:00:00']
    """
    said = (retry_after or "").strip(" \t")
    if _MANY.fullmatch(said):
        seconds = _SECONDS.fullmatch(said)
        pause = LONGEST_ASKED if seconds is None else dt.timedelta(seconds=int(seconds[1]))
    else:
        pause = _until(said, now)
    return max(dt.timedelta(), min(pause, LONGEST_ASKED))


def _until(date: str, now: dt.datetime) -> dt.timedelta:
    from email.utils import parsedate_to_datetime

    try:
        then = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError):
        return dt.timedelta()
    # The oldest of the three forms names no zone; all of them are in UTC.
    return (then if then.tzinfo is not None else then.replace(tzinfo=dt.UTC)) - now
