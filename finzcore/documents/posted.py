"""How a document's amounts become postings: the same for what is sold and for what is bought.

`Paper` declares a kind of document, and which amounts it is made of: `finzcore.documents.sale` and
`finzcore.documents.purchase` hold those tables. Each posting bears a stable word, such as
``sale.receivable``, for what it is there for.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import attrs

from finzcore.documents.exchange import ONE, exchange_difference, in_rupees
from finzcore.documents.totals import Totals
from finzcore.ledger.chart import Chart
from finzcore.ledger.entry import JournalEntry, Posting
from finzcore.ledger.source import Source
from finzcore.money import Paise

Amount = tuple[str, int, int, str | None]
"""(word, number of the account, amount, tags): debits positive, in paise of the document's currency."""

RECEIVABLE: Final = "receivable"
PAYABLE: Final = "payable"
_OWED: Final = frozenset({RECEIVABLE, PAYABLE})
"""The words for what the other party owes or is owed; these postings alone bear the contact."""


@attrs.frozen
class Paper:
    """A kind of document: its source, the first half of its words, its side, and what it is made of.

    The side is +1 where more comes to be owed, -1 where less; `amounts` are those of side +1. `owed`
    is the word of the posting on receivables or payables.
    """

    source: Source
    word: str
    side: int
    owed: str
    amounts: Callable[[Totals, Chart], Iterator[Amount]]

    @property
    def owed_rule(self) -> str:
        """The whole word of the posting on receivables or payables."""
        return f"{self.word}.{self.owed}"


def entry_for(
    paper: Paper,
    totals: Totals,
    *,
    date: dt.date,
    source_id: int,
    chart: Chart,
    branch_id: int,
    contact_id: int,
    exchange_rate: int = ONE,
    memo: str | None = None,
    reference_number: str | None = None,
) -> JournalEntry | None:
    """The one place that says how a document to a customer or from a vendor reaches the ledger.

    None for a document that comes to nothing, which books nothing. Raises what `postings_for` does.
    """
    postings = postings_for(
        paper,
        totals,
        chart=chart,
        branch_id=branch_id,
        contact_id=contact_id,
        exchange_rate=exchange_rate,
    )
    if not postings:
        return None
    return JournalEntry(
        date=date,
        source=paper.source,
        source_id=source_id,
        branch_id=branch_id,
        postings=postings,
        memo=memo,
        contact_id=contact_id,
        reference_number=reference_number,
    )


def postings_for(
    paper: Paper,
    totals: Totals,
    *,
    chart: Chart,
    branch_id: int,
    contact_id: int,
    exchange_rate: int = ONE,
) -> tuple[Posting, ...]:
    """The postings of a document, in rupees; they sum to zero.

    `exchange_rate` is rupees per unit of the document's currency, times 10^8: each amount is
    converted by itself, and what that leaves over goes to the exchange account. Income and cost are one
    posting per account and tags; the posting on receivables or payables alone bears the contact. Raises
    `RuleBroken` (field ``exchange_rate``) when an amount in rupees is more than we can book.
    """
    return posted(
        paper.amounts(totals, chart),
        word=paper.word,
        side=paper.side,
        chart=chart,
        branch_id=branch_id,
        contact_id=contact_id,
        exchange_rate=exchange_rate,
    )


def posted(
    amounts: Iterable[Amount],
    *,
    word: str,
    side: int,
    chart: Chart,
    branch_id: int,
    contact_id: int | None,
    exchange_rate: int,
) -> tuple[Posting, ...]:
    """Amounts that sum to zero as postings in rupees, on this side; amounts of nothing are left out."""
    postings = []
    for part, account, amount, tags in amounts:
        rupees = in_rupees(Paise(side * amount), exchange_rate)
        if rupees:
            contact = contact_id if part in _OWED else None
            postings.append(Posting(account, rupees, f"{word}.{part}", branch_id, contact, None, tags))
    difference = exchange_difference(postings, chart=chart, rule=f"{word}.exchange", branch_id=branch_id)
    assert exchange_rate != ONE or not difference, "amounts in rupees add up without a conversion"
    return (*postings, *difference)
