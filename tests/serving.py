"""Real servers, each in a thread of its own on a port that was free, and a client on a bare socket."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, make_server

import uvicorn

from finzcore.api import Response

PATIENCE: Final = 20.0
"""Seconds after which something that should have happened will not happen any more."""


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def wsgi_server(application: Any) -> Iterator[int]:
    """The port on which wsgiref answers, one connection after the other."""
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join(PATIENCE)


@contextmanager
def asgi_server(application: Any, lifespan: Any = "auto", root_path: str = "") -> Iterator[int]:
    """The port on which uvicorn answers."""
    chosen = uvicorn.Config(
        application, host="127.0.0.1", port=0, log_level="critical", lifespan=lifespan, root_path=root_path
    )
    server = uvicorn.Server(chosen)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        for _ in range(2000):
            if server.started or not thread.is_alive():
                break
            thread.join(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def asked(
    port: int, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """One request on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return Response(answer.status, answer.getheaders(), answer.read())


def free_port() -> int:
    """A port on which nobody listens yet."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def connected(port: int) -> socket.socket:
    """A bare connection, to say unusual things on."""
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def same(response: Response) -> Any:
    """An answer without the id of its request."""
    said = json.loads(response.body)
    said.pop("request_id", None)
    return response.status, response.header("Content-Type"), said
