"""On a server that waits for its disk: clients killed in the middle of mixed work, and the server itself."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import psycopg
import pytest

from tests import postgres as scratch
from tests.databases import Databases, books, found_roles
from tests.postgres import Server
from tests.proof.crash import Inspector, run
from tests.proof.server import Shopkeepers, killed_and_begun_again, quick_to_return

KILLS: Final = 50
FALLS: Final = 10
"""How often the server is killed."""

SEED: Final = 20260519

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs fork and SIGKILL"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
    pytest.mark.usefixtures("quiet"),
]


@pytest.fixture(scope="module")
def durable() -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(scratch.running(durable=True))
        except scratch.Missing as missing:
            (pytest.fail if "CI" in os.environ else pytest.skip)(str(missing))
        found_roles(server)
        yield server


@pytest.fixture
def target(durable: Server) -> Iterator[str]:
    made = Databases(durable, books)
    # A server that was killed has let go of those who lend its databases, and goes as a whole.
    with suppress(psycopg.OperationalError), made.lent() as lent:
        yield lent
    with suppress(psycopg.OperationalError):
        made.close()


def told(counts: Counter[str]) -> None:
    print(", ".join(f"{counts[name]:,} {name}" for name in counts), f"seed {SEED}", sep="; ")


def test_nothing_acknowledged_is_lost_with_a_client_that_is_killed(tmp_path: Path, target: str) -> None:
    inspector = Inspector(tmp_path, target)
    run(inspector, KILLS, SEED)
    counts = inspector.counts
    told(counts)
    assert KILLS == counts["kills"]
    assert counts["acknowledged"] > 2 * KILLS
    assert min(counts["retried"], counts["in a commit"]) > KILLS / 20
    assert counts["retried"] > counts["retried and found done"]


def test_nothing_acknowledged_is_lost_with_a_server_that_is_killed(durable: Server, target: str) -> None:
    chance = random.Random(SEED)
    with quick_to_return(), Shopkeepers(target) as shop:
        for _ in range(FALLS):
            shop.goes_on(chance.randint(5, 40))
            killed_and_begun_again(durable)
        shop.goes_on(20)
        shop.close_for_today()
        shop.inspect()
    told(shop.counts)
    assert shop.counts["acknowledged"] > 5 * FALLS
