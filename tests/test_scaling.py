"""What `docs/scaling.md` tells to do is done here, on a scratch PostgreSQL; what is for Citus is compared
with what `finzcore schema` prints.
"""

import contextlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from click.testing import CliRunner

import finzcore
from finzcore.api import Request
from finzcore.cli import main
from finzcore.storage.postgres import PostgresStore
from finzcore.storage.postgres_session import PostgresSession
from finzcore.testing import FrozenClock
from tests.databases import bare_database as bare
from tests.engines import on_postgres
from tests.postgres import APPLICATION, OWNER, Server
from tests.test_readme import ROOT, blocks, terminal

PAGE: Final = "docs/scaling.md"
TEXT: Final = (ROOT / PAGE).read_text("utf-8")
DISTRIBUTED: Final = "\n## Many machines\n"

OF_CITUS: Final = {
    "citus_add_node",
    "citus_create_restore_point",
    "citus_rebalance_start",
    "citus_set_coordinator_host",
    "create_distributed_table",
    "create_reference_table",
    "isolate_tenant_to_new_shard",
    "truncate_local_data_after_distributing_table",
}
"""The functions that the documentation of Citus 13 has under these names."""


class Shop:
    """A terminal in which the page's two roles have a database, and its addresses lead there."""

    def __init__(self, server: Server, name: str, folder: Path) -> None:
        self.superuser = server.address(name)
        self.places = {
            f"postgresql://{role}@db1.example,db2.example/shop?": f"{server.address(name, role)}&"
            for role in (OWNER, APPLICATION)
        }
        self.env = terminal(folder)
        python = folder / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        self.folder = folder
        self.names: dict[str, Any] = {}

    def read(self, text: str) -> str:
        """A block, with the addresses that there are."""
        for told, real in self.places.items():
            text = text.replace(told, real)
        return text

    def bash(self, text: str) -> None:
        for name, value in re.findall(r'^export (\w+)="(.+)"$', text, re.MULTILINE):
            self.env[name] = value
        done = subprocess.run(
            ["sh", "-ec", text], cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=60
        )
        assert (0, "") == (done.returncode, done.stderr), done.stdout

    def python(self, text: str) -> None:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(text, PAGE, "exec"), self.names)
        assert "" == said.getvalue()

    def sql(self, text: str) -> None:
        with psycopg.connect(self.superuser) as connection:
            for statement in statements(text):
                connection.execute(statement.encode())
            connection.rollback()


@pytest.fixture
def shop(postgres: Server, tmp_path: Path) -> Iterator[Shop]:
    """Books in a file, and a database without tables that they can go to."""
    if shutil.which("psql") is None:
        pytest.skip("the page's commands need psql")
    with finzcore.open(str(tmp_path / "shop.db"), clock=FrozenClock()) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        acme.contacts.create(contact_name="Ravi", contact_type="CUSTOMER", opening_balance=100)
    with bare(postgres) as name:
        shop = Shop(postgres, name, tmp_path)
        yield shop
        if "engine" in shop.names:
            shop.names["engine"].close()


def statements(text: str) -> list[str]:
    """The statements of a text, without the remarks between them."""
    kept = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)
    return [one.strip() for one in kept.split(";") if one.strip()]


def sql_for_citus() -> list[str]:
    """The statements of the page that are for Citus alone."""
    after = TEXT.partition(DISTRIBUTED)[2]
    return [one for text in re.findall(r"```sql\n(.*?)```", after, re.DOTALL) for one in statements(text)]


def printed(*words: str) -> list[str]:
    """The statements that `finzcore schema` prints."""
    said = CliRunner().invoke(main, ["schema", *words])
    assert 0 == said.exit_code
    return statements(said.stdout)


def test_every_block_says_what_it_is() -> None:
    assert {"bash", "python", "sql", "text"} == {language for language, _ in blocks(PAGE)}


def test_what_the_page_tells_to_do_can_be_done(shop: Shop) -> None:
    before = TEXT.partition(DISTRIBUTED)[0]
    for language, text in blocks(PAGE):
        if language == "bash":
            shop.bash(shop.read(text))
        elif language == "python":
            shop.python(shop.read(text))
        elif language == "sql" and text in before:
            shop.sql(text)
    assert 100 == shop.names["shown"]["total_debit"]
    assert (shop.folder / "shop-copy.db.heads.json").exists()


