"""Payments: what moved, what it settles or gives back, and what waits."""

from collections.abc import Iterator, Sequence

from finzcore.books.books import Books
from finzcore.books.explain.told import lines, posting_steps, status_steps
from finzcore.books.papers.kind import kind_of
from finzcore.books.papers.settlement import live
from finzcore.books.registry import table_of
from finzcore.documents.exchange import ONE
from finzcore.documents.steps import Step, amount
from finzcore.ports import Row


def money_steps(books: Books, of: str, row: Row) -> Iterator[Step]:
    """How a payment came to what it settles, and to its postings."""
    yield from status_steps(row)
    inputs = {"flow": row["flow"], "payment_type": row["payment_type"], "currency": row["currency_code"]}
    yield Step("money.amount", inputs, amount(row["amount"]))
    for name in ("bank_charges", "tds_amount"):
        if row[name]:
            rule = f"money.{name.removesuffix('_amount')}"
            yield Step(rule, {"amount": amount(row["amount"])}, amount(row[name]))
    if row["payment_type"] != "REFUND":
        inputs_of = {"amount": amount(row["amount"]), "tds_amount": amount(row["tds_amount"])}
        yield Step("money.settles", inputs_of, amount(row["settles"]))
    yield from _used(books, live(books, "source", of, [row["id"]]), "money.applied", "target")
    yield from _used(books, live(books, "target", "refunds", [row["id"]]), "money.taken", "source")
    if row["payment_type"] != "REFUND":
        unused = {"settles": amount(row["settles"]), "applied": amount(row["applied"])}
        if row["refunded"]:
            unused["refunded"] = amount(row["refunded"])
        left = kind_of(of).rest(row)
        yield Step("money.unused", unused, amount(left))
    yield from posting_steps(books, lines(books, row), {}, ONE)


def _used(books: Books, allocations: Sequence[Row], rule: str, side: str) -> Iterator[Step]:
    """A step for each allocation that counts: the document, and both worths in rupees."""
    for one in allocations:
        named = one[f"{side}_type"]
        if named not in _SETTLED:
            continue
        document = books.session.get(table_of(named), one[f"{side}_id"])
        assert document is not None, "what was settled with stays"
        inputs = {
            "type": kind_of(named).label,
            "number": document["number"],
            "used": amount(one["used"]),
            "relieved": amount(one["relieved"]),
        }
        yield Step(rule, inputs, amount(one["amount"]))


_SETTLED = frozenset({"invoices", "bills", "debit_notes", "credit_notes", "payments"})
