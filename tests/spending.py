"""Expenses through the API: the shortest body that is one, and what comes of it."""

from decimal import Decimal
from typing import Any

import finzcore
from finzcore.books.history import EVENTS
from finzcore.testing import Call

TODAY = "2026-05-19"
Body = dict[str, Any]
Refusal = tuple[int, str, str | None]

INVALID = "validation.invalid_value"
REQUIRED = "validation.required_field"
MISSING = "not_found.resource"
ACCOUNTS = ("account_id", "paid_through_account_id", "bank_account_id")


class Spender:
    """One organisation's expenses: paid from the bank, for the office, on 19 May 2026, unless told
    otherwise. Accounts are named by their codes, taxes by their names."""

    def __init__(self, call: Call, org: finzcore.Org) -> None:
        self.call = call
        self.org = org

    def vendor(self, name: str = "Nilgiri Papers", **more: Any) -> str:
        body = {"contact_name": name, "contact_type": "VENDOR"} | more
        made: str = self.call.ok("POST", "/contacts", body)["contact"]["contact_id"]
        return made

    def named(self, body: Body) -> Body:
        """A body with the ids of its accounts and taxes."""
        found = dict(body)
        for field in ACCOUNTS:
            if len(str(found.get(field) or "")) == 4:
                found[field] = self.org.account_id(found[field])
        if str(found.get("tax_id") or "tx_")[:3] != "tx_":
            found["tax_id"] = self.org.tax_id(found["tax_id"])
        if found.get("line_items"):
            found["line_items"] = [self.named(line) for line in found["line_items"]]
        return found

    def body(self, **more: Any) -> Body:
        plain = {"date": TODAY, "account_id": "6030", "paid_through_account_id": "1020", "amount": 1000}
        return self.named(plain | more)

    def spend(self, **more: Any) -> Body:
        made: Body = self.call.ok("POST", "/expenses", self.body(**more))["expense"]
        return made

    def refused(self, **more: Any) -> Refusal:
        """How a body is refused that would be an expense otherwise."""
        return self.call.refused("POST", "/expenses", self.body(**more))

    def put(self, expense: Body, **changes: Any) -> Body:
        path = f"/expenses/{expense['expense_id']}"
        now: Body = self.call.ok("PUT", path, self.named(changes))["expense"]
        return now

    def put_refused(self, expense: Body, **changes: Any) -> Refusal:
        return self.call.refused("PUT", f"/expenses/{expense['expense_id']}", self.named(changes))

    def again(self, expense: Body) -> Body:
        now: Body = self.call.ok("GET", f"/expenses/{expense['expense_id']}")["expense"]
        return now

    def delete(self, expense: Body) -> Any:
        return self.call.ok("DELETE", f"/expenses/{expense['expense_id']}")

    def numbers(self, **query: str) -> list[str]:
        """The numbers that a list shows."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        rows = self.call.ok("GET", f"/expenses?{asked}")["expenses"]
        return [row["expense_number"] for row in rows]

    def entry(self, expense: Body) -> dict[str, Decimal]:
        """Its entry: rule and account to amount, debits positive."""
        lines = self.call.ok("GET", f"/journals/{expense['journal_id']}")["journal"]["lines"]
        found = {f"{line['rule']} {line['account_name']}": line["debit"] - line["credit"] for line in lines}
        assert len(found) == len(lines), "each of them once"
        return found

    def standing(self) -> dict[str, Decimal]:
        """What stands on each account that does not stand at nothing, debits positive."""
        said = self.call.ok("GET", "/reports/trial_balance?as_of_date=2027-03-31")["trial_balance"]
        net = {row["code"]: row["debit"] - row["credit"] for row in said["accounts"]}
        return {code: amount for code, amount in net.items() if amount}

    def events(self) -> list[dict[str, Any]]:
        """Every event on expenses, in order."""
        with self.org._engine.store.read(self.org._key) as session:
            rows = session.find(EVENTS, ascending=True)
        return [row for row in rows if row["entity_type"] == "EXPENSE"]
