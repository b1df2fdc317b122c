"""What codes and refresh tokens are at an instant, and what follows: `api.md` §2, `reliability.md` §17."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.auth import oauth
from finzcore.auth.oauth import ON_CODE, ON_REFRESH, Grant, Refresh, Standing, Step
from finzcore.auth.scopes import FULL, KNOWN
from finzcore.errors import InvalidScope

NOON = dt.datetime(2026, 5, 19, 12, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)
GRACE = dt.timedelta(seconds=10)
READ, UPDATE = "AIBooks.items.READ", "AIBooks.items.UPDATE"


def seconds(number: int) -> dt.timedelta:
    return dt.timedelta(seconds=number)


def grant(**said: Any) -> Grant:
    return Grant(**({"consented": NOON} | said))


# ----- codes -----


@pytest.mark.parametrize(
    ("standing", "said", "after"),
    [
        (Standing.FRESH, {}, seconds(0)),
        (Standing.FRESH, {}, seconds(600) - TICK),
        (Standing.EXPIRED, {}, seconds(600)),
        (Standing.REPLAYED, {"redeemed": True}, seconds(1)),
        (Standing.REPLAYED, {"redeemed": True}, seconds(601)),
        (Standing.ENDED, {"revoked": True}, seconds(1)),
        (Standing.ENDED, {"revoked": True, "redeemed": True}, seconds(601)),
    ],
)
def test_a_code_lives_for_ten_minutes_and_once(
    standing: Standing, said: dict[str, bool], after: dt.timedelta
) -> None:
    assert standing is grant(**said).code_standing(NOON + after)


def test_every_standing_of_a_code_has_its_step() -> None:
    expected = {"FRESH": "ISSUE", "REPLAYED": "END", "EXPIRED": "REFUSE", "ENDED": "REFUSE"}
    assert expected == {standing.name: step.name for standing, step in ON_CODE.items()}


# ----- refresh tokens -----


@pytest.mark.parametrize(
    ("standing", "said", "after"),
    [
        (Standing.FRESH, {}, seconds(0)),
        (Standing.FRESH, {}, dt.timedelta(days=30) - TICK),
        (Standing.EXPIRED, {}, dt.timedelta(days=30)),
        (Standing.JUST_USED, {"used": NOON}, seconds(0)),
        (Standing.JUST_USED, {"used": NOON}, seconds(10)),
        (Standing.REPLAYED, {"used": NOON}, seconds(10) + TICK),
        (Standing.JUST_USED, {"used": NOON}, seconds(-5)),
        (Standing.REPLAYED, {"used": NOON}, seconds(-5) - TICK),
        (Standing.REPLAYED, {"used": NOON, "superseded": True}, seconds(1)),
        (Standing.REPLAYED, {"superseded": True}, seconds(1)),
        (Standing.REPLAYED, {"used": NOON}, dt.timedelta(days=400)),
    ],
)
def test_a_refresh_token_may_come_twice_within_seconds_and_never_again(
    standing: Standing, said: dict[str, Any], after: dt.timedelta
) -> None:
    token = Refresh(**({"expires": NOON + dt.timedelta(days=30)} | said))
    assert standing is token.standing(grant(), NOON + after, GRACE)


def test_without_grace_a_used_token_is_replayed_at_once() -> None:
    token = Refresh(expires=NOON + dt.timedelta(days=30), used=NOON)
    assert Standing.REPLAYED is token.standing(grant(), NOON, seconds(0))


def test_the_end_of_a_family_comes_before_everything_else() -> None:
    token = Refresh(expires=NOON, used=NOON, superseded=True)
    assert Standing.ENDED is token.standing(grant(revoked=True), NOON, GRACE)


def test_every_standing_of_a_refresh_token_has_its_step() -> None:
    assert set(Standing) == set(ON_REFRESH)
    gives = {standing for standing, step in ON_REFRESH.items() if step in (Step.ROTATE, Step.REPLACE)}
    assert {Standing.FRESH, Standing.JUST_USED} == gives
    assert Step.END is ON_REFRESH[Standing.REPLAYED]


def test_a_rotation_gives_thirty_days_and_never_more_than_a_year_from_the_consent() -> None:
    assert NOON + dt.timedelta(days=31) == oauth.refresh_until(grant(), NOON + dt.timedelta(days=1))
    assert NOON + dt.timedelta(days=365) == oauth.refresh_until(grant(), NOON + dt.timedelta(days=350))


def test_no_grace_reaches_beyond_the_year() -> None:
    year = NOON + dt.timedelta(days=365)
    token = Refresh(expires=year, used=year - seconds(1))
    assert Standing.JUST_USED is token.standing(grant(), year - TICK, GRACE)
    assert Standing.EXPIRED is token.standing(grant(), year, GRACE)


# ----- scopes -----


@pytest.mark.parametrize(
    "text", ["", " ", "AIBooks.items.read", "AIBooks.items.*", f"{READ},{UPDATE}", "openid"]
)
def test_what_is_no_scope_is_refused(text: str) -> None:
    with pytest.raises(InvalidScope):
        oauth.asked_scopes(text)


@given(st.lists(st.sampled_from(sorted(KNOWN)), min_size=1, max_size=4), st.data())
def test_a_refresh_narrows_and_never_widens(granted: list[str], data: st.DataObject) -> None:
    asked = data.draw(st.lists(st.sampled_from(sorted(KNOWN)), min_size=1, max_size=3))
    covered = FULL in granted or set(asked) <= set(granted)
    try:
        got = oauth.narrowed(" ".join(granted), " ".join(asked))
    except InvalidScope:
        assert not covered
    else:
        assert covered
        assert set(asked) == set(got.split(" "))


# ----- what a client asks a user for -----

SOUND = {
    "response_type": "code",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
    "scope": READ,
}


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        (None, {}),
        (None, {"state": "a b&c=é"}),
        ("invalid_request", {"state": "a\nb"}),
        ("invalid_request", {"response_type": None}),
        *(("unsupported_response_type", {"response_type": each}) for each in ("token", "code token", "Code")),
        *(("invalid_request", {"code_challenge_method": each}) for each in (None, "plain", "s256", "S512")),
        *(("invalid_request", {"code_challenge": each}) for each in (None, "a" * 42, "a" * 44, "+" * 43)),
        *(("invalid_scope", {"scope": each}) for each in (None, "openid", f"{READ} x", UPDATE, FULL)),
    ],
)
def test_what_is_wrong_with_a_request_to_authorize(fault: str | None, changes: dict[str, Any]) -> None:
    asked = {name: value for name, value in (SOUND | changes).items() if value is not None}
    assert fault == oauth.authorize_fault(asked, frozenset(), READ)


def test_any_parameter_that_is_repeated_is_a_fault() -> None:
    assert "invalid_request" == oauth.authorize_fault(SOUND, {"nonce"}, None)


def test_a_client_that_may_ask_for_everything_may_ask_for_anything() -> None:
    assert oauth.authorize_fault(SOUND, frozenset(), FULL) is None
    assert oauth.authorize_fault(SOUND | {"scope": FULL}, frozenset(), None) is None


# ----- PKCE -----


def test_the_example_of_rfc_7636_proves() -> None:
    assert oauth.proves("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", SOUND["code_challenge"])


@pytest.mark.parametrize("verifier", ["", "a" * 42, "a" * 129, "é" * 43, "a" * 42 + "\n", "a" * 42 + "+"])
def test_a_verifier_of_another_form_proves_nothing(verifier: str) -> None:
    assert not oauth.proves(verifier, oauth.challenge(verifier))


@given(st.text("abc", min_size=43, max_size=50), st.text("abc", min_size=43, max_size=50))
def test_only_the_verifier_itself_proves(one: str, other: str) -> None:
    assert (one == other) == oauth.proves(other, oauth.challenge(one))


# ----- where a browser is sent -----


@pytest.mark.parametrize(
    "uri",
    [
        "https://shop.example", "https://shop.example/", "https://shop.example:8443/back?x=1&y=%20",
        "http://localhost", "http://localhost:8080/back", "http://127.0.0.1:1/",
    ],
)  # fmt: skip
def test_an_address_that_a_browser_may_be_sent_to(uri: str) -> None:
    assert oauth.is_redirect(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "", "/back", "//shop.example/back", "shop.example/back", "http://shop.example/back",
        "https://", "https:///back", "https:shop.example", "https://shop.example/#", "https://shop.example#x",
        "https://shop.example/a b", "https://shop.example/\n", "https://shop.example\\@evil.example/",
        "https://user@shop.example/", "https://shop.example@evil.example/", "https://*.example/",
        "http://localhost.evil.example/", "http://localhost@evil.example/", "http://127.0.0.1.evil.example/",
        "http://127.0.0.2/", "javascript:alert(1)", "data:text/html,x", "shop://back", "HTTPS://shop.example/",
        "https://bücher.example/", "https://shop.example/" + "a" * 2048, "https://shop.example:/", "https://-x-/",
    ],
)  # fmt: skip
def test_an_address_that_no_browser_is_ever_sent_to(uri: str) -> None:
    assert not oauth.is_redirect(uri)


# ----- consent forms -----


def test_a_form_is_believed_for_what_it_says_until_its_second_has_come() -> None:
    until = int(NOON.timestamp())
    mark = oauth.form_mark(b"k" * 32, "uma", until)
    assert oauth.is_form(mark, b"k" * 32, "uma", NOON - TICK)
    assert not oauth.is_form(mark, b"k" * 32, "uma", NOON)
    assert not oauth.is_form(mark, b"x" * 32, "uma", NOON - TICK)
    assert not oauth.is_form(mark, b"k" * 32, "meera", NOON - TICK)


@pytest.mark.parametrize(
    "mark", ["", ".", "1", "x.y", "9999999999999999999999.a", "²." + "a" * 64, "9999999999.é"]
)
def test_what_is_no_mark_is_no_form(mark: str) -> None:
    assert not oauth.is_form(mark, b"k" * 32, "uma", NOON)


def test_a_later_second_is_another_mark() -> None:
    until = int(NOON.timestamp())
    late = oauth.form_mark(b"k" * 32, "uma", until).replace(str(until), str(until + 999))
    assert not oauth.is_form(late, b"k" * 32, "uma", NOON - TICK)
