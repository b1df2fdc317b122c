"""The pipeline of `api.md` §1.4: one visible function, a line a step."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from finzcore.api import accounting, authenticate, drawings, envelopes, files, preferences, routing
from finzcore.api.host import Host
from finzcore.api.http import Pairs, Request, Response, check_head
from finzcore.api.reading import check_media, fingerprint, read_json
from finzcore.api.routing import Route
from finzcore.auth import scopes, selection
from finzcore.auth.tokens import Token
from finzcore.books import idempotency, upload
from finzcore.books.books import Actor
from finzcore.books.idempotency import Key
from finzcore.books.printing.operation import Print
from finzcore.books.reach import Bearer
from finzcore.books.reports.long import Long
from finzcore.books.resource import JSON, Download, Operation
from finzcore.books.unit import Call, Outcome, prepare
from finzcore.errors import (
    FinzError,
    InvalidClient,
    KeyInProgress,
    KeyRequired,
    RateLimited,
    RuleBroken,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unreadable,
    WrongMethod,
)
from finzcore.masking import Masking

log: Final = logging.getLogger("finzcore.api")
log.addFilter(Masking())

_JSON: Final = ("Content-Type", "application/json; charset=utf-8")
FAILURE: Final = "The request failed unexpectedly; nothing was done."

Headers = list[tuple[str, str]]


def build_handler(engine: Host) -> Callable[[Request], Response]:
    """The function that answers requests against an engine's books, and has no other inputs.

    RuntimeError inside a transaction of this thread: an answer must not leave before its commit.
    """

    def handle(request: Request) -> Response:
        if engine.desk.open_books is not None:
            raise RuntimeError("handle() inside transaction(): an answer must not leave before its commit")
        now = engine.clock()
        request_id = f"req_{engine.random(6).hex()}"
        headers: Headers = []
        try:
            check_head(request)
            if request.path.startswith(files.BASE):
                return files.give_out(engine, request, now, request_id)
            if request.path.startswith(routing.OAUTH):
                return _oauth(engine, request, now, request_id, headers)
            if request.path.startswith(preferences.BASE):
                outcome = preferences.merge(engine, request, request_id)
            else:
                outcome = _answered(engine, request, now, request_id, headers)
            return _with(_given(engine, outcome, request_id), headers)
        except FinzError as error:
            return _with(refusal(error, request_id), headers)
        except OSError:
            log.exception("request %s met the machine's limits", request_id)
            return _with(refusal(Unavailable(), request_id), headers)
        except Exception:
            log.exception("request %s failed", request_id)
            return _with(_response(500, envelopes.failure(FAILURE, request_id), request_id), headers)

    return handle


def _oauth(engine: Host, request: Request, now: dt.datetime, request_id: str, headers: Headers) -> Response:
    from finzcore.api.oauth import doors  # hardly any request is of OAuth

    headers.append(("Cache-Control", "no-store"))  # for what is refused; what is given says it by itself
    return doors.answer(engine, request, now, request_id)


def _answered(engine: Host, request: Request, now: dt.datetime, request_id: str, headers: Headers) -> Outcome:
    """The steps in their order: the first that refuses is the answer."""
    token = _authenticated(engine, request, now)
    _count(engine, token, now, headers)
    if request.canonical_path == accounting.PATH:
        return accounting.answer(engine, request, token, now)
    route = routing.find(request.method, request.canonical_path)
    operation = route.operation
    required = route.resource.required_scope(operation)
    if required is not None:
        scopes.demand(token.scopes, required)
    org_id = authenticate.organisation(engine.store, token, request, needed=operation.needs_organisation)
    if operation.about_token:
        return _about(engine, route, token, org_id, request, now)
    if operation.of_several:
        return _of_several(engine, operation, token, request, now, request_id)
    assert org_id is not None
    key_text = _key_text(request, operation)
    with _body(request, operation) as body:
        query = _query(request)
        outcome = engine.desk.do(
            Call(
                org_id=org_id,
                resource=route.resource,
                operation=operation,
                path_id=route.path_id,
                body=body,
                query=_known(query, operation),
                actor=_actor(engine, request, token, request_id),
                now=now,
                key=_key(key_text, token, request, query, body),
            )
        )
    if outcome.replayed:
        headers.append(("Idempotency-Replayed", "true"))
    return outcome


def _authenticated(engine: Host, request: Request, now: dt.datetime) -> Token:
    try:
        return authenticate.authenticate(engine.store, request, now, engine.settings.token_peppers)
    except Unauthenticated as error:
        address = authenticate.address_of(request, engine.settings.trusted_proxies)
        authenticate.count_failure(engine.store, address, error, now)


def _count(engine: Host, token: Token, now: dt.datetime, headers: Headers) -> None:
    limit = engine.settings.rate_limits[token.tier]
    meter = authenticate.count(engine.store, token.principal, limit, now)
    headers += meter.headers
    authenticate.check(meter, now)


def _about(
    engine: Host, route: Route, token: Token, org_id: int | None, request: Request, now: dt.datetime
) -> Outcome:
    operation = route.operation
    with _body(request, operation) as body:
        call = Call(
            org_id=0,  # what belongs to no organisation
            resource=route.resource,
            operation=operation,
            path_id=route.path_id,
            body=body,
            query=_known(_query(request), operation),
            actor=Actor(),
            now=now,
        )
        arguments = prepare(call)
    if arguments.refused is not None:
        raise arguments.refused
    given = (route.path_id, arguments.body, arguments.query)
    bearer = Bearer(token, org_id, engine.store, now)
    status, text = envelopes.answer(call, operation.run(bearer, *(one for one in given if one is not None)))
    return Outcome(status=status, text=text)


def _of_several(
    engine: Host, operation: Operation, token: Token, request: Request, now: dt.datetime, request_id: str
) -> Outcome:
    from finzcore.api import several  # hardly any request is of several organisations

    given = _known(_query(request), operation)
    actor = _actor(engine, request, token, request_id)
    return Outcome(status=200, text=several.answer(engine, operation, token, given, actor, now))


def _key_text(request: Request, operation: Operation) -> str | None:
    if request.method != "POST":
        return None
    values = request.headers_all("idempotency-key")
    if len(values) > 1:
        raise RuleBroken("Send one Idempotency-Key.", field="Idempotency-Key")
    if values and values[0]:
        return idempotency.checked(values[0])
    if operation.key == "required":
        raise KeyRequired(field="Idempotency-Key")
    return None


@contextmanager
def _body(request: Request, operation: Operation) -> Iterator[dict[str, Any] | None]:
    """The body, with its files for as long as they are needed."""
    if request.method not in ("POST", "PUT"):
        yield None
    elif operation.media != JSON:
        body = _form(request, operation)
        try:
            yield body
        finally:
            upload.let_go(body)
    else:
        yield _json(request, operation)


def _form(request: Request, operation: Operation) -> dict[str, Any]:
    from finzcore.api.multipart import read_form  # of all that come in, hardly any request is a form

    if request.is_bodiless:
        return {}
    kind, encoding = request.header("content-type"), request.header("content-encoding")
    assert operation.body is not None
    try:
        return read_form(request.pieces(operation.most_bytes), kind, encoding, operation.body)
    except TooLarge:
        raise upload.too_large() from None  # its fields are short, so it is the file


def _json(request: Request, operation: Operation) -> dict[str, Any]:
    raw = request.read_body(operation.most_bytes)
    if not raw:
        return {}
    check_media(request.header("content-type"), request.header("content-encoding"), JSON)
    return read_json(raw, operation.most_bytes)


def _query(request: Request) -> Pairs:
    return tuple(pair for pair in request.params if pair[0] != selection.SELECTOR)


def _known(query: Pairs, operation: Operation) -> dict[str, str]:
    """The parameters that an operation reads; Unreadable for one of them given twice."""
    shape: Any = operation.query
    names = () if shape is None else shape.plan.names
    known: dict[str, str] = {}
    for name, value in query:
        if name in known:
            raise Unreadable("The parameter is given twice.", field=name)
        if name in names:
            known[name] = value
    return known


def _key(text: str | None, token: Token, request: Request, query: Pairs, body: Any) -> Key | None:
    if text is None:
        return None
    path = request.canonical_path
    assert path is not None, "a route was found"
    return Key(
        idempotency.digest(token.principal, request.method, path, text),
        fingerprint(request.method, path, query, body and upload.told(body)),
    )


def _actor(engine: Host, request: Request, token: Token, request_id: str) -> Actor:
    return Actor(
        user_id=token.user_id,
        token_id=token.token_id,
        client_id=token.client_id,
        source="PUBLIC_API",
        request_id=request_id,
        ip=_visible(authenticate.address_of(request, engine.settings.trusted_proxies), 64),
        user_agent=_visible(request.header("user-agent"), 200),
    )


def _visible(text: str | None, most: int) -> str | None:
    """What a client says about itself, so that no log and no database stumbles over it."""
    if text is None:
        return None
    return text[:most] if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text[:most])


def refusal(error: FinzError, request_id: str | None = None) -> Response:
    """The answer to what the books refuse, for views of one's own as well: the status, the headers and
    the body that the API gives (`api.md` §1.11). Without a `request_id` it names none.

    >>> from finzcore.errors import RequiredField
    >>> answer = refusal(RequiredField("'name' is required.", field="name"))
    >>> answer.status, answer.json()["code"]
    (400, 'validation.required_field')
    """
    status, text = envelopes.problem(error, request_id)
    return _with(_response(status, text, request_id), _told(error))


def _told(error: FinzError) -> Headers:
    """What a refusal says in headers of its own."""
    if isinstance(error, Unauthenticated):
        return [("WWW-Authenticate", "Bearer")]
    if isinstance(error, InvalidClient):
        return [("WWW-Authenticate", 'Basic realm="finzcore"')]
    if isinstance(error, RateLimited):
        return [("Retry-After", str(error.details["retry_after"]))]
    if isinstance(error, KeyInProgress | Unavailable):
        return [("Retry-After", "1")]
    if isinstance(error, WrongMethod):
        return [("Allow", ", ".join(error.details["allowed"]))]
    return []


def _given(engine: Host, outcome: Outcome, request_id: str) -> Response:
    """What an operation gave: JSON text, or a document that is drawn now that no session is open."""
    if isinstance(outcome.result, Print):
        return drawings.answer(engine, outcome.result, request_id)
    if isinstance(outcome.result, Download):
        return files.download(outcome.result, request_id)
    if isinstance(outcome.result, Long):
        return _long(engine, outcome, request_id)
    return _response(outcome.status, outcome.text, request_id)


def _long(engine: Host, outcome: Outcome, request_id: str) -> Response:
    """A report in pieces; one that its first page holds is an answer like any other."""
    assert outcome.call is not None
    report, pages = outcome.result, engine.desk.pages(outcome.call, outcome.result)
    pieces = envelopes.long(outcome.call, report, pages)
    if report.is_short:
        return _response(200, "".join(pieces), request_id)
    return Response(200, [_JSON, ("X-Request-Id", request_id)], _begun(pieces, request_id))


def _begun(pieces: Iterator[str], request_id: str) -> Iterator[bytes]:
    """The pieces of an answer whose head has left. What fails now can say so in one way alone: the answer
    breaks off, the server ends the connection, and what has come through is no JSON."""
    try:
        for piece in pieces:
            yield piece.encode()
    except Exception:
        log.exception("request %s broke off", request_id)
        raise


def _response(status: int, text: str, request_id: str | None) -> Response:
    headers = [_JSON] if request_id is None else [_JSON, ("X-Request-Id", request_id)]
    return Response(status, headers, text.encode())


def _with(answer: Response, headers: Headers) -> Response:
    return answer.with_headers(headers)
