"""The ledger of one account: what was posted to it, one after the other (`api.md` §5, item 12)."""

import datetime as dt
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports.known import Asked, Known, known, now, seq_of
from finzcore.books.reports.long import PAGE, Long, Page, begun
from finzcore.books.reports.period import last_day
from finzcore.books.reports.sources import SOURCES, Item, alone
from finzcore.books.reports.standing import Scope, account_sums, standing
from finzcore.books.shapes import day, mention, shape, whole
from finzcore.books.sources import shown_id
from finzcore.books.tags import sought
from finzcore.fiscal import financial_year, month_of
from finzcore.ledger.account import AccountType
from finzcore.ledger.statements import running
from finzcore.ports import Row

MOST_ENTRIES: Final = 10_000
LISTED: Final = "entries"

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
    views.ident("cost_center_id", "cc_").maybe(),
    views.whole("limit"),
    views.amount("opening_balance"),
    views.out(
        LISTED,
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
                SOURCES,
            )
        ),
    ),
    views.amount("closing_balance"),
    views.flag("truncated"),
)


@shape
class Query(Asked):
    """Of which account, over which days; with no first day, from the beginning."""

    account_id: int = mention("acc_", "accounts", "Account", required=True, usable=False)
    from_date: str | None = day(bare=True)
    to_date: str | None = day(bare=True)
    cost_center_id: int | None = mention("cc_", "cost_centers", "Cost center", usable=False)
    limit: int = whole(1, MOST_ENTRIES, default=1000)


def draw(books: Books, query: Query) -> Long:
    """The postings of an account with the balance after each, positive on the account's natural side.

    The account opens as it stood when the first day began, income and expenses with their running
    year. `limit` cuts the entries and says so in `truncated`; the closing balance is that of the last
    day all the same. With a cost centre all of it is of the postings that bear its tag.
    """
    account = books.row("accounts", query.account_id)
    through = last_day(books, query.from_date, query.to_date)
    at = known(books, query)
    walk = _Walk(query, AccountType(account["account_type"]).natural, through, at or now(books))
    since = (query.from_date or "", 0, 0)
    books.session.ahead.ask("reports_long.ledger", **walk.asked(since))
    opening, moved = _opening(books, query, at)
    walk.balance = opening
    head = {
        "account": account,
        "from_date": query.from_date,
        "to_date": through,
        "branch_id": query.branch_id,
        "cost_center_id": query.cost_center_id,
        "limit": query.limit,
        "opening_balance": walk.natural * opening,
    }
    report = begun(books, head=head, listed=LISTED, more=walk.more, tail=walk.tail, at=walk.at, since=since)
    if report.after is not None or walk.truncated:
        # Read now, because by the last page more may have been posted.
        walk.closing = opening - moved + _moved_through(books, query, through, at)
    return report


class _Walk:
    """Where a ledger is: the balance after the last posting that was read, and how many may follow."""

    def __init__(self, query: Query, natural: int, through: str, at: Known) -> None:
        self.query = query
        self.natural = natural
        self.through = through
        self.at = at
        self.left = query.limit
        self.balance = 0
        self.closing: int | None = None
        self.truncated = False

    def asked(self, after: tuple[str, int, int]) -> dict[str, Any]:
        """What the page behind a posting is asked for, and one posting more."""
        return {
            "account": self.query.account_id,
            "day": after[0],
            "after": after[1],
            "line": after[2],
            "through": self.through,
            "known": self.at.seq,
            "branch_id": self.query.branch_id,
            "tag": sought(self.query.cost_center_id),
            "limit": min(PAGE, self.left) + 1,
        }

    def more(self, books: Books, after: tuple[str, int, int]) -> Page:
        """The next postings, each with the balance after it."""
        asked = self.asked(after)
        rows = books.session.ask("reports_long.ledger", **asked)
        further = len(rows) == asked["limit"]
        rows = rows[: asked["limit"] - 1]
        balances = list(running(self.balance, (row["amount"] for row in rows)))
        shown = [self._entry(books, row, balance) for row, balance in zip(rows, balances, strict=True)]
        self.left -= len(rows)
        self.balance = balances[-1] if balances else self.balance
        self.truncated = further and not self.left
        if not further or self.truncated:
            return shown, None
        last = rows[-1]
        return shown, (last["day"], last["entry"], last["line"])

    def _entry(self, books: Books, row: Row, balance: int) -> Row:
        column, amount = ("debit", row["amount"]) if row["amount"] > 0 else ("credit", -row["amount"])
        item = Item(row["entry"], row["source"], row["made_by"], row["source_id"], {column: amount})
        return row | {
            "made_from": shown_id(books.org_id, row["made_by"], row["source_id"]),
            "description": row["description"] or row["memo"],
            "debit": 0,
            "credit": 0,
            "running_balance": self.natural * balance,
            "sources": alone(books, self.query, item),
            column: amount,
        }

    def tail(self) -> Row:
        """The balance of the last day, and whether all of it was shown."""
        closing = self.balance if self.closing is None else self.closing
        return {"closing_balance": self.natural * closing, "truncated": int(self.truncated)}


def _opening(books: Books, query: Query, at: Known | None) -> tuple[int, int]:
    """What the account stands at when the first day begins, and all that was ever posted to it before."""
    if query.from_date is None:
        return 0, 0
    first = dt.date.fromisoformat(query.from_date)
    moved = _sums(books, query, first, at)
    scope = Scope(query.branch_id, at, query.cost_center_id)
    return standing(books, query.account_id, first, moved, scope), sum(moved)


def _moved_through(books: Books, query: Query, through: str, at: Known | None) -> int:
    """All that was ever posted to the account through a day."""
    return sum(_sums(books, query, dt.date.fromisoformat(through) + dt.timedelta(days=1), at))


def _sums(books: Books, query: Query, day_: dt.date, at: Known | None) -> tuple[int, int]:
    """What was posted to the account before a day begins: before its financial year, and in it. Month
    totals say it, unless only a part of the postings counts."""
    if at is None and query.cost_center_id is None:
        return account_sums(books, query.account_id, day_, query.branch_id)
    asked: dict[str, Any] = {
        "account": query.account_id,
        "year": month_of(financial_year(day_).start),
        "until": day_.isoformat(),
        "known": seq_of(at),
        "branch_id": query.branch_id,
    }
    name = "reports_long.account_sums"
    if query.cost_center_id is not None:
        name, asked["tag"] = f"{name}_tagged", sought(query.cost_center_id)
    row = books.session.ask(name, **asked)[0]
    return row["before_year"], row["in_year"]
