"""What has its time is ended in it: nothing is stored, and whoever asks is told when to come again."""

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from unittest import mock

import psycopg
import pytest

import finzcore
from finzcore.api import Response
from finzcore.errors import BooksUnusable, Unavailable
from finzcore.storage.postgres_unit import BEGIN, Sent
from finzcore.testing import Call
from tests.databases import of_target
from tests.engines import on_postgres
from tests.postgres import Server
from tests.proof.onlooker import OnDatabase
from tests.proof.stage import NOT_COUNTED
from tests.proof.wire import Wire, watching

pytestmark = [on_postgres, pytest.mark.usefixtures("quiet")]

LONG: Final = 30
WAITING: Final = """
    SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


class Shop:
    """One organisation, its customers asked for through an engine with options of its own."""

    def __init__(self, target: str, **options: str) -> None:
        given = "%20".join(f"-c%20{name}%3D{value}" for name, value in options.items())
        self.target = f"{target}&options={given}"
        # With ids by chance: a child that is a copy of us must not draw ours.
        self.engine = finzcore.open(self.target, settings=finzcore.Settings(rate_limits=NOT_COUNTED))
        self.org = self.engine.create_org(name="Acme Traders", state="IN-KA")
        self.token = self.engine.mint_pat(org_id=self.org.org_id).token
        self.onlooker = OnDatabase(target)

    def post(self, name: str, key: str) -> Response:
        return Call(self.engine, self.token)("POST", "/contacts", {"contact_name": name}, key=key)

    def contacts(self) -> list[str]:
        return [name for (name,) in self.onlooker.rows("SELECT contact_name FROM contacts ORDER BY 1")]

    def close(self) -> None:
        self.engine.close()
        self.onlooker.close()

    def wait_for_waiting(self) -> None:
        """Until somebody waits for a lock."""
        give_up = time.monotonic() + LONG
        while not self.onlooker.rows(WAITING):
            assert time.monotonic() < give_up
            time.sleep(0.001)


@contextmanager
def shop(target: str, **options: str) -> Iterator[Shop]:
    opened = Shop(target, **options)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def heads_locked(target: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody holds the lock of every organisation."""
    with of_target(target).connect() as holder, holder.transaction():
        holder.execute("SELECT 1 FROM heads FOR UPDATE")
        yield holder


@pytest.mark.parametrize("patience", ["lock_timeout", "statement_timeout"])
def test_a_lock_that_is_not_had_in_time_is_a_503_and_leaves_nothing(target: str, patience: str) -> None:
    with shop(target, **{patience: "50ms"}) as acme:
        before = acme.onlooker.mark()
        with heads_locked(target):
            answer = acme.post("Asha Stores", "once")
            assert (503, "1") == (answer.status, answer.header("Retry-After"))
            assert "server.unavailable" == answer.json()["code"]
            with pytest.raises(Unavailable):
                acme.org.add_salesperson("Veena")
            assert 200 == Call(acme.engine, acme.token)("GET", "/contacts").status
        assert before == acme.onlooker.mark()
        assert (201, None) == (
            (again := acme.post("Asha Stores", "once")).status,
            again.header("Idempotency-Replayed"),
        )


@pytest.mark.parametrize("last", ["a pipeline", "one statement"])
def test_a_unit_of_work_that_does_nothing_for_too_long_is_ended(target: str, last: str) -> None:
    with shop(target, idle_in_transaction_session_timeout="50ms") as acme:
        before = acme.onlooker.mark()
        with pytest.raises(Unavailable), acme.org.transaction():
            acme.org.contacts.create(contact_name="Asha Stores")
            if last == "one statement":
                acme.org.salespersons.list()
            time.sleep(0.3)
        assert before == acme.onlooker.mark()
        assert 201 == acme.post("Asha Stores", "once").status


def _post_from_afar(target: str, token: str, there: Any) -> None:
    with finzcore.open(target) as engine:
        answer = Call(engine, token)("POST", "/contacts", {"contact_name": "Asha Stores"}, key="once")
        there.send((answer.status, answer.body))


def test_a_key_that_another_process_works_on_is_refused_at_once(target: str) -> None:
    context = multiprocessing.get_context("forkserver")
    here, there = context.Pipe()
    with shop(target) as acme:
        child = context.Process(target=_post_from_afar, args=(target, acme.token, there))
        with heads_locked(target):
            child.start()
            acme.wait_for_waiting()
            began = time.monotonic()
            answer = acme.post("Asha Stores", "once")
            # The other waits for the lock of the organisation, and so would this one.
            assert time.monotonic() - began < 4
            assert (409, "1") == (answer.status, answer.header("Retry-After"))
            assert "idempotency.in_progress" == answer.json()["code"]
        status, body = here.recv()
        child.join(LONG)
        assert 201 == status
        replay = acme.post("Asha Stores", "once")
        assert (201, body, "true") == (replay.status, replay.body, replay.header("Idempotency-Replayed"))
        assert ["Asha Stores"] == acme.contacts()
        here.close()
        there.close()


