"""The adapters alone: `wsgi` and `asgi` around a handler that returns at once (`performance.md` §2).

The floor is a bare callable that gives the same bytes. It runs where applications run: WSGI in the
standard library's own server loop, without a socket, and ASGI in a thread, because a handler that may
wait for the disk must not run on the event loop, however soon it returns. What lies below that is
printed too, without a budget: a callable that is merely called has nothing to do at all.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final
from wsgiref.handlers import SimpleHandler

from benchmarks.measure import WHOLE, Effort, Ratio, main, medians
from finzcore.api import Request, Response, adapters, event_loop

ANSWER: Final = b'{"code":0,"message":"success","contact":{' + b"x" * 600 + b"}}"
HEADERS: Final = [
    ("Content-Type", "application/json; charset=utf-8"),
    ("X-Request-Id", "req_0123456789ab"),
    ("X-RateLimit-Limit", "600"),
    ("X-RateLimit-Remaining", "599"),
    ("X-RateLimit-Reset", "1779166860"),
]
SENT: Final = b'{"contact_name":"Asha Stores","contact_type":"CUSTOMER"}'
ASKED: Final = {
    "host": "books.example",
    "user-agent": "curl/8.5.0",
    "accept": "*/*",
    "authorization": "Bearer aibk_pat_" + "x" * 40,
    "idempotency-key": "contact-1",
    "content-type": "application/json",
    "content-length": str(len(SENT)),
}
PATH: Final = "/api/public/v1/contacts"


def at_once(_: Request) -> Response:
    """A handler that has nothing to do."""
    return Response(201, HEADERS, ANSWER)


# ----- WSGI -----


def environ() -> dict[str, Any]:
    """What a server knows of a request, but for its own part."""
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": PATH,
        "QUERY_STRING": "",
        "REMOTE_ADDR": "192.0.2.7",
        "SERVER_NAME": "books.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": ASKED["content-type"],
        "CONTENT_LENGTH": ASKED["content-length"],
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in list(ASKED.items())[:5]},
    }


def bare_wsgi(given: dict[str, Any], start_response: Any) -> list[bytes]:
    """The same bytes, and the body read."""
    given["wsgi.input"].read(int(given["CONTENT_LENGTH"]))
    start_response("201 Created", [*HEADERS, ("Content-Length", str(len(ANSWER)))])
    return [ANSWER]


class InMemory(SimpleHandler):
    """The server loop of the standard library, without a socket."""

    os_environ: dict[str, str] = {}  # noqa: RUF012


def served(application: Any) -> Callable[[], None]:
    model = environ()

    def run() -> None:
        InMemory(io.BytesIO(SENT), io.BytesIO(), sys.stderr, model.copy()).run(application)

    return run


def called(application: Any) -> Callable[[], None]:
    model = environ()

    def run() -> None:
        b"".join(application({**model, "wsgi.input": io.BytesIO(SENT)}, lambda status, headers: None))

    return run


# ----- ASGI -----


def scope() -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in ASKED.items()],
        "client": ("192.0.2.7", 4711),
    }


async def receive() -> dict[str, Any]:
    return {"type": "http.request", "body": SENT, "more_body": False}


async def send(_: Any) -> None:
    """Take what is said."""


async def bare_asgi(_: Any, receive: Any, send: Any) -> None:
    """The same bytes, and the body read."""
    await receive()
    pairs = [*HEADERS, ("Content-Length", str(len(ANSWER)))]
    headers = [(name.lower().encode(), value.encode()) for name, value in pairs]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": ANSWER})


def threaded(threads: ThreadPoolExecutor) -> Callable[..., Awaitable[None]]:
    """The bare callable, its work done in a thread."""

    async def application(given: Any, receive: Any, send: Any) -> None:
        await asyncio.get_running_loop().run_in_executor(threads, lambda: ANSWER)
        await bare_asgi(given, receive, send)

    return application


REQUEST: Final = Request("GET", PATH)


def build_request() -> None:
    Request("POST", PATH, "", list(ASKED.items()), SENT, {"remote_addr": "192.0.2.7"})


def often(effort: Effort) -> dict[str, int]:
    """Very many very short turns: what else the machine does then falls between them, not into them."""
    return {"rounds": effort.of(450), "each": 20}


def async_medians(effort: Effort, *applications: Callable[..., Awaitable[None]]) -> list[float]:
    """The median time of one request to each ASGI application, on one event loop, in microseconds."""

    async def asked(application: Callable[..., Awaitable[None]]) -> None:
        for _ in range(10):
            await application(scope(), receive, send)

    with asyncio.Runner() as runner:
        things = [lambda application=each: runner.run(asked(application)) for each in applications]
        return [time / 10 for time in medians(*things, rounds=effort.of(450), each=1)]


@contextmanager
def returning_at_once() -> Iterator[tuple[Any, Any]]:
    """Our two adapters, around the handler that has nothing to do."""
    before = adapters.build_handler
    adapters.build_handler = lambda _: at_once  # type: ignore[assignment]
    try:
        yield adapters.wsgi(None), adapters.asgi(None)  # type: ignore[arg-type]
    finally:
        adapters.build_handler = before


def ratios(effort: Effort) -> Iterator[Ratio]:
    """What the budget of the adapters speaks of."""
    with returning_at_once() as (wsgi, asgi), ThreadPoolExecutor(event_loop.THREADS) as threads:
        ours, bare = medians(served(wsgi), served(bare_wsgi), **often(effort))
        yield Ratio("wsgi, in the server loop of wsgiref", ours, bare, 2.5)
        ours, bare = async_medians(effort, asgi, threaded(threads))
        yield Ratio("asgi, against a bare callable that works in a thread", ours, bare, 2.5)


def below(effort: Effort) -> Iterator[str]:
    """What lies below those floors."""
    with returning_at_once() as (wsgi, asgi):
        ours, bare = medians(called(wsgi), called(bare_wsgi), **often(effort))
        yield f"WSGI, merely called: {ours:.1f} µs, a bare callable {bare:.1f} µs"
        ours, bare = async_medians(effort, asgi, bare_asgi)
        yield f"ASGI: {ours:.1f} µs, a bare callable on the event loop itself {bare:.1f} µs"
    request, response = medians(build_request, lambda: at_once(REQUEST), **often(effort))
    yield f"The two values that a handler takes and gives: {request:.1f} µs and {response:.1f} µs"


if __name__ == "__main__":
    main(ratios)
    print("Below that, without a budget:")
    for line in below(WHOLE):
        print(f"  {line}")
