"""A token that is read from the vault, and renewed when it is over."""

import datetime as dt
import logging
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Final
from urllib.parse import urlencode

import attrs

from finzcore.api.http import Request, Response
from finzcore.books.books import instant
from finzcore.books.vault import INVALID
from finzcore.client.answers import refusal_of, said_by
from finzcore.client.over_http import OverHttp
from finzcore.client.patience import Patience, Transport
from finzcore.errors import OAuthRefused, Unavailable
from finzcore.masking import Masking
from finzcore.ports import Row
from finzcore.vault.keeping import CLAIM, Kept

log: Final = logging.getLogger("finzcore.vault")
log.addFilter(Masking())

EARLY: Final = dt.timedelta(seconds=60)
"""A token that is over so soon is renewed before it is refused."""

_HURRY: Final = 2
"""Seconds that each step of a renewal may take."""

_PAUSE: Final = 250
"""Milliseconds between two looks at what somebody else renews."""


class KeptToken:
    """The token of a connection, for a client: read from the vault, and renewed when it is over."""

    def __init__(self, kept: Kept, transport: Transport, patience: Patience) -> None:
        self._kept = kept
        self._transport = transport
        self._patience = patience
        self._held: dict[str, str] | None = None

    def __repr__(self) -> str:
        return f"<KeptToken of {self._kept!r}>"

    def token(self) -> str:
        """The token to send; renewed before, where it is known to be over soon."""
        held = self._held or self._kept.read()[1]
        self._held = held
        until, now = held.get("expires_at"), self._kept.now
        if until is not None and instant(now + EARLY) >= until:
            with suppress(Unavailable):  # it may still do; if not, its refusal says so
                return self.renewed(_bearer(held)) or _bearer(held)
        return _bearer(held)

    def renewed(self, stale: str) -> str | None:
        """Another token than this one: as somebody else has renewed it, or renewed now. None for a token
        that nothing renews, and when the server refuses to."""
        for _ in range(2 * CLAIM // dt.timedelta(milliseconds=_PAUSE)):
            row, held = self._kept.read()
            self._held = held
            if _bearer(held) != stale:
                return _bearer(held)
            if row["state"] == INVALID or "refresh_token" not in held:
                return None
            claim = self._kept.claim(row)
            if claim is not None:
                return self._exchanged(row, held, claim)
            self._patience.sleep(_PAUSE)
        raise Unavailable("Another process renews this token, and does not come to an end.")

    def _exchanged(self, row: Row, held: dict[str, str], claim: int) -> str | None:
        """A new pair for the refresh token, kept before it is used."""
        try:
            answer = self._asked(held)
            fresh = self._fresh(held, answer) if answer.status == 200 else None
        except BaseException:
            self._kept.release(row, claim)
            raise
        if fresh is not None:
            if self._kept.settle(row, claim, fresh):
                self._held = fresh
                return fresh["access_token"]
            return self.renewed(held["access_token"])
        refusal = refusal_of(answer)
        if isinstance(refusal, OAuthRefused):
            log.warning("%r is not renewed any more: %s", self._kept, refusal.code)
            self._kept.settle(row, claim, None)
            return None
        self._kept.release(row, claim)
        raise refusal

    def _asked(self, held: Mapping[str, str]) -> Response:
        """The answer to a refresh token. One that is lost is asked for again at once: for some seconds a
        server gives another pair for the same token."""
        said = {"grant_type": "refresh_token"} | {
            name: held[name] for name in ("refresh_token", "client_id", "client_secret")
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        request = Request("POST", "/oauth/token", headers=headers, body=urlencode(said).encode())
        hasty = attrs.evolve(self._patience, tries=3, longest=2)
        if not isinstance(self._transport, OverHttp):
            return hasty.hear(self._transport, request).answer
        with closing(self._transport.hurried(_HURRY)) as transport:
            return hasty.hear(transport, request).answer

    def _fresh(self, held: Mapping[str, str], answer: Response) -> dict[str, str]:
        said = said_by(answer)
        try:
            fresh = dict(held) | {"access_token": str(said["access_token"])}
            fresh["refresh_token"] = str(said.get("refresh_token") or held["refresh_token"])
            lives = dt.timedelta(seconds=int(said["expires_in"]))
        except (KeyError, TypeError, ValueError):
            raise Unavailable("The server's answer to a refresh token cannot be read.") from None
        fresh["expires_at"] = instant(self._kept.now + lives)
        return fresh


def _bearer(held: Mapping[str, str]) -> str:
    return held["token"] if "token" in held else held["access_token"]
