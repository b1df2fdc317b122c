"""When what failed is tried again: `api.md` §6.3."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.books.retries import ATTEMPTS, CHANCE, next_attempt

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
