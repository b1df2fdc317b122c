"""The model: every kind of fact, and the one journal that follows from them."""

from collections import defaultdict
from typing import Final

from finzcore.testing.model.known import ADVANCES, PAID_AHEAD, PAYABLE, RECEIVABLE
from finzcore.testing.model.orders import Ordering
from finzcore.testing.model.schedules import Schedules
from finzcore.testing.model.spending import Spending, Vouchers

_EARNED: Final = "456"
"""The first digit of the accounts that begin each financial year with nothing."""


class Model(Ordering, Spending, Vouchers, Schedules):
    """What the books should hold. Keys are the ids of the API, amounts whole paise."""

    def owes(self, customer: str) -> int:
        """What a customer owes, all told."""
        return self._stands(customer, RECEIVABLE, ADVANCES)

    def is_owed(self, vendor: str) -> int:
        """What a vendor is owed, all told."""
        return -self._stands(vendor, PAYABLE, PAID_AHEAD)

    def _stands(self, contact: str, *codes: str) -> int:
        return sum(amount for _, code, amount, whose in self.postings() if whose == contact and code in codes)

    def trial_balance(self, day: str) -> dict[str, int]:
        """What stands on each account at the end of a day; profit of years gone by is retained."""
        begins = f"{int(day[:4]) - (day[5:7] < '04')}-04-01"
        sums: defaultdict[str, int] = defaultdict(int)
        for date, code, amount, _ in self.postings():
            if date <= day:
                earned = code[0] in _EARNED and date < begins
                sums["3020" if earned else code] += amount
        return {code: amount for code, amount in sums.items() if amount}

    def last_day(self, today: str) -> str:
        """The last day on which anything is booked, or today."""
        return max([today, *(date for date, _, _, _ in self.postings())])
