"""How figures stand in a terminal: columns that line up, amounts in lakh and crore groups."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from finzcore.money import grouped, scaled
from finzcore.render.outline import Fact, Listed, Path, Told, outline, parts, several, shown_day


def amount(value: Decimal) -> str:
    """An amount as people in India write it.

    >>> amount(Decimal("1234567.80"))
    '12,34,567.80'
    """
    paise = scaled(value, 2)
    assert paise is not None, f"{value} is no amount"
    return grouped(paise)


def width(text: str) -> int:
    """How many places text takes in a terminal: marks none, wide signs two.

    >>> width("Asha"), width("हिन्दी"), width("日本")
    (4, 5, 4)
    """
    if text.isascii():
        return len(text)
    return sum(_places(sign) for sign in text)


def _places(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def padded(cell: str, side: str, places: int) -> str:
    """A cell of a column that is so many places wide, on its left (``<``) or its right (``>``)."""
    blanks = " " * (places - width(cell))
    return cell + blanks if side == "<" else blanks + cell


def columns(rows: Sequence[Sequence[str]], sides: str, gap: str = "  ") -> Iterator[str]:
    """Rows of text as lines, each column as wide as it needs; `sides` has ``<`` or ``>`` for each.

    >>> list(columns([("Sales", "5.00"), ("Bank", "14,160.00")], "<>"))
    ['Sales       5.00', 'Bank   14,160.00']
    """
    widths = [max(map(width, column), default=0) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [padded(cell, side, places) for cell, side, places in zip(row, sides, widths, strict=True)]
        yield gap.join(cells).rstrip()


def report(told: Told) -> Iterator[str]:
    """A report as lines: its facts, and a table for every list in it, under its name where there are
    several. Ids are left out, and so are columns without a word in them.

    >>> told = {"as_of_date": "2026-05-31", "accounts": [{"code": "1020", "debit": Decimal("5.00")}]}
    >>> for line in report(told): print(line)
    as of date: 2026-05-31
    <BLANKLINE>
    code  debit
    1020   5.00
    <BLANKLINE>
    """
    said = [_as_list(one) for one in outline(told)]
    several_lists = sum(isinstance(one, Listed) for one in said) > 1
    for one in said:
        if isinstance(one, Listed):
            yield ""
            if several_lists:
                yield f"{_words(one.path)}:"
            yield from _listed(one)
            yield ""
        elif one.value is not None and not _is_id(one.path):
            yield f"{_words(one.path)}: {_fact(one.value)}"


def _as_list(one: Fact | Listed) -> Fact | Listed:
    """Amounts that belong together, such as totals, are read more easily in columns."""
    value = one.value if isinstance(one, Fact) else None
    if isinstance(value, Mapping) and any(isinstance(inner, Decimal) for inner in value.values()):
        return Listed(one.path, [value])
    return one


def _fact(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(_cell(inner) for key, inner in value.items() if inner and not key.endswith("_id"))
    return _cell(value)


# ----- a list, with the lists inside its rows -----


class _Line(NamedTuple):
    """A row on its way: in which list it stands, how deep under rows of its own kind, and its values."""

    lists: Path
    level: int
    values: dict[Path, Any]


class _Layout(NamedTuple):
    """How the rows of one list stand: their columns, and the side and width of each."""

    paths: list[Path]
    sides: list[str]
    widths: list[int]

    def line(self, cells: Iterable[str], indent: int) -> str:
        """Cells as a line."""
        columns_of = zip(cells, self.sides, self.widths, strict=True)
        placed = [padded(cell, side, places) for cell, side, places in columns_of]
        return (" " * indent + _GAP.join(placed)).rstrip()


_GAP: Final = "  "
_INDENT: Final = 4


_SOURCES: Final = "sources"
"""Entries and documents that a figure comes from: the one list whose ids are what it is about."""


def _listed(listed: Listed) -> Iterator[str]:
    lines = [line for row in listed.rows for line in _lines(row, ())]
    if not lines:
        yield "(nothing)"
        return
    layouts = {
        lists: _layout([one for one in lines if one.lists == lists], ids=_SOURCES in (*listed.path, *lists))
        for lists in _orders(lines)
    }
    for lists, layout in layouts.items():
        yield layout.line(map(_words, layout.paths), _INDENT * len(lists))
    for one in lines:
        layout = layouts[one.lists]
        cells = [_indented(one, path) for path in layout.paths]
        yield layout.line(cells, _INDENT * len(one.lists))


def _orders(lines: Iterable[_Line]) -> list[Path]:
    """Every list that there is, the outer ones first."""
    return sorted(dict.fromkeys(line.lists for line in lines), key=len)


def _lines(row: Told, lists: Path, level: int = 0) -> Iterator[_Line]:
    taken = parts(row, len(lists))
    yield _Line(lists, level, taken.own)
    for name, inner in taken.under:
        yield from _lines(inner, (*lists, name))
    for child in taken.children:
        yield from _lines(child, lists, level + 1)


def _layout(lines: Sequence[_Line], *, ids: bool) -> _Layout:
    known = dict.fromkeys(path for line in lines for path in line.values if ids or not _is_id(path))
    cells = {path: [_indented(line, path) for line in lines] for path in known}
    paths = [path for path, column in cells.items() if any(map(str.strip, column))]
    return _Layout(
        paths,
        [_side(line.values.get(path) for line in lines) for path in paths],
        [max(map(width, [_words(path), *cells[path]])) for path in paths],
    )


def _indented(line: _Line, path: Path) -> str:
    cell = _cell(line.values.get(path), path[-1])
    return "  " * line.level + cell if path == ("name",) else cell


def _is_id(path: Path) -> bool:
    return path[-1].endswith("_id")


def _words(path: Path) -> str:
    return " ".join(path).replace("_", " ")


def _side(values: Iterable[Any]) -> str:
    return ">" if any(map(_is_number, values)) else "<"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _cell(value: Any, name: str = "") -> str:
    if isinstance(value, Decimal):
        if not value and name in ("debit", "credit"):
            return ""
        # An amount always has its two decimals; counts, rates and quantities are plain.
        return amount(value) if value.as_tuple().exponent == -2 else str(value)
    if isinstance(value, Mapping | list):
        return several(value, _cell)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else shown_day(" ".join(str(value).split()))
