"""Tables and indexes, printed from the declarations of `finzcore.ports`; and SQLite's triggers.

Tables are written in the subset that SQLite and PostgreSQL share (`storage.md` §3, §5); what
PostgreSQL says otherwise is in `postgres_schema`.
"""

from collections.abc import Iterator
from typing import Final, Protocol

from finzcore.ports import Column, Index, Table

LATE: Final = " DEFERRABLE INITIALLY DEFERRED"
"""The ending of a reference that is checked at the commit."""


class Ddl(Protocol):
    """What a step of the migrations is given: it makes the same change on either engine."""

    def run(self, text: str) -> None:
        """Run one statement of the common subset, whose types are INTEGER, TEXT and BLOB."""
        ...

    def create(self, table: Table) -> None:
        """Make a table with its indexes as it is declared, unless it is there; its triggers come after
        the last step."""
        ...

    def columns(self, table: str) -> frozenset[str]:
        """The columns that a table has; none when it is not there."""
        ...


def column_text(table: Table, column: Column) -> str:
    """One column with its named checks."""
    text = f"{column.name} {column.type}"
    if not column.null:
        text += " NOT NULL"
    if column.default is not None:
        shown = column.default if isinstance(column.default, int) else f"'{column.default}'"
        text += f" DEFAULT {shown}"
    if column.least is not None or column.most is not None:
        low = f"{column.name} >= {column.least}" if column.least is not None else ""
        high = f"{column.name} <= {column.most}" if column.most is not None else ""
        text += f" CONSTRAINT {table.name}_{column.name}_ck CHECK ({' AND '.join(filter(None, (low, high)))})"
    if column.length is not None:
        text += f" CONSTRAINT {table.name}_{column.name}_ck CHECK (length({column.name}) = {column.length})"
    return text


def _with_org(table: Table, names: tuple[str, ...]) -> str:
    return ", ".join(names if table.shared else ("org_id", *names))


def target_of(column: Column) -> str:
    """The table that a column names a row of, or nothing.

    >>> target_of(Column("entry", "INTEGER", references="entries.seq"))
    'entries'
    """
    return (column.references or "").partition(".")[0]


def foreign_key(table: Table, column: Column) -> str:
    """The constraint of a column that names a row of a table."""
    target, _, name = (column.references or "").partition(".")
    return (
        f"CONSTRAINT {table.name}_{column.name}_fk FOREIGN KEY ({_with_org(table, (column.name,))}) "
        f"REFERENCES {target} ({_with_org(table, (name or 'id',))})"
        f"{LATE if column.name in table.deferred else ''}"
    )


def create_table(table: Table, *, references: bool = True) -> str:
    """The CREATE TABLE of a declaration, without the engine's own ending."""
    columns = [column_text(table, column) for column in table.columns]
    if not table.shared:
        columns.insert(0, "org_id INTEGER NOT NULL")
    columns.append(f"CONSTRAINT {table.name}_pk PRIMARY KEY ({_with_org(table, table.key)})")
    for parts, whole in table.within:
        total = " + ".join(parts)
        columns.append(
            f"CONSTRAINT {table.name}_{parts[0]}_within CHECK "
            f"({' AND '.join(f'{part} >= 0' for part in parts)} AND {total} <= {whole})"
        )
    if references:
        columns += [foreign_key(table, column) for column in table.columns if column.references]
    return f"CREATE TABLE {table.name} (\n  " + ",\n  ".join(columns) + "\n)"


def create_index(table: Table, index: Index) -> str:
    """The CREATE INDEX of a declaration."""
    unique = "UNIQUE " if index.unique else ""
    conditions = [f"{name} IS NOT NULL" for name in index.present]
    conditions += [f"{name} IS NULL" for name in index.absent]
    conditions += [f"{name} <> '{value}'" for name, value in index.unlike]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"CREATE {unique}INDEX {index.name} ON {table.name} ({_with_org(table, index.columns)}){where}"


def sqlite_table(table: Table) -> Iterator[str]:
    """Everything that SQLite needs for one table."""
    yield create_table(table) + (" STRICT, WITHOUT ROWID" if table.clustered else " STRICT")
    for index in table.indexes:
        yield create_index(table, index)


def _refuse(name: str, timing: str, table: str, why: str, when: str = "") -> str:
    condition = f" WHEN {when}" if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {timing} ON {table}{condition} BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


def _same_row(table: Table) -> str:
    """Whether an INSERT OR REPLACE would push a row out: the same key, rowid, or unique columns.

    SQLite removes such a row without asking the triggers on DELETE.
    """
    keys = [("org_id", *table.key)]
    keys += [("org_id", *index.columns) for index in table.indexes if index.unique]
    if not table.clustered:
        keys.append(("rowid",))
    alike = [" AND ".join(f"{name} = NEW.{name}" for name in key) for key in keys]
    return " OR ".join(f"EXISTS (SELECT 1 FROM {table.name} WHERE {one})" for one in alike)  # noqa: S608


def sqlite_triggers(table: Table) -> dict[str, str]:
    """The triggers of an append-only table: no change, no removal, no silent replacement."""
    if not table.append_only:
        return {}
    name = table.name
    why = f"{name} is append-only"
    return {
        f"{name}_no_update": _refuse(f"{name}_no_update", "UPDATE", name, why),
        f"{name}_no_delete": _refuse(f"{name}_no_delete", "DELETE", name, why),
        f"{name}_no_replace": _refuse(f"{name}_no_replace", "INSERT", name, why, _same_row(table)),
    }


BALANCE_TRIGGERS = {
    # An entry's header is written after its postings, and counts and sums them: none is zero, and
    # together they are; they are numbered from one. After that, no posting is let in.
    "entries_balance": _refuse(
        "entries_balance",
        "INSERT",
        "entries",
        "entry.unbalanced",
        "NOT EXISTS (SELECT COUNT(*) FROM postings WHERE org_id = NEW.org_id AND entry = NEW.seq "
        "HAVING SUM(amount) = 0 AND COUNT(*) = NEW.lines AND MAX(line) = NEW.lines AND MIN(ABS(amount)) > 0)",
    ),
    "postings_closed": _refuse(
        "postings_closed",
        "INSERT",
        "postings",
        "entry.closed",
        "EXISTS (SELECT 1 FROM entries WHERE org_id = NEW.org_id AND seq = NEW.entry)",
    ),
}
"""The journal's own nets on SQLite: no writer around our code can commit an unbalanced entry."""
