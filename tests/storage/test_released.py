"""Books of an earlier release: they open, say what they said, and look like new ones.

`released/books.sql` is what `sqlite3 .dump` gave of a file that version 0.1.0 wrote with invoices, a
credit note, a receipt and a stock of chairs; `released/postgresql.sql` is its `finzcore schema`.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import finzcore
from tests.postgres import OWNER, Server
from tests.storage.made import Made, empty

RELEASED = Path(__file__).parent / "released"

DEFINITION = re.compile(r"[^,()]*(?:\((?:[^()]|\([^()]*\))*\)[^,()]*)*")
"""One column or constraint of a CREATE TABLE: what stands between two commas outside parentheses."""


def _old_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as books:
        books.executescript((RELEASED / "books.sql").read_text())


def _definitions(text: str) -> frozenset[str]:
    """The columns and constraints of a table, whatever their order and wherever a constraint stands."""
    inside = text[text.index("(") + 1 : text.rindex(")")]
    found = [" ".join(one.split()) for one in DEFINITION.findall(inside) if one.strip()]
    return frozenset(piece for one in found for piece in re.split(r" (?=CONSTRAINT )", one))


def _schema_of_a_file(path: Path) -> dict[str, frozenset[str]]:
    with closing(sqlite3.connect(path)) as books:
        rows = books.execute("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return {
        name: _definitions(text) if kind == "table" else frozenset({" ".join(text.split())})
        for name, kind, text in rows
    }


def test_an_old_file_looks_like_a_new_one_once_it_was_opened(tmp_path: Path) -> None:
    _old_file(tmp_path / "old.db")
    finzcore.open(str(tmp_path / "old.db")).close()
    finzcore.open(str(tmp_path / "new.db")).close()
    assert _schema_of_a_file(tmp_path / "new.db") == _schema_of_a_file(tmp_path / "old.db")


def test_an_old_file_is_sound_and_goes_on(tmp_path: Path) -> None:
    _old_file(tmp_path / "old.db")
    with finzcore.open(str(tmp_path / "old.db")) as engine:
        assert [] == engine.verify()
        (org,) = engine.orgs()
        approved = next(one for one in org.invoices.list() if one["invoice_number"] == "INV-2627-001")
        assert (1170, 700, 200) == (approved["total"], approved["balance"], approved["payment_made"])
        again = org.credit_notes.create(
            customer_id=approved["customer_id"],
            invoice_id=approved["invoice_id"],
            date="2026-05-24",
            line_items=[{"name": "Chair", "rate": 100}],
        )
        assert 90 == again["total"]
        assert [] == engine.verify()


def _catalogue(made: Made) -> Iterator[tuple[str, ...]]:
    """Columns, constraints, indexes and triggers, as PostgreSQL prints them."""
    with made.connect() as books:
        yield from books.execute(
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,"
            " COALESCE(pg_get_expr(d.adbin, d.adrelid), '')"
            " FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0"
            " LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        ).fetchall()
        yield from books.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
        ).fetchall()
        yield from books.execute(
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        ).fetchall()
        yield from books.execute(
            "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal"
        ).fetchall()


def _old_database(made: Made, rows: str) -> None:
    """The released schema, and in it the rows of the released file."""
    with made.connect(OWNER) as books:
        books.execute((RELEASED / "postgresql.sql").read_text())
    with made.connect() as books:
        # The nets of the database are for our writers; a copy of what they let pass goes around them.
        books.execute("SET session_replication_role = replica")
        for text in rows.splitlines():
            if text.startswith("INSERT INTO") and "_sqlite_migrations" not in text:
                books.execute(re.sub(r"\bX'([0-9A-F]*)'", r"'\\x\1'", text).replace("%", "%%"))


def test_an_old_database_looks_like_a_new_one_once_it_was_opened(postgres: Server) -> None:
    with empty(postgres) as old, empty(postgres) as new:
        _old_database(old, "")
        old.prepare()
        new.prepare()
        assert sorted(_catalogue(new)) == sorted(_catalogue(old))


def test_an_old_database_is_sound_once_it_was_opened(postgres: Server) -> None:
    with empty(postgres) as made:
        _old_database(made, (RELEASED / "books.sql").read_text())
        made.prepare()
        with finzcore.open(postgres.address(made.name, OWNER)) as engine:
            assert [] == engine.verify()
            assert ["Acme Traders"] == [org.name for org in engine.orgs()]
