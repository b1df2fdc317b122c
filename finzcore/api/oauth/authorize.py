"""``GET`` and ``POST /oauth/authorize``: a browser comes with a client's wish, and goes back with a code.

Who is signed in, and what he has decided on a page of the host, stands in the request's context; nothing
of that is ever read off the query. The client and its address come first: as long as those two are not
sound, nobody is sent anywhere.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

from finzcore.api.host import Host
from finzcore.api.http import Request, Response
from finzcore.api.oauth import asking, metadata
from finzcore.api.oauth.asking import Given
from finzcore.api.oauth.page import HEADERS, page
from finzcore.auth import oauth
from finzcore.auth.selection import SELECTOR
from finzcore.books import reach
from finzcore.books.access import USERS
from finzcore.books.oauth import clients, consent
from finzcore.books.oauth.consent import Asked
from finzcore.books.oauth.unit import Unit, unit_of_work
from finzcore.books.text import json_text
from finzcore.errors import InvalidRequest, MissingToken, NoMembership
from finzcore.ids import from_uuid, unwire
from finzcore.ports import Row

MARK: Final = "csrf"
DECISION: Final = "decision"
"""The fields that the form of the page adds to the client's parameters."""

DECISIONS: Final = ("approve", "deny")


class _Wish(NamedTuple):
    """A request from a known client to a known address, of a user who is signed in."""

    engine: Host
    given: Given
    client: Row
    redirect_uri: str
    user: Row

    @property
    def state(self) -> str | None:
        """What the client wants back unchanged."""
        return self.given.once.get("state")

    def back(self, **said: str) -> Response:
        """The browser, sent back to the client."""
        told = {**said, **({} if self.state is None else {"state": self.state})}
        told["iss"] = metadata.issuer(self.engine)
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in told.items())
        between = "&" if "?" in self.redirect_uri else "?"
        location = f"{self.redirect_uri}{between}{query}"
        return Response(302, [("Location", location), asking.NO_STORE, ("Referrer-Policy", "no-referrer")])


def answer(engine: Host, request: Request, now: dt.datetime, request_id: str) -> Response:
    """The browser sent back, with a code or with what is wrong; or the page that asks the user.

    InvalidRequest for a client that nobody knows or an address that is not its own, and MissingToken when
    nobody is signed in.
    """
    formed = dict[str, str]()
    pairs = asking.parameters(request)
    if request.method == "POST" and not request.is_bodiless:
        formed, own = _split(asking.given(asking.form(request)))
        pairs += own
    wish = _wish(engine, request, asking.given(pairs))
    answered = _answered(wish, request, formed, now, request_id)
    return answered.with_headers([("X-Request-Id", request_id)])


def _split(form: Given) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """The fields of our own page, and those of the client."""
    if not form.repeated.isdisjoint((MARK, DECISION)):
        raise InvalidRequest("A parameter is given twice.")
    ours = {name: form.once[name] for name in (MARK, DECISION) if name in form.once}
    theirs = [(name, value) for name, value in form.once.items() if name not in ours]
    twice = [(name, "twice") for name in form.repeated for _ in range(2)]
    return ours, (*theirs, *twice)


def _wish(engine: Host, request: Request, given: Given) -> _Wish:
    client_id, uri = given.once.get("client_id"), given.once.get("redirect_uri")
    with engine.store.shared() as session:
        client = None if client_id is None else clients.find(session, client_id)
        if client is None or client["disabled_at"] is not None:
            raise InvalidRequest("There is no such client.")
        if uri is None or uri not in clients.uris_of(client):
            raise InvalidRequest("The redirect_uri is not one of this client.")
        named = request.context.get("session_user_id")
        key = None if named is None else unwire("usr_", 0, str(named))
        user = None if key is None else session.get(USERS, key)
    if user is None:
        raise MissingToken("This needs a user whom the host has signed in.")
    return _Wish(engine, given, client, uri, user)


def _answered(
    wish: _Wish, request: Request, formed: Mapping[str, str], now: dt.datetime, request_id: str
) -> Response:
    said = wish.given.once
    fault = oauth.authorize_fault(said, wish.given.repeated, wish.client["scopes"])
    if fault is not None:
        return wish.back(error=fault)
    org_id = from_uuid(0, said[SELECTOR]) if SELECTOR in said else None
    org = None if org_id is None else consent.organisation(wish.engine.store, wish.user["id"], org_id)
    if SELECTOR in said and org is None:
        return wish.back(error="access_denied")
    asked = Asked(
        client=wish.client,
        user=wish.user,
        org=org,
        org_id=org_id,
        scopes=oauth.asked_scopes(said["scope"]),
        redirect_uri=wish.redirect_uri,
        challenge=said["code_challenge"],
    )
    decision = request.context.get("consent") or _formed(wish, formed, now)
    if decision not in DECISIONS:
        return _page(wish, asked, now)
    if decision == "deny":
        return wish.back(error="access_denied")
    return _granted(wish, asked, request, now, request_id)


def _granted(wish: _Wish, asked: Asked, request: Request, now: dt.datetime, request_id: str) -> Response:
    engine = wish.engine
    actor = asking.actor(engine, request, request_id, asked.client, asked.user["id"])

    # Whose organisations these are is read before: the unit of work is of one of them at most.
    sole = reach.sole(engine.store, asked.user["id"]) if asked.org_id is None else None

    def grant(unit: Unit) -> str:
        legacy = engine.settings.legacy_connections
        return consent.grant(unit, asking.secrets(engine), asked, sole=sole, legacy=legacy)

    try:
        code = unit_of_work(engine.desk, asked.org_id, now, actor, grant)
    except NoMembership:
        return wish.back(error="access_denied")
    return wish.back(code=code)


# ----- the page of our own -----


def _formed(wish: _Wish, formed: Mapping[str, str], now: dt.datetime) -> str | None:
    """What the user has decided on the page; InvalidRequest unless it is a page that he was shown."""
    if not formed:
        return None
    mark = formed.get(MARK, "")
    if not oauth.is_form(mark, wish.client["form_key"], _consented(wish), now):
        raise InvalidRequest("This form is not one that was shown to this user, or it is too old.")
    return formed.get(DECISION)


def _consented(wish: _Wish) -> str:
    """All that a form is about, as one text."""
    return json_text([wish.user["id"], sorted(wish.given.once.items())])


def _page(wish: _Wish, asked: Asked, now: dt.datetime) -> Response:
    until = int((now + oauth.FORM_LIFE).timestamp())
    mark = oauth.form_mark(wish.client["form_key"], _consented(wish), until)
    action = urlsplit(metadata.issuer(wish.engine)).path + metadata.AUTHORIZE
    text = page(asked, action, {**wish.given.once, MARK: mark})
    return Response(200, HEADERS, text.encode())
