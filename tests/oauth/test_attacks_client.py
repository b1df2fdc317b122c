"""Attacks at the token endpoint, each by its name (`reliability.md` §5, §15, §17; RFC 6749 §10, 9700 §4)."""

import base64
import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import finzcore
from finzcore.api import Request, Response
from finzcore.auth import tokens
from finzcore.auth.oauth import challenge
from finzcore.testing import CountingIds, CountingRandom, FrozenClock
from tests.oauth.shop import BACK, BOTH, FORM, READ, VERIFIER, Shop, answer, given


@pytest.fixture
def target() -> str:
    """The rules are the same wherever the books are; `test_flow` and `test_races` are on both engines."""
    return ":memory:"


@pytest.fixture
def other(engine: finzcore.Engine, acme: finzcore.Org, shop: Shop) -> Shop:
    """Another client of the same user and organisation, at the same address."""
    return Shop(engine, acme, shop.user)


REFUSED = (400, "invalid_request")
NO_GRANT = (400, "invalid_grant")
NO_CLIENT = (401, "invalid_client")
REVOKED = (401, "auth.revoked_token")
FINE = (200, "0")


# ----- codes -----


def test_a_code_presented_again_ends_what_it_gave(shop: Shop) -> None:
    code = shop.code()
    first = given(shop.redeem(code))
    second = given(shop.refresh(first["refresh_token"]))
    assert NO_GRANT == answer(shop.redeem(code))
    assert REVOKED == shop.call(first["access_token"]) == shop.call(second["access_token"])
    assert NO_GRANT == answer(shop.refresh(second["refresh_token"]))


def test_a_code_presented_again_without_its_verifier_ends_it_too(shop: Shop) -> None:
    code = shop.code()
    pair = given(shop.redeem(code))
    assert NO_GRANT == answer(shop.redeem(code, code_verifier="x" * 43))
    assert REVOKED == shop.call(pair["access_token"])


def test_a_code_presented_again_long_after(shop: Shop, clock: FrozenClock) -> None:
    code = shop.code()
    pair = given(shop.redeem(code))
    clock.move(minutes=20)
    assert NO_GRANT == answer(shop.redeem(code))
    assert REVOKED == shop.call(pair["access_token"])


def test_a_code_injected_into_another_client(shop: Shop, other: Shop) -> None:
    code = shop.code()
    assert NO_GRANT == answer(other.redeem(code))
    assert FINE == shop.call(given(shop.redeem(code))["access_token"])


def test_another_client_that_replays_a_code_ends_nothing(shop: Shop, other: Shop) -> None:
    code = shop.code()
    pair = given(shop.redeem(code))
    assert NO_GRANT == answer(other.redeem(code))
    assert FINE == shop.call(pair["access_token"])


def test_a_stolen_code_without_its_verifier(shop: Shop) -> None:
    code = shop.code()
    assert (
        REFUSED
        == answer(shop.redeem(code, code_verifier=None))
        == answer(shop.redeem(code, code_verifier=""))
    )
    for wrong in ("x" * 43, VERIFIER + "x", VERIFIER[:-1], challenge(VERIFIER), "x", "x" * 129):
        assert NO_GRANT == answer(shop.redeem(code, code_verifier=wrong))
    assert 200 == shop.redeem(code).status


def test_a_code_with_the_verifier_of_another_wish(shop: Shop) -> None:
    theirs = shop.code(code_challenge=challenge("y" * 43))
    assert NO_GRANT == answer(shop.redeem(theirs))
    assert 200 == shop.redeem(theirs, code_verifier="y" * 43).status


@pytest.mark.parametrize("uri", [f"{BACK}/", "https://evil.example/", "https://SHOP.example/back"])
def test_an_address_swapped_between_consent_and_token(shop: Shop, uri: str) -> None:
    code = shop.code()
    assert NO_GRANT == answer(shop.redeem(code, redirect_uri=uri))
    assert REFUSED == answer(shop.redeem(code, redirect_uri=None))
    assert 200 == shop.redeem(code).status


def test_a_code_whose_time_is_over_to_the_microsecond(shop: Shop, clock: FrozenClock) -> None:
    late, later = shop.code(), shop.code()
    clock.set("2026-05-19T05:09:59.999999+00:00")
    assert 200 == shop.redeem(late).status
    clock.set("2026-05-19T05:10:00+00:00")
    assert NO_GRANT == answer(shop.redeem(later))


