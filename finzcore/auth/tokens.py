"""Tokens: made once, shown once, stored only as a digest (`reliability.md` §4, `api.md` §1.2).

A token of ours is a prefix that says what it is, 34 characters of chance and six that check the
rest. The check helps secret scanners and people who type; it protects nothing, and a token brought
from elsewhere need not have it. So a token is known by its digest and by nothing else.
"""

import hashlib
import hmac
import re
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Literal

import attrs

from finzcore.errors import ExpiredToken, InvalidToken, MissingToken, RevokedToken

PAT: Final = "aibk_pat_"
SANDBOX_PAT: Final = "aibk_pat_test_"
ACCESS: Final = "aibk_oat_"
REFRESH: Final = "aibk_ort_"
CLIENT: Final = "aibk_sec_"
WEBHOOK: Final = "whsec_"

Kind = Literal["pat", "oauth"]
Tier = Literal["DEFAULT", "PARTNER"]

_PREFIXES: Final = (
    SANDBOX_PAT,
    PAT,
    ACCESS,
    REFRESH,
    CLIENT,
    WEBHOOK,
    "aibooks_pat_test_",  # the older spelling some public pages print
    "aibooks_pat_",
)
_NEVER_BEARERS: Final = (REFRESH, CLIENT, WEBHOOK)

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# A byte picks a digit by its remainder; the last eight values would favour eight digits.
_PICKED: Final = bytes(ord(_DIGITS[byte % 62]) for byte in range(256))
_UNFAIR: Final = bytes(range(248, 256))

_TOKEN: Final = re.compile("[A-Za-z0-9_]{20,128}", re.ASCII)
_BEARER: Final = re.compile("bearer ([a-z0-9_]{20,128})", re.ASCII | re.IGNORECASE)


def mint(prefix: str, random: Callable[[int], bytes]) -> str:
    """A new token: the prefix, 34 unbiased characters (202 bits), six digits of CRC-32.

    `random(n)` gives n bytes from a generator fit for secrets.

    >>> mint(PAT, lambda n: bytes(range(n)))
    'aibk_pat_0123456789ABCDEFGHIJKLMNOPQRSTUVWX2YdVEM'
    """
    drawn = b""
    while len(drawn) < 34:
        drawn += random(48).translate(_PICKED, _UNFAIR)
    body = prefix + drawn[:34].decode("ascii")
    return body + _checksum(body)


def _checksum(body: str) -> str:
    left = zlib.crc32(body.encode("ascii"))
    digits = ""
    for _ in range(6):
        left, digit = divmod(left, 62)
        digits = _DIGITS[digit] + digits
    return digits


def looks_valid(token: str) -> bool:
    """Whether a token can be a bearer at all: 20 to 128 of ``[A-Za-z0-9_]``, of a kind that may.

    Refresh tokens, client secrets and webhook secrets never are; a prefix we do not know may be.

    >>> looks_valid("aibk_pat_" + "a" * 40), looks_valid("aibk_ort_" + "a" * 40)
    (True, False)
    """
    return _TOKEN.fullmatch(token) is not None and not token.startswith(_NEVER_BEARERS)


def bearer(values: Sequence[str]) -> str:
    """The token in the values of the Authorization headers: one header, one space, any case.

    Raises `MissingToken` without a header and `InvalidToken` for anything else that is no bearer
    token; checked before anything is hashed.

    >>> bearer(["bearer aibk_pat_0123456789a"])
    'aibk_pat_0123456789a'
    """
    if not values:
        raise MissingToken()
    found = _BEARER.fullmatch(values[0])
    if found is None or len(values) > 1 or found[1].startswith(_NEVER_BEARERS):
        raise InvalidToken()
    return found[1]


def digest(token: str, pepper: bytes | None = None) -> bytes:
    """The 32 bytes that are stored instead of the token: SHA-256, or HMAC-SHA-256 with a pepper.

    High-entropy secrets need no slow hash; one would only help whoever wants us busy.
    """
    whole = token.encode("utf-8")
    if pepper is None:
        return hashlib.sha256(whole).digest()
    return hmac.digest(pepper, whole, "sha256")


def same(a: bytes, b: bytes) -> bool:
    """Whether two digests are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(a, b)


def label(token: str) -> str:
    """What lists show of a token: its prefix, eight characters and an ellipsis (`api.md` §1.2).

    >>> label("aibk_pat_a1b2c3d4e5f6a7b8c9d0")
    'aibk_pat_a1b2c3d4…'
    """
    prefix = next((known for known in _PREFIXES if token.startswith(known)), "")
    return token[: len(prefix) + 8] + "…"


@attrs.frozen(kw_only=True)
class Token:
    """A personal access token or an OAuth access token, as it is recorded (`api.md` §1.2).

    `org_id` is None for a token that works for several organisations; `client_id` is the OAuth
    client's public id. Instants are aware.
    """

    token_id: int
    kind: Kind
    user_id: int
    scopes: frozenset[str]
    created: datetime
    label: str
    org_id: int | None = None
    client_id: str | None = None
    tier: Tier = "DEFAULT"
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    is_sandbox: bool = False

    def __attrs_post_init__(self) -> None:
        assert self.kind in ("pat", "oauth"), "only these are bearers"
        assert self.tier in ("DEFAULT", "PARTNER"), "there are two tiers"
        assert (self.client_id is None) == (self.kind == "pat"), "a client belongs to OAuth"
        for instant in (self.created, self.expires_at, self.revoked_at):
            assert instant is None or instant.tzinfo is not None, "instants are aware"

    def check(self, now: datetime) -> None:
        """Raise `RevokedToken` or `ExpiredToken`; at `expires_at` itself the token is dead."""
        if self.revoked_at is not None:
            raise RevokedToken()
        if self.expires_at is not None and now >= self.expires_at:
            raise ExpiredToken()

    @property
    def principal(self) -> str:
        """Who acts (`reliability.md` §1): the token, or its client and user, so it outlives a refresh."""
        if self.client_id is None:
            return f"token:{self.token_id}"
        return f"client:{self.client_id}:{self.user_id}"
