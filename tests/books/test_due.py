"""Who has work waiting: never forgotten, visited no more than needed, and at no cost to an invoice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import finzcore
from finzcore.books import due
from finzcore.books.books import Actor, Books, instant
from finzcore.books.chores import turns
from finzcore.errors import Unavailable
from finzcore.testing import Call, FrozenClock
from tests.engines import is_postgres
from tests.recurring import dates, nine_on, ran, schedule
from tests.snapshot import changed, snapshot
from tests.tampering import laid_open
from tests.trade import Trade

CHORES = ("schedules", "overdue", "keys")
EARLY, NOW, LATE = (f"2026-05-{day}T05:00:00.000000Z" for day in (18, 19, 20))


def do(org: finzcore.Org, work: Callable[[Books], Any]) -> Any:
    return org._engine.work(org._key, Actor(), work)


def waiting(engine: finzcore.Engine, now: str = NOW) -> list[int]:
    return due.organisations(engine.store, "mail", now)


def test_an_organisation_is_visited_once_and_then_when_there_is_work(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    other = engine.create_org(name="Bela Foods", state="IN-KA")
    assert [acme._key, other._key] == waiting(engine)  # nobody has looked yet
    do(acme, lambda books: due.expect(books, "mail", EARLY))  # which needs no row to be seen
    do(other, lambda books: due.visited(books, "mail", None))
    assert [acme._key] == waiting(engine)
    do(acme, lambda books: due.visited(books, "mail", LATE))
    assert ([], [acme._key]) == (waiting(engine), waiting(engine, LATE))
    do(acme, lambda books: due.expect(books, "mail", NOW))
    do(acme, lambda books: due.expect(books, "mail", LATE))  # later is no news
    do(other, lambda books: due.expect(books, "another", NOW))
    assert [acme._key] == waiting(engine)


def test_work_that_is_undone_wakes_nobody(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    do(acme, lambda books: due.visited(books, "mail", None))

    def fails(books: Books) -> None:
        due.expect(books, "mail", NOW)
        raise Unavailable

    with pytest.raises(Unavailable):
        do(acme, fails)
    assert [] == waiting(engine)


def test_more_work_is_noted_with_one_write_between_two_visits(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    do(acme, lambda books: due.visited(books, "mail", None))
    seen: list[str] = []
    engine.store.trace(seen.append)  # type: ignore[attr-defined]
    for _ in range(3):
        do(acme, lambda books: due.expect(books, "mail", books.time))
    engine.store.trace(None)  # type: ignore[attr-defined]
    assert 1 == sum("UPDATE due" in text for text in seen)


def test_an_invoice_pays_for_nothing_of_it(engine: finzcore.Engine, acme: finzcore.Org, call: Call) -> None:
    trade = Trade(call, acme)
    asha = trade.contact()
    engine.run_scheduler()
    seen: list[str] = []
    engine.store.trace(seen.append)  # type: ignore[attr-defined]
    trade.receive(asha, 100, (trade.taxed(asha, 100), 100))
    engine.store.trace(None)  # type: ignore[attr-defined]
    assert any("INSERT INTO keys" in text for text in seen)
    assert [] == [text for text in seen if " due " in text or " overdue " in text]


def test_whoever_has_no_work_is_left_alone(
    engine: finzcore.Engine,
    acme: finzcore.Org,
    clock: FrozenClock,
    target: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine.create_org(name="Bela Foods", state="IN-KA")
    visits: list[int] = []
    monkeypatch.setattr(turns, "CHORES", CHORES)
    real = engine.desk.work

    def work(org_id: int, *more: Any) -> Any:
        visits.append(org_id)
        return real(org_id, *more)

    monkeypatch.setattr(engine.desk, "work", work)
    engine.run_scheduler()
    assert 2 * len(CHORES) == len(visits)
    before = snapshot(target)
    engine.run_scheduler()
    assert (2 * len(CHORES), set()) == (len(visits), changed(before, snapshot(target)))
    clock.move(days=1)
    engine.run_scheduler()
    assert 2 * (2 * len(CHORES) - 1) == len(visits)  # there are no schedules, so nobody is asked for any


def test_one_that_is_out_of_reach_keeps_no_other_waiting(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = engine.create_org(name="Bela Foods", state="IN-KA")
    for org in (acme, other):
        schedule(org, org.contacts.create(contact_name="Asha Stores")["contact_id"])
    real = engine.desk.work

    def work(org_id: int, *more: Any) -> Any:
        if org_id == acme._key:
            raise Unavailable
        return real(org_id, *more)

    with monkeypatch.context() as patched:
        patched.setattr(engine.desk, "work", work)
        with pytest.raises(Unavailable):
            engine.run_scheduler()
    assert ([], ["2026-01-31"]) == (dates(acme), dates(other))
    assert (1, ["2026-01-31"]) == (ran(engine), dates(acme))


def test_a_schedule_that_nobody_would_look_at_is_a_problem(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock, target: str
) -> None:
    asha = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    schedule(acme, asha, start_date="2026-06-01", frequency="DAILY")
    for day in ("2026-05-19", "2026-06-01", "2026-06-04"):
        clock.set(nine_on(day))
        engine.run_scheduler()
        assert [] == engine.verify()
    with laid_open(target) as bare:
        bare.execute(f"UPDATE due SET at = '{due.NEVER}' WHERE kind = 'schedules'")
    (problem,) = engine.verify()
    assert ("schedule.forgotten", "schedule Rent", "2026-06-05T03:30:00.000000Z", due.NEVER) == (
        problem.check,
        problem.where,
        problem.expected,
        problem.found,
    )


def test_an_organisation_elsewhere_goes_on_with_its_schedules(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock, new_target: Callable[[], str]
) -> None:
    asha = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    schedule(acme, asha, frequency="DAILY", start_date="2026-05-19")
    assert 1 == ran(engine)
    goal = new_target()
    if not is_postgres(goal):
        Path(goal).unlink()  # a file that is there is not written over
    engine.export_org(acme.org_id, goal)
    with finzcore.open(goal, clock=clock) as there:
        assert 0 == ran(there)
        clock.move(days=1)
        assert (1, 0) == (ran(there), ran(there))
        assert ["2026-05-19", "2026-05-20"] == dates(there.org(acme.org_id))
        assert [] == there.verify()


def test_the_last_instant_is_later_than_any_other() -> None:
    assert 27 == len(due.NEVER)
    assert instant(FrozenClock("2199-12-31T23:59:59+00:00")()) < due.NEVER
