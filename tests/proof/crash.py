"""A process that works until it is killed, and whoever looks at the books afterwards.

The worker writes into a notebook what it asks, before, and what it was answered, after; what the
notebook holds is what was acknowledged. Each request has a user agent of its own, which the books
keep with every event: so it can be told, for each request, how often it took effect.
"""

import json
import mmap
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Literal

import attrs

import finzcore
from finzcore.api import Response
from finzcore.storage.postgres_unit import Sent
from finzcore.testing import Call
from tests.engines import is_postgres
from tests.proof import seam
from tests.proof.onlooker import looking
from tests.proof.seam import Watched, watched
from tests.proof.stage import NOT_COUNTED
from tests.proof.trading import Asked, Known, draw
from tests.proof.wire import Connection, Wire, watching

STILL_AT_WORK: Final = """
    SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename = 'finz_app'
"""

_GLANCE: Final = 1 / 50_000
"""Seconds between two looks at whether a commit goes on; the worker needs the processor more."""

Moment = Literal["at any time", "in a commit", "at a statement"]
MOMENTS: Final[tuple[Moment, ...]] = ("at any time", "in a commit", "at a statement")


@attrs.frozen
class Plan:
    """How one cycle goes: when the worker is killed, and how its books are opened."""

    name: str
    seed: str
    moment: Moment
    durability: Literal["full", "relaxed"]
    checkpoint: int
    """After how many pages of the write-ahead log they are copied into the file."""
    after: float
    """Seconds, for "at any time"."""
    count: int
    """Which commit, or which point of a statement, is the last."""


def plan(number: int, seed: int) -> Plan:
    """The cycle of that number."""
    chance = random.Random(f"{seed}/{number}")
    moment = MOMENTS[number % 3]
    return Plan(
        name=f"w{number}",
        seed=f"{seed}/{number}/work",
        moment=moment,
        durability=chance.choice(("full", "relaxed")),
        checkpoint=chance.choice((1, 20, 10_000)),
        after=chance.uniform(0, 0.06) if moment == "at any time" else chance.uniform(0, 0.0005),
        count=chance.randint(1, 20) if moment == "in a commit" else chance.randint(1, 900),
    )


class Marks:
    """Shows the parent when a commit goes on; ends the process at the point that the plan names."""

    def __init__(self, plan: Plan, shown: mmap.mmap) -> None:
        self._plan, self._shown, self._points = plan, shown, 0

    def _point(self, *, commits: bool = False, over: bool = False) -> None:
        if over:
            self._shown[0] = 0
        self._points += 1
        if self._plan.moment == "at a statement" and self._points == self._plan.count:
            os.kill(os.getpid(), signal.SIGKILL)
        if commits:
            self._shown[1] = min(self._shown[1] + 1, 255)
            self._shown[0] = 1


class MarksOnFile(Marks, seam.Watch):
    """The same, of the statements to a file."""

    def begin(self, connection: Watched, text: str) -> str:
        if text.startswith("PRAGMA wal_autocheckpoint"):
            return f"PRAGMA wal_autocheckpoint = {self._plan.checkpoint}"
        self._point(commits=text == "COMMIT")
        return text

    def end(self, connection: Watched, text: str) -> None:
        self._point(over=True)


class MarksOnWire(Marks, Wire):
    """The same, of the journeys to a server."""

    def leaves(self, connection: Connection, sent: Sequence[Sent]) -> None:
        self._point(commits=len(sent) > 1 and sent[-1].text == "COMMIT")

    def sends(self, connection: Connection, one: Sent) -> None:
        self._point()

    def returns(self, connection: Connection, sent: Sequence[Sent]) -> None:
        self._point(over=True)


def marked(target: str, plan: Plan, shown: mmap.mmap) -> AbstractContextManager[None]:
    """Whatever is sent inside is marked."""
    on_wire = is_postgres(target)
    return watching(MarksOnWire(plan, shown)) if on_wire else watched(MarksOnFile(plan, shown))


def open_books(target: str, durability: Literal["full", "relaxed"] = "relaxed") -> finzcore.Engine:
    settings = finzcore.Settings(durability=durability, rate_limits=NOT_COUNTED)
    return finzcore.open(target, settings=settings)


def ask(call: Call, asked: Asked, agent: str) -> Response:
    key = asked.name if asked.method == "POST" else None
    body = asked.body or None
    return call(asked.method, asked.path, body, key=key, headers={"User-Agent": agent})


def work(target: str, token: str, known: Known, plan: Plan, notebook: int, shown: mmap.mmap) -> None:
    """Ask for one thing after the other, for ever."""
    chance = random.Random(plan.seed)
    with marked(target, plan, shown):
        call = Call(open_books(target, plan.durability), token)
        for number in range(10**6):
            asked = draw(known, chance, f"{plan.name}-{number}")
            _note(notebook, attrs.asdict(asked))
            answer = ask(call, asked, asked.name)
            text = answer.body.decode()
            _note(notebook, {"name": asked.name, "status": answer.status, "text": text})
            if answer.status < 300:
                known.learn(json.loads(text))
                if asked.method == "DELETE":
                    known.forget(asked.path)


