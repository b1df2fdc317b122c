"""``GET /accounting/companies``: the companies that a token reaches, as Apideck's clients read them
(`api.md` §8.1)."""

import datetime as dt
from typing import Final

from finzcore.api import authenticate
from finzcore.api.host import Host
from finzcore.api.http import Request
from finzcore.auth import scopes
from finzcore.auth.services import OURS, setting_key_for
from finzcore.auth.tokens import Token
from finzcore.books import reach, views
from finzcore.books.reach import Bearer
from finzcore.books.references import Id
from finzcore.books.unit import Outcome
from finzcore.errors import Unreadable, WrongMethod

PATH: Final = "/accounting/companies"
SERVICE_HEADER: Final = "x-apideck-service-id"
_FIELD: Final = "service_id"
_COMPANY: Final = views.View(views.out("id", Id("")), views.text("name"))
_HEAD: Final = (
    f'{{"status_code":200,"status":"OK","service":"{OURS}","resource":"companies","operation":"all","data":'
)


def answer(engine: Host, request: Request, token: Token, now: dt.datetime) -> Outcome:
    """The companies of this service, in Apideck's envelope; none of another one."""
    if request.method != "GET":
        raise WrongMethod(details={"allowed": ["GET"]})
    scopes.demand(token.scopes, scopes.scope("companies", "READ"))
    org_id = authenticate.organisation(engine.store, token, request, needed=False)
    rows = reach.of_bearer(Bearer(token, org_id, engine.store, now)) if _is_ours(request) else []
    return Outcome(text=f"{_HEAD}[{','.join(_COMPANY.json(row, 0) for row in rows)}]}}")


def _is_ours(request: Request) -> bool:
    """Whether it asks of this service; RuleBroken for one that does not know several companies."""
    named = [value for name, value in request.params if name == _FIELD]
    named += request.headers_all(SERVICE_HEADER)
    wanted = {service for service in map(str.strip, named) if service} or {OURS}
    if len(wanted) > 1:
        raise Unreadable("The parameter is given twice.", field=_FIELD)
    for service in wanted:
        setting_key_for(service)
    return wanted == {OURS}
