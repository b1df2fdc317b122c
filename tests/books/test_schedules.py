"""Recurring schedules at work: what they make, when, how often, and what becomes of those that fail."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.books import templates
from finzcore.documents.recurrence import FREQUENCIES, next_day
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.recurring import dates, made, nine_on, payload, ran, schedule, told, wakes
from tests.snapshot import changed, snapshot
from tests.trade import Trade


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


@pytest.fixture
def asha(trade: Trade) -> str:
    return trade.contact()


def test_a_schedule_makes_the_invoice_of_its_day(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock
) -> None:
    key = schedule(acme, asha, start_date="2026-06-30")["recurring_id"]
    clock.set("2026-06-30T03:29:59+00:00")
    assert (0, []) == (ran(engine), made(acme))
    clock.set(nine_on("2026-06-30"))
    assert 1 == ran(engine)
    (invoice,) = acme.invoices.list()
    assert ("INV-2627-001", "2026-06-30T00:00:00", "DRAFT", Decimal("118.00")) == (
        invoice["invoice_number"],
        invoice["date"],
        invoice["status"],
        invoice["total"],
    )
    now = acme.recurring.get(key)
    assert (1, "2026-06-30T03:30:00Z", "2026-07-30T03:30:00Z") == (
        now["run_count"],
        now["last_run_at"],
        now["next_run_at"],
    )
    assert (invoice["invoice_id"], None, True) == (
        now["last_generated_id"],
        now["last_error"],
        now["is_active"],
    )
    assert [] == engine.verify()


def test_nothing_is_made_twice_however_often_the_scheduler_is_called_on_a_day(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock, target: str
) -> None:
    schedule(acme, asha, frequency="DAILY", start_date="2026-05-01")
    done = [ran(engine)]  # 10:30 on 19 May, eighteen days late
    for _ in range(23):
        clock.move(hours=1)
        before = snapshot(target)
        done.append(ran(engine))
        assert done[-1] or changed(before, snapshot(target)) <= {"due"}
    # 22 hours after 10:30 the books had not woken again; the next hour passes 09:00.
    assert [1, *[0] * 22, 1] == done
    assert ["2026-05-01", "2026-05-02"] == dates(acme)


def test_one_missed_interval_is_caught_up_each_day(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock
) -> None:
    key = schedule(acme, asha)["recurring_id"]
    clock.set(nine_on("2026-05-19"))
    assert [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1] == wakes(engine, clock, 12)
    # The last on its day, 31 May, and those before from 20 to 23 May.
    assert ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"] == dates(acme)
    assert ("2026-06-30T03:30:00Z", 5) == (
        acme.recurring.get(key)["next_run_at"],
        acme.recurring.get(key)["run_count"],
    )


def test_a_schedule_made_after_the_daily_waking_runs_with_the_next_call(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock
) -> None:
    assert 0 == ran(engine)
    schedule(acme, asha, start_date="2026-05-19")
    clock.move(minutes=1)
    assert (1, 0) == (ran(engine), ran(engine))


def test_runs_end_with_the_last_day_and_with_the_last_run(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock
) -> None:
    daily = {"frequency": "DAILY", "start_date": "2026-05-20"}
    day = schedule(acme, asha, **daily, end_date="2026-05-22")["recurring_id"]
    count = schedule(acme, asha, **daily, max_runs=2)["recurring_id"]
    clock.set(nine_on("2026-05-19"))
    assert [2, 2, 1, 0, 0] == wakes(engine, clock, 5)
    assert (False, 3, "2026-05-23T03:30:00Z") == _stands(acme, day)
    assert (False, 2, "2026-05-22T03:30:00Z") == _stands(acme, count)
    with pytest.raises(finzcore.FinzError) as refused:
        acme.recurring.update(count, is_active=True)
    assert "is_active" == refused.value.field
    acme.recurring.update(count, is_active=True, max_runs=3)
    assert [1, 0] == wakes(engine, clock, 2)
    assert (False, 3, "2026-05-26T03:30:00Z") == _stands(acme, count)


def _stands(acme: finzcore.Org, key: str) -> tuple[bool, int, str]:
    now = acme.recurring.get(key)
    return now["is_active"], now["run_count"], now["next_run_at"]


def test_a_paused_schedule_rests_and_what_it_missed_is_not_caught_up(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock
) -> None:
    key = schedule(acme, asha, frequency="DAILY", start_date="2026-05-20")["recurring_id"]
    clock.set(nine_on("2026-05-19"))
    assert [1] == wakes(engine, clock, 1)
    acme.recurring.update(key, is_active=False)
    assert [0, 0, 0] == wakes(engine, clock, 3)
    acme.recurring.update(key, is_active=True)
    assert [1, 1] == wakes(engine, clock, 2)
    assert ["2026-05-20", "2026-05-24", "2026-05-25"] == dates(acme)


def test_a_run_that_fails_says_why_and_goes_on(
    engine: finzcore.Engine, acme: finzcore.Org, trade: Trade, asha: str, clock: FrozenClock
) -> None:
    key = schedule(acme, asha, frequency="DAILY", start_date="2026-05-20", max_runs=2)["recurring_id"]
    acme.lock_period("2026-05-20", "The return is filed")
    clock.set(nine_on("2026-05-19"))
    assert [1] == wakes(engine, clock, 1)
    failed = acme.recurring.get(key)
    assert (
        "date: The date 2026-05-20 falls in a locked period (locked through 2026-05-20)."
        == failed["last_error"]
    )
    assert (True, 0, "2026-05-21T03:30:00Z") == _stands(acme, key)
    assert (None, "2026-05-20T03:30:00Z") == (failed["last_generated_id"], failed["last_run_at"])
    assert [] == made(acme)
    assert [1, 1, 0] == wakes(engine, clock, 3)
    # The runs are counted that made something, and the number was not taken by the one that did not.
    assert [("INV-2627-001", "2026-05-21", "DRAFT"), ("INV-2627-002", "2026-05-22", "DRAFT")] == made(acme)
    assert (None, False) == (acme.recurring.get(key)["last_error"], acme.recurring.get(key)["is_active"])
    words = ["CREATED", "FAILED", "GENERATED", "GENERATED"]
    assert [f"RECURRING_{word}" for word in words] == [event["event_type"] for event in told(acme)]
    assert [f"RECURRING_{word}" for word in words] == [event["action"] for event in told(acme)]
    assert [] == engine.verify()


def test_events_say_that_the_schedule_did_it(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, call: Call
) -> None:
    made_by = schedule(acme, asha, template_payload=payload(acme, asha, auto_approve=True))
    ran(engine)
    events = told(acme, "INVOICE")[:2] + told(acme)[1:]
    assert ["INVOICE_CREATED", "INVOICE_APPROVED", "RECURRING_GENERATED"] == [
        event["event_type"] for event in events
    ]
    assert {("RECURRING", None, None)} == {
        (event["source"], event["user_id"], event["token_id"]) for event in events
    }
    invoice = acme.invoices.list()[0]["invoice_id"]
    assert (
        f'{{"id":"{made_by["recurring_id"]}","name":"Rent","entity_type":"INVOICE","generated_id":"{invoice}"}}'
        == events[-1]["data"]
    )


def test_a_mistake_of_ours_stops_one_schedule_and_no_other(
    engine: finzcore.Engine,
    acme: finzcore.Org,
    asha: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fails = schedule(acme, asha, template_payload=payload(acme, asha, notes="fails"))["recurring_id"]
    other = engine.create_org(name="Bela Foods", state="IN-KA")
    bela = other.contacts.create(contact_name="Bela")["contact_id"]
    schedule(other, bela)
    schedule(acme, asha)
    real = templates.Maker.named

    def named(self: Any, body: Any) -> Any:
        if body.get("notes") == "fails":
            raise ZeroDivisionError
        return real(self, body)

    monkeypatch.setattr(templates.Maker, "named", named)
    assert 3 == ran(engine)
    assert ["2026-01-31"] == dates(acme) == dates(other)
    assert "Something went wrong unexpectedly; the log says what." == acme.recurring.get(fails)["last_error"]
    assert ["finzcore.scheduler"] == [record.name for record in caplog.records]
    assert [] == engine.verify()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(FREQUENCIES),
            st.integers(1, 3),
            st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 1)),
            st.none() | st.integers(1, 4),
            st.none() | st.integers(0, 60),
        ),
        min_size=1,
        max_size=3,
    ),
    st.lists(st.integers(0, 60), min_size=1, max_size=30),
)
def test_schedules_make_what_a_calendar_says_whenever_the_scheduler_is_called(
    given_: list[tuple[str, int, dt.date, int | None, int | None]], hours: list[int]
) -> None:
    """The model: between two wakings a schedule that is due makes the document of its next day."""
    clock = FrozenClock("2026-01-01T00:00:00+00:00")
    with finzcore.open(":memory:", clock=clock, ids=CountingIds(), random=CountingRandom()) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        asha = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
        left: list[list[dt.date]] = []
        for number, (frequency, interval, start, most, lasts) in enumerate(given_):
            end = None if lasts is None else start + dt.timedelta(days=lasts)
            schedule(
                acme, asha, name=f"{number}", frequency=frequency, interval=interval, max_runs=most,
                start_date=start.isoformat(), end_date=None if end is None else end.isoformat(),
                template_payload=payload(acme, asha, notes=f"{number}"),
            )  # fmt: skip
            left.append(_days(frequency, interval, start, most, end))
        last = [dt.date(2025, 1, 1)] * len(left)
        expected: list[tuple[int, str]] = []
        for pause in hours:
            clock.move(hours=pause)
            # 03:30 UTC is nine in India; what woke last, woke today or yesterday.
            woken = (clock() - dt.timedelta(hours=3, minutes=30)).date()
            for number, days in enumerate(left):
                if days and days[0] <= woken and last[number] < woken:
                    expected.append((number, days.pop(0).isoformat()))
                    last[number] = woken
            ran(engine)
        rows = list(acme.invoices.all(per_page=200))
        assert sorted(expected) == sorted((int(row["notes"]), row["date"][:10]) for row in rows)
        assert [] == engine.verify()


def _days(
    frequency: str, interval: int, start: dt.date, most: int | None, end: dt.date | None
) -> list[dt.date]:
    days = [start]
    while len(days) < 40:
        following = next_day(start, frequency, interval, after=days[-1])
        assert following is not None
        days.append(following)
    return [day for day in days[: 40 if most is None else most] if end is None or day <= end]
