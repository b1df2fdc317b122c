"""The lint of the schema, from SQLite's own catalogue (`storage.md` §3, §7)."""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from finzcore.books import registry
from finzcore.ports import Index, Table, integer, text
from finzcore.storage.schema import create_index, create_table, sqlite_triggers
from tests.storage.conftest import open_store

DECLARED = {table.name: table for tables in registry.tables().values() for table in tables}
OWN = sorted(name for name, table in DECLARED.items() if not table.shared)
TYPES = {"INTEGER", "TEXT", "BLOB"}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("schema") / "books.db"
    open_store(str(path)).close()
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def ask(books: sqlite3.Connection, text: str) -> list[tuple[Any, ...]]:
    return books.execute(text).fetchall()


def ddl(books: sqlite3.Connection, table: str) -> str:
    ((text_,),) = ask(books, f"SELECT sql FROM sqlite_schema WHERE name = '{table}'")
    return str(text_)


def test_every_declared_table_is_there_and_no_other(books: sqlite3.Connection) -> None:
    found = {row[0] for row in ask(books, "SELECT name FROM sqlite_schema WHERE type = 'table'")}
    beside = {"_sqlite_migrations", "sqlite_sequence", "shelves", "volumes", "readers"}
    assert set(DECLARED) == found - beside


def test_every_table_is_strict(books: sqlite3.Connection) -> None:
    strict = {row[1]: row[5] for row in ask(books, "PRAGMA table_list")}
    assert [] == [name for name in DECLARED if not strict[name]]


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_the_columns_are_those_of_the_declaration(books: sqlite3.Connection, name: str) -> None:
    found = {row[1]: (row[2], bool(row[3])) for row in ask(books, f"PRAGMA table_info({name})")}
    expected = {column.name: (column.type, not column.null) for column in DECLARED[name].columns}
    if not DECLARED[name].shared:
        expected["org_id"] = ("INTEGER", True)
    assert expected == found
    assert {kind for kind, _ in found.values()} <= TYPES


@pytest.mark.parametrize("name", OWN)
def test_every_key_index_and_reference_begins_with_the_organisation(
    books: sqlite3.Connection, name: str
) -> None:
    columns = ask(books, f"PRAGMA table_info({name})")
    assert ["org_id"] == [row[1] for row in columns if row[5] == 1]
    for row in ask(books, f"PRAGMA index_list({name})"):
        assert "org_id" == ask(books, f"PRAGMA index_info({row[1]})")[0][2]
    firsts = [row for row in ask(books, f"PRAGMA foreign_key_list({name})") if row[1] == 0]
    assert [("org_id", "org_id")] * len(firsts) == [(row[3], row[4]) for row in firsts]
    assert {"NO ACTION"} >= {row[6] for row in firsts} | {row[5] for row in firsts}


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_no_reference_leaves_the_organisation(books: sqlite3.Connection, name: str) -> None:
    targets = {row[2] for row in ask(books, f"PRAGMA foreign_key_list({name})")}
    assert set() == {target for target in targets if DECLARED[target].shared or DECLARED[name].shared}


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_constraint_is_named_after_its_table(books: sqlite3.Connection, name: str) -> None:
    text_ = ddl(books, name)
    constraints = len(re.findall(r"\b(?:PRIMARY KEY|FOREIGN KEY|CHECK|UNIQUE)\b", text_))
    named = re.findall(r"CONSTRAINT (\w+) (?:PRIMARY KEY|FOREIGN KEY|CHECK|UNIQUE)\b", text_)
    assert constraints == len(named) == len(set(named))
    assert [] == [one for one in named if not one.startswith(f"{name}_")]
    indexes = ask(books, f"SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = '{name}'")
    ours = [one for (one,) in indexes if not one.startswith("sqlite_autoindex")]
    assert sorted(index.name for index in DECLARED[name].indexes) == sorted(ours)
    assert [] == [one for one in ours if not one.startswith(f"{name}_")]


def test_no_name_of_a_constraint_or_index_is_used_twice(books: sqlite3.Connection) -> None:
    names = [one for name in DECLARED for one in re.findall(r"CONSTRAINT (\w+)", ddl(books, name))]
    names += [index.name for table in DECLARED.values() for index in table.indexes]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_money_has_its_range_and_flags_have_theirs(books: sqlite3.Connection, name: str) -> None:
    for column in DECLARED[name].columns:
        bound = column.least is not None or column.most is not None or column.length is not None
        assert bound == (f"CONSTRAINT {name}_{column.name}_ck CHECK" in ddl(books, name))


def test_the_journal_and_the_events_are_append_only(books: sqlite3.Connection) -> None:
    append_only = {name for name, table in DECLARED.items() if table.append_only}
    assert append_only >= {"entries", "postings", "events"}
    found = {row[0] for row in ask(books, "SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
    expected = {f"{name}_no_{what}" for name in append_only for what in ("update", "delete", "replace")}
    assert expected | {"entries_balance", "postings_closed"} == found


def test_the_declared_shared_tables_are_those_that_statements_leave_alone() -> None:
    from finzcore.storage.scoping import SHARED

    assert {name for name, table in DECLARED.items() if table.shared} <= SHARED


PLAIN = Table(
    name="things",
    columns=(integer("id"), text("word", null=True), integer("n", least=1, most=9)),
    indexes=(Index(name="things_word_uq", columns=("word",), unique=True, present=("word",)),),
)


def test_a_table_is_printed_as_it_is_declared() -> None:
    assert create_table(PLAIN) == (
        "CREATE TABLE things (\n"
        "  org_id INTEGER NOT NULL,\n"
        "  id INTEGER NOT NULL,\n"
        "  word TEXT,\n"
        "  n INTEGER NOT NULL CONSTRAINT things_n_ck CHECK (n >= 1 AND n <= 9),\n"
        "  CONSTRAINT things_pk PRIMARY KEY (org_id, id)\n"
        ")"
    )
    assert create_index(PLAIN, PLAIN.indexes[0]) == (
        "CREATE UNIQUE INDEX things_word_uq ON things (org_id, word) WHERE word IS NOT NULL"
    )


def test_only_append_only_tables_have_triggers_of_their_own() -> None:
    assert {} == sqlite_triggers(PLAIN)
