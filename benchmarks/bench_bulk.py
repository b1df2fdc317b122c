"""Fifty invoices in one `POST /bulk/invoices`, against fifty times `POST /invoices`: what one costs.

Both are approved, of one line, and go through `handle` with a key. With `full` durability every commit
waits for the disk; `relaxed` says what is left when none does.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.shop import Shop

TOGETHER = 50
SHARE = 0.6
CALLS = 30


def each(shop: Shop, effort: Effort) -> list[float]:
    """An invoice of a bulk of fifty, and an invoice by itself: the time of each, in microseconds."""
    body = shop.invoice(1, shop.customer())
    one, fifty = json.dumps(body).encode(), json.dumps({"invoices": [body] * TOGETHER}).encode()

    def bulk() -> None:
        summary = shop.ask(shop.request("POST", "/bulk/invoices", fifty)).json()["summary"]
        assert summary["succeeded"] == TOGETHER, summary

    def singles() -> None:
        for _ in range(TOGETHER):
            shop.ask(shop.request("POST", "/invoices", one))

    taken = medians(bulk, singles, **effort.turns(CALLS, 1))
    assert shop.engine.verify() == []
    return [time / TOGETHER for time in taken]


def ratios(effort: Effort) -> Iterator[Ratio]:
    """In a file, full and relaxed."""
    for durability in ("full", "relaxed"):
        with tempfile.TemporaryDirectory() as folder, Shop(Path(folder) / "books.db", durability) as shop:
            yield Ratio(f"{TOGETHER} invoices in one bulk, each, {durability}", *each(shop, effort), SHARE)


if __name__ == "__main__":
    main(ratios)
