"""Which requests are sent again, and when.

A request is sent again only where that cannot do its work twice: a GET does none, a PUT and a DELETE come
to the same when they are done again, and every POST of the client has an Idempotency-Key, which it keeps.
"""

import datetime as dt
from collections.abc import Callable
from enum import Enum
from typing import Final, NamedTuple

import attrs

from finzcore import system
from finzcore.api.http import Request, Response
from finzcore.client.answers import code_of
from finzcore.errors import Unavailable
from finzcore.ports import Clock, OutcomeUnknown, Random

Transport = Callable[[Request], Response]
"""What takes a request to the books: `handle`, or an `OverHttp`. OSError when no answer came back."""


class Verdict(Enum):
    """What an answer means for the one who asked."""

    GOOD = "an answer"
    LATER = "nothing was done, and it is known when to come back"
    FAILED = "nothing was done"
    UNSURE = "somebody on the way answered; whether it was done is not known"


class Heard(NamedTuple):
    """The last answer, and whether one before it was lost, so that the work may have been done by then."""

    answer: Response
    unsure: bool


@attrs.frozen(kw_only=True)
class Patience:
    """How long a client tries.

    tries      how often a request is sent at most, while it fails
    longest    seconds that are waited altogether; a limit of requests is over after a minute
    sleep      what waits for so many milliseconds
    """

    tries: int = attrs.field(default=5, validator=attrs.validators.ge(1))
    longest: int = 150
    sleep: Callable[[int], None] = system.sleep
    clock: Clock = system.clock
    random: Random = system.random

    def hear(self, transport: Transport, request: Request) -> Heard:
        """Send a request until it is answered. Unavailable when no answer came; OutcomeUnknown, which is
        one, where it may have been done all the same."""
        waited, failures, unsure = 0, 0, False
        while True:
            try:
                answer = transport(request)
            except OSError as error:
                failures += 1
                stranger, sent = _how(error)
                unsure = unsure or (sent and request.method != "GET")
                pause = self._backoff(failures)
                if failures >= self.tries or waited + pause > self.longest * 1000 or stranger:
                    kind = OutcomeUnknown if unsure else Unavailable
                    raise kind(f"No answer came ({type(error).__name__}).") from error
            else:
                verdict = judged(answer)
                if verdict is Verdict.GOOD:
                    return Heard(answer, unsure)
                failures += verdict is not Verdict.LATER
                unsure = unsure or (verdict is Verdict.UNSURE and request.method != "GET")
                pause = self._pause(answer, verdict, failures)
                if failures >= self.tries or waited + pause > self.longest * 1000:
                    return Heard(answer, unsure)
            waited += pause
            self.sleep(pause)

    def _pause(self, answer: Response, verdict: Verdict, failures: int) -> int:
        told = told_wait(answer.header("Retry-After"), self.clock())
        if told is None:
            return self._backoff(max(1, failures))
        return max(1000, told) if verdict is Verdict.LATER else told

    def _backoff(self, failures: int) -> int:
        """A quarter of a second, half a second, one, two, at most eight; half as much more or less."""
        usual = min(8000, 250 << (failures - 1))
        return usual // 2 + usual * self.random(1)[0] // 256


def judged(answer: Response) -> Verdict:
    """What an answer means: the books say whether anything was done, others do not."""
    code = code_of(answer)
    if answer.status == 429 or code == "idempotency.in_progress":
        return Verdict.LATER
    if code in ("server.unavailable", "server.internal_error"):
        return Verdict.FAILED
    return Verdict.UNSURE if answer.status in (500, 502, 503, 504) else Verdict.GOOD


_SECONDS_AT_MOST: Final = 10**6


def told_wait(value: str | None, now: dt.datetime) -> int | None:
    """The milliseconds that a Retry-After says, in seconds or by a date; None where it says nothing.

    >>> noon = dt.datetime(2026, 5, 19, 12, tzinfo=dt.UTC)
    >>> told_wait("7", noon), told_wait("Tue, 19 May 2026 12:00:30 GMT", noon), told_wait("soon", noon)
    (7000, 30000, None)
    """
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return min(int(text[:7]), _SECONDS_AT_MOST) * 1000
    from email.utils import parsedate_to_datetime

    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return max(0, (until - now) // dt.timedelta(milliseconds=1))


def _how(error: OSError) -> tuple[bool, bool]:
    """How no answer came: whether the server could not show who it is, so that to ask again would not help,
    and whether the request may have reached somebody."""
    from socket import gaierror
    from ssl import SSLCertVerificationError

    stranger = isinstance(error, SSLCertVerificationError)
    return stranger, not (stranger or isinstance(error, ConnectionRefusedError | gaierror))
