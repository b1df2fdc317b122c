"""Rows as somebody writes them with the bare driver of PostgreSQL, whatever the columns are called."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from finzcore.ports import Column
from tests.storage.made import Connection
from tests.storage.texts import TABLES

DECLARED: Final = {table.name: table for table in TABLES}
_LENGTHS: Final = {10: "2026-05-19", 27: "2026-05-19T05:00:00.000000Z"}


def anything(column: Column) -> Any:
    """A value that a column takes."""
    if column.null:
        return None
    if column.type == "INTEGER":
        return max(1, column.least or 0)
    if column.type == "BLOB":
        return b"\0" * (column.length or 1)
    return _LENGTHS.get(column.length or 0, "x")


def put(books: Connection, table: str, org: int, **values: Any) -> None:
    """Insert a row of an organisation: what is not said is anything."""
    row = {column.name: anything(column) for column in DECLARED[table].columns} | values
    names = ", ".join(["org_id", *row])
    marks = ", ".join(["%s"] * (len(row) + 1))
    books.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", (org, *row.values()))


def enter(books: Connection, org: int) -> None:
    """Name the organisation whose rows the transaction sees."""
    books.execute(f"SET LOCAL finz.org_id TO '{org}'")


def settle(books: Connection, org: int) -> None:
    """An organisation with a branch 1 and an account 1."""
    put(books, "orgs", org)
    put(books, "branches", org, id=1)
    put(books, "accounts", org, number=1)


def postings(
    books: Connection, org: int, entry: int, amounts: Sequence[int], lines: Iterable[int] | None = None
) -> None:
    """Postings of an entry, numbered from one unless `lines` says how."""
    for line, amount in zip(lines or range(1, len(amounts) + 1), amounts, strict=True):
        put(books, "postings", org, entry=entry, line=line, account=1, branch_id=1, amount=amount)


def post(
    books: Connection, org: int, entry: int, amounts: Sequence[int] = (100, -100), **header: Any
) -> None:
    """An entry with its postings, as our code writes them: the header last."""
    postings(books, org, entry, amounts)
    put(books, "entries", org, **{"seq": entry, "branch_id": 1, "lines": len(amounts)} | header)
