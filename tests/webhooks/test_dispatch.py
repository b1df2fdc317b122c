"""What `run_webhooks` does: each delivery until it is taken, at the planned times, on both engines
(`api.md` §6.2, §6.3; `reliability.md` §18)."""

import datetime as dt
import hashlib
import hmac
import json
import threading
from collections import Counter
from typing import Any

import pytest

import finzcore
from finzcore.books.webhooks.attempt import Outgoing
from finzcore.books.webhooks.queue import LEASE
from finzcore.books.webhooks.tables import ENDPOINTS, LISTENERS
from finzcore.dispatch import deliver_webhooks
from finzcore.sealing import Sealer
from finzcore.testing import FrozenClock
from tests.engines import on_sqlite
from tests.webhooks.listening import (
    SECRET,
    URL,
    Kept,
    change,
    do,
    endpoint,
    events,
    fields,
    happened,
    known,
    rows,
)

NOON = "2026-05-19T05:00:00Z"


def column(org: finzcore.Org, name: str) -> list[Any]:
    return [row[name] for row in rows(org)]


# ----- as it should go -----


def test_what_has_happened_is_told_once_and_in_order(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    names, kept = happened(acme, endpoint(acme), many=3), Kept()
    assert [3, 0] == [engine.run_webhooks(transport=kept) for _ in range(2)]
    assert (names, [URL] * 3) == (kept.names, [one.url for one in kept.told])
    tried = {"attempt": 1, "at": NOON, "response_status": 200, "error": None, "duration_ms": 0}
    assert [[tried]] * 3 == column(acme, "attempts")
    assert [("SUCCEEDED", 1, None, None, None)] * 3 == [
        tuple(row[name] for name in ("status", "attempt_count", "next_attempt_at", "claimed_until", "claim"))
        for row in rows(acme)
    ]
    assert [] == engine.verify()


def test_a_delivery_says_what_and_of_whom(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    happened(acme, endpoint(acme))
    engine.run_webhooks(transport=(kept := Kept()))
    (told,) = kept.told
    said = json.loads(told.body)
    assert ["event_type", "delivery_id", "occurred_at", "org_id", "seq", "data"] == list(said)
    assert ("CONTACT_CREATED", NOON, acme.org_id) == (said["event_type"], said["occurred_at"], said["org_id"])
    assert "Contact 0" == said["data"]["name"]
    assert {
        "Content-Type": "application/json",
        "X-AIBooks-Event": "CONTACT_CREATED",
        "X-AIBooks-Delivery": said["delivery_id"],
        "X-AIBooks-Timestamp": "1779166800",
    }.items() <= told.headers.items()
    timestamp, (mark,) = fields(told.headers["X-AIBooks-Signature"])
    signed = hmac.new(SECRET.encode(), b"1779166800." + told.body, hashlib.sha256)
    assert (1779166800, signed.hexdigest()) == (timestamp, mark)


def test_two_secrets_sign_while_the_old_one_counts(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    until = "2026-05-20T05:00:00.000000Z"
    key = endpoint(acme, secret="whsec_new", old_secret="whsec_old", old_secret_until=until)
    kept, marks = Kept(), []
    for _ in range(2):
        happened(acme, key)
        engine.run_webhooks(transport=kept)
        timestamp, found = fields(kept.told[-1].headers["X-AIBooks-Signature"])
        signed = f"{timestamp}.".encode() + kept.told[-1].body
        by = {hmac.new(s.encode(), signed, hashlib.sha256).hexdigest(): s for s in ("whsec_new", "whsec_old")}
        marks.append([by[mark] for mark in found])
        clock.set(until)
    assert [["whsec_new", "whsec_old"], ["whsec_new"]] == marks


def test_secrets_are_opened_only_to_sign(target: str, clock: FrozenClock) -> None:
    with finzcore.open(target, clock=clock, settings=finzcore.Settings(sealing_keys=(bytes(32),))) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        key = endpoint(acme)
        happened(acme, key)
        assert SECRET not in json.dumps(known(acme, key))
        engine.run_webhooks(transport=(kept := Kept()))
    signed = hmac.new(SECRET.encode(), b"1779166800." + kept.told[0].body, hashlib.sha256).hexdigest()
    assert f"t=1779166800,v1={signed}" == kept.told[0].headers["X-AIBooks-Signature"]


def test_a_secret_that_does_not_open_holds_nobody_else_up(target: str, clock: FrozenClock) -> None:
    with finzcore.open(target, clock=clock, settings=finzcore.Settings(sealing_keys=(bytes(32),))) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        lost, found = endpoint(acme), endpoint(acme, url="https://found.example/")
        change(acme, lost, secret=Sealer([bytes([1]) * 32]).seal(SECRET))
        happened(acme, lost)
        happened(acme, found)
        assert 1 == engine.run_webhooks(transport=(kept := Kept()))
        assert ["https://found.example/"] == [told.url for told in kept.told]
        assert ["PENDING"] == [one["status"] for one in acme.webhooks.deliveries.list(status="PENDING")]


def test_every_organisation_and_every_endpoint_is_told(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    bela = engine.create_org(name="Bela Foods", state="IN-KA", is_sandbox=True)
    one = endpoint(acme, acme, bela, url="https://both.example/")
    two = endpoint(bela, url="https://bela.example/")
    happened(acme, one)
    happened(bela, one, home=acme, many=2)
    happened(bela, two)
    kept = Kept()
    assert 4 == engine.run_webhooks(transport=kept)
    told = Counter((json.loads(out.body)["org_id"], out.url) for out in kept.told)
    both, own = "https://both.example/", "https://bela.example/"
    assert {(acme.org_id, both): 1, (bela.org_id, both): 2, (bela.org_id, own): 1} == told


def test_nothing_is_sent_before_its_commit(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    key, kept = endpoint(acme), Kept()
    with pytest.raises(RuntimeError, match="inside transaction"), acme.transaction():
        happened(acme, key)
        engine.run_webhooks(transport=kept)
    assert (0, []) == (engine.run_webhooks(transport=kept), kept.told)


def test_told_to_stop_it_leaves_the_rest_for_another_time(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    names, kept = happened(acme, endpoint(acme), many=3), Kept()
    assert 2 == deliver_webhooks(engine, kept, stop=lambda: len(kept.told) == 2).delivered
    assert 1 == engine.run_webhooks(transport=kept)
    assert names == kept.names


def test_the_threads_of_a_run_end_with_it(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    before = threading.active_count()
    happened(acme, *(endpoint(acme) for _ in range(3)))
    assert 3 == engine.run_webhooks(transport=Kept())
    assert before == threading.active_count()


# ----- one slow receiver -----


def test_a_slow_receiver_delays_nobody_and_has_two_threads_at_most(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    slow, quick = endpoint(acme, url="https://slow.example/"), endpoint(acme, url="https://quick.example/")
    happened(acme, slow, many=2)
    engine.run_webhooks(transport=Kept(500))
    clock.move(hours=1)
    happened(acme, slow, many=2)
    happened(acme, quick, many=5)
    others, both = threading.Event(), threading.Barrier(2)
    quickly, at_once, most = Kept(), Counter[str](), Counter[str]()
    lock = threading.Lock()

    def post(outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        with lock:
            at_once[outgoing.url] += 1
            most[outgoing.url] = max(most[outgoing.url], at_once[outgoing.url])
        if "slow" in outgoing.url:
            both.wait(20)  # the one that is tried again has a lane of its own
            assert others.wait(20), "the quick one is kept waiting"
        else:
            quickly(outgoing)
            if len(quickly.told) == 5:
                others.set()
        with lock:
            at_once[outgoing.url] -= 1
        return 200, {}

    assert 9 == engine.run_webhooks(transport=post)
    assert {"https://slow.example/": 2, "https://quick.example/": 1} == most


def test_events_that_come_meanwhile_are_told_by_the_same_run(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    slow, quick = endpoint(acme, url="https://slow.example/"), endpoint(acme, url="https://quick.example/")
    happened(acme, slow)
    came = threading.Event()

    def post(outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        if "slow" in outgoing.url:
            happened(acme, quick)
            assert came.wait(20)
        else:
            came.set()
        return 200, {}

    assert 2 == engine.run_webhooks(transport=post)


def test_no_lock_is_held_while_a_delivery_is_sent(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    happened(acme, endpoint(acme))

    def post(outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        acme.contacts.create(contact_name="Ravi")
        return 200, {}

    assert 1 == engine.run_webhooks(transport=post)


def test_an_endpoint_of_several_organisations_has_two_threads_in_all(engine: finzcore.Engine) -> None:
    orgs = [engine.create_org(name=name, state="IN-KA") for name in "ABCD"]
    key = endpoint(orgs[0], *orgs)
    for org in orgs:
        happened(org, key, home=orgs[0])
    pair, now, most = threading.Barrier(2), list[str](), list[int]()

    def post(outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        now.append(outgoing.url)
        most.append(len(now))
        pair.wait(20)
        now.pop()
        pair.wait(20)
        return 200, {}

    assert 4 == engine.run_webhooks(transport=post)
    assert 2 == max(most)


# ----- failures -----

WAITS = [(0, 0), (0.8, 1.2), (4, 6), (24, 36), (96, 144), (576, 864)]
"""Minutes before each attempt, at least and at most: 1, 5, 30, 120 and 720, a fifth more or less."""


def minutes(first: str, then: str) -> float:
    return (dt.datetime.fromisoformat(then) - dt.datetime.fromisoformat(first)).total_seconds() / 60


def test_what_fails_is_tried_six_times_and_then_given_up(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    key, failing, seen = endpoint(acme), Kept(500), list[Any]()
    happened(acme, key)
    for shortest, longest in WAITS:
        (row,) = rows(acme)
        assert shortest <= minutes(clock().isoformat(), row["next_attempt_at"]) <= longest
        clock.set(row["next_attempt_at"])
        clock.move(seconds=-1)
        assert ((), ()) == deliver_webhooks(engine, failing)[1:3]
        clock.move(seconds=1)
        seen.append(deliver_webhooks(engine, failing)[:3])
    said = "CONTACT_CREATED to shop.example: it answered 500"
    assert [(0, (said,), ())] * 5 + [(0, (), (said,))] == seen
    (row,) = rows(acme)
    assert ("FAILED", None, 6, 1) == (
        row["status"],
        row["next_attempt_at"],
        row["attempt_count"],
        known(acme, key)["failure_count"],
    )
    assert list(range(1, 7)) == [tried["attempt"] for tried in row["attempts"]]
    clock.move(days=25)
    assert (6, 0) == (len(failing.told), engine.run_webhooks(transport=failing))


def test_each_attempt_has_the_same_bytes_and_its_own_signature(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    happened(acme, endpoint(acme))
    kept = Kept(500, 503, 302, 404, 400, 200)
    for _ in range(6):
        engine.run_webhooks(transport=kept)
        clock.move(hours=15)
    assert {(kept.told[0].body, kept.told[0].headers["X-AIBooks-Delivery"])} == {
        (one.body, one.headers["X-AIBooks-Delivery"]) for one in kept.told
    }
    times = [fields(one.headers["X-AIBooks-Signature"])[0] for one in kept.told]
    assert [1779166800 + 15 * 3600 * number for number in range(6)] == times
    assert ["SUCCEEDED"] == column(acme, "status")


@pytest.mark.parametrize(
    ("status", "asks", "seconds"),
    [
        (503, "600", 600),
        (429, "600", 600),
        (429, "Tue, 19 May 2026 05:10:00 GMT", 600),
        (429, "86400", 3600),
        (429, "1", 48),  # the plan still holds
        (429, "soon", 48),
        (500, "600", 48),  # only those two may ask
        (302, "600", 48),
    ],
)
@on_sqlite  # arithmetic of instants
def test_receivers_may_ask_for_time(
    new_target: Any, clock: FrozenClock, status: int, asks: str, seconds: int
) -> None:
    with finzcore.open(new_target(), clock=clock, random=bytes) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        happened(acme, endpoint(acme))
        engine.run_webhooks(transport=Kept(status, Retry_After=asks))
        (then,) = column(acme, "next_attempt_at")
    assert seconds == round(minutes(NOON, then) * 60)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError("10.0.0.7 is slow"), "no answer in time"),
        (ConnectionRefusedError("10.0.0.7"), "the connection was refused"),
        (OSError("10.0.0.7 said: secret"), "the host could not be reached"),
        (ValueError("10.0.0.7"), "it could not be sent"),
    ],
)
@on_sqlite  # words
def test_whatever_sends_may_fail_and_the_log_says_no_more_than_that(
    engine: finzcore.Engine, acme: finzcore.Org, error: Exception, words: str
) -> None:
    happened(acme, endpoint(acme))

    def post(outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        raise error

    assert (f"CONTACT_CREATED to shop.example: {words}",) == deliver_webhooks(engine, post).put_off
    ((tried,),) = column(acme, "attempts")
    assert (None, words) == (tried["response_status"], tried["error"])


@pytest.mark.parametrize("answer", [None, 200, (200,), ("ok", {}), (200, None)])
@on_sqlite  # what is no answer
def test_a_transport_that_gives_no_answer_has_failed(
    engine: finzcore.Engine, acme: finzcore.Org, answer: Any
) -> None:
    happened(acme, endpoint(acme))
    assert 0 == engine.run_webhooks(transport=lambda outgoing: answer)
    ((tried,),) = column(acme, "attempts")
    assert (None, "it could not be sent") == (tried["response_status"], tried["error"])


def test_one_that_fails_keeps_no_other_waiting(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    names = happened(acme, endpoint(acme), many=3)
    kept = Kept(500, 200, 200)
    assert (2, 1) == (lambda done: (done.delivered, len(done.put_off)))(deliver_webhooks(engine, kept))
    assert names == kept.names


def test_how_long_an_answer_took_is_told(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    happened(acme, endpoint(acme))

    def post(outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        clock.move(seconds=2)
        return 200, {}

    engine.run_webhooks(transport=post)
    ((tried,),) = column(acme, "attempts")
    assert (NOON, 2000) == (tried["at"], tried["duration_ms"])


# ----- endpoints that are told nothing more -----


def test_one_that_is_gone_is_disabled_at_once(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    key, kept = endpoint(acme), Kept(410)
    happened(acme, key, many=3)
    done = deliver_webhooks(engine, kept)
    assert (1, ("shop.example: it answered 410",)) == (len(kept.told), done.disabled)
    assert (0, "gone") == (known(acme, key)["is_active"], known(acme, key)["disabled_reason"])
    assert ["FAILED"] * 3 == column(acme, "status")
    assert [1, 0, 0] == column(acme, "attempt_count")
    assert do(acme, lambda books: books.session.get(LISTENERS, key)) is None
    event = events(acme)[-1]
    assert ("WEBHOOK_DISABLED", None, "SYSTEM") == (event["action"], event["event_type"], event["source"])
    assert [] == engine.verify()


def test_after_twenty_in_a_row_that_were_given_up_an_endpoint_is_disabled(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    key, kept = endpoint(acme, failure_count=18), Kept(500)
    happened(acme, key, many=2)
    for _ in range(5):
        engine.run_webhooks(transport=kept)
        clock.move(hours=15)
    assert (18, 1) == (known(acme, key)["failure_count"], known(acme, key)["is_active"])
    happened(acme, key)
    engine.run_webhooks(transport=kept)
    row = known(acme, key)
    assert (20, 0, "too_many_failures") == (row["failure_count"], row["is_active"], row["disabled_reason"])
    assert ["WEBHOOK_DISABLED"] == [
        event["action"] for event in events(acme) if event["entity_type"] == "WEBHOOK"
    ]
    # What is still to be tried finds the endpoint disabled.
    clock.move(hours=1)
    told = len(kept.told)
    engine.run_webhooks(transport=kept)
    assert (["FAILED"] * 3, told) == (column(acme, "status"), len(kept.told))


def test_one_that_is_taken_begins_the_count_anew(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    key = endpoint(acme, failure_count=19)
    happened(acme, key)
    engine.run_webhooks(transport=Kept())
    assert (0, 1) == (known(acme, key)["failure_count"], known(acme, key)["is_active"])


def test_the_count_is_kept_where_the_endpoint_was_registered(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    bela = engine.create_org(name="Bela Foods", state="IN-KA")
    key = endpoint(acme, bela, failure_count=19)
    happened(bela, key, home=acme)
    engine.run_webhooks(transport=Kept())
    assert 0 == known(acme, key)["failure_count"]
    happened(bela, key, home=acme)
    done = deliver_webhooks(engine, Kept(410))
    assert ("gone", 1, 1) == (known(acme, key)["disabled_reason"], len(done.given_up), len(done.disabled))
    assert "WEBHOOK_DISABLED" == events(acme)[-1]["action"]
    assert "WEBHOOK_DISABLED" not in [event["action"] for event in events(bela)]
    assert [] == engine.verify()


@pytest.mark.parametrize("how", ["inactive", "removed", "listens no more"])
def test_whoever_is_told_no_more_is_sent_nothing(
    engine: finzcore.Engine, acme: finzcore.Org, how: str
) -> None:
    bela, kept = engine.create_org(name="Bela Foods", state="IN-KA"), Kept()
    key = endpoint(acme, acme, bela)
    happened(acme, key)
    happened(bela, key, home=acme, many=2)
    if how == "inactive":
        change(acme, key, is_active=0)
    elif how == "removed":
        do(acme, lambda books: books.session.remove(ENDPOINTS, key))
    else:
        for org in (acme, bela):
            do(org, lambda books: books.session.remove(LISTENERS, key))
    assert (0, []) == (engine.run_webhooks(transport=kept), kept.told)
    assert do(bela, lambda books: books.session.get(LISTENERS, key)) is None
    assert [("FAILED", 0, None)] * 3 == [
        (row["status"], row["attempt_count"], row["next_attempt_at"]) for row in rows(acme) + rows(bela)
    ]


# ----- several runs, and runs that die -----


def test_what_one_sends_no_other_touches_until_its_lease_is_over(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    happened(acme, endpoint(acme), many=2)
    others, counts = Kept(), list[int]()

    def post(outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        if not counts:
            counts.append(engine.run_webhooks(transport=others))
            clock.move(seconds=LEASE.seconds - 1)
            counts.append(engine.run_webhooks(transport=others))
        return 200, {}

    assert 2 == engine.run_webhooks(transport=post)
    assert ([0, 0], []) == (counts, others.told)
    clock.move(days=1)
    assert 0 == engine.run_webhooks(transport=others)


def test_what_a_run_that_died_had_claimed_is_sent_first_when_its_lease_is_over(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    class Killed(BaseException):
        pass

    def die(outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        raise Killed

    names, kept = happened(acme, endpoint(acme), many=2), Kept()
    with pytest.raises(Killed):
        engine.run_webhooks(transport=die)
    clock.move(seconds=LEASE.seconds - 1)
    assert 0 == engine.run_webhooks(transport=kept)
    clock.move(seconds=1)
    assert 2 == engine.run_webhooks(transport=kept)
    assert names == kept.names


def test_a_run_that_took_too_long_is_believed_when_it_was_taken_and_not_when_it_failed(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    happened(acme, endpoint(acme), many=2)

    def late(status: int) -> Any:
        def post(outgoing: Outgoing) -> tuple[int, dict[str, str]]:
            clock.move(seconds=LEASE.seconds)
            deliver_webhooks(
                engine, Kept(500 if status == 200 else 200), stop=iter([False, True, True]).__next__
            )
            return status, {}

        return post

    deliver_webhooks(engine, late(200), stop=iter([False, True, True]).__next__)
    assert ["SUCCEEDED", "PENDING"] == column(acme, "status")
    deliver_webhooks(engine, late(500), stop=iter([False, True, True]).__next__)
    assert (["SUCCEEDED"] * 2, [None, None]) == (column(acme, "status"), column(acme, "next_attempt_at"))


def test_many_runs_at_once_send_each_delivery_once(
    target: str, engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    keys = [endpoint(acme) for _ in range(3)]
    happened(acme, *keys, many=6)
    kept, done = Kept(), list[int]()
    threads = [
        threading.Thread(target=lambda: done.append(engine.run_webhooks(transport=kept))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (18, 3) == (sum(done), len(done))
    assert {1} == set(Counter(one.headers["X-AIBooks-Delivery"] for one in kept.told).values())
