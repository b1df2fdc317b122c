"""A client as its makers would write it, a browser with somebody signed in, and what both get to see.

`Shop` sends what a well-behaved client sends; every part of it can be said otherwise, and None leaves it
out. `answer` shows a refusal of the token endpoint, `back` what a browser brings to the client.
"""

import base64
import re
from collections.abc import Mapping
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import finzcore
from finzcore.api import Request, Response
from finzcore.auth.oauth import challenge
from finzcore.people import RegisteredClient, User

BACK: Final = "https://shop.example/back"
VERIFIER: Final = "a-verifier-that-nobody-guesses-0123456789.~_"
READ: Final = "AIBooks.items.READ"
BOTH: Final = "AIBooks.contacts.READ AIBooks.items.READ"
FORM: Final = "application/x-www-form-urlencoded"


def without_none(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in said.items() if value is not None}


def back(response: Response) -> dict[str, str]:
    """What the address in an answer tells the client."""
    location = response.header("location")
    assert response.status == 302 and location is not None, (response.status, response.body)
    return dict(parse_qsl(urlsplit(location).query, keep_blank_values=True, strict_parsing=True))


def answer(response: Response) -> tuple[int, str]:
    """The status and the error of a refusal."""
    said = response.json()
    assert said["code"] == f"oauth.{said['error']}" and said["message"] == said["error_description"]
    return response.status, said["error"]


def fields_of(page: Response) -> dict[str, str]:
    """The hidden fields of a consent page, as a browser would send them."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.body.decode())
    return {unescape(name): unescape(value) for name, value in found}


class Shop:
    """A client of one organisation's books, and its user's browser."""

    def __init__(self, engine: finzcore.Engine, org: finzcore.Org, user: User, **how: Any) -> None:
        self.engine, self.org, self.user = engine, org, user
        self.uri: str = how.pop("uri", BACK)
        known: RegisteredClient | None = how.pop("client", None)
        self.client = known or engine.register_oauth_client(
            user.user_id, name=how.pop("name", "Shop"), redirect_uris=[self.uri], **how
        )

    # ----- the browser -----

    def wish(self, **said: Any) -> dict[str, str]:
        """The parameters that the client sends a browser with."""
        usual = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.uri,
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
            "scope": BOTH,
            "state": "xyz",
            "organization_id": self.org.org_id,
        }
        return without_none(usual | said)

    def browse(
        self,
        *,
        consent: str | None = "approve",
        user: str | None = "",
        method: str = "GET",
        query: str | None = None,
        body: str = "",
        **said: Any,
    ) -> Response:
        """A browser at the address for consent, with a host that says who is signed in and what he wants."""
        signed_in = self.user.user_id if user == "" else user
        context = without_none({"session_user_id": signed_in, "consent": consent})
        text = urlencode(self.wish(**said)) if query is None else query
        headers = {"Content-Type": FORM} if method == "POST" else {}
        asked = Request(method, "/oauth/authorize", text, headers, body.encode(), context)
        return self.engine.handle(asked)

    def send(self, fields: Mapping[str, str], **how: Any) -> Response:
        """A form sent off by a browser."""
        return self.browse(method="POST", consent=None, query="", body=urlencode(fields), **how)

    def code(self, **said: Any) -> str:
        """A code that the user has agreed to."""
        return back(self.browse(**said))["code"]

    # ----- the client -----

    def post(self, path: str, fields: Any, **headers: str) -> Response:
        """A form sent by the client."""
        sent = {"Content-Type": FORM} | {name.replace("_", "-"): text for name, text in headers.items()}
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        return self.engine.handle(Request("POST", path, headers=sent, body=body))

    def ask(self, path: str = "/oauth/token", **said: Any) -> Response:
        """The same with the client's id and secret."""
        own = {"client_id": self.client.client_id, "client_secret": self.client.client_secret}
        return self.post(path, without_none(own | said))

    def redeem(self, code: str, **said: Any) -> Response:
        """A code, for a pair of tokens."""
        usual = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.uri,
            "code_verifier": VERIFIER,
        }
        return self.ask(**(usual | said))

    def refresh(self, token: str, **said: Any) -> Response:
        """A refresh token, for another pair."""
        return self.ask(**({"grant_type": "refresh_token", "refresh_token": token} | said))

    def pair(self, **said: Any) -> dict[str, Any]:
        """The first pair of a new consent."""
        return given(self.redeem(self.code(**said)))

    def revoke(self, token: str, **said: Any) -> Response:
        """The end of a token, as the client asks for it."""
        return self.ask("/oauth/revoke", token=token, **said)

    def basic(self, secret: str | None = None, client_id: str | None = None) -> str:
        """The client's id and secret as a header."""
        pair = f"{client_id or self.client.client_id}:{secret or self.client.client_secret}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def call(self, token: str, path: str = "/whoami", query: str = "") -> tuple[int, str]:
        """The status and code of a call with an access token."""
        headers = {"Authorization": f"Bearer {token}"}
        response = self.engine.handle(Request("GET", f"/api/public/v1{path}", query, headers))
        return response.status, str(response.json()["code"])


def given(response: Response) -> dict[str, Any]:
    """A pair of tokens that was given."""
    assert response.status == 200, response.body
    pair: dict[str, Any] = response.json()
    return pair
