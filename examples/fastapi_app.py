"""The API beside a FastAPI application."""

import os

import uvicorn
from fastapi import FastAPI

import finzcore
from finzcore.api import asgi


def build(engine: finzcore.Engine) -> FastAPI:
    """The host, with the API at /api/public/v1."""
    app = FastAPI()
    app.mount("/api/public/v1", asgi(engine))

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


if __name__ == "__main__":
    with finzcore.open(os.environ.get("FINZCORE_BOOKS", "acme.db")) as engine:
        uvicorn.run(build(engine), port=int(os.environ.get("PORT", "8000")))
