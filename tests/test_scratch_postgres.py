"""The scratch server of the tests: it goes when its run goes, its databases come back empty, and a machine
without PostgreSQL is told what to do."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

import finzcore
from tests.databases import Databases, of_target
from tests.house import ROOT
from tests.postgres import ADVICE, APPLICATION, HASTE, Missing, Server, running
from tests.tampering import Refused, laid_open

RUNNING = """
import signal, time
from tests.postgres import running
# Whoever runs the tests in the background has this one ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
with running(durable=True) as server:
    print(server.settings["host"], flush=True)
    time.sleep(60)
"""

WITHOUT = """
import sys, pytest
from tests import postgres
def missing():
    raise postgres.Missing(postgres.ADVICE)
postgres._binaries = missing
sys.exit(pytest.main(["-q", "-rs", "-p", "no:cacheprovider", "tests/test_scheduler.py"]))
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_server_ends_with_the_process_that_started_it(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUNNING],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert (folder / "data" / "postmaster.pid").exists()
        process.send_signal(how)
    for _ in range(200):
        if not folder.exists():
            return
        threading.Event().wait(0.05)
    pytest.fail(f"{folder} is still there")


def test_a_durable_server_waits_for_the_disk_and_the_usual_one_does_not(postgres: Server) -> None:
    def set_on(server: Server) -> dict[str, str]:
        with psycopg.connect(server.address("postgres")) as connection:
            return {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in HASTE}  # type: ignore[index]

    if not postgres.guarded:  # else it is somebody's, and set up as they like
        assert HASTE == set_on(postgres)
    with running(durable=True) as durable:
        assert dict.fromkeys(HASTE, "on") == set_on(durable)


def test_a_server_that_is_named_is_used(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINZCORE_TEST_PG", postgres.address("postgres"))
    with running() as named:
        assert postgres.settings == named.settings


def test_a_database_comes_back_empty(databases: Databases) -> None:
    with databases.lent() as target, finzcore.open(target) as engine:
        engine.create_org(name="Acme Traders", state="IN-KA")
    with databases.lent() as again, finzcore.open(again) as engine:
        assert [] == engine.orgs()
        assert target == again


def test_a_database_whose_nets_were_damaged_is_not_used_again(databases: Databases) -> None:
    with databases.lent() as target:
        with finzcore.open(target) as engine:
            engine.create_org(name="Acme Traders", state="IN-KA")
        with laid_open(target) as books:
            books.execute("UPDATE heads SET settings_version = 0")
    with databases.lent() as other:
        assert target != other


def test_a_test_that_left_a_transaction_open_is_in_nobodys_way(databases: Databases) -> None:
    with databases.lent() as target:
        left = of_target(target).connect()
        left.execute("BEGIN")
        left.execute("LOCK TABLE heads")
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")
    left.close()


def test_our_code_owns_nothing(databases: Databases) -> None:
    with databases.lent() as target, psycopg.connect(target, autocommit=True) as connection:
        owned = connection.execute(
            "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        ).fetchall()
        assert (APPLICATION, []) == (connection.info.user, owned)
        with pytest.raises(Refused, match="permission denied"):
            connection.execute("CREATE TABLE mine (id BIGINT)")


def test_the_databases_do_not_sort_by_bytes(databases: Databases) -> None:
    """So that a column which forgets to say that it does would show."""
    with databases.lent() as target, psycopg.connect(target) as connection:
        known = connection.execute("SELECT 1 FROM pg_collation WHERE collname = 'en-IN-x-icu'").fetchone()
        if known is None:
            pytest.skip("this server knows no other order")
        assert (True,) == connection.execute("SELECT 'a' < 'B'").fetchone()


def test_without_a_server_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FINZCORE_TEST_PG", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("tests.postgres.PLACES", ())
    monkeypatch.setattr("tests.postgres._bundled", lambda: None)
    with pytest.raises(Missing) as missing, running():
        pass
    assert ADVICE in str(missing.value)


@pytest.mark.parametrize(("ci", "status", "said"), [(None, 0, "skipped"), ("true", 1, "error")])
def test_without_a_server_its_half_is_skipped_and_in_ci_it_fails(
    ci: str | None, status: int, said: str
) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("CI", "FINZCORE_TEST_PG")}
    env |= {} if ci is None else {"CI": ci}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert status == done.returncode, done.stdout
    assert said in done.stdout.splitlines()[-1]
    assert "FINZCORE_TEST_PG" in done.stdout
