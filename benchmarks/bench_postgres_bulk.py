"""Fifty invoices in one `POST /bulk/invoices` on PostgreSQL, against fifty times `POST /invoices`."""

from collections.abc import Iterator

from benchmarks.bench_bulk import SHARE, TOGETHER, each
from benchmarks.measure import Effort, Ratio, main
from benchmarks.scratch import scratch
from benchmarks.shop import Shop


def ratios(effort: Effort) -> Iterator[Ratio]:
    """On a server that waits for the disk, full and relaxed."""
    with scratch() as server:
        if server is None:
            return
        for durability in ("full", "relaxed"):
            with Shop(server.address(server.new()), durability) as shop:
                title = f"PostgreSQL, {TOGETHER} invoices in one bulk, each, {durability}"
                yield Ratio(title, *each(shop, effort), SHARE)


if __name__ == "__main__":
    main(ratios)
