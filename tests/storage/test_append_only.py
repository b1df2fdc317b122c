"""The journal and the audit trail against a writer who goes around our code, with the bare driver.

On SQLite that is whoever has the file, on PostgreSQL a superuser.
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import Call
from tests.engines import on_postgres, on_sqlite
from tests.tampering import Bare, Refused, bare, laid_open

HASH = bytes(32)
NOW = "2026-05-19T05:00:00.000000Z"


@pytest.fixture
def driver(call: Call, acme: finzcore.Org, target: str) -> Iterator[Bare]:
    """Books that have two entries, in the hands of the driver alone."""
    for name in ("Asha", "Bipin"):
        call.ok("POST", "/contacts", {"contact_name": name, "opening_balance": "1180.00"})
    with bare(target) as connection:
        yield connection


TABLES = ["entries", "postings", "events"]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    ("new_place", "how"),
    [
        ("sqlite", "UPDATE"),
        ("sqlite", "UPDATE OR REPLACE"),
        ("sqlite", "UPDATE OR IGNORE"),
        ("postgres", "UPDATE"),
    ],
    indirect=["new_place"],
)
def test_no_row_is_ever_changed(driver: Bare, table: str, how: str) -> None:
    for column in driver.rows(f"SELECT * FROM {table} LIMIT 1")[0]:
        with pytest.raises(Refused, match="append-only"):
            driver.execute(f"{how} {table} SET {column} = {column}")


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_ever_removed(driver: Bare, table: str) -> None:
    with pytest.raises(Refused, match="append-only"):
        driver.execute(f"DELETE FROM {table}")


@on_postgres  # SQLite has no TRUNCATE
@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_ever_emptied(driver: Bare, table: str) -> None:
    with pytest.raises(Refused, match="append-only"):
        driver.execute(f"TRUNCATE {table} CASCADE")


@on_sqlite  # only SQLite has these words
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_no_row_is_ever_written_over(driver: Bare, table: str, how: str) -> None:
    before = driver.rows(f"SELECT * FROM {table}")
    with pytest.raises(Refused, match="append-only"):
        driver.execute(f"{how} INTO {table} SELECT * FROM {table} LIMIT 1")
    assert before == driver.rows(f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    ("table", "key", "column"),
    [
        ("entries", "org_id, seq", "hash"),
        ("postings", "org_id, entry, line", "amount"),
        ("events", "org_id, seq", "hash"),
    ],
)
def test_no_row_is_written_over_by_an_upsert(driver: Bare, table: str, key: str, column: str) -> None:
    before = driver.rows(f"SELECT * FROM {table}")
    with pytest.raises(Refused, match="append-only"):
        driver.execute(
            f"INSERT INTO {table} SELECT * FROM {table} WHERE org_id > 0 "
            f"ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"
        )
    assert before == driver.rows(f"SELECT * FROM {table}")


def post(
    driver: Bare,
    seq: int,
    amounts: list[int],
    *,
    lines: int | None = None,
    reverses: int | None = None,
    columns: str = "",
    values: str = "",
    how: str = "INSERT",
) -> None:
    """An entry with these postings, its header last, as our code writes it."""
    org, branch, account = driver.execute("SELECT org_id, branch_id, account FROM postings").fetchone()
    driver.execute("BEGIN")
    for line, amount in enumerate(amounts, 1):
        driver.execute(
            "INSERT INTO postings (org_id, entry, line, account, day, amount, branch_id, rule) "
            "VALUES (?, ?, ?, ?, '2026-05-19', ?, ?, 'manual')",
            [org, seq, line, account, amount, branch],
        )
    driver.execute(
        f"{how} INTO entries ({columns} org_id, seq, number, date, source, branch_id, reversal_of, cause, "
        "lines, recorded_at, hash) "
        f"VALUES ({values} ?, ?, 'JE', '2026-05-19', 'MANUAL', ?, ?, 'POST', ?, ?, ?)",
        [org, seq, branch, reverses, len(amounts) if lines is None else lines, NOW, HASH],
    )
    driver.execute("COMMIT")


def refused(driver: Bare, why: str) -> None:
    with pytest.raises(Refused, match=why):
        driver.execute("COMMIT")
    driver.execute("ROLLBACK")


def test_the_bare_driver_can_add_what_is_sound(driver: Bare) -> None:
    post(driver, 3, [100, -60, -40])
    assert (3,) == driver.execute("SELECT COUNT(*) FROM entries").fetchone()


@pytest.mark.parametrize(
    ("amounts", "lines"),
    [
        ([100, -99], 2),
        ([], 2),
        ([100], 1),
        ([100, -100], 3),
        ([100, -60, -40], 2),
        ([0, 0], 2),
        ([5, 0, -5], 3),
    ],
)
def test_an_unsound_entry_is_refused(driver: Bare, amounts: list[int], lines: int) -> None:
    with pytest.raises(Refused, match=r"entry\.(unbalanced|closed)|entries_lines_ck"):
        post(driver, 3, amounts, lines=lines)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=7), st.booleans())
def test_an_entry_is_let_in_exactly_when_it_is_sound(
    driver: Bare, amounts: list[int], balanced: bool
) -> None:
    amounts.append(-sum(amounts) if balanced else 1)
    sound = sum(amounts) == 0 and all(amounts)
    (seq,) = driver.execute("SELECT MAX(seq) + 1 FROM entries").fetchone()
    try:
        post(driver, seq, amounts)
    except Refused:
        driver.execute("ROLLBACK")
    (found,) = driver.execute("SELECT COUNT(*) FROM postings WHERE entry = ?", [seq]).fetchone()
    assert (len(amounts) if sound else 0) == found


def test_no_posting_enters_an_entry_that_exists(driver: Bare) -> None:
    for line in (0, 3):
        with pytest.raises(Refused, match=r"entry\.closed|postings_line_ck"):
            driver.execute(
                "INSERT INTO postings (org_id, entry, line, account, day, amount, branch_id, rule) "
                f"SELECT org_id, entry, {line}, account, day, amount, branch_id, rule FROM postings "
                "WHERE entry = 1 AND line = 1"
            )


def test_no_posting_is_committed_without_its_entry(driver: Bare) -> None:
    driver.execute("BEGIN")
    driver.execute(
        "INSERT INTO postings (org_id, entry, line, account, day, amount, branch_id, rule) "
        "SELECT org_id, 9, line, account, day, amount, branch_id, rule FROM postings WHERE entry = 1"
    )
    refused(driver, "(?i)foreign key")


def test_a_posting_without_entry_by_a_driver_without_foreign_keys_is_found(
    driver: Bare, engine: finzcore.Engine, target: str
) -> None:
    with laid_open(target) as owner:
        owner.execute(
            "INSERT INTO postings (org_id, entry, line, account, day, amount, branch_id, rule) "
            "SELECT org_id, 9, line, account, day, amount, branch_id, rule FROM postings WHERE entry = 1"
        )
    assert {"posting.orphan", "totals.differ", "database.flawed"} == {p.check for p in engine.verify()}


@on_sqlite  # as above
@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "REPLACE"])
def test_no_entry_is_pushed_out_by_another_that_reverses_the_same(driver: Bare, how: str) -> None:
    post(driver, 3, [100, -100], reverses=1)
    with pytest.raises(Refused, match="append-only"):
        post(driver, 4, [100, -100], reverses=1, how=how)
    driver.execute("ROLLBACK")
    assert [(1,), (2,), (3,)] == driver.execute("SELECT seq FROM entries").fetchall()


@on_sqlite  # PostgreSQL has no such thing
def test_no_entry_is_pushed_out_by_its_rowid(driver: Bare) -> None:
    driver.execute("PRAGMA foreign_keys = OFF")
    with pytest.raises(Refused, match="append-only"):
        post(driver, 3, [100, -100], columns="rowid,", values="1,", how="INSERT OR REPLACE")


@on_sqlite  # whose number of the schema this is
def test_the_nets_are_back_after_every_migration(driver: Bare, target: str) -> None:
    driver.execute("DROP TRIGGER entries_no_delete")
    driver.execute("PRAGMA user_version = 1")
    finzcore.open(target).close()
    with pytest.raises(Refused, match="append-only"):
        driver.execute("DELETE FROM entries")