class Crossing(Wire):
    """Before the first unit of work commits, somebody who holds what it still needs waits for what it has."""

    def __init__(self, acme: Shop, target: str) -> None:
        self._acme, self._rival = acme, of_target(target).connect()
        self._rival.execute("BEGIN; SET LOCAL deadlock_timeout = '10s'; LOCK TABLE contacts IN SHARE MODE")
        self._waiting = threading.Thread(target=self._wait)
        self.crossed = False

    def _wait(self) -> None:
        self._rival.execute("SELECT 1 FROM heads FOR UPDATE")
        self._rival.execute("COMMIT")

    def leaves(self, connection: Any, sent: Sequence[Sent]) -> None:
        if len(sent) > 1 and sent[-1].text == "COMMIT" and not self.crossed:
            self.crossed = True
            self._waiting.start()
            self._acme.wait_for_waiting()

    def end(self) -> None:
        self._waiting.join(LONG)
        self._rival.close()


def test_a_deadlock_is_undone_and_done_again(target: str) -> None:
    of_target(target).spoiled = True
    with of_target(target).connect() as admin:
        name = of_target(target).name
        admin.execute(f"ALTER DATABASE {name} SET deadlock_timeout = '20ms'")  # type: ignore[call-overload]
    with shop(target) as acme:
        crossing = Crossing(acme, target)
        begun: list[str] = []
        acme.engine.store.trace(  # type: ignore[attr-defined]
            lambda text: begun.append(text) if text == BEGIN else None
        )
        with watching(crossing):
            answer = acme.post("Asha Stores", "once")
        crossing.end()
        assert (201, None) == (answer.status, answer.header("Idempotency-Replayed"))
        assert [BEGIN] * 2 == begun
        assert ["Asha Stores"] == acme.contacts()
        assert [] == acme.engine.verify()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_goes_on_with_connections_of_its_own(target: str) -> None:
    with shop(target) as acme:
        assert 201 == acme.post("Before", "before").status
        child = os.fork()
        if child == 0:
            try:
                done = [acme.post(f"Child {n}", f"child-{n}").status for n in range(3)]
                os._exit(0 if [201] * 3 == done else 1)
            finally:
                os._exit(2)
        mine = [acme.post(f"Parent {n}", f"parent-{n}").status for n in range(3)]
        assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert [201] * 3 == mine
        assert 7 == len(acme.contacts())
        assert 201 == acme.post("After", "after").status
        assert [] == acme.engine.verify()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_unit_of_work_does_not_go_on_in_a_child(target: str) -> None:
    with shop(target) as acme:
        with acme.org.transaction():
            acme.org.add_salesperson("Veena")
            child = os.fork()
            if child == 0:
                try:
                    acme.org.add_salesperson("Anand")
                except Exception:
                    os._exit(7)
                finally:
                    os._exit(2)
            assert 7 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert ["Veena"] == [row["name"] for row in acme.org.salespersons.list()]


def test_books_that_are_closed_say_so(target: str) -> None:
    acme = Shop(target)
    acme.close()
    assert 503 == acme.post("Asha Stores", "once").status
    with pytest.raises(Unavailable, match="closed"):
        acme.org.add_salesperson("Veena")
    with pytest.raises(Unavailable, match="closed"):
        acme.engine.orgs()


def test_a_server_that_is_not_there_is_named_when_books_are_opened(
    target: str, postgres: Server, tmp_path: Any
) -> None:
    nowhere = postgres.address("books").replace(postgres.settings["host"].replace("/", "%2F"), str(tmp_path))
    with pytest.raises(Unavailable, match="cannot be used"):
        finzcore.open(nowhere)
    with pytest.raises(BooksUnusable, match="does not exist"):
        finzcore.open(postgres.address("no_such_books"))


def test_all_connections_at_work_is_a_503_and_then_is_over(target: str) -> None:
    """More threads wait than there are connections: each is answered, and none is lost."""
    with shop(target, lock_timeout="300ms") as acme, ExitStack() as stack:
        stack.enter_context(mock.patch.object(acme.engine.store._turns, "_patience", 1))  # type: ignore[attr-defined]
        stack.enter_context(heads_locked(target))
        answers: list[int] = []
        threads = [
            threading.Thread(target=lambda n=n: answers.append(acme.post(f"Customer {n}", f"{n}").status))
            for n in range(24)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)
        assert [503] * 24 == answers
        stack.close()
        assert 201 == acme.post("Customer 0", "0").status
        assert ["Customer 0"] == acme.contacts()
