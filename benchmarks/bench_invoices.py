"""POST /invoices, approved, through `handle`, against the same rows in plain `sqlite3`.

The floor writes what the request writes, to tables of the same declaration with the same pragmas,
in one transaction, with constant SQL and nothing else: series, number, key with its answer,
invoice, lines, postings, entry with its hash, month totals, two events, head.
"""

import hashlib
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import finzcore
from benchmarks.measure import medians, report
from finzcore.api import Request
from finzcore.settings import Settings

LIMITS = {"DEFAULT": 10**9, "PARTNER": 10**9}


def books(path: Path, durability: Any) -> tuple[finzcore.Engine, finzcore.Org, dict[str, str]]:
    engine = finzcore.open(str(path), settings=Settings(durability=durability, rate_limits=LIMITS))
    org = engine.create_org(name="Acme Traders", state="IN-KA", gstin="29AAPFU0939F1ZR")
    token = engine.mint_pat(org_id=org.org_id).token
    return engine, org, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def body_of(org: finzcore.Org, lines: int) -> bytes:
    customer = org.contacts.create(contact_name="Asha Stores", gst_no="29AAPFU0939F1ZR", payment_terms=30)
    items = [
        org.items.create(item_name=f"Item {n}", rate=100 + n, tax_id=org.tax_id("GST 18%"), hsn_or_sac="9401")
        for n in range(lines)
    ]
    body = {
        "customer_id": customer["contact_id"],
        "date": "2026-05-19",
        "place_of_supply": "IN-KA",
        "auto_approve": True,
        "line_items": [{"item_id": item["item_id"], "quantity": 2} for item in items],
    }
    return json.dumps(body).encode()


def poster(engine: finzcore.Engine, headers: dict[str, str], body: bytes) -> Callable[[], None]:
    count = 0

    def post() -> None:
        nonlocal count
        count += 1
        request = Request(
            "POST",
            "/api/public/v1/invoices",
            headers={**headers, "Idempotency-Key": f"bench-{count}"},
            body=body,
        )
        response = engine.handle(request)
        assert response.status == 201, response.body

    return post


class Floor:
    """The rows of one posted invoice, written again and again with fresh keys."""

    def __init__(self, path: Path, source: Path) -> None:
        with sqlite3.connect(source) as model:
            schema = [
                row[0]
                for row in model.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
                if not row[0].startswith("CREATE TABLE [_sqlite") and "sqlite_sequence" not in row[0]
            ]
            schema = [text for text in schema if "_sqlite_migrations" not in text]
            rows = {
                name: (model.execute(f"SELECT * FROM {name}").fetchall())
                for (name,) in model.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
                if not name.startswith(("sqlite_", "_sqlite"))
            }
            names = {
                name: [column[1] for column in model.execute(f"PRAGMA table_info({name})")] for name in rows
            }
        self.db = sqlite3.connect(path, isolation_level=None, cached_statements=512)
        synchronous = "NORMAL"
        for pragma in (
            "journal_mode = WAL", f"synchronous = {synchronous}", "foreign_keys = OFF", "trusted_schema = OFF",
            "cell_size_check = ON", "wal_autocheckpoint = 10000",
        ):  # fmt: skip
            self.db.execute(f"PRAGMA {pragma}")
        self.db.execute("BEGIN")
        order = [text for text in schema if text.startswith("CREATE TABLE")]
        for text in order:
            self.db.execute(text)
        for name, content in rows.items():
            marks = ", ".join("?" for _ in names[name])
            self.db.executemany(f"INSERT INTO {name} VALUES ({marks})", content)
        for text in schema:
            if not text.startswith("CREATE TABLE"):
                self.db.execute(text)
        self.db.execute("COMMIT")
        self.db.execute("PRAGMA foreign_keys = ON")
        self.at = {name: {column: i for i, column in enumerate(columns)} for name, columns in names.items()}
        self.insert = {
            name: f"INSERT INTO {name} VALUES ({', '.join('?' for _ in columns)})" for name, columns in names.items()
        }
        invoice = rows["invoices"][-1]
        self.invoice = list(invoice)
        key = invoice[self.at["invoices"]["id"]]
        seq = invoice[self.at["invoices"]["entry"]]
        of = self.at
        self.org = invoice[0]
        self.lines = [list(row) for row in rows["document_lines"] if row[of["document_lines"]["document_id"]] == key]
        self.postings = [list(row) for row in rows["postings"] if row[of["postings"]["entry"]] == seq]
        self.entry = list(next(row for row in rows["entries"] if row[of["entries"]["seq"]] == seq))
        self.events = [list(row) for row in rows["events"][-2:]]
        self.number = list(rows["numbers"][-1])
        self.key_row = list(rows["keys"][-1])
        self.head = list(rows["heads"][-1])
        self.series = [row for row in rows["series"]]
        self.totals = [
            (self.org, posting[of["postings"]["account"]], posting[of["postings"]["branch_id"]], "2026-05",
             max(posting[of["postings"]["amount"]], 0), max(-posting[of["postings"]["amount"]], 0))
            for posting in self.postings
        ]  # fmt: skip
        self.next_id = key + 10**6
        self.columns = names

    def durability(self, word: str) -> None:
        self.db.execute(f"PRAGMA synchronous = {'FULL' if word == 'full' else 'NORMAL'}")

    def __call__(self) -> None:
        db, at = self.db, self.at
        run = db.execute
        self.next_id += 1000
        key = self.next_id
        run("BEGIN IMMEDIATE")
        serials = []
        for row in self.series:
            serials.append(
                run(
                    "INSERT INTO series VALUES (?, ?, ?, ?, ?, 2) ON CONFLICT (org_id, kind, scope, prefix, year) "
                    "DO UPDATE SET next_no = series.next_no + 1 RETURNING next_no - 1",
                    row[:5],
                ).fetchone()[0]
            )
        number = self.number
        number[at["numbers"]["number"]] = f"INV-2627-{serials[0]}"
        number[at["numbers"]["serial"]] = key % 10**12
        number[at["numbers"]["document_id"]] = key
        run(self.insert["numbers"], number)
        seq = self.head[at["heads"]["entry_seq"]] + 1
        event_seq = self.head[at["heads"]["event_seq"]]
        for posting in self.postings:
            posting[at["postings"]["entry"]] = seq
        db.executemany(self.insert["postings"], self.postings)
        entry = self.entry
        entry[at["entries"]["seq"]] = seq
        digest = hashlib.sha256(repr(entry).encode()).digest()
        entry[at["entries"]["hash"]] = digest
        run(self.insert["entries"], entry)
        db.executemany(
            "INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (org_id, account, branch_id, month) "
            "DO UPDATE SET debit = totals.debit + excluded.debit, credit = totals.credit + excluded.credit",
            self.totals,
        )
        invoice = self.invoice
        invoice[at["invoices"]["id"]] = key
        invoice[at["invoices"]["entry"]] = seq
        run(self.insert["invoices"], invoice)
        for line in self.lines:
            line[at["document_lines"]["document_id"]] = key
        db.executemany(self.insert["document_lines"], self.lines)
        key_row = self.key_row
        key_row[at["keys"]["id"]] = hashlib.sha256(b"%d" % key).digest()
        run(self.insert["keys"], key_row)
        for position, event in enumerate(self.events, 1):
            event[at["events"]["seq"]] = event_seq + position
            event[at["events"]["id"]] = key + position
            event[at["events"]["hash"]] = hashlib.sha256(repr(event).encode()).digest()
        db.executemany(self.insert["events"], self.events)
        self.head[at["heads"]["entry_seq"]] = seq
        self.head[at["heads"]["event_seq"]] = event_seq + 2
        run(
            "UPDATE heads SET entry_seq = ?, entry_hash = ?, event_seq = ?, event_hash = ? WHERE org_id = ?",
            (seq, digest, event_seq + 2, digest, self.org),
        )
        run("COMMIT")


