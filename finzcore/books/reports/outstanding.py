"""Which documents are unpaid: both reports of them are drawn here (`api.md` §5, items 7 and 8).

Debit notes are owed like invoices and bills, and stand among them under an id of their own. Opening
balances, and what waits to be used, are no documents: the ageing reports have them.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports import sources
from finzcore.books.reports.open_items import (
    CUSTOMERS,
    VENDORS,
    AsOf,
    Item,
    Settlement,
    Side,
    asking,
    open_items,
    settlements,
)
from finzcore.books.shapes import mention, shape
from finzcore.documents.ageing import days_overdue
from finzcore.documents.lifecycle import BILL, DEBIT_NOTE, INVOICE, settled_status
from finzcore.ledger.source import Source
from finzcore.money import Paise
from finzcore.ports import Row

_LIVES: Final = {
    Source.INVOICE: (INVOICE, "SENT"),
    Source.BILL: (BILL, "OPEN"),
    Source.DEBIT_NOTE: (DEBIT_NOTE, "ISSUED"),
}
"""The life of each kind of document, and the status that is kept of a posted one."""


@shape
class Query(AsOf):
    """As of which day, and of whom, if not of all."""

    contact_id: int | None = mention("ct_", "contacts", "Contact", usable=False)


def _view(side: Side) -> views.View:
    """What the report of one side shows."""
    document = views.View(
        views.ident(f"{side.noun}_id", side.prefix, "document_id").maybe(),
        views.ident("debit_note_id", "dn_").maybe(),
        views.text(f"{side.noun}_number", "number"),
        views.day("date"),
        views.day("due_date"),
        views.amount("total"),
        views.amount("balance"),
        views.whole("days_overdue"),
        views.text("status"),
        sources.SOURCES,
    )
    contact = views.View(
        views.ident("contact_id", "ct_"),
        views.text("contact_name"),
        views.amount("outstanding"),
        views.out(side.documents, views.Each(document)),
        sources.SOURCES,
    )
    return views.View(
        views.day("as_of_date", bare=True),
        views.ident("branch_id", "br_").maybe(),
        views.ident("contact_id", "ct_").maybe(),
        views.out(side.who, views.Each(contact)),
        views.amount("total"),
        sources.SOURCES,
    )


RECEIVABLES: Final = _view(CUSTOMERS)
PAYABLES: Final = _view(VENDORS)


def drawn(books: Books, side: Side, query: Query) -> Row:
    """Every contact with unpaid documents, by name; amounts in rupees."""
    wanted = asking(books, side, query, query.contact_id)
    items = [item for item in open_items(books, wanted) if item.source in _LIVES]
    parts = settlements(books, wanted) if query.explain else {}
    as_of = dt.date.fromisoformat(wanted.as_of)
    contacts: list[Row] = []
    for (key, name), group in groupby(items, lambda item: (item.contact_id, item.contact_name)):
        owed = list(group)
        contacts.append(
            {
                "contact_id": key,
                "contact_name": name,
                "outstanding": sum(item.rest for item in owed),
                side.documents: [
                    _document(item, as_of, parts.get((item.source, item.key), [])) for item in owed
                ],
                "sources": _made_of(owed, "outstanding"),
            }
        )
    return {
        "as_of_date": wanted.as_of,
        "branch_id": query.branch_id,
        "contact_id": query.contact_id,
        side.who: contacts,
        "total": sum(item.rest for item in items),
        "sources": _made_of(items, "total"),
    }


def _document(item: Item, as_of: dt.date, parts: Sequence[Settlement]) -> Row:
    """One document, with what it booked and what settled it as the sources of its balance."""
    due = dt.date.fromisoformat(item.due_date)
    note = item.source is Source.DEBIT_NOTE
    made_of = [_source(item, {"total": item.booked, "balance": item.booked})]
    made_of += [
        sources.Item(part.entry, part.source, part.source, part.key, {"balance": -part.relieved})
        for part in parts
    ]
    return {
        "document_id": None if note else item.key,
        "debit_note_id": item.key if note else None,
        "number": item.number,
        "date": item.date,
        "due_date": item.due_date,
        "total": item.booked,
        "balance": item.rest,
        "days_overdue": days_overdue(due, as_of),
        "status": _status(item, due, as_of),
        "sources": sources.Listed(made_of),
    }


def _status(item: Item, due: dt.date, as_of: dt.date) -> str:
    """The status that a document showed on a day."""
    life, kept = _LIVES[item.source]
    total, settled = Paise(item.total), Paise(item.settled)
    return settled_status(life, kept, total=total, paid=settled, credited=Paise(0), due_date=due, today=as_of)


def _made_of(items: Sequence[Item], column: str) -> sources.Listed:
    return sources.Listed([_source(item, {column: item.rest}) for item in items])


def _source(item: Item, amounts: dict[str, int]) -> sources.Item:
    return sources.Item(item.entry, item.source, item.source, item.key, amounts)
