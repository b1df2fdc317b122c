"""Chapter 8: every list by every filter, page after page, while the days go by and invoices fall due."""

from typing import Any

from tests.stories.sameness.cast import Cast

STRETCHES: tuple[dict[str, str], ...] = (
    {"date_from": "2026-05-19"},
    {"date_to": "2026-05-18"},
    {"date_from": "2026-05-17", "date_to": "2026-05-18"},
    {"date_from": "2025-08-15", "date_to": "2026-05-19"},
    {"date_from": "2026-05-20", "date_to": "2026-05-01"},
    {"date_from": "1970-01-01", "date_to": "2199-12-31"},
)

SEARCHES = ("inv-2627-001", "INV", "a-1/26", "ASHA", "आशा", "überall", "%", "_under_", "\\", "o'brien", "zzz")

LISTS: dict[str, list[dict[str, Any]]] = {
    "/invoices": [
        *({"status": word} for word in (
            "DRAFT", "SENT", "partially_paid", "PAID", "OVERDUE", "CANCELLED", "CREDIT_APPLIED"
        )),
        *({"search": words} for words in SEARCHES),
        *({"reference_number": words} for words in ("REF-1", "ref-1", "PO/7 % _ 'A'", "%")),
    ],
    "/payments": [
        *({"flow": flow, "payment_type": kind}
          for flow in ("INCOMING", "outgoing") for kind in ("REGULAR", "ADVANCE", "refund")),
        *({"reference_number": words} for words in ("UTR 1", "utr 1", "back", "Back")),
    ],
    "/credit_notes": [
        *({"status": word} for word in ("DRAFT", "issued", "APPLIED", "CANCELLED")),
        *({"type": word} for word in ("CUSTOMER", "vendor")),
        {"bill_id": "bl_0000000000008028be75ac5135ce23f9"},
    ],
    "/expenses": [{"per_page": 3}],
    "/journals": [
        {"source": word} for word in (
            "MANUAL", "INVOICE", "BILL", "payment", "EXPENSE", "CREDIT_NOTE", "DEBIT_NOTE", "OPENING",
            "REVERSAL"
        )
    ],
}  # fmt: skip


def tell(cast: Cast) -> None:
    _filtered(cast)
    _about(cast)
    _walked(cast)
    _refused(cast)
    _falling_due(cast)


def _filtered(cast: Cast) -> None:
    for path, filters in LISTS.items():
        for given in filters:
            cast.acme.get(path, **given)
        if path != "/credit_notes":
            for stretch in STRETCHES:
                cast.acme.get(path, **stretch)
        cast.bharat.get(path)


def _about(cast: Cast) -> None:
    """Lists about a customer, a branch, an invoice, an account; of nobody's they are empty."""
    acme = cast.acme
    for key in ("asha", "mumbai buyer", "overseas", "theirs", "asleep"):
        acme.get("/invoices", customer_id=cast[key], status="SENT")
        acme.get("/payments", contact_id=cast[key])
        acme.get("/credit_notes", customer_id=cast[key])
        acme.get("/journals", contact_id=cast[key], per_page=200)
    for key in ("head office", "mumbai", "closed branch"):
        acme.get("/invoices", branch_id=cast[key])
    for key in ("car", "plain", "to Mumbai"):
        acme.get("/credit_notes", invoice_id=cast[f"invoice {key}"])
    for key in ("receivable", "icici", "cash", "sundry"):
        acme.get("/journals", account_id=cast[key], date_from="2026-05-01", source="PAYMENT")
    acme.get("/journals", account_id=cast["receivable"], contact_id=cast["asha"], date_to="2026-05-18")


def _walked(cast: Cast) -> None:
    for path in LISTS:
        cast.acme.pages(path, per_page=11)
    cast.acme.pages("/invoices", per_page=2, customer_id=cast["asha"], date_from="2026-05-19", status="SENT")
    cast.acme.pages("/journals", per_page=9, account_id=cast["receivable"])
    cast.acme.pages("/invoices", per_page=3, search="asha", date_to="2026-05-19")
    for of in ("invoices", "payments", "credit_notes", "journals"):
        cast.acme.scribe.call(f"all of {of}", lambda of=of: list(getattr(cast.bharat.org, of).all()))


def _refused(cast: Cast) -> None:
    acme = cast.acme
    acme.refused(400, "GET", "/invoices", status="LOST")
    acme.refused(400, "GET", "/payments", flow="UP", payment_type="LOAN")
    acme.refused(400, "GET", "/journals", source="ELSEWHERE")
    acme.refused(422, "GET", "/journals", date_from="yesterday")
    acme.refused(422, "GET", "/invoices", date_to="2026-02-30", per_page=0)
    for path in LISTS:
        acme.refused(400, "GET", path, cursor="bm9uZQ")
        acme.refused(400, "GET", path, cursor="x" * 501)
    acme.refused(404, "GET", "/journals/je_1")
    acme.refused(404, "GET", f"/journals/{cast['asha']}")
    cast.bharat.refused(404, "GET", f"/journals/{cast['entry many']}")


def _falling_due(cast: Cast) -> None:
    """What was sent is overdue some days later, in India, where midnight comes sooner than in UTC."""
    clock = cast.clock
    clock.set("2026-06-03T18:29:59+00:00")
    for seconds in (0, 1):
        clock.move(seconds=seconds)
        for status in ("SENT", "OVERDUE"):
            cast.acme.get("/invoices", status=status)
        cast.acme.get(f"/invoices/{cast['invoice withheld so']}")
    clock.move(days=400)
    cast.acme.pages("/invoices", per_page=50, status="OVERDUE")
