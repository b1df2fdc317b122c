"""What a client is told is what `Org` tells: every call of the story, over `handle` and over a server."""

from finzcore.api import asgi
from finzcore.client import OverHttp
from finzcore.testing import FrozenClock
from tests.client.doubled import Pair, opened
from tests.serving import asgi_server
from tests.stories.sameness import (
    byhand,
    changes,
    explained,
    filed,
    final,
    finding,
    founding,
    goods,
    letters,
    money,
    notes,
    orders,
    owed,
    people,
    purchases,
    repeating,
    reports,
    returned,
    sales,
    spent,
    together,
    touched,
)  # fmt: skip
from tests.stories.sameness.story import Chapters

EVERY: Chapters = (
    founding.tell, people.tell, goods.tell, sales.tell, orders.tell, money.tell, notes.tell, purchases.tell,
    letters.tell, spent.tell, byhand.tell, filed.tell, together.tell, changes.tell, finding.tell,
    repeating.tell, explained.tell, reports.tell, final.tell, owed.tell, returned.tell,
)  # fmt: skip
SOME: Chapters = (founding.tell, people.tell, goods.tell, sales.tell, orders.tell, money.tell, notes.tell)

OF_A_TOKEN = {"whoami", "companies", "organizations", "connections", "consolidated"}
"""Resources of a token and not of an organisation: `Org` has none of them."""

OF_THE_DOORS = {"activity", "events", "webhooks"}
"""Resources that tell who asked, or who is told."""


def test_every_call_over_handle_comes_to_what_it_comes_to_on_an_organisation() -> None:
    clock = FrozenClock()
    with opened(":memory:", clock) as one, opened(":memory:", clock) as other:
        pair = Pair(one, other, clock, other.handle)
        pair.told(EVERY)
        assert [] == pair.scribe.engine.verify()
    left = {named for named in touched.operations() - pair.calls if named[1] != "pdf"}
    assert {resource.partition(".")[0] for resource, _ in left} <= OF_A_TOKEN | OF_THE_DOORS


def test_calls_over_a_server_come_to_the_same() -> None:
    clock = FrozenClock()
    with opened(":memory:", clock) as one, opened(":memory:", clock) as other:
        with asgi_server(asgi(other)) as port:
            transport = OverHttp(f"http://127.0.0.1:{port}")
            pair = Pair(one, other, clock, transport)
            pair.told(SOME)
            transport.close()
        assert [] == pair.scribe.engine.verify()
    assert 30 < len(pair.calls)
