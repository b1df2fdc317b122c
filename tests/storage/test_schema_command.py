"""``finzcore schema``: the printed statements make the same books as `open` does, on each engine."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from click.testing import CliRunner, Result

from finzcore.cli import main
from finzcore.storage import postgres_migrations
from tests.postgres import APPLICATION, OWNER, Server
from tests.storage.bare_rows import enter, post, settle
from tests.storage.made import Connection, Made, empty
from tests.storage.stand_in import CITUS
from tests.storage.texts import TABLES

SHARED = {table.name for table in TABLES if table.shared}
OWN = {table.name for table in TABLES if not table.shared}
CALL = re.compile(r"SELECT (\w+)\('(\w+)'(?:, '(\w+)')?")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["schema", *words], prog_name="finzcore")


def printed(*words: str) -> str:
    done = run(*words)
    assert done.exit_code == 0, done.output
    return str(done.output)


@pytest.fixture
def made(postgres: Server) -> Iterator[Made]:
    with empty(postgres) as database:
        yield database


@pytest.fixture
def cluster(made: Made) -> Made:
    """A database with the calls of Citus."""
    with made.connect() as books:
        books.execute(CITUS)
    return made


def apply(made: Made, script: str) -> None:
    """Run a script as the owner of the books; only Citus knows its own settings of a role."""
    with made.connect(OWNER) as books:
        books.execute(script.partition("ALTER ROLE")[0])


def catalogue(books: Connection) -> list[tuple[str, ...]]:
    """What PostgreSQL says that our part of the database is."""
    found = books.execute("""
        SELECT 'column', table_name, column_name, data_type || is_nullable || COALESCE(column_default, '')
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'pg%'
        UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'policy', tablename, policyname, qual || with_check FROM pg_policies
        UNION ALL SELECT 'function', proname, '', pg_get_functiondef(oid)
        FROM pg_proc WHERE proname LIKE 'finz%'
        UNION ALL SELECT 'table', relname, relpersistence::text, relforcerowsecurity::text
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'pg%'
        UNION ALL SELECT 'step', name, '', '' FROM finz_migrations
        UNION ALL SELECT 'edition', edition::text, id::text, '' FROM finz_lock
    """)
    return sorted(found.fetchall())


def rights(books: Connection, role: str) -> list[tuple[str, str]]:
    return books.execute(
        "SELECT table_name::text, string_agg(privilege_type, ', ' ORDER BY privilege_type) "
        "FROM information_schema.role_table_grants WHERE grantee = %s AND table_name NOT LIKE 'pg%%' "
        "GROUP BY table_name ORDER BY table_name",
        [role],
    ).fetchall()


def test_what_is_printed_for_sqlite_is_what_open_makes(tmp_path_factory: pytest.TempPathFactory) -> None:
    import finzcore

    path = str(tmp_path_factory.mktemp("printed") / "books.db")
    finzcore.open(path).close()
    named = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE '%sqlite%' ORDER BY name"
    with closing(sqlite3.connect(path)) as opened, closing(sqlite3.connect(":memory:")) as made:
        made.executescript(printed())
        assert opened.execute(named).fetchall() == made.execute(named).fetchall()


def test_what_is_printed_for_postgres_is_what_open_makes(made: Made, furnished: Made) -> None:
    apply(made, printed("--dialect", "postgresql", "--role", APPLICATION))
    with made.connect() as here, furnished.connect() as there:
        assert catalogue(there) == catalogue(here)
        assert rights(there, APPLICATION) == rights(here, APPLICATION)
    made.prepare(APPLICATION, migrate=False)


def test_rights_are_those_that_the_design_needs(furnished: Made) -> None:
    with furnished.connect() as books:
        found = dict(rights(books, APPLICATION))
    every, added = "DELETE, INSERT, SELECT, UPDATE", "INSERT, SELECT"
    expected = {table.name: added if table.append_only else every for table in TABLES}
    beside = {"finz_limits": every, "finz_lock": "SELECT", "finz_migrations": "SELECT"}
    assert expected | beside == found


def test_a_script_that_is_run_twice_changes_nothing(made: Made) -> None:
    apply(made, printed("--dialect", "postgresql"))
    with made.connect() as books:
        before = catalogue(books)
        with pytest.raises(psycopg.Error, match="already exists"), closing(made.connect(OWNER)) as again:
            again.execute(printed("--dialect", "postgresql"))
        assert before == catalogue(books)


# ----- Citus -----


def spread(made: Made) -> dict[str, str | None]:
    """The tables that were spread, in the order of the calls, and by which column."""
    with made.connect() as books:
        calls = books.execute("SELECT logicalrelid::text, partkey FROM pg_dist_partition ORDER BY called")
        return dict(calls.fetchall())


EXPECTED = dict.fromkeys(OWN, "org_id") | dict.fromkeys(SHARED) | {"finz_limits": "bucket"}


def test_new_books_are_spread_by_their_organisation(cluster: Made, furnished: Made) -> None:
    apply(cluster, printed("--dialect", "citus"))
    assert EXPECTED == spread(cluster)
    with cluster.connect() as here, furnished.connect() as there:
        assert catalogue(there) == [row for row in catalogue(here) if row[1] != "spread"]


def test_open_makes_the_same_calls(cluster: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_migrations, "_HAS_CITUS", "SELECT 1")
    cluster.prepare(distribute=True)
    calls = [call for call in CALL.findall(printed("--dialect", "citus")) if call[0] != "set_config"]
    assert [(table, by or "") for table, by in spread(cluster).items()] == [call[1:] for call in calls]
    cluster.prepare(distribute=True)


def test_books_that_are_there_are_spread_without_losing_a_net(cluster: Made, furnished: Made) -> None:
    cluster.prepare()
    with cluster.connect() as books, books.transaction():
        settle(books, 7)
        post(books, 7, 1)
    apply(cluster, printed("--dialect", "citus", "--existing"))
    assert EXPECTED == spread(cluster)
    with cluster.connect() as books, furnished.connect() as there:
        emptied = [name for (name,) in books.execute("SELECT logicalrelid::text FROM pg_emptied")]
        assert catalogue(there) == [row for row in catalogue(books) if row[1] != "spread"]
    assert sorted(EXPECTED) == sorted(emptied)
    # Whoever refers to a table is emptied before it.
    for table in TABLES:
        for column in table.columns:
            target = (column.references or "").partition(".")[0]
            if target and f"{table.name}.{column.name}" != "contacts.opening_entry":
                assert emptied.index(table.name) <= emptied.index(target)
    with cluster.connect(autocommit=False) as books:
        enter(books, 7)
        post(books, 7, 2, [5, -4])
        with pytest.raises(psycopg.Error, match=r"entry\.unbalanced"):
            books.commit()


def test_a_role_of_citus_gets_its_rights_and_its_settings() -> None:
    told = printed("--dialect", "citus", "--role", 'o"dd')
    assert 'GRANT SELECT, INSERT ON entries TO "o""dd";' in told
    assert """ALTER ROLE "o""dd" SET citus.propagate_set_commands TO 'local';""" in told
    assert "ALTER ROLE CURRENT_USER SET lock_timeout TO '5s';" in printed("--dialect", "citus")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--existing"], "--existing is for --dialect citus,"),
        (["--dialect", "postgresql", "--existing"], "--existing is for --dialect citus,"),
        (["--role", "finz_app"], "--role is for PostgreSQL and Citus"),
        (["--dialect", "oracle"], "'oracle' is not one of"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(words: list[str], why: str) -> None:
    done = run(*words)
    assert 2 == done.exit_code
    assert why in done.output
