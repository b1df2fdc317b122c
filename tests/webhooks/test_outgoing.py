"""The way out (`reliability.md` §19): to the judged address and no other, for so long, and so much."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from finzcore import system
from finzcore.books.webhooks.attempt import Outgoing
from finzcore.outgoing import MOST, AddressRefused, Garbled, Https, in_words
from tests.mail.server import certified
from tests.webhooks.receiver import OK, receiving

PUBLIC = "https://shop.example/hooks"
INET = (socket.AF_INET, socket.SOCK_STREAM, 6, "")


def told(url: str, deadline: int = 10, **headers: str) -> Outgoing:
    return Outgoing(url, headers, b'{"a":1}', deadline)


def leads_to(*addresses: str) -> Any:
    """A resolver that knows one name."""

    def resolve(host: str, port: int, type: int) -> list[tuple[Any, ...]]:  # noqa: A002
        found: list[tuple[Any, ...]] = []
        for address in addresses:
            if ":" in address:
                found.append((socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0)))
            else:
                found.append((*INET, (address, port)))
        return found

    return resolve


def answering(status: int, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} Said", *headers, "", ""]).encode()


# ----- what is sent -----


def test_a_receiver_on_this_machine_gets_what_it_is_told() -> None:
    with receiving(answering(202, "Retry-After: 7", "Content-Length: 0")) as receiver:
        status, headers = Https(allow_local=True)(told(receiver.url + "?x=1", **{"X-AIBooks-Event": "PING"}))
    assert (202, "7") == (status, headers["Retry-After"])
    (heard,) = receiver.heard
    assert ("POST /hooks?x=1 HTTP/1.1", b'{"a":1}') == (heard.line, heard.body)
    wanted = {
        "Host": f"localhost:{receiver.port}",
        "X-AIBooks-Event": "PING",
        "Content-Length": "7",
        "Connection": "close",
    }
    assert wanted == heard.headers


def test_a_url_without_a_path_asks_for_the_root() -> None:
    with receiving() as receiver:
        base = f"http://127.0.0.1:{receiver.port}"
        assert [200, 200] == [Https(allow_local=True)(told(base + rest))[0] for rest in ("", "?x")]
    assert ["POST / HTTP/1.1", "POST /?x HTTP/1.1"] == [heard.line for heard in receiver.heard]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with receiving() as other, receiving(answering(status, f"Location: {other.url}")) as receiver:
        assert status == Https(allow_local=True)(told(receiver.url))[0]
    assert [] == other.heard


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "")
        assert 200 == Https(allow_local=True)(told(receiver.url))[0]
    assert (0, 1) == (proxy.met, receiver.met)


def test_a_connection_serves_one_request() -> None:
    with receiving() as receiver:
        post = Https(allow_local=True)
        assert [200] * 3 == [post(told(receiver.url))[0] for _ in range(3)]
    assert 3 == receiver.met


def test_a_header_that_is_more_than_a_line_is_not_sent() -> None:
    with receiving() as receiver, pytest.raises(AssertionError):
        Https(allow_local=True)(told(receiver.url, Note="a\r\nHost: b"))
    assert [] == receiver.heard


# ----- TLS -----


def test_tls_is_under_the_name_of_the_host(tmp_path: Path) -> None:
    own, trusting = certified(tmp_path)
    with receiving(tls=own) as receiver:
        assert 200 == Https(allow_local=True, context=trusting)(told(receiver.url))[0]
        with pytest.raises(ssl.SSLCertVerificationError):
            Https(allow_local=True)(told(receiver.url))
    assert 1 == len(receiver.heard)


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    own, trusting = certified(tmp_path, "other.example")
    with receiving(tls=own) as receiver:
        with pytest.raises(ssl.SSLCertVerificationError) as refused:
            Https(allow_local=True, context=trusting)(told(receiver.url))
        assert "no trusted connection by TLS" == in_words(refused.value)
    assert [] == receiver.heard


# ----- addresses -----


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("169.254.169.254",),
        ("8.8.8.8", "10.0.0.1"),
        ("10.0.0.1", "8.8.8.8"),
        ("8.8.8.8", "::ffff:127.0.0.1"),
        ("2606:4700::1111", "::1"),
        ("64:ff9b::a9fe:a9fe",),
        (),
    ],
)
def test_one_bad_address_and_nothing_is_connected_to(
    addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", None)
    for allow_local in (False, True):
        with pytest.raises(AddressRefused):
            Https(allow_local=allow_local, resolve=leads_to(*addresses))(told(PUBLIC))


@pytest.mark.parametrize(
    "found",
    [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2606:4700::1111", 443, 0, 3)),
        (socket.AF_UNIX, socket.SOCK_STREAM, 0, "", "/run/receiver"),
    ],
)
def test_neither_a_zone_nor_another_family_is_connected_to(
    found: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", None)
    with pytest.raises(AddressRefused):
        Https(resolve=lambda *_, **__: [found])(told(PUBLIC))


@pytest.mark.parametrize("url", ["http://localhost/", "https://127.0.0.1/", "http://shop.example/", "no"])
def test_what_is_no_longer_a_url_to_send_to_is_not_even_looked_up(url: str) -> None:
    looked: list[str] = []
    with pytest.raises(AddressRefused):
        Https(resolve=lambda host, *_, **__: looked.append(host) or [])(told(url))
    assert [] == looked


def test_localhost_must_lead_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", None)
    with pytest.raises(AddressRefused):
        Https(allow_local=True, resolve=leads_to("8.8.8.8"))(told("http://localhost/"))


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Connections to the Internet end at a port of this machine; those that were asked for are noted."""

    class Wired(socket.socket):
        asked: ClassVar[list[Any]] = []
        port = 0
        deaf: tuple[str, ...] = ()

        def connect(self, address: Any) -> None:
            Wired.asked.append(address)
            if address[0] in Wired.deaf:
                raise TimeoutError
            super().connect(("127.0.0.1", Wired.port))

    real = socket.socket
    Wired.asked = []
    monkeypatch.setattr("finzcore.outgoing.socket.socket", Wired)
    yield Wired
    monkeypatch.setattr("finzcore.outgoing.socket.socket", real)


