"""Documents of a month as the returns see them: what a test does not say is the plainest there is."""

from itertools import count
from typing import Any

from finzcore.gst import inward, outward
from finzcore.gst.rates import Shape
from finzcore.gst.split import NO_TAX, Heads
from finzcore.gst.supply import Treatment
from finzcore.ledger.source import Source
from finzcore.money import Paise

OURS = "27AAPFU0939F1ZV"
THEIRS = "29AAACW6288M1ZM"

_keys = count(1)


def part(taxable: int, halves: int = 0, igst: int = 0, cess: int = 0, **more: Any) -> outward.Part:
    """Lines of a sale, in rupees, at 18 % within a state."""
    given = {"line": 1, "shape": Shape.INTRA_STATE, "rate": 18_000_000, "hsn": "9401", "unit": "NOS"} | more
    return outward.Part(
        quantity=1_000_000,
        taxable=100 * taxable,
        cgst=100 * halves,
        sgst=100 * halves,
        igst=100 * igst,
        cess=100 * cess,
        **given,
    )


def sale(*parts: outward.Part, place: int = 27, **more: Any) -> outward.Document:
    """What a firm in Maharashtra sold, to a consumer at home unless told otherwise."""
    key = next(_keys)
    given = {
        "source": Source.INVOICE,
        "gstin": None,
        "treatment": Treatment.CONSUMER,
        "inter": place != 27,
        "with_payment": True,
        "export": None,
        "date": "2026-11-05",
    } | more
    return outward.Document(
        key=key,
        entry=key,
        number=f"INV/{key}",
        contact_id=7,
        name="Asha Stores",
        place=place,
        supplier=27,
        branch_id=1,
        value=sum(one.taxable + one.tax for one in parts),
        parts=parts,
        **given,
    )


def heads(halves: int = 0, igst: int = 0, cess: int = 0) -> Heads:
    """Tax, in rupees."""
    half = Paise(100 * halves)
    return Heads(half, half, Paise(100 * igst), Paise(100 * cess))


def bought(taxable: int, charged: Heads = NO_TAX, **more: Any) -> inward.Part:
    """Lines of a purchase, in rupees, at 18 % within a state."""
    given = {
        "line": 1,
        "shape": Shape.INTRA_STATE,
        "rate": 18_000_000,
        "hsn": "4802",
        "unit": "NOS",
        "assessed": NO_TAX,
        "reverse_charge": False,
        "blocked": None,
    } | more
    return inward.Part(quantity=1_000_000, taxable=100 * taxable, charged=charged, **given)


def owed(taxable: int, assessed: Heads, **more: Any) -> inward.Part:
    """Lines whose tax we assess ourselves."""
    return bought(taxable, assessed=assessed, shape=Shape.RCM, reverse_charge=True, **more)


def purchase(*parts: inward.Part, supplier: int = 27, **more: Any) -> inward.Document:
    """What it bought, of a registered vendor at home unless told otherwise."""
    key = next(_keys)
    given = {
        "source": Source.BILL,
        "gstin": "27AAACN1234A1Z5",
        "treatment": Treatment.REGISTERED,
        "place": 27,
        "inter": supplier != 27,
        "date": "2026-11-06",
    } | more
    return inward.Document(
        key=key,
        entry=key,
        number=f"B-{key}",
        contact_id=8,
        name="Nilgiri Papers",
        supplier=supplier,
        branch_id=1,
        value=sum(one.taxable + one.charged.total for one in parts),
        parts=parts,
        **given,
    )
