"""How books come to the present schema: named steps, each recorded together with its effect.

The first step of every subject creates its tables from their declarations. What is released is
never edited: a later change is a step of `amendments`. The steps are the same on both engines;
`postgres_migrations` makes them on PostgreSQL.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from finzcore.ports import Table
from finzcore.storage.amendments import AMENDMENTS as AMENDMENTS
from finzcore.storage.amendments import Step
from finzcore.storage.schema import BALANCE_TRIGGERS, Ddl, sqlite_table, sqlite_triggers

if TYPE_CHECKING:
    from sqlite_utils import Database

Subjects = Mapping[str, Sequence[Table]]
"""The tables of the books, by the module that declares them."""


def edition(subjects: int) -> int:
    """The number that current books carry: it grows with every step."""
    return subjects + len(AMENDMENTS)


class _SqliteDdl:
    """The changes of a step, on SQLite."""

    def __init__(self, db: "Database") -> None:
        self._db = db

    def run(self, text: str) -> None:
        self._db.execute(text)

    def columns(self, table: str) -> frozenset[str]:
        return frozenset(row[1] for row in self._db.execute(f"PRAGMA table_info({table})"))

    def create(self, table: Table) -> None:
        if not self.columns(table.name):
            for text in sqlite_table(table):
                self._db.execute(text)


def _creation(tables: Sequence[Table]) -> Step:
    def step(ddl: Ddl) -> None:
        for table in tables:
            ddl.create(table)

    return step


def migrate(connection: sqlite3.Connection, subjects: Subjects) -> None:
    """Run every step that is missing, inside the caller's transaction, then renew all triggers."""
    # Imported here: sqlite-utils costs more than all the rest that opening current books needs.
    from sqlite_utils import Database, Migrations

    db = Database(connection, recursive_triggers=False, execute_plugins=False)
    plan = Migrations("finzcore")
    steps = [(name, _creation(tables)) for name, tables in subjects.items()]
    for name, step in (*steps, *AMENDMENTS):
        plan(name=name)(lambda db, step=step: step(_SqliteDdl(db)))
    triggers = dict(BALANCE_TRIGGERS)
    for tables in subjects.values():
        for table in tables:
            triggers |= sqlite_triggers(table)
    for name in triggers:
        db.execute(f"DROP TRIGGER IF EXISTS {name}")
    plan.apply(db)
    for text in triggers.values():
        db.execute(text)
    db.execute(f"PRAGMA user_version = {edition(len(subjects))}")
