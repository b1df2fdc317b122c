"""What a bill, a credit note or a debit note from a vendor means in the books.

    Dr  cost, input GST, freight, adjustment, round-off        Cr  AP, TDS payable, RCM payable

A bill and a debit note say it (`api.md` §4.6, §4.12), a credit note says the opposite (§4.11). Under
reverse charge the vendor charges no tax: what we assess ourselves we owe to the government, and take
as input like any other (`gst.md` §7.1). Tax for which no credit is taken is part of the cost (§7.2).
"""

from collections.abc import Iterable, Iterator
from typing import Final

from finzcore.documents.posted import PAYABLE, Amount, Paper
from finzcore.documents.totals import PricedLine, Totals
from finzcore.gst.split import NO_TAX, Heads
from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.source import Source

_INPUT: Final = (Role.IN_CGST, Role.IN_SGST, Role.IN_IGST, Role.IN_CESS)
# There is no account of its own for cess under reverse charge (`api.md` §4.6).
_RCM: Final = (Role.RCM_CGST, Role.RCM_SGST, Role.RCM_IGST, Role.OUT_CESS)
_HEADS: Final = ("cgst", "sgst", "igst", "cess")


def _amounts(totals: Totals, chart: Chart) -> Iterator[Amount]:
    """What a bill is made of."""
    yield PAYABLE, chart.by_role(Role.AP).number, -totals.total, None
    cost = costs(totals.lines, chart.by_role(Role.PURCHASES).number)
    for (account, tags), amount in cost.items():
        yield "purchase", account, amount, tags
    yield from tax_amounts(totals.lines, chart)
    for word, role, amount in (
        ("tds", Role.TDS_PAYABLE, -totals.tds_amount),
        ("freight", Role.FREIGHT, totals.shipping),
        ("adjustment", Role.ADJUSTMENT, totals.adjustment),
        ("round_off", Role.ROUND_OFF, totals.round_off),
    ):
        if amount:
            yield word, chart.by_role(role).number, amount, None
    if totals.discount_after_tax:
        account, tags = next(iter(cost))
        yield "discount", account, -totals.discount_after_tax, tags


def costs(lines: Iterable[PricedLine], default: int) -> dict[tuple[int, str | None], int]:
    """What lines cost by account and tags, in their order: the taxable value, and the tax on it that is
    no credit. `default` is the account of a line that names none."""
    sums: dict[tuple[int, str | None], int] = {}
    for line in lines:
        place = (default if line.account is None else line.account, line.tags)
        lost = 0 if line.blocked is None else line.tax.total + line.rcm.total
        sums[place] = sums.get(place, 0) + line.taxable + lost
    return sums


def tax_amounts(lines: Iterable[PricedLine], chart: Chart) -> Iterator[Amount]:
    """Input tax, charged and self-assessed, and what is owed under reverse charge.

    A self-assessed head is two amounts, so that in any currency the one undoes the other.
    """
    charged = credited = owed = NO_TAX
    for line in lines:
        owed += line.rcm
        if line.blocked is None:
            charged += line.tax
            credited += line.rcm
    yield from _by_head("input", _INPUT, charged, chart)
    yield from _by_head("input_rcm", _INPUT, credited, chart)
    yield from _by_head("rcm", _RCM, -owed, chart)


def _by_head(word: str, roles: Iterable[Role], tax: Heads, chart: Chart) -> Iterator[Amount]:
    amounts = (tax.cgst, tax.sgst, tax.igst, tax.cess)
    for head, role, amount in zip(_HEADS, roles, amounts, strict=True):
        if amount:
            yield f"{word}_{head}", chart.by_role(role).number, amount, None


BILL: Final = Paper(Source.BILL, "bill", 1, PAYABLE, _amounts)
VENDOR_CREDIT_NOTE: Final = Paper(Source.CREDIT_NOTE, "vendor_credit_note", -1, PAYABLE, _amounts)
VENDOR_DEBIT_NOTE: Final = Paper(Source.DEBIT_NOTE, "vendor_debit_note", 1, PAYABLE, _amounts)
