"""What later releases change in tables that an earlier one created, a step each (`storage.md` §6).

A step leaves alone what is already there, because a fresh book is created with the declaration of
today. What it adds looks as if it had been there from the beginning.
"""

from collections.abc import Callable, Sequence
from typing import Final

from finzcore.storage.schema import Ddl

Step = Callable[[Ddl], None]


def _add(ddl: Ddl, table: str, *columns: str) -> None:
    """Add the columns that a table has not got yet, each written as in CREATE TABLE."""
    known = ddl.columns(table)
    for column in columns:
        if column.partition(" ")[0] not in known:
            ddl.run(f"ALTER TABLE {table} ADD COLUMN {column}")


def _index(ddl: Ddl, name: str, table: str, columns: str, where: str = "") -> None:
    narrowed = f" WHERE {where}" if where else ""
    ddl.run(f"CREATE INDEX IF NOT EXISTS {name} ON {table} (org_id, {columns}){narrowed}")


def _bought(table: str) -> tuple[str, ...]:
    return (
        f"is_rcm INTEGER NOT NULL DEFAULT 0 CONSTRAINT {table}_is_rcm_ck CHECK (is_rcm >= 0 AND is_rcm <= 1)",
        "rcm_rate INTEGER",
        "itc_blocked_reason TEXT",
    )


def _purchases(ddl: Ddl) -> None:
    """Lines know reverse charge, blocked credit and the orders that they carry out; credit notes may be
    for a bill, and invoices carry out an order."""
    _add(
        ddl,
        "document_lines",
        *_bought("document_lines"),
        *(f"rcm_{head} INTEGER NOT NULL DEFAULT 0" for head in ("cgst", "sgst", "igst", "cess")),
        "order_line INTEGER",
        "converted INTEGER NOT NULL DEFAULT 0 CONSTRAINT document_lines_converted_within "
        "CHECK (converted >= 0 AND converted <= quantity)",
    )
    _add(ddl, "credit_notes", "bill_id INTEGER", *_bought("credit_notes"))
    _add(ddl, "invoices", "order_id INTEGER")
    _index(ddl, "credit_notes_bill", "credit_notes", "bill_id, id", "bill_id IS NOT NULL")
    _index(ddl, "invoices_order", "invoices", "order_id, id", "order_id IS NOT NULL")


def _activity(ddl: Ddl) -> None:
    """The activity of one document, and that of some days, is found without reading all events."""
    _index(ddl, "events_entity", "events", "entity_type, entity_id, seq", "action IS NOT NULL")
    _index(ddl, "events_time", "events", "occurred_at, seq", "action IS NOT NULL")


def _days(ddl: Ddl) -> None:
    """The entries of a day are found without reading all of the journal."""
    _index(ddl, "entries_date", "entries", "date, seq")


def _families(ddl: Ddl) -> None:
    """Tokens know the consent that they come of."""
    _add(ddl, "tokens", "family_id INTEGER")
    ddl.run("CREATE INDEX IF NOT EXISTS tokens_family ON tokens (family_id, id) WHERE family_id IS NOT NULL")


AMENDMENTS: Final[Sequence[tuple[str, Step]]] = (
    ("what is bought", _purchases),
    ("finding activity", _activity),
    ("finding entries by their day", _days),
    ("families of tokens", _families),
)
"""In the order in which they came: (name, what to do).

Triggers are down while a step runs, and on PostgreSQL no row is hidden from it. It may create a table or
an index, add a column that may be null or has a constant for a default, fill it by UPDATE, and copy a
table into a new one.
"""
