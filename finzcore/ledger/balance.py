"""Postings folded into totals by account, branch and month.

Reports read these totals instead of postings, so they stay fast as the books grow; `verify` folds
all postings again and compares (`design.md` §4).
"""

from collections.abc import Iterable
from typing import NamedTuple

import attrs

from finzcore.fiscal import month_of
from finzcore.ledger.entry import JournalEntry
from finzcore.money import Paise


class Movement(NamedTuple):
    """One posting as far as totals care: `amount` in paise, debit positive."""

    account: int
    branch_id: int
    month: str
    amount: Paise


class MonthTotal(NamedTuple):
    """What one account was debited and credited in one branch and month, in paise, neither negative."""

    account: int
    branch_id: int
    month: str
    debit: Paise
    credit: Paise


def month_totals(entry: JournalEntry) -> list[MonthTotal]:
    """What one entry adds to the monthly totals, sorted by account, branch and month.

    The order is always the same, so that writers who lock rows do so in one order (`storage.md` §4).
    """
    month = month_of(entry.date)
    return _fold([(p.account, p.branch_id, month, p.amount) for p in entry.postings])


def movements(entry: JournalEntry) -> list[Movement]:
    """The postings of an entry as movements of its month."""
    month = month_of(entry.date)
    return [Movement(p.account, p.branch_id, month, p.amount) for p in entry.postings]


@attrs.frozen
class Balances:
    """Monthly totals of any number of entries: sorted by account, branch and month, each once."""

    totals: tuple[MonthTotal, ...] = ()

    @classmethod
    def of(cls, moved: Iterable[tuple[int, int, str, Paise]]) -> "Balances":
        """Fold (account, branch, month, amount); the order they come in does not matter."""
        return cls(tuple(_fold(moved)))

    def __add__(self, other: "Balances") -> "Balances":
        moved: list[tuple[int, int, str, Paise]] = []
        for total in (*self.totals, *other.totals):
            moved.append((*total[:3], total.debit))
            moved.append((*total[:3], Paise(-total.credit)))
        return Balances.of(moved)

    def net(
        self, *, since: str | None = None, through: str | None = None, branch_id: int | None = None
    ) -> dict[int, int]:
        """Debits less credits by account, over whole months `since` … `through`, both included.

        Months are `YYYY-MM`; without a branch, all of them. Accounts in order of number.
        """
        sums: dict[int, int] = {}
        for total in self.totals:
            if (
                (since is None or total.month >= since)
                and (through is None or total.month <= through)
                and (branch_id is None or total.branch_id == branch_id)
            ):
                sums[total.account] = sums.get(total.account, 0) + total.debit - total.credit
        return sums


def _fold(moved: Iterable[tuple[int, int, str, Paise]]) -> list[MonthTotal]:
    sums: dict[tuple[int, int, str], list[int]] = {}
    for account, branch_id, month, amount in moved:
        key = (account, branch_id, month)
        columns = sums.get(key)
        if columns is None:
            columns = sums[key] = [0, 0]
        if amount > 0:
            columns[0] += amount
        else:
            columns[1] -= amount
    return [MonthTotal(*key, Paise(sums[key][0]), Paise(sums[key][1])) for key in sorted(sums)]
