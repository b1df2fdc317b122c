"""Links to files: whoever has one needs nothing else, for fifteen minutes, and nobody can make one."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import finzcore
from finzcore.api import Request, Response, asgi, wsgi
from finzcore.api.multipart import Sent
from finzcore.books import links
from finzcore.testing import FrozenClock
from tests.api.filing import Filing, opened
from tests.doors import environ, response_of, scope, through_asgi, through_wsgi
from tests.serving import asgi_server, asked

NOWHERE = (404, "not_found.resource", "There is nothing at this address.")


@pytest.fixture
def filing(target: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Filing]:
    with opened(target, clock) as engine:
        yield Filing(engine, tmp_path / "files")


def refusal(answer: Response) -> tuple[int, str, str]:
    said = answer.json()
    return answer.status, said["code"], said["message"]


def test_a_file_is_saved_and_never_shown(filing: Filing) -> None:
    page = Sent('बिल "May".html', b"<script>", "text/html")
    url = filing.attach(page)["download_url"]
    answer = filing.follow(url)
    assert (200, b"<script>") == (answer.status, answer.body)
    assert {
        "Content-Type": "application/octet-stream",
        "Content-Length": "8",
        "Content-Disposition": (
            "attachment; filename=\"___ May.html\"; filename*=UTF-8''%E0%A4%AC%E0%A4%BF%E0%A4%B2%20May.html"
        ),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
    } == {name: value for name, value in answer.headers if name != "X-Request-Id"}
    assert (answer.header("X-Request-Id") or "").startswith("req_")


def test_a_link_lives_for_fifteen_minutes(filing: Filing, clock: FrozenClock) -> None:
    url = filing.attach()["download_url"]
    clock.move(minutes=14, seconds=59)
    assert 200 == filing.follow(url).status
    clock.move(seconds=1)
    over = "The link has expired; ask for the attachment again to get a new one."
    assert (404, "not_found.resource", over) == refusal(filing.follow(url))
    (fresh,) = filing.org.attachments.list(entity_type="CONTACT", entity_id=filing.contact)
    assert 200 == filing.follow(fresh["download_url"]).status


def test_each_look_makes_a_new_link(filing: Filing, clock: FrozenClock) -> None:
    made = filing.attach()
    clock.move(minutes=10)
    again = filing.org.attachments.get(made["attachment_id"])
    clock.move(minutes=10)
    assert [404, 200] == [filing.follow(one["download_url"]).status for one in (made, again)]


def test_no_byte_of_a_link_can_be_another(target: str, clock: FrozenClock, tmp_path: Path) -> None:
    with opened(target, clock, rate_limits={"DEFAULT": 600, "PARTNER": 3000}) as engine:
        filing = Filing(engine, tmp_path)
        url = filing.attach()["download_url"]
        said = base64.urlsafe_b64decode(url.removeprefix("/files/") + "==")
        for at in range(len(said)):
            forged = said[:at] + bytes([said[at] ^ 1]) + said[at + 1 :]
            link = base64.urlsafe_b64encode(forged).decode().rstrip("=")
            assert NOWHERE == refusal(filing.follow(f"/files/{link}")), at


@pytest.mark.parametrize("link", ["", "x", "a/b", "%2e%2e", "A" * 54, "A" * 53, "é", "A" * 20_000])
def test_what_is_no_link_leads_nowhere(filing: Filing, link: str) -> None:
    answer = filing.follow(f"/files/{link}")
    assert answer.status in (404, 413)
    assert answer.json()["code"] in ("not_found.resource", "validation.failed")


def test_a_link_of_another_organisation_does_not_open_ours(filing: Filing, clock: FrozenClock) -> None:
    ours = filing.attach()["download_url"].removeprefix("/files/")
    other = filing.engine.create_org(name="Somebody Else", state="IN-KA")
    link = links.read(ours)
    assert link is not None
    with filing.engine.store.read(other._key) as session:
        from finzcore.books.head import ORGS

        secret = (session.get(ORGS) or {})["secret"]
    for org_id in (filing.org._key, other._key):
        forged = links.written(secret, org_id, link.key, clock())
        assert NOWHERE == refusal(filing.follow(f"/files/{forged}"))


def test_whoever_guesses_is_stopped(filing: Filing) -> None:
    def guess(address: str) -> int:
        context = {"remote_addr": address}
        return filing.engine.handle(Request("GET", "/files/" + "A" * 54, context=context)).status

    assert [404] * 30 + [429] == [guess("192.0.2.7") for _ in range(31)]
    assert 404 == guess("192.0.2.8")


def test_a_link_is_only_for_reading(filing: Filing) -> None:
    url = filing.attach()["download_url"]
    answer = filing.follow(url, "DELETE")
    assert (405, "GET, HEAD") == (answer.status, answer.header("Allow"))


@pytest.mark.parametrize("base", ["https://books.example", "/books", "https://x.example/finz/books"])
def test_a_link_begins_with_where_the_handler_is(
    target: str, clock: FrozenClock, tmp_path: Path, base: str
) -> None:
    with opened(target, clock, base_url=base) as engine:
        filing = Filing(engine, tmp_path)
        url = filing.attach()["download_url"]
        assert url.startswith(f"{base}/files/")
        assert b"Paid in full" == filing.follow(url.removeprefix(base)).body


@pytest.mark.parametrize("base", ["books", "/", "/books/", "ftp://x", "https://x/", "/a?b"])
def test_where_the_handler_is_is_a_path_or_an_address(base: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        finzcore.Settings(base_url=base)


# ----- through the doors -----


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_wsgi_gives_the_file_in_pieces(filing: Filing, method: str) -> None:
    made = filing.attach(bytes(700_000))
    answer = through_wsgi(wsgi(filing.engine), environ(method, made["download_url"]))
    assert (200, "700000") == (answer.status, answer.header("Content-Length"))
    assert (bytes(700_000) if method == "GET" else b"") == answer.body


def test_below_a_prefix_the_link_is_found_as_well(filing: Filing) -> None:
    url = filing.attach()["download_url"]
    given = environ("GET", url, SCRIPT_NAME="/books")
    assert b"Paid in full" == through_wsgi(wsgi(filing.engine), given).body


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_asgi_gives_the_file_in_pieces(filing: Filing, method: str) -> None:
    made = filing.attach(bytes(700_000))
    sent = through_asgi(asgi(filing.engine), scope(method, made["download_url"]))
    answer = response_of(sent)
    assert (200, "700000") == (answer.status, answer.header("Content-Length"))
    assert (bytes(700_000) if method == "GET" else b"") == answer.body
    assert (method == "GET") == (len(sent) > 3)


def test_a_server_gives_the_file_to_a_client(filing: Filing) -> None:
    url = filing.attach(bytes(range(256)) * 4000)["download_url"]
    with asgi_server(asgi(filing.engine)) as port:
        answer = asked(port, "GET", url)
        assert (200, bytes(range(256)) * 4000) == (answer.status, answer.body)
        assert (200, b"") == (asked(port, "HEAD", url).status, asked(port, "HEAD", url).body)


# ----- where the files are out of reach -----


def test_without_the_folder_the_file_is_out_of_reach(target: str, clock: FrozenClock, tmp_path: Path) -> None:
    folder = finzcore.BlobFolder(tmp_path / "files")
    with opened(target, clock, folder) as engine:
        filing = Filing(engine, tmp_path / "files")
        made = filing.attach()
    with opened(target, clock) as engine:
        answer = engine.handle(Request("GET", made["download_url"]))
        assert (503, "server.unavailable") == (answer.status, answer.json()["code"])
        with pytest.raises(finzcore.errors.Unavailable):
            engine.orgs()[0].attachments.open(made["attachment_id"])
    with opened(target, clock, folder) as engine:
        for path in filing.files():
            path.unlink()
        assert 503 == engine.handle(Request("GET", made["download_url"])).status


def test_files_in_the_books_are_found_when_a_folder_is_chosen_later(
    target: str, clock: FrozenClock, tmp_path: Path
) -> None:
    with opened(target, clock) as engine:
        made = Filing(engine, tmp_path).attach()
    with opened(target, clock, finzcore.BlobFolder(tmp_path / "files")) as engine:
        assert b"Paid in full" == engine.handle(Request("GET", made["download_url"])).body


@pytest.mark.parametrize("blobs", ["files", object(), Path("files")])
def test_what_keeps_no_blobs_is_refused_at_once(blobs: Any) -> None:
    with pytest.raises(TypeError, match="blobs: a BlobFolder, or an object with put, open and remove"):
        finzcore.open(":memory:", blobs=blobs)
