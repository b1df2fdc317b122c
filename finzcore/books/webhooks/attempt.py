"""One attempt to deliver: signed for its own instant, and what came of it (`api.md` §6.2,
`reliability.md` §18)."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

DEADLINE: Final = 10
"""Seconds within which a receiver has to answer."""

GONE: Final = 410
_ASKS_FOR_TIME: Final = frozenset({429, 503})
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Outgoing(NamedTuple):
    """A POST that leaves: `headers` are those that the receiver is to read, `deadline` is how many seconds
    may pass until its answer is there."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    deadline: int


Post = Callable[[Outgoing], tuple[int, Mapping[str, str]]]
"""What sends one to its address and no other, such as `finzcore.outgoing.Https`: the status and the headers
of the answer. OSError means that none came back. It is called from several threads at once."""


class Claimed(NamedTuple):
    """A delivery that is ours to send for the time of a lease: where to, and what."""

    delivery_id: int
    claim: int
    shown_id: str
    event_type: str
    url: str
    secrets: Sequence[str]
    body: bytes
    failures: int
    """How many deliveries in a row its endpoint has missed, so far."""

    def __repr__(self) -> str:
        """Which one it is, without what it is signed with."""
        return f"<delivery {self.shown_id} of {self.event_type}>"


class Came(NamedTuple):
    """What came of an attempt: a status, or why there is none."""

    at: dt.datetime
    status: int | None
    error: str | None
    duration_ms: int
    retry_after: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def asked(self) -> str | None:
        """What the receiver says about when to come again, if it may say so."""
        return self.retry_after if self.status in _ASKS_FOR_TIME else None

    def row(self, attempt: int) -> dict[str, Any]:
        """The attempt as the log shows it."""
        return {
            "attempt": attempt,
            "at": f"{self.at.isoformat()[:19]}Z",
            "response_status": self.status,
            "error": self.error,
            "duration_ms": self.duration_ms,
        }

    def said(self) -> str:
        """The same in a few words."""
        return self.error or f"it answered {self.status}"


def signature(secrets: Sequence[str], timestamp: int, body: bytes) -> str:
    """The header that a receiver checks: one ``v1`` for each secret, in their order.

    >>> signature(["whsec_x"], 1700000000, b"{}")
    't=1700000000,v1=be8cb8325f2202445260a855532f967e30ad2a9394ce28da66ee02880ddcb661'
    """
    signed = f"{timestamp}.".encode() + body
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={mark}" for mark in marks)])


def outgoing(claimed: Claimed, at: dt.datetime) -> Outgoing:
    """What is sent at an instant: the same bytes as ever, and a signature of that instant."""
    timestamp = (at - _EPOCH) // dt.timedelta(seconds=1)
    headers: Mapping[str, str] = {
        "Content-Type": "application/json",
        "User-Agent": "finzcore",
        "X-AIBooks-Event": claimed.event_type,
        "X-AIBooks-Delivery": claimed.shown_id,
        "X-AIBooks-Timestamp": str(timestamp),
        "X-AIBooks-Signature": signature(claimed.secrets, timestamp, claimed.body),
    }
    return Outgoing(claimed.url, headers, claimed.body, DEADLINE)
