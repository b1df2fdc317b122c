"""The nets under the books on PostgreSQL, against whoever writes with the bare driver."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import scalar_row

from finzcore.storage.postgres_nets import triggers
from tests.postgres import APPLICATION, OWNER
from tests.storage.bare_rows import DECLARED, enter, post, postings, put, settle
from tests.storage.made import Connection, Made

APPEND_ONLY = sorted(name for name, table in DECLARED.items() if table.append_only)
OWN = sorted(name for name, table in DECLARED.items() if not table.shared)
ROLES = [None, OWNER, APPLICATION]
"""A superuser, the owner of the tables, and the role that our code has."""

_orgs = count(1000)


@pytest.fixture
def org(furnished: Made) -> int:
    """An organisation with one entry, number 1."""
    org = next(_orgs)
    with furnished.connect() as books, books.transaction():
        settle(books, org)
        post(books, org, 1)
    return org


@pytest.fixture(params=ROLES, ids=["superuser", "owner", "application"])
def books(request: pytest.FixtureRequest, furnished: Made, org: int) -> Iterator[Connection]:
    """A connection of each role, in a transaction of the organisation."""
    with closing(furnished.connect(request.param, autocommit=False)) as connection:
        enter(connection, org)
        yield connection


def refused(books: Connection, rule: str) -> None:
    """The commit is refused by a rule of that name, in the words that SQLite uses too."""
    with pytest.raises(psycopg.Error) as caught:
        books.commit()
    assert ("FZ001", rule) == (caught.value.sqlstate, caught.value.diag.message_primary)


# ----- what is append-only -----


@pytest.mark.parametrize("role", [None, OWNER], ids=["superuser", "owner"])
@pytest.mark.parametrize("how", ["UPDATE {0} SET org_id = org_id", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_row_is_changed_or_removed(
    furnished: Made, org: int, table: str, how: str, role: str | None
) -> None:
    with closing(furnished.connect(role, autocommit=False)) as books:
        enter(books, org)
        if table == "filing_contents":
            put(books, "filings", org)
        if table not in ("entries", "postings"):
            put(books, table, org)
        with pytest.raises(psycopg.Error) as caught:
            books.execute(how.format(table))
        assert "FZ001" == caught.value.sqlstate
        assert str(caught.value.diag.message_primary).endswith("is append-only")


def test_an_upsert_is_a_change_too(furnished: Made, org: int) -> None:
    text = "INSERT INTO entries SELECT * FROM entries ON CONFLICT (org_id, seq) DO UPDATE SET memo = 'other'"
    for role, why in ((None, "append-only"), (OWNER, "append-only"), (APPLICATION, "permission denied")):
        with closing(furnished.connect(role, autocommit=False)) as books:
            enter(books, org)
            with pytest.raises(psycopg.Error, match=why):
                books.execute(text)


# ----- what balances -----


def test_an_entry_that_balances_is_let_in(books: Connection, org: int) -> None:
    post(books, org, 2, [70, 30, -100])
    books.commit()


UNSOUND: list[tuple[str, Sequence[int], int, str]] = [
    ("a sum", [100, -99], 2, "entry.unbalanced"),
    ("a zero", [100, -100, 0], 3, "entry.unbalanced"),
    ("one too few", [100, -100], 3, "entry.unbalanced"),
    ("one too many", [100, -60, -40], 2, "entry.closed"),
    ("none at all", [], 2, "entry.unbalanced"),
]


@pytest.mark.parametrize(
    ("amounts", "lines", "rule"), [case[1:] for case in UNSOUND], ids=[case[0] for case in UNSOUND]
)
def test_an_entry_that_does_not_is_refused_at_the_commit(
    books: Connection, org: int, amounts: Sequence[int], lines: int, rule: str
) -> None:
    post(books, org, 2, amounts, lines=lines)
    refused(books, rule)


def test_postings_are_numbered_from_one(books: Connection, org: int) -> None:
    put(books, "entries", org, seq=2, branch_id=1, lines=2)
    postings(books, org, 2, [100, -100], lines=[1, 5])
    refused(books, "entry.unbalanced")


def test_header_and_postings_may_come_in_any_order(books: Connection, org: int) -> None:
    put(books, "entries", org, seq=2, branch_id=1, lines=2)
    with books.transaction():  # a savepoint
        postings(books, org, 2, [100, -100])
    books.commit()


def test_postings_do_not_join_an_entry_of_an_earlier_transaction(books: Connection, org: int) -> None:
    postings(books, org, 1, [50, -50], lines=[3, 4])
    refused(books, "entry.closed")


def test_postings_of_no_entry_are_refused(books: Connection, org: int) -> None:
    postings(books, org, 9, [50, -50])
    with pytest.raises(errors.ForeignKeyViolation):
        books.commit()


def test_what_was_checked_early_is_closed(books: Connection, org: int) -> None:
    post(books, org, 2)
    books.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(psycopg.Error, match=r"entry\.closed"):
        postings(books, org, 2, [50], lines=[3])


LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("first", ["the entry", "the postings"])
def test_postings_do_not_join_an_entry_that_another_is_writing(
    furnished: Made, org: int, level: str, first: str
) -> None:
    with furnished.connect(autocommit=False) as one, closing(furnished.connect(autocommit=False)) as other:
        other.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        enter(one, org), enter(other, org)
        other.execute("SELECT COUNT(*) FROM entries")  # the view of REPEATABLE READ begins here
        for who in (one, other) if first == "the entry" else (other, one):
            if who is one:
                post(one, org, 2)
            else:
                postings(other, org, 2, [50, -50], lines=[3, 4])
        one.commit()
        with pytest.raises(psycopg.Error) as caught:
            other.commit()
    assert caught.value.sqlstate in ("FZ001", "23503", "40001")


def test_a_table_of_ones_own_is_not_looked_at(books: Connection, org: int) -> None:
    books.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM postings WITH NO DATA")
    books.execute("ALTER TABLE kept RENAME TO postings")
    books.execute("INSERT INTO pg_temp.postings (org_id, entry, line, amount) VALUES (%s, 2, 1, 5)", [org])
    books.execute("INSERT INTO pg_temp.postings (org_id, entry, line, amount) VALUES (%s, 2, 2, -5)", [org])
    put(books, "entries", org, seq=2, branch_id=1, lines=2)
    refused(books, "entry.unbalanced")


@pytest.mark.parametrize("later", ["0", ""], ids=["another", "none"])
@pytest.mark.parametrize("amount", [100, 101])
def test_the_session_may_have_gone_on_to_another_organisation(
    books: Connection, org: int, amount: int, later: str
) -> None:
    post(books, org, 2, [100, -amount])
    books.execute(f"SET LOCAL finz.org_id TO '{later}'")
    if amount == 100:
        books.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert (later,) == books.execute("SELECT current_setting('finz.org_id')").fetchone()
        books.commit()
    else:
        refused(books, "entry.unbalanced")


# ----- parts of tables, as on a machine of Citus -----


@pytest.fixture
def parts(furnished: Made, org: int) -> Iterator[Connection]:
    """A part of the entries and the part of the postings that lies with it, in a transaction."""
    with closing(furnished.connect(autocommit=False)) as books:
        enter(books, org)
        # What a machine of Citus knows about the parts that are there.
        books.execute(
            "CREATE TABLE pg_dist_shard (logicalrelid regclass, shardid bigint, shardminvalue text)"
        )
        for name, number in (("entries", 102008), ("postings", 102040)):
            part = f"{name}_{number}"
            books.execute(f"CREATE TABLE {part} (LIKE {name})")
            books.execute(
                f"INSERT INTO pg_dist_shard VALUES ('{name}', {number}, '-5'), ('{name}', {number + 1}, '7')"
            )
            (text,) = (text for text in triggers(DECLARED[name]).values() if "CONSTRAINT" in text)
            books.execute(text.replace(f"ON {name} ", f"ON {part} "))
        yield books


def post_in_part(books: Connection, org: int, amounts: Sequence[int]) -> None:
    for line, amount in enumerate(amounts, 1):
        books.execute(
            "INSERT INTO postings_102040 (org_id, entry, line, account, day, amount, branch_id, rule) "
            "VALUES (%s, 2, %s, 1, '2026-05-19', %s, 1, 'x')",
            [org, line, amount],
        )
    books.execute(
        "INSERT INTO entries_102008 "
        "(org_id, seq, number, date, source, branch_id, cause, lines, recorded_at, hash) "
        "VALUES (%s, 2, 'JE', '2026-05-19', 'MANUAL', 1, 'POST', 2, 'x', 'x')",
        [org],
    )


@pytest.mark.parametrize(
    ("amounts", "rule"),
    [([5, -5], None), ([5, -4], "entry.unbalanced"), ([5], "entry.unbalanced"), ([5, -5, 1], "entry.closed")],
)
def test_a_part_of_the_journal_looks_into_the_part_that_lies_with_it(
    parts: Connection, org: int, amounts: list[int], rule: str | None
) -> None:
    post_in_part(parts, org, amounts)
    if rule is None:
        parts.execute("SET CONSTRAINTS ALL IMMEDIATE")
    else:
        with pytest.raises(psycopg.Error) as caught:
            parts.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert rule == caught.value.diag.message_primary


# ----- who sees and may do what -----


@pytest.mark.parametrize("role", [OWNER, APPLICATION])
@pytest.mark.parametrize("setting", [None, "", "1"], ids=["never set", "set and gone", "another's"])
def test_without_its_organisation_a_session_sees_and_changes_no_row(
    furnished: Made, org: int, role: str, setting: str | None
) -> None:
    with closing(furnished.connect(role, autocommit=False)) as books:
        if setting is not None:
            books.execute(f"SET LOCAL finz.org_id TO '{setting}'")
            if not setting:
                books.commit()
        cursor = books.cursor(row_factory=scalar_row)
        assert [0] * len(OWN) == [cursor.execute(f"SELECT COUNT(*) FROM {name}").fetchone() for name in OWN]
        assert 0 == books.execute("UPDATE branches SET name = 'taken'").rowcount
        assert 0 == books.execute("DELETE FROM branches").rowcount
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            put(books, "branches", org, id=2)


def test_within_its_organisation_a_session_sees_its_rows_and_no_others(furnished: Made, org: int) -> None:
    with furnished.connect() as books, books.transaction():
        settle(books, 1)
    try:
        with furnished.connect(APPLICATION, autocommit=False) as books:
            enter(books, org)
            assert [(org,)] == books.execute("SELECT org_id FROM branches").fetchall()
            with pytest.raises(errors.InsufficientPrivilege), books.transaction():
                books.execute("UPDATE branches SET org_id = 1")
            assert 1 == books.execute("UPDATE branches SET name = 'ours'").rowcount
    finally:
        with furnished.connect() as books:
            for table in ("accounts", "branches", "orgs"):
                books.execute(f"DELETE FROM {table} WHERE org_id = 1")


FORBIDDEN = [
    *[f"{how} {table}" for table in APPEND_ONLY for how in ("DELETE FROM", "TRUNCATE")],
    *[f"UPDATE {table} SET org_id = 1" for table in APPEND_ONLY],
    "TRUNCATE heads",
    "ALTER TABLE entries DISABLE TRIGGER ALL",
    "ALTER TABLE entries DISABLE ROW LEVEL SECURITY",
    "DROP POLICY org_scope ON entries",
    "DROP TABLE entries",
    "CREATE TABLE theirs (x BIGINT)",
    "CREATE OR REPLACE FUNCTION finz_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "CREATE TRIGGER theirs BEFORE INSERT ON entries EXECUTE FUNCTION finz_append_only()",
    "SET session_replication_role = replica",
    "UPDATE finz_lock SET edition = 0",
    "DELETE FROM finz_migrations",
]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_our_code_has_no_right_to(furnished: Made, text: str) -> None:
    with furnished.connect(APPLICATION) as books, pytest.raises(errors.InsufficientPrivilege):
        books.execute(text)
