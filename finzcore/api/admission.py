"""How much of a body is taken in before anybody has looked at its request.

Up to `uploads.MOST` bytes are, from everybody. A larger body costs the disk of the host something, and
only who may do what reads that much is listened to: the token is looked up before, and again when the
request is answered. What is wrong with the request is said there.
"""

from collections.abc import Callable

from finzcore.api import authenticate, routing, uploads
from finzcore.api.host import Host
from finzcore.api.http import Request, check_head
from finzcore.auth import scopes
from finzcore.errors import FinzError


def room(engine: Host) -> Callable[[Request], int]:
    """A function that says how many bytes of a request's body will be read; it looks at the head alone."""

    def bytes_for(request: Request) -> int:
        try:
            check_head(request)
            peppers = engine.settings.token_peppers
            token = authenticate.authenticate(engine.store, request, engine.clock(), peppers, counted=False)
            route = routing.find(request.method, request.canonical_path)
            required = route.resource.required_scope(route.operation)
            if required is not None:
                scopes.demand(token.scopes, required)
        except FinzError:
            return uploads.MOST
        return max(uploads.MOST, route.operation.most_bytes)

    return bytes_for
