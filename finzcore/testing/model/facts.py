"""What happened, as it was told: each fact is kept as its body, and what follows from it is worked out."""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import attrs

from finzcore.testing.pricing import Priced, half_up, paise

Body = dict[str, Any]
Moved = tuple[str, str, int, str | None]
"""The day, the code of the account, paise with debits positive, and the contact."""
Posting = tuple[str, str, int, str | None, str]
"""The same, and the branch."""

SALES: Final = frozenset({"invoices", "estimates", "sales_orders"})
PURCHASES: Final = frozenset({"bills", "purchase_orders"})
NOTES: Final = frozenset({"credit_notes", "debit_notes"})
OFFERS: Final = frozenset({"estimates", "sales_orders", "purchase_orders"})
"""Documents that nobody owes anything for."""

PREFIXES: Final = {
    "invoices": "INV-",
    "bills": "BILL-",
    "credit_notes": "CN-",
    "debit_notes": "DN-",
    "payments": "PAY-",
    "expenses": "EXP-",
    "estimates": "EST-",
    "sales_orders": "SO-",
    "purchase_orders": "PO-",
}


@attrs.frozen
class Branch:
    """A place of business: its code, which is nothing where it is the first, its state, and the prefixes of
    its own invoices and bills."""

    code: str
    state: str
    prefixes: Mapping[str, str]

    def prefix(self, of: str) -> str:
        """What the numbers of a kind of document begin with.

        >>> Branch("MUM", "IN-MH", {"invoices": "M-"}).prefix("payments")
        'MUM-PAY-'
        """
        return self.prefixes.get(of) or (f"{self.code}-" if self.code else "") + PREFIXES[of]


def rate_of(body: Body) -> Fraction:
    """Rupees for one of the currency that a body is in."""
    return Fraction(body.get("exchange_rate", 1))


@attrs.define
class Paper:
    """A document of lines: the body that it was made from, as `told` reads it, with lines that say what
    their items fill in. An invoice, a bill or a note is DRAFT, POSTED or CANCELLED; an estimate or an
    order has the statuses that it shows, but for those that follow from what is carried out.
    """

    of: str
    key: str
    number: str
    body: Body
    sells: bool
    """Whether it is about something sold; otherwise it was bought."""
    priced: Priced
    due: str
    status: str
    order: str | None = None
    """The order that it carries out."""
    places: list[int] = attrs.field(factory=list)
    """For each of its lines the place of the order's line that it carries out."""
    link: str | None = None
    """Of an estimate the sales order that it became, of that the estimate."""

    @property
    def contact(self) -> str:
        """Whose it is."""
        whose: str = self.body.get("customer_id") or self.body["vendor_id"]
        return whose

    @property
    def customer(self) -> str:
        """Whose it is, of something sold."""
        return self.contact

    @property
    def date(self) -> str:
        """Its day, as ISO text."""
        return str(self.body["date"])

    @property
    def currency(self) -> str:
        """The currency that it is in."""
        return str(self.body.get("currency_code", "INR"))

    @property
    def rate(self) -> Fraction:
        """Rupees for one of its currency."""
        return rate_of(self.body)

    @property
    def booked(self) -> int:
        """What it is worth in rupees."""
        return half_up(self.priced.total * self.rate)

    @property
    def standing(self) -> bool:
        """Whether it is in the books."""
        return self.status == "POSTED"


@attrs.define
class Money:
    """Money that came in or went out, for something or as a refund."""

    key: str
    number: str
    body: Body
    voided: bool = False

    @property
    def contact(self) -> str:
        """Whose money it was, or becomes."""
        whose: str = self.body["contact_id"]
        return whose

    @property
    def date(self) -> str:
        """The day on which it moved, as ISO text."""
        return str(self.body["date"])

    @property
    def kind(self) -> str:
        """REGULAR, ADVANCE or REFUND."""
        return str(self.body.get("payment_type", "REGULAR"))

    @property
    def incoming(self) -> bool:
        """Whether it came in."""
        return bool(self.body.get("flow", "INCOMING") == "INCOMING")

    @property
    def sells(self) -> bool:
        """Whether it is a customer's; a refund moves the other way round."""
        return self.incoming != (self.kind == "REFUND")

    @property
    def currency(self) -> str:
        """The currency that moved."""
        return str(self.body.get("currency_code", "INR"))

    @property
    def rate(self) -> Fraction:
        """Rupees for one of its currency."""
        return rate_of(self.body)

    @property
    def amount(self) -> int:
        """What moved, in paise, without what was withheld."""
        return paise(self.body["amount"])

    @property
    def worth(self) -> int:
        """What can be settled with it: nothing with a refund."""
        return 0 if self.kind == "REFUND" else self.amount + paise(self.body.get("tds_amount", 0))

    @property
    def booked(self) -> int:
        """What that is in rupees."""
        return half_up(self.worth * self.rate)


@attrs.frozen
class Use:
    """So much of a payment or a note, used for a document or given back with a refund: the amount, and
    the rupees that this took off the source and off the target.
    """

    source: str
    target: str
    amount: int
    date: str
    used: int
    relieved: int


@attrs.define
class Expense:
    """Money spent at once."""

    key: str
    number: str
    body: Body
    priced: Priced


@attrs.define
class Voucher:
    """An entry made by hand."""

    key: str
    body: Body


@attrs.define
class Schedule:
    """A document that comes by itself: what, from which body, how often, and on which day next."""

    key: str
    body: Body
    following: dt.date
    """Its next day."""
    woken: dt.date | None = None
    """The waking of the books on which it last did something."""
    runs: int = 0
    active: bool = True

    @property
    def of(self) -> str:
        """The resource of what it makes."""
        return {"INVOICE": "invoices", "BILL": "bills", "EXPENSE": "expenses", "JOURNAL": "journals"}[
            self.body["entity_type"]
        ]
