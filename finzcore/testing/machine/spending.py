"""Expenses, and entries made by hand."""

from typing import Final

from finzcore.testing import strategies

# isort: split
# Not before `strategies`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finzcore.testing.model import Expense
from finzcore.testing.stage import Body, Stage
from finzcore.testing.told import exact

SPENT_ON: Final = ("6010", "6030", "6050")
BY_HAND: Final = ("3010", "6070", "1050", "1040", "2010")


class Spending(Stage):
    """Money spent at once."""

    def _expense(self, data: st.DataObject) -> Body:
        drawn = strategies.expenses(
            accounts=[self.model.account(None, code) for code in SPENT_ON],
            date=self._date(data),
            taxes=[*self.taxes.values(), *self.untaxed, *self.model.reverse, None],
            vendors=list(self.model.vendors),
        )
        return data.draw(drawn, "expense") | self._where(data)

    @rule(data=st.data())
    def spend(self, data: st.DataObject) -> None:
        """Something is bought and paid."""
        body = self._expense(data)
        allowed = self._open(body["date"])
        answer = self.do("POST", "/expenses", body, allowed=allowed)
        if allowed:
            self.expect_expense(answer["expense"], body)

    def _spent(self, data: st.DataObject) -> Expense:
        key = data.draw(st.sampled_from(list(self.model.expenses)), "expense")
        return self.model.expenses[key]

    @precondition(lambda self: self.model.expenses)
    @rule(data=st.data())
    def spend_otherwise(self, data: st.DataObject) -> None:
        """An expense was entered wrong."""
        expense = self._spent(data)
        amount, tax = data.draw(strategies.amounts(1, 2000), "amount"), self.taxes["GST 5%"]
        changes: Body = {"date": self._date(data), "is_inclusive_tax": True, "notes": "Corrected"}
        if expense.body["said"].get("line_items"):
            account = expense.body["line_items"][0]["account_id"]
            changes["line_items"] = [{"account_id": account, "amount": amount, "tax_id": tax}]
        else:
            changes |= {"amount": amount, "tax_id": tax}
        old, new = expense.body["date"], changes["date"]
        allowed = self._open(min(old, new)) and _year(old) == _year(new)
        self.do("PUT", f"/expenses/{expense.key}", changes, allowed=allowed)
        if allowed:
            self.model.spend_otherwise(expense, changes)

    @precondition(lambda self: self.model.expenses)
    @rule(data=st.data())
    def take_back_expense(self, data: st.DataObject) -> None:
        """An expense was none."""
        expense = self._spent(data)
        allowed = self._open(expense.body["date"])
        self.do("DELETE", f"/expenses/{expense.key}", allowed=allowed)
        if allowed:
            del self.model.expenses[expense.key]


class Vouchers(Stage):
    """Entries made by hand."""

    @rule(data=st.data())
    def enter_by_hand(self, data: st.DataObject) -> None:
        """An entry, which may be a paisa out; the accountant names whose it is."""
        drawn = strategies.journals(
            accounts=[self.model.account(None, code) for code in BY_HAND], date=self._date(data)
        )
        whose = data.draw(st.sampled_from(list(self.model.contacts)), "contact")
        body = data.draw(drawn, "entry") | {"contact_id": whose} | self._where(data)
        allowed = self._open(body["date"])
        answer = self.do("POST", "/journals", body, allowed=allowed)
        if allowed:
            self.expect_journal(answer["journal"], body)

    @rule(data=st.data(), apart=st.sampled_from(("0.02", "-1")))
    def enter_unbalanced(self, data: st.DataObject, apart: str) -> None:
        """An entry with two sides that differ by more than a paisa."""
        first, second = (self.model.account(None, code) for code in BY_HAND[:2])
        debit = data.draw(strategies.amounts(2, 500), "debit")
        credit = debit + exact(apart)
        lines = [{"account_id": first, "debit": debit}, {"account_id": second, "credit": credit}]
        self.do("POST", "/journals", {"date": self.today, "lines": lines}, allowed=False)

    @precondition(lambda self: self.model.vouchers)
    @rule(data=st.data())
    def delete_entry(self, data: st.DataObject) -> None:
        """An entry by hand was a mistake."""
        key = data.draw(st.sampled_from(list(self.model.vouchers)), "entry")
        allowed = self._open(self.model.vouchers[key].body["date"])
        self.do("DELETE", f"/journals/{key}", allowed=allowed)
        if allowed:
            del self.model.vouchers[key]


def _year(day: str) -> int:
    """The financial year of a day, which begins in April."""
    return int(day[:4]) - (day[5:7] < "04")
