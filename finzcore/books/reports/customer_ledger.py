"""The ledger of one customer: what they owe, document after document (`api.md` §5, item 15)."""

from finzcore.books.books import Books
from finzcore.books.reports.contact_ledger import VIEW, Query, drawn
from finzcore.books.reports.open_items import CUSTOMERS
from finzcore.ports import Row

__all__ = ["VIEW", "Query", "draw"]


def draw(books: Books, query: Query) -> Row:
    """What a customer was charged and credited, with the balance after each; positive is owed to us.

    Receivables and the customer's advances count as one. What was voided or replaced is left out,
    together with the entry that took it back.
    """
    return drawn(books, CUSTOMERS, query)
