"""WSGI and ASGI: the same bytes as `handle`, whatever carries them."""

import asyncio
import http.client
import io
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.api import Request, Response, adapters, asgi, wsgi
from finzcore.testing import Call

BASE = "/api/public/v1"
BIG = json.dumps({"contact_name": "A", "x": ["y" * 1000] * 1100}).encode()
"""More than 1 MiB, and more than a contact may have."""


class Recorder:
    """An engine whose handler tells what it was asked, and gives a fixed answer or the real one."""

    def __init__(self, engine: finzcore.Engine, answer: Response | None = None) -> None:
        self.asked: list[Request] = []
        self.bodies: list[Any] = []
        self._engine = engine
        self._answer = answer

    def handle(self, request: Request) -> Response:
        self.asked.append(request)
        self.bodies.append(request.body)
        return self._answer or self._engine.handle(request)


@pytest.fixture
def heard(engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """The adapters made from now on tell what they ask."""
    recorder = Recorder(engine)
    monkeypatch.setattr(adapters, "build_handler", lambda _: recorder.handle)
    return recorder


# ----- WSGI -----


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


def test_wsgi_gives_the_same_bytes_as_handle(engine: finzcore.Engine, call: Call) -> None:
    token = {"HTTP_AUTHORIZATION": f"Bearer {call.token}"}
    for path in ("/taxes", "/accounts?per_page=3", "/nothing"):
        wanted = call("GET", path)
        response = through_wsgi(wsgi(engine), environ("GET", BASE + path, **token))
        assert wanted.status == response.status
        assert same(wanted) == same(response)
        assert str(len(response.body)) == response.header("Content-Length")


def same(response: Response) -> Any:
    """An answer without the id of its request."""
    said = json.loads(response.body)
    said.pop("request_id", None)
    return response.status, response.header("Content-Type"), said


def test_wsgi_carries_a_body_its_headers_and_the_address(call: Call, heard: Recorder) -> None:
    application = wsgi(call.engine)
    more = {"HTTP_AUTHORIZATION": f"Bearer {call.token}", "HTTP_IDEMPOTENCY_KEY": "k"}
    body = '{"contact_name":"आशा"}'.encode()
    answers = [
        through_wsgi(application, environ("POST", f"{BASE}/contacts?a=%201", body, **more)) for _ in range(2)
    ]
    assert [201, 201] == [one.status for one in answers]
    assert answers[0].body == answers[1].body
    assert "true" == answers[1].header("Idempotency-Replayed")
    (asked, _) = heard.asked
    assert ("POST", f"{BASE}/contacts", "a=%201") == (asked.method, asked.path, asked.query)
    assert ("application/json", str(len(body))) == (
        asked.header("content-type"),
        asked.header("Content-Length"),
    )
    assert {"remote_addr": "192.0.2.7"} == asked.context


def test_wsgi_puts_the_path_together_and_percent_signs_back(heard: Recorder, engine: finzcore.Engine) -> None:
    given = environ("GET", "/contacts/\xe0\xa4\x86 %?", SCRIPT_NAME=BASE)
    through_wsgi(wsgi(engine), given)
    assert f"{BASE}/contacts/%E0%A4%86%20%25" == heard.asked[0].path
    assert f"{BASE}/contacts/आ %" == heard.asked[0].canonical_path


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PATCH"])
def test_wsgi_answers_other_methods_with_405(engine: finzcore.Engine, call: Call, method: str) -> None:
    given = environ(method, f"{BASE}/contacts", HTTP_AUTHORIZATION=f"Bearer {call.token}")
    response = through_wsgi(wsgi(engine), given)
    assert (405, "GET, POST") == (response.status, response.header("Allow"))
    assert (method == "HEAD") == (response.body == b"")
    assert int(response.header("Content-Length") or 0) > 0


def test_a_large_upload_goes_through_a_file_and_is_let_go(heard: Recorder, call: Call) -> None:
    token = {"HTTP_AUTHORIZATION": f"Bearer {call.token}"}
    response = through_wsgi(wsgi(call.engine), environ("POST", f"{BASE}/contacts", BIG, **token))
    small = through_wsgi(wsgi(call.engine), environ("POST", f"{BASE}/contacts", b"{}", **token))
    assert [413, 400] == [response.status, small.status]
    assert [True, False] == [file._rolled for file in heard.bodies]
    assert [True, True] == [file.closed for file in heard.bodies]


def test_a_body_that_nobody_will_read_is_not_taken_in(
    call: Call, heard: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters, "MOST", 2**20 + 10)
    given = environ("POST", f"{BASE}/contacts", BIG, HTTP_AUTHORIZATION=f"Bearer {call.token}")
    stream = given["wsgi.input"]
    assert 413 == through_wsgi(wsgi(call.engine), given).status
    assert 0 == stream.tell()


@pytest.mark.parametrize("terminated", [True, False])
def test_a_chunked_body_is_read_where_the_server_ends_it_and_refused_elsewhere(
    call: Call, terminated: bool
) -> None:
    given = environ(
        "POST",
        f"{BASE}/contacts",
        b'{"contact_name":"A"}',
        CONTENT_LENGTH="",
        HTTP_TRANSFER_ENCODING="chunked",
        HTTP_AUTHORIZATION=f"Bearer {call.token}",
        **{"wsgi.input_terminated": terminated},
    )
    response = through_wsgi(wsgi(call.engine), given)
    assert (201 if terminated else 422) == response.status


def test_a_chunked_body_without_an_end_is_read_no_further_than_needed(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters, "MOST", 2**20 + 10)

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b" " * size

    stream = Endless()
    given = environ(
        "POST", f"{BASE}/contacts", CONTENT_LENGTH="", HTTP_AUTHORIZATION=f"Bearer {call.token}",
        **{"wsgi.input_terminated": True},
    )  # fmt: skip
    given["wsgi.input"] = stream
    told: list[Any] = []
    wsgi(call.engine)(given, lambda *said: told.extend(said))  # type: ignore[arg-type]
    assert "413" == told[0][:3]
    assert 2**20 + 11 == stream.given


@pytest.mark.parametrize("length", ["30", "x", "-1", "\u0663"])
def test_a_body_that_did_not_come_whole_is_refused_in_its_turn(call: Call, length: str) -> None:
    application = wsgi(call.engine)
    more = {"CONTENT_LENGTH": length}
    told: list[Any] = []
    for token in (None, call.token):
        given = environ("POST", f"{BASE}/contacts", b'{"contact_name":"A"}', **more)
        if token:
            given["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        application(given, lambda status, _: told.append(status))  # type: ignore[arg-type, misc]
    assert ["401", "422"] == [status[:3] for status in told]
    assert [] == call.ok("GET", "/contacts")["contacts"]


def test_wsgi_gives_pieces_as_they_are_made(engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(3):
            made.append(number)
            yield b"%d" % number

    answer = Response(200, {"Content-Type": "application/pdf"}, pieces())
    monkeypatch.setattr(adapters, "build_handler", lambda _: Recorder(engine, answer).handle)
    told: list[Any] = []
    given = wsgi(engine)(environ("GET", "/"), lambda *said: told.extend(said))  # type: ignore[arg-type]
    assert [] == made
    assert [b"0", b"1", b"2"] == list(given)
    assert [("Content-Type", "application/pdf")] == told[1]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def asked_over_a_socket(port: int, method: str, path: str, body: bytes | None, token: Any) -> Response:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return Response(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


def same_over_a_socket(call: Call, port: int) -> None:
    """A few requests over the network, and the same ones to `handle`."""
    for method, path, body in (
        ("GET", "/taxes", None),
        ("GET", "/nothing", None),
        ("POST", "/contacts", b"{}"),
        ("POST", "/contacts", b'{"contact_name":1}'),
        ("PUT", "/contacts/ct_1", b"{}"),
        ("POST", "/contacts", BIG),
    ):
        wanted = call(method, path, body, key=None)
        response = asked_over_a_socket(port, method, BASE + path, body, call.token)
        assert same(wanted) == same(response)
    head = asked_over_a_socket(port, "HEAD", f"{BASE}/contacts", None, call.token)
    assert (405, b"") == (head.status, head.body)
    made = asked_over_a_socket(port, "POST", f"{BASE}/contacts", b'{"contact_name":"A"}', call.token)
    assert 201 == made.status
    assert json.loads(made.body)["contact"] == json.loads(call("GET", "/contacts").body)["contacts"][0]


def test_a_real_wsgi_server(engine: finzcore.Engine, call: Call) -> None:
    with make_server("127.0.0.1", 0, validator(wsgi(engine)), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            same_over_a_socket(call, server.server_port)
        finally:
            server.shutdown()
            thread.join(10)


# ----- ASGI -----


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
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(application(given, receive, send))
    return sent


def response_of(sent: list[dict[str, Any]]) -> Response:
    start, *rest = sent
    assert "http.response.start" == start["type"]
    assert [True] * (len(rest) - 1) + [False] == [one["more_body"] for one in rest]
    assert all(name == name.lower() for name, _ in start["headers"])
    headers = [(name.decode(), value.decode()) for name, value in start["headers"]]
    return Response(start["status"], headers, b"".join(one["body"] for one in rest))


def pieces_of(body: bytes, size: int) -> list[dict[str, Any]]:
    cut = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    last = len(cut) - 1
    return [{"type": "http.request", "body": one, "more_body": place < last} for place, one in enumerate(cut)]


def test_asgi_gives_the_same_bytes_as_handle(engine: finzcore.Engine, call: Call) -> None:
    for path in ("/taxes", "/accounts?per_page=3", "/nothing"):
        wanted = call("GET", path)
        sent = through_asgi(
            asgi(engine), scope("GET", BASE + path, [("Authorization", f"Bearer {call.token}")])
        )
        response = response_of(sent)
        assert same(wanted) == same(response)
        assert str(len(response.body)) == response.header("content-length")


def test_asgi_puts_the_pieces_of_a_body_together(call: Call, heard: Recorder) -> None:
    given = scope(
        "POST",
        f"{BASE}/contacts?a=1",
        [("Authorization", f"Bearer {call.token}"), ("X-Two", "1"), ("X-Two", "2")],
        raw_path=f"{BASE}/%63ontacts".encode(),
    )
    response = response_of(through_asgi(asgi(call.engine), given, *pieces_of(b'{"contact_name":"A"}', 3)))
    assert 201 == response.status
    (asked,) = heard.asked
    assert (f"{BASE}/%63ontacts", "a=1", ("1", "2")) == (asked.path, asked.query, asked.headers_all("x-two"))
    assert {"remote_addr": "192.0.2.7"} == asked.context


def test_asgi_without_a_raw_path_or_a_client(engine: finzcore.Engine, heard: Recorder) -> None:
    through_asgi(asgi(engine), scope("GET", f"{BASE}/आ %", client=None))
    assert (f"{BASE}/%E0%A4%86%20%25", {"remote_addr": None}) == (heard.asked[0].path, heard.asked[0].context)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_asgi_answers_other_methods_with_405(engine: finzcore.Engine, call: Call, method: str) -> None:
    given = scope(method, f"{BASE}/contacts", [("Authorization", f"Bearer {call.token}")])
    response = response_of(through_asgi(asgi(engine), given))
    assert (405, "GET, POST") == (response.status, response.header("allow"))
    assert (method == "HEAD") == (response.body == b"")


def test_asgi_spools_a_large_upload_and_stops_where_nobody_reads_on(
    call: Call, heard: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = scope("POST", f"{BASE}/contacts", [("Authorization", f"Bearer {call.token}")])
    response = response_of(through_asgi(asgi(call.engine), given, *pieces_of(BIG, 100_000)))
    assert (413, True, True) == (response.status, heard.bodies[0]._rolled, heard.bodies[0].closed)
    monkeypatch.setattr(adapters, "MOST", 2**20 + 10)
    endless = [{"type": "http.request", "body": b" " * 2**20, "more_body": True}] * 2
    assert 413 == response_of(through_asgi(asgi(call.engine), given, *endless)).status


def test_asgi_does_nothing_for_a_client_that_went_away(call: Call, heard: Recorder) -> None:
    given = scope("POST", f"{BASE}/contacts", [("Authorization", f"Bearer {call.token}")])
    first = {"type": "http.request", "body": b'{"contact_name":', "more_body": True}
    assert [] == through_asgi(asgi(call.engine), given, first, {"type": "http.disconnect"})
    assert [] == heard.asked


def test_asgi_lives_and_ends_with_its_server(engine: finzcore.Engine) -> None:
    messages = ({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    sent = through_asgi(asgi(engine), {"type": "lifespan"}, *messages)
    assert ["lifespan.startup.complete", "lifespan.shutdown.complete"] == [one["type"] for one in sent]


def test_asgi_speaks_no_websockets(engine: finzcore.Engine) -> None:
    assert [{"type": "websocket.close"}] == through_asgi(asgi(engine), {"type": "websocket"})


def test_asgi_never_works_on_the_event_loop(engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def pieces() -> Iterator[bytes]:
        threads.append(threading.get_ident())
        yield b"one"
        threads.append(threading.get_ident())
        yield b"two"

    def handle(_: Request) -> Response:
        threads.append(threading.get_ident())
        return Response(200, {}, pieces())

    monkeypatch.setattr(adapters, "build_handler", lambda _: handle)
    assert b"onetwo" == response_of(through_asgi(asgi(engine), scope("GET", "/"))).body
    assert 3 == len(threads)
    assert threading.get_ident() not in threads


def test_a_real_asgi_server(engine: finzcore.Engine, call: Call) -> None:
    uvicorn = pytest.importorskip("uvicorn")
    chosen = uvicorn.Config(asgi(engine), host="127.0.0.1", port=0, log_level="error", lifespan="on")
    server = uvicorn.Server(chosen)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        for _ in range(1000):
            if server.started:
                break
            thread.join(0.01)
        same_over_a_socket(call, server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=15).map(lambda tail: "/" + tail),
    st.binary(max_size=30),
    st.integers(1, 10),
)
def test_both_doors_hand_over_the_same_request(
    engine: finzcore.Engine, heard: Recorder, path: str, body: bytes, size: int
) -> None:
    path = path.replace("?", "")
    heard.asked.clear()
    read: list[bytes] = []
    handle = heard.handle

    def reading(request: Request) -> Response:
        read.append(request.read_body(100))
        return handle(request)

    heard.handle = reading  # type: ignore[method-assign]
    try:
        through_wsgi(wsgi(engine), environ("POST", path.encode().decode("latin-1"), body))
        through_asgi(asgi(engine), scope("POST", path), *pieces_of(body, size))
    finally:
        heard.handle = handle  # type: ignore[method-assign]
    assert [body, body] == read
    first, second = heard.asked
    assert first.path == second.path
    assert first.path.isascii()
