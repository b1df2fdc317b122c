"""What an expense means in the books: money spent at once, nothing owed to anybody (`api.md` §4.8).

    Dr  expense accounts, input GST            Cr  the account it was paid from, RCM payable

Its lines are priced like those of any document, by `finzcore.documents.totals.price`. The vendor is
named on the entry, but no posting bears him: nothing is due to him, and nothing from him.
"""

import datetime as dt
from collections.abc import Iterator

from finzcore.documents.exchange import ONE
from finzcore.documents.posted import Amount, posted
from finzcore.documents.purchase import costs, tax_amounts
from finzcore.documents.totals import Totals
from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.entry import JournalEntry, Posting
from finzcore.ledger.source import Source


def expense_entry(
    totals: Totals,
    *,
    date: dt.date,
    source_id: int,
    chart: Chart,
    bank: int,
    branch_id: int,
    contact_id: int | None = None,
    memo: str | None = None,
    reference_number: str | None = None,
) -> JournalEntry:
    """The entry of an expense, paid from the account numbered `bank`; `contact_id` is its vendor."""
    return JournalEntry(
        date=date,
        source=Source.EXPENSE,
        source_id=source_id,
        branch_id=branch_id,
        postings=expense_postings(totals, chart=chart, bank=bank, branch_id=branch_id),
        memo=memo,
        contact_id=contact_id,
        reference_number=reference_number,
    )


def expense_postings(totals: Totals, *, chart: Chart, bank: int, branch_id: int) -> tuple[Posting, ...]:
    """The postings of an expense, in rupees; they sum to zero and bear no contact."""
    return posted(
        _amounts(totals, chart, bank),
        word="expense",
        side=1,
        chart=chart,
        branch_id=branch_id,
        contact_id=None,
        exchange_rate=ONE,
    )


def _amounts(totals: Totals, chart: Chart, bank: int) -> Iterator[Amount]:
    """What an expense is made of: its lines, without any header charges."""
    yield "paid", bank, -totals.total, None
    for (account, tags), amount in costs(totals.lines, chart.by_role(Role.PURCHASES).number).items():
        yield "cost", account, amount, tags
    yield from tax_amounts(totals.lines, chart)
