"""The API and one route of one's own, with nothing but the standard library."""

import os
from collections.abc import Callable, Iterable
from wsgiref.simple_server import make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import finzcore
from finzcore.api import wsgi


def build(engine: finzcore.Engine) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The host, with the API everywhere else."""
    books = wsgi(engine)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/health":
            return books(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"status": "ok"}']

    return application


if __name__ == "__main__":
    with (
        finzcore.open(os.environ.get("FINZCORE_BOOKS", "acme.db")) as engine,
        make_server("127.0.0.1", int(os.environ.get("PORT", "8000")), build(engine)) as server,
    ):
        server.serve_forever()
