"""When what failed is tried again: `api.md` §6.3."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.books.retries import ATTEMPTS, CHANCE, asked_pause, next_attempt

NOON = dt.datetime(2026, 5, 19, 12, tzinfo=dt.UTC)
MINUTES = {1: 1, 2: 5, 3: 30, 4: 120, 5: 720}
"""After so many attempts, so many minutes."""


@pytest.mark.parametrize(("made", "minutes"), MINUTES.items())
def test_pauses_grow_and_are_a_fifth_shorter_or_longer_at_most(made: int, minutes: int) -> None:
    shortest, longest = (next_attempt(made, NOON, bytes([byte] * CHANCE)) for byte in (0, 255))
    assert shortest == NOON + dt.timedelta(seconds=minutes * 48)
    assert longest == NOON + dt.timedelta(seconds=minutes * 72)


@given(st.sampled_from(list(MINUTES)), st.binary(min_size=CHANCE, max_size=CHANCE))
def test_chance_never_leads_beyond(made: int, chance: bytes) -> None:
    then = next_attempt(made, NOON, chance)
    assert then is not None
    assert MINUTES[made] * 48 <= (then - NOON).total_seconds() <= MINUTES[made] * 72


def test_after_six_attempts_nothing_follows() -> None:
    assert 6 == ATTEMPTS
    assert next_attempt(6, NOON, bytes(CHANCE)) is None


def test_before_the_first_attempt_there_is_no_next_one() -> None:
    with pytest.raises(AssertionError):
        next_attempt(0, NOON, bytes(CHANCE))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("0", 0),
        ("1", 1),
        (" 120 ", 120),
        ("000120", 120),
        ("3600", 3600),
        ("3601", 3600),
        ("99999", 3600),
        ("9" * 5000, 3600),
        # the three forms of a date (RFC 9110 §5.6.7)
        ("Tue, 19 May 2026 12:10:00 GMT", 600),
        ("Tuesday, 19-May-26 12:10:00 GMT", 600),
        ("Tue May 19 12:10:00 2026", 600),
        ("Tue, 19 May 2026 11:59:59 GMT", 0),
        ("Tue, 19 May 2026 23:00:00 GMT", 3600),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        # neither
        ("-5", 0),
        ("+5", 0),
        ("1.5", 0),
        ("1e3", 0),
        ("0x10", 0),
        ("5 minutes", 0),
        ("soon", 0),
        ("Tue, 99 May 2026 12:10:00 GMT", 0),
        ("Tue, 19 May 99999 12:10:00 GMT", 0),
        ("१२०", 0),
        ("12, 13", 0),
        ("\x00", 0),
    ],
)
def test_receivers_may_ask_for_time(said: str | None, seconds: int) -> None:
    assert dt.timedelta(seconds=seconds) == asked_pause(said, NOON)
