"""Expenses, and entries made by hand."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from finzcore.testing import told
from finzcore.testing.model import ledger
from finzcore.testing.model.facts import Body, Expense, Posting, Voucher
from finzcore.testing.model.known import CASH, Known, known
from finzcore.testing.model.papers import Papers

_MOST_APART: Final = 1
"""The paise by which the two sides of an entry made by hand may differ."""


class Spending(Papers):
    """Money spent at once."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.expenses: dict[str, Expense] = {}

    def spend(self, key: str, body: Mapping[str, Any]) -> Expense:
        """Money spent at once, on one account or on the accounts of lines."""
        kept = self._spent(told.read(told.EXPENSE, body))
        priced = self.priced("expenses", kept, False)
        expense = Expense(key, self.number("expenses", kept), kept, priced)
        self.expenses[key] = expense
        return expense

    def spend_otherwise(self, expense: Expense, changes: Mapping[str, Any]) -> None:
        """An expense with some of its fields changed."""
        said = expense.body["said"] | told.read(told.EXPENSE, changes, whole=False)
        expense.body = self._spent(said)
        expense.priced = self.priced("expenses", expense.body, False)

    def _spent(self, said: Body) -> Body:
        """A body with lines of one unit each, that say what the header says for them."""
        if "vendor_id" in said:
            self.contact(said["vendor_id"], sells=False)
        lines = said.get("line_items") or [{"amount": said["amount"]}]
        body = said | {"line_items": [self._part(line, said) for line in lines], "said": said}
        body["place_of_supply"] = said.get("place_of_supply", self.home(said))
        body["paid_through_account_id"] = self.account(said.get("paid_through_account_id"), CASH)
        return body

    def _part(self, line: Body, said: Body) -> Body:
        account = line.get("account_id") or said.get("account_id")
        if account is None:
            raise ValueError("account_id: the model needs it on a line, or above them")
        tax = line.get("tax_id") or said.get("tax_id")
        self.tax(tax)
        part = {"quantity": Decimal(1), "rate": line["amount"], "tax_id": tax}
        return part | {"account_id": self.account(account, ""), "note": line.get("note")}

    def postings(self) -> Iterator[Posting]:
        """Every expense."""
        yield from super().postings()
        for expense in self.expenses.values():
            yield from self.posted(expense.body, ledger.of_expense(expense, self.accounts))


class Vouchers(Known):
    """Entries made by hand."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.vouchers: dict[str, Voucher] = {}

    def enter(self, key: str, body: Mapping[str, Any]) -> Voucher:
        """An entry made by hand."""
        kept = told.read(told.JOURNAL, body)
        for line in kept["lines"]:
            known(self.accounts, line["account_id"], "account")
        for whose in {line.get("contact_id") for line in (kept, *kept["lines"])} - {None}:
            known(self.contacts, whose, "contact")
        if abs(ledger.difference(kept["lines"])) > _MOST_APART:
            raise ValueError("lines: the sides of the entry differ")
        self.vouchers[key] = Voucher(key, kept)
        return self.vouchers[key]

    def postings(self) -> Iterator[Posting]:
        """Every entry made by hand that was not deleted."""
        yield from super().postings()
        for voucher in self.vouchers.values():
            yield from self.posted(voucher.body, ledger.of_voucher(voucher, self.accounts))
