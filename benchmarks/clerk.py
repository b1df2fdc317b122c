"""A process that makes invoices when it is told to: `python -m benchmarks.clerk ADDRESS`.

It reads a line of JSON for each turn, an organisation's token, an invoice's body and how many, and
answers with a line: how long each took, in seconds, and the processor's time that all of them took.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any, NamedTuple

from benchmarks.shop import BASE, LIMITS

ROOT = Path(__file__).resolve().parent.parent


class Order(NamedTuple):
    """What a clerk is to do."""

    token: str
    body: str
    count: int


class Done(NamedTuple):
    """What a clerk did: the time of each invoice, and the processor's time of all."""

    waits: list[float]
    processor: float


class Clerk:
    """A process of its own, and how it is talked to."""

    def __init__(self, address: str) -> None:
        self._process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.clerk", address],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def begin(self, order: Order) -> None:
        """Have it work."""
        print(json.dumps(order), file=self._pipe(self._process.stdin), flush=True)

    def end(self) -> Done:
        """Wait until it has done what it was told."""
        line = self._pipe(self._process.stdout).readline()
        assert line, "a clerk has died"
        return Done(*json.loads(line))

    def close(self) -> None:
        """Let it go home."""
        self._process.communicate()

    def _pipe(self, pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


def work(engine: Any, order: Order, start: int) -> Done:
    """Make invoices, each under a key of its own."""
    from finzcore.api import Request

    waits = []
    before = os.times()
    for number in range(start, start + order.count):
        headers = {
            "Authorization": f"Bearer {order.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"clerk-{os.getpid()}-{number}",
        }
        began = time.perf_counter()
        answer = engine.handle(Request("POST", f"{BASE}/invoices", headers=headers, body=order.body.encode()))
        waits.append(time.perf_counter() - began)
        assert answer.status < 300, answer.body
    after = os.times()
    return Done(waits, after.user + after.system - before.user - before.system)


def main() -> None:
    import finzcore
    from finzcore.settings import Settings

    done = 0
    with finzcore.open(sys.argv[1], settings=Settings(durability="full", rate_limits=LIMITS)) as engine:
        for line in sys.stdin:
            order = Order(*json.loads(line))
            print(json.dumps(work(engine, order, done)), flush=True)
            done += order.count


if __name__ == "__main__":
    main()
