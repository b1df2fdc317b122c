"""WSGI and ASGI around the handler: they only move bytes.

Mount them where they see the whole path: the API's addresses begin at the root of the host.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

from finzcore.api.handler import build_handler
from finzcore.api.host import Host
from finzcore.api.http import Request, Response
from finzcore.errors import Unreadable

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

IN_MEMORY: Final = 2**20
"""Bytes of a body that are kept in memory; a larger one goes through a temporary file."""

MOST: Final = 2**25
"""Bytes of a body that are taken in at all. No operation reads as many, so more are not waited for."""

_PIECE: Final = 2**16


class _Unheard(io.RawIOBase):
    """A body that did not come whole. Reading it refuses the request, when its turn comes."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self._why = why

    def read(self, size: int = -1) -> bytes:
        raise Unreadable(self._why)


def wsgi(engine: Host) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The books as a WSGI application (PEP 3333)."""
    handle = build_handler(engine)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with _taken_in(environ) as body:
            response = handle(_from_environ(environ, body))
        reason = HTTPStatus(response.status).phrase
        start_response(f"{response.status} {reason}", [*response.headers, *_length(response)])
        return () if environ["REQUEST_METHOD"] == "HEAD" else response.chunks

    return application


def _from_environ(environ: WSGIEnvironment, body: BinaryIO) -> Request:
    headers = [(name[5:], value) for name, value in environ.items() if name.startswith("HTTP_")]
    headers += [(name, environ[name]) for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)]
    # PEP 3333 hands the decoded bytes over as latin-1; the handler decodes percent signs itself.
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return Request(
        environ["REQUEST_METHOD"],
        _quoted(path.encode("latin-1")),
        environ.get("QUERY_STRING", ""),
        [(name.replace("_", "-"), value) for name, value in headers],
        body,
        {"remote_addr": environ.get("REMOTE_ADDR")},
    )


@contextmanager
def _taken_in(environ: WSGIEnvironment) -> Iterator[BinaryIO]:
    """The body of a request, as far as anybody will read it."""
    announced = environ.get("CONTENT_LENGTH") or ""
    terminated = bool(environ.get("wsgi.input_terminated"))
    if announced and not (announced.isascii() and announced.isdecimal()):
        yield _unheard("The length of the body is not a number.")
    elif not announced and not terminated and environ.get("HTTP_TRANSFER_ENCODING"):
        yield _unheard("A body without a Content-Length cannot be read here.")
    else:
        wanted = int(announced or "0") if announced or not terminated else None
        with _spool() as file:
            if wanted is None or wanted <= MOST:
                _copy(environ["wsgi.input"], file, MOST + 1 if wanted is None else wanted)
                if wanted is not None and file.tell() < wanted:
                    yield _unheard("The body is shorter than announced.")
                    return
            file.seek(0)
            yield file


def _unheard(why: str) -> BinaryIO:
    return cast(BinaryIO, _Unheard(why))


def _spool() -> BinaryIO:
    return cast(BinaryIO, SpooledTemporaryFile(max_size=IN_MEMORY))


def _copy(stream: Any, file: BinaryIO, left: int) -> None:
    while left and (piece := stream.read(min(left, _PIECE))):
        file.write(piece)
        left -= len(piece)


def _quoted(path: bytes) -> str:
    return quote(path, safe="/:@!$&'()*+,;=-._~")


def _length(response: Response) -> list[tuple[str, str]]:
    return [] if response.length is None else [("Content-Length", str(response.length))]


def asgi(engine: Host) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The books as an ASGI 3 application; the work is done in threads, never on the event loop."""
    handle = build_handler(engine)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        else:
            with _spool() as body:
                if await _is_taken_in(receive, body):
                    response = await asyncio.to_thread(handle, _from_scope(scope, body))
                    await _give_out(response, send, bare=scope["method"] == "HEAD")

    return application


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _is_taken_in(receive: Receive, body: BinaryIO) -> bool:
    """Take in a body as far as anybody will read it; False when the client has gone away."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        piece = message.get("body", b"")
        size += len(piece)
        if size > IN_MEMORY:
            await asyncio.to_thread(body.write, piece)
        else:
            body.write(piece)
        if not message.get("more_body") or size > MOST:
            body.seek(0)
            return True


def _from_scope(scope: Scope, body: BinaryIO) -> Request:
    raw = scope.get("raw_path")
    client = scope.get("client")
    return Request(
        scope["method"],
        raw.decode("latin-1") if raw else _quoted(scope["path"].encode()),
        scope.get("query_string", b"").decode("latin-1"),
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        body,
        {"remote_addr": client[0] if client else None},
    )


async def _give_out(response: Response, send: Send, *, bare: bool) -> None:
    pairs = [*response.headers, *_length(response)]
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    pieces = iter(()) if bare else response.chunks
    while (piece := await _next(response, pieces)) is not None:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _next(response: Response, pieces: Iterator[bytes]) -> bytes | None:
    """The next piece; one that may have to be made or read first is waited for in a thread."""
    if response.length is not None:
        return next(pieces, None)
    return await asyncio.to_thread(next, pieces, None)
