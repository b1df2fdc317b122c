"""What of the tax that is owed is paid with credit, and what is left for cash (`gst.md` §11.2).

Sections 49(5), 49A and 49B of the CGST Act and rule 88A: the credit of IGST goes first, against IGST and
then against both halves, until either is used up; only then does the credit of CGST pay CGST, that of SGST
SGST, and what they leave IGST. CGST never pays SGST, nor the other way round; cess pays cess; what is owed
under reverse charge is paid in cash. All amounts are paise.

The law leaves open how IGST is divided between the halves. It is divided so that the least cash is paid,
and, where that leaves a choice, so that what remains of the two halves is as even as it can be: sales within
a state always need as much of one as of the other.
"""

import datetime as dt
from typing import NamedTuple

from attrs import frozen

from finzcore.gst.parameters import HALVES_IN_ANY_ORDER, on


class ByHead(NamedTuple):
    """An amount for each head of tax, in paise; unlike on a line, the halves may differ."""

    igst: int = 0
    cgst: int = 0
    sgst: int = 0
    cess: int = 0

    @property
    def total(self) -> int:
        """All four together."""
        return sum(self)

    def plus(self, other: "ByHead") -> "ByHead":
        """Head by head."""
        return ByHead(*(one + two for one, two in zip(self, other, strict=True)))

    def minus(self, other: "ByHead") -> "ByHead":
        """Head by head.

        >>> ByHead(5, 3, 3).minus(ByHead(cgst=1, sgst=1))
        ByHead(igst=5, cgst=2, sgst=2, cess=0)
        """
        return ByHead(*(one - two for one, two in zip(self, other, strict=True)))

    def positive(self) -> "ByHead":
        """What is below nothing, as nothing."""
        return ByHead(*(max(amount, 0) for amount in self))


class Used(NamedTuple):
    """What credit paid, in paise: `x_y` is what was owed of `x`, paid with credit of `y`, named as in
    `pditc` of the return (i, c, s and cs for the four heads)."""

    i_i: int
    i_c: int
    i_s: int
    c_i: int
    c_c: int
    s_i: int
    s_s: int
    cs_cs: int

    @property
    def paid(self) -> ByHead:
        """How much of what was owed, by its head."""
        return ByHead(self.i_i + self.i_c + self.i_s, self.c_i + self.c_c, self.s_i + self.s_s, self.cs_cs)

    @property
    def drawn(self) -> ByHead:
        """How much of the credit there was, by its head."""
        return ByHead(self.i_i + self.c_i + self.s_i, self.i_c + self.c_c, self.i_s + self.s_s, self.cs_cs)


@frozen(kw_only=True)
class SetOff:
    """How the tax of a period is paid: `used` of the credit, `cash` for the rest, and `cash_reverse_charge`
    for what the recipient owes; `credit_left` is carried into the next period."""

    used: Used
    cash: ByHead
    cash_reverse_charge: ByHead
    credit_left: ByHead

    @property
    def total_cash(self) -> int:
        """What leaves the electronic cash ledger."""
        return self.cash.total + self.cash_reverse_charge.total


def set_off(owed: ByHead, credit: ByHead, reverse_charge: ByHead, period: dt.date) -> SetOff:
    """Pay `owed` with `credit` and the rest in cash; `reverse_charge` in cash only.

    `period` is a day in the period of the return, for the rule of its time. Amounts are not negative: a
    period that comes out below nothing owes nothing, and is `ByHead.positive` first.

    >>> rupees = ByHead(10_000, 8_000, 8_000), ByHead(15_000, 8_000, 1_000), ByHead(0, 500, 500)
    >>> done = set_off(*rupees, dt.date(2026, 11, 30))
    >>> done.used
    Used(i_i=10000, i_c=0, i_s=0, c_i=0, c_c=8000, s_i=5000, s_s=1000, cs_cs=0)
    >>> done.cash, done.total_cash
    (ByHead(igst=0, cgst=0, sgst=2000, cess=0), 3000)
    """
    assert min(*owed, *credit, *reverse_charge) >= 0, "what is below nothing is carried, not set off"
    i_i = min(owed.igst, credit.igst)
    c_i, s_i = _igst_on_the_halves(credit.igst - i_i, owed, credit)
    c_c, s_s = min(owed.cgst - c_i, credit.cgst), min(owed.sgst - s_i, credit.sgst)
    i_c, i_s = _halves_on_igst(owed.igst - i_i, credit.cgst - c_c, credit.sgst - s_s, period)
    used = Used(i_i, i_c, i_s, c_i, c_c, s_i, s_s, min(owed.cess, credit.cess))
    return SetOff(
        used=used,
        cash=owed.minus(used.paid),
        cash_reverse_charge=reverse_charge,
        credit_left=credit.minus(used.drawn),
    )


def _igst_on_the_halves(left: int, owed: ByHead, credit: ByHead) -> tuple[int, int]:
    """What IGST pays of CGST and of SGST: first what their own credit cannot, then all it still can."""
    short_c, short_s = max(owed.cgst - credit.cgst, 0), max(owed.sgst - credit.sgst, 0)
    if left < short_c + short_s:
        return _evened(left, short_c - short_s, short_c, short_s)
    rest_c, rest_s = owed.cgst - short_c, owed.sgst - short_s
    spare_c, spare_s = max(credit.cgst - owed.cgst, 0), max(credit.sgst - owed.sgst, 0)
    more = min(left - short_c - short_s, rest_c + rest_s)
    c, s = _evened(more, spare_s - spare_c, rest_c, rest_s)
    return short_c + c, short_s + s


def _halves_on_igst(short: int, spare_c: int, spare_s: int, period: dt.date) -> tuple[int, int]:
    """What CGST and SGST pay of IGST, which its own credit could not."""
    amount = min(short, spare_c + spare_s)
    if on(HALVES_IN_ANY_ORDER, period.isoformat()):
        return _evened(amount, spare_c - spare_s, spare_c, spare_s)
    c = min(amount, spare_c)
    return c, amount - c


def _evened(amount: int, ahead: int, most_c: int, most_s: int) -> tuple[int, int]:
    """`amount` in two parts, the first larger by `ahead` if it can be; an odd paisa is the first's."""
    c = min(max((amount + ahead + 1) // 2, amount - most_s, 0), most_c, amount)
    return c, amount - c
