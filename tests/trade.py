"""Trade through the API: the few lines that stories of invoices, receipts and notes begin with."""

from decimal import Decimal
from typing import Any

import finzcore
from finzcore.books.history import EVENTS
from finzcore.books.journal import ENTRIES
from finzcore.testing import Call

TODAY = "2026-05-19"
Body = dict[str, Any]


class Trade:
    """One organisation's trade; documents are dated today and free of tax unless told otherwise."""

    def __init__(self, call: Call, org: finzcore.Org) -> None:
        self.call = call
        self.org = org

    def contact(self, name: str = "Asha Stores", **more: Any) -> str:
        contact: str = self.call.ok("POST", "/contacts", {"contact_name": name, **more})["contact"][
            "contact_id"
        ]
        return contact

    def invoice(self, customer: str, rate: Any, **more: Any) -> Body:
        """A posted invoice of one line."""
        body = {
            "customer_id": customer,
            "date": TODAY,
            "place_of_supply": "IN-KA",
            "line_items": [{"name": "Work", "rate": rate}],
            "auto_approve": True,
        }
        made: Body = self.call.ok("POST", "/invoices", body | more)["invoice"]
        return made

    def taxed(self, customer: str, rate: Any, **more: Any) -> Body:
        """A posted invoice of one line at 18 %."""
        return self.invoice(customer, rate, line_items=[self.line(rate)], **more)

    def line(self, rate: Any, **more: Any) -> Body:
        return {"name": "Work", "rate": rate, "tax_id": self.org.tax_id("GST 18%")} | more

    def receipt(self, contact: str, amount: Any, *allocations: tuple[Body, Any], **more: Any) -> Body:
        """Money received, and what it settles at once."""
        return {
            "flow": "INCOMING",
            "contact_id": contact,
            "date": TODAY,
            "amount": amount,
            "mode": "UPI",
            "allocations": settling(*allocations),
        } | more

    def receive(self, contact: str, amount: Any, *allocations: tuple[Body, Any], **more: Any) -> Body:
        made: Body = self.call.ok("POST", "/payments", self.receipt(contact, amount, *allocations, **more))
        return made["payment"]

    def refund(self, contact: str, amount: Any, **more: Any) -> Body:
        return self.receive(contact, amount, flow="OUTGOING", payment_type="REFUND", **more)

    def apply(self, payment: Body, *allocations: tuple[Body, Any]) -> Body:
        path = f"/payments/{payment['payment_id']}/apply"
        made: Body = self.call.ok("POST", path, {"allocations": settling(*allocations)})["payment"]
        return made

    def note(self, customer: str, rate: Any, **more: Any) -> Body:
        body = {"customer_id": customer, "date": TODAY, "line_items": [{"name": "Work", "rate": rate}]}
        made: Body = self.call.ok("POST", "/credit_notes", body | more)["credit_note"]
        return made

    def apply_note(self, note: Body, invoice: Body, amount: Any = None) -> Body:
        path = f"/credit_notes/{note['credit_note_id']}/apply-to-invoice"
        body = {"invoice_id": invoice["invoice_id"], "amount": amount}
        made: Body = self.call.ok("POST", path, body)["credit_note"]
        return made

    def void(self, document: Body) -> Body:
        noun, path = next(
            (noun, f"/{noun}s/{document[f'{noun}_id']}/void")
            for noun in ("payment", "credit_note", "invoice")
            if f"{noun}_number" in document
        )
        made: Body = self.call.ok("POST", path)[noun]
        return made

    def again(self, document: Body) -> Body:
        """The document as it is now."""
        noun = next(n for n in ("payment", "credit_note", "invoice") if f"{n}_number" in document)
        now: Body = self.call.ok("GET", f"/{noun}s/{document[f'{noun}_id']}")[noun]
        return now

    def stands(self, document: Body) -> tuple[str, Decimal]:
        """The status of an invoice, and what is due on it."""
        now = self.again(document)
        return now["status"], now["balance"]

    def postings(self, journal_id: str) -> list[tuple[str, str, Decimal]]:
        """An entry: (account, rule, amount), debits positive."""
        lines = self.call.ok("GET", f"/journals/{journal_id}")["journal"]["lines"]
        return [(line["account_name"], line["rule"], line["debit"] - line["credit"]) for line in lines]

    def entries(self) -> int:
        """How many entries there ever were."""
        with self.org._engine.store.read(self.org._key) as session:
            return len(session.find(ENTRIES))

    def on(self, code: str) -> Decimal:
        """What stands on an account, debit positive."""
        report = self.call.ok("GET", "/reports/trial_balance?as_of_date=2027-03-31")["trial_balance"]
        own = [row["debit"] - row["credit"] for row in report["accounts"] if row["code"] == code]
        return sum(own, Decimal(0))

    def events(self) -> list[tuple[str | None, str | None]]:
        """(webhook, activity) of every event on documents, in order."""
        with self.org._engine.store.read(self.org._key) as session:
            rows = session.find(EVENTS, ascending=True)
        of = {"INVOICE", "PAYMENT", "CREDIT_NOTE"}
        return [(row["event_type"], row["action"]) for row in rows if row["entity_type"] in of]


def settling(*allocations: tuple[Body, Any]) -> list[Body]:
    return [{"invoice_id": invoice["invoice_id"], "amount": amount} for invoice, amount in allocations]
