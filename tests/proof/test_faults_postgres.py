"""Whatever fails on the way to a server, and wherever: nothing is half done, and nothing is done twice."""

import logging
from collections import Counter
from collections.abc import Iterator
from typing import Final
from unittest import mock

import pytest

from finzcore.storage import postgres as store
from tests.postgres import Server
from tests.proof.faults_postgres import Failures, Sweep
from tests.proof.mutants_postgres import BY_FAILURES, Mutant
from tests.proof.stage import Names
from tests.proof.stage_postgres import Databases, StageOnPostgres, furnished_databases, staged
from tests.proof.wire import watching
from tests.proof.writes import WRITES, Write, write

pytestmark = pytest.mark.usefixtures("quiet", "hasty")

Furniture = tuple[Databases, Names]
ORDERS: Final = [(offset, one) for offset, one in enumerate(WRITES[::2])]
"""Every second write; on SQLite it is every one, at each statement."""


@pytest.fixture(scope="module")
def told() -> Iterator[Counter[str]]:
    counts: Counter[str] = Counter()
    yield counts
    print(", ".join(f"{counts[name]:,} {name}" for name in counts))


@pytest.fixture(scope="module")
def hasty() -> Iterator[None]:
    """Nobody waits before he tries again, and nobody is told of connections that we cut ourselves."""
    log = logging.getLogger("psycopg")
    before = log.level
    log.setLevel(logging.CRITICAL)
    with mock.patch.object(store, "_PAUSE", 0):
        yield
    log.setLevel(before)


@pytest.fixture(scope="module")
def made(postgres: Server) -> Iterator[Furniture]:
    with furnished_databases(postgres) as furniture:
        yield furniture


@pytest.fixture(scope="module")
def stage(made: Furniture) -> Iterator[StageOnPostgres]:
    with staged(*made) as opened:
        yield opened


def swept(stage: StageOnPostgres, one: Write, offset: int = 0, each: int = 1) -> Sweep:
    failures = Failures()
    with watching(failures):
        sweep = Sweep(stage, failures, one)
        sweep.run(offset, each)
    return sweep


@pytest.mark.parametrize(("offset", "one"), ORDERS, ids=[str(one) for _, one in ORDERS])
def test_a_failure_on_any_journey_leaves_nothing_and_a_retry_has_one_effect(
    stage: StageOnPostgres, told: Counter[str], offset: int, one: Write
) -> None:
    sweep = swept(stage, one, offset, each=4)  # the next writes have the points between
    told["points"] += len(sweep.usual.points)
    told["failures"] += sweep.injected
    told["retries"] += sweep.retried
    assert sweep.injected > len(sweep.usual.points) // 4


@pytest.mark.parametrize(
    ("mutant", "name", "said"), BY_FAILURES, ids=[mutant.__name__ for mutant, _, _ in BY_FAILURES]
)
def test_a_sweep_of_failures_misses_a_guard(made: Furniture, mutant: Mutant, name: str, said: str) -> None:
    with staged(*made) as opened, mutant(), pytest.raises(AssertionError, match=said) as missed:
        swept(opened, write(name))
    print(missed.value)
