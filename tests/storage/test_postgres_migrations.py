"""Opening books on PostgreSQL: what becomes of an empty database, an older one, a newer one, another's."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
import pytest

from finzcore.books import registry
from finzcore.errors import BooksUnusable
from finzcore.ports import Table
from finzcore.storage import migrations
from finzcore.storage.postgres_schema import grants
from finzcore.storage.schema import Ddl
from tests.postgres import APPLICATION, OWNER, Server
from tests.storage.amendment import widen
from tests.storage.bare_rows import enter, post, settle
from tests.storage.conftest import tables
from tests.storage.made import Made, empty

SUBJECTS = migrations.edition(registry.subjects())


@pytest.fixture
def made(postgres: Server) -> Iterator[Made]:
    """A database without any table."""
    with empty(postgres) as database:
        yield database


def ask(made: Made, one: str) -> list[tuple[Any, ...]]:
    with made.connect() as books:
        return books.execute(one).fetchall()


def edit(made: Made, *texts: str) -> None:
    with made.connect() as books:
        for one in texts:
            books.execute(one)


def names(made: Made) -> set[str]:
    found = ask(made, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    return {name for (name,) in found}


# ----- coming to the present schema -----


@pytest.mark.parametrize("attempt", range(3))
def test_ten_may_open_new_books_at_once(made: Made, attempt: int) -> None:
    start = Barrier(10)

    def open_at_once(_: int) -> None:
        start.wait()
        made.prepare()

    with ThreadPoolExecutor(10) as ten:
        list(ten.map(open_at_once, range(10)))
    assert [(SUBJECTS,)] == ask(made, "SELECT COUNT(*) FROM finz_migrations")
    assert [(1, SUBJECTS)] == ask(made, "SELECT id, edition FROM finz_lock")


def test_current_books_are_opened_without_looking_at_the_tables_or_writing(made: Made) -> None:
    made.prepare()

    def never() -> Mapping[str, Sequence[Table]]:
        raise AssertionError("the tables were asked for")

    from finzcore.storage.postgres_migrations import prepare

    with made.connect(OWNER) as books:
        books.execute("SET default_transaction_read_only = on")
        prepare(books, registry.subjects(), never)


def test_a_role_that_owns_nothing_opens_current_books(furnished: Made) -> None:
    furnished.prepare(APPLICATION)


@pytest.mark.parametrize("grant", [[], ["GRANT SELECT ON finz_lock TO finz_app"]], ids=["current", "older"])
def test_a_role_without_rights_is_told_so(made: Made, grant: list[str]) -> None:
    made.prepare()
    edit(made, *grant, *["UPDATE finz_lock SET edition = 1" for _ in grant])
    with pytest.raises(BooksUnusable, match="the role finz_app has not been granted: permission denied"):
        made.prepare(APPLICATION)


def test_no_step_is_made_twice_and_the_nets_are_back_after_every_migration(made: Made) -> None:
    made.prepare()
    before = names(made)
    edit(
        made, "UPDATE finz_lock SET edition = 1", "DROP TRIGGER entries_no_delete ON entries",
        "ALTER TABLE heads NO FORCE ROW LEVEL SECURITY", "DROP POLICY org_scope ON heads",
    )  # fmt: skip
    made.prepare()
    assert before == names(made)
    assert [(1,)] == ask(made, "SELECT COUNT(*) FROM pg_trigger WHERE tgname = 'entries_no_delete'")
    assert [(True, True)] == ask(
        made, "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'heads'"
    )
    assert [(1,)] == ask(made, "SELECT COUNT(*) FROM pg_policies WHERE tablename = 'heads'")
    assert [(SUBJECTS,)] == ask(made, "SELECT edition FROM finz_lock")


def test_a_new_subject_comes_into_older_books_with_the_rights_of_the_others(made: Made) -> None:
    made.prepare()
    with made.connect(OWNER) as books:
        for one in grants([], APPLICATION):
            books.execute(one)
    made.prepare(tables=tables)
    assert {"shelves", "volumes", "readers"} <= names(made)
    with made.connect(APPLICATION, autocommit=False) as books:
        enter(books, 7)
        books.execute("INSERT INTO shelves (org_id, id, name) VALUES (7, 1, 'one')")
        assert [("one",)] == books.execute("SELECT name FROM shelves").fetchall()


def test_an_amendment_reaches_every_row_in_books_of_an_earlier_release(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.prepare(tables=tables)
    for org in (7, 8):
        with made.connect() as books, books.transaction():
            settle(books, org)
            post(books, org, 1)
            books.execute("INSERT INTO shelves (org_id, id, name) VALUES (%s, 1, 'one')", [org])
    later = (*migrations.AMENDMENTS, ("shelves have a colour", widen))
    monkeypatch.setattr(migrations, "AMENDMENTS", later)
    made.prepare(tables=tables)
    made.prepare(tables=tables)
    found = ask(made, "SELECT s.org_id, colour, price, label FROM shelves AS s JOIN boxes USING (org_id, id)")
    assert [(7, "INTEGER", 5_000_000_000, "INTEGER"), (8, "INTEGER", 5_000_000_000, "INTEGER")] == sorted(
        found
    )
    assert [("looked at",)] * 2 == ask(made, "SELECT memo FROM entries")
    with pytest.raises(psycopg.Error, match="append-only"):
        edit(made, "UPDATE entries SET memo = NULL")


def test_a_migration_that_fails_leaves_nothing(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(ddl: Ddl) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(migrations, "AMENDMENTS", (("fails", fail),))
    with pytest.raises(ZeroDivisionError):
        made.prepare()
    assert {"finz_lock", "finz_lock_pk"} == names(made)
    assert [(0,)] == ask(made, "SELECT edition FROM finz_lock")
    monkeypatch.undo()
    made.prepare()


# ----- what is not opened -----

FOREIGN = "is a database of something else, not books"

ANEW = ["DROP SCHEMA public CASCADE", f"CREATE SCHEMA public AUTHORIZATION {OWNER}"]

REFUSED: dict[str, tuple[list[str], str]] = {
    "newer": (["UPDATE finz_lock SET edition = 999999"], "was written by a newer finzcore"),
    "another's": ([*ANEW, "CREATE TABLE theirs (x BIGINT)"], FOREIGN),
    "another's view": ([*ANEW, "CREATE VIEW theirs AS SELECT 1"], FOREIGN),
    "another's, where books were begun": (["UPDATE finz_lock SET edition = 0"], FOREIGN),
    "no schema": (["DROP SCHEMA public CASCADE"], "has no schema for the books"),
}


@pytest.mark.parametrize(("texts", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_our_books_is_refused_and_left_as_it_was(made: Made, texts: list[str], why: str) -> None:
    made.prepare()
    edit(made, *texts)
    before = ask(made, "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') ORDER BY relname")
    with pytest.raises(BooksUnusable, match=why):
        made.prepare()
    assert before == ask(made, "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') ORDER BY relname")


def test_what_an_extension_brings_is_not_another_s(made: Made) -> None:
    edit(made, "CREATE TABLE brought (x BIGINT)", "ALTER EXTENSION plpgsql ADD TABLE brought")
    made.prepare()


def test_books_may_live_in_a_schema_of_their_own_beside_something_else(made: Made) -> None:
    edit(
        made, "CREATE TABLE theirs (x BIGINT)", f"CREATE SCHEMA books AUTHORIZATION {OWNER}",
        f"ALTER ROLE {OWNER} IN DATABASE {made.name} SET search_path TO books, public",
    )  # fmt: skip
    made.prepare()
    assert {"theirs"} == names(made)
    with made.connect(OWNER, autocommit=False) as books:
        enter(books, 7)
        settle(books, 7)
        post(books, 7, 1)


@pytest.mark.parametrize(
    ("texts", "why"),
    [([], "holds no books"), (["UPDATE finz_lock SET edition = 1"], "has an older schema")],
    ids=["none", "older"],
)
def test_without_migration_nothing_is_made_or_changed(made: Made, texts: list[str], why: str) -> None:
    if texts:
        made.prepare()
        edit(made, *texts)
    before = names(made)
    with pytest.raises(BooksUnusable, match=f"{why}, and migrate=False"):
        made.prepare(migrate=False)
    assert before == names(made)


def test_current_books_open_without_migration(made: Made) -> None:
    made.prepare()
    made.prepare(migrate=False)


def test_books_are_not_distributed_without_citus(made: Made) -> None:
    with pytest.raises(BooksUnusable, match="has no extension citus, and distribute=True"):
        made.prepare(distribute=True)
    made.prepare()
    with pytest.raises(BooksUnusable, match="has books that are not distributed"):
        made.prepare(distribute=True)


def test_sqlite_needs_nothing_of_postgres() -> None:
    told = "import sys, finzcore; finzcore.open(':memory:').close(); print('psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert "False\n" == done.stdout