def test_a_failed_client_leaves_the_code_as_it_is(shop: Shop) -> None:
    code = shop.code()
    assert NO_CLIENT == answer(shop.redeem(code, client_secret="aibk_sec_" + "0" * 40))
    assert 200 == shop.redeem(code).status


@pytest.mark.parametrize("code", ["x", "aibk_code_" + "0" * 64, "' OR 1=1 --", "é"])
def test_a_guessed_code(shop: Shop, code: str) -> None:
    assert NO_GRANT == answer(shop.redeem(code))


def test_a_code_of_a_user_who_has_left(shop: Shop, engine: finzcore.Engine) -> None:
    code = shop.code()
    engine.remove_membership(shop.org.org_id, shop.user.user_id)
    assert NO_GRANT == answer(shop.redeem(code))
    engine.add_membership(shop.org.org_id, shop.user.user_id)
    assert NO_GRANT == answer(shop.redeem(code))


# ----- clients -----


def _bare(response: Response) -> tuple[Any, ...]:
    said = response.json()
    del said["request_id"]
    return response.status, said, [pair for pair in response.headers if pair[0] != "X-Request-Id"]


def test_an_unknown_a_disabled_and_a_mistaken_client_are_one_answer_after_the_same_work(
    shop: Shop, other: Shop, engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.disable_client(other.client.client_id)
    compared: list[int] = []
    monkeypatch.setattr(tokens, "same", lambda a, b: compared.append(len(a)) or a == b)
    answers = []
    for said in (
        {"client_id": "aibk_app_" + "0" * 24},
        {"client_secret": "aibk_sec_" + "0" * 40},
        {"client_id": other.client.client_id, "client_secret": other.client.client_secret},
    ):
        compared.append(0)
        answers.append(_bare(shop.refresh("x", **said)))
    assert 401 == answers[0][0] and answers[0] == answers[1] == answers[2]
    assert [0, 32] * 3 == compared
    assert ("WWW-Authenticate", 'Basic realm="finzcore"') in answers[0][2]


@pytest.mark.parametrize("missing", ["client_id", "client_secret"])
def test_a_client_without_a_secret(shop: Shop, missing: str) -> None:
    assert NO_CLIENT == answer(shop.redeem(shop.code(), **{missing: None}))


def test_a_client_that_shows_its_secret_in_both_ways(shop: Shop) -> None:
    said = {"grant_type": "refresh_token", "refresh_token": "x", "client_secret": shop.client.client_secret}
    assert REFUSED == answer(shop.post("/oauth/token", said, Authorization=shop.basic()))


def test_a_header_of_one_client_and_a_form_of_another(shop: Shop, other: Shop) -> None:
    said = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": other.client.client_id}
    assert REFUSED == answer(shop.post("/oauth/token", said, Authorization=shop.basic()))


def test_two_headers_of_a_client(shop: Shop) -> None:
    headers = [("Content-Type", FORM), ("Authorization", shop.basic()), ("Authorization", shop.basic())]
    body = urlencode({"grant_type": "refresh_token", "refresh_token": "x"}).encode()
    assert REFUSED == answer(shop.engine.handle(Request("POST", "/oauth/token", headers=headers, body=body)))


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic /w==",
        "Bearer x",
        "Basic a=",
    ],
)
def test_a_header_that_is_none(shop: Shop, header: str) -> None:
    said = {"grant_type": "refresh_token", "refresh_token": "x"}
    assert NO_CLIENT == answer(shop.post("/oauth/token", said, Authorization=header))


def test_guessing_a_secret_is_metered_by_client_and_the_right_one_still_opens(
    shop: Shop, other: Shop
) -> None:
    guess = {"client_secret": "aibk_sec_" + "0" * 40}
    assert [NO_CLIENT] * 30 == [answer(shop.refresh("x", **guess)) for _ in range(30)]
    metered = shop.refresh("x", **guess)
    assert (429, "rate_limit.exceeded") == (metered.status, metered.json()["code"])
    assert "60" == metered.header("retry-after")
    assert NO_CLIENT == answer(other.refresh("x", **guess))
    assert NO_GRANT == answer(shop.refresh("x"))


def test_guessing_clients_is_metered_by_address_whoever_it_says_to_be(shop: Shop) -> None:
    def guess(number: int) -> int:
        body = urlencode({"client_id": f"aibk_app_{number:024x}", "client_secret": "x"}).encode()
        headers = {"Content-Type": FORM, "X-Forwarded-For": f"198.51.100.{number}"}
        context = {"remote_addr": "203.0.113.9"}
        asked = Request("POST", "/oauth/token", headers=headers, body=body, context=context)
        return shop.engine.handle(asked).status

    assert [401] * 30 + [429] == [guess(number) for number in range(31)]


