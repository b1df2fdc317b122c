"""A process that is killed while it posts: what was acknowledged is there, and entries are whole."""

import multiprocessing
import os
import random
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

import finzcore
from finzcore.testing import Call

CYCLES = 30
LETHAL = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


def _post_for_ever(path: str, token: str, cycle: int, told: Connection) -> None:
    unlimited = {"DEFAULT": 10**9, "PARTNER": 10**9}
    with finzcore.open(path, settings=finzcore.Settings(rate_limits=unlimited)) as engine:
        call = Call(engine, token)
        for number in range(10_000):
            name = f"{cycle}-{number}"
            body = {"contact_name": name, "opening_balance": "118.00"}
            call.ok("POST", "/contacts", body, key=f"key-{name}")
            told.send(name)


def _killed_run(path: str, token: str, cycle: int, wait: float) -> list[str]:
    """What a child acknowledged before it was killed, `wait` seconds after its first answer."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("forkserver").Process(
        target=_post_for_ever, args=(path, token, cycle, there)
    )
    child.start()
    there.close()
    acknowledged = [here.recv()]
    time.sleep(wait)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    try:
        while True:
            acknowledged.append(here.recv())
    except EOFError:
        here.close()
        return acknowledged


@LETHAL
def test_a_killed_process_leaves_whole_entries_and_all_it_acknowledged(tmp_path: Path) -> None:
    path = str(tmp_path / "books.db")
    with finzcore.open(path) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        token = engine.mint_pat(org_id=acme.org_id).token
    chance = random.Random(20260519)
    acknowledged: list[str] = []
    for cycle in range(CYCLES):
        acknowledged += _killed_run(path, token, cycle, chance.uniform(0, 1 / 20))
        with finzcore.open(path) as engine:
            assert [] == engine.verify()
            head = engine.export_head(acme.org_id)
            kept = {contact["contact_name"] for contact in engine.org(acme.org_id).contacts.all()}
        assert set(acknowledged) <= kept
        # What was under way when the kill came is there in full or not at all; it is one request a cycle.
        assert len(kept) - len(acknowledged) <= cycle + 1
        assert len(kept) == head["entry_seq"]


@LETHAL
def test_a_retry_after_the_kill_is_answered_as_before(tmp_path: Path) -> None:
    path = str(tmp_path / "books.db")
    with finzcore.open(path) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        token = engine.mint_pat(org_id=acme.org_id).token
    last = _killed_run(path, token, 0, 0)[-1]
    with finzcore.open(path) as engine:
        before = engine.export_head(acme.org_id)["entry_seq"]
        body = {"contact_name": last, "opening_balance": "118.00"}
        answer = Call(engine, token)("POST", "/contacts", body, key=f"key-{last}")
        assert (201, "true") == (answer.status, dict(answer.headers)["Idempotency-Replayed"])
        assert before == engine.export_head(acme.org_id)["entry_seq"]
