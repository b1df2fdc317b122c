"""What OAuth there is, for clients to find (RFC 8414): only what works."""

import datetime as dt
from typing import Final

from finzcore.api.host import Host
from finzcore.api.http import Request, Response
from finzcore.api.oauth.asking import JSON
from finzcore.auth.scopes import KNOWN
from finzcore.books.text import json_text

AUTHORIZE: Final = "/oauth/authorize"
TOKEN: Final = "/oauth/token"  # noqa: S105 - an address
REVOKE: Final = "/oauth/revoke"
WELL_KNOWN: Final = "/.well-known/oauth-authorization-server"

NOWHERE: Final = "http://localhost"
"""The issuer of books whose `Settings.base_url` says no host."""

_SECRET_SENT: Final = ("client_secret_basic", "client_secret_post")


def issuer(engine: Host) -> str:
    """By which name clients know these books: where they find them, as `Settings.base_url` says. The host
    that a request names is not believed."""
    base = engine.settings.base_url
    return base if "://" in base else NOWHERE + base


def answer(engine: Host, request: Request, now: dt.datetime, request_id: str) -> Response:
    """The document."""
    base = issuer(engine)
    told = {
        "issuer": base,
        "authorization_endpoint": base + AUTHORIZE,
        "token_endpoint": base + TOKEN,
        "revocation_endpoint": base + REVOKE,
        "scopes_supported": sorted(KNOWN),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": list(_SECRET_SENT),
        "revocation_endpoint_auth_methods_supported": list(_SECRET_SENT),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
    return Response(200, [JSON, ("X-Request-Id", request_id)], json_text(told).encode())
