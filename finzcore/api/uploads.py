"""Bodies as they come in over WSGI and ASGI: never more in memory, and never more at all, than is sensible.

What is wrong with a body is not said here. Whoever reads it is told, when its turn comes.
"""

import io
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import ExitStack
from typing import Any, BinaryIO, Final, cast
from wsgiref.types import WSGIEnvironment

from finzcore.api.http import announces_more
from finzcore.errors import FinzError, Unavailable, Unreadable

Body = bytes | BinaryIO
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

IN_MEMORY: Final = 2**18
"""Bytes of a body that are kept in memory while it comes in; a larger one goes through a temporary file."""

MOST: Final = 2**20
"""Bytes of a body that are taken in from everybody. For more than these, the adapters ask `admission`
whose body it is."""

_PIECE: Final = 2**16


class _Unheard(io.RawIOBase):
    """A body that did not come whole. Reading it refuses the request."""

    def __init__(self, refusal: FinzError) -> None:
        super().__init__()
        self._refusal = refusal

    def read(self, size: int = -1) -> bytes:
        raise self._refusal


def let_go(held: object) -> None:
    """Close what can be closed: the file of a body, or the pieces of an answer."""
    if close := getattr(held, "close", None):
        close()


def from_environ(environ: WSGIEnvironment, room: Callable[[], int]) -> Body:
    """The body of a WSGI request, as far as anybody will read it; a file is for the caller to close.

    `room` says how many bytes of this request are taken in; it is asked about large ones alone.
    """
    announced = environ.get("CONTENT_LENGTH") or ""
    if not announced:
        if environ.get("wsgi.input_terminated"):
            return _copied(environ["wsgi.input"], MOST + 1, more=lambda: room() - MOST)
        chunked = environ.get("HTTP_TRANSFER_ENCODING")
        return _unheard("A body without a Content-Length cannot be read here.") if chunked else b""
    if not (announced.isascii() and announced.isdecimal()):
        return _unheard("The length of the body is not a number.")
    if announces_more(announced, MOST) and announces_more(announced, room()):
        return b""  # the length alone refuses it
    return _whole(environ["wsgi.input"], int(announced))


def _whole(stream: Any, size: int) -> Body:
    if size > IN_MEMORY:
        return _copied(stream, size, whole=True)
    body: bytes = stream.read(size) if size else b""
    while len(body) < size and (piece := stream.read(size - len(body))):
        body += piece
    return body if len(body) == size else _short()


def _copied(
    stream: Any, size: int, *, whole: bool = False, more: Callable[[], int] | None = None
) -> BinaryIO:
    """So many bytes in a file, and so many `more` where these are not all."""
    with ExitStack() as if_it_fails:
        file = if_it_fails.enter_context(_spool())
        try:
            left = _poured(stream, file, size)
            if more is not None and not left:
                _poured(stream, file, more())
        except OSError:
            return _broken()
        if whole and left:
            return _short()
        return _wound_back(file, if_it_fails)


def _poured(stream: Any, file: BinaryIO, left: int) -> int:
    """Copy so many bytes; how many of them there were not."""
    while left and (piece := stream.read(min(left, _PIECE))):
        file.write(piece)
        left -= len(piece)
    return left


async def from_messages(
    receive: Receive,
    announced: str,
    in_thread: Callable[..., Awaitable[Any]],
    room: Callable[[], Awaitable[int]],
) -> Body | None:
    """The body of an ASGI request, as far as anybody will read it; None when the client has gone away.

    The event loop waits for nothing but the client: files are written through `in_thread`. A file is
    for the caller to close. `room` says how many bytes of this request are taken in; it is asked about
    large ones alone.
    """
    most = MOST
    if announces_more(announced, most):
        most = await room()
        if announces_more(announced, most):
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
            if size > most == MOST:
                most = await room()
            try:
                if size > IN_MEMORY:
                    await in_thread(file.write, piece)
                else:
                    file.write(piece)
            except OSError:
                return _broken()
            if not message.get("more_body") or size > most:
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
    return cast(BinaryIO, _Unheard(Unreadable(why)))


def _broken() -> BinaryIO:
    """A body for which there is no room on the disk, or that broke off."""
    return cast(BinaryIO, _Unheard(Unavailable()))


def _short() -> BinaryIO:
    return _unheard("The body is shorter than announced.")
