"""What vendors are owed, by how long it has been due (`api.md` §5, item 6)."""

from finzcore.books.books import Books
from finzcore.books.reports.aging import VIEW, drawn
from finzcore.books.reports.open_items import VENDORS
from finzcore.books.reports.open_items import AsOf as Query
from finzcore.ports import Row

__all__ = ["VIEW", "Query", "draw"]


def draw(books: Books, query: Query) -> Row:
    """What every vendor is owed, in buckets by the age of what is due, less what waits to be used.

    As for customers: `on_account` is what of payments and of vendors' credits settles nothing yet, and what
    entries by hand took off, negative, without advances. The totals are what stands on payables on that day,
    less what entries by hand put there without a contact.
    """
    return drawn(books, VENDORS, query)
