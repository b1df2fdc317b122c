"""A currency's amounts as the books carry them, in rupees (`api.md` §4.5, §4.7)."""

from collections.abc import Iterable
from typing import Final

from finzcore.errors import RuleBroken
from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.entry import Posting
from finzcore.money import LARGEST, Paise, half_up

ONE: Final = 10**8
"""The exchange rate of the rupee itself: rates are rupees per unit, times 10^8."""


def in_rupees(amount: Paise, exchange_rate: int) -> Paise:
    """An amount of a document's currency in rupees, rounded half-up once.

    Raises `RuleBroken` (field ``exchange_rate``) when that is more than one amount can be.

    >>> in_rupees(Paise(10000), 83 * ONE), in_rupees(Paise(-1), ONE // 2)
    (830000, -1)
    """
    if exchange_rate == ONE:
        return amount
    converted = half_up(amount * exchange_rate, ONE)
    if abs(converted) > LARGEST:
        raise RuleBroken("In rupees this is more than we can book.", field="exchange_rate")
    return Paise(converted)


def exchange_difference(
    postings: Iterable[Posting], *, chart: Chart, rule: str, branch_id: int
) -> list[Posting]:
    """The posting to the exchange account that lets `postings` sum to zero; none if they do already.

    Paise lost in conversion and gains realised by a changed rate come here alike; a gain is a credit.
    """
    residue = sum([posting.amount for posting in postings])
    if not residue:
        return []
    return [Posting(chart.by_role(Role.FX).number, Paise(-residue), rule, branch_id)]
