"""The ledger of one vendor: what they are owed, document after document (`api.md` §5, item 16)."""

from finzcore.books.books import Books
from finzcore.books.reports.contact_ledger import VIEW, Query, drawn
from finzcore.books.reports.open_items import VENDORS
from finzcore.ports import Row

__all__ = ["VIEW", "Query", "draw"]


def draw(books: Books, query: Query) -> Row:
    """What a vendor charged and was paid, with the balance after each; positive is owed to the vendor.

    Payables and the advances to the vendor count as one. What was voided or replaced is left out,
    together with the entry that took it back.
    """
    return drawn(books, VENDORS, query)
