"""Every statement is narrowed to one organisation, and every statement is one that both engines prepare."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.ports import Table
from finzcore.storage import statements
from finzcore.storage.derived import padded
from finzcore.storage.dialect import native
from finzcore.storage.scoping import StatementUnscoped, check
from tests.storage.conftest import open_store
from tests.storage.made import Connection
from tests.storage.texts import NAMED, TABLES, ours, verbs

BAD = {
    "no condition": "SELECT id FROM invoices",
    "another condition": "SELECT id FROM invoices WHERE id = :id",
    "another name": "SELECT id FROM invoices WHERE org_id = :org",
    "the other table of a join": "SELECT 1 FROM a JOIN b ON b.id = a.id WHERE a.org_id = :o",
    "the same table twice": "SELECT 1 FROM a JOIN b ON a.org_id = :o WHERE a.org_id = :o",
    "joined by column only": "SELECT 1 FROM a JOIN b ON b.org_id = a.org_id WHERE a.org_id = :o",
    "a comma join": "SELECT 1 FROM a, b WHERE a.org_id = :o AND b.id = a.id",
    "a comma join with names": "SELECT 1 FROM a AS x, b AS y WHERE x.org_id = :o",
    "an inner select": "SELECT 1 FROM a WHERE org_id = :o AND id IN (SELECT id FROM b)",
    "an inner column": "SELECT (SELECT x FROM b) FROM a WHERE org_id = :o AND org_id = :o",
    "an arm of a union": "SELECT 1 FROM a WHERE org_id = :o AND org_id = :o UNION ALL SELECT 1 FROM b",
    "a named part": "WITH x AS (SELECT id FROM a) SELECT id FROM x",
    "an or": "SELECT 1 FROM a WHERE org_id = :o OR id = :id",
    "a late or": "SELECT 1 FROM a WHERE org_id = :o AND id = :id OR 1 = 1",
    "a not": "SELECT 1 FROM a WHERE NOT org_id = :o",
    "in the columns": "SELECT org_id = :o FROM a",
    "in the order": "SELECT id FROM a ORDER BY org_id = :o",
    "in the group": "SELECT id FROM a WHERE id = :id GROUP BY org_id = :o",
    "in a text": "SELECT id FROM a WHERE name = 'org_id = :o'",
    "in a comment": "SELECT id FROM a WHERE id = 1 -- AND org_id = :o",
    "in a block comment": "SELECT id FROM a /* WHERE org_id = :o */",
    "another column": "SELECT id FROM a WHERE other_org_id = :o",
    "another parameter": "SELECT id FROM a WHERE org_id = :other",
    "a quoted table": 'SELECT id FROM "a"',
    "a table in brackets": "SELECT id FROM [a]",
    "a table in backticks": "SELECT id FROM `a`",
    "an update": "UPDATE a SET x = 1 WHERE id = :id",
    "an update that moves": "UPDATE a SET org_id = :o WHERE id = :id",
    "a delete": "DELETE FROM a WHERE id = :id",
    "an insert": "INSERT INTO a (id) VALUES (:id)",
    "an insert elsewhere": "INSERT INTO a (org_id, id) VALUES (:other, :id)",
    "an insert with the organisation late": "INSERT INTO a (id, org_id) VALUES (:o, :o)",
    "an insert without columns": "INSERT INTO a VALUES (:o, :id)",
    "an insert or replace": "INSERT OR REPLACE INTO a (org_id, id) VALUES (:o, :id)",
    "a replace": "REPLACE INTO a (org_id, id) VALUES (:o, :id)",
    "an insert from elsewhere": "INSERT INTO a (org_id, id) SELECT :o, id FROM b",
    "two statements": "SELECT id FROM a WHERE org_id = :o; DELETE FROM a",
    "a pragma": "PRAGMA foreign_keys = OFF",
    "a drop": "DROP TABLE a",
    "an attached file": "ATTACH 'x' AS y",
}

GOOD = {
    "a select": "SELECT id FROM a WHERE org_id = :o",
    "lower case": "select id from a where org_id = :o",
    "a join": "SELECT 1 FROM a JOIN b ON b.org_id = :o AND b.id = a.id WHERE a.org_id = :o",
    "an inner select": "SELECT 1 FROM a WHERE org_id = :o AND id IN (SELECT id FROM b WHERE org_id = :o)",
    "an or in brackets": "SELECT 1 FROM a WHERE org_id = :o AND (x = 1 OR y = 2)",
    "an or in the columns": "SELECT CASE WHEN x = 1 OR y = 2 THEN 1 END FROM a WHERE org_id = :o",
    "a union": "SELECT 1 FROM a WHERE org_id = :o UNION SELECT 1 FROM b WHERE org_id = :o",
    "a named part": "WITH x AS (SELECT id FROM a WHERE org_id = :o) SELECT id FROM x",
    "a recursive part": """WITH RECURSIVE x AS (
        SELECT id FROM a WHERE org_id = :o
        UNION ALL SELECT a.id FROM a JOIN x ON a.parent = x.id WHERE a.org_id = :o
    ) SELECT id FROM x""",
    "a part after it": """WITH x AS (SELECT 1 FROM a WHERE org_id = :o), y AS (SELECT 2 FROM x)
        SELECT 1 FROM x JOIN y ON 1 = 1""",
    "is distinct from": "SELECT 1 FROM a WHERE org_id = :o AND x IS DISTINCT FROM y",
    "an insert": "INSERT INTO a (org_id, id) VALUES (:o, :id) RETURNING id",
    "an upsert": "INSERT INTO a (org_id, id) VALUES (:o, 1) ON CONFLICT (org_id, id) DO UPDATE SET id = 2",
    "an insert from a select": "INSERT INTO a (org_id, id) SELECT :o, id FROM b WHERE org_id = :o",
    "an update": "UPDATE a SET x = x + 1 WHERE org_id = :o AND id = :id RETURNING x",
    "a delete": "DELETE FROM a WHERE org_id = :o AND id = :id",
    "a shared table": "SELECT id FROM tokens WHERE digest = :digest",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_statement_that_could_see_another_organisation_is_refused(text: str) -> None:
    with pytest.raises(StatementUnscoped):
        check(text)


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_statement_of_one_organisation_is_let_in(text: str) -> None:
    check(text)


def test_a_subject_with_one_bad_statement_is_not_registered() -> None:
    with pytest.raises(StatementUnscoped):
        statements.register("planted", {"bad": BAD["a delete"]})
    with pytest.raises(ModuleNotFoundError):
        statements.statement("planted.bad")


@pytest.mark.parametrize(("name", "text"), NAMED, ids=[name for name, _ in NAMED])
def test_every_statement_is_narrowed(name: str, text: str) -> None:
    check(text)
    assert text.strip() == statements.statement(name)


@given(st.sampled_from(NAMED), st.data())
def test_no_statement_survives_the_loss_of_one_condition(case: tuple[str, str], data: st.DataObject) -> None:
    _, text = case
    places = [match.span() for match in re.finditer(r"(\w+\.)?org_id\s*=\s*:o\b", text)]
    if not places:
        return
    start, end = data.draw(st.sampled_from(places))
    with pytest.raises(StatementUnscoped):
        check(f"{text[:start]}1 = 1{text[end:]}")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("fresh") / "books.db"
    open_store(str(path)).close()
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def _prepares(connection: sqlite3.Connection, text: str) -> bool:
    """Whether SQLite can make a plan for a text; EXPLAIN prepares and runs nothing."""
    marks = dict.fromkeys(re.findall(r":(\w+)", text))
    values: dict[str, None] | list[None] = marks if marks else [None] * text.count("?")
    return bool(connection.execute(f"EXPLAIN {text}", values).fetchall())


@pytest.mark.parametrize(("name", "text"), NAMED, ids=[name for name, _ in NAMED])
def test_every_statement_prepares_on_fresh_books(fresh: sqlite3.Connection, name: str, text: str) -> None:
    assert _prepares(fresh, text)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_statements_of_the_verbs_prepare_on_fresh_books(fresh: sqlite3.Connection, table: Table) -> None:
    assert [] == [name for name, text in verbs(table) if not _prepares(fresh, text)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_statements_of_the_verbs_are_narrowed(table: Table) -> None:
    for _, text in verbs(table):
        if table.shared:
            assert ":o" not in text
        else:
            # By key, the organisation is bound by its place, as the first value of the key.
            check(ours(text))


# ----- the same on PostgreSQL -----

SENT = {20: "BIGINT", 25: "TEXT", 17: "BYTEA"}
"""The types of values that travel, by their numbers in every PostgreSQL."""


def _described(books: Connection, text: str) -> list[str]:
    """What PostgreSQL says against a text: that it cannot be prepared, or takes or gives another type."""
    plan = books.pgconn.prepare(b"", native(text).text.encode())
    if plan.error_message:
        return [plan.error_message.decode()]
    told = books.pgconn.describe_prepared(b"")
    given = [(f"value {n + 1}", told.param_type(n)) for n in range(told.nparams)]
    given += [((told.fname(n) or b"").decode(), told.ftype(n)) for n in range(told.nfields)]
    return [f"{name} has the type {kind}" for name, kind in given if kind not in SENT]


@pytest.mark.parametrize(("name", "text"), NAMED, ids=[name for name, _ in NAMED])
def test_every_statement_prepares_on_postgres_and_gives_what_sqlite_has(
    fresh_postgres: Connection, name: str, text: str
) -> None:
    assert [] == _described(fresh_postgres, text)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_statements_of_the_verbs_prepare_on_postgres(fresh_postgres: Connection, table: Table) -> None:
    told = {name: _described(fresh_postgres, text) for name, text in verbs(table)}
    assert {} == {name: against for name, against in told.items() if against}


@given(st.lists(st.integers(), max_size=500))
def test_padding_repeats_and_never_adds_a_value(values: list[int]) -> None:
    assert (set(values) or {None}) == set(padded(values))
    assert len(padded(values)) in (1, 2, 4, 8, 16, 32, 64, 128, 256, 500)
