"""The trial balance and the final accounts against summing every posting, a ledger page against its bare
query; flat or not.

The books grow as a business does: as many entries a day, on more and more days. N is the number of
entries, of four postings each; `--large` takes ten times as many.
"""

import calendar
import itertools
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.fill import day_of, fill
from benchmarks.floor import connected
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.shop import Shop

ENTRIES = 100_000
FINAL_ENTRIES = 50_000
"""For the final accounts: 200,000 postings."""
PER_DAY = 100
PAGE = 50
FLAT = 1.3
"""What "flat" allows: ten times the books, and this many times the time."""

SUMMING = "SELECT account, sum(amount) FROM postings WHERE org_id = ? AND day <= ? GROUP BY account"
KEY_ORDERED = """
    SELECT p.day, p.entry, e.number, e.source, p.contact_id, coalesce(p.description, e.memo), p.amount
    FROM postings p JOIN entries e ON e.org_id = p.org_id AND e.seq = p.entry
    WHERE p.org_id = ? AND p.account = ? AND p.day >= ? AND p.day <= ?
    ORDER BY p.day, p.entry, p.line LIMIT ?
"""
TOTALS_BEFORE = "SELECT sum(debit - credit) FROM totals WHERE org_id = ? AND account = ? AND month < ?"
PART_MONTH = "SELECT sum(amount) FROM postings WHERE org_id = ? AND account = ? AND day >= ? AND day < ?"