def test_a_disabled_client_holds_nothing_any_more(shop: Shop, engine: finzcore.Engine) -> None:
    bound, several, code = shop.pair(), shop.pair(organization_id=None), shop.code()
    engine.disable_client(shop.client.client_id)
    assert REVOKED == shop.call(bound["access_token"]) == shop.call(several["access_token"])
    assert NO_CLIENT == answer(shop.refresh(bound["refresh_token"])) == answer(shop.redeem(code))
    assert NO_CLIENT == answer(shop.revoke(bound["refresh_token"]))


# ----- the form -----


@pytest.mark.parametrize("name", ["grant_type", "code", "client_id", "client_secret", "code_verifier", "x"])
def test_a_parameter_given_twice(shop: Shop, name: str) -> None:
    said = {
        "grant_type": "authorization_code", "code": shop.code(), "redirect_uri": BACK,
        "code_verifier": VERIFIER, "client_id": shop.client.client_id,
        "client_secret": shop.client.client_secret, "x": "1",
    }  # fmt: skip
    body = urlencode([*said.items(), (name, said[name])]).encode()
    assert REFUSED == answer(shop.post("/oauth/token", body))
    assert 200 == shop.redeem(said["code"]).status


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
def test_parameters_in_the_query(shop: Shop, path: str) -> None:
    said = {"client_id": shop.client.client_id, "client_secret": shop.client.client_secret, "token": "x"}
    query = f"{path}?{urlencode(said)}"
    assert REFUSED == answer(shop.post(query, {})) == answer(shop.post(query, said))


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "text/plain"},
        {"Content-Type": FORM, "Content-Encoding": "gzip"},
    ],
)
def test_a_body_that_is_no_form(shop: Shop, headers: dict[str, str]) -> None:
    answered = shop.engine.handle(Request("POST", "/oauth/token", headers=headers, body=b'{"code":"x"}'))
    assert (415, "no-store") == (answered.status, answered.header("cache-control"))


@pytest.mark.parametrize("body", [b"code=%", b"code=%ff", b"code=%00", b"code=\xc3\xa9", b"a=1&" * 101])
def test_a_form_that_cannot_be_read(shop: Shop, body: bytes) -> None:
    assert REFUSED == answer(shop.post("/oauth/token", body))


def test_a_form_that_is_too_large(shop: Shop) -> None:
    assert 413 == shop.post("/oauth/token", b"a=" + b"x" * 65536).status


@pytest.mark.parametrize(
    "kind", ["password", "client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:device_code"]
)
def test_a_grant_of_another_kind(shop: Shop, kind: str) -> None:
    asked = shop.ask(grant_type=kind, username="uma", password="x", scope=BOTH)
    assert (400, "unsupported_grant_type") == answer(asked)


def test_no_kind_of_grant(shop: Shop) -> None:
    assert REFUSED == answer(shop.ask(code="x")) == answer(shop.ask(grant_type=""))


def test_an_answer_that_somebody_keeps(shop: Shop) -> None:
    pair = shop.redeem(shop.code())
    for one in (pair, shop.refresh("x"), shop.ask(client_secret="x"), shop.revoke("x"), shop.revoke("")):
        assert "no-store" == one.header("cache-control")
    assert "no-cache" == pair.header("pragma")


def test_refusals_speak_the_words_of_rfc_6749(shop: Shop) -> None:
    for one in (shop.refresh("x"), shop.ask(client_secret="x"), shop.ask(grant_type="x"), shop.ask()):
        said = one.json()
        assert {"error", "error_description", "code", "message", "request_id"} == set(said)
        assert all(" " <= letter <= "~" and letter not in '"\\' for letter in said["error_description"])


# ----- refresh tokens -----


def test_a_refresh_token_of_another_client(shop: Shop, other: Shop) -> None:
    pair = shop.pair()
    assert NO_GRANT == answer(other.refresh(pair["refresh_token"]))
    assert 200 == shop.refresh(pair["refresh_token"]).status


