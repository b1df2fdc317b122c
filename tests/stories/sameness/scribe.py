"""What is recorded of a story: every request with its whole answer, every call of Python with its result.

A story is a function of the books, the clock, the ids and the chance that it is given, so two tellings
of it on two engines must leave the same record, byte for byte.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import quote_plus

import finzcore
from finzcore.api import Request, Response
from finzcore.api.multipart import has_file, written
from finzcore.api.routing import BASE
from finzcore.books.text import json_text
from finzcore.testing import FrozenClock

Body = dict[str, Any]
NO_KEY = None
FRESH = ""


class Exchange(NamedTuple):
    """One thing asked, and what was answered. A call of Python has the status 0 and no request."""

    chapter: str
    asked: str
    status: int
    headers: tuple[tuple[str, str], ...]
    answer: str
    request: Request | None = None

    def __str__(self) -> str:
        return f"{self.chapter}: {self.asked}\n  {self.status} {dict(self.headers)}\n  {self.answer}"


class Scribe:
    """Sends requests to an engine and calls it, and writes down what comes of it."""

    def __init__(self, engine: finzcore.Engine, clock: FrozenClock) -> None:
        self.engine = engine
        self.clock = clock
        self.record: list[Exchange] = []
        self.chapter = ""
        self._keys = 0

    def fresh_key(self) -> str:
        """An Idempotency-Key that was not used before."""
        self._keys += 1
        return f"key-{self._keys}"

    def send(self, request: Request) -> Response:
        """One request to the API."""
        response = self.engine.handle(request)
        path = f"{request.path}?{request.query}" if request.query else request.path
        asked = f"{request.method} {path} {dict(request.headers)} {request.body!r}"
        self.record.append(
            Exchange(self.chapter, asked, response.status, response.headers, told(response), request)
        )
        return response

    def call(self, asked: str, work: Callable[[], Any]) -> Any:
        """One call of Python; a refusal is written down and comes back as what it is."""
        try:
            result = work()
        except finzcore.FinzError as error:
            result = error
        self.record.append(Exchange(self.chapter, asked, 0, (), plainly(result)))
        return result


def told(response: Response) -> str:
    """The body of an answer as text; every byte of a document is a sign of its own."""
    is_document = response.header("Content-Type") == "application/pdf"
    return response.body.decode("latin-1" if is_document else "utf-8")


def plainly(result: Any) -> str:
    """A result in words that tell every type, so that 1, True and Decimal(1) are three things."""
    if isinstance(result, finzcore.FinzError):
        return f"{type(result).__name__} {result.code} {result.field} {result.message} {result.details}"
    return repr(result)


class Firm:
    """One organisation as those see it who keep its books: with a token, or from Python."""

    def __init__(self, scribe: Scribe, org: finzcore.Org, token: str, /, **headers: str) -> None:
        self.scribe = scribe
        self.org = org
        self.token = token
        self.headers = {"Authorization": f"Bearer {token}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }

    # ----- with a token -----

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        /,
        *,
        key: str | None = FRESH,
        headers: Mapping[str, str] | None = None,
        context: Mapping[str, Any] | None = None,
        **query: Any,
    ) -> Response:
        """A request, with a key of its own if it is a POST. `body` is a value, or bytes as they are."""
        sent = self.headers | dict(headers or {})
        if method == "POST" and key is not NO_KEY:
            sent["Idempotency-Key"] = key or self.scribe.fresh_key()
        if has_file(body):
            sent["Content-Type"], body = written({k: v for k, v in body.items() if v is not None})
        raw = body if isinstance(body, bytes) else b"" if body is None else json_text(body).encode()
        asked = "&".join(f"{name}={quote_plus(said(value))}" for name, value in query.items())
        full = f"{BASE}{path}{'?' if asked else ''}{asked}"
        return self.scribe.send(Request(method, full, headers=sent, body=raw, context=dict(context or {})))

    def get(self, path: str, /, **query: Any) -> Any:
        """What a GET shows: the one thing under the answer's key."""
        return self._good(self.send("GET", path, **query))

    def post(self, path: str, body: Any = None, /, **more: Any) -> Any:
        return self._good(self.send("POST", path, body, **more))

    def put(self, path: str, body: Any) -> Any:
        return self._good(self.send("PUT", path, body))

    def delete(self, path: str) -> None:
        self._good(self.send("DELETE", path))

    def _good(self, response: Response) -> Any:
        said = response.json()
        assert response.status < 300, str(self.scribe.record[-1])
        found = [value for name, value in said.items() if name not in ("code", "message", "page_context")]
        return found[0] if found else None

    def refused(self, status: int, method: str, path: str, body: Any = None, /, **more: Any) -> str:
        """A request that must be refused with a status; its code."""
        response = self.send(method, path, body, **more)
        assert response.status == status, str(self.scribe.record[-1])
        code: str = response.json()["code"]
        return code

    def pages(self, path: str, /, **query: Any) -> list[Body]:
        """A list, walked from its first page to its last."""
        rows: list[Body] = []
        cursor: Mapping[str, str] = {}
        while True:
            answer = self.send("GET", path, **query, **cursor).json()
            rows += next(value for value in answer.values() if isinstance(value, list))
            following = answer["page_context"]["next_cursor"]
            if following is None:
                return rows
            cursor = {"cursor": following}

    # ----- from Python -----

    def call(self, name: str, /, *ids: str, **given: Any) -> Any:
        """A call of the organisation, such as ``invoices.create``; refused or not, it is written down."""

        def work() -> Any:
            found: Any = self.org
            for word in name.split("."):
                found = getattr(found, word)
            return found(*ids, **given)

        return self.scribe.call(f"{name} {ids} {given}", work)


def said(value: Any) -> str:
    """A value as a query says it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | Decimal) else value
