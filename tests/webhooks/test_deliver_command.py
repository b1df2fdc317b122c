"""``finzcore deliver``: what it tells webhooks, and how it says so."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import finzcore
from finzcore import Settings
from finzcore.cli import main
from finzcore.errors import BooksUnusable
from finzcore.testing import FrozenClock
from tests.engines import on_sqlite
from tests.house import ROOT
from tests.webhooks.listening import Kept, endpoint, happened, rows
from tests.webhooks.receiver import receiving

pytestmark = on_sqlite  # the terminal, and one statement


def run(*words: str, **settings: str) -> Result:
    names = ("FINZCORE_SMTP", "FINZCORE_SENDER", "FINZCORE_MAIL_FOLDER", "FINZCORE_BOOKS")
    env = dict.fromkeys(names) | settings
    return CliRunner().invoke(main, ["deliver", *words], env=env, prog_name="finzcore")


@pytest.fixture
def sent_to(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """What every engine sends its webhooks by."""
    kept = Kept(500, 200, 410)
    monkeypatch.setattr(finzcore.Engine, "post", kept)
    return kept


def test_webhooks_are_told_and_what_fails_is_said(target: str, sent_to: Kept) -> None:
    with finzcore.open(target) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        happened(acme, endpoint(acme, url="https://shop.example/hooks?key=secret"), many=3)
    result = run(target)
    assert (0, "1 webhook delivered.\n") == (result.exit_code, result.stdout)
    said = [
        "put off: CONTACT_CREATED to shop.example: it answered 500",
        "given up: CONTACT_CREATED to shop.example: it answered 410",
        "disabled: shop.example: it answered 410",
    ]
    assert said == result.stderr.splitlines()
    assert "0 webhooks delivered.\n" == run(FINZCORE_BOOKS=target).stdout


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_goes_on_until_it_is_told_to_stop(target: str, end: int) -> None:
    with finzcore.open(target) as engine:
        engine.create_org(name="Acme Traders", state="IN-KA")
    words = [sys.executable, "-m", "finzcore", "deliver", target, "--forever"]
    with subprocess.Popen(
        words,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert "0 webhooks delivered.\n" == process.stdout.readline()
        assert "Looking again and again, until Ctrl-C.\n" == process.stderr.readline()
        process.send_signal(end)
        try:
            assert ("", "") == process.communicate(timeout=30)
        finally:
            process.kill()
        assert 0 == process.returncode


# ----- this machine -----

LOCAL = Settings(allow_local_webhooks=True)


def test_a_receiver_on_this_machine_is_told_where_that_is_allowed(target: str, clock: FrozenClock) -> None:
    with receiving() as receiver, finzcore.open(target, clock=clock, settings=LOCAL) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA", is_sandbox=True)
        happened(acme, endpoint(acme, url=receiver.url), many=2)
        assert 2 == engine.run_webhooks()
    assert ["CONTACT_CREATED"] * 2 == [heard.headers["X-AIBooks-Event"] for heard in receiver.heard]


def test_and_not_otherwise(target: str, clock: FrozenClock) -> None:
    with receiving() as receiver, finzcore.open(target, clock=clock) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        happened(acme, endpoint(acme, url=receiver.url))
        assert 0 == engine.run_webhooks()
        ((tried,),) = [row["attempts"] for row in rows(acme)]
    assert ([], "the host leads to an address that nothing is sent to") == (receiver.heard, tried["error"])


def tokens(engine: finzcore.Engine, how: str) -> None:
    acme = engine.create_org(name="Acme Traders", state="IN-KA", is_sandbox=how == "sandbox")
    expires: Any = "2026-05-19T05:00:01+00:00" if how == "expired" else None
    if how != "none":
        token = engine.mint_pat(
            org_id=acme.org_id,
            sandbox=how == "sandbox",
            expires_at=expires and finzcore.testing.FrozenClock(expires)(),
        )
        if how == "revoked":
            engine.revoke_token(token.token_id)


@pytest.mark.parametrize("how", ["none", "sandbox", "revoked", "expired"])
def test_practice_may_send_to_this_machine(target: str, clock: FrozenClock, how: str) -> None:
    with finzcore.open(target, clock=clock) as engine:
        tokens(engine, how)
    clock.move(seconds=2)
    finzcore.open(target, clock=clock, settings=LOCAL).close()


@pytest.mark.parametrize("how", ["live", "expires later"])
def test_books_with_a_live_token_are_not_opened_then(target: Path, clock: FrozenClock, how: str) -> None:
    with finzcore.open(str(target), clock=clock) as engine:
        tokens(engine, "expired" if how == "expires later" else how)
    with pytest.raises(BooksUnusable, match="allow_local_webhooks is for practice"):
        finzcore.open(str(target), clock=clock, settings=LOCAL)
