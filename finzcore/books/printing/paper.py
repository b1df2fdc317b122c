"""A printout, declared: what stands on paper, as frozen values of text and whole numbers.

Amounts are in paise of the document's currency, quantities, rates and percentages in millionths, dates as
people read them. `as_printout` makes the JSON-ready dict that is kept and drawn.
"""

from typing import Any

import attrs

Pair = tuple[str, str]
"""A label and what stands beside it."""

Printout = dict[str, Any]
"""A `Paper` or a `Voucher`, JSON-ready."""


@attrs.frozen(kw_only=True)
class Party:
    """Somebody: `also` is a second name, `lines` the address."""

    name: str
    also: str = ""
    lines: tuple[str, ...] = ()
    state: str = ""
    gstin: str = ""
    pan: str = ""
    email: str = ""
    phone: str = ""


@attrs.frozen(kw_only=True)
class PrintedLine:
    """A line; `percent` is None where it has no tax row, `amount` its taxable value and its tax."""

    no: int
    name: str
    text: str
    hsn: str
    quantity: int
    unit: str
    rate: int
    discount: int
    taxable: int
    percent: int | None
    amount: int


@attrs.frozen
class Sum:
    """An amount with its label."""

    label: str
    amount: int


@attrs.frozen(kw_only=True)
class TaxRow:
    """A row of the summary of tax."""

    hsn: str
    percent: int
    taxable: int
    cgst: int
    sgst: int
    igst: int
    cess: int


@attrs.frozen(kw_only=True)
class Original:
    """A document that a note corrects."""

    label: str
    number: str
    date: str


@attrs.frozen(kw_only=True)
class Settled:
    """What of a payment settles which document, or refunds it."""

    document: str
    date: str
    total: int
    amount: int


@attrs.frozen(kw_only=True)
class Scan:
    """A code to be scanned."""

    label: str
    text: str


@attrs.frozen(kw_only=True)
class Sheet:
    """What every document has."""

    template: str
    filename: str
    title: str
    copy: str = ""
    number: str
    number_label: str
    mark: str
    currency: str
    symbol: str
    issuer: Party
    other: Party
    other_label: str
    deliver_to: tuple[str, ...] = ()
    signatory: str = ""
    """Who signs; nobody for somebody else's document."""
    facts: tuple[Pair, ...]
    notes: str = ""
    scans: tuple[Scan, ...] = ()


@attrs.frozen(kw_only=True)
class Paper(Sheet):
    """A document with lines. `rupees` is what the law wants known in rupees of one in another currency,
    `assessed` the tax that whoever bought owes under reverse charge, in rupees too."""

    originals: tuple[Original, ...] = ()
    endorsements: tuple[str, ...] = ()
    lines: tuple[PrintedLine, ...]
    taxed: bool
    discounted: bool
    inclusive: bool
    heads: tuple[Pair, ...]
    sums: tuple[Sum, ...]
    total: int
    after: tuple[Sum, ...] = ()
    codes: tuple[TaxRow, ...] = ()
    rupees: tuple[Sum, ...] = ()
    exchange_rate: str = ""
    assessed: tuple[Sum, ...] = ()
    bank: tuple[Pair, ...] = ()
    einvoice: tuple[Pair, ...] = ()
    terms: str = ""
    declaration: str = ""


@attrs.frozen(kw_only=True)
class Voucher(Sheet):
    """Money that moved. `purpose` is what it was, where that is nothing usual; `allocations` is what it
    settles or, of a refund, what it gives back."""

    received: bool
    purpose: str = ""
    amount: int
    tds: Sum | None = None
    allocations: tuple[Settled, ...] = ()
    allocations_label: str = "Settles"
    unused: Sum | None = None


def as_printout(sheet: Paper | Voucher) -> Printout:
    """A sheet as the dict that is kept and drawn: it is equal to itself after a journey as JSON."""
    printout: Printout = _plain(sheet)
    return printout


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if attrs.has(type(value)):
        return {field.name: _plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    return value
