"""What the books hold, as one value that can be compared with another."""

import sqlite3
from contextlib import closing


def snapshot(path: str, *, without: tuple[str, ...] = ("keys",)) -> dict[str, list[str]]:
    """Every row of every table of a file, by table; `without` those that remember requests."""
    with closing(sqlite3.connect(path)) as connection:
        return rows_in(connection, without=without)


def rows_in(connection: sqlite3.Connection, *, without: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """The same of a database that is open."""
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if not name.startswith("sqlite_") and name not in without
    ]
    return {name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in names}


def changed(before: dict[str, list[str]], after: dict[str, list[str]]) -> set[str]:
    """The tables whose rows differ."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
