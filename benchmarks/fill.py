"""Books of any size, filled through finzcore itself, so that they are sound: many entries a commit."""

import datetime as dt

from benchmarks.shop import Shop
from finzcore.books.books import Actor, Books
from finzcore.books.journal import post
from finzcore.ledger.account import Role
from finzcore.ledger.entry import JournalEntry, Posting
from finzcore.ledger.source import Source
from finzcore.money import Paise

FIRST = dt.date(2024, 4, 1)
AT_ONCE = 1000


def day_of(number: int, per_day: int) -> dt.date:
    """The day of the entry with that number: books grow day by day, so many entries on each."""
    return FIRST + dt.timedelta(days=number // per_day)


def sale(books: Books, date: dt.date, amount: int = 1000_00) -> JournalEntry:
    """A balanced entry of four lines: paid into the bank, income, central and state tax."""
    of, branch = books.masters.account, books.masters.default_branch["id"]
    tax = amount * 9 // 100
    lines = (
        (Role.BANK, amount + 2 * tax, "sale.receivable"),
        (Role.SALES, -amount, "sale.income"),
        (Role.OUT_CGST, -tax, "sale.cgst"),
        (Role.OUT_SGST, -tax, "sale.sgst"),
    )
    return JournalEntry(
        date=date,
        source=Source.MANUAL,
        branch_id=branch,
        memo="Sold over the counter",
        postings=tuple(Posting(of(role), Paise(paise), rule, branch) for role, paise, rule in lines),
    )


def post_sales(shop: Shop, dates: list[dt.date]) -> None:
    """An entry for each date, one commit."""
    shop.engine.work(shop.org._key, Actor(), lambda books: [post(books, sale(books, date)) for date in dates])


def fill(shop: Shop, start: int, end: int, per_day: int) -> None:
    """The entries with the numbers from `start` to before `end`."""
    for first in range(start, end, AT_ONCE):
        post_sales(shop, [day_of(n, per_day) for n in range(first, min(end, first + AT_ONCE))])