def test_a_thief_and_his_victim_both_refresh(shop: Shop, clock: FrozenClock) -> None:
    stolen = shop.pair()["refresh_token"]
    theirs = given(shop.refresh(stolen))
    clock.move(seconds=11)
    assert NO_GRANT == answer(shop.refresh(stolen))
    assert REVOKED == shop.call(theirs["access_token"])
    assert NO_GRANT == answer(shop.refresh(theirs["refresh_token"]))


@pytest.mark.parametrize(("microseconds", "fine"), [(10_000_000, True), (10_000_001, False)])
def test_the_grace_ends_to_the_microsecond(
    shop: Shop, clock: FrozenClock, microseconds: int, fine: bool
) -> None:
    token = shop.pair()["refresh_token"]
    given(shop.refresh(token))
    clock.set(f"2026-05-19T05:00:{microseconds // 1_000_000:02}.{microseconds % 1_000_000:06}+00:00")
    assert (200 if fine else 400) == shop.refresh(token).status


def test_without_grace_there_is_none(clock: FrozenClock) -> None:
    settings = finzcore.Settings(refresh_grace_seconds=0)
    with finzcore.open(":memory:", clock=clock, settings=settings) as engine:
        org = engine.create_org(name="Acme", state="IN-KA")
        uma = engine.create_user(name="Uma")
        engine.add_membership(org.org_id, uma.user_id)
        strict = Shop(engine, org, uma)
        pair = strict.pair()
        second = given(strict.refresh(pair["refresh_token"]))
        assert NO_GRANT == answer(strict.refresh(pair["refresh_token"]))
        assert REVOKED == strict.call(second["access_token"])


def test_a_grandparent_within_the_grace(shop: Shop) -> None:
    first = shop.pair()
    second = given(shop.refresh(first["refresh_token"]))
    third = given(shop.refresh(second["refresh_token"]))
    assert NO_GRANT == answer(shop.refresh(first["refresh_token"]))
    assert {REVOKED} == {shop.call(pair["access_token"]) for pair in (first, second, third)}


def test_a_successor_that_was_replaced(shop: Shop) -> None:
    first = shop.pair()
    lost = given(shop.refresh(first["refresh_token"]))
    kept = given(shop.refresh(first["refresh_token"]))
    assert NO_GRANT == answer(shop.refresh(lost["refresh_token"]))
    assert REVOKED == shop.call(kept["access_token"])


@pytest.mark.parametrize("scope", [f"{BOTH} AIBooks.items.UPDATE", "AIBooks.fullaccess.all", "openid"])
def test_a_refresh_for_more_than_was_granted(shop: Shop, scope: str) -> None:
    pair = shop.pair()
    assert (400, "invalid_scope") == answer(shop.refresh(pair["refresh_token"], scope=scope))
    assert 200 == shop.refresh(pair["refresh_token"]).status


def test_a_refresh_for_what_was_given_up(shop: Shop) -> None:
    narrow = given(shop.refresh(shop.pair()["refresh_token"], scope=READ))
    assert (400, "invalid_scope") == answer(shop.refresh(narrow["refresh_token"], scope=BOTH))


@pytest.mark.parametrize(("seconds", "fine"), [(-1, True), (0, False)])
def test_a_refresh_token_ends_after_thirty_days(
    shop: Shop, clock: FrozenClock, seconds: int, fine: bool
) -> None:
    token = shop.pair()["refresh_token"]
    clock.move(days=30, seconds=seconds)
    assert (200 if fine else 400) == shop.refresh(token).status


def test_no_family_lives_longer_than_a_year(shop: Shop, clock: FrozenClock) -> None:
    token = shop.pair()["refresh_token"]
    for _ in range(14):
        clock.move(days=26)
        token = given(shop.refresh(token))["refresh_token"]
    clock.move(days=1)
    assert NO_GRANT == answer(shop.refresh(token))


def test_a_refresh_after_the_user_has_left(shop: Shop, engine: finzcore.Engine) -> None:
    bound, several = shop.pair(), shop.pair(organization_id=None)
    engine.remove_membership(shop.org.org_id, shop.user.user_id)
    assert REVOKED == shop.call(bound["access_token"])
    assert NO_GRANT == answer(shop.refresh(bound["refresh_token"]))
    chosen = f"organization_id={shop.org.org_id}"
    assert (403, "auth.no_membership") == shop.call(several["access_token"], "/items", chosen)
    engine.add_membership(shop.org.org_id, shop.user.user_id)
    assert NO_GRANT == answer(shop.refresh(bound["refresh_token"]))


# ----- one thing for another -----


