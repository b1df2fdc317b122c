"""The purchase register: what was billed to us, bill by bill (`api.md` §5, item 10)."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports import register
from finzcore.books.reports.long import Long
from finzcore.ledger.source import Source

LISTED: Final = register.LISTED
Query = register.Span

_ASSESSED: Final = tuple(f"rcm_{head}" for head in register.HEADS)
_CREDITED: Final = tuple(f"itc_{head}" for head in register.HEADS)
_AMOUNTS: Final = (*register.CHARGED, *_ASSESSED, *_CREDITED)
_OF_CREDIT: Final = (views.flag("is_rcm"), views.text("itc_blocked_reason").maybe())

VIEW: Final = register.view(
    (
        views.ident("bill_id", "bl_", "id"),
        views.text("bill_number", "number"),
        views.day("date"),
        views.ident("vendor_id", "ct_"),
        views.text("vendor_name"),
        views.text("gst_no").maybe(),
        views.text("place_of_supply"),
        *map(views.amount, _AMOUNTS),
        *_OF_CREDIT,
        views.text("status", "shown_status"),
    ),
    _AMOUNTS,
    (*register.LINE, *_OF_CREDIT, *map(views.amount, _ASSESSED)),
)

_PURCHASES: Final = register.Register("bills", Source.BILL.value, _AMOUNTS)


def draw(books: Books, query: register.Span) -> Long:
    """The posted bills of some days, by date, with their lines by HSN or SAC; all amounts in rupees.

    Drafts and voided bills are left out. `cgst` and what follows are what the vendor charged, `rcm_cgst`
    and what follows what we owe ourselves under reverse charge, `itc_cgst` and what follows the credit that
    was taken for both. A bill is under reverse charge where one of its lines is, and names the clause that
    blocks its credit where all of its blocked lines have the same. `other_charges` are freight, adjustment,
    round-off and a discount after tax, together with what a conversion into rupees leaves over.
    """
    return register.draw(books, query, _PURCHASES)
