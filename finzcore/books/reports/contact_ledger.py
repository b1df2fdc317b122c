"""The ledger of one contact: both reports of it are drawn here (`api.md` §5, items 15 and 16).

The control account of its side and the advances of that side count as one. Who is both customer and
vendor has a ledger of each.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports import sources
from finzcore.books.reports.called import renamed_since
from finzcore.books.reports.known import Asked, known, seq_of
from finzcore.books.reports.open_items import Side
from finzcore.books.reports.period import last_day
from finzcore.books.shapes import day, mention, shape
from finzcore.books.sources import numbers_of, shown_id
from finzcore.ids import wire
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
                sources.SOURCES,
            )
        ),
    ),
    views.amount("closing_balance"),
    views.amount("total_debit"),
    views.amount("total_credit"),
    sources.SOURCES,
)

_AS_THEIR_SOURCE: Final = frozenset(
    {Source.INVOICE, Source.BILL, Source.CREDIT_NOTE, Source.DEBIT_NOTE, Source.OPENING}
)
_MONEY: Final = {"receipt": "RECEIPT", "payment": "PAYMENT", "refund": "REFUND", "vendor_refund": "REFUND"}
"""What a payment's entry is, by the word that begins the rule of its posting on the contact."""


@shape
class Query(Asked):
    """Of which contact, over which days; with no first day, from the beginning."""

    contact_id: int = mention("ct_", "contacts", "Contact", required=True, usable=False)
    from_date: str | None = day(bare=True)
    to_date: str | None = day(bare=True)


def drawn(books: Books, side: Side, query: Query) -> Row:
    """What was posted for a contact, with the balance after each, positive on the side's own side.

    What was voided or replaced is left out, together with the entry that took it back.
    """
    contact = books.row("contacts", query.contact_id)
    at = known(books, query)
    named = renamed_since(books, at, query.contact_id)
    through = last_day(books, query.from_date, query.to_date, at)
    asked = {
        "contact": query.contact_id,
        "control": books.masters.account(side.control),
        "advance": books.masters.account(side.advance),
        "branch_id": query.branch_id,
        "known": seq_of(at),
    }
    since = query.from_date or ""
    span = {"since": since, "until": _after(through)}
    books.session.ahead.ask("reports_contacts.ledger", **asked, **span)
    before = books.session.ask("reports_contacts.ledger_before", **asked, until=since) if since else []
    opening = side.sign * sum(row["net"] for row in before)
    rows = books.session.ask("reports_contacts.ledger", **asked, **span)
    balances = list(running(opening, (side.sign * row["amount"] for row in rows)))
    return {
        "contact_id": query.contact_id,
        "contact_name": named.get(query.contact_id, contact["contact_name"]),
        "from_date": query.from_date,
        "to_date": through,
        "branch_id": query.branch_id,
        "opening_balance": opening,
        "entries": _entries(books, rows, balances),
        "closing_balance": balances[-1] if balances else opening,
        "total_debit": sum(max(row["amount"], 0) for row in rows),
        "total_credit": sum(max(-row["amount"], 0) for row in rows),
        "sources": sources.Joined(
            _Before(asked=asked, until=since, sign=side.sign), sources.Listed(_posted(rows, side.sign))
        ),
    }


def _after(date: str) -> str:
    return (dt.date.fromisoformat(date) + dt.timedelta(days=1)).isoformat()


def _entries(books: Books, rows: Sequence[Row], balances: Sequence[int]) -> list[Row]:
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
            "sources": sources.Listed([_item(row, _side_of(row["amount"]))]),
        }
        for row, balance in zip(rows, balances, strict=True)
    ]


def _type(row: Row) -> str:
    source: str = row["source"]
    if source in _AS_THEIR_SOURCE:
        return source
    if source == Source.PAYMENT:
        return _MONEY.get(row["rule"].partition(".")[0], "JOURNAL")
    return "JOURNAL"


# ----- where it comes from -----


def _side_of(amount: int) -> dict[str, int]:
    """An amount in the column that shows it."""
    return {"debit": amount} if amount > 0 else {"credit": -amount}


def _posted(rows: Sequence[Row], sign: int) -> list[sources.Item]:
    """The entries of the span, each with its part of the totals and of the closing balance."""
    return [
        _item(
            row,
            {f"total_{side}": amount for side, amount in _side_of(row["amount"]).items()}
            | {"closing_balance": sign * row["amount"]},
        )
        for row in rows
    ]


def _item(row: Row, amounts: dict[str, int]) -> sources.Item:
    return sources.Item(row["entry"], row["source"], row["source"], row["source_id"], amounts)


class _Before:
    """The entries before the first day, which make up the opening balance, and are in the closing one."""

    def __init__(self, *, asked: dict[str, Any], until: str, sign: int) -> None:
        self._asked = asked | {"since": "", "until": until}
        self._sign = sign

    def count(self, books: Books) -> int:
        """How many there are."""
        counted: int = books.session.ask("reports_contacts.ledger_count", **self._asked)[0]["entries"]
        return counted

    def items(self, books: Books, start: int, limit: int) -> list[sources.Item]:
        """Some of them, in the order of days."""
        rows = books.session.ask("reports_contacts.ledger_part", **self._asked, start=start, limit=limit)
        return [
            _item(row, dict.fromkeys(("opening_balance", "closing_balance"), self._sign * row["amount"]))
            for row in rows
        ]
