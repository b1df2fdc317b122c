"""What an invoice, a credit note or a debit note to a customer means in the books.

    Dr  AR, TDS receivable            Cr  income, output GST, shipping, adjustment, round-off

An invoice and a debit note say it (`api.md` §4.5, §4.12), a credit note says the opposite (§4.11).
Each posting bears a stable word, such as ``sale.receivable``, for what it is there for.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Final

import attrs

from finzcore.documents.exchange import ONE, exchange_difference, in_rupees
from finzcore.documents.totals import Totals
from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.entry import JournalEntry, Posting
from finzcore.ledger.source import Source
from finzcore.money import Paise


@attrs.frozen
class Paper:
    """A kind of document to a customer: its source, the first half of its words, and its side.

    The side is +1 where the customer comes to owe more, -1 where less.
    """

    source: Source
    word: str
    side: int


INVOICE: Final = Paper(Source.INVOICE, "sale", 1)
CREDIT_NOTE: Final = Paper(Source.CREDIT_NOTE, "credit_note", -1)
DEBIT_NOTE: Final = Paper(Source.DEBIT_NOTE, "debit_note", 1)


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
    """The one place that says how a document to a customer reaches the ledger.

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
    converted by itself, and what that leaves over goes to the exchange account. Income is one
    posting per account and tags; the posting on receivables alone bears the contact. Raises
    `RuleBroken` (field ``exchange_rate``) when an amount in rupees is more than we can book.
    """
    postings = []
    for word, account, amount, tags in _amounts(totals, chart):
        rupees = in_rupees(Paise(paper.side * amount), exchange_rate)
        if rupees:
            contact = contact_id if word == "receivable" else None
            postings.append(Posting(account, rupees, f"{paper.word}.{word}", branch_id, contact, None, tags))
    rule = f"{paper.word}.exchange"
    difference = exchange_difference(postings, chart=chart, rule=rule, branch_id=branch_id)
    assert exchange_rate != ONE or not difference, "amounts in rupees add up without a conversion"
    return (*postings, *difference)


def _amounts(totals: Totals, chart: Chart) -> Iterator[tuple[str, int, int, str | None]]:
    """(word, account, amount, tags) of an invoice: debits positive, in the document's currency."""
    yield "receivable", chart.by_role(Role.AR).number, totals.total, None
    income = _income(totals, chart.by_role(Role.SALES).number)
    for (account, tags), amount in income.items():
        yield "income", account, -amount, tags
    for word, role, amount in _beside_income(totals):
        if amount:
            yield word, chart.by_role(role).number, amount, None
    if totals.discount_after_tax:
        account, tags = next(iter(income))
        yield "discount", account, totals.discount_after_tax, tags


def _income(totals: Totals, default: int) -> dict[tuple[int, str | None], int]:
    """Taxable value by account and tags, in the order of the lines."""
    sums: dict[tuple[int, str | None], int] = {}
    for line in totals.lines:
        place = (default if line.account is None else line.account, line.tags)
        sums[place] = sums.get(place, 0) + line.taxable
    return sums


def _beside_income(totals: Totals) -> tuple[tuple[str, Role, int], ...]:
    tax = totals.tax
    return (
        ("output_cgst", Role.OUT_CGST, -tax.cgst),
        ("output_sgst", Role.OUT_SGST, -tax.sgst),
        ("output_igst", Role.OUT_IGST, -tax.igst),
        ("output_cess", Role.OUT_CESS, -tax.cess),
        ("tds", Role.TDS_RECEIVABLE, totals.tds_amount),
        ("shipping", Role.SHIPPING, -totals.shipping),
        ("adjustment", Role.ADJUSTMENT, -totals.adjustment),
        ("round_off", Role.ROUND_OFF, -totals.round_off),
    )
