"""The API in a Falcon application: one sink that hands requests to `handle`."""

import os
from typing import Any
from urllib.parse import quote
from wsgiref.simple_server import make_server

import falcon

import finzcore
from finzcore.api import Request


class Health:
    """The host's own resource."""

    def on_get(self, _: falcon.Request, resp: falcon.Response) -> None:
        resp.media = {"status": "ok"}


class Books:
    """Every request below a prefix, and its answer."""

    def __init__(self, engine: finzcore.Engine) -> None:
        self.engine = engine

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_: Any) -> None:
        context = {"remote_addr": req.remote_addr}
        path = quote(req.path, safe="/")
        answer = self.engine.handle(
            Request(req.method, path, req.query_string, req.headers, req.bounded_stream, context)
        )
        resp.status = answer.status
        resp.set_headers(list(answer.headers))
        resp.data = answer.body


def build(engine: finzcore.Engine) -> falcon.App[Any, Any]:
    """The host, with the API at /api/public/v1."""
    app = falcon.App()
    app.add_route("/health", Health())
    app.add_sink(Books(engine), "/api/public/v1")
    return app


if __name__ == "__main__":
    with (
        finzcore.open(os.environ.get("FINZCORE_BOOKS", "acme.db")) as engine,
        make_server("127.0.0.1", int(os.environ.get("PORT", "8000")), build(engine)) as server,
    ):
        server.serve_forever()
