"""Purchases through the API: the shortest bodies, and what comes of them."""

from decimal import Decimal
from typing import Any

import finzcore
from finzcore.testing import Call

TODAY = "2026-05-19"
Body = dict[str, Any]


class Buyer:
    """One organisation's purchases, in Karnataka: Nilgiri Papers of the same state sells, on 19 May 2026,
    at home, unless told otherwise."""

    def __init__(self, call: Call, org: finzcore.Org) -> None:
        self.call = call
        self.org = org
        self.vendor = self.contact("Nilgiri Papers")

    def contact(self, name: str, **more: Any) -> str:
        body = {"contact_name": name, "contact_type": "VENDOR", "place_of_contact": "IN-KA"} | more
        made: str = self.call.ok("POST", "/contacts", body)["contact"]["contact_id"]
        return made

    def line(self, rate: Any = 10000, tax: str | None = "GST 18%", **more: Any) -> Body:
        return {"name": "Paper", "rate": rate, "tax_id": tax and self.org.tax_id(tax)} | more

    def body(self, *lines: Body, **more: Any) -> Body:
        return {
            "vendor_id": self.vendor,
            "date": TODAY,
            "place_of_supply": "IN-KA",
            "line_items": list(lines) or [self.line()],
        } | more

    def bill(self, *lines: Body, **more: Any) -> Body:
        """A posted bill, of 10,000 at 18 % unless told otherwise."""
        body = self.body(*lines, auto_approve=True) | more
        made: Body = self.call.ok("POST", "/bills", body)["bill"]
        return made

    def note(self, kind: str, *lines: Body, **more: Any) -> Body:
        """A credit or debit note of the vendor."""
        body = {"customer_id": self.vendor, "date": TODAY, "line_items": list(lines) or [self.line()]}
        made: Body = self.call.ok("POST", f"/{kind}s", body | more)[kind]
        return made

    def pay(self, amount: Any, *allocations: Body, **more: Any) -> Body:
        body = {
            "flow": "OUTGOING",
            "contact_id": self.vendor,
            "date": TODAY,
            "amount": amount,
            "mode": "UPI",
            "allocations": list(allocations),
        }
        made: Body = self.call.ok("POST", "/payments", body | more)["payment"]
        return made

    def again(self, document: Body) -> Body:
        noun = next(n for n in ("bill", "credit_note", "debit_note", "payment") if f"{n}_number" in document)
        now: Body = self.call.ok("GET", f"/{noun}s/{document[f'{noun}_id']}")[noun]
        return now

    def stands(self, document: Body) -> tuple[str, Decimal]:
        now = self.again(document)
        return now["status"], now["balance"]

    def entry(self, journal_id: str) -> dict[str, Decimal]:
        """An entry by the words of its postings; debits positive."""
        lines = self.call.ok("GET", f"/journals/{journal_id}")["journal"]["lines"]
        sums: dict[str, Decimal] = {}
        for line in lines:
            word = f"{line['rule']} {line['account_name']}"
            sums[word] = sums.get(word, Decimal(0)) + line["debit"] - line["credit"]
        return sums

    def on(self, code: str) -> Decimal:
        """What stands on an account, debit positive."""
        report = self.call.ok("GET", "/reports/trial_balance?as_of_date=2027-03-31")["trial_balance"]
        own = [row["debit"] - row["credit"] for row in report["accounts"] if row["code"] == code]
        return sum(own, Decimal(0))
