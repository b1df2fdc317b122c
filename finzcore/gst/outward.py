"""What we supplied, as the returns see it: posted documents of sale, in rupees, line groups by rate.

An invoice, a credit note or a debit note to a customer is one `Document` of some `Part`s. All amounts are
in paise of rupees and never negative: `Document.sign` says whether a document adds to what was supplied or
takes from it. The parts of a document add up to what it posted, head by head, to the paisa; tax that the
recipient owes under reverse charge stands in a part as well, and was posted by nobody (`gst.md` §7.1).
"""

from functools import cached_property
from typing import Any, Final, NamedTuple

import attrs

from finzcore.gst.gstin import Form, form_of
from finzcore.gst.rates import Shape
from finzcore.gst.states import OVERSEAS
from finzcore.gst.supply import Treatment
from finzcore.ledger.source import Source

TAXED: Final = frozenset({Shape.INTRA_STATE, Shape.INTER_STATE})
ZERO_RATED: Final = frozenset({Treatment.SEZ, Treatment.OVERSEAS})
"""Whose supplies bear no tax in the end: charged and given back, or under a letter of undertaking."""


class Part(NamedTuple):
    """The lines of a document that bear one tax, one HSN or SAC and one unit.

    `line` is the first of them; `shape` that of their tax row, None where they have none; `rate` the
    combined rate in millionths, also where nothing was charged by it; `quantity` in millionths.
    """

    line: int
    shape: Shape | None
    rate: int
    hsn: str | None
    unit: str | None
    quantity: int
    taxable: int
    cgst: int
    sgst: int
    igst: int
    cess: int

    @property
    def tax(self) -> int:
        """All four heads."""
        return self.cgst + self.sgst + self.igst + self.cess

    @property
    def reverse_charge(self) -> bool:
        """Whether the recipient owes the tax."""
        return self.shape is Shape.RCM


class Original(NamedTuple):
    """The invoice that a note is for."""

    key: int
    number: str
    date: str
    value: int


@attrs.frozen(kw_only=True)
class Document:
    """A posted document of sale. `place` and `supplier` are GST numbers of states; `value` is what it
    comes to with tax, without what the customer withholds (`api.md` §5 item 13)."""

    source: Source
    key: int
    entry: int | None
    number: str
    date: str
    contact_id: int
    name: str
    gstin: str | None
    treatment: Treatment
    place: int
    supplier: int
    branch_id: int
    inter: bool
    with_payment: bool
    export: dict[str, Any] | None
    value: int
    parts: tuple[Part, ...]
    original: Original | None = None
    original_place: int | None = None
    """Where the supply of that invoice was; no return tells of it."""
    lines_version: int = 1
    """Which of its versions the parts are of."""

    @property
    def sign(self) -> int:
        """+1 for what adds to what was supplied, -1 for a credit note."""
        return -1 if self.source is Source.CREDIT_NOTE else 1

    @property
    def is_note(self) -> bool:
        """Whether it corrects another."""
        return self.source is not Source.INVOICE

    @property
    def is_export(self) -> bool:
        """Whether it went out of India."""
        return self.treatment is Treatment.OVERSEAS or self.place == OVERSEAS

    @property
    def is_sez(self) -> bool:
        """Whether it went into a special economic zone."""
        return self.treatment is Treatment.SEZ

    @property
    def is_zero_rated(self) -> bool:
        """Whether section 16 of the IGST Act makes it zero-rated."""
        return self.is_export or self.is_sez

    @property
    def is_registered(self) -> bool:
        """Whether the recipient has a number of GST, of whatever form."""
        return self.gstin is not None and not self.is_export

    @cached_property
    def is_uin(self) -> bool:
        """Whether the recipient is an embassy or a body of the United Nations."""
        return self.gstin is not None and form_of(self.gstin) is Form.UIN
