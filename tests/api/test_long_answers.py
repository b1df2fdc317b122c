"""Answers that come in pieces, answers without a body, and work that nobody waits for any more."""

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import finzcore
from finzcore.api import Request, Response, adapters, asgi, uploads, wsgi
from tests.doors import environ, pieces_of, response_of, scope, through_asgi, through_wsgi
from tests.serving import PATIENCE

JSON = {"Content-Type": "application/json"}
ASKED = {"type": "http.request", "body": b""}
LEFT = {"type": "http.disconnect"}


class Pieces:
    """Pieces of an answer that know how many were made, and whether they were closed."""

    def __init__(self, many: int = 3, then: Exception | None = None) -> None:
        self.left = many
        self.then = then
        self.made = 0
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        assert not self.closed.is_set()
        if self.made == self.left:
            raise self.then or StopIteration
        self.made += 1
        return b"piece "

    def close(self) -> None:
        self.closed.set()


Answering = Callable[[Response], None]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Say what applications that are made from now on answer."""

    def answering(response: Response) -> None:
        monkeypatch.setattr(adapters, "build_handler", lambda _: lambda _: response)

    return answering


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE"])
@pytest.mark.parametrize(
    ("status", "headers", "body", "length"),
    [
        (200, JSON, b"{}", "2"),
        (200, JSON, b"", "0"),
        (201, JSON, b"x" * 3_000_000, "3000000"),
        (204, {}, b"", None),
        (204, {}, b"lost", None),
        (304, {}, b"lost", None),
        (422, JSON, b"{}", "2"),
        (503, [*JSON.items(), ("Retry-After", "1")], b"{}", "2"),
    ],
)
def test_every_kind_of_answer_is_one(
    engine: finzcore.Engine,
    answering: Answering,
    method: str,
    status: int,
    headers: Any,
    body: bytes,
    length: str | None,
) -> None:
    answering(Response(status, headers, body))
    from_wsgi = through_wsgi(wsgi(engine), environ(method, "/"))
    from_asgi = response_of(through_asgi(asgi(engine), scope(method, "/")))
    heard = b"" if method == "HEAD" or status in (204, 304) else body
    for response in (from_wsgi, from_asgi):
        assert (status, length) == (response.status, response.header("Content-Length"))
        assert heard == response.body


def test_pieces_are_given_one_by_one_and_closed(engine: finzcore.Engine, answering: Answering) -> None:
    for through in (
        lambda: through_wsgi(wsgi(engine), environ("GET", "/")),
        lambda: response_of(through_asgi(asgi(engine), scope("GET", "/"))),
    ):
        pieces = Pieces()
        answering(Response(200, {"Content-Type": "text/csv"}, pieces))
        assert b"piece piece piece " == through().body
        assert pieces.closed.is_set()


def test_the_head_of_a_long_answer_makes_none_of_it(engine: finzcore.Engine, answering: Answering) -> None:
    for through in (
        lambda: through_wsgi(wsgi(engine), environ("HEAD", "/")),
        lambda: response_of(through_asgi(asgi(engine), scope("HEAD", "/"))),
    ):
        pieces = Pieces()
        answering(Response(200, {"Content-Type": "text/csv"}, pieces))
        assert (b"", None) == (through().body, through().header("Content-Length"))
        assert (0, True) == (pieces.made, pieces.closed.is_set())


def test_nothing_more_is_made_for_a_client_that_went_away(
    engine: finzcore.Engine, answering: Answering
) -> None:
    pieces = Pieces(many=10**6)
    answering(Response(200, {}, pieces))
    sent = through_asgi(asgi(engine), scope("GET", "/"), ASKED, LEFT)
    assert pieces.closed.is_set()
    assert pieces.made <= 2
    assert all(message.get("more_body", True) for message in sent)


def test_what_is_left_of_an_upload_is_not_taken_for_a_departure(
    engine: finzcore.Engine, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST", 10)
    answering(Response(200, {}, Pieces()))
    sent = through_asgi(asgi(engine), scope("POST", "/"), *pieces_of(b"x" * 40, 8))
    assert b"piece piece piece " == response_of(sent).body


def test_a_piece_that_cannot_be_made_breaks_the_answer_off(
    engine: finzcore.Engine, answering: Answering
) -> None:
    pieces = Pieces(then=OSError("the disk is gone"))
    answering(Response(200, {}, pieces))
    with pytest.raises(OSError, match="the disk is gone"):
        through_asgi(asgi(engine), scope("GET", "/"))
    assert pieces.closed.is_set()


def test_a_server_that_fails_to_listen_is_heard(engine: finzcore.Engine, answering: Answering) -> None:
    pieces = Pieces(many=10**6)
    answering(Response(200, {}, pieces))

    async def receive() -> Any:
        if pieces.made:
            raise OSError("the line is gone")
        return ASKED

    async def send(_: Any) -> None:
        await asyncio.sleep(0)

    with pytest.raises(OSError, match="the line is gone"):
        asyncio.run(asgi(engine)(scope("GET", "/"), receive, send))
    assert pieces.closed.is_set()


def test_what_does_not_stay_in_memory_is_not_written_on_the_event_loop(
    engine: finzcore.Engine, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, written = threading.get_ident(), []
    spool = uploads._spool

    def watched() -> Any:
        file = spool()
        write = file.write

        def noted(piece: bytes) -> int:
            written.append(threading.get_ident() == here)
            return write(piece)

        file.write = noted
        return file

    monkeypatch.setattr(uploads, "_spool", watched)
    answering(Response(200, JSON, b"{}"))
    through_asgi(asgi(engine), scope("POST", "/"), *pieces_of(b"x" * 750_000, 2**17))
    # Two pieces fill the memory that a body may take; what goes through the file is a matter for threads.
    assert [True, True, False, False, False, False] == written


# ----- work that is given up -----


class Given:
    """A request that a server gives up once the handler, or a piece of its answer, is at work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at_work = threading.Event()
        self.free = threading.Event()
        self.over = threading.Event()
        self.seen: list[Any] = []
        monkeypatch.setattr(adapters, "build_handler", lambda _: self.handle)

    def handle(self, request: Request) -> Response:
        if request.method == "GET":
            return Response(200, {}, self._pieces())
        self._work()
        self.seen.append(request.read_body(10**7))
        self.over.set()
        return Response(200, {}, b"")

    def _pieces(self) -> Iterator[bytes]:
        try:
            self._work()
            yield b"one"
        finally:
            self.over.set()

    def _work(self) -> None:
        self.at_work.set()
        assert self.free.wait(PATIENCE)

    async def give_up(self, application: Any, given: dict[str, Any], *messages: Any) -> None:
        waiting = list(messages)

        async def receive() -> Any:
            if not waiting:
                await asyncio.Event().wait()
            return waiting.pop(0)

        async def send(_: Any) -> None:
            """Nobody listens."""

        task = asyncio.ensure_future(application(given, receive, send))
        while not self.at_work.is_set():
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.sleep(0.01)
        self.free.set()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_work_that_is_given_up_keeps_its_body_until_it_is_done(
    engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Given(monkeypatch)
    files: list[Any] = []
    spool = uploads._spool
    monkeypatch.setattr(uploads, "_spool", lambda: files.append(spool()) or files[-1])
    body = b"x" * (uploads.IN_MEMORY + 5)
    asyncio.run(given.give_up(asgi(engine), scope("POST", "/"), *pieces_of(body, 2**17)))
    assert given.over.wait(PATIENCE)
    assert [len(body)] == [len(seen) for seen in given.seen]
    (file,) = files
    for _ in range(1000):
        if file.closed:
            break
        threading.Event().wait(0.01)
    assert file.closed


def test_an_answer_that_is_given_up_is_closed_when_its_piece_is_made(
    engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Given(monkeypatch)
    asyncio.run(given.give_up(asgi(engine), scope("GET", "/"), ASKED))
    assert given.over.wait(PATIENCE)


def test_the_handler_sees_the_context_of_the_request(
    engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant: contextvars.ContextVar[str] = contextvars.ContextVar("tenant")
    monkeypatch.setattr(
        adapters, "build_handler", lambda _: lambda _: Response(200, {}, tenant.get().encode())
    )
    tenant.set("acme")
    assert b"acme" == response_of(through_asgi(asgi(engine), scope("GET", "/"))).body


def test_a_protocol_that_is_not_spoken_is_named(engine: finzcore.Engine) -> None:
    with pytest.raises(ValueError, match="telegraph"):
        through_asgi(asgi(engine), {"type": "telegraph"})
