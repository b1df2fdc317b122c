"""What the server, the address or somebody else makes of our sessions. For PostgreSQL alone."""

import threading
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

import finzcore
from finzcore.books.head import HEADS
from finzcore.errors import BooksUnusable
from finzcore.storage import postgres_connections
from finzcore.storage.postgres import PostgresStore
from tests import postgres as scratch
from tests.databases import Databases, bare_database


@pytest.fixture
def target(databases: Databases) -> Iterator[str]:
    with databases.lent() as address:
        yield address


def test_who_waits_for_an_organisation_takes_no_connection_from_another(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connections, "_AT_ONCE", 2)
    with closing(finzcore.open(target)) as engine:
        busy, free = (engine.create_org(name=name, state="IN-KA") for name in ("Busy", "Free"))
        waiting = [
            threading.Thread(
                target=busy.contacts.create,
                kwargs={"contact_name": f"Customer {number}", "contact_type": "CUSTOMER"},
            )
            for number in range(8)
        ]
        with busy.transaction():
            busy.contacts.create(contact_name="First", contact_type="CUSTOMER")
            for thread in waiting:
                thread.start()
            # One of two connections is in that block; all eight would want the other one.
            held = threading.Thread(
                target=free.contacts.create, kwargs={"contact_name": "X", "contact_type": "BOTH"}
            )
            held.start()
            held.join(30)
            assert not held.is_alive()
        for thread in waiting:
            thread.join(30)
        assert 9 == len(busy.contacts.list())
        assert 1 == len(free.contacts.list())


def test_a_transaction_reads_what_is_committed_whatever_the_database_prefers(target: str) -> None:
    preferred = f"{target}&options=-c%20default_transaction_isolation%3Dserializable"
    with closing(finzcore.open(preferred)) as engine:
        store = engine.store
        assert isinstance(store, PostgresStore)
        with store.write(7) as session:
            session.get(HEADS)
            shown = session.unit.connection.execute("SHOW transaction_isolation").fetchone()
        assert ("read committed",) == shown


def test_a_session_whose_prepared_statements_are_gone_is_replaced(target: str) -> None:
    with closing(finzcore.open(target)) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        for _ in range(3):
            acme.contacts.list()
        store = engine.store
        assert isinstance(store, PostgresStore)
        with store.read(7) as session:
            session.get(HEADS)
            session.unit.connection.execute("DEALLOCATE ALL", prepare=False)
            # The driver is made to believe that they are there, as it does behind a pooler.
            session.unit.connection._prepared._to_flush.clear()
        assert [] == list(acme.contacts.list())
        assert "X" == acme.contacts.create(contact_name="X", contact_type="BOTH")["contact_name"]


def test_a_database_of_another_encoding_is_refused(postgres: scratch.Server) -> None:
    with psycopg.connect(postgres.address("postgres"), autocommit=True) as around:
        around.execute(
            "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        )
        try:
            with pytest.raises(BooksUnusable, match="is not encoded in UTF8"):
                finzcore.open(postgres.address("latin"))
        finally:
            around.execute("DROP DATABASE latin")


def test_text_travels_in_utf8_whatever_a_database_prefers(postgres: scratch.Server) -> None:
    with bare_database(postgres) as name:
        with psycopg.connect(postgres.address(name), autocommit=True) as around:
            around.execute(f"ALTER DATABASE {name} SET client_encoding TO 'LATIN1'")
        with closing(finzcore.open(postgres.address(name, scratch.OWNER))) as engine:
            acme = engine.create_org(name="आशा स्टोर्स", state="IN-KA")
            assert "आशा स्टोर्स" == acme.profile["name"]


def test_a_silent_network_is_given_up_unless_the_address_says_when() -> None:
    silent = postgres_connections.heard("postgresql:///books")
    assert (20_000, 5) == (silent["tcp_user_timeout"], silent["keepalives_idle"])
    assert "tcp_user_timeout" not in postgres_connections.heard("postgresql:///books?tcp_user_timeout=60000")
