"""The sales register: what was invoiced, invoice by invoice (`api.md` §5, item 9)."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports import register
from finzcore.books.reports.long import Long
from finzcore.ledger.source import Source

LISTED: Final = register.LISTED
Query = register.Span

VIEW: Final = register.view(
    (
        views.ident("invoice_id", "inv_", "id"),
        views.text("invoice_number", "number"),
        views.day("date"),
        views.ident("customer_id", "ct_"),
        views.text("customer_name"),
        views.text("gst_no").maybe(),
        views.text("place_of_supply"),
        *map(views.amount, register.CHARGED),
        views.text("status", "shown_status"),
    ),
    register.CHARGED,
    register.LINE,
)

_SALES: Final = register.Register("invoices", Source.INVOICE.value, register.CHARGED)


def draw(books: Books, query: register.Span) -> Long:
    """The posted invoices of some days, by date, with their lines by HSN or SAC; all amounts in rupees.

    Drafts and voided invoices are left out. The tax is what was charged: under reverse charge the customer
    owes it. `other_charges` are shipping, adjustment, round-off and a discount after tax, together with
    what a conversion into rupees leaves over.
    """
    return register.draw(books, query, _SALES)
