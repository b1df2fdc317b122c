"""Every name that a row may have, taken from the declarations: tables, statements, views, shapes.

`tests.house_keys` holds the keys that are written in the source against them.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Final

from finzcore.books.registry import tables
from finzcore.books.resource import Resource
from finzcore.books.views import Each, Inner, View
from finzcore.ports import Table
from finzcore.storage import statements
from finzcore.storage.schema import create_table

Names = frozenset[str]

NOTHING: Final[Names] = frozenset()
_PARAMETER: Final = re.compile(r"(?<!:):([a-z_]+)")


@cache
def by_table() -> Mapping[str, Names]:
    """The columns of each declared table, by its name."""
    return {table.name: columns(table) for each in tables().values() for table in each}


def columns(table: Table) -> Names:
    """The columns of a table; that of the organisation is no business of a row."""
    return frozenset(column.name for column in table.columns)


@cache
def _texts() -> Mapping[str, str]:
    """Every named statement: its text."""
    return {
        f"{module.name}.{name}": text
        for module in iter_modules(statements.__path__)
        for name, text in getattr(_subject(module.name), "STATEMENTS", {}).items()
    }


def _subject(name: str) -> ModuleType:
    return import_module(f"{statements.__name__}.{name}")


@cache
def parameters() -> Mapping[str, Names]:
    """What each named statement is told, the organisation left out."""
    return {name: frozenset(_PARAMETER.findall(text)) - {"o"} for name, text in _texts().items()}


@cache
def answers() -> Mapping[str, Names]:
    """What the rows of each named statement are called by: SQLite says so, asked on empty tables."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        for each in tables().values():
            for table in each:
                database.execute(create_table(table))
        database.execute("BEGIN")
        return {name: frozenset(_described(database, name, text)) for name, text in _texts().items()}


def _described(database: sqlite3.Connection, name: str, text: str) -> Iterator[str]:
    given = dict.fromkeys([*parameters()[name], "o"], 1)
    for column in database.execute(text, given).description or ():
        yield column[0]


@cache
def filters() -> Mapping[str, Names]:
    """What lists of each table are filtered by: its columns and its derived figures."""
    derived = {
        module.name: frozenset(getattr(_subject(module.name), "EXPRESSIONS", ()))
        for module in iter_modules(statements.__path__)
    }
    return {name: names | derived.get(name, NOTHING) for name, names in by_table().items()}


def shown(view: View, around: tuple[View, ...] = ()) -> Iterator[str]:
    """The keys of a view and the columns that it reads, of the views inside it too; a view may be inside
    itself, as that of an account with the accounts under it."""
    around = (*around, view)
    for one in view.outs:
        yield from (one.key, one.column)
        if isinstance(one.kind, Each | Inner) and one.kind.view not in around:
            yield from shown(one.kind.view, around)


def offered(value: Any) -> Iterator[str]:
    """The names that one declaration gives to rows: of a table, a view, a shape, a resource."""
    match value:
        case Table():
            yield from filters().get(value.name, NOTHING)
        case View():
            yield from shown(value)
        case Resource():
            yield from _of_resource(value)
        case type() if hasattr(value, "plan"):
            yield from value.plan.names


def _of_resource(declared: Resource) -> Iterator[str]:
    for operation in declared.operations:
        for key, view in declared.answers(operation) if operation.answers or declared.view else ():
            yield key
            yield from shown(view)


@cache
def of_module(name: str) -> Names:
    """What the declarations that a module makes or imports give to rows."""
    return frozenset(word for value in vars(import_module(name)).values() for word in offered(value))
