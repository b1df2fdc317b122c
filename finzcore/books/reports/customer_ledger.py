"""The ledger of one customer: what they owe, document after document (`api.md` §5, item 15)."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports.period import last_day
from finzcore.books.shapes import day, mention, shape
from finzcore.books.sources import numbers_of, shown_id
from finzcore.ids import wire
from finzcore.ledger.account import Role
from finzcore.ledger.source import Source
from finzcore.ledger.statements import running
from finzcore.ports import Row

VIEW: Final = views.View(
    views.ident("contact_id", "ct_"),
    views.text("contact_name"),
    views.day("from_date", bare=True).maybe(),
    views.day("to_date", bare=True),
    views.ident("branch_id", "br_").maybe(),
    views.amount("opening_balance"),
    views.out(
        "entries",
        views.Each(
            views.View(
                views.day("date", "day"),
                views.text("type"),
                views.text("ref_id"),
                views.text("number"),
                views.text("reference_number").maybe(),
                views.amount("debit"),
                views.amount("credit"),
                views.amount("balance"),
            )
        ),
    ),
    views.amount("closing_balance"),
    views.amount("total_debit"),
    views.amount("total_credit"),
)

_AS_THEIR_SOURCE: Final = frozenset(
    {Source.INVOICE.value, Source.CREDIT_NOTE.value, Source.DEBIT_NOTE.value, Source.OPENING.value}
)
_MONEY: Final = {"receipt": "RECEIPT", "refund": "REFUND"}
"""What a payment's entry is, by the word that begins the rule of its posting on the contact."""


@shape
class CustomerLedgerOf:
    """Of which customer, over which days; with no first day, from the beginning."""

    contact_id: int = mention("ct_", "contacts", "Contact", required=True, usable=False)
    from_date: str | None = day(bare=True)
    to_date: str | None = day(bare=True)
    branch_id: int | None = mention("br_", "branches", "Branch", usable=False)


def run(books: Books, query: CustomerLedgerOf) -> Row:
    """What a customer was charged and credited, with the balance after each; positive is owed to us.

    Receivables and the customer's advances count as one. What was voided or replaced is left out,
    together with the entry that took it back.
    """
    contact = books.row("contacts", query.contact_id)
    through = last_day(books, query.from_date, query.to_date)
    asked = {
        "contact": query.contact_id,
        "control": books.masters.account(Role.AR),
        "advance": books.masters.account(Role.CUSTOMER_ADVANCE),
        "since": query.from_date or "",
        "branch_id": query.branch_id,
    }
    books.session.ahead.ask("reports.contact_ledger", **asked, through=through)
    opening = books.session.ask("reports.contact_before", **asked)[0]["net"] if query.from_date else 0
    rows = books.session.ask("reports.contact_ledger", **asked, through=through)
    balances = list(running(opening, (row["amount"] for row in rows)))
    return {
        "contact_id": query.contact_id,
        "contact_name": contact["contact_name"],
        "from_date": query.from_date,
        "to_date": through,
        "branch_id": query.branch_id,
        "opening_balance": opening,
        "entries": _entries(books, rows, balances),
        "closing_balance": balances[-1] if balances else opening,
        "total_debit": sum(max(row["amount"], 0) for row in rows),
        "total_credit": sum(max(-row["amount"], 0) for row in rows),
    }


def _entries(books: Books, rows: list[Row], balances: list[int]) -> list[Row]:
    numbers = numbers_of(books, ((row["source"], row["source_id"]) for row in rows))
    return [
        {
            "day": row["day"],
            "type": _type(row),
            "ref_id": shown_id(books.org_id, row["source"], row["source_id"])
            or wire("je_", books.org_id, row["entry"]),
            "number": numbers.get((row["source"], row["source_id"]), row["number"]),
            "reference_number": row["reference_number"],
            "debit": max(row["amount"], 0),
            "credit": max(-row["amount"], 0),
            "balance": balance,
        }
        for row, balance in zip(rows, balances, strict=True)
    ]


def _type(row: Row) -> str:
    source: str = row["source"]
    if source in _AS_THEIR_SOURCE:
        return source
    if source == Source.PAYMENT.value:
        return _MONEY.get(row["rule"].partition(".")[0], "JOURNAL")
    return "JOURNAL"
