"""Processes killed with SIGKILL in the middle of mixed work, two hundred times on one growing file."""

import os
from pathlib import Path
from typing import Final

import pytest

from tests.proof.crash import Inspector, run

KILLS: Final = 200
SEED: Final = 20260519

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs fork and SIGKILL"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


def test_nothing_acknowledged_is_lost_and_nothing_is_done_by_half_or_twice(tmp_path: Path) -> None:
    inspector = Inspector(tmp_path)
    run(inspector, KILLS, SEED)
    counts = inspector.counts
    print(", ".join(f"{counts[name]:,} {name}" for name in counts), f"seed {SEED}", sep="; ")
    assert KILLS == counts["kills"]
    # A run that killed nobody at work, or never in the middle of anything, would prove nothing.
    assert counts["acknowledged"] > 2 * KILLS
    assert min(counts["retried"], counts["in a commit"]) > KILLS / 20
    assert counts["retried"] > counts["retried and found done"] > 0