def test_a_name_that_changes_its_mind_is_asked_once(tmp_path: Path, wired: Any) -> None:
    own, trusting = certified(tmp_path, "shop.example")
    answers = [leads_to("8.8.8.8"), leads_to("127.0.0.1"), leads_to("127.0.0.1")]

    def resolve(*given: Any, **named: Any) -> Any:
        return answers.pop(0)(*given, **named)

    with receiving(tls=own) as receiver:
        wired.port = receiver.port
        post = Https(resolve=resolve, context=trusting)
        assert 200 == post(told(PUBLIC))[0]
        assert ([("8.8.8.8", 443)], 2) == (wired.asked, len(answers))
        with pytest.raises(AddressRefused):
            post(told(PUBLIC))
    assert [("8.8.8.8", 443)] == wired.asked
    assert ["shop.example"] == [heard.headers["Host"] for heard in receiver.heard]


def test_the_next_address_is_tried_when_one_is_deaf(tmp_path: Path, wired: Any) -> None:
    own, trusting = certified(tmp_path, "shop.example")
    with receiving(tls=own) as receiver:
        wired.port, wired.deaf = receiver.port, ("8.8.4.4",)
        both = leads_to("8.8.4.4", "8.8.8.8")
        assert 200 == Https(resolve=both, context=trusting)(told(PUBLIC))[0]
        wired.deaf = ("8.8.4.4", "8.8.8.8")
        with pytest.raises(TimeoutError):
            Https(resolve=both, context=trusting)(told(PUBLIC))
    assert [("8.8.4.4", 443), ("8.8.8.8", 443)] * 2 == wired.asked


# ----- what comes back -----


@pytest.mark.parametrize(
    "answer",
    [
        answering(200) + b"a" * 10,
        answering(200, "Content-Length: 100000000") + b"a" * 3 * MOST,
        answering(200, "Content-Length: 50") + b"breaks off",
        answering(200, "Transfer-Encoding: chunked") + b"2\r\nok\r\n0\r\n\r\n",
        answering(200, "Transfer-Encoding: chunked") + b"nonsense",
        answering(204),
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 2 * MOST,
    ],
)
def test_the_status_counts_whatever_follows(answer: bytes) -> None:
    with receiving(answer) as receiver:
        assert Https(allow_local=True)(told(receiver.url))[0] in (200, 204)


@pytest.mark.parametrize("answer", [b"", b"220 mail.example ESMTP\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_answer_is_an_os_error(answer: bytes) -> None:
    with receiving(answer) as receiver, pytest.raises(OSError) as failed:
        Https(allow_local=True)(told(receiver.url))
    assert in_words(failed.value) in ("what came back is no HTTP", "the connection broke")


def test_no_more_than_so_much_is_read_of_an_answer_without_end() -> None:
    def endless(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            line.sendall(b"X-More: and more\r\n" * 100)

    with receiving(endless) as receiver, pytest.raises(Garbled):
        Https(allow_local=True)(told(receiver.url))


def test_an_answer_in_drops_ends_with_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    instants = iter(range(0, 10**9, 1000))
    monkeypatch.setattr(system, "milliseconds", lambda: next(instants))

    def drops(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"a")

    with receiving(drops) as receiver, pytest.raises(TimeoutError) as failed:
        Https(allow_local=True)(told(receiver.url, deadline=12))
    assert "no answer in time" == in_words(failed.value)


def test_without_time_nothing_is_sent() -> None:
    with receiving() as receiver, pytest.raises(TimeoutError):
        Https(allow_local=True)(told(receiver.url, deadline=0))
    assert [] == receiver.heard


def test_nobody_there_is_told_in_fixed_words() -> None:
    with receiving() as receiver:
        url = receiver.url
    with pytest.raises(ConnectionRefusedError) as failed:
        Https(allow_local=True)(told(url))
    assert "the connection was refused" == in_words(failed.value)
    assert str(receiver.port) not in in_words(failed.value)
