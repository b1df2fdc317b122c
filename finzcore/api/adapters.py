"""WSGI and ASGI around the handler: they only move bytes."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any, BinaryIO, Final
from wsgiref.types import StartResponse, WSGIEnvironment

from finzcore.api.handler import Host, build_handler
from finzcore.api.http import Request, Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_IN_MEMORY: Final = 2**20
"""Larger uploads go through a temporary file."""


def wsgi(engine: Host) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The books as a WSGI application (PEP 3333)."""
    handle = build_handler(engine)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = handle(_from_environ(environ))
        reason = HTTPStatus(response.status).phrase
        start_response(f"{response.status} {reason}", [*response.headers, *_length(response)])
        return response.chunks

    return application


def _from_environ(environ: WSGIEnvironment) -> Request:
    headers = [
        (name[5:].replace("_", "-"), value) for name, value in environ.items() if name.startswith("HTTP_")
    ]
    headers += [
        (name.replace("_", "-"), environ[name])
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH")
        if environ.get(name)
    ]
    length = environ.get("CONTENT_LENGTH") or "0"
    body: bytes | BinaryIO = b""
    if length.isdecimal() and int(length):
        body = _Bounded(environ["wsgi.input"], int(length)).spooled()
    # PEP 3333 hands bytes over as latin-1; the handler decodes percent signs itself, so write them back.
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return Request(
        environ["REQUEST_METHOD"],
        _quoted(path.encode("latin-1")),
        environ.get("QUERY_STRING", ""),
        headers,
        body,
        {"remote_addr": environ.get("REMOTE_ADDR")},
    )


def _quoted(path: bytes) -> str:
    from urllib.parse import quote

    return quote(path, safe="/:@!$&'()*+,;=-._~")


class _Bounded:
    """So many bytes of a stream."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int = -1) -> bytes:
        """At most what is left."""
        wanted = self._left if size < 0 else min(size, self._left)
        piece: bytes = self._stream.read(wanted) if wanted else b""
        self._left -= len(piece)
        return piece

    def spooled(self) -> bytes | BinaryIO:
        """The bytes themselves, or a temporary file for a large body."""
        if self._left <= _IN_MEMORY:
            return self.read()
        file = tempfile.TemporaryFile()
        shutil.copyfileobj(self, file)  # type: ignore[misc]
        file.seek(0)
        return file


def _length(response: Response) -> list[tuple[str, str]]:
    return [("Content-Length", str(len(response.body)))]


def asgi(engine: Host) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The books as an ASGI 3 application; the work is done in threads, never on the event loop."""
    handle = build_handler(engine)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        assert scope["type"] == "http", f"{scope['type']} is not spoken here"
        body = await _read(receive)
        response = await asyncio.to_thread(lambda: handle(_from_scope(scope, body)))
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        headers.append((b"content-length", str(len(response.body)).encode()))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        for chunk in response.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return application


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _read(receive: Receive) -> bytes | BinaryIO:
    pieces: list[bytes] = []
    size = 0
    file: Any = None
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        piece = message.get("body", b"")
        size += len(piece)
        if file is None and size > _IN_MEMORY:
            file = tempfile.TemporaryFile()
            file.writelines(pieces)
            pieces = []
        if file is not None:
            await asyncio.to_thread(file.write, piece)
        else:
            pieces.append(piece)
        if not message.get("more_body"):
            break
    if file is None:
        return b"".join(pieces)
    file.seek(0)
    upload: BinaryIO = file
    return upload


def _from_scope(scope: Scope, body: bytes | BinaryIO) -> Request:
    raw = scope.get("raw_path")
    path = raw.decode("latin-1") if raw else _quoted(scope["path"].encode())
    client = scope.get("client")
    return Request(
        scope["method"],
        path,
        scope.get("query_string", b"").decode("latin-1"),
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        body,
        {"remote_addr": client[0] if client else None},
    )
