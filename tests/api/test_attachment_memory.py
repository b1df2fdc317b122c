"""A file of 25 MiB is never in memory: a process that takes it in, or gives it out, hardly grows."""

import subprocess
import sys

import pytest

from benchmarks.peaks import ROOT
from finzcore.books.upload import MOST_BYTES
from tests.engines import on_sqlite

MEGABYTE = 10**6


def growth(job: str, target: str) -> float:
    """By how much the peak of a process grows with the file, in MB."""
    command = [sys.executable, "-m", "benchmarks.peaks", job, target, str(MOST_BYTES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    before, after = (int(figure) * 1024 / MEGABYTE for figure in done.stdout.split())
    return after - before


@pytest.mark.parametrize("job", ["attaching_books", "fetching_books"])
def test_a_file_in_the_books_stays_under_20_mb_above_idle(target: str, job: str) -> None:
    assert growth(job, target) < 20


@on_sqlite  # the engine keeps nothing but its row
@pytest.mark.parametrize("job", ["attaching_folder", "fetching_folder"])
def test_a_file_in_a_folder_stays_under_20_mb_above_idle(target: str, job: str) -> None:
    assert growth(job, target) < 20
