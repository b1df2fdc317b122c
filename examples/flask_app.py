"""The API beside a Flask application, and the same books in one of its own views."""

import os
from decimal import Decimal
from typing import Any

from flask import Flask, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

import finzcore
from finzcore.api import status_of, wsgi


def build(engine: finzcore.Engine) -> Flask:
    """The host, with the API at /api/public/v1."""
    app = Flask(__name__)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/api/public/v1": wsgi(engine)})

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/checkout")
    def checkout() -> tuple[dict[str, Any], int]:
        """Sell one thing: an invoice, and its payment, or neither."""
        acme = engine.orgs()[0]
        order = request.get_json()
        with acme.transaction():
            customer = acme.contacts.create(contact_name=order["name"])
            invoice = acme.invoices.create(
                customer_id=customer["contact_id"],
                date=order["date"],
                place_of_supply=order["state"],
                auto_approve=True,
                line_items=[
                    {"name": order["what"], "rate": Decimal(order["rate"]), "tax_id": acme.tax_id("GST 18%")}
                ],
            )
            acme.payments.create(
                flow="INCOMING",
                contact_id=customer["contact_id"],
                date=order["date"],
                amount=invoice["total"],
                mode="UPI",
                allocations=[{"invoice_id": invoice["invoice_id"], "amount": invoice["total"]}],
            )
        return {"number": invoice["invoice_number"], "total": str(invoice["total"])}, 201

    @app.errorhandler(finzcore.FinzError)
    def refused(error: finzcore.FinzError) -> tuple[dict[str, Any], int]:
        """What the books refuse, in the host's own words."""
        return {"sorry": error.message, "code": error.code}, status_of(error)

    return app


if __name__ == "__main__":
    with finzcore.open(os.environ.get("FINZCORE_BOOKS", "acme.db")) as engine:
        build(engine).run(port=int(os.environ.get("PORT", "8000")))