@pytest.mark.parametrize("kind", ["create_distributed_table", "create_reference_table"])
def test_the_tables_are_distributed_as_the_page_says(kind: str) -> None:
    calls = [one for one in printed("--dialect", "citus") if one.startswith(f"SELECT {kind}(")]
    told = [one for one in sql_for_citus() if one.startswith(f"SELECT {kind}(")]
    # The counters come first in the script, and last on the page.
    assert calls == sorted(told, key=lambda one: "finz_limits" not in one)


def test_the_role_has_on_citus_what_the_page_says() -> None:
    told = [one for one in sql_for_citus() if one.startswith("ALTER ROLE")]
    script = printed("--dialect", "citus", "--role", "finz_app")
    assert told == [one for one in script if one.startswith("ALTER ROLE")]


def test_the_page_calls_nothing_of_citus_that_there_is_not() -> None:
    called = set(re.findall(r"\b((?:citus|create|isolate|truncate)_\w+)(?=\()", TEXT))
    named = set(re.findall(r"\b(truncate_local_data\w+)", TEXT))
    assert OF_CITUS == called | named


def told_of_connections() -> dict[str, str]:
    """The parameters that each connection has, as the page says."""
    after = TEXT.partition("Each connection of finzcore has these")[2].partition("\nA connection")[0]
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| `(\w+)` \|", after, re.MULTILINE)
    return {name: value for names, value in rows for name in re.findall(r"\w+", names)}


def had_by_connections(engine: finzcore.Engine) -> dict[str, str]:
    """The parameters that a connection comes with, as the server says."""
    assert isinstance(engine.store, PostgresStore)
    with engine.store.read(1) as session:
        assert isinstance(session, PostgresSession)
        _, rows = session.unit.read(
            "SELECT name, current_setting(name) FROM pg_settings "
            "WHERE source = 'client' AND name NOT IN ('client_encoding', 'application_name')",
            (),
        )
    return dict(rows)


@on_postgres
def test_each_connection_has_what_the_page_says(target: str) -> None:
    with finzcore.open(target) as engine:
        assert told_of_connections() == had_by_connections(engine)


@on_postgres
def test_the_address_may_name_another_value_and_the_rest_stays(target: str) -> None:
    told = told_of_connections()
    with finzcore.open(f"{target}&options=-c%20statement_timeout%3D60s") as engine:
        assert told | {"statement_timeout": "1min"} == had_by_connections(engine)


def test_behind_pgbouncer_the_role_has_what_connections_have() -> None:
    told = dict(re.findall(r"^ALTER ROLE finz_app SET (\w+) = '(\w+)';$", TEXT, re.MULTILINE))
    assert told_of_connections() == told | {"synchronous_commit": "on"}


@on_postgres
def test_a_transaction_leaves_nothing_behind_in_its_session(target: str) -> None:
    told: list[str] = []
    with finzcore.open(target) as engine:
        assert isinstance(engine.store, PostgresStore)
        engine.store.trace(told.append)
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        acme.contacts.create(contact_name="Asha Stores", idempotency_key="contact-1")
        with acme.transaction():
            acme.contacts.create(contact_name="Bela Foods")
        engine.run_scheduler()
        assert [] == engine.verify()
    assert {"SET LOCAL"} == {text[: len("SET LOCAL")] for text in told if text.startswith("SET")}
    assert {"pg_try_advisory_xact_lock"} == set(re.findall(r"pg_\w*advisory\w*", " ".join(told)))


@on_postgres
def test_a_server_that_only_reads_is_out_of_reach_for_what_is_written(
    target: str, acme: finzcore.Org, engine: finzcore.Engine
) -> None:
    signed = {"Authorization": f"Bearer {engine.mint_pat(org_id=acme.org_id).token}"}
    with finzcore.open(f"{target}&options=-c%20default_transaction_read_only%3Don") as reader:
        there = reader.org(acme.org_id)
        with pytest.raises(finzcore.errors.Unavailable):
            there.contacts.create(contact_name="Asha Stores")
        answer = reader.handle(Request("GET", "/api/public/v1/contacts", headers=signed))
        # The request is counted before it is answered.
        assert (503, "1") == (answer.status, dict(answer.headers)["Retry-After"])
        assert [] == list(there.contacts.list())
        assert [] == there.reports.trial_balance(as_of_date="2026-05-31")["accounts"]
