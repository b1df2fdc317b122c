"""The model: every kind of fact, and the one journal that follows from them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from finzcore.testing.model.facts import Posting
from finzcore.testing.model.known import ADVANCES, PAID_AHEAD, PAYABLE, RECEIVABLE
from finzcore.testing.model.orders import Ordering
from finzcore.testing.model.schedules import Schedules
from finzcore.testing.model.spending import Spending, Vouchers

_OF_CONTACTS: Final = {RECEIVABLE: True, ADVANCES: True, PAYABLE: False, PAID_AHEAD: False}
_EARNED: Final = "456"
"""The first digit of the accounts that begin each financial year with nothing."""


class Model(Ordering, Spending, Vouchers, Schedules):
    """What the books should hold. Keys are the ids of the API, amounts whole paise."""

    def owes(self, customer: str) -> int:
        """What a customer owes, all told."""
        return self.standing()[customer, True]

    def is_owed(self, vendor: str) -> int:
        """What a vendor is owed, all told."""
        return -self.standing()[vendor, False]

    def standing(self, journal: Iterable[Posting] | None = None) -> dict[tuple[str | None, bool], int]:
        """What stands under the name of each contact, debit positive: what they owe and paid ahead as
        customers, and the other way round as vendors. `journal` are the postings, if somebody has them."""
        sums: defaultdict[tuple[str | None, bool], int] = defaultdict(int)
        for _, code, amount, whose, _ in self.postings() if journal is None else journal:
            if code in _OF_CONTACTS:
                sums[whose, _OF_CONTACTS[code]] += amount
        return sums

    def trial_balance(
        self, day: str, branch: str | None = None, journal: Iterable[Posting] | None = None
    ) -> dict[str, int]:
        """What stands on each account at the end of a day, in all branches or in one; profit of years gone
        by is retained."""
        begins = f"{int(day[:4]) - (day[5:7] < '04')}-04-01"
        sums: defaultdict[str, int] = defaultdict(int)
        for date, code, amount, _, where in self.postings() if journal is None else journal:
            if date <= day and branch in (None, where):
                earned = code[0] in _EARNED and date < begins
                sums["3020" if earned else code] += amount
        return {code: amount for code, amount in sums.items() if amount}

    def last_day(self, today: str, journal: Iterable[Posting] | None = None) -> str:
        """The last day on which anything is booked, or today."""
        return max([today, *(date for date, *_ in (self.postings() if journal is None else journal))])
