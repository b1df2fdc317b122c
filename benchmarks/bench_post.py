"""One balanced entry of four lines through the journal, against the same lines in plain `sqlite3`.

`post` gives the entry its number, its totals and its place in the chain; the floor does nothing of
the kind. `--large` also asks whether an entry costs the same in books of a million.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.fill import FIRST, fill, post_sales
from benchmarks.floor import Floor
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.plain import Plain
from benchmarks.shop import Shop

TOGETHER = 50
LINES = ((2, 1180_00), (24, -1000_00), (14, -90_00), (15, -90_00))
DAY = FIRST.isoformat()


def alone(folder: Path, durability: str, count: int, effort: Effort) -> list[float]:
    """So many entries a commit: the time of a commit, ours and plain."""
    with Shop(folder / "books.db", durability) as shop:
        plain = Plain(folder / "plain.db", durability)
        taken = medians(
            lambda: post_sales(shop, [FIRST] * count),
            lambda: plain.post(count, DAY, LINES, "Sold over the counter", "2024-04-01T05:00:00.000000Z"),
            **effort.turns(max(40, 2000 // count), max(1, 20 // count)),
        )
        assert shop.engine.verify() == []
        plain.db.close()
    return taken


def together(folder: Path, durability: str, effort: Effort) -> list[float]:
    """Fifty invoices of one line in a transaction: the time of it all, ours, and that of their rows."""
    with Shop(folder / "books.db", durability) as shop:
        body = shop.invoice(1, shop.customer())
        create = shop.org.invoices.create
        shop.ask(shop.request("POST", "/invoices", body))
        floor = Floor(folder / "floor.db", shop.path, durability, keyed=False)

        def ours() -> None:
            with shop.org.transaction():
                for _ in range(TOGETHER):
                    create(**body)

        taken = medians(ours, lambda: floor.write(TOGETHER), **effort.turns(30, 1))
        assert shop.engine.verify() == []
        floor.db.close()
    return taken


def growth(folder: Path, effort: Effort) -> list[float]:
    """An entry in books of a million entries, and in books of ten thousand."""
    shops = []
    for entries in (1_000_000, 10_000):
        shop = Shop(folder / f"{entries}.db")
        fill(shop, 0, effort.of(entries), per_day=1000)
        shops.append(shop)
    taken = medians(*[_one(shop) for shop in shops], **effort.turns(2000, 20))
    for shop in shops:
        shop.engine.close()
    return taken


def _one(shop: Shop) -> Callable[[], None]:
    return lambda: post_sales(shop, [FIRST])


def ratios(effort: Effort) -> Iterator[Ratio]:
    """Alone, fifty a commit, and fifty invoices a commit; relaxed and full."""
    for durability, budget in (("relaxed", 2.5), ("full", 1.5)):
        with tempfile.TemporaryDirectory() as folder:
            taken = alone(Path(folder), durability, 1, effort)
        yield Ratio(f"post(entry), four lines, {durability}", *taken, budget)
    for durability in ("relaxed", "full"):
        with tempfile.TemporaryDirectory() as folder:
            taken = alone(Path(folder), durability, TOGETHER, effort)
        yield Ratio(f"{TOGETHER} entries a commit, each, {durability}", *_each(taken), 3)
    for durability in ("relaxed", "full"):
        with tempfile.TemporaryDirectory() as folder:
            taken = together(Path(folder), durability, effort)
        yield Ratio(f"{TOGETHER} invoices a commit, each, {durability}", *_each(taken), 3)
    if effort.large:
        with tempfile.TemporaryDirectory() as folder:
            taken = growth(Path(folder), effort)
        yield Ratio("post(entry) among 1,000,000 entries, over 10,000", *taken, 1.6)


def _each(taken: list[float]) -> list[float]:
    return [time / TOGETHER for time in taken]


if __name__ == "__main__":
    main(ratios)
