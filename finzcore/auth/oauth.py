"""OAuth 2.0 as transition tables: what a code or a refresh token is at an instant, and what follows
when somebody presents it (`api.md` §2, `reliability.md` §17; RFC 6749, 7636, 9207, 9700).

One consent is one *grant*. It has one code, and all tokens that come of it are its family:

    code      FRESH ─ redeemed ─> USED ─ presented again ─> the family ends
    refresh   FRESH ─ rotated ─> JUST_USED ─ presented again ─> the successor is replaced
                                     └─ grace over, or the successor used ─> REPLAYED ─> the family ends

So one lineage is alive at any time. A refresh token may be presented twice only while its own
successor has not been used: a grandparent never may, because its successor has been.
"""

import base64
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping, Set
from enum import Enum
from typing import Final

import attrs

from finzcore.auth.scopes import KNOWN, allows
from finzcore.errors import InvalidScope

CODE_LIFE: Final = dt.timedelta(minutes=10)
ACCESS_LIFE: Final = dt.timedelta(seconds=3600)
REFRESH_LIFE: Final = dt.timedelta(days=30)
"""From each rotation on."""
GRANT_LIFE: Final = dt.timedelta(days=365)
"""From the consent on: no rotation reaches further."""
CLOCKS_DIFFER: Final = dt.timedelta(seconds=5)
"""How far the clocks of two machines may be apart (`reliability.md` §21)."""

CODE: Final = "aibk_code_"
"""How an authorization code begins, so that logs mask it."""
APP: Final = "aibk_app_"
"""How the public id of a client begins."""


class Standing(Enum):
    """What a code or a refresh token is at the instant at which it is presented."""

    FRESH = "never presented, and in time"
    JUST_USED = "used a moment ago, its successor not yet"
    REPLAYED = "used, and nobody honest presents it again"
    EXPIRED = "its time is over"
    ENDED = "its family was revoked"


class Step(Enum):
    """What follows when it is presented."""

    ISSUE = "the first tokens of the family"
    ROTATE = "a successor"
    REPLACE = "another successor, and the one before is over"
    END = "the family is revoked, and nothing is given"
    REFUSE = "nothing is given, and nothing changes"


ON_CODE: Final[Mapping[Standing, Step]] = {
    Standing.FRESH: Step.ISSUE,
    Standing.REPLAYED: Step.END,
    Standing.EXPIRED: Step.REFUSE,
    Standing.ENDED: Step.REFUSE,
}
ON_REFRESH: Final[Mapping[Standing, Step]] = {
    Standing.FRESH: Step.ROTATE,
    Standing.JUST_USED: Step.REPLACE,
    Standing.REPLAYED: Step.END,
    Standing.EXPIRED: Step.REFUSE,
    Standing.ENDED: Step.REFUSE,
}


@attrs.frozen(kw_only=True)
class Grant:
    """One consent: what its code and its family are held to. Instants are aware."""

    consented: dt.datetime
    redeemed: bool = False
    revoked: bool = False

    @property
    def cap(self) -> dt.datetime:
        """The instant from which none of its refresh tokens is worth anything."""
        return self.consented + GRANT_LIFE

    def code_standing(self, now: dt.datetime) -> Standing:
        """What its code is. A used one is used for ever, in time or not.

        >>> noon = dt.datetime(2026, 5, 19, 12, tzinfo=dt.UTC)
        >>> Grant(consented=noon).code_standing(noon + CODE_LIFE).name
        'EXPIRED'
        """
        if self.revoked:
            return Standing.ENDED
        if self.redeemed:
            return Standing.REPLAYED
        return Standing.FRESH if now < self.consented + CODE_LIFE else Standing.EXPIRED


@attrs.frozen(kw_only=True)
class Refresh:
    """A refresh token of a family. `superseded` says that its successor was used, or that it was itself
    replaced by another successor of the token before it."""

    expires: dt.datetime
    used: dt.datetime | None = None
    superseded: bool = False

    def standing(self, grant: Grant, now: dt.datetime, grace: dt.timedelta) -> Standing:
        """What it is at an instant; `grace` is how long after its use it may come once more, 0 for never."""
        if grant.revoked:
            return Standing.ENDED
        if self.superseded:
            return Standing.REPLAYED
        if self.used is not None:
            if not grace or not -CLOCKS_DIFFER <= now - self.used <= grace:
                return Standing.REPLAYED
            return Standing.JUST_USED if now < grant.cap else Standing.EXPIRED
        return Standing.FRESH if now < self.expires else Standing.EXPIRED


def refresh_until(grant: Grant, now: dt.datetime) -> dt.datetime:
    """When a refresh token that is issued now expires: after 30 days, and never beyond the grant's cap."""
    return min(now + REFRESH_LIFE, grant.cap)