class Books:
    """Books of so many entries, and what is asked of them, ours and bare."""

    def __init__(self, folder: Path, entries: int) -> None:
        self.entries = entries
        self.shop = Shop(folder / f"{entries}.db")
        fill(self.shop, 0, entries, PER_DAY)
        self.db: sqlite3.Connection = connected(self.shop.path, "relaxed")
        self.org, self.bank = self.db.execute(
            "SELECT org_id, number FROM accounts WHERE role = 'BANK'"
        ).fetchone()
        wire = self.shop.org.accounts.list(per_page=200)
        self.bank_id = next(row["account_id"] for row in wire if row["account_type"] == "BANK")
        last = day_of(entries - 1, PER_DAY)
        span = range(entries // PER_DAY // 5, entries // PER_DAY)
        self.last = last.isoformat()
        self.month_end = last.replace(day=calendar.monthrange(last.year, last.month)[1]).isoformat()
        self.year_end = f"{last.year if last.month > 3 else last.year - 1}-03-31"
        # Every 11th day or so of the later four fifths: early and late in their months alike.
        self.days = [day_of(day * PER_DAY, PER_DAY).isoformat() for day in span][:: max(1, len(span) // 37)]

    def trial_balance(self, day: str) -> Any:
        """Ours, as a Python caller has it."""
        return self.shop.org.reports.trial_balance(as_of_date=day)

    def profit_and_loss(self, day: str) -> Any:
        """The profit of all days through this one."""
        return self.shop.org.reports.profit_and_loss(to_date=day)

    def of_the_month(self, day: str) -> Any:
        """The profit of the month through a day, beside that of the same days of the year before."""
        return self.shop.org.reports.profit_and_loss(
            from_date=f"{day[:7]}-01", to_date=day, compare="previous_year"
        )

    def balance_sheet(self, day: str) -> Any:
        """What there is at the end of a day."""
        return self.shop.org.reports.balance_sheet(as_of_date=day)

    def cash_flow(self, day: str) -> Any:
        """Where the cash of the month came from."""
        return self.shop.org.reports.cash_flow(from_date=f"{day[:7]}-01", to_date=day)

    def summed(self, day: str) -> list[Any]:
        """Every posting added up."""
        return self.db.execute(SUMMING, (self.org, day)).fetchall()

    def page(self, day: str) -> bytes:
        """Fifty rows of the bank's ledger from a day on, through `handle`."""
        path = f"/reports/ledger?account_id={self.bank_id}&from_date={day}&to_date={self.last}&limit={PAGE}"
        return self.shop.ask(self.shop.request("GET", path)).body

    def bare_page(self, day: str) -> str:
        """The same rows by hand: balances before and after from the month totals, between them running."""
        opening = self._before(day)
        rows = self.db.execute(KEY_ORDERED, (self.org, self.bank, day, self.last, PAGE)).fetchall()
        return page_said(opening, rows, self._before(f"{self.last}T"))

    def _before(self, day: str) -> int:
        """What the bank's account stood at before a day."""
        (before,) = self.db.execute(TOTALS_BEFORE, (self.org, self.bank, day[:7])).fetchone()
        (part,) = self.db.execute(PART_MONTH, (self.org, self.bank, f"{day[:7]}-01", day)).fetchone()
        return int((before or 0) + (part or 0))

    def close(self) -> None:
        """Let go of the books."""
        self.db.close()
        self.shop.engine.close()


def page_said(opening: int, rows: Sequence[Any], closing: int) -> str:
    """Rows of a ledger with their running balances, as JSON."""
    balance = opening
    entries = []
    for date, entry, number, source, contact, description, amount in rows:
        balance += amount
        entries.append(
            {
                "date": date,
                "journal_id": f"je_{entry:x}",
                "journal_number": number,
                "source": source,
                "source_id": None,
                "contact_id": contact and f"ct_{contact:x}",
                "description": description,
                "debit": max(amount, 0) / 100,
                "credit": max(-amount, 0) / 100,
                "running_balance": balance / 100,
            }
        )
    return json.dumps(
        {"opening_balance": opening / 100, "entries": entries, "closing_balance": closing / 100}
    )


def on_each(days: Sequence[str], ask: Callable[[str], Any]) -> Callable[[], Any]:
    """A question about the next of some days, over and over."""
    coming = itertools.cycle(days)
    return lambda: ask(next(coming))


def check(books: Books) -> None:
    """Both sides say the same, or nothing is worth timing."""
    day = books.days[len(books.days) // 2]
    ours, bare = json.loads(books.page(day))["ledger"], json.loads(books.bare_page(day))
    assert [row["running_balance"] for row in ours["entries"]] == [
        row["running_balance"] for row in bare["entries"]
    ]
    assert set(bare["entries"][0]) == set(ours["entries"][0])
    assert bare["closing_balance"] == ours["closing_balance"]
    owed = sum(paise for _, paise in books.summed(day) if paise > 0)
    assert books.trial_balance(day)["total_debit"] * 100 == owed


def against_summing(books: Books, effort: Effort) -> Iterator[Ratio]:
    """The trial balance now, for a year, and as of any day."""
    for title, days, budget in (
        ("at a month's end", [books.month_end], 0.02),
        ("at a year's end", [books.year_end], 0.02),
        ("as of any day", books.days, 0.15),
    ):
        ours, summed = on_each(days, books.trial_balance), on_each(days, books.summed)
        taken = medians(ours, summed, rounds=effort.rounds, each=effort.of(9))
        yield Ratio(f"trial balance {title}, N = {books.entries:,}", *taken, budget)


def growth(large: Books, small: Books, effort: Effort) -> Iterator[Ratio]:
    """The same questions to books of N and of N/10 entries."""
    pairs: tuple[tuple[str, Callable[[Books], Callable[[], Any]]], ...] = (
        ("trial balance at a month's end", lambda books: on_each([books.month_end], books.trial_balance)),
        ("trial balance as of any day", lambda books: on_each(books.days, books.trial_balance)),
        ("ledger page", lambda books: on_each(books.days, books.page)),
    )
    for title, question in pairs:
        taken = medians(question(large), question(small), **effort.turns(740, 37))
        yield Ratio(f"{title}, N = {large.entries:,} over {small.entries:,}", *taken, FLAT)


PROMISED = ("trial balance", "profit and loss", "balance sheet")
REPORTS: dict[str, Callable[[Books, str], Any]] = {
    "trial balance": Books.trial_balance,
    "profit and loss": Books.profit_and_loss,
    "balance sheet": Books.balance_sheet,
    "P&L of a month and of another": Books.of_the_month,
    "cash flow of a month": Books.cash_flow,
}


def final_accounts(folder: Path, effort: Effort) -> Iterator[Ratio]:
    """Each of the final accounts against summing every posting, and against itself with a tenth of them."""
    entries = effort.of(FINAL_ENTRIES, least=5000)
    small, large = Books(folder, entries // 10), Books(folder, entries)
    check_final(large)
    for title, draw in REPORTS.items():
        whens = {"at a month's end": [large.month_end], "as of any day": large.days}
        for when, days in whens.items() if title in PROMISED else [*whens.items()][:1]:
            ours, summed = on_each(days, partial(draw, large)), on_each([large.month_end], large.summed)
            taken = medians(ours, summed, rounds=effort.rounds, each=effort.of(9))
            yield Ratio(f"{title} {when}, {4 * entries:,} postings", *taken, 0.05)
    for title, draw in REPORTS.items():
        questions = [on_each([books.month_end], partial(draw, books)) for books in (large, small)]
        taken = medians(*questions, **effort.turns(740, 37))
        yield Ratio(f"{title}, {4 * entries:,} over {entries * 4 // 10:,} postings", *taken, FLAT)
    for books in (small, large):
        books.close()


def check_final(books: Books) -> None:
    """What is timed is right: it follows from the sums, or nothing is worth timing."""
    sums = books.summed(books.month_end)
    types = dict(books.db.execute("SELECT number, account_type FROM accounts WHERE org_id = ?", (books.org,)))
    earned = -sum(paise for account, paise in sums if types[account] in ("SALES", "INCOME"))
    assert earned == books.profit_and_loss(books.month_end)["net_profit"] * 100
    owned = sum(paise for account, paise in sums if types[account] in ("BANK", "ACCOUNTS_RECEIVABLE"))
    assert owned == books.balance_sheet(books.month_end)["total_assets"] * 100


def ratios(effort: Effort) -> Iterator[Ratio]:
    """Trial balances, ledger pages, and how both grow."""
    entries = effort.of(ENTRIES * (10 if effort.large else 1), least=5000)
    with tempfile.TemporaryDirectory() as folder:
        small, large = Books(Path(folder), entries // 10), Books(Path(folder), entries)
        check(large)
        yield from against_summing(large, effort)
        pages = on_each(large.days, large.page), on_each(large.days, large.bare_page)
        taken = medians(*pages, **effort.turns(740, 37))
        yield Ratio(f"ledger page of {PAGE}, anywhere, N = {entries:,}", *taken, 3)
        yield from growth(large, small, effort)
        assert small.shop.engine.verify() == []
        small.close()
        large.close()
    with tempfile.TemporaryDirectory() as folder:
        yield from final_accounts(Path(folder), effort)


if __name__ == "__main__":
    main(ratios)
