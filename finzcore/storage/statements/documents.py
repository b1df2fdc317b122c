"""The kinds of document that `verify` goes through, one line a kind: what its statements name.

They are what the resources declare (`finzcore.books.papers.kind`); a test holds the two together.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple


class Named(NamedTuple):
    """One kind: its table, what sentences call it, what its columns call its contact, the statuses of one
    that stands and of one that was taken back.

    Of one that is priced by its lines and posted, also the first half of its posting rules, and the side
    on which it moves receivables: +1 where it debits them. A note has two sides, told apart by its type.
    """

    table: str
    noun: str
    who: str
    posted: str
    back: str
    word: str = ""
    side: int = 0
    twofold: bool = False
    settled: bool = False
    """Whether it is owed, and settled by allocations."""
    spent: bool = False
    """Whether it is money spent at once: it has lines, and no header of terms."""

    @property
    def names(self) -> dict[str, str]:
        """What the statements of a kind put in their places."""
        entity = self.noun.upper().replace(" ", "_")
        owed = "receivable" if self.who == "customer" else "payable"
        rules, sign = f"'{self.word}.{owed}'", str(self.side)
        if self.twofold:
            rules += f", 'vendor_{self.word}.payable'"
            sign = f"CASE WHEN d.type = 'VENDOR' THEN {-self.side} ELSE {self.side} END"
        return {
            "table": self.table,
            "noun": self.noun,
            "entity": entity,
            "who": self.who,
            "contact": f"{self.who}_id",
            "posted": self.posted,
            "back": self.back,
            "owed": owed,
            "type": ", type" if self.twofold else "",
            "rules": rules,
            "sign": sign,
        }


KINDS: Final = (
    Named("estimates", "estimate", "customer", "SENT", "CANCELLED"),
    Named("sales_orders", "sales order", "customer", "CONFIRMED", "CANCELLED"),
    Named("purchase_orders", "purchase order", "vendor", "ISSUED", "CANCELLED"),
    Named("invoices", "invoice", "customer", "SENT", "CANCELLED", "sale", 1, settled=True),
    Named("bills", "bill", "vendor", "OPEN", "CANCELLED", "bill", -1, settled=True),
    Named("credit_notes", "credit note", "customer", "ISSUED", "CANCELLED", "credit_note", -1, twofold=True),
    Named(
        "debit_notes",
        "debit note",
        "customer",
        "ISSUED",
        "CANCELLED",
        "debit_note",
        1,
        twofold=True,
        settled=True,
    ),
    Named("payments", "payment", "contact", "RECORDED", "VOIDED"),
    Named("expenses", "expense", "vendor", "RECORDED", "GONE", spent=True),
)

LINED: Final = tuple(kind for kind in KINDS if kind.who != "contact")
"""Those that have lines."""
PRICED: Final = tuple(kind for kind in LINED if not kind.spent)
"""Those that also have a header of terms, and totals that follow from both."""
BOOKED: Final = tuple(kind for kind in KINDS if kind.side)
"""Those of them that are posted by their lines."""
SETTLED: Final = tuple(kind for kind in KINDS if kind.settled)
"""Those that payments and notes settle."""
ENTERED: Final = tuple(kind for kind in KINDS if kind.side or kind.who == "contact" or kind.spent)
"""Those that have journal entries."""


def each(name: str, text: str, kinds: Iterable[Named], **more: str) -> dict[str, str]:
    """A statement for each kind, known as ``<table>_<name>``."""
    return {f"{kind.table}_{name}": text.format(**kind.names, **more) for kind in kinds}
