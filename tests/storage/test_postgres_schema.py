"""The lint of the schema, from PostgreSQL's own catalogue, and beside SQLite's (`storage.md` §3, §7).

What it proves is what Citus demands: every key, index and reference of a table that has organisations
begins with the organisation, and no reference leaves it.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from finzcore.storage.postgres_schema import circular, in_order, table_text, tables_text, target_of
from finzcore.storage.schema import sqlite_table
from tests.storage.made import Connection
from tests.storage.texts import TABLES

DECLARED = {table.name: table for table in TABLES}
OWN = sorted(name for name, table in DECLARED.items() if not table.shared)
BESIDE = {"finz_lock", "finz_migrations", "finz_limits"}
SPELLED = {"INTEGER": "bigint", "TEXT": "text", "BLOB": "bytea"}


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("beside") / "books.db"
    with closing(sqlite3.connect(path)) as connection:
        for table in TABLES:
            for text in sqlite_table(table):
                connection.execute(text)
        yield connection


def ask(books: Connection, text: str, *values: Any) -> list[tuple[Any, ...]]:
    return books.execute(text, values).fetchall()


def constraints(books: Connection, name: str, kind: str) -> dict[str, dict[str, Any]]:
    """The constraints of a table by their names: a p is the primary key, f a reference, c a check."""
    columns = "(SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest({}) WITH ORDINALITY AS k (of, n) "
    columns += "JOIN pg_attribute AS a ON a.attrelid = {} AND a.attnum = k.of)"
    found = ask(
        books,
        f"SELECT conname, {columns.format('conkey', 'conrelid')}, confrelid::regclass::text, "
        f"{columns.format('confkey', 'confrelid')}, confupdtype::text || confdeltype::text, condeferrable, "
        "condeferred FROM pg_constraint WHERE conrelid = %s::regclass AND contype = %s",
        name,
        kind,
    )
    parts = ("columns", "target", "keys", "actions", "deferrable", "deferred")
    return {row[0]: dict(zip(parts, row[1:], strict=True)) for row in found}


def indexes(books: Connection, name: str) -> dict[str, tuple[bool, list[str]]]:
    """The indexes of a table: whether unique, and their columns."""
    found = ask(
        books,
        "SELECT c.relname, i.indisunique, (SELECT array_agg(pg_get_indexdef(c.oid, n, true) ORDER BY n) "
        "FROM generate_series(1, i.indnkeyatts) AS n) "
        "FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid = %s::regclass",
        name,
    )
    return {row[0]: (row[1], row[2]) for row in found}


def test_every_declared_table_is_there_and_no_other(fresh_postgres: Connection) -> None:
    found = ask(fresh_postgres, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                "current_schema()::regnamespace")  # fmt: skip
    assert set(DECLARED) | BESIDE == {name for (name,) in found}


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_the_columns_are_the_same_on_both_engines(
    fresh_postgres: Connection, sqlite: sqlite3.Connection, name: str
) -> None:
    here = ask(
        fresh_postgres,
        "SELECT column_name, data_type, is_nullable = 'NO', split_part(column_default, '::', 1) "
        "FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
        name,
    )
    there = sqlite.execute(f"PRAGMA table_info({name})").fetchall()
    assert [(row[1], SPELLED[row[2]], bool(row[3]), row[4]) for row in there] == here


def test_every_text_is_ordered_by_its_bytes(fresh_postgres: Connection) -> None:
    found = ask(
        fresh_postgres,
        "SELECT DISTINCT collation_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND data_type = 'text'",
    )
    assert [("C",)] == found


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_the_constraints_have_the_same_names_on_both_engines(
    fresh_postgres: Connection, sqlite: sqlite3.Connection, name: str
) -> None:
    ((text,),) = sqlite.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [name])
    for kind, words in (("p", "PRIMARY KEY"), ("f", "FOREIGN KEY"), ("c", "CHECK"), ("u", "UNIQUE")):
        expected = sorted(re.findall(rf"CONSTRAINT (\w+) {words}\b", text))
        assert expected == sorted(constraints(fresh_postgres, name, kind))
    wanted = {index.name: (index.unique, list(index.columns)) for index in DECLARED[name].indexes}
    found = indexes(fresh_postgres, name)
    del found[f"{name}_pk"]
    leading = 0 if DECLARED[name].shared else 1
    assert wanted == {one: (unique, columns[leading:]) for one, (unique, columns) in found.items()}


@pytest.mark.parametrize("name", OWN)
def test_every_key_index_and_reference_begins_with_the_organisation(
    fresh_postgres: Connection, name: str
) -> None:
    assert {"org_id"} == {columns[0] for _, columns in indexes(fresh_postgres, name).values()}
    (key,) = constraints(fresh_postgres, name, "p").values()
    assert ["org_id", *DECLARED[name].key] == key["columns"]
    for reference in constraints(fresh_postgres, name, "f").values():
        assert ("org_id", "org_id") == (reference["columns"][0], reference["keys"][0])
        assert not DECLARED[reference["target"]].shared


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_references_stay_inside_can_be_put_off_and_change_nothing(
    fresh_postgres: Connection, name: str
) -> None:
    table = DECLARED[name]
    found = constraints(fresh_postgres, name, "f")
    assert not (table.shared and found)
    late = {f"{name}_{column}_fk" for column in table.deferred}
    assert {one: (True, one in late, "aa") for one in found} == {
        one: (made["deferrable"], made["deferred"], made["actions"]) for one, made in found.items()
    }
    wanted = {f"{name}_{one.name}_fk": target_of(one) for one in table.columns if one.references}
    assert wanted == {one: made["target"] for one, made in found.items()}


def test_the_triggers_are_those_of_the_journal_and_of_what_is_append_only(fresh_postgres: Connection) -> None:
    found = ask(
        fresh_postgres,
        "SELECT tgname, tgdeferrable, tginitdeferred FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgenabled = 'O'",
    )
    append_only = {name for name, table in DECLARED.items() if table.append_only}
    expected = {(f"{name}_no_{what}", False, False) for name in append_only
                for what in ("update", "delete", "truncate")}  # fmt: skip
    assert expected | {("entries_balance", True, True), ("postings_closed", True, True)} == set(found)


def test_rows_are_hidden_in_every_table_that_has_organisations(fresh_postgres: Connection) -> None:
    found = ask(
        fresh_postgres,
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind = 'r'",
    )
    assert OWN == sorted(name for (name,) in found)
    policies = ask(fresh_postgres, "SELECT tablename, policyname, cmd, qual = with_check FROM pg_policies")
    assert [(name, "org_scope", "ALL", True) for name in OWN] == sorted(policies)
    ((qual, count),) = ask(fresh_postgres, "SELECT MIN(qual), COUNT(DISTINCT qual) FROM pg_policies")
    assert 1 == count
    assert "(org_id = (NULLIF(current_setting('finz.org_id'::text, true), ''::text))::bigint)" == qual


def test_functions_look_nowhere_but_in_the_schema_of_the_books(fresh_postgres: Connection) -> None:
    found = ask(fresh_postgres, "SELECT proname, proconfig FROM pg_proc WHERE proname LIKE 'finz%%'")
    assert 4 == len(found)
    assert {("search_path=public, pg_temp",)} == {tuple(config) for _, config in found}


def test_a_table_comes_after_those_it_names_and_the_organisations_come_first() -> None:
    ordered = in_order(TABLES)
    assert sorted(DECLARED) == sorted(table.name for table in ordered)
    # Citus spreads all other tables as it spreads this one.
    assert "orgs" == ordered[0].name
    put_off = {(table.name, column.name) for table, column in circular(TABLES)}
    place = {table.name: number for number, table in enumerate(ordered)}
    early = {(table.name, column.name) for table in ordered for column in table.columns
             if column.references and place[target_of(column)] > place[table.name]}  # fmt: skip
    assert put_off == early
    texts = "\n".join(tables_text(TABLES))
    assert len(put_off) == texts.count("ALTER TABLE")


def test_types_are_spelled_as_postgres_has_them_and_words_in_texts_are_left_alone() -> None:
    expected = (
        "CREATE TABLE heads (\n"
        "  org_id BIGINT NOT NULL,\n"
        "  entry_seq BIGINT NOT NULL CONSTRAINT heads_entry_seq_ck CHECK (entry_seq >= 0),\n"
        "  entry_hash BYTEA NOT NULL CONSTRAINT heads_entry_hash_ck CHECK (length(entry_hash) = 32),\n"
    )
    assert table_text(DECLARED["heads"]).startswith(expected)
    assert '  locked_through TEXT COLLATE "C" CONSTRAINT' in table_text(DECLARED["heads"])
