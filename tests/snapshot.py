"""What the books hold, as one value that can be compared with another."""

import sqlite3

from tests.tampering import Bare, watched


def snapshot(target: str, *, without: tuple[str, ...] = ("keys",)) -> dict[str, list[str]]:
    """Every row of every table of books, by table; `without` those that remember requests."""
    with watched(target) as connection:
        return _rows(connection, without)


def rows_in(connection: sqlite3.Connection, *, without: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """The same of a file that is open."""
    return _rows(Bare(connection), without)


def _rows(connection: Bare, without: tuple[str, ...]) -> dict[str, list[str]]:
    names = [name for name in connection.tables() if name not in without]
    return {name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in names}


def changed(before: dict[str, list[str]], after: dict[str, list[str]]) -> set[str]:
    """The tables whose rows differ."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
