"""Invoices through the API: the shortest body that is one, and what comes of it."""

from decimal import Decimal
from typing import Any

import finzcore
from finzcore.books.history import EVENTS
from finzcore.testing import Call

Body = dict[str, Any]
Refusal = tuple[int, str, str | None]

INVALID = "validation.invalid_value"
REQUIRED = "validation.required_field"
NOT_FOUND = "not_found.resource"
DUPLICATE = "conflict.duplicate"


class Seller:
    """One organisation's sales: Asha Stores buys, on 19 May 2026, at home, unless told otherwise."""

    def __init__(self, call: Call, org: finzcore.Org) -> None:
        self.call = call
        self.org = org
        self.customer = self.contact()

    def contact(self, name: str = "Asha Stores", **more: Any) -> str:
        made: str = self.call.ok("POST", "/contacts", {"contact_name": name} | more)["contact"]["contact_id"]
        return made

    def item(self, name: str = "Oak chair", **more: Any) -> str:
        made: str = self.call.ok("POST", "/items", {"item_name": name} | more)["item"]["item_id"]
        return made

    def line(self, rate: Any = 12000, tax: str | None = "GST 18%", **more: Any) -> Body:
        return {"name": "Licence", "rate": rate, "tax_id": tax and self.org.tax_id(tax)} | more

    def body(self, *lines: Body, **more: Any) -> Body:
        return {
            "customer_id": self.customer,
            "date": "2026-05-19",
            "place_of_supply": "IN-KA",
            "line_items": list(lines) or [self.line()],
        } | more

    def draft(self, *lines: Body, **more: Any) -> Body:
        made: Body = self.call.ok("POST", "/invoices", self.body(*lines, **more))["invoice"]
        return made

    def posted(self, *lines: Body, **more: Any) -> Body:
        return self.draft(*lines, auto_approve=True, **more)

    def refused(self, *lines: Body, **more: Any) -> Refusal:
        """How a body is refused that would be an invoice otherwise."""
        return self.call.refused("POST", "/invoices", self.body(*lines, **more))

    def again(self, invoice: Body) -> Body:
        now: Body = self.call.ok("GET", f"/invoices/{invoice['invoice_id']}")["invoice"]
        return now

    def put(self, invoice: Body, **changes: Any) -> Body:
        now: Body = self.call.ok("PUT", f"/invoices/{invoice['invoice_id']}", changes)["invoice"]
        return now

    def put_refused(self, invoice: Body, **changes: Any) -> Refusal:
        return self.call.refused("PUT", f"/invoices/{invoice['invoice_id']}", changes)

    def act(self, invoice: Body, word: str) -> Body:
        now: Body = self.call.ok("POST", f"/invoices/{invoice['invoice_id']}/{word}")["invoice"]
        return now

    def do(self, invoice: Body, step: str) -> Any:
        """A step of an invoice's life, refused or not: edit, delete, approve or void."""
        path = f"/invoices/{invoice['invoice_id']}"
        match step:
            case "edit":
                return self.call("PUT", path, {"notes": "Thank you"})
            case "delete":
                return self.call("DELETE", path)
        return self.call("POST", f"{path}/{step}")

    def receive(self, invoice: Body, amount: Any) -> Body:
        body = {
            "flow": "INCOMING",
            "contact_id": invoice["customer_id"],
            "date": "2026-05-19",
            "amount": amount,
            "mode": "UPI",
            "allocations": [{"invoice_id": invoice["invoice_id"], "amount": amount}],
        }
        made: Body = self.call.ok("POST", "/payments", body)["payment"]
        return made

    def credit(self, invoice: Body, amount: Any) -> Body:
        """A credit note over an amount without tax, applied to the invoice."""
        body = {
            "customer_id": invoice["customer_id"],
            "date": "2026-05-19",
            "line_items": [{"name": "Goodwill", "rate": amount}],
        }
        note: Body = self.call.ok("POST", "/credit_notes", body)["credit_note"]
        path = f"/credit_notes/{note['credit_note_id']}/apply-to-invoice"
        self.call.ok("POST", path, {"invoice_id": invoice["invoice_id"], "amount": amount})
        return note

    def entry(self, journal_id: str) -> list[tuple[str, str, Decimal]]:
        """An entry: (rule, account, amount), debits positive."""
        lines = self.call.ok("GET", f"/journals/{journal_id}")["journal"]["lines"]
        return [(line["rule"], line["account_name"], line["debit"] - line["credit"]) for line in lines]

    def trial_balance(self) -> dict[str, Decimal]:
        """What stands on each account that does not stand at nothing, debits positive."""
        said = self.call.ok("GET", "/reports/trial_balance?as_of_date=2030-03-31")["trial_balance"]
        net = {row["code"]: row["debit"] - row["credit"] for row in said["accounts"]}
        return {code: amount for code, amount in net.items() if amount}

    def events(self, entity: str = "INVOICE") -> list[dict[str, Any]]:
        with self.org._engine.store.read(self.org._key) as session:
            rows = session.find(EVENTS, ascending=True)
        return [row for row in rows if row["entity_type"] == entity]

    def told(self) -> list[tuple[str | None, str | None]]:
        """(activity, webhook) of every event on invoices, in order."""
        return [(row["action"], row["event_type"]) for row in self.events()]


def figures(invoice: Body, *names: str) -> list[Decimal]:
    """Some amounts of an invoice, in the order in which they are named."""
    return [invoice[name] for name in names]
