"""Clients of other makers go the whole way against a server: Authlib and requests-oauthlib."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from requests_oauthlib import OAuth2Session

import finzcore
from finzcore.api import Request, wsgi
from finzcore.testing import FrozenClock
from tests.oauth.shop import BACK, BOTH, Shop, fields_of
from tests.serving import wsgi_server


class Host:
    """A web application around the books: it has signed Uma in, and hands the rest on."""

    def __init__(self, engine: finzcore.Engine) -> None:
        self.engine, self.user_id, self.books = engine, "", wsgi(engine)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/oauth/authorize":
            return self.books(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {"Content-Type": environ.get("CONTENT_TYPE", "")}
        context = {"session_user_id": self.user_id}
        method, query = environ["REQUEST_METHOD"], environ["QUERY_STRING"]
        answer = self.engine.handle(Request(method, "/oauth/authorize", query, headers, body, context))
        start_response(f"{answer.status} -", list(answer.headers))
        return [answer.body]


@pytest.fixture
def target() -> str:
    """The clients do not see where the books are."""
    return ":memory:"


@pytest.fixture
def served(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Shop]]:
    """The address of a served engine, and its shop. What the clients count by is the real time."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with finzcore.open(":memory:") as engine:
        host = Host(engine)
        org = engine.create_org(name="Acme", state="IN-KA")
        uma = engine.create_user(name="Uma")
        engine.add_membership(org.org_id, uma.user_id)
        host.user_id = uma.user_id
        with wsgi_server(host) as port:
            yield f"http://127.0.0.1:{port}", Shop(engine, org, uma)


def allowed(address: str) -> str:
    """Where a browser ends up whose user opens an address and presses the button on the page."""
    with httpx.Client() as browser:
        page = browser.get(address)
        form = fields_of(finzcore.api.Response(page.status_code, [], page.content)) | {"decision": "approve"}
        sent = browser.post(address.partition("?")[0], data=form)
    assert 302 == sent.status_code
    return sent.headers["location"]


def reads_items(session: Any, base: str, org_id: str) -> None:
    found = session.get(f"{base}/api/public/v1/items")
    assert (200, []) == (found.status_code, found.json()["items"]), org_id


def test_authlib_goes_the_whole_way(served: tuple[str, Shop]) -> None:
    base, shop = served
    found = httpx.get(f"{base}/.well-known/oauth-authorization-server").json()
    path = {
        name: base + urlsplit(found[f"{name}_endpoint"]).path
        for name in ("token", "revocation", "authorization")
    }
    with AuthlibSession(
        shop.client.client_id, shop.client.client_secret, scope=BOTH, redirect_uri=BACK,
        code_challenge_method="S256", token_endpoint=path["token"],
    ) as session:  # fmt: skip
        verifier = "v" * 64
        address, state = session.create_authorization_url(
            path["authorization"], code_verifier=verifier, organization_id=shop.org.org_id
        )
        location = allowed(address)
        token = session.fetch_token(
            path["token"], authorization_response=location, state=state, code_verifier=verifier
        )
        assert ("Bearer", BOTH) == (token["token_type"], token["scope"])
        reads_items(session, base, shop.org.org_id)
        renewed = session.refresh_token(path["token"])
        assert token["access_token"] != renewed["access_token"]
        reads_items(session, base, shop.org.org_id)
        assert 200 == session.revoke_token(path["revocation"], renewed["refresh_token"]).status_code
        with pytest.raises(OAuthError, match="invalid_grant"):
            session.refresh_token(path["token"], refresh_token=renewed["refresh_token"])


def test_requests_oauthlib_goes_the_whole_way(served: tuple[str, Shop]) -> None:
    base, shop = served
    with OAuth2Session(shop.client.client_id, redirect_uri=BACK, scope=BOTH.split(), pkce="S256") as session:
        address, _ = session.authorization_url(f"{base}/oauth/authorize", organization_id=shop.org.org_id)
        token = session.fetch_token(
            f"{base}/oauth/token",
            authorization_response=allowed(address),
            client_secret=shop.client.client_secret,
        )
        assert set(BOTH.split()) == set(token["scope"])
        reads_items(session, base, shop.org.org_id)
        session.refresh_token(f"{base}/oauth/token", auth=(shop.client.client_id, shop.client.client_secret))
        reads_items(session, base, shop.org.org_id)
