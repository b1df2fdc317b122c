"""What a document, money or an expense means, account by account: the second opinion on `api.md` §4.5 to
§4.12.

Accounts are named by their codes (`api.md` §4.0). An amount in another currency is converted by itself,
and what that leaves over is an exchange difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from finzcore.testing.model.facts import Body, Expense, Money, Moved, Paper, Voucher
from finzcore.testing.model.known import ADVANCES, PAID_AHEAD, PAYABLE, RECEIVABLE
from finzcore.testing.pricing import Heads, Priced, half_up, paise

Amount = tuple[str, int]
"""The code of an account, and paise of the document's currency."""

EXCHANGE, ROUNDED, OTHERS, CHARGES = "4050", "4040", "4060", "6900"
_SHIPPED, _FREIGHT = "4030", "6060"
WITHHELD: Final = {True: "1070", False: "2040"}
"""Tax that customers withhold from us, and that we withhold from vendors."""
OWED: Final = {True: RECEIVABLE, False: PAYABLE}
AHEAD: Final = {True: ADVANCES, False: PAID_AHEAD}
_CHARGED: Final = ("2021", "2022", "2023")
_CREDIT: Final = ("1061", "1062", "1063")
_ASSESSED: Final = ("2031", "2032", "2033")


def of_paper(paper: Paper, accounts: Mapping[str, str]) -> Iterator[Moved]:
    """A posted document: a sale or a purchase, or with a credit note the opposite."""
    side = -1 if paper.of == "credit_notes" else 1
    codes = [accounts[line["account_id"]] for line in paper.body["line_items"]]
    amounts = _sold(paper.priced, codes) if paper.sells else _bought(paper.priced, codes)
    whole = (paper.priced.total if paper.sells else -paper.priced.total) * side
    left = half_up(whole * paper.rate)
    yield paper.date, OWED[paper.sells], left, paper.contact
    for code, amount in amounts:
        rupees = half_up(side * amount * paper.rate)
        left += rupees
        yield paper.date, code, rupees, None
    yield paper.date, EXCHANGE, -left, None


def _summed(codes: Sequence[str], amounts: Iterable[int]) -> Iterator[Amount]:
    """What comes together on each account."""
    sums: defaultdict[str, int] = defaultdict(int)
    for code, amount in zip(codes, amounts, strict=True):
        sums[code] += amount
    yield from sums.items()


def _sold(priced: Priced, codes: Sequence[str]) -> Iterator[Amount]:
    yield from _summed(codes, [-base for base in priced.bases])
    yield codes[0], priced.discount_after_tax
    yield from zip(_CHARGED, (-priced.cgst, -priced.sgst, -priced.igst), strict=True)
    yield WITHHELD[True], priced.tds
    yield from ((_SHIPPED, -priced.shipping), (OTHERS, -priced.adjustment), (ROUNDED, -priced.round_off))


def _bought(priced: Priced, codes: Sequence[str]) -> Iterator[Amount]:
    yield from _costs(priced, codes)
    yield codes[0], -priced.discount_after_tax
    yield WITHHELD[False], -priced.tds
    yield from ((_FREIGHT, priced.shipping), (OTHERS, priced.adjustment), (ROUNDED, priced.round_off))


def _costs(priced: Priced, codes: Sequence[str]) -> Iterator[Amount]:
    """What lines cost, the tax that is credited, and what is owed under reverse charge."""
    yield from _summed(codes, priced.costs)
    for heads in (priced.charged, priced.assessed):
        yield from zip(_CREDIT, _credited(heads, priced.blocked), strict=True)
    yield from zip(_ASSESSED, [-head for head in priced.rcm], strict=True)


def _credited(heads: Sequence[Heads], blocked: Sequence[bool]) -> list[int]:
    lines = [one for one, lost in zip(heads, blocked, strict=True) if not lost]
    return [sum(line[head] for line in lines) for head in range(3)]


def of_money(money: Money, bank: str, taken: Iterable[tuple[str, int]]) -> Iterator[Moved]:
    """Money that moved, without what it was used for: the bank, its cut, the tax, and where it waits. Of a
    refund `taken` says which accounts it came from, in rupees.
    """
    side = 1 if money.incoming else -1
    charges, tds = (paise(money.body.get(name, 0)) for name in ("bank_charges", "tds_amount"))
    left = 0
    for code, amount in (
        (bank, side * money.amount - charges),
        (CHARGES, charges),
        (WITHHELD[money.sells], side * tds),
    ):
        rupees = half_up(amount * money.rate)
        left += rupees
        yield money.date, code, rupees, None
    waits = [(waits_on(money), money.booked)] if money.kind != "REFUND" else taken
    for code, rupees in waits:
        left -= side * rupees
        yield money.date, code, -side * rupees, money.contact
    yield money.date, EXCHANGE, -left, None


def waits_on(source: Money | Paper) -> str:
    """Where money or a note waits to be used."""
    advance = isinstance(source, Money) and source.kind == "ADVANCE"
    return (AHEAD if advance else OWED)[source.sells]


def of_use(source: Money | Paper, date: str, used: int, relieved: int) -> Iterator[Moved]:
    """A payment or a note set against a document: moved from where it waited, at two rates perhaps."""
    side = 1 if source.sells else -1
    yield date, waits_on(source), side * used, source.contact
    yield date, OWED[source.sells], -side * relieved, source.contact
    yield date, EXCHANGE, side * (relieved - used), None


def of_expense(expense: Expense, accounts: Mapping[str, str]) -> Iterator[Moved]:
    """Money spent at once."""
    body, date = expense.body, expense.body["date"]
    yield date, accounts[body["paid_through_account_id"]], -expense.priced.total, None
    for code, amount in _costs(expense.priced, [accounts[line["account_id"]] for line in body["line_items"]]):
        yield date, code, amount, None


def of_voucher(voucher: Voucher, accounts: Mapping[str, str]) -> Iterator[Moved]:
    """An entry made by hand, and the paisa by which it may be out."""
    date, left = voucher.body["date"], 0
    for line in voucher.body["lines"]:
        code, amount = accounts[line["account_id"]], difference([line])
        left += amount
        by_contact = code in (RECEIVABLE, PAYABLE, ADVANCES, PAID_AHEAD)
        whose = line.get("contact_id") or (voucher.body.get("contact_id") if by_contact else None)
        yield date, code, amount, whose
    yield date, ROUNDED, -left, None


def difference(lines: Iterable[Body]) -> int:
    """By how much the debits of lines are more than their credits, in paise."""
    return sum(paise(line.get("debit", 0)) - paise(line.get("credit", 0)) for line in lines)


def rest(amount: int, rate: Fraction, left: int, booked: int) -> int:
    """The rupees that using an amount takes off the books: at the rate of what is used, and all that is
    left where nothing stays.
    """
    return booked if amount == left else min(booked, half_up(amount * rate))
