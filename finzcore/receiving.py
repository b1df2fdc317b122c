"""What a receiver of webhooks calls (`api.md` §6.2, `reliability.md` §18). It needs nothing else of the
books, and imports next to nothing."""

import datetime as dt
import hmac
import re
from typing import Final

from finzcore import system
from finzcore.errors import SignatureInvalid

TOLERANCE: Final = 300
"""So many seconds at most lie between when a delivery was signed and when it is received."""

_HEADER: Final = re.compile(r"t=(0|[1-9][0-9]{0,11})((?:,v1=[0-9a-f]{64})+)", re.ASCII)


def verify_signature(
    raw_body: bytes,
    header: str | None,
    secret: str,
    now: dt.datetime | None = None,
    tolerance: int = TOLERANCE,
) -> None:
    """Nothing, if somebody who knows an endpoint's secret has signed a body just now; SignatureInvalid
    otherwise.

    `raw_body` are the bytes as they came, before anybody has read them as JSON; `header` is
    ``X-AIBooks-Signature``, None where there is none. `now` is an aware instant, by default the present one;
    `tolerance` is in seconds, both ways. TypeError for a body that is text, ValueError for a naive instant.

    >>> said = "t=1700000000,v1=be8cb8325f2202445260a855532f967e30ad2a9394ce28da66ee02880ddcb661"
    >>> at = dt.datetime.fromtimestamp(1700000000, dt.UTC)
    >>> verify_signature(b"{}", said, "whsec_x", at + dt.timedelta(seconds=300))
    >>> verify_signature(b"{}", said, "whsec_x", at + dt.timedelta(seconds=301))
    Traceback (most recent call last):
    finzcore.errors.SignatureInvalid: It was signed too long ago, or the clocks differ.
    """
    if not isinstance(raw_body, bytes | bytearray | memoryview):
        raise TypeError(f"raw_body: the bytes as they came, not {type(raw_body).__name__}")
    at = system.clock() if now is None else now
    if at.tzinfo is None:
        raise ValueError("now: an aware instant")
    found = _HEADER.fullmatch(header or "")
    if found is None:
        raise SignatureInvalid("The signature does not have the form t=…,v1=….")
    # All of them are compared, so that the time it takes does not tell which one was right.
    signed = f"{found[1]}.".encode() + bytes(raw_body)
    ours = hmac.new(secret.encode(), signed, "sha256").hexdigest()
    alike = [hmac.compare_digest(ours, mark[3:]) for mark in found[2].split(",")[1:]]
    if not any(alike):
        raise SignatureInvalid("The secret is another one, or the body was changed.")
    if abs(at.timestamp() - int(found[1])) > tolerance:
        raise SignatureInvalid("It was signed too long ago, or the clocks differ.")
