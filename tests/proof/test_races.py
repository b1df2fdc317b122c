"""Conflicting requests at the same moment, on the same books: 60 rounds of each pair on each engine, by
threads and by processes (`reliability.md` §23).
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final

import pytest

import finzcore
from tests.engines import ENGINES, Place, is_postgres
from tests.proof.races import SEED, Crew, Pair, play
from tests.proof.races_crews import Processes, Threads, open_books, pauses, stage_of
from tests.proof.races_pairs import PAIRS

THREADS: Final = 8
PROCESSES: Final = 4
ROUNDS: Final = (20, 40)
"""Of each pair, by threads and by processes."""

WHOLLY: Final = {"sqlite": 1, "postgres": 5}
"""After so many rounds the books are looked at."""

IN_PROGRESS: Final = "409 idempotency.in_progress Idempotency-Key"


@pytest.fixture(scope="module", params=ENGINES)
def target(request: pytest.FixtureRequest, places: Callable[[str], Place]) -> Iterator[str]:
    with places(request.param)() as lent:
        yield lent


@pytest.fixture(scope="module")
def books(target: str) -> Iterator[finzcore.Engine]:
    with open_books(target, "races") as engine:
        yield engine


@pytest.fixture(scope="module")
def threads(books: finzcore.Engine) -> Iterator[Threads]:
    with closing(Threads([books] * THREADS)) as crew:
        yield crew


@pytest.fixture(scope="module")
def processes(books: finzcore.Engine, target: str) -> Iterator[Processes]:
    with closing(Processes(target, PROCESSES, SEED)) as crew:
        yield crew


def race(engine: finzcore.Engine, target: str, pair: Pair, crew: Crew) -> Counter[str]:
    """Rounds on an organisation of their own, each judged; the words of all answers, counted."""
    name = "postgres" if is_postgres(target) else "sqlite"
    rounds, often = ROUNDS[isinstance(crew, Processes)], WHOLLY[name]
    seen: Counter[str] = Counter()
    seed = random.Random(f"{SEED} {pair} {crew.size}").randrange(2**32)
    with stage_of(engine, target, str(pair)) as stage:
        with pauses(seed):
            for number in range(rounds):
                judgement = play(stage, pair, crew, seen, wholly=number % often == often - 1)
                assert judgement.sound, f"{pair}, round {number} of seed {seed}: {judgement}"
        assert [] == engine.verify(org_id=stage.org.org_id)
    assert crew.size * rounds == seen.total()
    print(f"{pair}: {rounds} rounds of {crew.size}, seed {seed}: {dict(sorted(seen.items()))}")
    return seen


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_threads_that_conflict_leave_one_lawful_outcome(
    books: finzcore.Engine, target: str, threads: Threads, pair: Pair
) -> None:
    seen = race(books, target, pair, threads)
    if pair.number == "12":  # a key that is being worked on is refused at once, and nobody waits for it
        assert seen[f"A {IN_PROGRESS}"] + seen[f"B {IN_PROGRESS}"] > 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a forkserver")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_processes_that_conflict_leave_one_lawful_outcome(
    books: finzcore.Engine, target: str, processes: Processes, pair: Pair
) -> None:
    race(books, target, pair, processes)
