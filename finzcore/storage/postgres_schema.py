"""The schema on PostgreSQL, printed from the same declarations: single statements, in order.

Read in this order: `types` (how types are spelled), `in_order` (which table comes first),
`tables_text` (tables, indexes, references), `BESIDE` (what is not in the declarations), `grants` (what
an application may do that owns nothing). Triggers and policies are in `postgres_nets`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from finzcore.ports import Column, Table
from finzcore.storage.schema import LATE, create_index, create_table, foreign_key, target_of

_WORD: Final = re.compile(r"'[^']*'|\b(?:INTEGER|BLOB|TEXT)\b")
_SPELLED: Final = {"INTEGER": "BIGINT", "BLOB": "BYTEA", "TEXT": 'TEXT COLLATE "C"'}

LIMITS: Final = "finz_limits"
LOCK: Final = "finz_lock"
MIGRATIONS: Final = "finz_migrations"

BY_INDEX: Final = {"enable_seqscan": "off", "enable_bitmapscan": "off", "jit": "off"}
"""How plans are made. Every statement is about one organisation, and an index begins with it; but where
the rows that a list leaves out cannot be guessed, PostgreSQL would rather read and sort whole tables."""

LOCK_TABLE: Final = (
    f"CREATE TABLE IF NOT EXISTS {LOCK} "
    f"(id BIGINT NOT NULL CONSTRAINT {LOCK}_pk PRIMARY KEY, edition BIGINT NOT NULL)"
)
LOCK_ROW: Final = f"INSERT INTO {LOCK} (id, edition) VALUES (1, 0) ON CONFLICT (id) DO NOTHING"  # noqa: S608
"""One row: whoever migrates holds its lock, and it tells which edition the books are of."""

BESIDE: Final = (
    f'CREATE TABLE {MIGRATIONS} (name TEXT COLLATE "C" NOT NULL CONSTRAINT {MIGRATIONS}_pk PRIMARY KEY)',
    # What it counts is worth nothing after a crash, and so it is not logged.
    f"CREATE UNLOGGED TABLE {LIMITS} (bucket BYTEA NOT NULL CONSTRAINT {LIMITS}_pk PRIMARY KEY, "
    "since BIGINT NOT NULL, hits BIGINT NOT NULL)",
)
"""The steps that have been made, and the rate counters."""


def types(text: str) -> str:
    """A text of the common subset, with its types as PostgreSQL spells them; literals are left alone.

    >>> types("id INTEGER NOT NULL, word TEXT DEFAULT 'TEXT', seal BLOB")
    'id BIGINT NOT NULL, word TEXT COLLATE "C" DEFAULT \\'TEXT\\', seal BYTEA'
    """
    return _WORD.sub(lambda found: _SPELLED.get(found[0], found[0]), text)


def _references(table: Table) -> Iterator[Column]:
    return (column for column in table.columns if column.references)


def in_order(tables: Iterable[Table]) -> list[Table]:
    """Tables so that each comes after those it names rows of, as far as that goes."""
    waiting = {table.name: table for table in tables}
    sorted_: list[Table] = []

    def place(name: str) -> None:
        table = waiting.pop(name, None)
        if table is not None:
            for column in _references(table):
                place(target_of(column))
            sorted_.append(table)

    for name in list(waiting):
        place(name)
    return sorted_


def _key(table: Table, column: Column) -> str:
    """A reference; each can be put off until the commit, as a load in bulk must."""
    text = foreign_key(table, column)
    return text if text.endswith(LATE) else f"{text} DEFERRABLE INITIALLY IMMEDIATE"


def table_text(table: Table, missing: Collection[str] = ()) -> str:
    """The CREATE TABLE of a declaration, without references to the tables that are still missing."""
    text = types(create_table(table, references=False))
    keys = [_key(table, column) for column in _references(table) if target_of(column) not in missing]
    return ",\n  ".join([text.removesuffix("\n)"), *keys]) + "\n)"


def index_texts(table: Table) -> Iterator[str]:
    """The indexes of a table."""
    for index in table.indexes:
        yield create_index(table, index)


def circular(tables: Iterable[Table]) -> Iterator[tuple[Table, Column]]:
    """The references that go round in a circle: to a table that comes later than their own."""
    ordered = in_order(tables)
    later = {table.name for table in ordered}
    for table in ordered:
        later.discard(table.name)
        for column in _references(table):
            if target_of(column) in later:
                yield table, column


def tables_text(tables: Sequence[Table], *, distribute: bool = False) -> Iterator[str]:
    """Tables and indexes in an order in which they can be made. With `distribute`, each is handed to
    Citus as soon as it is there; references that go round in a circle are added at the end."""
    ordered = in_order(tables)
    missing = {table.name for table in ordered}
    for table in ordered:
        missing.discard(table.name)
        yield table_text(table, missing)
        yield from index_texts(table)
        if distribute:
            yield distributed(table)
    yield from circle_closed(tables)


def circle_closed(tables: Iterable[Table]) -> Iterator[str]:
    """Add the references that go round in a circle."""
    for table, column in circular(tables):
        yield f"ALTER TABLE {table.name} ADD {_key(table, column)}"


def distributed(table: Table) -> str:
    """The call of Citus that spreads a table over the machines (`storage.md` §8)."""
    if table.shared:
        return f"SELECT create_reference_table('{table.name}')"
    beside = "" if table.name == "orgs" else ", colocate_with => 'orgs'"
    return f"SELECT create_distributed_table('{table.name}', 'org_id'{beside})"


DISTRIBUTED_LIMITS: Final = f"SELECT create_distributed_table('{LIMITS}', 'bucket', colocate_with => 'none')"


IN_TURN: Final = "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"
"""Several changes of tables in one transaction, one machine after the other."""


def quoted(role: str) -> str:
    """A name as it stands in a statement.

    >>> quoted('finz app')
    '"finz app"'
    """
    return '"' + role.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as it stands in a statement."""
    return "'" + text.replace("'", "''") + "'"


def grants(tables: Iterable[Table], role: str) -> Iterator[str]:
    """What a role may do that works with the books and owns nothing of them."""
    name = quoted(role)
    for table in in_order(tables):
        changes = "" if table.append_only else ", UPDATE, DELETE"
        yield f"GRANT SELECT, INSERT{changes} ON {table.name} TO {name}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {LIMITS} TO {name}"
    yield f"GRANT SELECT ON {LOCK}, {MIGRATIONS} TO {name}"
