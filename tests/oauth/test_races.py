"""Many at once, in threads and in processes, on both engines: one lineage stays alive, one code gives once,
and what is given out beside an end is ended too (`reliability.md` §17). What breaks off in the middle is
failed at each of its statements in `tests/proof/test_faults.py`."""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import pytest

import finzcore
from finzcore.api import Response
from finzcore.auth.tokens import digest
from finzcore.books.access import TOKENS
from finzcore.books.oauth.tables import GRANTS, REFRESHES
from finzcore.ports import Condition, Row
from finzcore.testing import FrozenClock
from tests.oauth.shop import Shop, given

WORKERS = 10


def at_once(count: int, do: Callable[[], Response]) -> list[Response]:
    """So many requests of ten workers that begin together."""
    start = Barrier(WORKERS)

    def some(_: int) -> list[Response]:
        start.wait()
        return [do() for _ in range(count // WORKERS)]

    with ThreadPoolExecutor(WORKERS) as pool:
        return [one for found in pool.map(some, range(WORKERS)) for one in found]


def rows(engine: finzcore.Engine, table: Any, *where: Condition) -> list[Row]:
    with engine.store.shared() as session:
        return session.find(table, where)


def live(engine: finzcore.Engine) -> list[Row]:
    """The refresh tokens that would be taken now."""
    alive = {row["id"] for row in rows(engine, GRANTS, Condition("revoked_at", "absent"))}
    fresh = rows(engine, REFRESHES, Condition("used_at", "absent"), Condition("replaced_at", "absent"))
    return [row for row in fresh if row["family_id"] in alive]


@pytest.mark.parametrize("bound", [True, False], ids=["of one organisation", "of all"])
def test_a_hundred_parallel_refreshes_leave_one_lineage(shop: Shop, bound: bool) -> None:
    pair = shop.pair(**({} if bound else {"organization_id": None}))
    responses = at_once(100, lambda: shop.refresh(pair["refresh_token"]))
    assert {200: 100} == Counter(one.status for one in responses)
    (row,) = live(shop.engine)
    assert (
        101
        == len(rows(shop.engine, REFRESHES))
        == len(rows(shop.engine, TOKENS, Condition("kind", "=", "oauth")))
    )
    kept = [one for one in responses if digest(given(one)["refresh_token"]) == row["digest"]]
    assert 1 == len(kept)
    assert 200 == shop.refresh(given(kept[0])["refresh_token"]).status


def test_processes_that_refresh_at_once_leave_one_lineage(
    shop: Shop, target: str, clock: FrozenClock
) -> None:
    token = shop.pair()["refresh_token"]
    children = []
    for _ in range(4):
        if not (child := os.fork()):
            fine = False
            with suppress(BaseException), finzcore.open(target, clock=clock) as shop.engine:
                fine = all(shop.refresh(token).status == 200 for _ in range(25))
            os._exit(0 if fine else 1)
        children.append(child)
    assert [0] * 4 == [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert (1, 101) == (len(live(shop.engine)), len(rows(shop.engine, REFRESHES)))


def test_a_code_that_many_redeem_at_once_gives_once_and_then_ends(shop: Shop) -> None:
    code = shop.code(organization_id=None)
    responses = at_once(20, lambda: shop.redeem(code))
    assert {200: 1, 400: 19} == Counter(one.status for one in responses)
    (pair,) = [one.json() for one in responses if one.status == 200]
    assert (401, "auth.revoked_token") == shop.call(pair["access_token"])
    assert [] == live(shop.engine)


def test_a_refresh_beside_a_replay_leaves_nothing_alive(shop: Shop, clock: FrozenClock) -> None:
    first = shop.pair(organization_id=None)
    second = given(shop.refresh(first["refresh_token"]))
    clock.move(seconds=11)
    tokens = [first["refresh_token"], second["refresh_token"]] * 10
    responses = at_once(20, lambda: shop.refresh(tokens.pop()))
    assert [] == live(shop.engine)
    for one in responses:
        if one.status == 200:
            assert (401, "auth.revoked_token") == shop.call(given(one)["access_token"])


def test_what_is_given_out_beside_an_end_is_ended_too(shop: Shop) -> None:
    engine, user = shop.engine, shop.user.user_id
    ends: list[Callable[[], None]] = [
        lambda: engine.revoke_grant(user, shop.client.client_id),
        lambda: engine.remove_membership(shop.org.org_id, user),
    ]
    for end in ends:
        token = shop.pair()["refresh_token"]
        with ThreadPoolExecutor(5) as pool:
            given_out = [pool.submit(shop.refresh, token) for _ in range(8)]
            pool.submit(end).result()
            responses = [one.result() for one in given_out]
        assert {200, 400} >= {one.status for one in responses}
        assert [] == live(engine)
        for one in responses:
            if one.status == 200:
                assert (401, "auth.revoked_token") == shop.call(one.json()["access_token"])
