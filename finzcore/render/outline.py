"""A report of any shape as facts and lists: what its text, its CSV and its XLSX are made from.

A report is an object whose values are plain ones, lists of rows, and objects again, such as the sections
of a profit and loss account. A row may hold rows of its own: the lines of an invoice, or, as `children`,
more rows of the same kind.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from finzcore.books.views import Each, Inner, View
from finzcore.render.grid import Cell, Grid

Told = Mapping[str, Any]
Path = tuple[str, ...]

CHILDREN: Final = "children"
"""The rows of the same kind that stand under a row."""
_NAMED: Final = "name"
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00:00")


class Fact(NamedTuple):
    """One value of a report, or a few that belong together, as an object."""

    path: Path
    value: Any


class Listed(NamedTuple):
    """A list of rows; with the columns that a row can have where these cannot be seen in its rows: there
    are none, or they are read once only, because there may be as many as the books have."""

    path: Path
    rows: Iterable[Told]
    columns: Sequence[Path] = ()


def outline(told: Told, view: View | None = None, path: Path = ()) -> Iterator[Fact | Listed]:
    """What a report says, in its order; `view` is what it was shown by, which knows the columns of a list
    that is empty.

    >>> for one in outline({"day": "2026-05-31", "income": {"accounts": [{"code": "4010"}], "total": 5}}):
    ...     print(*one.path, one[1])
    day 2026-05-31
    income [{'code': '4010'}]
    income total 5
    """
    alone = sum(_is_rows(value) or isinstance(value, Mapping) for value in told.values()) == 1
    kinds = {} if view is None else {one.key: one.kind for one in view.outs}
    for name, value in told.items():
        here, kind = (*path, name), kinds.get(name)
        if _is_rows(value):
            unseen = columns_of(kind.view, whole=False) if not value and isinstance(kind, Each) else ()
            yield Listed(path if path and alone else here, value, tuple(unseen))
        elif not isinstance(value, Mapping) or all(map(_is_plain, value.values())):
            yield Fact(here, value)
        elif all(isinstance(one, Mapping) and all(map(_is_plain, one.values())) for one in value.values()):
            yield Listed(here, [{_NAMED: key, **one} for key, one in value.items()])
        else:
            yield from outline(value, kind.view if isinstance(kind, Inner) else None, here)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _is_plain(value: Any) -> bool:
    return not isinstance(value, Mapping | list) or (isinstance(value, list) and not _is_rows(value))


# ----- a row, taken apart -----


class Parts(NamedTuple):
    """A row taken apart: its own values, each by its path; the rows under it, by the name of their list."""

    own: dict[Path, Any]
    under: list[tuple[str, Told]]
    children: Sequence[Told]


def parts(row: Told, depth: int = 0) -> Parts:
    """Take a row apart; `depth` says in how many rows it stands. An object in a row that stands alone
    gives a value for each of its own; inside another row, where it may name anything, it is one value."""
    own: dict[Path, Any] = {}
    under: list[tuple[str, Told]] = []
    for name, value in row.items():
        if name != CHILDREN:
            _take(own, under, (name,), value, depth)
    return Parts(own, under, row.get(CHILDREN) or ())


def _take(own: dict[Path, Any], under: list[tuple[str, Told]], path: Path, value: Any, depth: int) -> None:
    if _is_rows(value):
        under += [(path[0], inner) for inner in value]
    elif isinstance(value, Mapping) and (depth == 0 or not all(map(_is_plain, value.values()))):
        for name, inner in value.items():
            _take(own, under, (*path, name), inner, depth)
    else:
        own[path] = value


def shown_day(text: str) -> str:
    """A day without the midnight that documents show behind it.

    >>> shown_day("2026-05-19T00:00:00"), shown_day("Asha Stores")
    ('2026-05-19', 'Asha Stores')
    """
    day = _DAY.fullmatch(text)
    return day[1] if day else text


def several(value: Any, shown: Any = str) -> str:
    """Some values that belong together as one text.

    >>> several({"debit": Decimal("5.00"), "note": None}), several(["a", "b"])
    ('debit 5.00', 'a, b')
    """
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(one)}" for name, one in value.items() if one is not None)
    return ", ".join(shown(one) for one in value)


# ----- a list as one flat table -----


def table(listed: Listed) -> Grid:
    """A list as one flat table. A row that holds others fills several lines: in the first it stands with
    the first of them, and in the others its text is said again, but none of its amounts, so that every
    column adds up to what it should.
    """
    paths = listed.columns or list(
        dict.fromkeys(path for row in listed.rows for line in _lines(row) for path in line)
    )
    cells = ([_plain(line.get(path)) for path in paths] for row in listed.rows for line in _lines(row))
    return Grid(" ".join(listed.path).replace("_", " "), _heads(paths), cells)


def columns_of(view: View, under: Path = (), depth: int = 0, *, whole: bool = True) -> Iterator[Path]:
    """The columns of the rows that a view shows, as `table` finds them in the rows themselves; those that
    are left out where there is nothing are there if it is `whole`."""
    for one in view.outs:
        kind, path = one.kind, (*under, one.key)
        if one.key == CHILDREN or (one.omitted and not whole):
            continue
        if isinstance(kind, Each):
            below = columns_of(kind.view, depth=depth + 1, whole=whole)
            yield from ((path[0], *inner) for inner in below)
        elif isinstance(kind, Inner) and (
            depth == 0 or any(isinstance(o.kind, Each) for o in kind.view.outs)
        ):
            yield from columns_of(kind.view, path, depth, whole=whole)
        else:
            yield path


def _heads(paths: Sequence[Path]) -> list[str]:
    """The head of each column: its last word where no other ends with that, else all of its path."""
    last = [path[-1] for path in paths]
    return [path[-1] if len(path) == 1 or last.count(path[-1]) == 1 else "_".join(path) for path in paths]


def _lines(row: Told, depth: int = 0, level: int = 0) -> Iterator[dict[Path, Any]]:
    taken = parts(row, depth)
    own = taken.own
    if level and (_NAMED,) in own:
        own[_NAMED,] = "  " * level + str(own[_NAMED,])
    said = False
    for name, inner in taken.under:
        for line in _lines(inner, depth + 1):
            above = {path: value for path, value in own.items() if not said or isinstance(value, str)}
            yield above | {(name, *path): value for path, value in line.items()}
            said = True
    if not said:
        yield own
    for child in taken.children:
        yield from _lines(child, depth, level + 1)


def _plain(value: Any) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping | list):
        return several(value)
    return value if value is None or isinstance(value, int | Decimal) else shown_day(str(value))


def summary(name: str, facts: Iterable[Fact]) -> Grid:
    """The facts of a report as a table of two columns."""

    def rows() -> Iterator[Sequence[Cell]]:
        for fact in facts:
            if isinstance(fact.value, Mapping):
                yield from rows_of(fact.path, fact.value)
            else:
                yield "_".join(fact.path), _plain(fact.value)

    def rows_of(path: Path, told: Told) -> Iterator[Sequence[Cell]]:
        for key, value in told.items():
            yield "_".join((*path, key)), _plain(value)

    return Grid(name, ("name", "value"), rows())


def grids(name: str, said: Iterable[Fact | Listed]) -> Iterator[Grid]:
    """A table for each list of a report, and behind them its facts, as the table `name`."""
    facts: list[Fact] = []
    for one in said:
        if isinstance(one, Listed):
            yield table(one)
        else:
            facts.append(one)
    if facts:
        yield summary(name, facts)
