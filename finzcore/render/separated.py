"""Tables as CSV (RFC 4180): a comma between cells, CRLF behind rows, UTF-8 without a mark."""

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from finzcore.render.grid import Cell, Grid, cell


class _Line:
    """Writes rows into a text that is emptied at each taking."""

    def __init__(self) -> None:
        self._held = io.StringIO(newline="")
        self._writer = csv.writer(self._held, lineterminator="\r\n")

    def of(self, cells: Sequence[Any]) -> str:
        """One row as its line."""
        self._writer.writerow([_plain(cell(one)) for one in cells])
        text = self._held.getvalue()
        self._held.seek(0)
        self._held.truncate()
        return text


def _plain(value: Cell) -> str | int | None:
    # A Decimal by itself could be written with an exponent.
    return f"{value:f}" if isinstance(value, Decimal) else value


def csv_of(grid: Grid) -> Iterator[str]:
    """A table, line by line, with the heads of its columns in the first."""
    line = _Line()
    if grid.heads:
        yield line.of(grid.heads)
    for row in grid.rows:
        yield line.of(row)


def csv_of_several(grids: Sequence[Grid]) -> Iterator[str]:
    """Several tables one after the other, each under its title, with an empty line between two."""
    line = _Line()
    for number, grid in enumerate(grids):
        if number:
            yield "\r\n"
        yield line.of([grid.title])
        yield from csv_of(grid)