# ----- scopes -----


def asked_scopes(text: str) -> tuple[str, ...]:
    """The scopes of a request, each once, in their order; InvalidScope for none, or one there is not.

    >>> asked_scopes("AIBooks.items.READ AIBooks.items.READ")
    ('AIBooks.items.READ',)
    """
    scopes = tuple(dict.fromkeys(filter(None, text.split(" "))))
    if not scopes or not KNOWN.issuperset(scopes):
        raise InvalidScope()
    return scopes


def narrowed(granted: str, asked: str | None) -> str:
    """What a refreshed pair may do: what was granted, or less if less is asked for; InvalidScope for more.

    It never grows again: what was narrowed is granted no more.

    >>> narrowed("AIBooks.items.READ AIBooks.items.UPDATE", "AIBooks.items.READ")
    'AIBooks.items.READ'
    """
    if asked is None:
        return granted
    scopes = asked_scopes(asked)
    if not within(scopes, granted):
        raise InvalidScope()
    return " ".join(scopes)


def within(scopes: tuple[str, ...], granted: str | None) -> bool:
    """Whether scopes are among those that are granted, as text; None grants all there are."""
    return granted is None or all(allows(frozenset(granted.split(" ")), one) for one in scopes)


# ----- what a client asks a user for -----


def authorize_fault(asked: Mapping[str, str], repeated: Set[str], allowed: str | None) -> str | None:
    """What is wrong with a request to authorize, as its client is told; None when nothing is.

    `asked` are the parameters that are there once, `repeated` the names of the others; `allowed` are the
    scopes that the client may ask for, None for all. The client and its address are looked at before.

    >>> authorize_fault({"response_type": "token"}, set(), None)
    'unsupported_response_type'
    """
    if repeated or "response_type" not in asked or not asked.get("state", " ").isprintable():
        return "invalid_request"
    if asked["response_type"] != "code":
        return "unsupported_response_type"
    if asked.get("code_challenge_method") != "S256" or not is_challenge(asked.get("code_challenge", "")):
        return "invalid_request"
    try:
        scopes = asked_scopes(asked.get("scope", ""))
    except InvalidScope as fault:
        return fault.word
    return None if within(scopes, allowed) else InvalidScope().word


# ----- PKCE -----

_CHALLENGE: Final = re.compile("[A-Za-z0-9_-]{43}", re.ASCII)
_VERIFIER: Final = re.compile("[A-Za-z0-9._~-]{43,128}", re.ASCII)


def is_challenge(text: str) -> bool:
    """Whether a text can be the S256 challenge of a verifier (RFC 7636 §4.2)."""
    return _CHALLENGE.fullmatch(text) is not None


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier.

    >>> challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    digest = hashlib.sha256(verifier.encode("utf-8")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def proves(verifier: str, challenged: str) -> bool:
    """Whether a verifier is the one behind a challenge, in a time that does not tell how nearly."""
    return hmac.compare_digest(challenge(verifier), challenged) and _VERIFIER.fullmatch(verifier) is not None


# ----- where a browser is sent -----

_URI: Final = re.compile(
    r"(?:https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|http://(?:localhost|127\.0\.0\.1))"
    r"(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?",
    re.ASCII,
)
LONGEST_URI: Final = 2048


def is_redirect(uri: str) -> bool:
    """Whether a client may be registered with this address: absolute, https or this machine, with nobody's
    name before the host and nothing behind a ``#``.

    >>> is_redirect("https://shop.example/back?x=1"), is_redirect("http://localhost:8080/back")
    (True, True)
    >>> is_redirect("http://shop.example/back"), is_redirect("http://localhost.evil.example/")
    (False, False)
    """
    return len(uri) <= LONGEST_URI and _URI.fullmatch(uri) is not None


# ----- the consent form -----

FORM_LIFE: Final = dt.timedelta(hours=1)


def form_mark(secret: bytes, said: str, until: int) -> str:
    """What a consent form carries, so that only a form of ours, for this user and this request, is believed.

    `said` is everything that is consented to, the user included; `until` is the second at which it is over.
    """
    whole = f"finzcore/consent/v1\x00{until}\x00{said}".encode()
    return f"{until}.{hmac.digest(secret, whole, 'sha256').hex()}"


def is_form(mark: str, secret: bytes, said: str, now: dt.datetime) -> bool:
    """Whether a mark is one that `form_mark` has made of the same, and not over."""
    until, _, _digest = mark.partition(".")
    if not (until.isascii() and until.isdecimal() and len(until) <= 12):
        return False
    genuine = hmac.compare_digest(form_mark(secret, said, int(until)).encode(), mark.encode())
    return genuine and now.timestamp() < int(until)
