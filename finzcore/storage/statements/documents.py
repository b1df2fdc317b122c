"""The kinds of document that `verify` goes through, one line a kind: what its statements name.

They are what the resources declare (`finzcore.books.papers.kind`); a test holds the two together.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple


class Named(NamedTuple):
    """One kind: its table, what sentences call it, its kind of number and source of entries, the
    column of its contact, the statuses of one that stands and of one that was taken back, the first
    half of its posting rules, and the side on which it moves receivables, if it is priced by lines."""

    table: str
    noun: str
    source: str
    contact: str
    posted: str
    back: str
    word: str
    side: int = 0


KINDS: Final = (
    Named("invoices", "invoice", "INVOICE", "customer_id", "SENT", "CANCELLED", "sale", 1),
    Named(
        "credit_notes", "credit note", "CREDIT_NOTE", "customer_id", "ISSUED", "CANCELLED", "credit_note", -1
    ),
    Named("payments", "payment", "PAYMENT", "contact_id", "RECORDED", "VOIDED", "payment"),
)

PRICED: Final = tuple(kind for kind in KINDS if kind.side)
"""Those that have lines, and totals that follow from them."""


def each(name: str, text: str, kinds: Iterable[Named] = KINDS, **more: str) -> dict[str, str]:
    """A statement for each kind, known as ``<table>_<name>``."""
    return {f"{kind.table}_{name}": text.format(**kind._asdict(), **more) for kind in kinds}
