"""The pipeline of `api.md` §1.4: one visible function, a line a step."""

import datetime as dt
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from finzcore.api import authenticate, envelopes, routing
from finzcore.api.http import Request, Response, check_head
from finzcore.api.reading import check_media, fingerprint, read_json
from finzcore.auth import scopes, selection
from finzcore.auth.tokens import Token
from finzcore.books import idempotency
from finzcore.books.books import Actor
from finzcore.books.resource import Operation
from finzcore.books.unit import Call, Desk, Outcome
from finzcore.errors import (
    FinzError,
    KeyInProgress,
    KeyRequired,
    NotFound,
    RateLimited,
    RuleBroken,
    Unauthenticated,
    Unavailable,
    Unreadable,
    WrongMethod,
)
from finzcore.ports import Clock, Random, Store

log: Final = logging.getLogger("finzcore.api")

_KEY: Final = re.compile(r"[A-Za-z0-9:_-]{1,200}", re.ASCII)
_JSON: Final = ("Content-Type", "application/json; charset=utf-8")
_FAILURE: Final = "The request failed unexpectedly; nothing was done."


class Host(Protocol):
    """What the handler needs of an engine."""

    store: Store
    desk: Desk
    clock: Clock
    random: Random
    settings: Any

    def set_preferences_as(self, user_id: str, org_id: str, body: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
        """Merge preferences for a signed-in administrator."""
        ...


def build_handler(engine: Host) -> Callable[[Request], Response]:
    """The function that answers requests against an engine's books, and has no other inputs."""

    def handle(request: Request) -> Response:
        now = engine.clock()
        request_id = f"req_{engine.random(6).hex()}"
        headers = [_JSON, ("X-Request-Id", request_id)]
        try:
            check_head(request)
            if request.path.startswith("/api-py/"):
                return _preferences(engine, request, request_id, headers)
            token = _authenticated(engine, request, now)
            meter = authenticate.count(
                engine.store, token.principal, engine.settings.rate_limits[token.tier], now
            )
            headers += meter.headers
            authenticate.check(meter, now)
            outcome = _answered(engine, request, token, now, request_id)
            if outcome.replayed:
                headers.append(("Idempotency-Replayed", "true"))
            return Response(outcome.status, headers, outcome.text.encode())
        except FinzError as error:
            return _refused(error, request_id, headers)
        except Exception:
            log.exception("request %s failed", request_id)
            text = envelopes.failure(_FAILURE, request_id)
            return Response(500, headers, text.encode())

    return handle


def _answered(engine: Host, request: Request, token: Token, now: dt.datetime, request_id: str) -> Outcome:
    path = request.canonical_path
    if path is None:
        raise NotFound("There is nothing at this address.")
    route = routing.find(request.method, path)
    operation = route.operation
    required = route.resource.required_scope(operation)
    if required is not None:
        scopes.demand(token.scopes, required)
    org_id = authenticate.organisation(engine.store, token, request, needed=not operation.about_token)
    if operation.about_token:
        return _about(operation, token, org_id)
    assert org_id is not None
    key_text = _key_text(request, operation)
    body = _body(request, operation)
    query = _query(request)
    key = None
    if key_text is not None:
        key = idempotency.Key(
            idempotency.digest(token.principal, request.method, path, key_text),
            fingerprint(request.method, path, query.items(), body),
        )
    return engine.desk.do(
        Call(
            org_id=org_id,
            resource=route.resource,
            operation=operation,
            path_id=route.path_id,
            body=body,
            query=query,
            actor=_actor(engine, request, token, request_id),
            now=now,
            key=key,
        )
    )


def _authenticated(engine: Host, request: Request, now: dt.datetime) -> Token:
    try:
        return authenticate.authenticate(engine.store, request, now, engine.settings.token_peppers)
    except Unauthenticated as error:
        address = authenticate.address_of(request, engine.settings.trusted_proxies)
        authenticate.count_failure(engine.store, address, error, now)
        raise


def _about(operation: Operation, token: Token, org_id: int | None) -> Outcome:
    ((key, view),) = operation.answers
    row = view.json(operation.run(token, org_id), 0)
    return Outcome(status=200, text=f'{{"code":0,"message":"success","{key}":{row}}}')


def _actor(engine: Host, request: Request, token: Token, request_id: str) -> Actor:
    agent = request.header("user-agent")
    return Actor(
        user_id=token.user_id,
        token_id=token.token_id,
        client_id=token.client_id,
        source="PUBLIC_API",
        request_id=request_id,
        ip=authenticate.address_of(request, engine.settings.trusted_proxies),
        user_agent=None if agent is None else agent[:200],
    )


def _key_text(request: Request, operation: Operation) -> str | None:
    if request.method != "POST":
        return None
    values = request.headers_all("idempotency-key")
    if len(values) > 1:
        raise RuleBroken("Send one Idempotency-Key.", field="Idempotency-Key")
    text = values[0] if values else ""
    if not text:
        if operation.key == "required":
            raise KeyRequired(field="Idempotency-Key")
        return None
    if not _KEY.fullmatch(text):
        raise RuleBroken("A key is 1 to 200 of A–Z a–z 0–9 - _ :", field="Idempotency-Key")
    return text


def _body(request: Request, operation: Operation) -> dict[str, Any] | None:
    if request.method not in ("POST", "PUT"):
        return None
    raw = request.read_body(operation.most_bytes)
    if not raw:
        return {} if operation.body is not None else None
    check_media(request.header("content-type"), request.header("content-encoding"), "application/json")
    return read_json(raw, operation.most_bytes)


def _query(request: Request) -> dict[str, str]:
    pairs = [pair for pair in request.params if pair[0] != selection.SELECTOR]
    query = dict(pairs)
    if len(query) != len(pairs):
        name = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
        raise Unreadable("A parameter is given twice.", field=name)
    return query


def _preferences(
    engine: Host, request: Request, request_id: str, headers: list[tuple[str, str]]
) -> Response:
    """``PUT /api-py/api/v1/organisations/{org_id}/preferences``, for a signed-in administrator."""
    path = request.canonical_path
    match = re.fullmatch(r"/api-py/api/v1/organisations/([0-9a-f-]{36})/preferences", path or "")
    if match is None:
        raise NotFound("There is nothing at this address.")
    if request.method != "PUT":
        raise WrongMethod(details={"allowed": ["PUT"]})
    user_id = request.context.get("session_user_id")
    if user_id is None:
        scopes.demand(frozenset(), "session admin")
    body = read_json(request.read_body(2**20))
    actor = Actor(source="DASHBOARD", request_id=request_id)
    kept = engine.set_preferences_as(str(user_id), match[1], body, actor)
    return Response(200, headers, envelopes.named("preferences", kept).encode())


def _refused(error: FinzError, request_id: str, headers: list[tuple[str, str]]) -> Response:
    status, text = envelopes.problem(error, request_id)
    if isinstance(error, Unauthenticated):
        headers.append(("WWW-Authenticate", "Bearer"))
    elif isinstance(error, RateLimited):
        headers.append(("Retry-After", str(error.details["retry_after"])))
    elif isinstance(error, KeyInProgress | Unavailable):
        headers.append(("Retry-After", "1"))
    elif isinstance(error, WrongMethod):
        headers.append(("Allow", ", ".join(error.details["allowed"])))
    return Response(status, headers, text.encode())
