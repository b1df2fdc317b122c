"""The unpaid invoices of each customer (`api.md` §5, item 7)."""

from finzcore.books.books import Books
from finzcore.books.reports.open_items import CUSTOMERS
from finzcore.books.reports.outstanding import RECEIVABLES as VIEW
from finzcore.books.reports.outstanding import Query, drawn
from finzcore.ports import Row

__all__ = ["VIEW", "Query", "draw"]


def draw(books: Books, query: Query) -> Row:
    """The invoices and debit notes that customers have not paid in full on a day, with what is left of each.

    Amounts are in rupees; the status is that of the day. A debit note stands among the invoices with its
    number, under `debit_note_id`.
    """
    return drawn(books, CUSTOMERS, query)