def _note(notebook: int, said: dict[str, Any]) -> None:
    os.write(notebook, json.dumps(said).encode() + b"\n")


@attrs.define
class Fate:
    """One request: what was asked, and the answer if it came."""

    asked: Asked
    status: int | None = None
    text: str = ""


def read_notebook(path: Path) -> list[Fate]:
    """What a worker asked, in order; the last line may be torn, and then was never said."""
    fates: dict[str, Fate] = {}
    for line in path.read_bytes().split(b"\n")[:-1]:
        said = json.loads(line)
        if "status" in said:
            fates[said["name"]].status, fates[said["name"]].text = said["status"], said["text"]
        else:
            fates[said["name"]] = Fate(Asked(**said))
    return list(fates.values())


def killed(labour: Callable[[int, mmap.mmap], None], notebook: Path, plan: Plan) -> bool:
    """Let a child work, and kill it as planned; whether that was in the middle of a commit."""
    with mmap.mmap(-1, 2) as shown:
        child = os.fork()
        if child == 0:
            try:
                labour(os.open(notebook, os.O_WRONLY | os.O_CREAT | os.O_APPEND), shown)
            finally:
                os._exit(1)
        _await(plan, shown, child)
        os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert -signal.SIGKILL == status, f"{plan}: the worker ended by itself, with {status}"
        return bool(shown[0])


def _await(plan: Plan, shown: mmap.mmap, child: int) -> None:
    if plan.moment == "at a statement":
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        return
    if plan.moment == "in a commit":
        give_up = time.monotonic() + 10
        while not (shown[1] >= plan.count and shown[0]) and time.monotonic() < give_up:
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT | os.WNOHANG):
                return
            time.sleep(_GLANCE)
    time.sleep(plan.after)


