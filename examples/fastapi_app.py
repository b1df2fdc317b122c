"""The API beside a FastAPI application, and the same books in one of its own views."""

import asyncio
import os
from decimal import Decimal
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

import finzcore
from finzcore.api import asgi, dumps, refusal


class Sale(BaseModel):
    """What the view is asked for."""

    customer_id: str
    date: str
    state: str
    what: str
    rate: Decimal


def sell(acme: finzcore.Org, sale: Sale) -> dict[str, Any]:
    """Sell one thing: an invoice of one line."""
    line = {"name": sale.what, "rate": sale.rate, "tax_id": acme.tax_id("GST 18%")}
    invoice: dict[str, Any] = acme.invoices.create(
        customer_id=sale.customer_id, date=sale.date, place_of_supply=sale.state, line_items=[line]
    )
    return invoice


def build(engine: finzcore.Engine) -> FastAPI:
    """The host, with the API at /api/public/v1."""
    app = FastAPI()
    app.mount("/api/public/v1", asgi(engine))

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/sales")
    async def sales(sale: Sale) -> Response:
        """Calls to the books wait for their turn in a thread, and the loop goes on meanwhile."""
        invoice = await asyncio.to_thread(lambda: sell(engine.orgs()[0], sale))
        return Response(dumps(invoice), 201, media_type="application/json")

    @app.exception_handler(finzcore.FinzError)
    async def refused(_: Request, error: finzcore.FinzError) -> Response:
        answer = refusal(error)
        return Response(answer.body, answer.status, dict(answer.headers))

    return app


if __name__ == "__main__":
    with finzcore.open(os.environ.get("FINZCORE_BOOKS", "acme.db")) as engine:
        uvicorn.run(build(engine), port=int(os.environ.get("PORT", "8000")))
