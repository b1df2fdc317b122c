"""Several runners at once, and runners that die: each message goes once, or once more and can be known."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import finzcore
from finzcore.books.mail import queue
from finzcore.books.mail.queue import LEASE
from finzcore.delivery import deliver_mail
from finzcore.errors import Unavailable
from finzcore.testing import FrozenClock
from tests.house import ROOT
from tests.mail.ports import Failing, Kept, Meanwhile
from tests.mail.waiting import queued, rows


def test_what_one_sends_no_other_touches_until_its_lease_is_over(
    engine: finzcore.Engine, acme: finzcore.Org, port: Kept, clock: FrozenClock
) -> None:
    queued(acme)
    counts = []

    def others() -> None:
        counts.append(engine.run_mail())
        clock.move(seconds=LEASE.seconds - 1)
        counts.append(engine.run_mail())

    assert 1 == deliver_mail(engine, Meanwhile(others)).sent
    assert [0, 0] == counts
    clock.move(days=1)
    assert 0 == engine.run_mail()
    assert [] == port.messages


def test_what_a_runner_that_died_had_claimed_is_sent_by_the_next_one(
    engine: finzcore.Engine, acme: finzcore.Org, port: Kept, clock: FrozenClock
) -> None:
    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    ids = queued(acme, 2)
    with pytest.raises(Killed):
        deliver_mail(engine, Meanwhile(die))
    assert 1 == engine.run_mail()
    clock.move(seconds=LEASE.seconds - 1)
    assert 0 == engine.run_mail()
    clock.move(seconds=1)
    assert 1 == engine.run_mail()
    assert sorted(ids) == sorted(port.ids)


def test_a_runner_that_took_too_long_is_believed_when_it_says_sent(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    queued(acme)

    def too_long() -> None:
        clock.move(seconds=LEASE.seconds)
        deliver_mail(engine, Failing())

    assert 1 == deliver_mail(engine, Meanwhile(too_long)).sent
    (row,) = rows(acme)
    assert (None, None) == (row["next_at"], row["last_error"])
    assert 0 == engine.run_mail(clock() + dt.timedelta(days=3))


def test_the_failure_of_a_runner_that_took_too_long_changes_nothing(
    engine: finzcore.Engine, acme: finzcore.Org, port: Kept, clock: FrozenClock
) -> None:
    queued(acme)

    class Late(Failing):
        def send(self, message: Any) -> str:
            clock.move(seconds=LEASE.seconds)
            assert 1 == engine.run_mail()
            return super().send(message)

    deliver_mail(engine, Late())
    (row,) = rows(acme)
    assert (2, None, None) == (row["attempts"], row["next_at"], row["last_error"])
    assert row["sent_at"] is not None


def test_what_is_put_off_is_found_again_though_others_have_looked_meanwhile(
    engine: finzcore.Engine, acme: finzcore.Org, port: Kept, clock: FrozenClock
) -> None:
    queued(acme)
    looked = []

    class Refusing(Failing):
        def send(self, message: Any) -> str:
            looked.append(engine.run_mail())
            return super().send(message)

    failing = Refusing()
    deliver_mail(engine, failing, stop=lambda: bool(failing.messages))
    assert [0] == looked
    clock.move(seconds=73)
    assert 1 == engine.run_mail()


def test_what_was_sent_is_written_down_even_if_the_books_are_busy_for_a_while(
    engine: finzcore.Engine, acme: finzcore.Org, port: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(acme)
    busy, sent = [True] * 4, queue.sent

    def sometimes(*given: Any) -> None:
        if busy:
            busy.pop()
            raise Unavailable
        sent(*given)

    monkeypatch.setattr(queue, "sent", sometimes)
    assert 1 == engine.run_mail()
    assert rows(acme)[0]["sent_at"] is not None


def test_many_threads_send_each_message_once(target: str, engine: finzcore.Engine, port: Kept) -> None:
    orgs = [engine.create_org(name=name, state="IN-KA") for name in ("A", "B")]
    ids = [one for org in orgs for one in queued(org, 12)]
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(engine.run_mail())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (24, 4) == (sum(done), len(done))
    assert Counter(ids) == Counter(port.ids)


RUNNER = """
import sys
sys.path.insert(0, sys.argv[1])
import finzcore
from finzcore.mail import Folder

class Counting(Folder):
    def send(self, message):
        name = super().send(message)
        with open(sys.argv[4], "a") as log:
            log.write(name + "\\n")
        if sys.argv[5] == "hang":
            print("sending", flush=True)
            sys.stdin.read()
        return name

with finzcore.open(sys.argv[2], mail=Counting(sys.argv[3])) as engine:
    print("ready", flush=True)
    sys.stdin.readline()
    print(engine.run_mail())
"""


def runner(target: str, folder: Path, how: str = "go") -> "subprocess.Popen[str]":
    words = [sys.executable, "-c", RUNNER, str(ROOT), target, str(folder / "out"), str(folder / "log"), how]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "ready\n" == process.stdout.readline()
    return process


def test_two_processes_send_each_message_once(target: str, tmp_path: Path) -> None:
    with finzcore.open(target) as engine:
        ids = queued(engine.create_org(name="Acme Traders", state="IN-KA"), 20)
    both = [runner(target, tmp_path) for _ in range(2)]
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    counts = [int(one.communicate()[0]) for one in both]
    assert 20 == sum(counts)
    names = (tmp_path / "log").read_text().split()
    assert sorted(one.strip("<>").replace("@finzcore.invalid", ".eml") for one in ids) == sorted(names)


def test_a_process_that_is_killed_while_it_sends_loses_nothing(target: str, tmp_path: Path) -> None:
    with finzcore.open(target, mail=(port := Kept())) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        ids = queued(acme, 2)
        killed = runner(target, tmp_path, "hang")
        assert killed.stdin is not None and killed.stdout is not None
        killed.stdin.write("go\n")
        killed.stdin.flush()
        assert "sending\n" == killed.stdout.readline()
        os.kill(killed.pid, signal.SIGKILL)
        killed.communicate()
        assert 1 == engine.run_mail()
        later = engine.clock() + LEASE
        assert [1, 0] == [engine.run_mail(later), engine.run_mail(later)]
        # The one that was on its way is sent again, and can be known by its Message-ID.
        assert sorted(ids) == sorted(port.ids)
        first = (tmp_path / "log").read_text().strip().removesuffix(".eml")
        assert f"<{first}@finzcore.invalid>" == port.ids[-1]
        assert [] == engine.verify()
