"""Reverse charge: the recipient, not the supplier, owes the tax on a line (`gst.md` §7.1).

Such a line is charged nothing; its recipient assesses the tax himself, by the same arithmetic as any
other (`finzcore.gst.split`), and owes it in cash.
"""

from typing import Final

from attrs import frozen

from finzcore.errors import RequiredField, RuleBroken
from finzcore.gst.rates import Shape, TaxRate
from finzcore.money import Millionths

INELIGIBLE_PLACE: Final = "ineligible_pos"
"""Why there is no credit for the halves that a supplier of another state charges where we are not
registered (`gst.md` §3.6): nobody says it, it follows from the places."""

_NONE: Final = Millionths(0)
_HUNDRED_PERCENT: Final = 100_000_000


@frozen
class ReverseCharge:
    """The percentages by which the recipient assesses the tax, in millionths.

    `igst` is the combined rate, each half being half of it. Raises `RuleBroken` (field ``rcm_rate``)
    unless it is from 0 to 100 and has two equal halves.

    >>> ReverseCharge(Millionths(5_000_000)).cgst
    2500000
    """

    igst: Millionths
    cess: Millionths = _NONE

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.igst <= _HUNDRED_PERCENT:
            raise RuleBroken("The rate of reverse charge must be between 0 and 100.", field="rcm_rate")
        if self.igst % 2:
            raise RuleBroken("The rate of reverse charge has no two equal halves.", field="rcm_rate")

    @property
    def cgst(self) -> Millionths:
        """One half, that of SGST too."""
        return Millionths(self.igst // 2)

    @property
    def adds_tax(self) -> bool:
        """True: whoever computes by these rates comes to a tax."""
        return True


def reverse_charge(is_rcm: bool, percent: Millionths | None, row: TaxRate | None) -> ReverseCharge | None:
    """What a line's flag, its given percentage and its tax row mean together (`api.md` §4.6).

    None where there is no reverse charge; a row of that shape means it by itself. A given percentage
    wins and knows no cess, else the row's own count, which for exempt, nil-rated and non-GST rows are
    nothing. Raises `RequiredField` (field ``rcm_rate``) when neither is there, and what
    `ReverseCharge` raises.

    >>> from finzcore.gst.rates import seeded
    >>> reverse_charge(True, None, seeded("GST 18%"))
    ReverseCharge(igst=18000000, cess=0)
    >>> reverse_charge(False, None, seeded("GST 18%"))
    """
    if not is_rcm and (row is None or row.shape is not Shape.RCM):
        return None
    if percent is not None:
        return ReverseCharge(percent)
    if row is None:
        message = "Reverse charge needs the rate at which you assess the tax, or a tax that has it."
        raise RequiredField(message, field="rcm_rate")
    return ReverseCharge(row.igst, row.cess)
