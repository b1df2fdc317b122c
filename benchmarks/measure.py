"""Ratios that mean something on any machine: two things timed in turn, in one run (`performance.md`)."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 9


def medians(*things: Callable[[], None], rounds: int = ROUNDS, each: int = 200) -> list[float]:
    """The median time of one call of each thing, in microseconds; taken A B A B, after a warm-up."""
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


def report(title: str, ours: float, floor: float, budget: float) -> None:
    """One line: both times, their ratio, and whether it is within the budget."""
    ratio = ours / floor
    verdict = "ok" if ratio <= budget else "OVER"
    print(
        f"{title:<52} {ours:9.0f} µs   floor {floor:8.0f} µs   {ratio:5.2f}×   (budget {budget:g}×) {verdict}"
    )
