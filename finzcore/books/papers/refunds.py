"""Money given back: of a credit note, or of the oldest payments that nobody has used (`api.md` §4.7)."""

from collections.abc import Sequence

import attrs

from finzcore.books.books import Books
from finzcore.books.papers.applying import by_document
from finzcore.books.papers.kind import kind_of
from finzcore.books.papers.settlement import (
    check_posted,
    kept,
    live,
    open_source,
    record,
    release,
    use_source,
)
from finzcore.documents.allocation import Application, consume_oldest
from finzcore.errors import OverAllocated, RuleBroken
from finzcore.ledger.account import Role
from finzcore.money import Paise
from finzcore.ports import Condition, Row


@attrs.frozen
class Part:
    """What a refund takes of one source: the amount, its worth in rupees, and where it sits."""

    of: str
    source: Row
    amount: Paise
    rupees: Paise
    sits_on: Role


def parts_of(books: Books, refund: Row, note: Row | None) -> list[Part]:
    """What a refund uses up: of the note it names, or of unused payments, the oldest first.

    RuleBroken on ``credit_note_id`` or, when there is not that much, on ``amount``.
    """
    if note is not None:
        _check_note(books, note, refund)
        sources = [("credit_notes", note)]
    else:
        sources = [("payments", row) for row in _unused_payments(books, refund)]
    rows = {(of, row["id"]): row for of, row in sources}
    opens = [((of, row["id"]), open_source(books, of, row)) for of, row in sources]
    return [
        Part(of, rows[of, key], amount, worth, _sits_on(of, rows[of, key], refund))
        for (of, key), amount, worth in consume_oldest(opens, refund["amount"])
    ]


def _check_note(books: Books, note: Row, refund: Row) -> None:
    field = "credit_note_id"
    if note["customer_id"] != refund["contact_id"]:
        raise RuleBroken("The credit note belongs to another contact.", field=field)
    if (note["type"] == "CUSTOMER") != (refund["flow"] == "OUTGOING"):
        raise RuleBroken("A customer's note is refunded by money going out.", field=field)
    if note["currency_code"] != refund["currency_code"]:
        raise RuleBroken("The credit note is in another currency.", field=field)
    check_posted(books, kind_of("credit_notes"), note, field)
    if kind_of("credit_notes").rest(note) < refund["amount"]:
        raise OverAllocated("The refund is more than what is left of the note.", field="amount")


def _unused_payments(books: Books, refund: Row) -> list[Row]:
    """The contact's payments of the other direction that wait to be used, oldest first."""
    where = [
        Condition("contact_id", "=", refund["contact_id"]),
        Condition("flow", "=", "INCOMING" if refund["flow"] == "OUTGOING" else "OUTGOING"),
        Condition("currency_code", "=", refund["currency_code"]),
        Condition("voided_at", "absent"),
        Condition("unused", ">", 0),
    ]
    return sorted(
        books.session.find(kind_of("payments").table, where), key=lambda row: (row["date"], row["id"])
    )


def _sits_on(of: str, source: Row, refund: Row) -> Role:
    customers = refund["flow"] == "OUTGOING"
    if of == "payments" and source["payment_type"] == "ADVANCE":
        return Role.CUSTOMER_ADVANCE if customers else Role.VENDOR_ADVANCE
    return Role.AR if customers else Role.AP


def take(books: Books, refund: Row, parts: Sequence[Part]) -> None:
    """Keep what a refund used up."""
    for part in parts:
        application = Application(amount=part.amount, used=part.rupees, relieved=part.rupees)
        source, target = (part.of, part.source["id"]), ("refunds", refund["id"])
        record(books, source, target, application, date=refund["date"], entry=refund["entry"])
        _use(books, part.of, part.source, part.amount)


def give_back(books: Books, refund: Row) -> None:
    """What a voided refund had used up waits to be used again."""
    for one in live(books, "target", "refunds", [refund["id"]]):
        of = one["source_type"]
        release(books, one)
        _use(books, of, kept(books, of, one["source_id"]), -one["amount"])


def _use(books: Books, of: str, source: Row, amount: int) -> None:
    """Add what a refund used of a payment or a note, or give it back with a negative amount."""
    kind = kind_of(of)
    after = use_source(books, of, source, {kind.as_source.refunded: amount})
    if of == "payments":
        settled = live(books, "source", of, [source["id"]])
        kind.tell_whole(books, after | {"allocations": by_document(settled)})
