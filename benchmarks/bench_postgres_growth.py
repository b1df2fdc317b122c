"""Whether anything slows down on PostgreSQL as the books grow: what `bench_growth` asks, asked there.

200,000 postings against 20,000. The books grow in a file, which is fast, and are moved. Both databases
are swept and their statistics taken, once.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench_growth import STATEMENT, TIMES, Year, compared
from benchmarks.measure import Effort, Ratio, main
from benchmarks.scratch import Scratch, scratch
from benchmarks.shop import Shop
from finzcore.moves import move

SMALL = 5_000


def moved(year: Year, server: Scratch) -> Year:
    """The same books in a database."""
    name = server.new()
    move(year.shop.target, server.address(name), verified=False)
    server.settled(name)
    return year.moved(Shop(server.address(name), "full"))


def ratios(effort: Effort) -> Iterator[Ratio]:
    """Books that grow tenfold."""
    count = effort.of(SMALL, least=STATEMENT)
    with tempfile.TemporaryDirectory() as folder, scratch() as server:
        if server is None:
            return
        with Shop(Path(folder) / "books.db") as shop:
            year = Year(shop)
            year.grow(count)
            small = moved(year, server)
            year.grow(count * TIMES)
            large = moved(year, server)
        yield from compared(small, large, effort, "PostgreSQL, ")
        for each in (small, large):
            each.shop.engine.close()


if __name__ == "__main__":
    main(ratios)
