"""A document of sale as the portals of e-invoices and e-way bills take it: parties, items, sums.

All amounts are in paise of rupees, whatever currency the document is in, and none is negative; quantities,
prices of one unit and percentages in millionths; states by their GST numbers.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import attrs

from finzcore.gst.rates import Shape
from finzcore.gst.states import OVERSEAS
from finzcore.gst.supply import Treatment
from finzcore.gst.units import is_service

_EXEMPT: Final = frozenset({Shape.EXEMPT, Shape.NIL_RATED, Shape.NON_GST})


@attrs.frozen(kw_only=True)
class Party:
    """Who supplies, who is supplied, or where goods go. `name` is the legal one, `town` and `pin` those
    of the address; what nobody wrote down is None."""

    name: str
    trade_name: str | None = None
    gstin: str | None = None
    address: tuple[str, ...] = ()
    town: str | None = None
    pin: str | None = None
    state: int
    phone: str | None = None
    email: str | None = None


@attrs.frozen(kw_only=True)
class Item:
    """One line. `gross` is quantity by price before any discount and without tax; `price` that of one
    unit, None where it was written with tax in it or in another currency.

    `percent` is the combined rate, also where nothing was charged by it; the heads are those charged or,
    under reverse charge, those that the recipient owes.
    """

    line: int
    name: str
    description: str | None = None
    hsn: str | None
    unit: str | None
    quantity: int
    price: int | None
    gross: int
    taxable: int
    shape: Shape | None
    percent: int
    cess_percent: int = 0
    cgst: int
    sgst: int
    igst: int
    cess: int

    @property
    def tax(self) -> int:
        """All four heads."""
        return self.cgst + self.sgst + self.igst + self.cess

    @property
    def value(self) -> int:
        """The taxable value and the tax on it."""
        return self.taxable + self.tax

    @property
    def is_service(self) -> bool:
        """Whether nothing moves: its code is one of services."""
        return is_service(self.hsn)

    @property
    def is_exempt(self) -> bool:
        """Whether it is exempt, nil-rated or outside GST."""
        return self.shape in _EXEMPT

    @property
    def reverse_charge(self) -> bool:
        """Whether the recipient owes the tax."""
        return self.shape is Shape.RCM


@attrs.frozen(kw_only=True)
class Issued:
    """An invoice, a credit note or a debit note to a customer.

    `kind` is its noun, such as ``credit_note``; `place` the place of supply. `charges` are what stands on
    it untaxed, `reduction` what is taken off after tax, `value` what it comes to in rupees before anything
    is withheld; `foreign` its currency and what it comes to in that, None in rupees. `originals` are the
    number and date of each document that it corrects.
    """

    kind: str
    key: int
    status: str
    number: str
    date: dt.date
    treatment: Treatment
    place: int
    inter: bool
    with_payment: bool = True
    seller: Party
    seller_is_sez: bool = False
    buyer: Party
    ship_to: Party | None = None
    items: tuple[Item, ...]
    charges: int = 0
    reduction: int = 0
    value: int
    foreign: tuple[str, int] | None = None
    export: Mapping[str, Any] | None = None
    originals: tuple[tuple[str, dt.date], ...] = ()

    @property
    def is_export(self) -> bool:
        """Whether it goes out of India."""
        return self.treatment is Treatment.OVERSEAS or self.place == OVERSEAS

    @property
    def reverse_charge(self) -> bool:
        """Whether the recipient owes the tax on any line."""
        return any(item.reverse_charge for item in self.items)

    @property
    def is_bill_of_supply(self) -> bool:
        """Whether nothing on it is taxable, so that rule 49 wants a bill of supply."""
        return all(item.is_exempt for item in self.items)

    @property
    def taxable(self) -> int:
        """The taxable value of all lines."""
        return sum(item.taxable for item in self.items)

    @property
    def charged(self) -> int:
        """The tax that is part of what it comes to."""
        return sum(item.tax for item in self.items if not item.reverse_charge)

    @property
    def rounding(self) -> int:
        """What else it comes to: its round-off, and the paise that converting each sum by itself loses or
        gains. May be negative."""
        return self.value - self.taxable - self.charged - self.charges + self.reduction
