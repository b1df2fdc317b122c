"""Who asks, and how often: the token and the rate limit, against the whole `GET` of one contact.

The two steps are those of the pipeline, taken by themselves; the floor is the same request, answered,
with the two steps in it. So the ratio is their share.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.scratch import scratch
from benchmarks.shop import Shop
from finzcore.api import Request, authenticate

SHARE: Final = 0.25


def door(shop: Shop, request: Request) -> Callable[[], None]:
    """The steps that a request takes up to its organisation, and no farther."""
    engine = shop.engine
    settings = engine.settings

    def enter() -> None:
        now = engine.clock()
        token = authenticate.authenticate(engine.store, request, now, settings.token_peppers)
        meter = authenticate.count(engine.store, token.principal, settings.rate_limits[token.tier], now)
        assert meter.headers
        authenticate.check(meter, now)

    return enter


def share(shop: Shop, where: str, effort: Effort) -> Ratio:
    """Which part of the whole the door takes."""
    request = shop.request("GET", f"/contacts/{shop.customer()}")
    taken = medians(door(shop, request), lambda: shop.ask(request), **effort.turns(4_000, 5))
    return Ratio(f"{where}token and rate limit, over GET one contact", *taken, SHARE)


def ratios(effort: Effort) -> Iterator[Ratio]:
    """In a file, and in a database."""
    with tempfile.TemporaryDirectory() as folder, Shop(Path(folder) / "books.db") as shop:
        yield share(shop, "", effort)
    with scratch() as server:
        if server is None:
            return
        with Shop(server.address(server.new())) as shop:
            yield share(shop, "PostgreSQL, ", effort)


if __name__ == "__main__":
    main(ratios)
