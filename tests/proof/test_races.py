"""Conflicting requests at the same moment, on one file: 200 rounds of each pair by 8 threads, and 200 by
4 processes (`reliability.md` §23).
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

import finzcore
from tests.proof.races import SEED, Crew, Pair, play
from tests.proof.races_crews import Processes, Threads, open_books, pauses, stage_of
from tests.proof.races_pairs import PAIRS

THREADS: Final = 8
PROCESSES: Final = 4
ROUNDS: Final = 200
"""Of each pair, for each crew."""

IN_PROGRESS: Final = "409 idempotency.in_progress Idempotency-Key"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("races")
    return str(folder / "books.db")


@pytest.fixture(scope="module")
def books(path: str) -> Iterator[finzcore.Engine]:
    with open_books(path, "races") as engine:
        yield engine


@pytest.fixture(scope="module")
def threads(books: finzcore.Engine) -> Iterator[Threads]:
    with closing(Threads([books] * THREADS)) as crew:
        yield crew


@pytest.fixture(scope="module")
def processes(books: finzcore.Engine, path: str) -> Iterator[Processes]:
    with closing(Processes(path, PROCESSES, SEED)) as crew:
        yield crew


def race(engine: finzcore.Engine, path: str, pair: Pair, crew: Crew, rounds: int) -> Counter[str]:
    """So many rounds on an organisation of their own, each judged; the words of all answers, counted."""
    seen: Counter[str] = Counter()
    seed = random.Random(f"{SEED} {pair} {crew.size}").randrange(2**32)
    with stage_of(engine, path, str(pair)) as stage:
        with pauses(seed):
            for number in range(rounds):
                judgement = play(stage, pair, crew, seen)
                assert judgement.sound, f"{pair}, round {number} of seed {seed}: {judgement}"
        assert [] == engine.verify(org_id=stage.org.org_id)
    print(f"{pair}: {rounds} rounds of {crew.size}, seed {seed}: {dict(sorted(seen.items()))}")
    return seen


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_threads_that_conflict_leave_one_lawful_outcome(
    books: finzcore.Engine, path: str, threads: Threads, pair: Pair
) -> None:
    seen = race(books, path, pair, threads, ROUNDS)
    assert THREADS * ROUNDS == seen.total()
    if pair.number == "12":  # a key that is being worked on is refused at once, and nobody waits for it
        assert seen[f"A {IN_PROGRESS}"] + seen[f"B {IN_PROGRESS}"] > 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a forkserver")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_processes_that_conflict_leave_one_lawful_outcome(
    books: finzcore.Engine, path: str, processes: Processes, pair: Pair
) -> None:
    seen = race(books, path, pair, processes, ROUNDS)
    assert PROCESSES * ROUNDS == seen.total()
