"""The unpaid bills of each vendor (`api.md` §5, item 8)."""

from finzcore.books.books import Books
from finzcore.books.reports.open_items import VENDORS
from finzcore.books.reports.outstanding import PAYABLES as VIEW
from finzcore.books.reports.outstanding import Query, drawn
from finzcore.ports import Row

__all__ = ["VIEW", "Query", "draw"]


def draw(books: Books, query: Query) -> Row:
    """The bills and debit notes of vendors that we have not paid in full on a day, with what is left of each.

    Amounts are in rupees; the status is that of the day. A debit note stands among the bills with its number,
    under `debit_note_id`.
    """
    return drawn(books, VENDORS, query)
