"""What we bought, as the returns see it: bills, expenses and notes of vendors, in rupees, by tax.

A `Document` of some `Part`s; amounts are in paise of rupees and never negative, and `Document.sign` says
whether it adds to what was bought or takes from it. What the vendor charged and what we assess ourselves
under reverse charge stand apart; together, and without what is blocked, they are what the document put on
the accounts of input tax, head by head, to the paisa (`gst.md` §7).
"""

from typing import NamedTuple

import attrs

from finzcore.gst.rates import Shape
from finzcore.gst.split import Heads
from finzcore.gst.supply import Treatment
from finzcore.ledger.source import Source


class Part(NamedTuple):
    """The lines of a document that bear one tax, one HSN or SAC, one unit, and are credited alike.

    `charged` is the vendor's tax, `assessed` ours under reverse charge; `rate` the combined rate of either
    in millionths. `blocked` is the clause under which no credit is taken, or
    `finzcore.gst.reverse.INELIGIBLE_PLACE`, or None.
    """

    line: int
    shape: Shape | None
    rate: int
    hsn: str | None
    unit: str | None
    quantity: int
    taxable: int
    charged: Heads
    assessed: Heads
    reverse_charge: bool
    blocked: str | None


@attrs.frozen(kw_only=True)
class Document:
    """A posted document of purchase. `supplier` and `place` are GST numbers of states; `value` is what it
    comes to with the tax charged, before anything is withheld."""

    source: Source
    key: int
    entry: int | None
    number: str
    date: str
    contact_id: int | None
    name: str | None
    gstin: str | None
    treatment: Treatment
    place: int
    supplier: int
    branch_id: int
    inter: bool
    value: int
    parts: tuple[Part, ...]

    @property
    def sign(self) -> int:
        """+1 for what adds to what was bought, -1 for a credit note."""
        return -1 if self.source is Source.CREDIT_NOTE else 1
