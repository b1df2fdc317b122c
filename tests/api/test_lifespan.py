"""The threads of `asgi` come with its work and go with its server."""

import asyncio
import threading
from typing import Any

import pytest

import finzcore
from finzcore.api import Request, Response, adapters, asgi
from tests.doors import response_of, scope, through_asgi
from tests.serving import PATIENCE


def says(message: Any) -> Any:
    """A server that says one thing."""

    async def receive() -> Any:
        return message

    return receive


def hears(sent: list[Any]) -> Any:
    """A server that notes what it is sent."""

    async def send(message: Any) -> None:
        sent.append(message)

    return send


def test_asgi_lives_and_ends_with_its_server(engine: finzcore.Engine) -> None:
    messages = ({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    sent = through_asgi(asgi(engine), {"type": "lifespan"}, *messages)
    assert ["lifespan.startup.complete", "lifespan.shutdown.complete"] == [one["type"] for one in sent]


def test_the_threads_of_asgi_end_with_its_server(engine: finzcore.Engine) -> None:
    application = asgi(engine)
    before = set(threading.enumerate())

    async def asked_and_ended() -> tuple[set[Any], set[Any]]:
        for method in ("GET", "POST"):
            await application(scope(method, "/"), says({"type": "http.request"}), hears([]))
        working = set(threading.enumerate()) - before
        await application({"type": "lifespan"}, says({"type": "lifespan.shutdown"}), hears([]))
        return working, set(threading.enumerate()) - before

    working, left = asyncio.run(asked_and_ended())
    # The books' connections have threads too, which end with the engine.
    ours = {thread for thread in working if thread.name.startswith("finzcore-")}
    assert {"finzcore-reader_0", "finzcore-writer_0"} == {thread.name for thread in ours}
    assert set() == left & ours


def test_asgi_ends_when_what_has_begun_is_done(
    engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, free = threading.Event(), threading.Event()

    def handle(_: Request) -> Response:
        at_work.set()
        assert free.wait(PATIENCE)
        return Response(200, {}, b"done")

    monkeypatch.setattr(adapters, "build_handler", lambda _: handle)
    application = asgi(engine)
    sent: list[Any] = []

    async def ended_at_work() -> None:
        answer = asyncio.ensure_future(
            application(scope("POST", "/"), says({"type": "http.request"}), hears(sent))
        )
        while not at_work.is_set():
            await asyncio.sleep(0.001)
        shutdown = says({"type": "lifespan.shutdown"})
        end = asyncio.ensure_future(application({"type": "lifespan"}, shutdown, hears(sent)))
        for _ in range(20):  # the loop goes round meanwhile, and the end has not come
            await asyncio.sleep(0.001)
        assert [] == sent
        free.set()
        await asyncio.gather(answer, end)

    asyncio.run(ended_at_work())
    assert {"http.response.start", "http.response.body", "lifespan.shutdown.complete"} == {
        one["type"] for one in sent
    }


def test_asgi_may_live_twice(engine: finzcore.Engine) -> None:
    application = asgi(engine)
    for _ in range(2):
        assert 401 == response_of(through_asgi(application, scope("GET", "/"))).status
        through_asgi(application, {"type": "lifespan"}, {"type": "lifespan.shutdown"})
