"""A server that is killed while shopkeepers post, and begins again; they ask until they are answered."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from unittest import mock

import attrs
import psycopg_pool.base

from finzcore.testing import Call
from tests import postgres as scratch
from tests.postgres import Server
from tests.proof.crash import ask, open_books
from tests.proof.onlooker import looking
from tests.proof.trading import DAY, Asked

SHOPKEEPERS: Final = 4
LONG: Final = 60
"""Seconds after which nobody waits any longer."""


def killed_and_begun_again(server: Server) -> None:
    """Kill a server of ours at once, as a failing machine does, and begin it again."""
    folder = Path(server.settings["host"])
    command = (scratch._binaries() / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w")
    scratch._run(folder, *command, "-m", "immediate", "restart")


@contextmanager
def quick_to_return() -> Iterator[None]:
    """A pool looks after a lost server every few moments, and not every few seconds."""
    with mock.patch.object(psycopg_pool.base.AttemptWithBackoff, "INITIAL_DELAY", 0.02):
        yield


@attrs.define
class Sold:
    """An invoice that was acknowledged."""

    asked: Asked
    text: str

    @property
    def invoice(self) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(self.text, parse_float=Decimal)["invoice"]
        return made


class Shopkeepers:
    """Threads that share one engine from beginning to end; what they are told is kept."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.engine = open_books(target, "full")
        acme = self.engine.create_org(name="Acme Traders", state="IN-KA")
        self.call = Call(self.engine, self.engine.mint_pat(org_id=acme.org_id).token)
        self.customer = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
        self.counts: Counter[str] = Counter()
        self.sold: list[Sold] = []
        self._wrong: list[str] = []
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._sell, args=(n,)) for n in range(SHOPKEEPERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close_for_today()
        self.engine.close()

    def _sell(self, number: int) -> None:
        chance = random.Random(number)
        for turn in range(10**6):
            if self._closing.is_set():
                return
            lines = [{"name": "Work", "rate": chance.randint(1, 900)} for _ in range(chance.randint(1, 4))]
            body = {"customer_id": self.customer, "date": DAY, "line_items": lines, "auto_approve": True}
            asked = Asked(f"k{number}-{turn}", "POST", "/invoices", body | {"place_of_supply": "IN-KA"})
            self._insist(asked)

    def _insist(self, asked: Asked) -> None:
        """Ask until there is an answer."""
        give_up = time.monotonic() + LONG
        while time.monotonic() < give_up:
            answer = ask(self.call, asked, asked.name)
            if answer.status == 201:
                self.sold.append(Sold(asked, answer.body.decode()))
                self.counts["acknowledged"] += 1
                self.counts["found done"] += answer.header("Idempotency-Replayed") == "true"
                return
            if answer.status not in (409, 503) or not answer.header("Retry-After"):
                break
            self.counts["asked again"] += 1
            time.sleep(0.01)
        self._wrong.append(f"{asked.name}: {answer.status} {answer.body.decode()}")

    def goes_on(self, many: int) -> None:
        """Wait until so many more were sold."""
        goal, give_up = len(self.sold) + many, time.monotonic() + LONG
        while len(self.sold) < goal:
            assert not self._wrong, self._wrong[0]
            assert time.monotonic() < give_up, "the shop does not go on"
            time.sleep(0.001)

    def close_for_today(self) -> None:
        """Let everybody end what he is at."""
        self._closing.set()
        for thread in self._threads:
            thread.join()

    def inspect(self) -> None:
        """What was sold is there, once, and nothing else; the numbers have no gap; the books are sound."""
        assert not self._wrong, self._wrong[0]
        agents = Counter({one.asked.name: 1 for one in self.sold})
        with looking(self.target) as onlooker:
            done = "SELECT user_agent FROM events WHERE action = 'INVOICE_CREATED'"
            assert agents == Counter(agent for (agent,) in onlooker.rows(done))
            given = "SELECT serial FROM numbers WHERE kind = 'INVOICE' ORDER BY serial"
            assert list(range(1, len(self.sold) + 1)) == [serial for (serial,) in onlooker.rows(given)]
        assert [] == self.engine.verify()
        for one in self.sold:
            again = ask(self.call, one.asked, "again")
            said = (again.status, again.body.decode(), again.header("Idempotency-Replayed"))
            assert (201, one.text, "true") == said, f"{one.asked.name}: answered otherwise"
        due = sum(one.invoice["total"] for one in self.sold)
        said = self.call.ok("GET", "/reports/trial_balance?as_of_date=2027-03-31")["trial_balance"]
        assert due == sum(row["debit"] for row in said["accounts"] if row["code"] == "1040")
