"""The two doors, WSGI and ASGI: a request as a server hands it over, and what comes back."""

import asyncio
import io
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

from finzcore.api import Response
from tests.serving import PATIENCE


def environ(method: str, path: str, body: bytes = b"", **more: Any) -> dict[str, Any]:
    path, _, query = path.partition("?")
    made: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(body),
        "REMOTE_ADDR": "192.0.2.7",
    } | more
    setup_testing_defaults(made)
    return made


def through_wsgi(application: Callable[..., Iterable[bytes]], given: dict[str, Any]) -> Response:
    """What an application answers, watched by the validator of the standard library."""
    told: list[Any] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], error: Any = None
    ) -> Callable[[bytes], Any]:
        told[:] = [int(status[:3]), headers]
        return lambda _: None

    answer = validator(application)(given, start_response)
    try:
        body = b"".join(answer)
    finally:
        answer.close()  # type: ignore[attr-defined]
    return Response(told[0], told[1], body)


def scope(method: str, path: str, headers: Iterable[tuple[str, str]] = (), **more: Any) -> dict[str, Any]:
    path, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        "client": ("192.0.2.7", 4711),
    } | more


def through_asgi(application: Any, given: dict[str, Any], *messages: Any) -> list[dict[str, Any]]:
    """What an application sends when it is sent these messages, bodies in pieces first."""
    waiting, sent = list(messages or ({"type": "http.request", "body": b""},)), []

    async def receive() -> Any:
        if not waiting:
            await asyncio.Event().wait()  # the client stays, and says no more
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(asyncio.wait_for(application(given, receive, send), PATIENCE))
    return sent


def response_of(sent: list[dict[str, Any]]) -> Response:
    start, *rest = sent
    assert "http.response.start" == start["type"]
    assert [True] * (len(rest) - 1) + [False] == [one.get("more_body", False) for one in rest]
    assert all(name == name.lower() for name, _ in start["headers"])
    headers = [(name.decode(), value.decode()) for name, value in start["headers"]]
    return Response(start["status"], headers, b"".join(one["body"] for one in rest))


def pieces_of(body: bytes, size: int) -> list[dict[str, Any]]:
    cut = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    last = len(cut) - 1
    return [{"type": "http.request", "body": one, "more_body": place < last} for place, one in enumerate(cut)]
