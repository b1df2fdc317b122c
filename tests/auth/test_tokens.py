"""Tokens: `reliability.md` §4, `api.md` §1.2."""

import hashlib
import hmac
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.auth import tokens
from finzcore.errors import ExpiredToken, InvalidToken, MissingToken, RevokedToken

PREFIXES = st.sampled_from([tokens.PAT, tokens.SANDBOX_PAT, tokens.ACCESS, tokens.REFRESH, tokens.CLIENT])
CHANCE = st.randoms(use_true_random=False).map(lambda chance: chance.randbytes)
SECRET = "a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6a7b8c9d0"
NOON = datetime(2026, 5, 19, 12, tzinfo=UTC)
TOKEN = tokens.Token(
    token_id=1,
    kind="pat",
    user_id=2,
    scopes=frozenset({"AIBooks.bills.READ"}),
    created=NOON,
    label="aibk_pat_a1b2c3d4…",
)


def crc32(text):
    """CRC-32 bit by bit, as IEEE 802.3 defines it."""
    left = 0xFFFFFFFF
    for byte in text.encode():
        left ^= byte
        for _ in range(8):
            left = left >> 1 ^ (0xEDB88320 if left & 1 else 0)
    return left ^ 0xFFFFFFFF


def base62(text):
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return sum(digits.index(digit) * 62**place for place, digit in enumerate(reversed(text)))


@given(PREFIXES, CHANCE)
def test_a_token_ends_with_the_crc_of_all_before_it(prefix, chance):
    token = tokens.mint(prefix, chance)
    assert re.fullmatch(prefix + "[A-Za-z0-9]{40}", token)
    assert crc32(token[:-6]) == base62(token[-6:])


def test_bytes_that_would_favour_a_digit_are_drawn_again():
    draws = iter([bytes([248, 255] * 24), bytes(range(200, 248)), bytes(48)])
    # 200 is 3 * 62 + 14, so the digits go on from the fifteenth: E … Z a … z
    assert "EFGHIJKLMNOPQRSTUVWXYZabcdefghijkl" == tokens.mint("", lambda n: next(draws))[:34]


def test_every_digit_comes_up_equally_often():
    # 248 is four times 62: when each byte comes once, each digit must come exactly four times.
    found = Counter(bytes(range(256)).translate(tokens._PICKED, tokens._UNFAIR))
    assert {4} == set(found.values())
    assert 62 == len(found)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ([], MissingToken),
        ([""], InvalidToken),
        (["Bearer"], InvalidToken),
        (["Bearer "], InvalidToken),
        (["Basic dXNlcjpwYXNz"], InvalidToken),
        ([f"Bearer  aibk_pat_{SECRET}"], InvalidToken),
        ([f"Bearer\taibk_pat_{SECRET}"], InvalidToken),
        ([f"Bearer aibk_pat_{SECRET} "], InvalidToken),
        ([f"Bearer aibk_pat_{SECRET}\n"], InvalidToken),
        ([f"aibk_pat_{SECRET}"], InvalidToken),
        ([f"Bearer aibk_pat_{SECRET}, Bearer aibk_pat_{SECRET}"], InvalidToken),
        ([f"Bearer aibk_pat_{SECRET}"] * 2, InvalidToken),
        (["Bearer " + "a" * 19], InvalidToken),
        (["Bearer " + "a" * 129], InvalidToken),
        (["Bearer aibk_pat_" + "ſ" * 40], InvalidToken),
        (["Bearer aibk-pat-" + "a" * 40], InvalidToken),
        ([f"Bearer aibk_ort_{SECRET}"], InvalidToken),
        ([f"Bearer aibk_sec_{SECRET}"], InvalidToken),
        ([f"Bearer whsec_{SECRET}"], InvalidToken),
    ],
)
def test_what_is_no_bearer_token_is_refused(values, refusal):
    with pytest.raises(refusal):
        tokens.bearer(values)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
