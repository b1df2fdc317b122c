"""What `finzcore schema` prints for PostgreSQL: scripts that make books, and that distribute them.

They are made of the statements of the migrations, and leave books as `open` does: with
``migrate=False`` too they are current.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from finzcore.ports import Table
from finzcore.storage.migrations import Subjects
from finzcore.storage.postgres_migrations import recorded
from finzcore.storage.postgres_nets import PATH, hung_up, taken_down
from finzcore.storage.postgres_schema import (
    BESIDE,
    BY_INDEX,
    DISTRIBUTED_LIMITS,
    IN_TURN,
    LIMITS,
    LOCK_ROW,
    LOCK_TABLE,
    circle_closed,
    circular,
    distributed,
    grants,
    in_order,
    quoted,
    tables_text,
)

NODES: Final = (
    "-- Every node: shared_preload_libraries = 'citus', wal_level = logical,",
    "-- citus.enable_unsafe_triggers = on, the same roles, and CREATE EXTENSION citus in this database.",
    "-- Run this on the coordinator, which knows the others by citus_add_node, as the owner of the books.",
)

STOPPED: Final = (
    "-- For books that are on one PostgreSQL already. Stop every process that uses them, and keep a copy.",
    *NODES,
)


def _every(subjects: Subjects) -> list[Table]:
    return [table for tables in subjects.values() for table in tables]


def _block(texts: Iterable[str]) -> Iterator[str]:
    yield "BEGIN"
    yield from texts
    yield "COMMIT"


def _founding(subjects: Subjects, *, distribute: bool) -> Iterator[str]:
    if distribute:
        yield IN_TURN
    yield from (PATH, LOCK_TABLE, LOCK_ROW, *BESIDE)
    if distribute:
        yield DISTRIBUTED_LIMITS
    tables = _every(subjects)
    yield from tables_text(tables, distribute=distribute)
    yield from hung_up(tables)
    yield from recorded(subjects)


def new_books(subjects: Subjects, *, distribute: bool = False) -> Iterator[str]:
    """Everything that new books consist of, in one transaction; with `distribute`, spread by Citus."""
    return _block(_founding(subjects, distribute=distribute))


def _spreading(tables: list[Table]) -> Iterator[str]:
    yield from (IN_TURN, PATH)
    # What is hidden would not be copied, and a trigger would refuse to let go of the copied rows.
    yield from taken_down(tables)
    for table, column in circular(tables):
        yield f"ALTER TABLE {table.name} DROP CONSTRAINT {table.name}_{column.name}_fk"
    yield from map(distributed, in_order(tables))
    yield DISTRIBUTED_LIMITS
    yield from circle_closed(tables)


def existing_books(subjects: Subjects) -> Iterator[str]:
    """Spread books over the machines of Citus that are all on one PostgreSQL now."""
    tables = _every(subjects)
    yield from _block(_spreading(tables))
    for table in (*reversed(in_order(tables)), None):
        name = LIMITS if table is None else table.name
        yield f"SELECT truncate_local_data_after_distributing_table('{name}')"
    yield from _block([IN_TURN, PATH, *hung_up(tables)])


def for_role(subjects: Subjects, role: str) -> Iterator[str]:
    """What a role is granted that works with the books and owns nothing of them."""
    return grants(_every(subjects), role)


def citus_settings(role: str | None) -> Iterator[str]:
    """What a role needs besides, on Citus: what it sets for a transaction reaches the other machines, and
    what it sets for its connections is set there too."""
    name = "CURRENT_USER" if role is None else quoted(role)
    yield "-- As somebody who may change the role."
    for setting in (
        "citus.propagate_set_commands TO 'local'",
        "lock_timeout TO '5s'",
        "statement_timeout TO '15s'",
        *(f"{setting} TO '{value}'" for setting, value in BY_INDEX.items()),
    ):
        yield f"ALTER ROLE {name} SET {setting}"
