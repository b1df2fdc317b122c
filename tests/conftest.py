"""Books to test with: a file in a temporary folder, a clock that stands still, ids that count."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import finzcore
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock("2026-05-19T05:00:00+00:00")


@pytest.fixture
def target(tmp_path: Path) -> str:
    """Where the books are. Further engines become further values of this fixture."""
    return str(tmp_path / "books.db")


@pytest.fixture
def engine(target: str, clock: FrozenClock) -> Iterator[finzcore.Engine]:
    settings = finzcore.Settings(durability="relaxed")
    with finzcore.open(
        target, clock=clock, ids=CountingIds(), random=CountingRandom(), settings=settings
    ) as books:
        yield books


@pytest.fixture
def acme(engine: finzcore.Engine) -> finzcore.Org:
    return engine.create_org(name="Acme Traders", state="IN-KA")


@pytest.fixture
def call(engine: finzcore.Engine, acme: finzcore.Org) -> Call:
    return Call(engine, engine.mint_pat(org_id=acme.org_id).token)
