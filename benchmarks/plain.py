"""What a careful person writes by hand instead of finzcore: entries and postings, and nothing else.

STRICT tables, whole paise, short integer keys, foreign keys, one covering index; constant SQL on one
connection with the pragmas of the store. No numbers, no totals, no chain, no checks: the floor of W1.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from benchmarks.floor import connected

SCHEMA = (
    "CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT",
    """CREATE TABLE entries (
        id INTEGER PRIMARY KEY, day TEXT NOT NULL, memo TEXT, recorded_at TEXT NOT NULL) STRICT""",
    """CREATE TABLE postings (
        entry INTEGER NOT NULL REFERENCES entries, line INTEGER NOT NULL,
        account INTEGER NOT NULL REFERENCES accounts, day TEXT NOT NULL, amount INTEGER NOT NULL,
        PRIMARY KEY (entry, line)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX postings_account ON postings (account, day, entry, amount)",
)


class Plain:
    """Plain books in a new file."""

    def __init__(self, path: Path, durability: str) -> None:
        self.db: sqlite3.Connection = connected(path, durability)
        for text in SCHEMA:
            self.db.execute(text)
        self.db.executemany("INSERT INTO accounts VALUES (?, ?)", [(n, f"Account {n}") for n in range(1, 41)])

    def write(self, day: str, lines: Sequence[tuple[int, int]], memo: str, at: str) -> None:
        """One entry, in the transaction that is open."""
        cursor = self.db.execute("INSERT INTO entries VALUES (NULL, ?, ?, ?)", (day, memo, at))
        entry = cursor.lastrowid
        rows = [(entry, number, account, day, amount) for number, (account, amount) in enumerate(lines)]
        self.db.executemany("INSERT INTO postings VALUES (?, ?, ?, ?, ?)", rows)

    def post(self, count: int, day: str, lines: Sequence[tuple[int, int]], memo: str, at: str) -> None:
        """So many entries, one commit."""
        self.db.execute("BEGIN IMMEDIATE")
        for _ in range(count):
            self.write(day, lines, memo, at)
        self.db.execute("COMMIT")
