"""Tables as XLSX, a sheet for each; what writes them is the extra `xlsx`, imported when it is used.

A row leaves memory when the next one begins. Amounts are numbers, text is never a formula or a link, and
the first row of a sheet stays in sight.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any, BinaryIO, Final

from finzcore.errors import NotInstalled
from finzcore.render.grid import Cell, Grid, cell

MOST_ROWS: Final = 1_048_576
"""So many rows a sheet has."""
_LONGEST_TITLE: Final = 31
_AMOUNT: Final = "#,##0.00"
_NOT_IN_TITLES: Final = re.compile(r"[][:*?/\\'\x00-\x1f]")


def write_xlsx(grids: Iterable[Grid], file: BinaryIO, *, made: dt.datetime) -> None:
    """Write tables into a file; `made` is the instant that the file names as that of its making.

    A table that is longer than a sheet goes on in the next one. NotInstalled without the extra `xlsx`.
    """
    try:
        from xlsxwriter import Workbook  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        raise NotInstalled(
            "XLSX needs xlsxwriter: pip install 'finzcore[xlsx]', or in a checkout pip install -e '.[xlsx]'."
        ) from None
    book = Workbook(file, {"constant_memory": True})
    book.set_properties({"created": made})
    formats = {
        "head": book.add_format({"bold": True}),
        "amount": book.add_format({"num_format": _AMOUNT}),
    }
    taken: set[str] = set()
    for grid in grids:
        for piece in _pieces(grid):
            _write(book.add_worksheet(_title(piece.title, taken)), piece, formats)
    book.close()


def _pieces(grid: Grid) -> Iterator[Grid]:
    """A table in tables that each fit a sheet."""
    rows = iter(grid.rows)
    first: list[Sequence[Cell]] = list(islice(rows, 1))
    while True:
        yield Grid(grid.title, grid.heads, chain(first, islice(rows, MOST_ROWS - 1 - len(first))))
        first = list(islice(rows, 1))
        if not first:
            return


def _title(wanted: str, taken: set[str]) -> str:
    """A title that a sheet may have and none has yet, whatever the case of its letters."""
    plain = _NOT_IN_TITLES.sub(" ", wanted).strip()[:_LONGEST_TITLE] or "Sheet"
    title, count = plain, 1
    while title.lower() in taken:
        count += 1
        ending = f" {count}"
        title = plain[: _LONGEST_TITLE - len(ending)] + ending
    taken.add(title.lower())
    return title


def _write(sheet: Any, grid: Grid, formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(grid.heads):
        sheet.write_string(0, column, str(cell(head)), formats["head"])
    for number, row in enumerate(grid.rows, 1):
        for column, value in enumerate(map(cell, row)):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif isinstance(value, Decimal) and value.as_tuple().exponent == -2:
                sheet.write_number(number, column, value, formats["amount"])
            elif value is not None:
                sheet.write_number(number, column, value)
