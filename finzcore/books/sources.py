"""What an entry was made from, as answers name it: a document's id and its number (`api.md` §4.13, §5)."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from finzcore.books.books import Books
from finzcore.books.registry import RESOURCES, resource, table_of
from finzcore.ids import uuid_text, wire
from finzcore.ledger.source import Source


class Kept(NamedTuple):
    """Where the documents of a source are kept: their resource, the prefix of their ids (empty for
    UUIDs), and the key under which their answers show the number, if they have one."""

    resource: str
    prefix: str
    number: str | None = None


KEPT: Final = {
    Source.INVOICE.value: Kept("invoices", "inv_", "invoice_number"),
    Source.BILL.value: Kept("bills", "bl_", "bill_number"),
    Source.PAYMENT.value: Kept("payments", "", "payment_number"),
    Source.EXPENSE.value: Kept("expenses", "exp_", "expense_number"),
    Source.CREDIT_NOTE.value: Kept("credit_notes", "cn_", "credit_note_number"),
    Source.DEBIT_NOTE.value: Kept("debit_notes", "dn_", "debit_note_number"),
    Source.OPENING.value: Kept("contacts", "ct_"),
}
"""By source; an entry made by hand has no document, and a reversal has that of the entry it reverses."""


def shown_id(org_id: int, source: str, key: int | None) -> str | None:
    """The wire id of the document that an entry was made from; None where there is none.

    >>> shown_id(7, "INVOICE", 42) == wire("inv_", 7, 42), shown_id(7, "MANUAL", None)
    (True, None)
    """
    kept = KEPT.get(source)
    if key is None or kept is None:
        return None
    return wire(kept.prefix, org_id, key) if kept.prefix else uuid_text(org_id, key)


def numbers_of(books: Books, made_from: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], str]:
    """The numbers of documents, each given by its source and key: one look-up a kind of document."""
    wanted: dict[str, set[int]] = {}
    for source, key in made_from:
        kept = KEPT.get(source)
        if key is not None and kept is not None and kept.number and kept.resource in RESOURCES:
            wanted.setdefault(source, set()).add(key)
    tables = {source: table_of(KEPT[source].resource) for source in wanted}
    for source, keys in wanted.items():
        books.session.ahead.many(tables[source], keys)
    found = {}
    for source, keys in wanted.items():
        view = resource(KEPT[source].resource).view
        assert view is not None
        column = next(one.column for one in view.outs if one.key == KEPT[source].number)
        rows = books.session.many(tables[source], keys)
        found.update({(source, key): row[column] for key, row in rows.items() if row[column] is not None})
    return found
