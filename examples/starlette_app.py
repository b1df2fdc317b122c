"""The API beside a Starlette application, which closes the books when it ends."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

import finzcore
from finzcore.api import asgi


async def health(_: Request) -> JSONResponse:
    """The host's own route."""
    return JSONResponse({"status": "ok"})


def build(engine: finzcore.Engine) -> Starlette:
    """The host, with the API at /api/public/v1."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        engine.close()

    routes = [Route("/health", health), Mount("/api/public/v1", app=asgi(engine))]
    return Starlette(routes=routes, lifespan=lifespan)


if __name__ == "__main__":
    books = finzcore.open(os.environ.get("FINZCORE_BOOKS", "acme.db"))
    uvicorn.run(build(books), port=int(os.environ.get("PORT", "8000")))
