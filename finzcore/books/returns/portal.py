"""``GET /{id}/einvoice`` and ``GET /{id}/eway_bill``: what the portals take of a document (`api.md` §5.4)."""

import datetime as dt
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.resource import Operation
from finzcore.books.returns.findings import FINDINGS, told
from finzcore.books.shapes import choice, day, shape, text, whole
from finzcore.ports import Row

_PAYLOAD: Final = views.out("payload", views.Given(type="object"))

EINVOICE: Final = views.View(views.text("irn").maybe(), _PAYLOAD.maybe(), FINDINGS, called="EInvoice")
"""What would be sent; `irn` is the number that it would have there, null for what the portal refuses."""

EWAY_BILL: Final = views.View(_PAYLOAD, FINDINGS, called="EWayBill")

FARTHEST: Final = 4000
"""No journey inside India is longer, in kilometres."""


@shape
class TransportQuery:
    """How the goods travel; what nobody knows yet is left out."""

    trans_mode: str | None = choice(
        "ROAD", "RAIL", "AIR", "SHIP", synonyms={"1": "ROAD", "2": "RAIL", "3": "AIR", "4": "SHIP"}
    )
    trans_distance: int = whole(0, FARTHEST, default=0)
    vehicle_number: str | None = text(20, upper=True)
    transporter_id: str | None = text(15, upper=True)
    trans_doc_number: str | None = text(15)
    trans_doc_date: str | None = day(bare=True)


def einvoiced(of: str) -> Operation:
    """The operation that gives a resource's documents as e-invoices."""

    def run(books: Books, row: Row) -> Row:
        """The document as the invoice registration portal takes it, and what it would say against it.

        A note about a purchase is the vendor's to report: there is no payload of it.
        """
        from finzcore.books.returns.issued import issued  # only who asks for one needs these
        from finzcore.gst.einvoice import einvoice
        from finzcore.gst.findings import Finding

        if row.get("type") == "VENDOR":
            found = Finding(
                severity="error", rule="document.inward", document_type=of.removesuffix("s"),
                document_id=row["id"], number=row["number"], field="DocDtls.Typ",
                message="It is about a purchase: only what is sold is reported as an e-invoice.",
            )  # fmt: skip
            return {"irn": None, "payload": None, "findings": told(books, [found])}
        made = einvoice(issued(books, of, row))
        return {"irn": made.irn, "payload": made.payload, "findings": told(books, made.findings)}

    return _portal("einvoice", run, EINVOICE)


def carried(of: str) -> Operation:
    """The operation that gives a resource's documents as e-way bills."""

    def run(books: Books, row: Row, query: TransportQuery) -> Row:
        """The document and its transport as the e-way bill portal takes them, and what it would say
        against them."""
        from finzcore.books.returns.issued import issued  # only who asks for one needs these
        from finzcore.gst.eway_bill import eway_bill

        today = dt.date.fromisoformat(books.today)
        made = eway_bill(issued(books, of, row), _transport(query), today)
        return {"payload": made.payload, "findings": told(books, made.findings)}

    return _portal("eway_bill", run, EWAY_BILL, query=TransportQuery)


def _portal(name: str, run: Any, view: views.View, **more: Any) -> Operation:
    return Operation(
        name=name, method="GET", path=f"/{{id}}/{name}", run=run, action="READ", by_id=True,
        answers=((name, view),), **more,
    )  # fmt: skip


def _transport(query: TransportQuery) -> Any:
    from finzcore.gst.eway_bill import Mode, Transport

    vehicle, date = query.vehicle_number, query.trans_doc_date
    return Transport(
        mode=None if query.trans_mode is None else Mode[query.trans_mode],
        distance=query.trans_distance,
        vehicle=None if vehicle is None else "".join(filter(str.isalnum, vehicle)) or None,
        transporter=query.transporter_id,
        document=query.trans_doc_number,
        document_date=None if date is None else dt.date.fromisoformat(date),
    )
