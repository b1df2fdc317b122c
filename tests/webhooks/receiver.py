"""A small receiver (RFC 9112) on this machine, in a thread: it keeps what it is told, and answers as told."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@attrs.frozen
class Heard:
    """One request."""

    line: str
    headers: dict[str, str]
    body: bytes


class Receiver(socketserver.ThreadingTCPServer):
    """A receiver, and what it has heard. `answer` gets the connection, or is what is sent on it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answer: bytes | Callable[[socket.socket], None], tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answer = answer
        self.tls = tls
        self.heard: list[Heard] = []
        self.met = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}/hooks"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none of our errors."""


class _Conversation(socketserver.BaseRequestHandler):
    server: Receiver

    def handle(self) -> None:
        self.server.met += 1
        line: socket.socket = self.request
        if self.server.tls is not None:
            line = self.server.tls.wrap_socket(line, server_side=True)
        with line, line.makefile("rb") as stream:
            first = stream.readline().decode().strip()
            headers = {}
            while (said := stream.readline().decode().strip()) != "":
                name, _, value = said.partition(": ")
                headers[name] = value
            body = stream.read(int(headers["Content-Length"]))
            self.server.heard.append(Heard(first, headers, body))
            if callable(self.server.answer):
                self.server.answer(line)
            else:
                line.sendall(self.server.answer)


@contextmanager
def receiving(
    answer: bytes | Callable[[socket.socket], None] = OK, tls: ssl.SSLContext | None = None
) -> Iterator[Receiver]:
    """A receiver for the time of a block."""
    with Receiver(answer, tls) as receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()
