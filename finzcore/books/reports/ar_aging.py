"""What customers owe, by how long it has been due (`api.md` §5, item 5)."""

from finzcore.books.books import Books
from finzcore.books.reports.aging import VIEW, drawn
from finzcore.books.reports.open_items import CUSTOMERS
from finzcore.books.reports.open_items import AsOf as Query
from finzcore.ports import Row

__all__ = ["VIEW", "Query", "draw"]


def draw(books: Books, query: Query) -> Row:
    """What every customer owes, in buckets by the age of what is due, less what waits to be used.

    Age counts from the due date, what is not due yet is in the youngest bucket, and opening balances and
    entries made by hand age from the day on which they were posted. `on_account` is what of receipts and
    credit notes settles nothing yet, and what entries by hand took off, negative; advances stand on their own
    account and are not in it. The totals are what stands on receivables on that day, less what entries by
    hand put there without a contact.
    """
    return drawn(books, CUSTOMERS, query)
