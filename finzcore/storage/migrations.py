"""How books come to the present schema: named steps, each recorded together with its effect.

The first step of every subject creates its tables from their declarations. What is released is
never edited: a later change is a step of `AMENDMENTS`, which leaves alone what is already there,
because a fresh book is created with the declaration of today.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from finzcore.ports import Table
from finzcore.storage.schema import BALANCE_TRIGGERS, sqlite_table, sqlite_triggers

if TYPE_CHECKING:
    from sqlite_utils import Database

Step = Callable[["Database"], None]

AMENDMENTS: Final[Sequence[tuple[str, Step]]] = ()
"""Steps that change what an earlier release created: (name, what to do)."""


def _creation(tables: Sequence[Table]) -> Step:
    def step(db: "Database") -> None:
        for table in tables:
            for text in sqlite_table(table):
                db.execute(text)

    return step


def edition(subjects: int) -> int:
    """The number that current books carry: it grows with every step."""
    return subjects + len(AMENDMENTS)


def migrate(connection: sqlite3.Connection, subjects: Mapping[str, Sequence[Table]]) -> None:
    """Run every step that is missing, inside the caller's transaction, then renew all triggers."""
    # Imported here: sqlite-utils costs more than all the rest that opening current books needs.
    from sqlite_utils import Database, Migrations

    db = Database(connection, recursive_triggers=False, execute_plugins=False)
    plan = Migrations("finzcore")
    for name, tables in subjects.items():
        plan(name=name)(_creation(tables))
    for name, step in AMENDMENTS:
        plan(name=name)(step)
    plan.apply(db)
    triggers = dict(BALANCE_TRIGGERS)
    for tables in subjects.values():
        for table in tables:
            triggers |= sqlite_triggers(table)
    for name, text in triggers.items():
        db.execute(f"DROP TRIGGER IF EXISTS {name}")
        db.execute(text)
    db.execute(f"PRAGMA user_version = {edition(len(subjects))}")
