"""Money that moves: its entry, and what it settles or uses up at once (`api.md` §4.7)."""

import datetime as dt
from collections.abc import Sequence

from finzcore.books.books import Books
from finzcore.books.journal import post
from finzcore.books.papers.applying import NewAllocation, Target, allocated, settled, transferred
from finzcore.books.papers.kind import kind_of
from finzcore.books.papers.refunds import parts_of, take
from finzcore.documents.allocation import Application
from finzcore.documents.payment import Payment, PaymentType, payment_postings, refund_postings
from finzcore.errors import RuleBroken
from finzcore.ledger.entry import JournalEntry, Posting
from finzcore.ledger.source import Source
from finzcore.ports import Row


def receive(
    books: Books, row: Row, payment: Payment, given: Sequence[NewAllocation], targets: Sequence[Target]
) -> list[Row]:
    """Keep a receipt, or a payment to a vendor, with what it settles at once; its allocations."""
    kind = kind_of("payments")
    opened = payment.opened
    applications = allocated(books, opened, given, targets)
    at_once, later = _by_day(row["date"], payment, targets, applications)
    made = [one for _, one in at_once]
    postings = payment_postings(payment, made, chart=books.masters.chart)
    applied = sum(one.amount for one in applications)
    row |= {"settles": opened.amount, "booked": opened.booked, "applied": applied}
    incoming = row["flow"] == "INCOMING"
    row["entry"] = _post(books, row, postings, "Receipt" if incoming else "Payment")
    books.session.insert(kind.table, [row])
    kind.tell(books, row, "CREATED", "RECEIVED" if incoming else "MADE")
    source = ("payments", row)
    dates = {document["id"]: max(row["date"], document["date"]) for _, document in targets}
    kept = settled(books, source, [target for target, _ in at_once], made, dates=dates, entry=None)
    for date, uses in later.items():
        documents, parts = [target for target, _ in uses], [one for _, one in uses]
        assert payment.way.sits_on is not None
        entry = transferred(books, source, payment.way.sits_on, documents, parts, date)
        kept += settled(books, source, documents, parts, dates=dates, entry=entry)
    return kept


Uses = list[tuple[Target, Application]]


def _by_day(
    date: str, payment: Payment, targets: Sequence[Target], applications: Sequence[Application]
) -> tuple[Uses, dict[str, Uses]]:
    """What is used together with the payment, and what of an advance is used only on later days, when the
    documents are there: an advance is nobody's receivable before."""
    advance = payment.payment_type is PaymentType.ADVANCE
    at_once: Uses = []
    later: dict[str, Uses] = {}
    for target, one in zip(targets, applications, strict=True):
        day = target[1]["date"]
        (later.setdefault(day, []) if advance and day > date else at_once).append((target, one))
    return at_once, dict(sorted(later.items()))


def refund(books: Books, row: Row, payment: Payment, note: Row | None) -> None:
    """Keep money given back, and what that uses up."""
    kind = kind_of("payments")
    parts = parts_of(books, row, note)
    taken = [(part.sits_on, part.amount, part.rupees) for part in parts]
    row["entry"] = _post(books, row, refund_postings(payment, taken, chart=books.masters.chart), "Refund")
    books.session.insert(kind.table, [row])
    kind.tell(books, row, "CREATED", "REFUNDED")
    take(books, row, parts)


def _post(books: Books, row: Row, postings: Sequence[Posting], what: str) -> int:
    if not postings:
        raise RuleBroken("In rupees this is nothing.", field="amount")
    entry = JournalEntry(
        date=dt.date.fromisoformat(row["date"]),
        source=Source.PAYMENT,
        source_id=row["id"],
        branch_id=row["branch_id"],
        contact_id=row["contact_id"],
        reference_number=row["reference_number"],
        memo=f"{what} {row['number']}, {row['contact_name']}",
        postings=tuple(postings),
    )
    return post(books, entry)
