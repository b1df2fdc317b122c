"""Ratios that mean something on any machine: two things timed in turn, in one run.

A benchmark is a module with a function `ratios`, which yields a `Ratio` for every promise it looks
at, and takes an `Effort`: the whole of it for figures, a tiny one to see that it still runs.
"""

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

ROUNDS = 9


class Effort(NamedTuple):
    """How often things are timed, and how large books are: a share of what the promise speaks of."""

    rounds: int = ROUNDS
    share: float = 1.0
    large: bool = False
    """Whether the sizes that take minutes are wanted too."""

    def turns(self, calls: int, each: int) -> dict[str, int]:
        """Short turns and many: what else the machine does falls into a few of them, or between."""
        each = self.of(each)
        return {"rounds": max(self.rounds, self.of(calls) // each), "each": each}

    def of(self, count: int, least: int = 1) -> int:
        """So many of `count` things, and never fewer than `least`."""
        return max(least, round(count * self.share))


WHOLE = Effort()
TINY = Effort(rounds=1, share=0.01)


class Ratio(NamedTuple):
    """What ours took and what its floor took, in one unit, and how many times the floor is allowed."""

    title: str
    ours: float
    floor: float
    budget: float
    unit: str = "µs"

    @property
    def value(self) -> float:
        """How many times its floor it takes."""
        return self.ours / self.floor

    def __str__(self) -> str:
        """One line: both figures, their ratio, and whether it is within the budget."""
        verdict = "ok" if self.value <= self.budget else "OVER"
        places = 0 if max(self.ours, self.floor) >= 100 else 1
        ours, floor = (f"{figure:9.{places}f} {self.unit}" for figure in (self.ours, self.floor))
        times = f"{self.value:6.{2 if self.value >= 0.1 else 4}f}×"
        return f"{self.title:<58} {ours}   floor {floor}   {times}   (budget {self.budget:g}×) {verdict}"


def medians(*things: Callable[[], Any], rounds: int = ROUNDS, each: int = 200) -> list[float]:
    """The median time of one call of each thing, in microseconds; taken A B A B, after a warm-up.

    What exists already is no business of the garbage collector's meanwhile.
    """
    gc.collect()
    gc.freeze()
    try:
        return _medians(things, rounds, each)
    finally:
        gc.unfreeze()


def _medians(things: Sequence[Callable[[], Any]], rounds: int, each: int) -> list[float]:
    for thing in things:
        for _ in range(each // 4):
            thing()
    taken: list[list[float]] = [[] for _ in things]
    for _ in range(rounds):
        for position, thing in enumerate(things):
            start = time.perf_counter()
            for _ in range(each):
                thing()
            taken[position].append((time.perf_counter() - start) / each * 1e6)
    return [statistics.median(times) for times in taken]


def calls(rounds: int, each: int) -> int:
    """How often `medians` calls each of its things."""
    return each // 4 + rounds * each


def report(title: str, ours: float, floor: float, budget: float) -> None:
    """Print one line."""
    print(Ratio(title, ours, floor, budget), flush=True)


def main(ratios: Callable[[Effort], Iterator[Ratio]]) -> None:
    """Print every ratio of a benchmark as it comes; ``--large`` asks for the large sizes too."""
    for ratio in ratios(Effort(large="--large" in sys.argv)):
        print(ratio, flush=True)
