"""The API and one route of one's own, on a bare ASGI server."""

import os
from typing import Any

import uvicorn

import finzcore
from finzcore.api import asgi


def build(engine: finzcore.Engine) -> Any:
    """The host, with the API everywhere else."""
    books = asgi(engine)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/health":
            await books(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"status": "ok"}'})

    return application


if __name__ == "__main__":
    with finzcore.open(os.environ.get("FINZCORE_BOOKS", "acme.db")) as engine:
        uvicorn.run(build(engine), port=int(os.environ.get("PORT", "8000")))
