"""A bill, an expense, a payment with five allocations on PostgreSQL: each against an invoice of as many
lines."""

from collections.abc import Iterator

from benchmarks.bench_documents import compared
from benchmarks.measure import Effort, Ratio, main
from benchmarks.scratch import scratch
from benchmarks.shop import Shop


def ratios(effort: Effort) -> Iterator[Ratio]:
    """On a server that waits for the disk."""
    with scratch() as server:
        if server is not None:
            with Shop(server.address(server.new()), "full") as shop:
                yield from compared(shop, effort, "PostgreSQL")


if __name__ == "__main__":
    main(ratios)
