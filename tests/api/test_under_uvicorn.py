"""`asgi` under a real server: whatever one client does, the others are answered, and nothing is left behind.

The handler is one that the test holds in its hand. Nothing is timed: what must not be waited for is
not let go until the others have been answered.
"""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

import finzcore
from finzcore.api import Request, Response, adapters, asgi, event_loop, uploads
from tests.serving import PATIENCE, asgi_server, asked, connected

BASE = "/api/public/v1"
PIECE = b"x" * 2**16
LINES = b"POST / HTTP/1.1\r\nHost: x\r\n"


class Held:
    """A handler whose writing and whose long answers wait until they are released."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.at_work = threading.Semaphore(0)
        self.made = 0
        self.ended = threading.Event()
        self.sizes: list[int] = []

    def handle(self, request: Request) -> Response:
        if request.method == "POST":
            self.sizes.append(len(request.read_body(uploads.MOST)))
            self.at_work.release()
            assert self.free.wait(PATIENCE)
        if request.path == "/held":
            return Response(200, {}, self._pieces())
        if request.path == "/endless":
            return Response(200, {}, self._endless())
        return Response(200, {"X-Size": str(sum(self.sizes))}, b"answered")

    def _pieces(self) -> Iterator[bytes]:
        yield b"one "
        assert self.free.wait(PATIENCE)
        yield b"two"

    def _endless(self) -> Iterator[bytes]:
        try:
            while True:
                self.made += 1
                yield PIECE
        finally:
            self.ended.set()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    """The handler of every application made from now on."""
    held = Held()
    monkeypatch.setattr(adapters, "build_handler", lambda _: held.handle)
    return held


@pytest.fixture
def port(engine: finzcore.Engine, held: Held) -> Iterator[int]:
    with asgi_server(asgi(engine)) as port:
        yield port
        held.free.set()


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The files that bodies went through."""
    made: list[Any] = []
    spool = uploads._spool

    def noted() -> Any:
        made.append(spool())
        return made[-1]

    monkeypatch.setattr(uploads, "_spool", noted)
    return made


def is_answered(port: int) -> bool:
    return b"answered" == asked(port, "GET", "/").body


def until(condition: Any) -> bool:
    """Whether something comes true, however late within reason."""
    for _ in range(int(PATIENCE * 100)):
        if condition():
            return True
        threading.Event().wait(0.01)
    return False


@contextmanager
def writers(port: int, many: int) -> Iterator[list[Response]]:
    """As many clients that write at the same time, and what they are answered in the end."""
    answers: list[Response] = []
    threads = [
        threading.Thread(target=lambda: answers.append(asked(port, "POST", "/", b"{}"))) for _ in range(many)
    ]
    for thread in threads:
        thread.start()
    yield answers
    for thread in threads:
        thread.join(PATIENCE)


def test_readers_are_answered_while_more_write_than_there_are_threads(port: int, held: Held) -> None:
    many = event_loop.THREADS + 8
    with writers(port, many) as answers:
        for _ in range(event_loop.THREADS):
            assert held.at_work.acquire(timeout=PATIENCE)
        assert [True] * 3 == [is_answered(port) for _ in range(3)]
        assert [] == answers
        held.free.set()
    assert [200] * many == [answer.status for answer in answers]


def test_others_are_answered_in_the_middle_of_a_large_upload(
    port: int, held: Held, files: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST", 8 * 2**20)
    size = 8 * 2**20
    with closing(connected(port)) as client:
        client.sendall(LINES + b"Content-Length: %d\r\n\r\n" % size)
        for sent in range(0, size, len(PIECE)):
            client.sendall(PIECE)
            if sent % 2**20 == 0:
                assert is_answered(port)
        held.free.set()
        assert b"answered" == answer_on(client).body
    assert [size] == held.sizes
    assert [(True, True)] == [(file._rolled, file.closed) for file in files]


def answer_on(client: socket.socket, method: str = "POST") -> Response:
    answer = http.client.HTTPResponse(client, method=method)
    with closing(answer):
        answer.begin()
        return Response(answer.status, answer.getheaders(), answer.read())


def test_others_are_answered_in_the_middle_of_a_long_answer(port: int, held: Held) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client:
        client.request("GET", "/held")
        answer = client.getresponse()
        assert b"one " == answer.read(4)
        assert is_answered(port)
        held.free.set()
        assert b"two" == answer.read()


def test_a_client_that_does_not_read_gets_no_more_made_and_one_that_goes_away_ends_it(
    port: int, held: Held
) -> None:
    with closing(connected(port)) as client:
        client.sendall(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(10)
        assert until_it_stands_still(held)
        assert is_answered(port)
        assert not held.ended.is_set()
    assert held.ended.wait(PATIENCE)


def until_it_stands_still(held: Held) -> bool:
    """Whether making pieces comes to a stop, when nobody takes them."""
    before = [-1] * 20
    return until(lambda: before.append(held.made) or len(set(before[-20:])) == 1)


def test_a_client_that_goes_away_in_the_middle_of_an_upload_leaves_nothing(
    port: int, held: Held, files: list[Any]
) -> None:
    with closing(connected(port)) as client:
        client.sendall(LINES + b"Content-Length: 1000000\r\n\r\n" + PIECE * 12)
        assert until(lambda: files and files[0].tell() > uploads.IN_MEMORY)
    assert until(lambda: files[0].closed)
    assert [] == held.sizes
    assert is_answered(port)


def test_a_client_that_goes_away_before_its_answer_keeps_what_it_asked_for(port: int, held: Held) -> None:
    with closing(connected(port)) as client:
        client.sendall(LINES + b"Content-Length: 2\r\n\r\n{}")
        assert held.at_work.acquire(timeout=PATIENCE)
    held.free.set()
    assert is_answered(port)
    assert [2] == held.sizes


def test_one_connection_carries_many_requests(port: int, held: Held) -> None:
    held.free.set()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client:
        said = []
        for method, body in (("GET", None), ("HEAD", None), ("POST", b"{}"), ("POST", b""), ("GET", None)):
            client.request(method, "/", body)
            socket_used = client.sock
            answer = client.getresponse()
            said.append((answer.read(), answer.getheader("Content-Length"), client.sock is socket_used))
    assert [(b"" if at == 1 else b"answered", "8", True) for at in range(5)] == said


def test_a_chunked_body_is_put_together(port: int, held: Held) -> None:
    held.free.set()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client:
        client.request("POST", "/", iter([b"abc", b"defg", PIECE]), encode_chunked=True)
        assert b"answered" == client.getresponse().read()
    assert [7 + len(PIECE)] == held.sizes


def test_a_client_that_waits_for_a_100_gets_it(port: int, held: Held) -> None:
    held.free.set()
    with closing(connected(port)) as client:
        client.sendall(LINES + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"{}")
        assert b"answered" == answer_on(client).body


def test_a_client_that_waits_for_a_100_keeps_a_body_that_nobody_reads(engine: finzcore.Engine) -> None:
    token = engine.mint_pat(org_id=engine.create_org(name="Acme", state="IN-KA").org_id).token
    head = f"POST {BASE}/contacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
    head += f"Idempotency-Key: k\r\nContent-Length: {uploads.MOST + 1}\r\nExpect: 100-continue\r\n\r\n"
    with asgi_server(asgi(engine)) as port, closing(connected(port)) as client:
        client.sendall(head.encode())
        assert 413 == answer_on(client).status


def test_a_head_of_a_long_answer_makes_none_of_it(port: int, held: Held) -> None:
    assert b"" == asked(port, "HEAD", "/endless").body
    assert 0 == held.made
