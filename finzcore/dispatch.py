"""What leaves the books: events that are due, told to the endpoints that listen (`api.md` §6.3).

A run has a few threads, which are gone when it returns. Each sends one delivery at a time: claims it by a
unit of work, sends it while nothing is locked, and writes down what came of it by another one
(`finzcore.books.webhooks.queue` says what that keeps apart). No endpoint has more than two of the threads,
so that a slow one delays nobody else. Several runs may be at it at once, in this process or in others.
"""

import datetime as dt
import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Final, NamedTuple

from finzcore import system
from finzcore.books import due
from finzcore.books.books import Actor, Books, instant
from finzcore.books.retries import CHANCE
from finzcore.books.webhooks import queue
from finzcore.books.webhooks.attempt import Came, Claimed, Post, outgoing
from finzcore.books.webhooks.queue import Lane, Outcome
from finzcore.books.webhooks.telling import KIND
from finzcore.delivery import Keeper
from finzcore.errors import SealBroken, Unavailable
from finzcore.ids import wire
from finzcore.outgoing import in_words
from finzcore.ports import Row

log: Final = logging.getLogger("finzcore.webhooks")

THREADS: Final = 16
"""How many deliveries are on their way at once."""

AT_ONCE: Final = 2
"""How many of them to one endpoint."""

TAKES_ON: Final = 30
"""For how many seconds a run takes on new deliveries, so that it comes to its end however slow others are."""

_SYSTEM: Final = Actor(source="SYSTEM")
_TRIES: Final = 5
"""How often what came of a delivery is written down, if the database does not take it at once."""


class Dispatched(NamedTuple):
    """What became of the deliveries that were due; those that failed, and what was disabled, in words."""

    delivered: int = 0
    put_off: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()


class Told(NamedTuple):
    """What became of one."""

    outcome: Outcome
    said: str
    disabled: str | None = None


def _never() -> bool:
    return False


def deliver_webhooks(
    engine: Keeper, post: Post, now: dt.datetime | None = None, stop: Callable[[], bool] = _never
) -> Dispatched:
    """Send what is due at an instant, by default at the present one, until told to `stop`.

    An exception of `post` puts its delivery off. What the database refuses is raised, when the rest is done.
    """
    if engine.desk.open_books is not None:
        raise RuntimeError("run_webhooks() inside transaction(): nothing must be sent before its commit")
    run = _Run(engine, post, now, stop)
    run.go()
    if run.missed:
        raise run.missed[0]
    said = {outcome: [told.said for told in run.told if told.outcome is outcome] for outcome in Outcome}
    return Dispatched(
        len(said[Outcome.DELIVERED]),
        tuple(said[Outcome.PUT_OFF]),
        tuple(said[Outcome.GIVEN_UP]),
        tuple(told.disabled for told in run.told if told.disabled is not None),
    )


