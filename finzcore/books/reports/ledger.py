"""The ledger of one account: what was posted to it, one after the other (`api.md` §5, item 12)."""

import datetime as dt
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports.period import last_day
from finzcore.books.reports.standing import account_sums, standing
from finzcore.books.shapes import day, mention, shape, whole
from finzcore.books.sources import shown_id
from finzcore.ledger.account import AccountType
from finzcore.ledger.statements import running
from finzcore.ports import Row

MOST_ENTRIES: Final = 10_000

VIEW: Final = views.View(
    views.out(
        "account",
        views.Inner(
            views.View(
                views.ident("account_id", "acc_", "number"),
                views.text("code"),
                views.text("name"),
                views.text("account_type"),
            )
        ),
    ),
    views.day("from_date", bare=True).maybe(),
    views.day("to_date", bare=True),
    views.ident("branch_id", "br_").maybe(),
    views.whole("limit"),
    views.amount("opening_balance"),
    views.out(
        "entries",
        views.Each(
            views.View(
                views.day("date", "day"),
                views.ident("journal_id", "je_", "entry"),
                views.text("journal_number", "number"),
                views.text("source"),
                views.text("source_id", "made_from").maybe(),
                views.ident("contact_id", "ct_").maybe(),
                views.text("description").maybe(),
                views.amount("debit"),
                views.amount("credit"),
                views.amount("running_balance"),
            )
        ),
    ),
    views.amount("closing_balance"),
    views.flag("truncated"),
)


@shape
class LedgerOf:
    """Of which account, over which days; with no first day, from the beginning."""

    account_id: int = mention("acc_", "accounts", "Account", required=True, usable=False)
    from_date: str | None = day(bare=True)
    to_date: str | None = day(bare=True)
    limit: int = whole(1, MOST_ENTRIES, default=1000)
    branch_id: int | None = mention("br_", "branches", "Branch", usable=False)


def run(books: Books, query: LedgerOf) -> Row:
    """The postings of an account with the balance after each, positive on the account's natural side.

    The account opens as it stood when the first day began, income and expenses with their running
    year. `limit` cuts the entries and says so in `truncated`; the closing balance is that of the last
    day all the same.
    """
    account = books.row("accounts", query.account_id)
    natural = AccountType(account["account_type"]).natural
    through = last_day(books, query.from_date, query.to_date)
    asked = {
        "account": query.account_id,
        "since": query.from_date or "",
        "through": through,
        "branch_id": query.branch_id,
        "limit": query.limit + 1,
    }
    books.session.ahead.ask("reports.ledger", **asked)
    opening, moved = _opening(books, query)
    rows = books.session.ask("reports.ledger", **asked)
    truncated = len(rows) > query.limit
    rows = rows[: query.limit]
    balances = list(running(opening, (row["amount"] for row in rows)))
    at_end = balances[-1] if balances else opening
    if truncated:
        at_end = opening - moved + _moved_through(books, query, through)
    return {
        "account": account,
        "from_date": query.from_date,
        "to_date": through,
        "branch_id": query.branch_id,
        "limit": query.limit,
        "opening_balance": natural * opening,
        "entries": [
            _entry(books, row, natural * balance) for row, balance in zip(rows, balances, strict=True)
        ],
        "closing_balance": natural * at_end,
        "truncated": int(truncated),
    }


def _opening(books: Books, query: LedgerOf) -> tuple[int, int]:
    """What the account stands at when the first day begins, and all that was ever posted to it before."""
    if query.from_date is None:
        return 0, 0
    first = dt.date.fromisoformat(query.from_date)
    moved = account_sums(books, query.account_id, first, query.branch_id)
    return standing(books, query.account_id, first, query.branch_id, moved), sum(moved)


def _moved_through(books: Books, query: LedgerOf, through: str) -> int:
    """All that was ever posted to the account through a day."""
    after = dt.date.fromisoformat(through) + dt.timedelta(days=1)
    return sum(account_sums(books, query.account_id, after, query.branch_id))


def _entry(books: Books, row: Row, balance: int) -> Row:
    return row | {
        "made_from": shown_id(books.org_id, row["made_by"], row["source_id"]),
        "description": row["description"] or row["memo"],
        "debit": max(row["amount"], 0),
        "credit": max(-row["amount"], 0),
        "running_balance": balance,
    }
