"""Dispatchers that are killed: each a process of its own, ended by SIGKILL at another point of its work.

    python -m tests.webhooks.killed BOOKS ORG LOG KILLS

Everything is imported once, by a process that opens no books, and each dispatcher is forked off it: it lets
something happen, tells it, and does not live to see the end. What receivers hear goes to the log.
"""

import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, Final

import finzcore
from finzcore import dispatch, engine, org, outgoing  # noqa: F401
from finzcore.books.webhooks.attempt import Outgoing
from finzcore.storage import targets  # noqa: F401

START: Final = dt.datetime(2026, 5, 19, 5, tzinfo=dt.UTC)
STEP: Final = dt.timedelta(minutes=6)
"""Between two dispatchers: longer than a lease, and than a receiver believes a signature."""

POINTS: Final = 23
"""How many points of its work a dispatcher may be killed at."""


def heard(log: Path) -> list[dict[str, Any]]:
    """What receivers were told, in order."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def receiver(log: Path, number: int, point: Callable[[], None]) -> Callable[[Outgoing], Any]:
    """A receiver of two kinds: one takes everything, the other has to be asked up to three times."""

    lock = Lock()

    def post(told: Outgoing) -> tuple[int, dict[str, str]]:
        point()
        delivery = told.headers["X-AIBooks-Delivery"]
        line = {
            "delivery": delivery,
            "url": told.url,
            "body": told.body.decode(),
            "signature": told.headers["X-AIBooks-Signature"],
            "now": int((START + number * STEP).timestamp()),
        }
        with lock, log.open("a") as file:
            before = sum(one["delivery"] == delivery for one in heard(log))
            file.write(json.dumps(line) + "\n")
        point()
        return (500 if "moody" in told.url and before < 2 else 200), {}

    return post


def dispatcher(target: str, org_id: str, log: Path, number: int) -> None:
    """Let something happen and tell it, until the point that is this one's last."""
    left = [number * 7 % POINTS + 1]

    def point() -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    settings = finzcore.Settings(durability="relaxed")
    with finzcore.open(target, clock=lambda: START + number * STEP, settings=settings) as books:
        write = books.store.write

        @contextmanager
        def watched(*given: Any, **named: Any) -> Iterator[Any]:
            point()
            with write(*given, **named) as session:
                yield session
                point()
            point()

        acme = books.org(org_id)
        books.store.write = watched  # type: ignore[method-assign]
        acme.contacts.create(contact_name=f"Contact {number}")
        books.run_webhooks(transport=receiver(log, number, point))


def main() -> None:
    target, org_id, log, kills = sys.argv[1:]
    if target.startswith("postgresql:"):
        import_module("finzcore.storage.postgres")
    killed = number = 0
    while killed < int(kills):
        number += 1
        child = os.fork()
        if not child:
            dispatcher(target, org_id, Path(log), number)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert status in (0, signal.SIGKILL), f"dispatcher {number} failed"
        killed += status == signal.SIGKILL
    sys.stdout.write(f"{number}\n")


if __name__ == "__main__":
    main()
