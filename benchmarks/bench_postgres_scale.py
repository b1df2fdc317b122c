"""Eight processes that make invoices, for eight organisations and all for one; and one process alone.

They take turns in one run. What limits them is printed beside: the processor, ours and the server's,
and what the server's sessions wait for. Each organisation has one writer at a time.
"""

import json
import os
import time
from collections.abc import Iterator, Sequence
from statistics import median, quantiles
from typing import Any

import finzcore
from benchmarks.clerk import Clerk, Done, Order
from benchmarks.measure import Effort, Ratio, main
from benchmarks.scratch import Scratch, scratch
from benchmarks.shop import Shop
from benchmarks.watch import Watch

PROCESSES = 8
EACH = 60
LARGE = 200
ROUNDS = 5


class Kind:
    """One way of working: which clerk makes how many invoices for whom; and how it went."""

    def __init__(self, title: str, orders: Sequence[tuple[Clerk, Order]], around: Any) -> None:
        self.title = title
        self.orders = orders
        self.watch = Watch(around)
        self.done: list[Done] = []
        self.walls: list[float] = []

    def turn(self) -> None:
        """All of them at once."""
        with self.watch:
            began = time.perf_counter()
            for clerk, order in self.orders:
                clerk.begin(order)
            self.done += [clerk.end() for clerk, _ in self.orders]
            self.walls.append(time.perf_counter() - began)

    @property
    def each(self) -> float:
        """What an invoice takes, of the time of all, in microseconds: the median of the turns."""
        return median(self.walls) / sum(order.count for _, order in self.orders) * 1e6

    def told(self) -> Iterator[str]:
        """How fast, how long, and what there was to wait for."""
        waits = [wait * 1e3 for done in self.done for wait in done.waits]
        half, most = (quantiles(waits, n=100)[at] for at in (49, 98))
        rates = sorted(sum(order.count for _, order in self.orders) / wall for wall in self.walls)
        yield (
            f"  {self.title}: {1e6 / self.each:,.0f} invoices/s ({rates[0]:,.0f} to {rates[-1]:,.0f}), "
            f"p50 {half:.1f} ms, p99 {most:.1f} ms"
        )
        whole, cores = sum(self.walls), os.cpu_count()
        for whose, taken in (
            ("ours", sum(done.processor for done in self.done)),
            ("the server's", self.watch.processor),
        ):
            each = taken / len(waits) * 1e6
            yield f"    processor, {whose}: {taken / whole:.2f} of {cores} cores, {each:,.0f} µs an invoice"
        yield "    sessions: " + ", ".join(f"{n:.2f} {what}" for what, n in self.watch.shares() if n >= 0.02)


def organisations(server: Scratch, name: str, count: int) -> list[Order]:
    """So many organisations with a customer and an item, and an invoice for each."""
    orders = []
    for _ in range(count):
        with Shop(server.address(name), "full", new=True) as shop:
            body = json.dumps(shop.invoice(1, shop.customer()))
            orders.append(Order(shop.token, body, 1))
    return orders


def kinds(clerks: Sequence[Clerk], orders: Sequence[Order], count: int, around: Any) -> list[Kind]:
    """Each for its own, all for the first, and one alone."""
    many = len(clerks)
    own = [order._replace(count=count) for order in orders]
    apart, together = zip(clerks, own, strict=True), ((clerk, own[0]) for clerk in clerks)
    return [
        Kind(f"{many} processes, {many} organisations", list(apart), around),
        Kind(f"{many} processes, one organisation", list(together), around),
        Kind("1 process, one organisation", [(clerks[0], own[0]._replace(count=2 * count))], around),
    ]


def ratios(effort: Effort) -> Iterator[Ratio]:
    """What an invoice takes when there are many at once."""
    many = effort.of(PROCESSES, least=2)
    with scratch() as server:
        if server is None:
            return
        name = server.new()
        orders = organisations(server, name, many)
        server.settled(name)
        clerks = [Clerk(server.address(name)) for _ in range(many)]
        with server.around(name) as around:
            ways = kinds(clerks, orders, effort.of(LARGE if effort.large else EACH, least=2), around)
            for clerk, order in (pair for way in ways for pair in way.orders):  # to warm up
                clerk.begin(order._replace(count=effort.of(20)))
                clerk.end()
            for _ in range(min(effort.rounds, ROUNDS)):
                for way in ways:
                    way.turn()
        for clerk in clerks:
            clerk.close()
        print("\n".join(line for way in ways for line in way.told()), flush=True)
        apart, together, alone = ways
        yield Ratio(f"PostgreSQL, an invoice, {apart.title}, over 1 process", apart.each, alone.each, 1)
        yield Ratio(f"PostgreSQL, an invoice, {apart.title}, over one", apart.each, together.each, 1.1)
        with finzcore.open(server.address(name)) as engine:
            assert engine.verify() == []


if __name__ == "__main__":
    main(ratios)
