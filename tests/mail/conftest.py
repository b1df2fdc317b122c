"""Books whose mail goes to a port that keeps it."""

from collections.abc import Iterator

import pytest

import finzcore
from finzcore.testing import CountingIds, CountingRandom, FrozenClock
from tests.mail.ports import Kept


@pytest.fixture
def port() -> Kept:
    return Kept()


@pytest.fixture
def engine(target: str, clock: FrozenClock, port: Kept) -> Iterator[finzcore.Engine]:
    settings = finzcore.Settings(durability="relaxed")
    with finzcore.open(
        target, clock=clock, ids=CountingIds(), random=CountingRandom(), settings=settings, mail=port
    ) as books:
        yield books
