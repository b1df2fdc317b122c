"""Setting payments and notes against documents: what a body asks for, looked at and carried out.

targets_of    the documents that a body names: side, contact, currency, posted
allocated     how much of the payment each of them takes
set_against   money or a note that was there already, with the entry that this may need
settled       the allocations, kept, and what they leave on their documents
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.journal import post
from finzcore.books.papers.kind import kind_of
from finzcore.books.papers.settlement import (
    check_posted,
    kept,
    open_target,
    record,
    release,
    settle,
    settlement_date,
    use_source,
)
from finzcore.books.shapes import amount as money
from finzcore.books.shapes import mention, shape
from finzcore.documents.allocation import Application, Demand, Open, allocate
from finzcore.documents.payment import application_postings
from finzcore.errors import RuleBroken
from finzcore.ledger.account import Role
from finzcore.ledger.entry import JournalEntry
from finzcore.money import Paise
from finzcore.ports import Row

Target = tuple[str, Row]
"""A document to be settled: the name of its resource, and its row."""


@shape
class NewAllocation:
    """How much of a payment settles which document."""

    invoice_id: int | None = mention("inv_", "invoices", "Invoice", usable=False)
    bill_id: int | None = mention("bl_", "bills", "Bill", usable=False)
    debit_note_id: int | None = mention("dn_", "debit_notes", "Debit note", usable=False)
    amount: int = money(required=True, least=0, above=True)


FIELDS: Final = {"invoices": "invoice_id", "bills": "bill_id", "debit_notes": "debit_note_id"}
"""The field that names a document of each resource."""

ALLOCATION: Final = views.View(
    views.ident("allocation_id", "", "id"),
    views.ident("invoice_id", "inv_").maybe(),
    views.ident("bill_id", "bl_").maybe(),
    views.ident("debit_note_id", "dn_").maybe(),
    views.amount("amount"),
    views.day("date"),
)

SITS_ON: Final = {"CUSTOMER": Role.AR, "VENDOR": Role.AP}
"""Where an unused note sits, by its type."""

_SETTLES: Final = {"INCOMING": ("invoices", "debit_notes"), "OUTGOING": ("bills", "debit_notes")}


def by_document(allocations: Sequence[Row]) -> list[Row]:
    """Allocations as answers show them, each under the kind of document that it settles."""
    return [
        one | {field: one["target_id"] if one["target_type"] == of else None for of, field in FIELDS.items()}
        for one in allocations
        if one["target_type"] in FIELDS
    ]


def _named(one: NewAllocation, index: int) -> tuple[str, int]:
    """The one document that an allocation names: the resource and the key."""
    named = [(of, getattr(one, field)) for of, field in FIELDS.items() if getattr(one, field) is not None]
    if len(named) != 1:
        raise RuleBroken("An allocation names exactly one document.", field=f"allocations[{index}]")
    return named[0]


def targets_of(
    books: Books, given: Sequence[NewAllocation], *, flow: str, contact: int, code: str
) -> list[Target]:
    """The documents that allocations name, each looked at; RuleBroken on the field that names it."""
    targets = []
    for index, one in enumerate(given):
        of, key = _named(one, index)
        field = f"allocations[{index}].{FIELDS[of]}"
        if of not in _SETTLES[flow]:
            raise RuleBroken("A receipt settles invoices, a payment to a vendor bills.", field=field)
        row = books.row(of, key)
        if of == "debit_notes" and kind_of(of).sells(row) != (flow == "INCOMING"):
            raise RuleBroken("This debit note is settled by money of the other direction.", field=field)
        check_target(books, of, row, contact=contact, code=code, field=field)
        targets.append((of, row))
    return targets


def check_target(books: Books, of: str, row: Row, *, contact: int, code: str, field: str) -> None:
    """RuleBroken unless the document is this contact's, in this currency, and posted."""
    kind = kind_of(of)
    label = kind.label
    if row[kind.contact] != contact:
        raise RuleBroken(f"The {label} belongs to another contact.", field=field)
    if row["currency_code"] != code:
        raise RuleBroken(f"The {label} is in another currency.", field=field)
    check_posted(books, kind, row, field)