def statements(engine: finzcore.Engine, org: finzcore.Org, headers: dict[str, str], body: bytes) -> None:
    """How many statements each kind of request makes, transaction control included."""
    seen: list[str] = []
    engine.store.trace(seen.append)  # type: ignore[attr-defined]

    def ask(method: str, path: str, content: Any = None) -> Any:
        nonlocal number
        number += 1
        seen.clear()
        raw = content if isinstance(content, bytes) else json.dumps(content).encode() if content else b""
        sent = {**headers, "Idempotency-Key": f"statements-{number}"}
        response = engine.handle(Request(method, f"/api/public/v1{path}", headers=sent, body=raw))
        assert response.status < 300, response.body
        kinds = Counter(text.split(None, 1)[0].upper() for text in seen if not text.startswith("--"))
        shown = ", ".join(f"{count} {word}" for word, count in kinds.most_common())
        print(f"  {method + ' ' + path.split('?')[0].split('/')[1]:<24} {sum(kinds.values()):3}   {shown}")
        return response.json()

    number = 0
    print("Statements per request (each row of a multi-row insert counts):")
    customer = json.loads(body)["customer_id"]
    ask("POST", "/contacts", {"contact_name": "Benchmark"})
    invoice = ask("POST", "/invoices", body)["invoice"]
    ask("GET", f"/invoices/{invoice['invoice_id']}")
    ask("GET", "/invoices?per_page=50")
    receipt = {
        "flow": "INCOMING", "contact_id": customer, "date": "2026-05-20", "amount": str(invoice["total"]),
        "mode": "UPI", "allocations": [{"invoice_id": invoice["invoice_id"], "amount": str(invoice["total"])}],
    }  # fmt: skip
    ask("POST", "/payments", receipt)
    ask("GET", "/reports/trial_balance?as_of_date=2026-05-31")
    ask("GET", "/whoami")
    engine.store.trace(None)  # type: ignore[attr-defined]


def main() -> None:
    for durability, budget in (("relaxed", 5.0), ("full", 5.0)):
        for lines in (1, 10):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "books.db"
                engine, org, headers = books(path, durability)
                body = body_of(org, lines)
                post = poster(engine, headers, body)
                post()
                post()
                floor = Floor(Path(folder) / "floor.db", path)
                floor.durability(durability)
                ours, bare = medians(post, floor)
                report(f"POST /invoices, {lines} line(s), approved, {durability}", ours, bare, budget)
                if (durability, lines) == ("relaxed", 10):
                    statements(engine, org, headers, body)
                assert engine.verify() == []
                engine.close()


if __name__ == "__main__":
    main()
