"""Requests over HTTP: nothing goes where it should not, and nothing is waited for without end."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import finzcore
from finzcore.api import Request, asgi, wsgi
from finzcore.client import Client, OverHttp, Patience
from finzcore.errors import Unavailable
from finzcore.ports import OutcomeUnknown
from tests.engines import on_sqlite
from tests.serving import PATIENCE, asgi_server, free_port, wsgi_server

TOKEN = "aibk_pat_" + "a" * 40
ASK = Request("GET", "/api/public/v1/whoami", headers={"Authorization": f"Bearer {TOKEN}"})
ONCE = Patience(tries=1)
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Scripted:
    """A server that says what it was told to, a piece for each request, whatever it is asked."""

    def __init__(self, *script: bytes | None, context: ssl.SSLContext | None = None) -> None:
        self.script = list(script)
        self.asked: list[bytes] = []
        self.connections = 0
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def serve(self) -> None:
        while self.script:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(PATIENCE)
            with connection:
                try:
                    self._talk(connection)
                except OSError:
                    continue

    def _talk(self, connection: socket.socket) -> None:
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True)
        with connection:
            while self.script:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    head += piece
                self.asked.append(head)
                answer = self.script.pop(0)
                if answer is None:
                    connection.recv(65536)  # says nothing, until the client has enough
                    return
                connection.sendall(answer)
                if b"Connection: close" in answer or b"Content-Length" not in answer:
                    return


@contextmanager
def serving(*script: bytes | None, context: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    server = Scripted(*script, context=context)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.script = []
        with socket.socket() as last:  # wakes it, if it still waits for somebody
            last.connect_ex(("127.0.0.1", server.port))
        thread.join(PATIENCE)
        server._listener.close()


def at(server: Scripted) -> OverHttp:
    return OverHttp(f"http://127.0.0.1:{server.port}", timeout=PATIENCE)


# ----- real servers -----


@pytest.mark.parametrize("under", ["uvicorn", "wsgiref"])
@on_sqlite
def test_a_client_speaks_to_a_server(engine: finzcore.Engine, acme: finzcore.Org, under: str) -> None:
    server = asgi_server(asgi(engine)) if under == "uvicorn" else wsgi_server(wsgi(engine))
    token = engine.mint_pat(org_id=acme.org_id).token
    with server as port, Client(f"http://127.0.0.1:{port}/api/public/v1", token) as client:
        asha = client.contacts.create(contact_name="अशा", company_name="&?%+")
        client.contacts.create(contact_name="Bela & Co")
        assert asha == client.contacts.get(asha["contact_id"]) == acme.contacts.get(asha["contact_id"])
        assert ["Bela & Co"] == [one["contact_name"] for one in client.contacts.list(search="a & c")]
        assert 2 == len(list(client.contacts.list(per_page=1)))
        file = client.attachments.create(
            file=b"\0" * 70000, entity_type="CONTACT", entity_id=asha["contact_id"]
        )
        with client.attachments.open(file["attachment_id"]) as opened:
            assert b"\0" * 70000 == opened.read()
        client.contacts.delete(asha["contact_id"])
        with pytest.raises(finzcore.errors.NotFound) as refused:
            client.contacts.get(asha["contact_id"])
        assert ("contact_id", "req_") == (refused.value.field, str(refused.value.request_id)[:4])


def test_a_connection_is_kept_open_for_the_next_request() -> None:
    with serving(GOOD, GOOD, GOOD) as server, closing(at(server)) as transport:
        assert [200] * 3 == [transport(ASK).status for _ in range(3)]
        assert 1 == server.connections


def test_a_connection_that_was_closed_meanwhile_is_replaced() -> None:
    closing_ = GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    silent = GOOD.replace(b"Content-Length: 2\r\n", b"")
    with serving(closing_, silent, GOOD) as server, closing(at(server)) as transport:
        assert [200] * 3 == [transport(ASK).status for _ in range(3)]
        assert 3 == server.connections


# ----- where the token does not go -----


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with serving(GOOD) as elsewhere:
        head = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{elsewhere.port}/\r\n"
        moved = f"{head}Content-Length: 0\r\n\r\n"
        with (
            serving(moved.encode()) as server,
            Client(at(server), TOKEN, patience=ONCE) as client,
            pytest.raises(Unavailable, match=f"status {status}"),
        ):
            client.whoami()
        assert [] == elsewhere.asked


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(GOOD) as proxy, serving(GOOD) as server:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        with closing(at(server)) as transport:
            assert 200 == transport(ASK).status
        assert ([], 1) == (proxy.asked, len(server.asked))


@pytest.mark.parametrize(
    "base_url",
    [
        "http://books.example", "http://10.0.0.1", "http://localhost.books.example", "ftp://localhost",
        "books.example", "", "https://", "https:///x", "https://u:secret@books.example",
        "https://books.example?x=1", "https://books.example#x", "https://books.example:0",
        "https://books.example:99999", "https://books.example/\r\nX: 1", "https://bücher.example",
        "https://books example",
    ],
)  # fmt: skip
def test_an_address_that_is_not_safe_is_not_taken_and_not_shown(base_url: str) -> None:
    with pytest.raises(ValueError, match=r"^base_url: ") as refused:
        OverHttp(base_url)
    assert "secret" not in str(refused.value)


def test_plain_http_to_another_machine_is_taken_when_it_is_said_so() -> None:
    assert "http://books:8000" == OverHttp("http://books:8000", allow_http=True).base_url


# ----- who answers -----


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "books")])
    now = dt.datetime.now(dt.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_server_that_cannot_show_who_it_is_gets_nothing(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(GOOD, GOOD, context=context) as server:
        with Client(f"https://127.0.0.1:{server.port}", TOKEN) as client:
            with pytest.raises(Unavailable, match="SSLCertVerificationError") as refused:
                client.contacts.create(contact_name="Asha")
            assert not isinstance(refused.value, OutcomeUnknown)
        assert ([], 1) == (server.asked, server.connections)
        known = ssl.create_default_context(cafile=str(certificate))
        with closing(OverHttp(f"https://127.0.0.1:{server.port}", context=known)) as transport:
            assert 200 == transport(ASK).status
        named = OverHttp(f"https://localhost:{server.port}", context=known)
        with pytest.raises(ssl.SSLCertVerificationError):  # it is of another name
            named(ASK)


# ----- what is no answer -----


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"\r\n", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", b"HTTP/1.1 2000 OK\r\n\r\n",
    ],
)  # fmt: skip
def test_half_an_answer_is_none(answer: bytes) -> None:
    with serving(answer) as server:
        client = Client(at(server), TOKEN, patience=ONCE)
        with pytest.raises(OutcomeUnknown):
            client.contacts.create(contact_name="Asha")
        assert 1 == len(server.asked)


def test_a_server_that_says_nothing_is_not_waited_for_forever() -> None:
    with serving(None) as server:
        hurried = at(server).hurried(0.05)
        with pytest.raises(OutcomeUnknown, match="No answer came"):
            Client(hurried, TOKEN, patience=ONCE).contacts.create(contact_name="Asha")


def test_where_nobody_listens_nothing_was_done() -> None:
    with Client(f"http://127.0.0.1:{free_port()}", TOKEN, patience=ONCE) as client:
        with pytest.raises(Unavailable) as refused:
            client.contacts.create(contact_name="Asha")
        assert not isinstance(refused.value, OutcomeUnknown)
