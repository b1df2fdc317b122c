"""Where the time of a request goes: `python -m benchmarks.profile [--functions] [--postgres]`.

A sampler looks at the stack some thousand times a second, by the wall clock, so that waiting for the
disk or a server counts and nothing is slowed down call by call. A sample belongs to the innermost
frame whose function or module is a phase; what serves many phases counts for whoever called it.
"""

import json
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

from benchmarks.shop import Shop

EVERY: Final = 0.00083
"""Seconds between samples, in which a sample itself takes some hundredths."""

TURN: Final = 50
"""Calls in a turn; turns with the sampler and without it alternate."""

PHASES: Final = (
    ("begin and commit", ("storage.sqlite", "storage.postgres")),
    ("SQL and its rows", (
        "storage.sqlite_session", "storage.postgres_session", "storage.derived", "storage.dialect",
        "storage.statements", "storage",
    )),
    ("the driver and the server", ("storage.postgres_unit",)),
    ("rate counter", ("storage.limits",)),
    ("request and headers", ("api.http", "api.routing", "api.handler", "system")),
    ("authenticate", ("api.authenticate", "auth", "books.access")),
    ("JSON in", ("api.reading",)),
    ("body to shape", ("books.bodies", "books.shapes")),
    ("look-ups", ("books.lookups", "books.masters", "books.registry")),
    ("rules: price, GST, entry", ("documents", "gst", "ledger")),
    ("the document", ("books.papers", "books.resources", "books.numbers", "books.records")),
    ("chain bytes", ("books.chain", "books.journal.entry_hash", "books.history.event_hash", "digests")),
    ("journal", ("books.journal", "books.ceiling")),
    ("events", ("books.history",)),
    ("idempotency", ("books.idempotency", "api.reading.fingerprint", "api.reading.canonical")),
    ("answer text", ("books.views", "api.envelopes")),
    ("unit of work", ("books.unit", "books.books", "engine")),
)  # fmt: skip
"""A phase, and its functions, modules or packages; the longest name that fits a frame decides."""

_PHASE_OF: Final = {f"finzcore.{name}": phase for phase, names in PHASES for name in names}
_REST: Final = "the rest"


def phase_of(name: str) -> str | None:
    """The phase of a function, by its whole name; None for one that serves whoever calls it.

    >>> phase_of("finzcore.books.journal.post"), phase_of("finzcore.money.share")
    ('journal', None)
    """
    while name:
        if name in _PHASE_OF:
            return _PHASE_OF[name]
        name = name.rpartition(".")[0]
    return None


class Sampler:
    """Counts where the main thread is, by phase and by function."""

    def __init__(self) -> None:
        self.phases: Counter[str] = Counter()
        self.functions: Counter[str] = Counter()

    @contextmanager
    def on(self) -> Iterator[None]:
        """Sample for as long as this is open."""
        before = signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, EVERY, EVERY)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        own = None
        while frame is not None:
            name = f"{frame.f_globals.get('__name__', '')}.{frame.f_code.co_name}"
            if name.startswith("finzcore."):
                own = own or name
                phase = phase_of(name)
                if phase is not None:
                    self.phases[phase] += 1
                    self.functions[own] += 1
                    return
            frame = frame.f_back
        self.phases[_REST] += 1
        self.functions[own or _REST] += 1


class Taken(NamedTuple):
    """What one call takes when nobody looks, and how much of it another has the turn, in microseconds."""

    whole: float
    waiting: float


def sampled(work: Callable[[], object], seconds: float) -> tuple[Taken, Sampler]:
    """What one call of some work takes, and where it takes it."""
    sampler, taken = Sampler(), []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or not taken:
        taken.append(_once(work))
        with sampler.on():
            _once(work)
    return Taken(*map(statistics.median, zip(*taken, strict=True))), sampler


def _once(work: Callable[[], object]) -> Taken:
    start, own = time.perf_counter(), time.thread_time()
    for _ in range(TURN):
        work()
    whole, own = time.perf_counter() - start, time.thread_time() - own
    return Taken(whole / TURN * 1e6, (whole - own) / TURN * 1e6)


def table(title: str, micros: float, counted: Counter[str], most: int | None = None) -> list[str]:
    """A line for each name, with its share of the time, and what that comes to."""
    whole = max(1, counted.total())
    lines = [f"{title}: {micros:.0f} µs"]
    for name, count in counted.most_common(most):
        lines.append(f"  {name:<58} {count / whole * 100:5.1f} %  {count / whole * micros:7.1f} µs")
    return lines


def profiles(seconds: float = 8.0) -> Iterator[tuple[str, Taken, Sampler]]:
    """Invoices of one line and ten, a fetch and a list, in a file."""
    for durability in ("relaxed", "full"):
        with tempfile.TemporaryDirectory() as folder, Shop(Path(folder) / "books.db", durability) as shop:
            for lines in (1, 10):
                title = f"POST /invoices, {lines} line(s), {durability}"
                yield title, *sampled(_posting(shop, lines), seconds)
            if durability == "relaxed":
                yield from _reading(shop, seconds)


def postgres_profiles(seconds: float = 8.0) -> Iterator[tuple[str, Taken, Sampler]]:
    """The same on PostgreSQL."""
    from benchmarks.scratch import scratch

    with scratch() as server:
        if server is None:
            return
        with Shop(server.address(server.new()), "full") as shop:
            for lines in (1, 10):
                title = f"POST /invoices, {lines} line(s), PostgreSQL"
                yield title, *sampled(_posting(shop, lines), seconds)
            yield from _reading(shop, seconds)


def _posting(shop: Shop, lines: int) -> Callable[[], object]:
    sent = json.dumps(shop.invoice(lines, shop.customer())).encode()
    return lambda: shop.ask(shop.request("POST", "/invoices", sent))


def _reading(shop: Shop, seconds: float) -> Iterator[tuple[str, Taken, Sampler]]:
    page = shop.request("GET", "/invoices?per_page=50")
    key = shop.ask(page).json()["invoices"][0]["invoice_id"]
    one = shop.request("GET", f"/invoices/{key}")
    yield "GET one invoice, 10 lines", *sampled(lambda: shop.ask(one), seconds)
    yield "GET a list of 50, 10 lines each", *sampled(lambda: shop.ask(page), seconds)


def main() -> None:
    for title, taken, sampler in (postgres_profiles if "--postgres" in sys.argv else profiles)():
        print("\n".join(table(title, taken.whole, sampler.phases)), flush=True)
        print(f"  ({taken.waiting:.0f} µs of them waiting)")
        if "--functions" in sys.argv:
            print("\n".join(table("  by function", taken.whole, sampler.functions, 30)), flush=True)


if __name__ == "__main__":
    main()