class Inspector:
    """Looks at the books after workers were killed; AssertionError for the first thing that is wrong."""

    def __init__(self, folder: Path, target: str | None = None) -> None:
        self.folder = folder
        self.target = target or str(folder / "books.db")
        with open_books(self.target) as engine:
            acme = engine.create_org(name="Acme Traders", state="IN-KA")
            self.token = engine.mint_pat(org_id=acme.org_id).token
            names = (f"Customer {number}" for number in range(4))
            customers = [acme.contacts.create(contact_name=name)["contact_id"] for name in names]
            self.known = Known(acme.tax_id("GST 18%"), customers)
        self.counts: Counter[str] = Counter()
        self._open: list[Fate] = []
        self._answered: list[Fate] = []
        self._agents: Counter[str] = Counter()
        self._last_event = 0
        self._deleted: set[str] = set()

    def cycle(self, plan: Plan, mutate: Callable[[], object] = lambda: None) -> None:
        """One worker lives and is killed."""
        notebook = self.folder / f"{plan.name}.notes"

        def labour(file: int, shown: mmap.mmap) -> None:
            mutate()
            work(self.target, self.token, self.known, plan, file, shown)

        in_commit = killed(labour, notebook, plan)
        if is_postgres(self.target):
            self._await_the_server()
        self.counts["kills"] += 1
        self.counts["in a commit"] += in_commit
        fates = read_notebook(notebook) if notebook.exists() else []
        notebook.unlink(missing_ok=True)
        for fate in fates:
            assert fate.status is None or fate.status < 500, f"{fate.asked}: {fate.text}"
            if fate.status is not None and fate.status < 300:
                self.known.learn(json.loads(fate.text))
                if fate.asked.method == "DELETE":
                    self._gone(fate)
        assert all(fate.status is not None for fate in fates[:-1])
        self._open += fates

    def _await_the_server(self) -> None:
        """Wait until the server has found out about the dead, and has done what they had sent."""
        with looking(self.target) as onlooker:
            while onlooker.rows(STILL_AT_WORK):
                time.sleep(0.001)

    def settle(self) -> None:
        """Ask again what was never answered; then each request took effect once or not at all, as
        its answer says."""
        with open_books(self.target) as engine:
            call = Call(engine, self.token)
            expected: set[str] = set()
            unsaid: list[Fate] = []
            for fate in self._open:
                if fate.status is not None:
                    self.counts["acknowledged"] += 1
                    expected |= {fate.asked.name} if fate.status < 300 else set()
                elif fate.asked.method == "POST":
                    expected |= self._retry(call, fate)
                else:
                    unsaid.append(fate)
            agents = set(self._new_agents())
            changes = [fate.asked for fate in self._open if fate.asked.method == "PUT"]
            last = {asked.path: asked.name for asked in changes if asked.name in agents}
            for fate in unsaid:
                expected |= self._look(call, fate, fate.asked.name in agents, last.get(fate.asked.path))
            assert expected == agents, f"lost {expected - agents}, done unasked {agents - expected}"
        self._answered += [fate for fate in self._open if fate.asked.method == "POST"]
        self._open.clear()

    def _retry(self, call: Call, fate: Fate) -> set[str]:
        """Send a request again with its key: under which agent its one effect must be found."""
        self.counts["retried"] += 1
        agent = f"{fate.asked.name} again"
        answer = ask(call, fate.asked, agent)
        assert answer.status < 500, f"{fate.asked} again: {answer.body.decode()}"
        replayed = answer.header("Idempotency-Replayed") == "true"
        self.counts["retried and found done"] += replayed
        fate.status, fate.text = answer.status, answer.body.decode()
        if answer.status >= 300:
            return set()
        self.known.learn(json.loads(fate.text))
        return {fate.asked.name if replayed else agent}

    def _gone(self, fate: Fate) -> None:
        self._deleted.add(fate.asked.path)
        self.known.forget(fate.asked.path)

    def _look(self, call: Call, fate: Fate, done: bool, last: str | None) -> set[str]:
        """A change without a key, which is done wholly or not at all: what the document shows, which is
        what the `last` change that was done has left."""
        self.counts["looked at"] += 1
        answer = call("GET", fate.asked.path)
        if fate.asked.method == "DELETE":
            if done:
                self._gone(fate)
            gone = fate.asked.path in self._deleted  # perhaps by an earlier request
            assert gone == (answer.status == 404), f"{fate.asked}: {answer.status}, done: {done}"
        elif answer.status == 200:
            noted = answer.json()["invoice"]["notes"]
            assert noted == last if done else noted != fate.asked.name, f"{fate.asked}: {noted}, done: {done}"
        return {fate.asked.name} if done else set()

    def _new_agents(self) -> Iterator[str]:
        """The user agents of the requests that wrote events since this was last asked."""
        with looking(self.target) as onlooker:
            ((last,),) = onlooker.rows("SELECT MAX(seq) FROM events")
            assert last >= self._last_event, "the history is shorter than it was"
            asked = "SELECT user_agent FROM events WHERE seq > :last AND user_agent IS NOT NULL"
            for (agent,) in onlooker.rows(asked, last=self._last_event):
                yield agent
        self._last_event = last

    def inspect(self) -> None:
        """Settle, and look at everything: the books are sound, every answer is given again byte for
        byte, what was made is there, and no number is missing or given twice."""
        self.settle()
        with open_books(self.target) as engine:
            problems = engine.verify()
            assert [] == problems, f"unsound: {problems[:3]}"
            call = Call(engine, self.token)
            for fate in self._answered:
                again = ask(call, fate.asked, "again and again")
                said = (again.status, again.body.decode(), again.header("Idempotency-Replayed"))
                assert (fate.status, fate.text, "true") == said, f"{fate.asked}: answered otherwise"
                if fate.status == 201:
                    self._find(call, fate)
        assert [] == list(self._new_agents()), "a replay wrote something"
        self.check_numbers()
        self.counts["answers given again"] += len(self._answered)
        self._answered.clear()

    def _find(self, call: Call, fate: Fate) -> None:
        made = json.loads(fate.text)
        (noun,) = made.keys() - {"code", "message"}
        found = call("GET", f"{fate.asked.path}/{made[noun][f'{noun}_id']}")
        assert found.status in ((200, 404) if noun == "invoice" else (200,)), f"{fate.asked} is gone"
        if found.status == 200 and f"{noun}_number" in made[noun]:
            assert made[noun][f"{noun}_number"] == found.json()[noun][f"{noun}_number"]

    def check_numbers(self) -> None:
        """Every series counts 1, 2, 3 … and its counter stands at the next."""
        with looking(self.target) as onlooker:
            numbers = "SELECT serial FROM numbers WHERE kind = :kind AND prefix = :prefix ORDER BY serial"
            for kind, prefix, following in onlooker.rows("SELECT kind, prefix, next_no FROM series"):
                given = [serial for (serial,) in onlooker.rows(numbers, kind=kind, prefix=prefix)]
                if given:
                    assert list(range(1, following)) == given, f"{kind} {prefix}: {given[-3:]}, {following}"


def run(inspector: Inspector, kills: int, seed: int, mutate: Callable[[], object] = lambda: None) -> None:
    """Kill so many workers, on one file; settle now and then, and inspect every twenty and at the end."""
    chance = random.Random(seed)
    for number in range(kills):
        inspector.cycle(plan(number, seed), mutate)
        if number % 20 == 19 or number == kills - 1:
            inspector.inspect()
        elif chance.random() < 1 / 2:
            # The other half of the files is recovered by the next worker.
            inspector.settle()
