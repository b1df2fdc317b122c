"""What leaves the books: mail that is due, handed to the port.

A message is claimed by one unit of work, sent while nothing is locked, and recorded by another one
(`finzcore.books.mail.queue` says what that keeps apart). Several runners may be at it at once, in this
process or in others; each message is sent by one of them.
"""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from finzcore.books import due
from finzcore.books.books import Actor, Books, instant
from finzcore.books.mail import queue
from finzcore.books.retries import CHANCE
from finzcore.books.unit import Desk
from finzcore.errors import Unavailable
from finzcore.ports import Clock, Mail, Random, Row, Store

if TYPE_CHECKING:
    from email.message import EmailMessage

_SYSTEM: Final = Actor(source="SYSTEM")
_TRIES: Final = 5
"""How often what the port confirmed is written down, if the database does not take it at once."""


class Keeper(Protocol):
    """What is needed of the engine that keeps the books."""

    store: Store
    desk: Desk
    clock: Clock
    random: Random

    def work(
        self, org_id: int, actor: Actor, work: Callable[[Books], Any], now: dt.datetime | None = None
    ) -> Any:
        """Run a function of the books as one unit of work."""
        ...


class Delivered(NamedTuple):
    """What became of the messages that were due; those that failed, in words."""

    sent: int = 0
    put_off: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()


def _never() -> bool:
    return False


def deliver_mail(
    engine: Keeper, port: Mail, now: dt.datetime | None = None, stop: Callable[[], bool] = _never
) -> Delivered:
    """Send what is due at an instant, by default at the present one, until told to `stop`.

    An exception of the port puts its message off; what the database refuses is raised, and the rest is
    left for another call.
    """
    if engine.desk.open_books is not None:
        raise RuntimeError("run_mail() inside transaction(): nothing must be sent before its commit")
    sent = 0
    put_off: list[str] = []
    given_up: list[str] = []
    for org_id in due.organisations(engine.store, "mail", instant(now or engine.clock())):
        runner = _Runner(engine, port, org_id, now)
        while not stop() and (claimed := runner.claim()) is not None:
            failure = runner.deliver(claimed)
            if failure is None:
                sent += 1
            else:
                (given_up if failure.last else put_off).append(failure.said)
    return Delivered(sent, tuple(put_off), tuple(given_up))


class _Failure(NamedTuple):
    said: str
    last: bool


class _Runner:
    """One who sends the mail of one organisation."""

    def __init__(self, engine: Keeper, port: Mail, org_id: int, now: dt.datetime | None) -> None:
        self._engine = engine
        self._port = port
        self._org_id = org_id
        self._now = now

    def _work(self, do: Callable[[Books], Any]) -> Any:
        return self._engine.work(self._org_id, _SYSTEM, do, self._now)

    def claim(self) -> Row | None:
        """The next message that is due."""
        claimed: Row | None = self._work(queue.claim)
        return claimed

    def deliver(self, claimed: Row) -> _Failure | None:
        """Send a message, and write down what came of it."""
        try:
            receipt = str(self._port.send(_written(claimed)))
        except Exception as error:
            return self._failed(claimed, error)
        self._sent(claimed, receipt)
        return None

    def _sent(self, claimed: Row, receipt: str) -> None:
        # What is not written down now will be sent again: it is worth more than one try.
        for left in reversed(range(_TRIES)):
            try:
                self._work(lambda books: queue.sent(books, claimed, receipt))
                return
            except Unavailable:
                if not left:
                    raise

    def _failed(self, claimed: Row, error: Exception) -> _Failure:
        chance = self._engine.random(CHANCE)
        told = queue.on_a_line(f"{type(error).__name__}: {error}")
        last = self._work(lambda books: queue.failed(books, claimed, told, chance))
        to = ", ".join(queue.recipients_of(claimed).to)
        return _Failure(f"{claimed['entity_ref']} to {to}: {told}", last)


def _written(mail: Row) -> "EmailMessage":
    """The message of a row, with its PDF drawn."""
    import json

    from finzcore.render import draw
    from finzcore.render.message import written

    printout = None if mail["printout"] is None else json.loads(mail["printout"])
    return written(mail, printout, draw)
