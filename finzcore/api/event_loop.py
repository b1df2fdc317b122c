"""The handler on an event loop, as an ASGI 3 application: whatever may take its time is done in threads."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any, Final

from finzcore.api import carriage, uploads
from finzcore.api.http import Request, Response
from finzcore.api.uploads import Body, Message, Receive, let_go

Scope = Message
Send = Callable[[Message], Awaitable[None]]

THREADS: Final = 16
"""So many requests an application reads for at a time, and so many others it writes for."""

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class _Threads:
    """The threads of one application. Each comes into being when it is needed."""

    def __init__(self) -> None:
        self._open()

    def _open(self) -> None:
        self.readers = ThreadPoolExecutor(THREADS, "finzcore-reader")
        self.writers = ThreadPoolExecutor(THREADS, "finzcore-writer")

    async def end(self) -> None:
        """Wait until whatever has begun is done, and let the threads go.

        Whoever comes later finds new ones: an answer that a server breaks off at its end has its
        pieces to close, and some hosts let an application live twice.
        """
        ending = (self.readers, self.writers)
        self._open()
        for threads in ending:
            await asyncio.to_thread(threads.shutdown)


def application(
    handle: Callable[[Request], Response], room: Callable[[Request], int]
) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """An application with threads of its own around a handler; see `adapters.asgi`. `room` says how many
    bytes of a large body are taken in."""
    threads = _Threads()

    async def in_thread(function: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.wrap_future(_begun(threads.readers, function, *given))

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def room_for() -> int:
            found: int = await in_thread(room, _from_scope(scope, b""))
            return found

        body = await uploads.from_messages(receive, _announced(scope), in_thread, room_for)
        if body is None:
            return
        chosen = threads.readers if scope["method"] in _READING else threads.writers
        work = _begun(chosen, handle, _from_scope(scope, body))
        # Work that has begun goes on when nobody waits for it any more, and needs the body until its end.
        work.add_done_callback(lambda _: let_go(body))
        response = await asyncio.wrap_future(work)
        await _give_out(response, carriage.is_bare(scope["method"], response), receive, send, threads)

    async def spoken_to(scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await answer(scope, receive, send)
            case "lifespan":
                await _lifespan(receive, send, threads)
            case "websocket":
                await send({"type": "websocket.close"})
            case other:
                raise ValueError(f"the books do not speak {other}")

    return spoken_to


def _begun(threads: ThreadPoolExecutor, function: Callable[..., Any], *given: Any) -> Future[Any]:
    """Work for another thread, which sees the context variables of this one."""
    return threads.submit(copy_context().run, function, *given)


async def _lifespan(receive: Receive, send: Send, threads: _Threads) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await threads.end()
    await send({"type": "lifespan.shutdown.complete"})


def _announced(scope: Scope) -> str:
    lengths: list[bytes] = [value for name, value in scope["headers"] if name == b"content-length"]
    return lengths[0].decode("latin-1") if lengths else ""


def _from_scope(scope: Scope, body: Body) -> Request:
    raw = scope.get("raw_path")
    whole = raw.decode("latin-1") if raw else carriage.quoted(scope["path"], "utf-8")
    client = scope.get("client")
    return Request(
        scope["method"],
        carriage.api_path(scope.get("root_path", ""), whole),
        scope.get("query_string", b"").decode("latin-1"),
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        body,
        {"remote_addr": client[0] if client else None},
    )


async def _give_out(response: Response, bare: bool, receive: Receive, send: Send, threads: _Threads) -> None:
    pairs = carriage.headers(response)
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if bare:
        let_go(response.chunks)
        await send({"type": "http.response.body", "body": b""})
    elif response.length is None:
        await _give_pieces(response.chunks, receive, send, threads)
    else:
        await send({"type": "http.response.body", "body": response.body})


async def _give_pieces(pieces: Iterator[bytes], receive: Receive, send: Send, threads: _Threads) -> None:
    """An answer piece by piece, each made in a thread, for as long as there is somebody to hear it.

    Answers in JSON are whole. Pieces are what `Response.chunks` promises, for what is too long to be
    held: exports, and documents as PDF.
    """
    departure = asyncio.ensure_future(_departure(receive))
    begun = _begun(threads.readers, next, pieces, None)
    try:
        while (piece := await asyncio.wrap_future(begun)) is not None and not _is_gone(departure):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            begun = _begun(threads.readers, next, pieces, None)
        if piece is None:
            await send({"type": "http.response.body", "body": b""})
    finally:
        departure.cancel()
        await asyncio.wrap_future(_begun(threads.readers, _ended, begun, pieces))


async def _departure(receive: Receive) -> None:
    """Wait until the client goes away. Not every server says so when something is sent."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _is_gone(departure: asyncio.Future[None]) -> bool:
    """Whether the client has gone away; what failed while the server listened for that is raised."""
    if not departure.done():
        return False
    departure.result()
    return True


def _ended(begun: Future[Any], pieces: Iterator[bytes]) -> None:
    """Close the pieces of an answer, when the one that is being made is made."""
    wait([begun])
    let_go(pieces)
