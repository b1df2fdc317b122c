"""Uploads through WSGI, ASGI and a real server: how much is taken in, and from whom."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from finzcore.api import asgi, uploads, wsgi
from finzcore.books.upload import MOST_BYTES
from finzcore.testing import FrozenClock
from tests.api.filing import KIND, PATH, Body, Filing, around, opened
from tests.doors import environ, response_of, scope, through_asgi, through_wsgi
from tests.serving import asgi_server, wsgi_server

LARGE = 3 * uploads.MOST
"""Bytes of a file that nobody may send but who may attach files."""


@pytest.fixture
def filing(target: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Filing]:
    with opened(target, clock) as engine:
        yield Filing(engine, tmp_path / "files")


def upload(filing: Filing, size: int) -> Body:
    return Body(*around(filing.form(b"")), size)


def by_wsgi(filing: Filing, body: Body, token: str | None, **more: Any) -> dict[str, Any]:
    bearer = {} if token is None else {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    length = {"CONTENT_LENGTH": str(body.length)}
    return environ("POST", PATH, CONTENT_TYPE=KIND, **{"wsgi.input": body} | bearer | length | more)


def reader(filing: Filing) -> str:
    return filing.engine.mint_pat(org_id=filing.org.org_id, scopes=["AIBooks.attachments.READ"]).token


# ----- WSGI -----


def test_wsgi_takes_a_large_file(filing: Filing) -> None:
    answer = through_wsgi(wsgi(filing.engine), by_wsgi(filing, upload(filing, LARGE), filing.token))
    assert (201, LARGE) == (answer.status, answer.json()["attachment"]["size_bytes"])
    assert LARGE == filing.kept()


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("a stranger", 401), ("a reader", 403)])
def test_of_who_may_not_attach_wsgi_reads_nothing(filing: Filing, who: str, status: int) -> None:
    token = {"nobody": None, "a stranger": "aibk_pat_" + "x" * 40, "a reader": reader(filing)}[who]
    body = upload(filing, LARGE)
    assert status == through_wsgi(wsgi(filing.engine), by_wsgi(filing, body, token)).status
    assert (0, 0) == (body.heard, filing.kept())


def test_a_large_body_for_another_operation_is_not_read(filing: Filing) -> None:
    body = upload(filing, LARGE)
    given = by_wsgi(filing, body, filing.token, PATH_INFO="/api/public/v1/contacts")
    assert 413 == through_wsgi(wsgi(filing.engine), given).status
    assert 0 == body.heard


def test_wsgi_does_not_read_what_is_too_large_for_anybody(filing: Filing) -> None:
    body = upload(filing, MOST_BYTES + 2**20)
    answer = through_wsgi(wsgi(filing.engine), by_wsgi(filing, body, filing.token))
    assert (422, "file", 0) == (answer.status, answer.json()["field"], body.heard)


@pytest.mark.parametrize(("known", "status", "heard"), [(True, 201, LARGE), (False, 401, uploads.MOST + 1)])
def test_a_body_of_unknown_length_is_read_as_far_as_it_may_be(
    filing: Filing, known: bool, status: int, heard: int
) -> None:
    body = upload(filing, LARGE)
    token = filing.token if known else None
    more: dict[str, Any] = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    answer = wsgi(filing.engine)(by_wsgi(filing, body, token) | more, lambda *_: lambda _: None)  # type: ignore[arg-type, return-value]
    assert answer
    assert heard <= body.heard <= heard + 1000
    assert (LARGE if status == 201 else 0) == filing.kept()


def test_a_full_disk_is_no_failure_of_ours(filing: Filing, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, piece: Any) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("finzcore.api.uploads._spool", Full)
    answer = through_wsgi(wsgi(filing.engine), by_wsgi(filing, upload(filing, LARGE), filing.token))
    assert (503, "server.unavailable") == (answer.status, answer.json()["code"])


# ----- ASGI -----


def messages(body: Body, size: int = 2**16) -> list[dict[str, Any]]:
    pieces = list(iter(lambda: body.read(size), b""))
    last = len(pieces) - 1
    return [
        {"type": "http.request", "body": one, "more_body": place < last} for place, one in enumerate(pieces)
    ]


def by_asgi(body: Body, token: str | None, *, announced: bool = True) -> dict[str, Any]:
    headers = [("Content-Type", KIND)]
    headers += [("Authorization", f"Bearer {token}")] if token else []
    headers += [("Content-Length", str(body.length))] if announced else []
    return scope("POST", PATH, headers)


@pytest.mark.parametrize("announced", [True, False])
def test_asgi_takes_a_large_file(filing: Filing, announced: bool) -> None:
    body = upload(filing, LARGE)
    given = by_asgi(body, filing.token, announced=announced)
    answer = response_of(through_asgi(asgi(filing.engine), given, *messages(body)))
    assert (201, LARGE) == (answer.status, answer.json()["attachment"]["size_bytes"])


@pytest.mark.parametrize("announced", [True, False])
def test_of_who_may_not_attach_asgi_reads_no_more_than_of_anybody(filing: Filing, announced: bool) -> None:
    body = upload(filing, LARGE)
    given, waiting = by_asgi(body, None, announced=announced), messages(body)
    count = len(waiting)
    heard: list[int] = []

    class Listened(list[Any]):
        def pop(self, *at: Any) -> Any:
            message = super().pop(*at)
            heard.append(len(message["body"]))
            return message

    answer = response_of(_listening(asgi(filing.engine), given, Listened(waiting)))
    assert 401 == answer.status
    assert len(heard) < count
    assert sum(heard) <= (0 if announced else uploads.MOST + 2**16)


def _listening(application: Any, given: dict[str, Any], waiting: list[Any]) -> list[dict[str, Any]]:
    import asyncio

    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(application(given, receive, send))
    return sent


def test_a_client_that_goes_away_leaves_nothing(filing: Filing) -> None:
    body = upload(filing, LARGE)
    given = by_asgi(body, filing.token)
    sent = through_asgi(asgi(filing.engine), given, *messages(body)[:10], {"type": "http.disconnect"})
    assert ([], 0) == (sent, filing.kept())


# ----- a client over a network -----


@pytest.mark.parametrize("server", ["uvicorn", "wsgiref"])
def test_a_client_sends_files_and_gets_them_back(filing: Filing, server: str) -> None:
    application = asgi(filing.engine) if server == "uvicorn" else wsgi(filing.engine)
    serve = asgi_server if server == "uvicorn" else wsgi_server
    whose = {"entity_type": "CONTACT", "entity_id": filing.contact}
    with serve(application) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        client.headers["Authorization"] = f"Bearer {filing.token}"
        for name, size in (("small.txt", 5), ("बिल.pdf", LARGE)):
            file = (name, bytes(range(256)) * (size // 256 + 1), "application/pdf")
            made = client.post(PATH, files={"file": file}, data=whose).json()["attachment"]
            assert name == made["filename"]
            assert file[1] == client.get(made["download_url"]).content
        two = [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]
        refused = client.post(PATH, files=two, data=whose)
        assert (422, "file") == (refused.status_code, refused.json()["field"])
    assert 2 == len(filing.listed())


def test_a_client_is_told_that_a_file_is_too_large(filing: Filing) -> None:
    whose = {"entity_type": "CONTACT", "entity_id": filing.contact}
    with asgi_server(asgi(filing.engine)) as port, httpx.Client() as client:
        client.headers["Authorization"] = f"Bearer {filing.token}"
        url = f"http://127.0.0.1:{port}{PATH}"
        for size, status in ((MOST_BYTES, 201), (MOST_BYTES + 1, 422)):
            answer = client.post(url, files={"file": ("scan.pdf", bytes(size))}, data=whose)
            assert status == answer.status_code
    assert MOST_BYTES == filing.kept()
