"""Tax withheld by the buyer, named on the document (`api.md` §4.1 item 8, §4.11)."""

from enum import Enum
from typing import Final

import attrs

from finzcore.errors import RuleBroken
from finzcore.money import Millionths, Paise, half_up

_HUNDRED_PERCENT: Final = 100_000_000
_RUPEE: Final = 100
_NOTHING: Final = Paise(0)


class TdsRounding(Enum):
    """How withheld tax computed from a rate is rounded (preference `tdsRounding`)."""

    PAISE = "paise"
    RUPEE = "rupee"
    UP = "up"
    """To the next whole rupee."""


@attrs.frozen(kw_only=True)
class Tds:
    """Tax withheld by the buyer: an amount in paise, or a percentage in millionths.

    The percentage is of the value without GST. Raises `RuleBroken` (field ``tds_amount`` or
    ``tds_rate``) unless there is exactly one, not negative, and the percentage is at most 100.

    >>> Tds(rate=10_000_000).on(Paise(1234567), TdsRounding.UP)
    123500
    """

    amount: Paise | None = None
    rate: Millionths | None = None

    def __attrs_post_init__(self) -> None:
        if (self.amount is None) == (self.rate is None):
            raise RuleBroken("TDS is either an amount or a rate.", field="tds_amount")
        if (self.amount or 0) < 0:
            raise RuleBroken("TDS must not be negative.", field="tds_amount")
        if not 0 <= (self.rate or 0) <= _HUNDRED_PERCENT:
            raise RuleBroken("The TDS rate must be between 0 and 100.", field="tds_rate")

    @property
    def field(self) -> str:
        """The name under which it was given."""
        return "tds_amount" if self.rate is None else "tds_rate"

    def on(self, base: Paise, rounding: TdsRounding) -> Paise:
        """What is withheld from `base`; a given amount is taken as it is."""
        if self.rate is None:
            assert self.amount is not None
            return self.amount
        exact = base * self.rate
        if rounding is TdsRounding.PAISE:
            return Paise(half_up(exact, _HUNDRED_PERCENT))
        if rounding is TdsRounding.RUPEE:
            return Paise(half_up(exact, _HUNDRED_PERCENT * _RUPEE) * _RUPEE)
        return Paise(-(-exact // (_HUNDRED_PERCENT * _RUPEE)) * _RUPEE)


def tds_reversal(
    document_tds: Paise,
    note_taxable: Paise,
    document_taxable: Paise,
    reversed_before: Paise = _NOTHING,
) -> Paise:
    """The withheld tax that a note takes back, in proportion to taxable value (`api.md` §4.11).

    Together with what earlier notes took back it is never more than the document's.

    >>> tds_reversal(Paise(120000), Paise(300000), Paise(1200000))
    30000
    """
    if not document_taxable:
        return Paise(0)
    part = half_up(document_tds * note_taxable, document_taxable)
    return Paise(min(part, document_tds - reversed_before))