def allocated(
    books: Books, source: Open, given: Sequence[NewAllocation], targets: Sequence[Target]
) -> list[Application]:
    """What each allocation takes; RuleBroken on ``allocations[i].amount`` or ``allocations``."""
    demands = [
        Demand(target=(of, row["id"]), amount=Paise(one.amount))
        for one, (of, row) in zip(given, targets, strict=True)
    ]
    return allocate(source, demands, {(of, row["id"]): open_target(books, of, row) for of, row in targets})


def set_against(
    books: Books,
    source: Target,
    sits_on: Role,
    targets: Sequence[Target],
    applications: Sequence[Application],
) -> Row:
    """Set what waits to be used of a payment or a note against documents, as of one day.

    What is on account posts nothing but an exchange difference; an advance is transferred.
    """
    of, row = source
    kind = kind_of(of)
    date = settlement_date(books, row, [document for _, document in targets])
    entry = transferred(books, source, sits_on, targets, applications, date)
    used = {kind.as_source.applied: sum(one.amount for one in applications)}
    after = use_source(books, of, row, used, event="APPLIED")
    dates = {document["id"]: date for _, document in targets}
    settled(books, (of, after), targets, applications, dates=dates, entry=entry)
    return after


def transferred(
    books: Books,
    source: Target,
    sits_on: Role,
    targets: Sequence[Target],
    applications: Sequence[Application],
    date: str,
) -> int | None:
    """The entry that setting money or a note against documents needs on a day, if it needs one."""
    of, row = source
    kind = kind_of(of)
    books.check_open(date)
    contact = row[kind.contact]
    postings = application_postings(
        sits_on, applications, chart=books.masters.chart, branch_id=row["branch_id"], contact_id=contact
    )
    if not postings:
        return None
    assert kind.source is not None, "what settles documents has entries"
    numbers = dict.fromkeys(document["number"] for _, document in targets)
    made = JournalEntry(
        date=dt.date.fromisoformat(date),
        source=kind.source,
        source_id=row["id"],
        branch_id=row["branch_id"],
        contact_id=contact,
        reference_number=row["reference_number"],
        memo=f"Application of {row['number']} to {', '.join(numbers)}"[:500],
        postings=postings,
    )
    return post(books, made)


def settled(
    books: Books,
    source: Target,
    targets: Sequence[Target],
    applications: Sequence[Application],
    *,
    dates: Mapping[int, str],
    entry: int | None,
) -> list[Row]:
    """Keep the allocations, and settle each document once with all that it got of them."""
    of, row = source
    allocations = []
    documents: dict[int, Target] = {}
    sums: dict[int, int] = {}
    for (kind, document), one in zip(targets, applications, strict=True):
        key = document["id"]
        allocations.append(record(books, (of, row["id"]), (kind, key), one, date=dates[key], entry=entry))
        documents[key] = (kind, document)
        sums[key] = sums.get(key, 0) + one.amount
    in_cash = kind_of(of).as_source.counts_as == "payment_made"
    for key, (kind, document) in documents.items():
        if in_cash:
            settle(books, kind, document, cash=sums[key])
        else:
            settle(books, kind, document, credit=sums[key])
    return allocations


def unsettled(books: Books, allocations: Sequence[Row]) -> None:
    """Let allocations of payments count no more, and take them back from their documents."""
    sums: dict[tuple[str, int], int] = {}
    for one in allocations:
        release(books, one)
        target = (one["target_type"], one["target_id"])
        sums[target] = sums.get(target, 0) + one["amount"]
    for (of, key), amount in sums.items():
        settle(books, of, kept(books, of, key), cash=-amount)
