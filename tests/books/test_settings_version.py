"""The version under which the masters of an organisation are kept by each process."""

import datetime as dt

from finzcore.books.head import HEADS
from finzcore.engine import Engine
from finzcore.org import Org
from finzcore.testing.fakes import FrozenClock


def version(engine: Engine, acme: Org) -> int:
    with engine.store.read(acme._key) as session:
        head = session.get(HEADS)
    assert head is not None
    found: int = head["settings_version"]
    return found


def test_a_version_is_the_microsecond_of_its_change(engine: Engine, acme: Org, clock: FrozenClock) -> None:
    # So that what a server forgets in a crash leaves no number for a later change to take again.
    clock.set("2026-05-19T05:00:00.000007+00:00")
    acme.add_cost_center("Mumbai")
    days = (dt.date(2026, 5, 19) - dt.date(1970, 1, 1)).days
    expected = (days * 86_400 + 5 * 3600) * 1_000_000 + 7
    assert expected == version(engine, acme)


def test_it_grows_also_when_the_clock_does_not(engine: Engine, acme: Org, clock: FrozenClock) -> None:
    acme.add_cost_center("Mumbai")
    first = version(engine, acme)
    clock.set("2026-05-18T05:00:00+00:00")
    acme.add_cost_center("Pune")
    assert first + 1 == version(engine, acme)
    assert ["Mumbai", "Pune"] == sorted(row["name"] for row in acme.cost_centers.list())
