"""What is wrong with the nets under books on PostgreSQL: one taken away, or a row that fell through."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import psycopg

from finzcore.ports import Column, Table
from finzcore.storage.postgres_copy import PATIENT
from finzcore.storage.postgres_nets import FUNCTIONS, triggers
from finzcore.storage.schema import create_table, target_of

Found = tuple[str, str]
"""Where, and what."""

_GUARDS: Final = """
    SELECT c.relname, t.tgname, t.tgisinternal, t.tgenabled FROM pg_trigger AS t
    JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema()
"""
_ROWS: Final = """
    SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity
        AND EXISTS (SELECT 1 FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polname = 'org_scope')
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')
"""
_NAMED: Final = """
    SELECT k.conname FROM pg_constraint AS k JOIN pg_namespace AS n ON n.oid = k.connamespace
    WHERE n.nspname = current_schema()
    UNION SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('i', 'I')
"""
_WHOLE: Final = (
    *PATIENT,
    "SET LOCAL enable_nestloop TO off",
    *(f"SET LOCAL {name} TO on" for name in ("enable_seqscan", "enable_bitmapscan")),
)
"""Every row is looked at, and its partner found among all of them at once: not by an index, row by row."""

_POLICIES: Final = """
    SELECT tablename, policyname, permissive || ' ' || cmd, qual, with_check FROM pg_policies
    WHERE schemaname = current_schema() ORDER BY tablename, policyname
"""
_BODIES: Final = """
    SELECT p.proname, p.prosrc FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname = current_schema()
"""
_CONSTRAINT: Final = re.compile(r"CONSTRAINT (\w+)")
_UNCHECKED: Final = """
    SELECT c.relname, k.conname FROM pg_constraint AS k
    JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND NOT k.convalidated
"""


def nets(connection: psycopg.Connection[Any], tables: Sequence[Table]) -> Iterator[Found]:
    """The nets that are missing, switched off or not to be relied on."""
    hung = set()
    for table, name, internal, enabled in connection.execute(_GUARDS).fetchall():
        if enabled not in ("O", "A"):
            yield f"table {table}", "references are not checked" if internal else f"{name} is switched off"
        hung.add((table, name))
    for one in tables:
        for name in triggers(one):
            if (one.name, name) not in hung:
                yield f"table {one.name}", f"{name} is missing"
    secured = dict(connection.execute(_ROWS).fetchall())
    for one in tables:
        if not one.shared and not secured.get(one.name):
            yield f"table {one.name}", "row-level security is off"
    for table, name in connection.execute(_UNCHECKED).fetchall():
        yield f"table {table}", f"{name} was never checked"
    yield from _rewritten(connection, tables)
    there = {name for (name,) in connection.execute(_NAMED).fetchall()}
    for one in tables:
        for name in _promised(one):
            if name not in there:
                yield f"table {one.name}", f"{name} is missing"


def _rewritten(connection: psycopg.Connection[Any], tables: Sequence[Table]) -> Iterator[Found]:
    """Policies and functions that say something else than they did."""
    says: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for table, name, command, using, check in connection.execute(_POLICIES).fetchall():
        says[table].append((name, f"{command} {using} {check}"))
    # How a server spells a condition is its own affair, so the tables are compared with each other.
    ((usual, _),) = Counter(text for told in says.values() for _, text in told).most_common(1) or [("", 0)]
    for one in tables:
        if not one.shared and ("finz.org_id" not in usual or says[one.name] != [("org_scope", usual)]):
            yield f"table {one.name}", "its policies are not those that were made"
    bodies = dict(connection.execute(_BODIES).fetchall())
    for text in FUNCTIONS:
        name = text.split("(")[0].split()[-1]
        if bodies.get(name) != text.split("$$")[1]:
            yield f"function {name}", "it is not the one that was made"


def _promised(table: Table) -> Iterator[str]:
    """The names of a table's constraints and indexes."""
    yield from _CONSTRAINT.findall(create_table(table))
    yield from (index.name for index in table.indexes)


def strays(connection: psycopg.Connection[Any], tables: Iterable[Table], org_id: int) -> Iterator[Found]:
    """Rows of an organisation that name a row which is not there; in a transaction of its own."""
    with connection.transaction():
        connection.execute(f"SET LOCAL finz.org_id TO '{int(org_id)}'")
        for setting in _WHOLE:
            connection.execute(setting)
        for table in tables:
            for column in table.columns:
                if column.references and not table.shared:
                    parent = target_of(column)
                    for (key,) in connection.execute(_stray_text(table, column, parent), (org_id,)):
                        yield f"{table.name} row {key}", f"no such row of {parent}"


def _stray_text(table: Table, column: Column, parent: str) -> str:
    wanted = (column.references or "").partition(".")[2] or "id"
    key = " || '/' || ".join(f"c.{name}" for name in table.key)
    return (
        f"SELECT CAST({key} AS TEXT) FROM {table.name} AS c "  # noqa: S608
        f"LEFT JOIN {parent} AS p ON p.org_id = $1 AND p.{wanted} = c.{column.name} "
        f"WHERE c.org_id = $1 AND c.{column.name} IS NOT NULL AND p.org_id IS NULL"
    )
