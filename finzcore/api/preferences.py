"""``PUT /api-py/api/v1/organisations/{org_id}/preferences``: the one door that no token opens.

It is for an administrator whom the host has signed in, named by `session_user_id` in the request's
context (`api.md` §4.0).
"""

import re
from typing import Final

from finzcore.api import envelopes, routing
from finzcore.api.host import Host
from finzcore.api.http import Request
from finzcore.api.reading import BODY_LIMIT, check_media, read_json
from finzcore.books.books import Actor
from finzcore.books.unit import Outcome
from finzcore.errors import InsufficientScope, NotFound, WrongMethod

BASE: Final = "/api-py/"
"""Where the internal paths begin."""

_PATH: Final = re.compile("/api-py/api/v1/organisations/([0-9A-Fa-f-]{36})/preferences", re.ASCII)


def merge(engine: Host, request: Request, request_id: str) -> Outcome:
    """Merge the preferences that a request gives, and answer with all of them."""
    found = _PATH.fullmatch(request.canonical_path or "")
    if found is None:
        raise NotFound(routing.NOWHERE)
    if request.method != "PUT":
        raise WrongMethod(details={"allowed": ["PUT"]})
    user_id = request.context.get("session_user_id")
    if user_id is None:
        raise InsufficientScope("This needs a signed-in administrator, not a token.")
    check_media(request.header("content-type"), request.header("content-encoding"), "application/json")
    body = read_json(request.read_body(BODY_LIMIT))
    actor = Actor(source="DASHBOARD", request_id=request_id)
    kept = engine.set_preferences_as(str(user_id), found[1], body, actor)
    return Outcome(text=envelopes.named("preferences", kept))
