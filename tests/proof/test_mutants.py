"""The suites of faults and crashes can fail: each guard of `mutants`, taken away, is missed at once."""

import os
from pathlib import Path
from typing import Final

import attrs
import pytest

from tests.proof.crash import Inspector, plan
from tests.proof.faults import KINDS, Faults, Sweep
from tests.proof.mutants import BY_FAULTS, BY_KILLS, Mutant
from tests.proof.seam import watched
from tests.proof.stage import Names, Stage
from tests.proof.writes import write

SEED: Final = 20260520
CYCLES: Final = 60


pytestmark = pytest.mark.usefixtures("quiet")


def _named(mutant: object) -> str:
    return getattr(mutant, "__name__", "")


@pytest.mark.parametrize(("mutant", "name", "said"), BY_FAULTS, ids=_named)
def test_a_sweep_of_faults_misses_a_guard(
    tmp_path: Path, furniture: tuple[bytes, Names], mutant: Mutant, name: str, said: str
) -> None:
    faults = Faults()
    with watched(faults), mutant():
        stage = Stage(tmp_path, *furniture)
        with pytest.raises(AssertionError, match=said) as missed:
            Sweep(stage, faults, write(name)).run(KINDS)
        for connection in faults.connections:
            connection.close()
    print(missed.value)


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs fork and SIGKILL")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(("mutant", "said"), BY_KILLS, ids=_named)
def test_killed_processes_miss_a_guard(tmp_path: Path, mutant: Mutant, said: str) -> None:
    inspector = Inspector(tmp_path)
    # Entered in the child, and kept for as long as it lives.
    taken_away = mutant()
    with pytest.raises(AssertionError, match=said) as missed:
        for number in range(CYCLES):
            # Killed at every third point in turn, so that each place between two commits is met.
            chosen = attrs.evolve(plan(number, SEED), moment="at a statement", count=120 + 3 * number)
            inspector.cycle(chosen, taken_away.__enter__)
            inspector.inspect()
    print(f"{inspector.counts['kills']} kills: {missed.value}")