def test_what_is_no_bearer_token(shop: Shop) -> None:
    pair = shop.pair()
    for secret in (pair["refresh_token"], shop.code(), shop.client.client_secret, shop.client.client_id):
        assert (401, "auth.invalid_token") == shop.call(secret)


def test_what_is_no_refresh_token(shop: Shop, engine: finzcore.Engine) -> None:
    pat = engine.mint_pat(org_id=shop.org.org_id).token
    for secret in (shop.pair()["access_token"], pat, shop.code(), shop.client.client_secret):
        assert NO_GRANT == answer(shop.refresh(secret))


def test_what_is_no_code(shop: Shop) -> None:
    pair = shop.pair()
    for secret in (pair["access_token"], pair["refresh_token"], shop.client.client_secret):
        assert NO_GRANT == answer(shop.redeem(secret))
    assert FINE == shop.call(pair["access_token"])


def test_a_token_of_all_organisations_in_a_sandbox(shop: Shop, engine: finzcore.Engine) -> None:
    sandbox = engine.create_org(name="Play", state="IN-KA", is_sandbox=True, owner_user_id=shop.user.user_id)
    several = shop.pair(organization_id=None)["access_token"]
    chosen = f"organization_id={sandbox.org_id}"
    assert (403, "auth.no_membership") == shop.call(several, "/items", chosen)
    assert FINE == shop.call(shop.pair(organization_id=sandbox.org_id)["access_token"], "/items")


def test_a_token_of_a_sandbox_outside_of_it(shop: Shop, engine: finzcore.Engine) -> None:
    sandbox = engine.create_org(name="Play", state="IN-KA", is_sandbox=True, owner_user_id=shop.user.user_id)
    token = shop.pair(organization_id=sandbox.org_id)["access_token"]
    chosen = f"organization_id={shop.org.org_id}"
    assert (403, "auth.org_mismatch") == shop.call(token, "/items", chosen)


# ----- revocation -----


def test_a_token_that_another_client_revokes(shop: Shop, other: Shop) -> None:
    pair = shop.pair()
    for token in (pair["access_token"], pair["refresh_token"]):
        assert (200, b"{}") == (other.revoke(token).status, other.revoke(token).body)
    assert FINE == shop.call(pair["access_token"])
    assert 200 == shop.refresh(pair["refresh_token"]).status


def test_a_personal_token_that_a_client_revokes(shop: Shop, engine: finzcore.Engine) -> None:
    pat = engine.mint_pat(org_id=shop.org.org_id).token
    assert 200 == shop.revoke(pat).status
    assert FINE == shop.call(pat)


def test_a_revocation_by_nobody(shop: Shop) -> None:
    pair = shop.pair()
    assert NO_CLIENT == answer(shop.post("/oauth/revoke", {"token": pair["refresh_token"]}))
    assert FINE == shop.call(pair["access_token"])


def test_a_revocation_of_nothing(shop: Shop) -> None:
    assert REFUSED == answer(shop.ask("/oauth/revoke"))


def test_a_used_refresh_token_that_is_revoked_ends_its_family(shop: Shop) -> None:
    first = shop.pair()
    second = given(shop.refresh(first["refresh_token"]))
    assert 200 == shop.revoke(first["refresh_token"]).status
    assert REVOKED == shop.call(second["access_token"])


# ----- what is left behind -----


def test_the_file_of_the_books_holds_no_secret(tmp_path: Path, clock: FrozenClock) -> None:
    path = tmp_path / "books.db"
    with finzcore.open(str(path), clock=clock, ids=CountingIds(), random=CountingRandom()) as engine:
        org = engine.create_org(name="Acme", state="IN-KA")
        uma = engine.create_user(name="Uma")
        engine.add_membership(org.org_id, uma.user_id)
        shop = Shop(engine, org, uma)
        code = shop.code(state="state-of-a-browser")
        pair = given(shop.redeem(code))
        secrets = [code, shop.client.client_secret, pair["access_token"], pair["refresh_token"], VERIFIER]
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [] == [secret for secret in [*secrets, "state-of-a-browser"] if secret[10:].encode() in kept]


def test_a_log_of_a_replay_holds_no_secret(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    code = shop.code(organization_id=None)
    pair = given(shop.redeem(code))
    with caplog.at_level(logging.DEBUG):
        assert NO_GRANT == answer(shop.redeem(code))
    assert "was revoked: " in caplog.text
    for secret in (code, pair["access_token"], pair["refresh_token"], shop.client.client_secret):
        assert secret[10:] not in caplog.text
