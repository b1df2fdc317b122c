"""Books to test with, as pytest fixtures: a clock that stands still, ids that count, a file of its own.

One line in the `conftest.py` at the root of your tests makes them available::

    pytest_plugins = ["finzcore.testing.plugin"]

``clock``
    a `FrozenClock`, at 10:30 in the morning of 19 May 2026 in India
``target``
    where the books are: a file in a temporary folder. Override it to test other books, in memory or
    on another engine: what opens and what closes them stays the same
``engine``
    the books, open, and closed after the test
``acme``
    an `Org` in them: Acme Traders, of Karnataka
``call``
    a `Call` with a token of that organisation

Every test begins with new books. Two runs of one test give the same ids, numbers, tokens and bytes.
"""

from collections.abc import Iterator
from pathlib import Path

from finzcore.engine import Engine, open_books
from finzcore.org import Org
from finzcore.settings import Settings
from finzcore.testing.call import Call
from finzcore.testing.extra import missing
from finzcore.testing.fakes import CountingIds, CountingRandom, FrozenClock

try:
    import pytest
except ModuleNotFoundError as error:
    raise missing(error, __name__) from None


@pytest.fixture
def clock() -> FrozenClock:
    """The time: it stands at 10:30 on 19 May 2026 in India until a test moves it."""
    return FrozenClock("2026-05-19T05:00:00+00:00")


@pytest.fixture
def target(tmp_path: Path) -> str:
    """Where the books are; a path, or whatever else `finzcore.open` takes."""
    return str(tmp_path / "books.db")


@pytest.fixture
def engine(target: str, clock: FrozenClock) -> Iterator[Engine]:
    """New books at `target`, with `clock`, and with ids and randomness that are the same in every run."""
    settings = Settings(durability="relaxed")
    with open_books(
        target, clock=clock, ids=CountingIds(), random=CountingRandom(), settings=settings
    ) as books:
        yield books


@pytest.fixture
def acme(engine: Engine) -> Org:
    """Acme Traders, of Karnataka (``IN-KA``)."""
    return engine.create_org(name="Acme Traders", state="IN-KA")


@pytest.fixture
def call(engine: Engine, acme: Org) -> Call:
    """Requests to the API with a token of `acme`."""
    return Call(engine, engine.mint_pat(org_id=acme.org_id).token)
