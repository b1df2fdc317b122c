"""One line of a document: quantity × rate, less its discount (`api.md` §4.1 item 1)."""

import attrs

from finzcore.errors import RuleBroken
from finzcore.gst.rates import TaxRate
from finzcore.gst.reverse import ReverseCharge, reverse_charge
from finzcore.money import LARGEST, Millionths, Paise, half_up, rupees

_MILLIONTHS_SQUARED_PER_PAISA = 10**10
_HUNDRED_PERCENT = 100_000_000
_NOTHING = Paise(0)


def gross(quantity: Millionths, rate: Millionths) -> Paise:
    """Quantity × rate in paise, rounded half-up once; both are in millionths, the rate of a rupee.

    >>> gross(3_000_000, 199_430_000)  # 3 × 199.43
    59829
    """
    return Paise(half_up(quantity * rate, _MILLIONTHS_SQUARED_PER_PAISA))


@attrs.frozen(kw_only=True)
class Discount:
    """A discount as it was given: an amount in paise, or a percentage in millionths.

    Raises `RuleBroken` (field ``discount``) unless there is exactly one of them, not negative, and
    the percentage is at most 100.

    >>> Discount(percent=10_000_000).of(Paise(59829)), Discount(amount=Paise(500)).of(Paise(59829))
    (5983, 500)
    """

    amount: Paise | None = None
    percent: Millionths | None = None

    def __attrs_post_init__(self) -> None:
        if (self.amount is None) == (self.percent is None):
            raise RuleBroken("A discount is either an amount or a percentage.", field="discount")
        if (self.amount or 0) < 0 or not 0 <= (self.percent or 0) <= _HUNDRED_PERCENT:
            raise RuleBroken("A discount must not be negative, nor more than 100 percent.", field="discount")

    def of(self, base: Paise) -> Paise:
        """The discount on `base` in paise; `RuleBroken` (field ``discount``) if it is more than `base`."""
        if self.percent is not None:
            return Paise(half_up(base * self.percent, _HUNDRED_PERCENT))
        amount = self.amount
        assert amount is not None
        if amount > base:
            raise _exceeds(amount, base)
        return amount


def line_discount(gross: Paise, discount: Discount | None) -> Paise:
    """The discount of a line in paise: none, or what it comes to on the line's gross.

    Raises `RuleBroken` (field ``discount``) when it is more than the gross.

    >>> line_discount(Paise(10000), None), line_discount(Paise(10000), Discount(percent=12_500_000))
    (0, 1250)
    """
    return Paise(0) if discount is None else discount.of(gross)


@attrs.frozen
class Line:
    """A line that can be priced.

    `quantity` and `rate` are in millionths, `discount` is in paise and already resolved. `tax` is the
    tax row or None, `account` the number of the income or expense account or None for the default,
    `tags` opaque JSON text. `rcm` is by what the recipient assesses the tax, where he owes it and not
    the supplier (a tax row for reverse charge means it by itself), `blocked` the clause of section 17(5)
    that keeps a buyer from taking credit for the tax. `gross` follows from the rest.

    Raises `RuleBroken` with field ``quantity``, ``rate`` or ``discount``; the caller knows which line
    it is and puts that in front.

    >>> Line(3_000_000, 199_430_000, discount=Paise(829)).net
    59000
    """

    quantity: Millionths
    rate: Millionths
    discount: Paise = _NOTHING
    tax: TaxRate | None = None
    account: int | None = None
    tags: str | None = None
    rcm: ReverseCharge | None = None
    blocked: str | None = None
    gross: Paise = attrs.field(init=False)

    @gross.default
    def _gross(self) -> Paise:
        return gross(self.quantity, self.rate)

    def __attrs_post_init__(self) -> None:
        if self.quantity <= 0:
            raise RuleBroken("The quantity must be more than zero.", field="quantity")
        if self.rate < 0:
            raise RuleBroken("The rate must not be negative.", field="rate")
        if self.gross > LARGEST:
            raise RuleBroken("Quantity times rate is more than we can book.", field="rate")
        if not 0 <= self.discount <= self.gross:
            raise _exceeds(self.discount, self.gross)

    @property
    def net(self) -> Paise:
        """Gross less the line's discount: what is charged, with GST in it if prices are inclusive."""
        return Paise(self.gross - self.discount)

    @property
    def assessed(self) -> ReverseCharge | None:
        """By what the recipient assesses the tax, as said here or by the tax row; None: the supplier
        charges it."""
        return self.rcm or reverse_charge(False, None, self.tax)


def _exceeds(discount: Paise, base: Paise) -> RuleBroken:
    return RuleBroken(
        f"A discount of {rupees(discount)} is not between 0 and {rupees(base)}.", field="discount"
    )
