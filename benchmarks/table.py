"""The table of docs/performance.md: `python -m benchmarks.table [--large] [NAME ...]`.

Runs every benchmark, or those named, and prints a row for each ratio, as Markdown.
"""

import contextlib
import importlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Effort, Ratio


def names() -> list[str]:
    """Every benchmark there is."""
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def rows(ratios: Iterator[Ratio]) -> Iterator[str]:
    """A row each: the figures, the budget, and in bold what is over it."""
    for ratio in ratios:
        shown = f"{ratio.value:.{2 if ratio.value >= 0.1 else 3}f}"
        mark = "" if ratio.value <= ratio.budget else "**"
        ours, floor = (
            f"{figure:,.{0 if figure >= 100 else 1}f} {ratio.unit}" for figure in (ratio.ours, ratio.floor)
        )
        yield f"| {ratio.title} | {ours} | {floor} | {mark}{shown}{mark} | {ratio.budget:g} |"


def main() -> None:
    wanted = [name for name in sys.argv[1:] if not name.startswith("--")] or names()
    print("| measure | ours | floor | ratio | budget |\n|---|---|---|---|---|")
    for name in wanted:
        ratios = importlib.import_module(f"benchmarks.bench_{name}").ratios(
            Effort(large="--large" in sys.argv)
        )
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            kept = list(rows(ratios))
        print("\n".join(kept), flush=True)


if __name__ == "__main__":
    main()
