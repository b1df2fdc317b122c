"""Every text that the port can make: the named statements, and those of the verbs over tables.

NAMED       the constant ones, with their names
TABLES      the declared tables
verbs       what get, many, find, insert, change and remove say of a table: each condition on each
            column and each derived figure, and each way to page
ours        a text as `scoping` knows it, where the organisation is bound by its place
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Final

from finzcore.books import registry
from finzcore.ports import Condition, Table
from finzcore.storage import statements
from finzcore.storage.derived import TableSql

Named = tuple[str, str]


def _subject(name: str) -> ModuleType:
    return import_module(f"{statements.__name__}.{name}")


SUBJECTS: Final = sorted(module.name for module in pkgutil.iter_modules(statements.__path__))
NAMED: Final[list[Named]] = [
    (f"{subject}.{name}", text)
    for subject in SUBJECTS
    for name, text in getattr(_subject(subject), "STATEMENTS", {}).items()
]
TABLES: Final = [table for tables in registry.tables().values() for table in tables]

_COMPARED: Final = ("=", "<>", "<", "<=", ">", ">=")
_PAGES: Final = [
    (after, limit, up) for after in (True, False) for limit in (True, False) for up in (True, False)
]


def verbs(table: Table) -> Iterator[Named]:
    """The texts of the verbs over a table, each with a word for what it is."""
    sql = TableSql(table)
    yield from [("get", sql.get), ("remove", sql.remove), ("insert", sql.insert), ("inserts", sql.inserts(3))]
    for name in sql.names:
        yield f"change {name}", sql.change((name,))
    yield "change all", sql.change(sql.names)
    if table.key:
        yield "many", sql.many(3)[0]
    for after, limit, ascending in _PAGES:
        if table.key or not (after or limit):
            yield "find", sql.find((), after and bool(table.key), limit, ascending)
    for one in conditions(table):
        yield f"find {one.name} {one.op}", sql.find((one,), False, True, False)


def conditions(table: Table) -> Iterator[Condition]:
    """Each condition that a list of the table can have."""
    for column in table.columns:
        for op in _COMPARED:
            yield Condition(column.name, op, 1)
        yield Condition(column.name, "=", 1, sift=True)
        yield Condition(column.name, "in", [1, 2, 3])
        yield Condition(column.name, "present")
        yield Condition(column.name, "absent")
        if column.type == "TEXT":
            yield Condition(column.name, "like", "x")
    if table.name in SUBJECTS:
        for name, text in getattr(_subject(table.name), "EXPRESSIONS", {}).items():
            if "{0}" in text:
                yield Condition(name, "holds", 1)
            else:
                yield from (Condition(name, op, 1) for op in _COMPARED)


def ours(text: str) -> str:
    """A text whose values stand in their places, with names: the organisation is the first of them."""
    return text.replace("org_id = ?", "org_id = :o").replace("(?,", "(:o,").replace("?", ":k")
