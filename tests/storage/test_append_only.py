"""The journal and the audit trail against a writer who goes around our code, with the bare driver."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import Call

HASH = bytes(32)
NOW = "2026-05-19T05:00:00.000000Z"


@pytest.fixture
def bare(call: Call, acme: finzcore.Org, target: str) -> Iterator[sqlite3.Connection]:
    """The file of books that have two entries, opened with the driver alone."""
    for name in ("Asha", "Bipin"):
        call.ok("POST", "/contacts", {"contact_name": name, "opening_balance": "1180.00"})
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    yield connection
    connection.close()


TABLES = ["entries", "postings", "events"]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
def test_no_row_is_ever_changed(bare: sqlite3.Connection, table: str, how: str) -> None:
    for _, column, *_ in bare.execute(f"PRAGMA table_info({table})").fetchall():
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            bare.execute(f"{how} {table} SET {column} = {column}")


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_ever_removed(bare: sqlite3.Connection, table: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        bare.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_no_row_is_ever_written_over(bare: sqlite3.Connection, table: str, how: str) -> None:
    before = bare.execute(f"SELECT * FROM {table}").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        bare.execute(f"{how} INTO {table} SELECT * FROM {table} LIMIT 1")
    assert before == bare.execute(f"SELECT * FROM {table}").fetchall()


def post(
    bare: sqlite3.Connection,
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
    org, branch, account = bare.execute("SELECT org_id, branch_id, account FROM postings").fetchone()
    bare.execute("BEGIN")
    for line, amount in enumerate(amounts, 1):
        bare.execute(
            "INSERT INTO postings (org_id, entry, line, account, day, amount, branch_id, rule) "
            "VALUES (?, ?, ?, ?, '2026-05-19', ?, ?, 'manual')",
            [org, seq, line, account, amount, branch],
        )
    bare.execute(
        f"{how} INTO entries ({columns} org_id, seq, number, date, source, branch_id, reversal_of, cause, "
        "lines, recorded_at, hash) "
        f"VALUES ({values} ?, ?, 'JE', '2026-05-19', 'MANUAL', ?, ?, 'POST', ?, ?, ?)",
        [org, seq, branch, reverses, len(amounts) if lines is None else lines, NOW, HASH],
    )
    bare.execute("COMMIT")


def refused(bare: sqlite3.Connection, why: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=why):
        bare.execute("COMMIT")
    bare.execute("ROLLBACK")


def test_the_bare_driver_can_add_what_is_sound(bare: sqlite3.Connection) -> None:
    post(bare, 3, [100, -60, -40])
    assert (3,) == bare.execute("SELECT COUNT(*) FROM entries").fetchone()


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
def test_an_unsound_entry_is_refused(bare: sqlite3.Connection, amounts: list[int], lines: int) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=r"entry\.unbalanced|entries_lines_ck"):
        post(bare, 3, amounts, lines=lines)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=7), st.booleans())
def test_an_entry_is_let_in_exactly_when_it_is_sound(
    bare: sqlite3.Connection, amounts: list[int], balanced: bool
) -> None:
    amounts.append(-sum(amounts) if balanced else 1)
    sound = sum(amounts) == 0 and all(amounts)
    (seq,) = bare.execute("SELECT MAX(seq) + 1 FROM entries").fetchone()
    try:
        post(bare, seq, amounts)
    except sqlite3.IntegrityError:
        bare.execute("ROLLBACK")
    (found,) = bare.execute("SELECT COUNT(*) FROM postings WHERE entry = ?", [seq]).fetchone()
    assert (len(amounts) if sound else 0) == found


def test_no_posting_enters_an_entry_that_exists(bare: sqlite3.Connection) -> None:
    for line in (0, 3):
        with pytest.raises(sqlite3.IntegrityError, match=r"entry\.closed|postings_line_ck"):
            bare.execute(
                "INSERT INTO postings (org_id, entry, line, account, day, amount, branch_id, rule) "
                f"SELECT org_id, entry, {line}, account, day, amount, branch_id, rule FROM postings "
                "WHERE entry = 1 AND line = 1"
            )


def test_no_posting_is_committed_without_its_entry(bare: sqlite3.Connection) -> None:
    bare.execute("BEGIN")
    bare.execute(
        "INSERT INTO postings (org_id, entry, line, account, day, amount, branch_id, rule) "
        "SELECT org_id, 9, line, account, day, amount, branch_id, rule FROM postings WHERE entry = 1"
    )
    refused(bare, "FOREIGN KEY")


def test_a_posting_without_entry_by_a_driver_without_foreign_keys_is_found(
    bare: sqlite3.Connection, engine: finzcore.Engine
) -> None:
    bare.execute("PRAGMA foreign_keys = OFF")
    bare.execute(
        "INSERT INTO postings (org_id, entry, line, account, day, amount, branch_id, rule) "
        "SELECT org_id, 9, line, account, day, amount, branch_id, rule FROM postings WHERE entry = 1"
    )
    assert {"posting.orphan", "totals.differ", "database.flawed"} == {p.check for p in engine.verify()}


@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "REPLACE"])
def test_no_entry_is_pushed_out_by_another_that_reverses_the_same(bare: sqlite3.Connection, how: str) -> None:
    post(bare, 3, [100, -100], reverses=1)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        post(bare, 4, [100, -100], reverses=1, how=how)
    bare.execute("ROLLBACK")
    assert [(1,), (2,), (3,)] == bare.execute("SELECT seq FROM entries").fetchall()


def test_no_entry_is_pushed_out_by_its_rowid(bare: sqlite3.Connection) -> None:
    bare.execute("PRAGMA foreign_keys = OFF")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        post(bare, 3, [100, -100], columns="rowid,", values="1,", how="INSERT OR REPLACE")


def test_the_nets_are_back_after_every_migration(bare: sqlite3.Connection, target: str) -> None:
    bare.execute("DROP TRIGGER entries_no_delete")
    bare.execute("PRAGMA user_version = 1")
    finzcore.open(target).close()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        bare.execute("DELETE FROM entries")
