"""Which token asks, for which organisation, and how often (`api.md` §1.2, §1.3, §1.12)."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NoReturn

import attrs

from finzcore.api.http import Request
from finzcore.auth import selection, tokens
from finzcore.auth.tokens import Token
from finzcore.books import connections
from finzcore.books.reach import entered
from finzcore.errors import FinzError, InvalidToken, NoMembership, RateLimited
from finzcore.ports import Row, Store

WINDOW: Final = 60
FAILURES: Final = 30
"""Failed authentications that one network address may have in a window (`reliability.md` §15)."""


def instant_of(text: str | None) -> dt.datetime | None:
    """A kept instant as an aware datetime."""
    return None if text is None else dt.datetime.fromisoformat(text)


def token_of(row: Row) -> Token:
    """A stored token as the value that the rules judge: rows alike are the same value, made once."""
    return _token(tuple(row), tuple(row.values()))


@lru_cache(maxsize=256)
def _token(names: tuple[str, ...], values: tuple[Any, ...]) -> Token:
    row = dict(zip(names, values, strict=True))
    created = instant_of(row["created_time"])
    assert created is not None
    return Token(
        token_id=row["id"],
        kind=row["kind"],
        user_id=row["user_id"],
        scopes=frozenset(row["scopes"].split()),
        created=created,
        label=row["label"],
        org_id=row["org_id"],
        client_id=row["client_id"],
        tier=row["tier"],
        expires_at=instant_of(row["expires_at"]),
        revoked_at=instant_of(row["revoked_at"]),
        is_sandbox=bool(row["is_sandbox"]),
    )


def authenticate(
    store: Store, request: Request, now: dt.datetime, peppers: Mapping[str, bytes], *, counted: bool = True
) -> Token:
    """The token of a request; an Unauthenticated refusal otherwise. Nothing about a token is remembered
    between calls but whose it was, so that its request, if it is `counted`, is counted on the journey that
    looks it up."""
    text = tokens.bearer(request.headers_all("authorization"))
    digests = [tokens.digest(text, pepper) for pepper in (*peppers.values(), None)]
    principal = _principals.get(digests[0])
    if principal is not None and counted:
        store.hit_along(principal.encode(), _window(now))
    with store.shared() as session:
        for digest in digests:
            rows = session.ask("access.by_digest", digest=digest)
            if rows and tokens.same(rows[0]["digest"], digest):
                token = token_of(rows[0])
                token.check(now)
                if principal != token.principal:
                    _principals[digests[0]] = token.principal
                return token
    raise InvalidToken()


class _Principals(OrderedDict[bytes, str]):
    """Whose a token was when it was last seen, by its digest, for the most recent ones."""

    def __setitem__(self, digest: bytes, principal: str) -> None:
        super().__setitem__(digest, principal)
        if len(self) > 4096:
            self.popitem(last=False)


_principals: Final = _Principals()


def organisation(store: Store, token: Token, request: Request, *, needed: bool) -> int | None:
    """The organisation that a request is about, by the table of `api.md` §1.3."""
    selectors = [value for name, value in request.params if name == selection.SELECTOR]
    for header in selection.SELECTOR_HEADERS:
        selectors += request.headers_all(header)
    default = None
    if needed and token.org_id is None and not any(map(str.strip, selectors)):
        default = _default(store, token)
    org_id = selection.chosen(token.org_id, selectors, default)
    if needed:
        org_id = selection.needed(org_id)
    if org_id is None or token.org_id == org_id:
        return org_id
    admitted(store, token, org_id)
    return org_id


def _default(store: Store, token: Token) -> int | None:
    """The company that the connection of a token of several has chosen."""
    with store.shared() as session:
        return connections.chosen(session, token).company


def admitted(store: Store, token: Token, org_id: int) -> Row:
    """An organisation that a token of several may enter, as it is; NoMembership otherwise."""
    org = entered(store, token.user_id, org_id, is_sandbox=token.is_sandbox)
    if org is None:
        raise NoMembership(field=selection.SELECTOR)
    return org


@attrs.frozen
class Meter:
    """What a principal has used of its window."""

    limit: int
    used: int
    resets: int

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The three headers of every answer to a recognised token."""
        return [
            ("X-RateLimit-Limit", str(self.limit)),
            ("X-RateLimit-Remaining", str(max(0, self.limit - self.used))),
            ("X-RateLimit-Reset", str(self.resets)),
        ]


def _window(now: dt.datetime) -> int:
    return int(now.timestamp()) // WINDOW


def count(store: Store, bucket: str, limit: int, now: dt.datetime) -> Meter:
    """Count one request; windows are whole epoch minutes."""
    window = _window(now)
    return Meter(limit, store.hit(bucket.encode(), window), (window + 1) * WINDOW)


def check(meter: Meter, now: dt.datetime) -> None:
    """RateLimited, with the seconds to wait, once more than the limit has been used."""
    if meter.used > meter.limit:
        raise RateLimited(details={"retry_after": max(1, meter.resets - int(now.timestamp()))})


def count_failure(store: Store, address: str | None, error: FinzError, now: dt.datetime) -> NoReturn:
    """Meter a failed authentication by address, then refuse it: with its error, or 429 after too many."""
    if address is not None:
        check(count(store, f"address:{address}", FAILURES, now), now)
    raise error


def address_of(request: Request, trusted: tuple[str, ...]) -> str | None:
    """The network address behind a request: the peer's, or the last hop no trusted proxy vouches for."""
    peer = request.context.get("remote_addr")
    if peer is None or peer not in trusted:
        return peer
    hops = [hop.strip() for value in request.headers_all("x-forwarded-for") for hop in value.split(",")]
    for hop in reversed(hops):
        if hop and hop not in trusted:
            return hop[:64]
    return str(peer)
