"""The floor of an invoice on PostgreSQL: its rows, written by psycopg in one journey (`performance.md` §2).

Tables, indexes, triggers and policies are those of the books, in a copy of their database. One
pipeline, all of it prepared: the head's lock, number, postings, entry, month totals, invoice, lines,
two events, counters, head, key with its answer, commit. Nothing is looked up, parsed or checked, and
nothing computed but two kinds of hash.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

import psycopg

from benchmarks.bare_postgres import connected, scoped
from benchmarks.scratch import Scratch

COUNT: Final = """
    ON CONFLICT (org_id, kind, scope, prefix, year) DO UPDATE SET next_no = series.next_no + 1
"""
ADD_TOTAL: Final = """
    ON CONFLICT (org_id, account, branch_id, month)
    DO UPDATE SET debit = totals.debit + excluded.debit, credit = totals.credit + excluded.credit
"""
LOCK: Final = "SELECT * FROM heads WHERE org_id = $1 FOR UPDATE"
MOVE_HEAD: Final = """
    UPDATE heads SET entry_seq = $1, entry_hash = $2, event_seq = $3, event_hash = $4 WHERE org_id = $5
"""


class Rows:
    """Rows of one table as lists, to be written again with some of their columns changed."""

    def __init__(self, around: psycopg.Connection[Any], query: str, *values: Any, then: str = "") -> None:
        cursor = around.execute(query, values)
        self.at = {column.name: place for place, column in enumerate(cursor.description or ())}
        self.rows = [list(row) for row in cursor]
        assert self.rows, query
        marks = iter(range(1, len(self.at) * len(self.rows) + 1))
        places = ", ".join(f"({', '.join(f'${next(marks)}' for _ in self.at)})" for _ in self.rows)
        table = query.split("FROM ")[1].split()[0]
        self.insert = f"INSERT INTO {table} ({', '.join(self.at)}) VALUES {places}{then}"

    def set(self, **values: Any) -> None:
        """Change columns of every row."""
        for name, value in values.items():
            position = self.at[name]
            for row in self.rows:
                row[position] = value

    @property
    def values(self) -> list[Any]:
        """All of them, in the order of their numbers."""
        return [value for row in self.rows for value in row]


class PostgresFloor:
    """The rows of the newest invoice of some books, written again and again with fresh keys."""

    def __init__(self, scratch: Scratch, name: str, durability: str) -> None:
        with scratch.around(name) as around:
            key, entry, self.org = one(
                around, "SELECT id, entry, org_id FROM invoices ORDER BY id DESC LIMIT 1"
            )
            self.invoice = Rows(around, "SELECT * FROM invoices WHERE id = %s", key)
            self.lines = Rows(around, "SELECT * FROM document_lines WHERE document_id = %s", key)
            self.entry = Rows(around, "SELECT * FROM entries WHERE seq = %s", entry)
            self.postings = Rows(around, "SELECT * FROM postings WHERE entry = %s", entry)
            self.number = Rows(around, "SELECT * FROM numbers WHERE document_id = %s", key)
            self.key = Rows(around, "SELECT * FROM keys ORDER BY created_at DESC LIMIT 1")
            self.events = Rows(around, "SELECT * FROM events WHERE entity_id = %s", key)
            self.series = Rows(around, "SELECT * FROM series", then=COUNT)
            self.totals = Rows(
                around,
                "SELECT org_id, account, branch_id, substr(day, 1, 7) AS month, "
                "greatest(amount, 0) AS debit, greatest(-amount, 0) AS credit "
                "FROM postings WHERE entry = %s ORDER BY account",
                entry,
                then=ADD_TOTAL,
            )
            self.totals.insert = self.totals.insert.replace("INTO postings", "INTO totals")
            self.seq, self.event_seq = one(around, "SELECT entry_seq, event_seq FROM heads")
        self.next_id = key + 10**6
        self.db = connected(scratch.address(name), durability)
        self.scope = scoped(self.org)

    def __call__(self) -> None:
        """One invoice, one journey."""
        written = list(self._invoice())
        with self.db.pipeline():
            cursor = self.db.cursor()
            cursor.execute("BEGIN")
            cursor.execute(self.scope)
            cursor.execute(LOCK, (self.org,))
            for text, values in written:
                cursor.execute(text, values)
            cursor.execute("COMMIT")

    def _invoice(self) -> Iterable[tuple[str, Any]]:
        self.next_id += 1000
        key = self.next_id
        self.seq += 1
        self.number.set(number=f"INV-2627-{key}", serial=key % 10**12, document_id=key)
        self.postings.set(entry=self.seq)
        digest = hashlib.sha256(repr(self.entry.rows).encode()).digest()
        self.entry.set(seq=self.seq, hash=digest)
        self.invoice.set(id=key, entry=self.seq)
        self.lines.set(document_id=key)
        self.key.set(id=hashlib.sha256(b"%d" % key).digest())
        at = self.events.at
        for event in self.events.rows:
            self.event_seq += 1
            event[at["seq"]], event[at["id"]] = self.event_seq, key + self.event_seq % 1000
            event[at["hash"]] = hashlib.sha256(repr(event).encode()).digest()
        for rows in (
            self.number, self.postings, self.entry, self.totals, self.invoice, self.lines, self.events,
            self.series,
        ):  # fmt: skip
            yield rows.insert, rows.values
        yield MOVE_HEAD, (self.seq, digest, self.event_seq, digest, self.org)
        yield self.key.insert, self.key.values

    def close(self) -> None:
        """Let go of the books."""
        self.db.close()


def one(around: psycopg.Connection[Any], query: str) -> Any:
    """The first row that a query gives."""
    return around.execute(query).fetchone()
