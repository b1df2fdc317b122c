"""Four processes that ask with one token, as fast as they can: exactly what one may ask for passes
(`reliability.md` §15)."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Final

import finzcore
from finzcore.books.head import HEADS
from finzcore.system import Ids
from finzcore.testing import Call, CountingRandom, FrozenClock

PROCESSES: Final = 4
EACH: Final = 160
ALLOWED: Final = 600
LONG: Final = 120

ASKED: Final = (
    ("GET", "/whoami", None),
    ("GET", "/nowhere", None),
    ("POST", "/contacts", {"contact_name": "Asha Stores"}),
    ("POST", "/contacts", {}),
)
"""What is answered, what is refused, what is done once and then replayed, and a refusal that is replayed."""

Told = list[tuple[int, str | None]]
"""Status and what remains, in the order in which the answers came."""


def opened(target: str, seed: str) -> finzcore.Engine:
    """Books with the limits that they have when nobody says otherwise, and whose clock stands still."""
    chance = CountingRandom(seed)
    clock = FrozenClock("2026-05-19T05:00:00+00:00")
    chosen = finzcore.Settings(durability="relaxed")
    return finzcore.open(target, clock=clock, ids=Ids(chance), random=chance, settings=chosen)


def _ask(target: str, token: str, seed: str, start: Barrier, end: Connection) -> None:
    with opened(target, seed) as engine:
        call = Call(engine, token)
        start.wait(LONG)
        told: Told = []
        for turn in range(EACH):
            method, path, body = ASKED[turn % len(ASKED)]
            answer = call(method, path, body, key=f"key-{turn % len(ASKED)}")
            told.append((answer.status, answer.header("X-RateLimit-Remaining")))
    end.send(told)


@contextmanager
def asked_by_four(target: str, token: str) -> Iterator[Told]:
    """What four processes were told."""
    context = multiprocessing.get_context("forkserver")
    start, told, children = context.Barrier(PROCESSES), [], []
    for number in range(PROCESSES):
        here, there = context.Pipe()
        given = (target, token, f"asker {number}", start, there)
        child = context.Process(target=_ask, args=given, daemon=True)
        child.start()
        there.close()
        children.append((here, child))
    for here, _ in children:
        assert here.poll(LONG), "a process has not come back"
        told += here.recv()
    yield told
    for here, child in children:
        here.close()
        child.join(LONG)
        child.close()


def test_of_four_processes_exactly_six_hundred_calls_pass_errors_and_replays_counted(target: str) -> None:
    with opened(target, "before the four") as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        token = engine.mint_pat(org_id=acme.org_id).token
        with asked_by_four(target, token) as told:
            passed = [left for status, left in told if status != 429]
            refused = [left for status, left in told if status == 429]
        assert PROCESSES * EACH == len(told)
        assert sorted(map(str, range(ALLOWED))) == sorted(map(str, passed))
        assert ["0"] * (PROCESSES * EACH - ALLOWED) == refused
        assert 1 == len(acme.contacts.list())


def test_counting_waits_for_nobody_who_writes_to_the_ledger(target: str) -> None:
    with opened(target, "one") as engine, opened(target, "other") as other:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        token = engine.mint_pat(org_id=acme.org_id).token
        call = Call(engine, token)
        with other.store.write(acme._key) as session:
            assert session.get(HEADS), "so that the lock is taken, and not only meant to be"
            left = [call("GET", "/whoami").header("X-RateLimit-Remaining") for _ in range(3)]
            stranger = Call(engine, "aibk_pat_" + "a" * 40)
            known = {"remote_addr": "192.0.2.7"}
            refused = [stranger("GET", "/whoami", context=known).status for _ in range(31)]
        assert ["599", "598", "597"] == left
        assert [401] * 30 + [429] == refused


def test_failed_authentications_of_an_address_are_counted_by_all_processes(target: str) -> None:
    with opened(target, "one") as engine, opened(target, "other") as other:
        strangers = [Call(books, "aibk_pat_" + "a" * 40) for books in (engine, other)]
        known = {"remote_addr": "192.0.2.7"}
        answers = [strangers[turn % 2]("GET", "/whoami", context=known) for turn in range(31)]
        assert [401] * 30 + [429] == [answer.status for answer in answers]
        assert "60" == answers[-1].header("Retry-After")


def test_a_partner_may_ask_three_thousand_times_from_the_next_call_on(target: str) -> None:
    with opened(target, "one") as engine, opened(target, "other") as other:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        minted = engine.mint_pat(org_id=acme.org_id)
        call = Call(engine, minted.token)
        before = call("GET", "/whoami")
        other.set_tier(minted.token_id, "PARTNER")
        after = call("GET", "/whoami")
        for answer, limit, left in ((before, "600", "599"), (after, "3000", "2998")):
            assert limit == answer.header("X-RateLimit-Limit")
            assert left == answer.header("X-RateLimit-Remaining")
