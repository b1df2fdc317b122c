"""Hypothesis strategies: amounts, numbers and days, the bodies of documents, whole months of business.

Read in this order:

    values     paise, amounts, quantities, days, states, gstins, names
    bodies     contacts, items, line items, invoices, payments, credit notes: valid as they come
    purchases  vendors, bills, expenses, entries made by hand
    months     a month as a list of steps, and `play`, which carries it out

What they give is what a body of the API and the keywords of an `Org` call take, with exact numbers:
``int``, ``str`` or ``Decimal``, never a float. By default it is ordinary, and the books accept it. Less
ordinary things come when they are asked for by name, ``also=("discounts", "tds")``; `ALSO` lists the
names, and the books accept these too.

    >>> from hypothesis import find
    >>> from finzcore.testing import strategies
    >>> receipts = strategies.payments(contact_id="ct_1", date="2026-05-19")
    >>> find(receipts, lambda body: body["amount"] > 5)["amount"]
    Decimal('5.01')
"""

from finzcore.testing.extra import missing

try:
    from finzcore.testing.strategies.bodies import (
        ALSO,
        TAXES,
        UNTAXED,
        contacts,
        credit_notes,
        invoices,
        items,
        line_items,
        payments,
    )
    from finzcore.testing.strategies.months import Month, Step, months, play
    from finzcore.testing.strategies.purchases import bills, expenses, journals, vendors
    from finzcore.testing.strategies.values import amounts, days, gstins, names, paise, quantities, states
except ModuleNotFoundError as error:
    raise missing(error, __name__) from None

__all__ = [
    "ALSO",
    "TAXES",
    "UNTAXED",
    "Month",
    "Step",
    "amounts",
    "bills",
    "contacts",
    "credit_notes",
    "days",
    "expenses",
    "gstins",
    "invoices",
    "items",
    "journals",
    "line_items",
    "months",
    "names",
    "paise",
    "payments",
    "play",
    "quantities",
    "states",
    "vendors",
]
