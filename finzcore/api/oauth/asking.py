"""What a request of OAuth says: its parameters, each once, and which client sends it."""

import base64
import binascii
import datetime as dt
import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

from finzcore.api import authenticate
from finzcore.api.host import Host
from finzcore.api.http import Pairs, Request, read_query
from finzcore.api.reading import check_media
from finzcore.books.books import Actor
from finzcore.books.oauth import clients
from finzcore.books.oauth.unit import Secrets
from finzcore.errors import InvalidClient, InvalidRequest, Unreadable
from finzcore.ports import Row

FORM: Final = "application/x-www-form-urlencoded"
FORM_LIMIT: Final = 64 * 1024
"""Bytes of a form."""

NO_STORE: Final = ("Cache-Control", "no-store")
JSON: Final = ("Content-Type", "application/json; charset=utf-8")

_BASIC: Final = re.compile("basic ([A-Za-z0-9+/]+={0,2})", re.ASCII | re.IGNORECASE)


class Given(NamedTuple):
    """Parameters: those that are there once, and the names of those that are there more often. One
    without a value is not there (RFC 6749 §3.1)."""

    once: Mapping[str, str]
    repeated: frozenset[str]


def given(pairs: Pairs) -> Given:
    """Parameters, sorted out.

    >>> given((("state", "1"), ("scope", ""), ("code", "a"), ("code", "a")))
    Given(once={'state': '1'}, repeated=frozenset({'code'}))
    """
    names = [name for name, _ in pairs]
    repeated = frozenset(name for name in names if names.count(name) > 1)
    return Given({name: value for name, value in pairs if value and name not in repeated}, repeated)


def parameters(request: Request) -> Pairs:
    """The parameters in the query; InvalidRequest when they cannot be read."""
    return _readable(request.query)


def form(request: Request) -> Pairs:
    """The parameters in the body, which is a form; UnsupportedMedia for another, InvalidRequest for one
    that cannot be read."""
    raw = request.read_body(FORM_LIMIT)
    check_media(request.header("content-type"), request.header("content-encoding"), FORM)
    try:
        return _readable(raw.decode("ascii"))
    except UnicodeDecodeError:
        raise InvalidRequest("The form could not be read.") from None


def _readable(text: str) -> Pairs:
    if text.count("&") > 100:
        raise InvalidRequest("There are too many parameters.")
    try:
        return read_query(text) if text else ()
    except Unreadable:
        raise InvalidRequest("The parameters could not be read.") from None


def sent(request: Request) -> Mapping[str, str]:
    """The parameters that a client sends: in the form alone, each once. InvalidRequest otherwise."""
    if request.query:
        raise InvalidRequest("Parameters belong into the body, where no log has them.")
    found = given(form(request))
    if found.repeated:
        raise InvalidRequest("A parameter is given twice.")
    return found.once


def needed(said: Mapping[str, str], name: str) -> str:
    """A parameter that must be there."""
    if name not in said:
        raise InvalidRequest(f"The parameter {name} is missing.")
    return said[name]


# ----- who sends it -----


def secrets(engine: Host) -> Secrets:
    """What secrets are made of here."""
    return Secrets(engine.random, engine.settings.token_peppers)


def client(engine: Host, request: Request, said: Mapping[str, str], now: dt.datetime) -> Row:
    """The client that sends a request, by its secret. InvalidClient otherwise, and RateLimited after too
    many of them from one address, or in one client's name."""
    client_id = None
    try:
        client_id, secret = _credentials(request, said)
        with engine.store.shared() as session:
            return clients.authenticated(session, secrets(engine), client_id, secret)
    except InvalidClient as error:
        if client_id is not None:
            failed = authenticate.count(
                engine.store, f"client_failed:{client_id}", authenticate.FAILURES, now
            )
            authenticate.check(failed, now)
        address = authenticate.address_of(request, engine.settings.trusted_proxies)
        authenticate.count_failure(engine.store, address, error, now)


def _credentials(request: Request, said: Mapping[str, str]) -> tuple[str, str]:
    """A client's id and secret: by Basic or in the form, and not by both (RFC 6749 §2.3.1)."""
    headers = request.headers_all("authorization")
    if not headers:
        if "client_id" not in said or "client_secret" not in said:
            raise InvalidClient()
        return said["client_id"], said["client_secret"]
    if len(headers) > 1 or "client_secret" in said:
        raise InvalidRequest("A client authenticates itself in one way.")
    client_id, secret = _basic(headers[0])
    if said.get("client_id", client_id) != client_id:
        raise InvalidRequest("The form names another client than the header.")
    return client_id, secret


def _basic(header: str) -> tuple[str, str]:
    found = _BASIC.fullmatch(header)
    if found is None:
        raise InvalidClient()
    try:
        name, colon, password = base64.b64decode(found[1], validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidClient() from None
    if not colon:
        raise InvalidClient()
    return unquote_plus(name), unquote_plus(password)


def actor(engine: Host, request: Request, request_id: str, who: Row, user_id: int | None) -> Actor:
    """Who acts: a client, and where a user has decided, he."""
    address = authenticate.address_of(request, engine.settings.trusted_proxies) or ""
    return Actor(
        user_id=user_id,
        client_id=who["client_id"],
        source="PUBLIC_API" if user_id is None else "DASHBOARD",
        request_id=request_id,
        ip=address[:64] if address and address.isprintable() else None,
    )
