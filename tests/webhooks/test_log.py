"""The log of deliveries is kept for thirty days (`api.md` §6.3)."""

import datetime as dt

import pytest

import finzcore
from finzcore.books.chores import deliveries, turns
from finzcore.testing import FrozenClock
from tests.webhooks.listening import Kept, endpoint, happened, rows


@pytest.fixture(autouse=True)
def only_this_chore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "CHORES", ("deliveries",))


def test_what_is_older_than_thirty_days_goes_and_what_still_waits_stays(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    key = endpoint(acme)
    happened(acme, key, many=2)
    engine.run_webhooks(transport=Kept())
    happened(acme, key)
    assert 0 == engine.run_scheduler()
    clock.move(days=29)
    happened(acme, key)
    assert (0, 4) == (engine.run_scheduler(), len(rows(acme)))
    clock.move(days=1)
    assert (2, 2) == (engine.run_scheduler(), len(rows(acme)))
    assert ["PENDING", "PENDING"] == [row["status"] for row in rows(acme)]
    engine.run_webhooks(transport=Kept())
    clock.move(days=1)
    assert (1, 1) == (engine.run_scheduler(), len(rows(acme)))
    assert [] == engine.verify()


def test_organisations_without_a_log_are_asked_once_a_month(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits: list[dt.datetime] = []
    work = deliveries.work

    def counted(desk: object, org_id: int, now: dt.datetime) -> turns.Turn:
        visits.append(now)
        return work(desk, org_id, now)  # type: ignore[arg-type]

    monkeypatch.setattr(deliveries, "work", counted)
    for _ in range(31):
        engine.run_scheduler()
        clock.move(days=1)
    assert 2 == len(visits)
