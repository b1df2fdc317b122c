"""POST /invoices on PostgreSQL, approved, through `handle`, against the same rows in one pipeline.

On a server that waits for the disk, with `full` durability and `relaxed`; and on one that does not.
"""

import json
from collections.abc import Iterator

from benchmarks.floor_postgres import PostgresFloor
from benchmarks.journeys import counts, table
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.scratch import Scratch, scratch
from benchmarks.shop import Shop

BUDGET = 4.0
JOURNEYS, TO_WRITE = 6, 2
"""Round trips that an invoice may take, and how many of them may lock or write."""
CALLS, EACH = 600, 15


def against_floor(server: Scratch, lines: int, durability: str, effort: Effort) -> tuple[float, float]:
    """What an invoice of so many lines takes, and what its floor takes."""
    name = server.new()
    with Shop(server.address(name), durability) as shop:
        sent = json.dumps(shop.invoice(lines, shop.customer())).encode()
        shop.ask(shop.request("POST", "/invoices", sent))
    floor = PostgresFloor(server, server.copied(name), durability)
    with Shop(server.address(name), durability) as shop:
        ours, least = medians(
            lambda: shop.ask(shop.request("POST", "/invoices", sent)), floor, **effort.turns(CALLS, EACH)
        )
        assert shop.engine.verify() == []
    floor.close()
    return ours, least


def journeys(server: Scratch) -> Iterator[Ratio]:
    """Round trips of an invoice over those that are allowed."""
    with Shop(server.address(server.new())) as shop:
        told = counts(shop)
    print("\n".join(table(told)))
    count = told["POST /invoices, 10 lines, approved"]
    for title, ours, allowed in (
        ("journeys of POST /invoices", count.journeys, JOURNEYS),
        ("journeys of POST /invoices that lock or write", count.to_write, TO_WRITE),
    ):
        yield Ratio(f"PostgreSQL, {title}, over what is allowed", ours, allowed, 1, "")


def ratios(effort: Effort) -> Iterator[Ratio]:
    """One line and ten."""
    for durable, kinds in ((True, ("full", "relaxed")), (False, ("full",))):
        with scratch(durable=durable) as server:
            if server is None:
                return
            for durability in kinds:
                for lines in (1, 10):
                    taken = against_floor(server, lines, durability, effort)
                    where = durability if durable else "server without fsync"
                    title = f"PostgreSQL, POST /invoices, {lines} line(s), {where}"
                    yield Ratio(title, *taken, BUDGET)
            if not durable:
                yield from journeys(server)


if __name__ == "__main__":
    main(ratios)
