"""The figures of the source, one a line: a smell detector, not a target (design.md §4).

Run as ``python -m benchmarks.house``; the limits themselves are kept by ``tests/test_house.py``.
"""

from collections.abc import Sequence
from statistics import median

from tests.house import Source, cycles, import_graph, read
from tests.house_words import LONGEST_FUNCTION, Function, functions


def figures(sources: Sequence[Source]) -> list[tuple[str, str]]:
    """What there is to say about these files, each as its name and its value."""
    files = sorted((len(source.text.splitlines()), source.path) for source in sources)
    found = [(source.path, function) for source in sources for function in functions(source)]
    lengths = [function.lines for _, function in found]
    short = sum(length < 10 for length in lengths)
    long = [f"{path}::{function.name}" for path, function in found if _is_long(function)]
    circles = cycles(import_graph(sources))
    return [
        ("files", str(len(files))),
        ("lines", str(sum(lines for lines, _ in files))),
        ("median file", f"{_middle([lines for lines, _ in files])} lines"),
        ("longest file", "{} lines, {}".format(*files[-1]) if files else "0 lines"),
        ("functions", str(len(lengths))),
        ("median function", f"{_middle(lengths)} lines"),
        ("functions under 10 lines", f"{100 * short // max(len(lengths), 1)} %"),
        (f"functions over {LONGEST_FUNCTION} lines", _listed(long)),
        ("import cycles", _listed([", ".join(circle) for circle in circles])),
    ]


def _is_long(function: Function) -> bool:
    return function.lines > LONGEST_FUNCTION


def _middle(lengths: Sequence[int]) -> str:
    return f"{median(lengths):g}" if lengths else "0"


def _listed(names: Sequence[str]) -> str:
    return f"{len(names)}: {'; '.join(names)}" if names else "0"


if __name__ == "__main__":
    for name, value in figures(read("finzcore")):
        print(f"{name:<26}{value}")
