"""WSGI and ASGI: the same bytes as `handle`, whatever carries them."""

import http.client
import io
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from wsgiref.validate import validator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.api import Request, Response, adapters, asgi, uploads, wsgi
from finzcore.books.registry import resources
from finzcore.testing import Call
from tests.doors import environ, pieces_of, response_of, scope, through_asgi, through_wsgi
from tests.serving import asgi_server, asked, connected, same, wsgi_server

BASE = "/api/public/v1"
BIG = json.dumps({"contact_name": "A", "x": ["y" * 1000] * (uploads.MOST // 1000)}).encode()
ORDINARY = 2**20
"""Bytes of the largest body that most operations read."""
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


def test_wsgi_gives_the_same_bytes_as_handle(engine: finzcore.Engine, call: Call) -> None:
    token = {"HTTP_AUTHORIZATION": f"Bearer {call.token}"}
    for path in ("/taxes", "/accounts?per_page=3", "/nothing"):
        wanted = call("GET", path)
        response = through_wsgi(wsgi(engine), environ("GET", BASE + path, **token))
        assert wanted.status == response.status
        assert same(wanted) == same(response)
        assert str(len(response.body)) == response.header("Content-Length")


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
    large = BIG[:ORDINARY]
    response = through_wsgi(wsgi(call.engine), environ("POST", f"{BASE}/contacts", large, **token))
    small = through_wsgi(wsgi(call.engine), environ("POST", f"{BASE}/contacts", b"{}", **token))
    assert [422, 400] == [response.status, small.status]
    large_file, small_body = heard.bodies
    assert (True, True) == (large_file._rolled, large_file.closed)
    assert b"{}" == small_body


def test_a_body_that_nobody_will_read_is_not_taken_in(call: Call, heard: Recorder) -> None:
    given = environ("POST", f"{BASE}/contacts", BIG, HTTP_AUTHORIZATION=f"Bearer {call.token}")
    stream = given["wsgi.input"]
    assert 413 == through_wsgi(wsgi(call.engine), given).status
    assert 0 == stream.tell()


def test_only_who_may_send_files_or_many_rows_is_listened_to_for_longer() -> None:
    read = {f"{each.name}.{one.name}": one.most_bytes for each in resources() for one in each.operations}
    assert {"attachments.create", "bulk.invoices", "bulk.bills"} == {
        name for name, most in read.items() if most > uploads.MOST
    }


@pytest.mark.parametrize("length", [uploads.MOST + 1, 31 * uploads.MOST])
def test_nobody_has_more_taken_in_than_an_operation_reads(engine: finzcore.Engine, length: int) -> None:
    given = environ("POST", f"{BASE}/contacts", BIG, CONTENT_LENGTH=str(length))
    stream = given["wsgi.input"]
    assert 401 == through_wsgi(wsgi(engine), given).status
    assert 0 == stream.tell()
    announced = scope("POST", f"{BASE}/contacts", [("Content-Length", str(length))])
    untouched = {"type": "lifespan.shutdown"}  # would be taken for a departure, and not be answered
    assert 401 == response_of(through_asgi(asgi(engine), announced, untouched)).status


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


def test_a_chunked_body_without_an_end_is_read_no_further_than_needed(call: Call) -> None:
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
    assert uploads.MOST + 1 == stream.given


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


def same_over_a_socket(call: Call, port: int) -> None:
    """A few requests over the network, and the same ones to `handle`."""
    headers = {"Authorization": f"Bearer {call.token}", "Content-Type": "application/json"}
    for method, path, body in (
        ("GET", "/taxes", None),
        ("GET", "/nothing", None),
        ("POST", "/contacts", b"{}"),
        ("POST", "/contacts", b'{"contact_name":1}'),
        ("PUT", "/contacts/ct_1", b"{}"),
        ("POST", "/contacts", BIG[:ORDINARY]),
    ):
        wanted = call(method, path, body, key=None)
        response = asked(port, method, BASE + path, body, headers)
        assert same(wanted) == same(response)
    with closing(connected(port)) as client:  # who announces too much is answered without sending it
        signed = f"Authorization: Bearer {call.token}\r\nContent-Length: {len(BIG)}\r\n\r\n"
        client.sendall(f"POST {BASE}/contacts HTTP/1.1\r\nHost: x\r\n{signed}".encode())
        with closing(http.client.HTTPResponse(client, method="POST")) as answer:
            answer.begin()
            assert same(call("POST", "/contacts", BIG))[::2] == (answer.status, _said(answer.read()))
    head = asked(port, "HEAD", f"{BASE}/contacts", None, headers)
    assert (405, b"") == (head.status, head.body)
    made = asked(port, "POST", f"{BASE}/contacts", b'{"contact_name":"A"}', headers)
    assert 201 == made.status
    assert json.loads(made.body)["contact"] == json.loads(call("GET", "/contacts").body)["contacts"][0]


def _said(body: bytes) -> Any:
    """What a refusal says, without the id of its request."""
    return {name: value for name, value in json.loads(body).items() if name != "request_id"}


def test_a_real_wsgi_server(engine: finzcore.Engine, call: Call) -> None:
    with wsgi_server(validator(wsgi(engine))) as port:
        same_over_a_socket(call, port)


# ----- ASGI -----


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


def test_asgi_spools_a_large_upload_and_stops_where_nobody_reads_on(call: Call, heard: Recorder) -> None:
    given = scope("POST", f"{BASE}/contacts", [("Authorization", f"Bearer {call.token}")])
    response = response_of(through_asgi(asgi(call.engine), given, *pieces_of(BIG, 100_000)))
    assert (413, True, True) == (response.status, heard.bodies[0]._rolled, heard.bodies[0].closed)
    endless = [{"type": "http.request", "body": b" " * uploads.MOST, "more_body": True}] * 2
    assert 413 == response_of(through_asgi(asgi(call.engine), given, *endless)).status


def test_asgi_does_nothing_for_a_client_that_went_away(call: Call, heard: Recorder) -> None:
    given = scope("POST", f"{BASE}/contacts", [("Authorization", f"Bearer {call.token}")])
    first = {"type": "http.request", "body": b'{"contact_name":', "more_body": True}
    assert [] == through_asgi(asgi(call.engine), given, first, {"type": "http.disconnect"})
    assert [] == heard.asked


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
    with asgi_server(asgi(engine), lifespan="on") as port:
        same_over_a_socket(call, port)


def test_headers_that_repeat_go_out_as_often_through_both_doors(
    engine: finzcore.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [("Content-Type", "text/plain"), ("Link", "</a>; rel=next"), ("Link", "</b>; rel=last")]
    recorder = Recorder(engine, Response(200, given, b"{}"))
    monkeypatch.setattr(adapters, "build_handler", lambda _: recorder.handle)
    whole = [*given, ("Content-Length", "2")]
    assert tuple(whole) == through_wsgi(wsgi(engine), environ("GET", "/")).headers
    sent = through_asgi(asgi(engine), scope("GET", "/"))
    assert tuple((name.lower(), value) for name, value in whole) == response_of(sent).headers


def test_a_key_that_came_twice_is_refused_at_both_doors(engine: finzcore.Engine, call: Call) -> None:
    path, body = f"{BASE}/contacts", b'{"contact_name":"A"}'
    token = f"Bearer {call.token}"
    # A WSGI server puts a comma between the values of a header that came twice.
    twice = environ("POST", path, body, HTTP_AUTHORIZATION=token, HTTP_IDEMPOTENCY_KEY="k,l")
    pairs = [("Authorization", token), ("Content-Type", "application/json")]
    keys = [("Idempotency-Key", "k"), ("Idempotency-Key", "l")]
    sent = through_asgi(
        asgi(engine), scope("POST", path, [*pairs, *keys]), {"type": "http.request", "body": body}
    )
    for response in (through_wsgi(wsgi(engine), twice), response_of(sent)):
        assert (400, "Idempotency-Key") == (response.status, response.json()["field"])


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
