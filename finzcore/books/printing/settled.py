"""What a payment or a note was set against, and what a refund gives back, with numbers and dates."""

from collections.abc import Iterable
from typing import Final

from finzcore.books.books import Books
from finzcore.books.papers.settlement import by_source, live
from finzcore.books.printing.forms import FORMS, day_text
from finzcore.books.printing.paper import Original, Settled
from finzcore.books.registry import table_of
from finzcore.ports import Row

_NOUNS: Final = {"invoices": "Invoice", "bills": "Bill", "debit_notes": "Debit note"}


def allocations(books: Books, row: Row) -> tuple[Settled, ...]:
    """The documents that a payment settles, in the order in which it did."""
    kept = [one for one in by_source(books, "payments", [row])[row["id"]] if one["target_type"] in _NOUNS]
    found = _documents(books, [(one["target_type"], one["target_id"]) for one in kept])
    return tuple(
        _settled(f"{_NOUNS[of]} {found[of, key]['number']}", found[of, key], one)
        for one in kept
        for of, key in [(one["target_type"], one["target_id"])]
    )


def refunded(books: Books, row: Row) -> tuple[Settled, ...]:
    """The note or the payments that a refund gives back, in the order in which it used them up."""
    kept = live(books, "target", "refunds", [row["id"]])
    found = _documents(books, [(one["source_type"], one["source_id"]) for one in kept])
    return tuple(
        _settled(f"{FORMS[of].title(found[of, key])} {found[of, key]['number']}", found[of, key], one)
        for one in kept
        for of, key in [(one["source_type"], one["source_id"])]
    )


def _settled(document: str, row: Row, allocation: Row) -> Settled:
    total = row["total"] if "total" in row else row["amount"]
    return Settled(document=document, date=day_text(row["date"]), total=total, amount=allocation["amount"])


def _documents(books: Books, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Row]:
    wanted: dict[str, set[int]] = {}
    for of, key in keys:
        wanted.setdefault(of, set()).add(key)
    return {
        (of, key): row
        for of, found in wanted.items()
        for key, row in books.session.many(table_of(of), found).items()
    }


def originals(books: Books, row: Row) -> tuple[Original, ...]:
    """The document that a note corrects: rule 53 wants its number and date."""
    named = [("invoices", row.get("invoice_id")), ("bills", row.get("bill_id"))]
    found = _documents(books, [(of, key) for of, key in named if key is not None])
    return tuple(
        Original(label=f"Original {_NOUNS[of].lower()}", number=one["number"], date=day_text(one["date"]))
        for (of, _key), one in found.items()
    )
