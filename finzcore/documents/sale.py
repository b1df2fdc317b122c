"""What an invoice, a credit note or a debit note to a customer means in the books.

    Dr  AR, TDS receivable            Cr  income, output GST, shipping, adjustment, round-off

An invoice and a debit note say it (`api.md` §4.5, §4.12), a credit note says the opposite (§4.11).
What a customer assesses under reverse charge is his to book, and not here.
"""

from collections.abc import Iterator
from typing import Final

from finzcore.documents.posted import RECEIVABLE, Amount, Paper
from finzcore.documents.totals import Totals
from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.source import Source


def _amounts(totals: Totals, chart: Chart) -> Iterator[Amount]:
    """What an invoice is made of."""
    yield RECEIVABLE, chart.by_role(Role.AR).number, totals.total, None
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


INVOICE: Final = Paper(Source.INVOICE, "sale", 1, RECEIVABLE, _amounts)
CREDIT_NOTE: Final = Paper(Source.CREDIT_NOTE, "credit_note", -1, RECEIVABLE, _amounts)
DEBIT_NOTE: Final = Paper(Source.DEBIT_NOTE, "debit_note", 1, RECEIVABLE, _amounts)
