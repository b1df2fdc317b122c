"""What `run_mail` does: each message once, through every failure, on both engines (`api.md` §4.17, §6.3)."""

import datetime as dt
import json
import threading
from typing import Any

import pytest

import finzcore
from finzcore.books.unit import Desk
from finzcore.delivery import deliver_mail
from finzcore.testing import FrozenClock
from tests.mail.ports import Failing, Kept, Meanwhile
from tests.mail.waiting import events, queued, rows

# ----- as it should go -----


def test_what_is_queued_is_sent_once(engine: finzcore.Engine, acme: finzcore.Org, port: Kept) -> None:
    ids = queued(acme, 3)
    assert [3, 0] == [engine.run_mail(), engine.run_mail()]
    assert ids == port.ids
    assert [("2026-05-19T05:00:00.000000Z", None, 1)] * 3 == [
        (row["sent_at"], row["next_at"], row["attempts"]) for row in rows(acme)
    ]
    assert ["kept as 1", "kept as 2", "kept as 3"] == [row["receipt"] for row in rows(acme)]
    assert [] == engine.verify()


def test_every_organisation_that_has_mail_is_visited(engine: finzcore.Engine, port: Kept) -> None:
    orgs = [engine.create_org(name=name, state="IN-KA") for name in ("A", "B", "C")]
    assert 0 == engine.run_mail()
    ids = queued(orgs[2]) + queued(orgs[0])
    assert 2 == engine.run_mail()
    assert sorted(ids) == sorted(port.ids)
    assert {"A", "C"} == {message["Organization"] for message in port.messages}


def test_organisations_without_mail_are_left_alone(
    engine: finzcore.Engine, acme: finzcore.Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.run_mail()
    monkeypatch.setattr(Desk, "work", None)
    assert 0 == engine.run_mail()


def test_without_a_port_mail_waits_and_no_attempt_is_counted(
    target: str, engine: finzcore.Engine, acme: finzcore.Org, port: Kept, clock: FrozenClock
) -> None:
    ids = queued(acme)
    with finzcore.open(target, clock=clock) as silent:
        assert 0 == silent.run_mail()
    assert 0 == rows(acme)[0]["attempts"]
    clock.move(days=30)
    assert 1 == engine.run_mail()
    assert ids == port.ids


def test_what_sends_must_be_able_to(target: str) -> None:
    with pytest.raises(TypeError, match=r"mail: something that sends, such as finzcore\.mail\.Smtp"):
        finzcore.open(target, mail=print)  # type: ignore[arg-type]


def test_nothing_is_sent_before_its_commit(engine: finzcore.Engine, acme: finzcore.Org, port: Kept) -> None:
    with pytest.raises(RuntimeError, match="inside transaction"), acme.transaction():
        queued(acme)
        engine.run_mail()
    assert 0 == engine.run_mail()
    assert [] == port.messages


def test_no_lock_is_held_while_a_message_is_sent(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    def trade() -> None:
        other = threading.Thread(target=lambda: acme.contacts.create(contact_name="Ravi"))
        other.start()
        other.join()

    queued(acme)
    assert 1 == deliver_mail(engine, Meanwhile(trade)).sent
    assert ["Ravi", "Asha Stores"] == [one["contact_name"] for one in acme.contacts.list()]


def test_told_to_stop_it_leaves_the_rest_for_another_time(
    engine: finzcore.Engine, acme: finzcore.Org, port: Kept
) -> None:
    queued(acme, 3)
    assert 2 == deliver_mail(engine, port, stop=lambda: len(port.messages) == 2).sent
    assert 1 == engine.run_mail()


# ----- failures -----

WAITS = [(0, 0), (0.8, 1.2), (4, 6), (24, 36), (96, 144), (576, 864)]
"""Minutes before each attempt, at least and at most: 1, 5, 30, 120 and 720, a fifth more or less."""


def minutes(first: str, then: str) -> float:
    return (dt.datetime.fromisoformat(then) - dt.datetime.fromisoformat(first)).total_seconds() / 60


def test_what_fails_is_tried_six_times_and_then_given_up(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    ids = queued(acme)
    failing, seen = Failing(), list[Any]()
    for shortest, longest in WAITS:
        (row,) = rows(acme)
        assert shortest <= minutes(clock().isoformat(), row["next_at"]) <= longest
        clock.set(row["next_at"])
        clock.move(seconds=-1)
        assert (0, (), ()) == deliver_mail(engine, failing)
        clock.move(seconds=1)
        seen.append(deliver_mail(engine, failing))
    said = "INV-2627-001 to accounts@asha.example: ConnectionRefusedError: no answer"
    assert [(0, (said,), ())] * 5 + [(0, (), (said,))] == seen
    assert ids * 6 == failing.ids
    clock.move(days=365)
    assert (0, (), ()) == deliver_mail(engine, failing)


def test_that_a_message_was_given_up_is_told(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    (message_id,) = queued(acme)
    for _ in range(6):
        deliver_mail(engine, Failing())
        clock.move(hours=15)
    event, (row,) = events(acme)[-1], rows(acme)
    assert ("INVOICE_EMAIL_FAILED", None, "INV-2627-001", "SYSTEM") == tuple(
        event[name] for name in ("action", "event_type", "entity_ref", "source")
    )
    told = {"message_id": message_id.strip("<>"), "error": "ConnectionRefusedError: no answer"}
    assert told == json.loads(event["data"])
    assert (None, None, "ConnectionRefusedError: no answer") == (
        row["next_at"],
        row["sent_at"],
        row["last_error"],
    )
    assert row["failed_at"] == event["occurred_at"]
    assert [] == engine.verify()


def test_one_that_fails_keeps_nobody_else_waiting(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    ids = queued(acme, 3)
    failing = Failing(times=1)
    assert (2, 1) == (lambda done: (done.sent, len(done.put_off)))(deliver_mail(engine, failing))
    assert ids == failing.ids


def test_a_message_that_is_tried_again_is_the_same_byte_for_byte(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    queued(acme, subject="चालान", body_html="<p>नमस्ते</p>")
    failing = Failing(times=2)
    for _ in range(3):
        deliver_mail(engine, failing)
        clock.move(hours=1)
    first, second, third = (message.as_bytes() for message in failing.messages)
    assert first == second == third
    assert rows(acme)[0]["sent_at"] is not None and rows(acme)[0]["last_error"] is None


@pytest.mark.parametrize(
    "error", [TimeoutError("slow"), OSError(5, "I/O"), ValueError("x\r\ny\0"), KeyError("a")]
)
def test_any_exception_of_a_port_puts_a_message_off(
    engine: finzcore.Engine, acme: finzcore.Org, error: Exception
) -> None:
    queued(acme)
    done = deliver_mail(engine, Failing(error=error))
    assert (0, 1, 0) == (done.sent, len(done.put_off), len(done.given_up))
    assert rows(acme)[0]["last_error"].startswith(f"{type(error).__name__}: ")
    assert rows(acme)[0]["last_error"].isprintable()
