"""``POST /oauth/token`` and ``POST /oauth/revoke``: what a client does by itself."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from finzcore.api.host import Host
from finzcore.api.http import Request, Response
from finzcore.api.oauth import asking
from finzcore.books.oauth import ending, exchange
from finzcore.books.oauth.exchange import Pair
from finzcore.books.oauth.unit import Unit, unit_of_work
from finzcore.books.text import json_text
from finzcore.errors import InvalidGrant, UnsupportedGrantType
from finzcore.ports import Row

_NOT_CACHED: Final = (asking.JSON, asking.NO_STORE, ("Pragma", "no-cache"))


class _Asking:
    """A client that has shown its secret, and what it sends."""

    def __init__(self, engine: Host, request: Request, now: dt.datetime, request_id: str) -> None:
        self.engine, self.now = engine, now
        self.said: Mapping[str, str] = asking.sent(request)
        self.client = asking.client(engine, request, self.said, now)
        self.secrets = asking.secrets(engine)
        self.actor = asking.actor(engine, request, request_id, self.client, None)

    def own(self, name: str, secret: str) -> Row | None:
        """What is kept of a secret, by the statement of that name, if it is this client's."""
        with self.engine.store.shared() as session:
            row = exchange.find(session, self.secrets, name, secret)
        return row if row is not None and row["client_id"] == self.client["client_id"] else None


def token(engine: Host, request: Request, now: dt.datetime, request_id: str) -> Response:
    """A pair of tokens for a code or a refresh token; an `OAuthRefused` otherwise."""
    asked = _Asking(engine, request, now, request_id)
    kind = asking.needed(asked.said, "grant_type")
    if kind == "authorization_code":
        pair = _redeemed(asked)
    elif kind == "refresh_token":
        pair = _refreshed(asked)
    else:
        raise UnsupportedGrantType()
    if pair is None:
        raise InvalidGrant()
    told = {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "token_type": "Bearer",
        "expires_in": pair.expires_in,
        "scope": pair.scope,
    }
    return _answer(json_text(told), request_id)


def _redeemed(asked: _Asking) -> Pair | None:
    code, uri, verifier = (
        asking.needed(asked.said, name) for name in ("code", "redirect_uri", "code_verifier")
    )
    found = asked.own("oauth.code", code)
    if found is None:
        return None

    def redeem(unit: Unit) -> Pair | None:
        return exchange.redeem(unit, asked.secrets, found, uri, verifier)

    return unit_of_work(asked.engine.desk, found["org_id"], asked.now, asked.actor, redeem)


def _refreshed(asked: _Asking) -> Pair | None:
    found = asked.own("oauth.refresh", asking.needed(asked.said, "refresh_token"))
    if found is None:
        return None
    grace = dt.timedelta(seconds=asked.engine.settings.refresh_grace_seconds)

    def refresh(unit: Unit) -> Pair | None:
        return exchange.refresh(unit, asked.secrets, found, asked.said.get("scope"), grace)

    return unit_of_work(asked.engine.desk, found["org_id"], asked.now, asked.actor, refresh)


def revoke(engine: Host, request: Request, now: dt.datetime, request_id: str) -> Response:
    """The end of a token of the client's own: of a refresh token with its family, of an access token alone.
    Whatever else is named, nothing is done, and the answer is the same (RFC 7009 §2.2)."""
    asked = _Asking(engine, request, now, request_id)
    secret = asking.needed(asked.said, "token")
    if (refreshing := asked.own("oauth.refresh", secret)) is not None:
        _end(asked, refreshing, lambda unit: ending.end_held(unit, refreshing["family_id"]))
    elif (bearer := asked.own("access.by_digest", secret)) is not None and bearer["revoked_at"] is None:
        _end(asked, bearer, lambda unit: ending.end_token(unit, bearer))
    return _answer("{}", request_id)


def _end(asked: _Asking, row: Row, work: ending.Work) -> None:
    unit_of_work(asked.engine.desk, row["org_id"], asked.now, asked.actor, work)


def _answer(text: str, request_id: str) -> Response:
    return Response(200, [*_NOT_CACHED, ("X-Request-Id", request_id)], text.encode())
