"""Journals by hand, without books: for what renderers and tools make of texts and amounts."""

from collections.abc import Sequence

from finzcore.books.exporting import Journal, ToldEntry, ToldPosting
from finzcore.ledger.account import Account, AccountType

CASH = Account(number=1, code="1010", name="Cash in Hand", type=AccountType.CASH)
SALES = Account(number=2, code="4010", name="Sales", type=AccountType.SALES)


def sale(seq: int = 1, amount: int = 1416000, **more: object) -> ToldEntry:
    """An entry of two lines: cash against sales."""
    values = {
        "seq": seq,
        "number": f"JE-2627-{seq:03}",
        "date": "2026-05-19",
        "source": "INVOICE",
        "branch": "HQ",
        "postings": (ToldPosting(1, amount, "sale.cash"), ToldPosting(2, -amount, "sale.income")),
    }
    return ToldEntry(**(values | more))  # type: ignore[arg-type]


def journal(
    *entries: ToldEntry, accounts: Sequence[Account] = (CASH, SALES), name: str = "Acme Traders"
) -> Journal:
    """A journal of these entries."""
    sums = {one.number: 0 for one in accounts}
    for entry in entries:
        for posting in entry.postings:
            sums[posting.account] += posting.amount
    return Journal(
        name=name,
        head=len(entries),
        accounts=tuple(accounts),
        first_day=min((entry.date for entry in entries), default=None),
        entries=lambda: iter(entries),
        sums=lambda: sums,
    )
