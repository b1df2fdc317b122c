"""An entry made by hand, as postings: lines of two columns, and the paisa by which they may differ.

Whoever splits an amount by hand may come out a paisa apart; that paisa is posted by itself, so what is
stored balances exactly (`api.md` §4.13, `reliability.md` §8).
"""

from collections.abc import Sequence
from typing import Final

import attrs

from finzcore.errors import RuleBroken
from finzcore.ledger.account import Account, AccountType, Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.entry import Posting, unbalanced
from finzcore.money import Paise

TOLERANCE: Final = 1
"""The paise by which the columns of a voucher may differ."""

RESIDUE: Final = "manual.round_off"
"""The rule that posts them."""

_ON_ACCOUNT: Final = frozenset({AccountType.ACCOUNTS_RECEIVABLE, AccountType.ACCOUNTS_PAYABLE})
_ADVANCES: Final = frozenset({Role.CUSTOMER_ADVANCE, Role.VENDOR_ADVANCE})


@attrs.frozen(kw_only=True)
class VoucherLine:
    """One line of a voucher, in paise: exactly one of `debit` and `credit` is more than nothing.

    `tags` is JSON text that nobody here reads. RuleBroken on ``lines`` when there is an amount on both
    sides, on none, or a negative one.
    """

    account: int
    debit: int = 0
    credit: int = 0
    contact_id: int | None = None
    description: str | None = None
    tags: str | None = None

    def __attrs_post_init__(self) -> None:
        if min(self.debit, self.credit) != 0 or max(self.debit, self.credit) <= 0:
            raise RuleBroken("A line has either a debit or a credit.", field="lines")

    @property
    def amount(self) -> Paise:
        """Debit positive, credit negative."""
        return Paise(self.debit - self.credit)


def residue(lines: Sequence[VoucherLine]) -> int:
    """What has to be posted besides `lines` so that they balance, in paise, debit positive.

    EntryUnbalanced on ``lines``, with the sums as `debits` and `credits`, where that is more than
    `TOLERANCE`.

    >>> residue([VoucherLine(account=1, debit=10000), VoucherLine(account=2, credit=9999)])
    -1
    """
    debits = sum([line.debit for line in lines])
    credits_ = sum([line.credit for line in lines])
    if abs(debits - credits_) > TOLERANCE:
        raise unbalanced(debits, credits_)
    return credits_ - debits


def voucher_postings(
    lines: Sequence[VoucherLine], *, chart: Chart, branch_id: int, contact_id: int | None = None
) -> tuple[Posting, ...]:
    """The postings of a voucher, in the order of its lines; the residue, if any, comes last, on round-off.

    `contact_id` is the contact of the whole voucher. It stands on the lines that name none and are on
    receivables, payables or advances, which are kept by contact; on no other.
    """
    postings = []
    for line in lines:
        contact = line.contact_id
        if contact is None and _is_by_contact(chart.by_number(line.account)):
            contact = contact_id
        postings.append(
            Posting(line.account, line.amount, "manual.line", branch_id, contact, line.description, line.tags)
        )
    left = residue(lines)
    if left:
        round_off = chart.by_role(Role.ROUND_OFF).number
        postings.append(Posting(round_off, Paise(left), RESIDUE, branch_id))
    return tuple(postings)


def _is_by_contact(account: Account) -> bool:
    return account.type in _ON_ACCOUNT or account.role in _ADVANCES
