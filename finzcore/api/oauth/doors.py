"""Which of the four addresses a request is for."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from finzcore.api import routing
from finzcore.api.host import Host
from finzcore.api.http import Request, Response
from finzcore.api.oauth import authorize, exchange, metadata
from finzcore.errors import NotFound, WrongMethod

Door = Callable[[Host, Request, dt.datetime, str], Response]

DOORS: Final[dict[str, dict[str, Door]]] = {
    metadata.AUTHORIZE: {"GET": authorize.answer, "POST": authorize.answer},
    metadata.TOKEN: {"POST": exchange.token},
    metadata.REVOKE: {"POST": exchange.revoke},
    metadata.WELL_KNOWN: {"GET": metadata.answer},
}


def answer(engine: Host, request: Request, now: dt.datetime, request_id: str) -> Response:
    """What is answered there. NotFound at another address, WrongMethod for another method."""
    methods = DOORS.get(request.canonical_path or "")
    if methods is None:
        raise NotFound(routing.NOWHERE)
    door = methods.get(request.method)
    if door is None:
        raise WrongMethod(details={"allowed": sorted(methods)})
    return door(engine, request, now, request_id)
