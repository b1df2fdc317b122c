"""A small mail server (RFC 5321) on this machine, in a thread: it takes what it is given, or does as told."""

import base64
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import attrs


@attrs.define
class Letter:
    """What a server was handed: the envelope and the bytes."""

    sender: str
    recipients: list[str]
    body: bytes

    @property
    def message(self) -> EmailMessage:
        read: Any = BytesParser(policy=policy.default).parsebytes(self.body)
        assert isinstance(read, EmailMessage)
        return read


@attrs.define
class Manners:
    """How a server behaves. `unknown` are addresses that it refuses; `after_body` is what it answers to a
    message, or None to hang up without a word."""

    unknown: frozenset[str] = frozenset()
    greeting: str = "220 mail.example"
    after_body: str | None = "250 2.0.0 queued as 1F2"
    account: tuple[str, str] | None = None
    tls: ssl.SSLContext | None = None
    tls_first: bool = False


class Server(socketserver.ThreadingTCPServer):
    """A server with manners, and the letters it took."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, manners: Manners) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.manners = manners
        self.letters: list[Letter] = []
        self.heard: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or finds our certificate wanting, is none of our errors."""


class _Conversation(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        self.secret = False
        manners = self.server.manners
        if manners.tls_first:
            self._encrypt()
        self.stream = self.request.makefile("rb")
        self._say(manners.greeting)
        self.sender, self.recipients = "", list[str]()
        self.is_known = manners.account is None
        try:
            while line := self.stream.readline():
                self.server.heard.append(line.decode().strip())
                if not self._answer(line.decode().strip()):
                    return
        finally:
            self.stream.close()
            self.request.close()

    def _say(self, line: str) -> None:
        self.request.sendall(line.encode() + b"\r\n")

    def _encrypt(self) -> None:
        assert self.server.manners.tls is not None
        self.request = self.server.manners.tls.wrap_socket(self.request, server_side=True)
        self.secret = True

    def _answer(self, line: str) -> bool:
        """Whether the conversation goes on."""
        verb = line.upper().split(" ")[0]
        manners = self.server.manners
        match verb:
            case "EHLO":
                offers = ["STARTTLS"] if manners.tls and not self.secret else []
                offers += ["AUTH PLAIN"] if manners.account else []
                for said in ("mail.example", *offers):
                    self._say(f"250-{said}")
                self._say("250 PIPELINING")
            case "STARTTLS":
                self._say("220 go on")
                self.stream.close()
                self._encrypt()
                self.stream = self.request.makefile("rb")
            case "AUTH":
                _, name, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
                self.is_known = (name, password) == manners.account
                self._say("235 welcome" if self.is_known else "535 5.7.8 wrong password")
            case "MAIL" if not self.is_known:
                self._say("530 5.7.0 who are you?")
            case "MAIL":
                self.sender, self.recipients = _address(line), []
                self._say("250 ok")
            case "RCPT" if _address(line) in manners.unknown:
                self._say("550 5.1.1 no such user")
            case "RCPT":
                self.recipients.append(_address(line))
                self._say("250 ok")
            case "DATA":
                self._say("354 go on")
                return self._take()
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 ok")
        return True

    def _take(self) -> bool:
        lines = []
        while (line := self.stream.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        answer = self.server.manners.after_body
        if answer is None:
            return False
        if answer.startswith("2"):
            self.server.letters.append(Letter(self.sender, self.recipients, b"".join(lines)))
        self._say(answer)
        return True


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


@contextmanager
def serving(**manners: Any) -> Iterator[Server]:
    """A server for the time of a block."""
    with Server(Manners(**manners)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def certified(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for a name that nobody has signed: the server's side, and that of who trusts it."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate, key)
    return own, ssl.create_default_context(cafile=str(certificate))
