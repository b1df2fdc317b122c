"""Our own Python time: a request against a bare replay of the statements that it runs.

A thousand requests are recorded on one copy of the books, with every value that they bind. Then they
are made again on a second copy, in turn with their statements alone on a third.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.floor import copied
from benchmarks.measure import Effort, Ratio, calls, main, medians
from benchmarks.replay import Recording, Replay, Step, recording
from benchmarks.shop import Shop
from finzcore.api import Request

BUDGET = 2.5
CALLS, EACH = 600, 15


def recorded(shop: Shop, noted: Recording, requests: list[Request]) -> list[list[Step]]:
    """The steps of each request."""
    noted.take()
    steps = []
    for request in requests:
        shop.ask(request)
        steps.append(noted.take())
    return steps


def kinds(steps: list[Step]) -> str:
    """How many calls of the driver a request makes, and how many rows they carry, by verb."""
    words = Counter(step.text.split(None, 1)[0].upper() for step in steps)
    rows = sum(len(step.values) if step.many else 1 for step in steps)
    shown = ", ".join(f"{count} {word}" for word, count in words.most_common())
    return f"{len(steps)} statements, {rows} with each row of a batch: {shown}"


def replayed(folder: Path, durability: str, lines: int, effort: Effort) -> tuple[Ratio, list[Step]]:
    """An invoice of so many lines against its replay, and the last one's steps."""
    turns = effort.turns(CALLS, EACH)
    with recording() as noted, Shop(folder / "recorded.db", durability) as shop:
        body = shop.invoice(lines, shop.customer())
        requests = [shop.request("POST", "/invoices", body) for _ in range(calls(**turns) + 5)]
        for request in requests[:5]:
            shop.ask(request)
        ours, bare = (copied(shop.path, folder / f"{name}.db") for name in ("ours", "bare"))
        steps = recorded(shop, noted, requests[5:])
        head = shop.head()
    replay = Replay(bare, durability, steps)
    with Shop(ours, durability) as shop:
        to_ask = iter(requests[5:])
        taken = medians(lambda: shop.ask(next(to_ask)), replay, **turns)
        assert shop.engine.verify() == []
    replay.close()
    with Shop(bare, durability) as shop:
        assert (shop.head(), shop.engine.verify()) == (head, []), "the replay wrote other books"
    return Ratio(f"POST /invoices, {lines} line(s), {durability}, over its replay", *taken, BUDGET), steps[-1]


def ratios(effort: Effort) -> Iterator[Ratio]:
    """One line and ten, relaxed and full."""
    for durability in ("relaxed", "full"):
        for lines in (1, 10):
            with tempfile.TemporaryDirectory() as folder:
                ratio, steps = replayed(Path(folder), durability, lines, effort)
            if durability == "relaxed":
                print(f"  {lines} line(s): {kinds(steps)}")
            yield ratio


if __name__ == "__main__":
    main(ratios)
