"""Bodies as they come in over WSGI and ASGI: never more in memory, and never more at all, than is sensible.

What is wrong with a body is not said here. Whoever reads it is told, when its turn comes.
"""

import io
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import ExitStack
from typing import Any, BinaryIO, Final, cast
from wsgiref.types import WSGIEnvironment

from finzcore.api.http import announces_more
from finzcore.errors import Unreadable

Body = bytes | BinaryIO
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

IN_MEMORY: Final = 2**18
"""Bytes of a body that are kept in memory while it comes in; a larger one goes through a temporary file."""

MOST: Final = 2**20
"""Bytes of a body that are taken in at all: as many as the operation reads that reads most of all.

Nobody knows yet whose body it is. That no declaration reads more is for a test to say: to ask them all
here would import every resource before the first request.
"""

_PIECE: Final = 2**16


class _Unheard(io.RawIOBase):
    """A body that did not come whole. Reading it refuses the request."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self._why = why

    def read(self, size: int = -1) -> bytes:
        raise Unreadable(self._why)


def let_go(held: object) -> None:
    """Close what can be closed: the file of a body, or the pieces of an answer."""
    if close := getattr(held, "close", None):
        close()


def from_environ(environ: WSGIEnvironment) -> Body:
    """The body of a WSGI request, as far as anybody will read it; a file is for the caller to close."""
    announced = environ.get("CONTENT_LENGTH") or ""
    if not announced:
        if environ.get("wsgi.input_terminated"):
            return _copied(environ["wsgi.input"], MOST + 1)
        chunked = environ.get("HTTP_TRANSFER_ENCODING")
        return _unheard("A body without a Content-Length cannot be read here.") if chunked else b""
    if not (announced.isascii() and announced.isdecimal()):
        return _unheard("The length of the body is not a number.")
    if announces_more(announced, MOST):
        return b""  # the length alone refuses it
    return _whole(environ["wsgi.input"], int(announced))


def _whole(stream: Any, size: int) -> Body:
    if size > IN_MEMORY:
        return _copied(stream, size, whole=True)
    body: bytes = stream.read(size) if size else b""
    while len(body) < size and (piece := stream.read(size - len(body))):
        body += piece
    return body if len(body) == size else _short()


def _copied(stream: Any, left: int, *, whole: bool = False) -> BinaryIO:
    with ExitStack() as if_it_fails:
        file = if_it_fails.enter_context(_spool())
        while left and (piece := stream.read(min(left, _PIECE))):
            file.write(piece)
            left -= len(piece)
        if whole and left:
            return _short()
        return _wound_back(file, if_it_fails)


async def from_messages(
    receive: Receive, announced: str, in_thread: Callable[..., Awaitable[Any]]
) -> Body | None:
    """The body of an ASGI request, as far as anybody will read it; None when the client has gone away.

    The event loop waits for nothing but the client: files are written through `in_thread`. A file is
    for the caller to close.
    """
    if announces_more(announced, MOST):
        return b""  # not a byte is asked for, so a client that waits for a 100 keeps them
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        return cast(bytes, message.get("body", b""))
    with ExitStack() as if_it_fails:
        file = if_it_fails.enter_context(_spool())
        size = 0
        while message["type"] == "http.request":
            piece = message.get("body", b"")
            size += len(piece)
            if size > IN_MEMORY:
                await in_thread(file.write, piece)
            else:
                file.write(piece)
            if not message.get("more_body") or size > MOST:
                return _wound_back(file, if_it_fails)
            message = await receive()
    return None


def _wound_back(file: BinaryIO, if_it_fails: ExitStack) -> BinaryIO:
    """A file to read from its beginning, which outlives the block that made it."""
    file.seek(0)
    if_it_fails.pop_all()
    return file


def _spool() -> BinaryIO:
    from tempfile import SpooledTemporaryFile  # slow to import, and most bodies do without

    return cast(BinaryIO, SpooledTemporaryFile(max_size=IN_MEMORY))


def _unheard(why: str) -> BinaryIO:
    return cast(BinaryIO, _Unheard(why))


def _short() -> BinaryIO:
    return _unheard("The body is shorter than announced.")
