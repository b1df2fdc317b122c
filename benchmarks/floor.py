"""The floor of an invoice: the rows that one request writes, in plain `sqlite3` (`performance.md` §2).

Tables, indexes and triggers are those of the books, the pragmas too. One transaction, constant SQL,
nothing parsed, nothing checked, nothing computed but two kinds of hash: series, number, postings,
entry, month totals, invoice, lines, key with its answer, two events, head.
"""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

PRAGMAS: Final = (
    "journal_mode = WAL",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "wal_autocheckpoint = 10000",
    "busy_timeout = 5000",
    "temp_store = MEMORY",
)
NEXT: Final = """
    INSERT INTO series VALUES (?, ?, ?, ?, ?, 2) ON CONFLICT (org_id, kind, scope, prefix, year)
    DO UPDATE SET next_no = series.next_no + 1 RETURNING next_no - 1
"""
ADD_TOTAL: Final = """
    INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (org_id, account, branch_id, month)
    DO UPDATE SET debit = totals.debit + excluded.debit, credit = totals.credit + excluded.credit
"""
MOVE_HEAD: Final = """
    UPDATE heads SET entry_seq = ?, entry_hash = ?, event_seq = ?, event_hash = ? WHERE org_id = ?
"""


class Rows:
    """Rows of one table as lists, to be written again with some of their columns changed."""

    def __init__(self, db: sqlite3.Connection, table: str, where: str = "1 = 1", *values: Any) -> None:
        cursor = db.execute(f"SELECT * FROM {table} WHERE {where}", values)
        self.at = {column[0]: position for position, column in enumerate(cursor.description)}
        self.rows = [list(row) for row in cursor]
        self.insert = f"INSERT INTO {table} VALUES ({', '.join('?' for _ in self.at)})"

    def set(self, **values: Any) -> None:
        """Change columns of every row."""
        for name, value in values.items():
            position = self.at[name]
            for row in self.rows:
                row[position] = value

    def write(self, db: sqlite3.Connection) -> None:
        """One statement, once for each row."""
        if len(self.rows) == 1:
            db.execute(self.insert, self.rows[0])
        else:
            db.executemany(self.insert, self.rows)


def copied(source: Path, target: Path) -> Path:
    """A copy of books, as they are committed."""
    with closing(sqlite3.connect(source)) as model:
        model.execute("VACUUM INTO ?", (str(target),))
    return target


def connected(path: Path, durability: str) -> sqlite3.Connection:
    """A connection with the pragmas of the store."""
    db = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    for pragma in (
        *PRAGMAS,
        f"synchronous = {'FULL' if durability == 'full' else 'NORMAL'}",
        "foreign_keys = ON",
    ):
        db.execute(f"PRAGMA {pragma}")
    return db


class Floor:
    """The rows of the newest invoice of some books, written again and again with fresh keys.

    Not `keyed`, it was made without an Idempotency-Key, and has no row for the answer.
    """

    def __init__(self, path: Path, source: Path, durability: str, *, keyed: bool = True) -> None:
        self.keyed = keyed
        self.db = db = connected(copied(source, path), durability)
        key, entry, self.org = db.execute(
            "SELECT id, entry, org_id FROM invoices ORDER BY id DESC LIMIT 1"
        ).fetchone()
        self.invoice = Rows(db, "invoices", "id = ?", key)
        self.lines = Rows(db, "document_lines", "document_id = ?", key)
        self.entry = Rows(db, "entries", "seq = ?", entry)
        self.postings = Rows(db, "postings", "entry = ?", entry)
        self.number = Rows(db, "numbers", "document_id = ?", key)
        self.key = Rows(db, "keys", "rowid = (SELECT max(rowid) FROM keys)")
        self.events = Rows(db, "events", "entity_id = ?", key)
        self.series = db.execute("SELECT org_id, kind, scope, prefix, year FROM series").fetchall()
        self.totals = db.execute(
            "SELECT org_id, account, branch_id, substr(day, 1, 7), max(amount, 0), max(-amount, 0) "
            "FROM postings WHERE entry = ?",
            (entry,),
        ).fetchall()
        self.seq, self.event_seq = db.execute("SELECT entry_seq, event_seq FROM heads").fetchone()
        self.next_id = key + 10**6

    def __call__(self) -> None:
        """One invoice, one commit."""
        self.write(1)

    def write(self, count: int) -> None:
        """So many invoices, one commit."""
        self.db.execute("BEGIN IMMEDIATE")
        for _ in range(count):
            self._write_one()
        self.db.execute(MOVE_HEAD, (self.seq, self.digest, self.event_seq, self.digest, self.org))
        self.db.execute("COMMIT")

    def _write_one(self) -> None:
        db = self.db
        self.next_id += 1000
        key = self.next_id
        self.seq += 1
        serials = [db.execute(NEXT, row).fetchone()[0] for row in self.series]
        self.number.set(number=f"INV-2627-{serials[0]}", serial=key % 10**12, document_id=key)
        self.number.write(db)
        self.postings.set(entry=self.seq)
        self.postings.write(db)
        self.digest = hashlib.sha256(repr(self.entry.rows).encode()).digest()
        self.entry.set(seq=self.seq, hash=self.digest)
        self.entry.write(db)
        db.executemany(ADD_TOTAL, self.totals)
        self.invoice.set(id=key, entry=self.seq)
        self.invoice.write(db)
        self.lines.set(document_id=key)
        self.lines.write(db)
        if self.keyed:
            self.key.set(id=hashlib.sha256(b"%d" % key).digest())
            self.key.write(db)
        self._write_events(key)

    def _write_events(self, key: int) -> None:
        at = self.events.at
        for event in self.events.rows:
            self.event_seq += 1
            event[at["seq"]], event[at["id"]] = self.event_seq, key + self.event_seq % 1000
            event[at["hash"]] = hashlib.sha256(repr(event).encode()).digest()
        self.events.write(self.db)