@pytest.mark.parametrize(
    "token",
    [
        f"aibk_pat_{SECRET}",
        f"aibk_pat_test_{SECRET}",
        f"aibk_oat_{SECRET}",
        f"aibooks_pat_{SECRET}",
        "a" * 20,
        "Z" * 128,
    ],
)
def test_a_bearer_token_is_read_whatever_the_case_of_its_scheme(scheme, token):
    assert token == tokens.bearer([f"{scheme} {token}"])
    assert tokens.looks_valid(token)


@given(st.text(max_size=140))
def test_whatever_passes_as_a_bearer_looks_valid(text):
    try:
        token = tokens.bearer([f"Bearer {text}"])
    except InvalidToken:
        assert not tokens.looks_valid(text)
    else:
        assert token == text
        assert tokens.looks_valid(text)


def test_a_digest_is_sha256_of_the_whole_token():
    # FIPS 180-2, appendix B.1: the digest of "abc"
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert bytes.fromhex(known) == tokens.digest("abc")


def test_a_peppered_digest_is_hmac_sha256():
    # RFC 4231, test case 2
    known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert bytes.fromhex(known) == tokens.digest("what do ya want for nothing?", b"Jefe")


@given(st.text(), st.binary(min_size=1))
def test_digests_agree_with_the_long_way(token, pepper):
    assert hashlib.sha256(token.encode()).digest() == tokens.digest(token)
    assert hmac.new(pepper, token.encode(), hashlib.sha256).digest() == tokens.digest(token, pepper)


def test_digests_are_compared_whole():
    assert tokens.same(bytes(32), bytes(32))
    assert not tokens.same(bytes(32), bytes(31) + b"\1")


@pytest.mark.parametrize(
    ("token", "label"),
    [
        (f"aibk_pat_{SECRET}", "aibk_pat_a1b2c3d4…"),
        (f"aibk_pat_test_{SECRET}", "aibk_pat_test_a1b2c3d4…"),
        (f"aibk_oat_{SECRET}", "aibk_oat_a1b2c3d4…"),
        (f"aibooks_pat_{SECRET}", "aibooks_pat_a1b2c3d4…"),
        (SECRET, "a1b2c3d4…"),
    ],
)
def test_a_label_shows_the_prefix_and_eight_characters(token, label):
    assert label == tokens.label(token)


@pytest.mark.parametrize(
    ("seconds", "refusal"),
    [(3599, None), (3600, ExpiredToken), (3601, ExpiredToken)],
)
def test_at_the_instant_it_expires_a_token_is_dead(seconds, refusal):
    token = attrs.evolve(TOKEN, expires_at=NOON + timedelta(seconds=3600))
    now = NOON + timedelta(seconds=seconds)
    if refusal is None:
        token.check(now)
    else:
        with pytest.raises(refusal):
            token.check(now)


def test_a_token_without_an_end_lives_on():
    TOKEN.check(NOON + timedelta(days=36_500))


@given(st.timedeltas(timedelta(-300), timedelta(300)), st.timedeltas(timedelta(-300), timedelta(300)))
def test_revoked_comes_before_expired_and_does_not_ask_when(revoked, now):
    token = attrs.evolve(TOKEN, revoked_at=NOON + revoked, expires_at=NOON)
    with pytest.raises(RevokedToken):
        token.check(NOON + now)


def test_a_refreshed_token_acts_for_the_same_principal():
    first = attrs.evolve(TOKEN, kind="oauth", client_id="aibk_app_1")
    second = attrs.evolve(first, token_id=9)
    assert first.principal == second.principal
    others = {
        TOKEN.principal,
        attrs.evolve(TOKEN, token_id=9).principal,
        attrs.evolve(first, user_id=3).principal,
        attrs.evolve(first, client_id="aibk_app_2").principal,
        first.principal,
    }
    assert 5 == len(others)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "refresh"},
        {"tier": "GOLD"},
        {"kind": "oauth"},
        {"client_id": "aibk_app_1"},
        {"expires_at": datetime(2026, 1, 1)},  # noqa: DTZ001
    ],
)
def test_an_impossible_token_cannot_be_made(wrong):
    with pytest.raises(AssertionError):
        attrs.evolve(TOKEN, **wrong)
