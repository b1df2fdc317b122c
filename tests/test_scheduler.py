"""What time brings: `Engine.run_scheduler` (`design.md` §2, `reliability.md` §3)."""

import datetime as dt

import finzcore
from finzcore.testing import Call, FrozenClock
from tests.snapshot import changed, snapshot


def _keep(call: Call, count: int) -> None:
    for number in range(count):
        call.ok("POST", "/contacts", {"contact_name": f"Customer {number}"})


def test_answers_are_let_go_of_after_a_day_and_not_before(
    engine: finzcore.Engine, call: Call, clock: FrozenClock, target: str
) -> None:
    _keep(call, 2)
    clock.move(hours=23, minutes=59)
    before = snapshot(target)
    assert 0 == engine.run_scheduler()
    # When it will be looked again, and nothing else.
    assert {"due"} == changed(before, snapshot(target))
    clock.move(minutes=1)
    _keep(call, 3)
    assert 2 == engine.run_scheduler()
    assert {"keys"} >= changed(before, snapshot(target)) - {"contacts", "events", "heads", "due"}
    assert 0 == engine.run_scheduler()


def test_more_than_one_batch_is_let_go_of_in_one_call(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    with acme.transaction():
        for number in range(501):
            acme.contacts.create(contact_name="A", idempotency_key=f"k{number}")
    assert 501 == engine.run_scheduler(clock() + dt.timedelta(days=1))
    assert [] == engine.verify()


def test_every_organisation_has_its_turn(engine: finzcore.Engine, clock: FrozenClock) -> None:
    for name in ("A", "B"):
        org = engine.create_org(name=name, state="IN-KA")
        org.contacts.create(contact_name="C", idempotency_key="k")
    clock.move(days=1)
    assert 2 == engine.run_scheduler()