class _Run:
    """One run: the lanes that have something to send, and those that a thread is at."""

    def __init__(self, engine: Keeper, post: Post, now: dt.datetime | None, stop: Callable[[], bool]) -> None:
        self._engine = engine
        self._post = post
        self._now = now
        self._stop = stop
        self._began = self._looked = system.ticks()
        self._ready: deque[Lane] = deque()
        self._busy: dict[Future[Told | None], Lane] = {}
        self._empty: set[Lane] = set()
        self._left: set[Lane] = set()
        self.told: list[Told] = []
        self.missed: list[Unavailable] = []

    def go(self) -> None:
        """Send until there is nothing more that may be sent now."""
        with ThreadPoolExecutor(THREADS, thread_name_prefix="finzcore-webhooks") as pool:
            while True:
                if not self._stop() and system.ticks() - self._began < TAKES_ON:
                    self._look()
                    self._begin(pool)
                if not self._busy:
                    break
                finished, _ = wait(self._busy, timeout=1, return_when=FIRST_COMPLETED)
                for one in finished:
                    self._finish(one)
        for org_id in self._awake():
            self._work(org_id, queue.rest)

    # ----- what there is -----

    def _awake(self) -> list[int]:
        return due.organisations(self._engine.store, KIND, instant(self._instant()))

    def _look(self) -> None:
        """See what there is to do: when nothing is left, and once a second, for there may be more by then."""
        if self._ready and system.ticks() == self._looked:
            return
        if system.ticks() != self._looked:
            self._looked = system.ticks()
            self._empty.clear()
        known = {*self._ready, *self._busy.values(), *self._empty, *self._left}
        for org_id in self._awake():
            self._ready.extend(lane for lane in self._read(org_id, _lanes) if lane not in known)

    def _begin(self, pool: ThreadPoolExecutor) -> None:
        sending = Counter(lane.endpoint_id for lane in self._busy.values())
        for _ in range(len(self._ready)):
            lane = self._ready.popleft()
            if len(self._busy) < THREADS and sending[lane.endpoint_id] < AT_ONCE:
                sending[lane.endpoint_id] += 1
                self._busy[pool.submit(self._one, lane)] = lane
            else:
                self._ready.append(lane)

    def _finish(self, one: "Future[Told | None]") -> None:
        lane = self._busy.pop(one)
        try:
            told = one.result()
        except SealBroken as error:  # the others are sent, and this one when its key is back
            shown = wire("wh_", lane.home_org_id, lane.endpoint_id)
            self.told.append(Told(Outcome.PUT_OFF, f"endpoint {shown}: {error.message}"))
            self._left.add(lane)
            return
        except Unavailable as error:
            self.missed.append(error)
            self._left.add(lane)
            return
        if told is None:
            self._empty.add(lane)
        else:
            self.told.append(told)
            self._ready.append(lane)

    # ----- what a thread does -----

    def _one(self, lane: Lane) -> Told | None:
        """Send the next delivery of a lane; None when there is none."""
        known = None if lane.home_org_id == lane.org_id else self._read(lane.home_org_id, _endpoint(lane))
        claimed: Claimed | None = self._work(lane.org_id, lambda books: queue.claim(books, lane, known))
        if claimed is None:
            return None
        came = self._attempt(claimed)
        outcome, disabled = self._written(lane, claimed, came)
        host = claimed.url.split("/")[2]
        said = f"{claimed.event_type} to {host}: {came.said()}"
        return Told(outcome, said, f"{host}: {came.said()}" if disabled else None)

    def _attempt(self, claimed: Claimed) -> Came:
        at, started = self._instant(), self._engine.clock()
        answer: tuple[int | None, str | None, str | None]
        try:
            answer = _answer(*self._post(outgoing(claimed, at)))
        except Exception as caught:
            if not isinstance(caught, OSError):
                log.exception("what sends webhooks has failed")
            answer = None, in_words(caught), None
        took = (self._engine.clock() - started) // dt.timedelta(milliseconds=1)
        status, error, after = answer
        return Came(at, status, error, max(0, took), after)

    def _written(self, lane: Lane, claimed: Claimed, came: Came) -> tuple[Outcome, bool]:
        """Write down what came of an attempt; and whether its endpoint was disabled by it."""
        chance = self._engine.random(CHANCE)
        at_home = lane.home_org_id == lane.org_id

        def write(books: Books) -> tuple[Outcome, bool]:
            outcome = queue.record(books, claimed, came, chance)
            return outcome, at_home and queue.counts(claimed, outcome) and count(books)

        def count(books: Books) -> bool:
            return queue.count(books, lane.endpoint_id, came)

        outcome, disabled = self._surely(lane.org_id, write)
        if not at_home and queue.counts(claimed, outcome):
            disabled = self._surely(lane.home_org_id, count)
        return outcome, disabled

    # ----- the books -----

    def _instant(self) -> dt.datetime:
        return self._now or self._engine.clock()

    def _work(self, org_id: int, do: Callable[[Books], Any]) -> Any:
        return self._engine.work(org_id, _SYSTEM, do, self._now)

    def _read(self, org_id: int, read: Callable[[Books], Any]) -> Any:
        with self._engine.store.read(org_id) as session:
            return read(self._engine.desk.open(session, self._instant(), _SYSTEM))

    def _surely(self, org_id: int, do: Callable[[Books], Any]) -> Any:
        # What is not written down now will be sent again: it is worth more than one try.
        for left in reversed(range(_TRIES)):
            try:
                return self._work(org_id, do)
            except Unavailable:
                if not left:
                    raise
        raise AssertionError("there is a last try")


def _answer(status: int, headers: Mapping[str, str]) -> tuple[int, None, str | None]:
    """What counts of an answer: its status, and when to come again."""
    said = {name.lower(): value for name, value in headers.items()}
    return int(status), None, said.get("retry-after")


def _lanes(books: Books) -> list[Lane]:
    return queue.ready(books)[0]


def _endpoint(lane: Lane) -> Callable[[Books], Row | None]:
    return lambda books: queue.endpoint(books, lane.endpoint_id)
