"""How often: `api.md` §1.12 and `reliability.md` §15."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.api import Request, Response
from finzcore.api.authenticate import FAILURES, address_of
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock

WHOAMI = "/api/public/v1/whoami"
START = 1_779_166_800
"""2026-05-19T05:00:00Z, which is a whole minute."""


@pytest.fixture
def tight(target: str, clock: FrozenClock) -> Iterator[finzcore.Engine]:
    """Books that let three requests through in a minute, or five."""
    chosen = finzcore.Settings(
        rate_limits={"DEFAULT": 3, "PARTNER": 5}, trusted_proxies=("10.0.0.1", "10.0.0.2")
    )
    with finzcore.open(
        target, clock=clock, ids=CountingIds(), random=CountingRandom(), settings=chosen
    ) as books:
        books.create_org(name="Acme", state="IN-KA")
        yield books


def token(engine: finzcore.Engine) -> Any:
    return engine.mint_pat(org_id=engine.orgs()[0].org_id)


def meter(response: Response) -> tuple[str | None, str | None, str | None]:
    return (
        response.header("X-RateLimit-Limit"),
        response.header("X-RateLimit-Remaining"),
        response.header("X-RateLimit-Reset"),
    )


def test_every_answer_to_a_known_token_shows_its_meter(call: Call, clock: FrozenClock) -> None:
    clock.move(seconds=59)
    reset = str(START + 60)
    answers = [
        call("GET", "/whoami"),
        call("GET", "/nothing"),
        call("PATCH", "/contacts"),
        call("POST", "/contacts", b"{"),
        call("POST", "/contacts", {}),
        call("POST", "/contacts", {"contact_name": "Asha"}),
    ]
    assert [200, 404, 405, 422, 400, 201] == [one.status for one in answers]
    assert [("600", str(599 - n), reset) for n in range(6)] == [meter(one) for one in answers]


def test_engines_on_the_same_books_count_together(
    tight: finzcore.Engine, target: str, clock: FrozenClock
) -> None:
    minted = token(tight).token
    with finzcore.open(target, clock=clock, settings=tight.settings) as other:
        answers = [Call(engine, minted)("GET", "/whoami") for engine in (tight, other, tight, other)]
    assert [200, 200, 200, 429] == [one.status for one in answers]
    assert ["2", "1", "0", "0"] == [one.header("X-RateLimit-Remaining") for one in answers]


def test_an_unknown_token_has_no_meter(call: Call) -> None:
    call.token = "aibk_pat_" + "a" * 40
    assert (None, None, None) == meter(call("GET", "/whoami"))


def test_the_601st_request_of_a_minute_waits_for_its_end(call: Call, clock: FrozenClock) -> None:
    clock.move(seconds=17)
    assert {200} == {call("GET", "/whoami").status for _ in range(600)}
    response = call("GET", "/whoami")
    assert (429, "rate_limit.exceeded") == (response.status, response.json()["code"])
    assert ("600", "0", str(START + 60)) == meter(response)
    assert "43" == response.header("Retry-After")
    clock.move(seconds=43)
    assert ("600", "599", str(START + 120)) == meter(call("GET", "/whoami"))


@pytest.mark.parametrize(
    ("microseconds", "wait"), [(0, "60"), (1, "60"), (59_000_000, "1"), (59_999_999, "1")]
)
def test_the_wait_is_rounded_up_to_whole_seconds(
    tight: finzcore.Engine, clock: FrozenClock, microseconds: int, wait: str
) -> None:
    call = Call(tight, token(tight).token)
    for _ in range(3):
        call("GET", "/whoami")
    at = dt.datetime.fromtimestamp(START, dt.UTC) + dt.timedelta(microseconds=microseconds)
    clock.set(at.isoformat())
    assert wait == call("GET", "/whoami").header("Retry-After")


def test_a_replay_counts_and_a_rejected_request_counts(tight: finzcore.Engine, clock: FrozenClock) -> None:
    call = Call(tight, token(tight).token)
    body = {"contact_name": "Asha"}
    remaining = [call("POST", "/contacts", body, key="k").header("X-RateLimit-Remaining") for _ in range(3)]
    assert ["2", "1", "0"] == remaining
    assert [429, 429] == [call("POST", "/contacts", body, key="k").status for _ in range(2)]


def test_nothing_is_kept_under_a_key_that_was_turned_away(tight: finzcore.Engine, clock: FrozenClock) -> None:
    call = Call(tight, token(tight).token)
    for _ in range(3):
        call("GET", "/whoami")
    assert 429 == call("POST", "/contacts", {"contact_name": "Asha"}, key="k").status
    clock.move(minutes=1)
    response = call("POST", "/contacts", {"contact_name": "Asha"}, key="k")
    assert (201, None) == (response.status, response.header("Idempotency-Replayed"))


def test_tokens_do_not_share_a_bucket(tight: finzcore.Engine) -> None:
    one, other = Call(tight, token(tight).token), Call(tight, token(tight).token)
    assert [200, 200, 200, 429] == [one("GET", "/whoami").status for _ in range(4)]
    assert 200 == other("GET", "/whoami").status


def test_a_partner_may_do_more(tight: finzcore.Engine) -> None:
    pat = token(tight)
    tight.set_tier(pat.token_id, "PARTNER")
    call = Call(tight, pat.token)
    assert [200] * 5 + [429] == [call("GET", "/whoami").status for _ in range(6)]
    with pytest.raises(finzcore.FinzError):
        tight.set_tier(pat.token_id, "BOUNDLESS")


def test_a_token_that_an_older_pepper_keeps_is_counted_once_a_request(
    target: str, clock: FrozenClock
) -> None:
    with finzcore.open(target, clock=clock) as books:
        minted = books.mint_pat(org_id=books.create_org(name="Acme", state="IN-KA").org_id).token
    chosen = finzcore.Settings(token_peppers={"2026b": b"second", "2026a": b"first"})
    with finzcore.open(target, clock=clock, settings=chosen) as books:
        call = Call(books, minted)
        left = [call("GET", "/whoami").header("X-RateLimit-Remaining") for _ in range(3)]
    assert ["599", "598", "597"] == left


# ----- failed authentications -----


def knocking(engine: finzcore.Engine, address: str | None, forwarded: str | None = None) -> Response:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return engine.handle(Request("GET", WHOAMI, headers=headers, context={"remote_addr": address}))


def test_the_31st_failure_of_an_address_is_429_and_others_are_not_touched(
    tight: finzcore.Engine, clock: FrozenClock
) -> None:
    assert [401] * FAILURES == [knocking(tight, "192.0.2.7").status for _ in range(FAILURES)]
    response = knocking(tight, "192.0.2.7")
    assert (429, "rate_limit.exceeded", "60") == (
        response.status,
        response.json()["code"],
        response.header("Retry-After"),
    )
    assert (None, None, None) == meter(response)
    assert 401 == knocking(tight, "192.0.2.8").status
    good = Request(
        "GET",
        WHOAMI,
        headers={"Authorization": f"Bearer {token(tight).token}"},
        context={"remote_addr": "192.0.2.7"},
    )
    assert 200 == tight.handle(good).status
    clock.move(minutes=1)
    assert 401 == knocking(tight, "192.0.2.7").status


def test_without_an_address_failures_are_not_counted(tight: finzcore.Engine) -> None:
    assert {401} == {knocking(tight, None).status for _ in range(FAILURES + 5)}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),  # nobody vouches for the header
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),  # the client wrote the first itself
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.1"),
        ("10.0.0.1", ", ,", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        (None, "198.51.100.1", None),
    ],
)
def test_the_address_is_the_last_hop_that_no_proxy_of_ours_made(
    peer: str | None, forwarded: str | None, address: str | None
) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = Request("GET", WHOAMI, headers=headers, context={"remote_addr": peer})
    assert address == address_of(request, ("10.0.0.1", "10.0.0.2"))


def test_a_client_behind_a_proxy_is_counted_by_itself(tight: finzcore.Engine) -> None:
    for _ in range(FAILURES):
        knocking(tight, "10.0.0.1", "198.51.100.1")
    assert 429 == knocking(tight, "10.0.0.2", "198.51.100.1").status
    assert 401 == knocking(tight, "10.0.0.1", "198.51.100.2").status
    assert 401 == knocking(tight, "192.0.2.7", "198.51.100.1").status


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_no_window_lets_more_through_than_its_limit(
    tight: finzcore.Engine, clock: FrozenClock, steps: list[int]
) -> None:
    call = Call(tight, token(tight).token)
    passed: dict[int, int] = {}
    for step in steps:
        clock.move(seconds=step)
        window = int(clock().timestamp()) // 60
        passed[window] = passed.get(window, 0) + (call("GET", "/whoami").status == 200)
    asked: dict[int, int] = {}
    at = int(clock().timestamp()) - sum(steps)
    for step in steps:
        at += step
        asked[at // 60] = asked.get(at // 60, 0) + 1
    assert {window: min(3, count) for window, count in asked.items()} == passed
