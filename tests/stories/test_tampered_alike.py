"""Books that somebody changed around our code: whatever `verify` finds, it says the same on every engine.

Column after column of the story's books is changed in all rows, looked at, and put back. So each of the
statements of `verify` finds something, hundreds of rows at a time, in an order that must be the same.
"""

from collections.abc import Iterator
from pathlib import Path

import finzcore
from finzcore.books.registry import tables
from finzcore.ports import Column, Table
from tests.engines import on_postgres
from tests.stories.sameness import founding, goods, money, notes, people, sales
from tests.stories.sameness.story import SETTINGS, tell
from tests.tampering import Bare, Refused, laid_open

Found = dict[str, list[str]]

CHAPTERS = (founding.tell, people.tell, goods.tell, sales.tell, money.tell, notes.tell)

CHANGES = {"INTEGER": ("{0} + 1", "{0} - 1"), "TEXT": ("{0} || '~'", "substr({0}, 1, length({0}) - 1)")}
"""What becomes of a column, and what takes it back. A hash of a chain is none of these, and has its tests."""

OF_THE_FILE = "database.flawed"
"""What an engine finds wrong with itself, in its own words."""


def tampered(target: str) -> Found:
    """What is found wrong with the story's books, by the column that was changed."""
    tell(target, CHAPTERS)
    with finzcore.open(target, settings=SETTINGS) as engine, laid_open(target) as connection:
        found = {"nothing": wrong(engine)}
        for table, column in changeable():
            found |= {f"{table.name}.{column.name}": changed(engine, connection, table, column)}
        return found | {"nothing any more": wrong(engine)}


TAKEN_AS_THEY_ARE = {
    "accounts", "branches", "cost_centers", "currencies", "exchange_rates", "idempotency", "salespersons",
    "taxes",
}  # fmt: skip
"""Modules with tables that follow from nothing, so that `verify` finds nothing in them."""


def changeable() -> Iterator[tuple[Table, Column]]:
    """The columns of what follows from something, without those of keys."""
    declared = [table for name, of in tables().items() if name not in TAKEN_AS_THEY_ARE for table in of]
    for table in (table for table in declared if not table.shared):
        for column in table.columns:
            if column.name not in table.key and column.type in CHANGES:
                yield table, column


def changed(engine: finzcore.Engine, connection: Bare, table: Table, column: Column) -> list[str]:
    """What is found while a column is other than it was; of some it would no longer be unique.

    Where no row has a value, nothing is other than it was, and what was found then is found now.
    """
    there, back = (text.format(column.name) for text in CHANGES[column.type])
    where = f"WHERE {column.name} IS NOT NULL"
    try:
        touched = connection.execute(f"UPDATE {table.name} SET {column.name} = {there} {where}").rowcount
    except Refused:
        return ["refused"]
    if not touched:
        return []
    found = wrong(engine)
    connection.execute(f"UPDATE {table.name} SET {column.name} = {back}")
    return found


def wrong(engine: finzcore.Engine) -> list[str]:
    """What `verify` says of the books."""
    return [str(problem) for problem in engine.verify() if problem.check != OF_THE_FILE]


LOOKED_AT = {
    "allocations", "contacts", "credit_notes", "document_lines", "entries", "events", "heads", "invoices",
    "items", "numbers", "payments", "postings", "series", "totals",
}  # fmt: skip


@on_postgres
def test_what_is_wrong_is_said_the_same_on_both_engines(target: str, tmp_path: Path) -> None:
    in_a_file, in_a_database = tampered(str(tmp_path / "books.db")), tampered(target)
    assert [] == [name for name, found in in_a_file.items() if found != in_a_database[name]]
    assert in_a_file == in_a_database
    assert ([], []) == (in_a_file["nothing"], in_a_file["nothing any more"])
    telling = [name for name, found in in_a_file.items() if found]
    assert {name.partition(".")[0] for name in telling} >= LOOKED_AT
    assert 100 < len(telling)
    # What is no date any more is in no year that has numbers.
    assert any(told.startswith("numbers.incomplete: JOURNAL") for told in in_a_file["entries.date"])
