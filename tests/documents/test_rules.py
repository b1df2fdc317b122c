"""Every word that a posting can bear has its sentence, and no sentence is for a word that none can."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from finzcore.documents import purchase, sale
from finzcore.documents.allocation import Application
from finzcore.documents.exchange import ONE
from finzcore.documents.expense import expense_postings
from finzcore.documents.line import Discount, Line
from finzcore.documents.payment import (
    WAYS,
    Flow,
    Payment,
    PaymentType,
    application_postings,
    payment_postings,
    refund_postings,
)
from finzcore.documents.posted import Paper, postings_for
from finzcore.documents.rules import POSTINGS, RULES, STEPS
from finzcore.documents.tds import Tds
from finzcore.documents.totals import Totals, price
from finzcore.documents.voucher import VoucherLine, voucher_postings
from finzcore.gst.rates import Shape, at_rate, seeded
from finzcore.gst.reverse import ReverseCharge
from finzcore.gst.supply import Supply
from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.chart_india import india_accounts
from finzcore.ledger.entry import Posting
from finzcore.money import Millionths, Paise

CHART = Chart(india_accounts())
PAPERS = (
    sale.INVOICE, sale.CREDIT_NOTE, sale.DEBIT_NOTE, purchase.BILL, purchase.VENDOR_CREDIT_NOTE,
    purchase.VENDOR_DEBIT_NOTE,
)  # fmt: skip
ODD = 83_333_333
"""A rate of exchange at which paise are lost."""

OPENING = {"opening.contact", "opening.equity"}
"""The words of opening balances, which are posted with contacts."""


def everything(*, inter: bool, plain: bool = False) -> Totals:
    """A document with all that one can have: reverse charge, cess, charges, a discount after tax, TDS."""
    cess = at_rate("Pan masala", Shape.INTRA_STATE, Millionths(28_000_000), cess=Millionths(60_000_000))
    assessed = ReverseCharge(Millionths(5_000_000), Millionths(12_000_000))
    lines = [
        Line(Millionths(1_000_000), Millionths(99_990_000), tax=seeded("GST 18%")),
        Line(Millionths(1_000_000), Millionths(77_770_000), tax=cess),
        Line(Millionths(1_000_000), Millionths(55_550_000), rcm=assessed),
    ]
    if plain:
        return price(lines, supply=Supply(inter=inter))
    return price(
        lines,
        supply=Supply(inter=inter),
        discount=Discount(amount=Paise(1111)),
        discount_before_tax=False,
        shipping=Paise(333),
        adjustment=Paise(777),
        tds=Tds(amount=Paise(101)),
        round_off=Paise(49),
    )


def of_papers(paper: Paper) -> Iterator[Posting]:
    for inter, rate in product((False, True), (ONE, ODD)):
        totals = everything(inter=inter)
        where = {"branch_id": 1, "contact_id": 2}
        yield from postings_for(paper, totals, chart=CHART, exchange_rate=rate, **where)


def of_expenses() -> Iterator[Posting]:
    for inter in (False, True):
        totals = everything(inter=inter, plain=True)
        yield from expense_postings(totals, chart=CHART, bank=CHART.by_role(Role.BANK).number, branch_id=1)


def of_payments() -> Iterator[Posting]:
    for (flow, kind), way in WAYS.items():
        refund = kind is PaymentType.REFUND
        payment = Payment(
            flow=flow,
            payment_type=kind,
            amount=Paise(10_001),
            bank_charges=Paise(101),
            tds_amount=Paise(0 if refund else 1_001),
            exchange_rate=ODD,
            bank=CHART.by_role(Role.BANK).number,
            branch_id=1,
            contact_id=2,
        )
        applied = [Application(amount=Paise(5_000), used=Paise(4_000), relieved=Paise(3_999))]
        if way.sits_on is not None:
            yield from payment_postings(payment, applied, chart=CHART)
            where = {"branch_id": 1, "contact_id": 2}
            yield from application_postings(way.sits_on, applied, chart=CHART, **where)
        else:
            yield from _refunded(payment)


def _refunded(payment: Payment) -> Iterator[Posting]:
    customers = payment.flow is Flow.OUTGOING
    on_account, advance = (Role.AR, Role.CUSTOMER_ADVANCE) if customers else (Role.AP, Role.VENDOR_ADVANCE)
    taken = [(on_account, Paise(5_000), Paise(4_000)), (advance, Paise(5_001), Paise(4_001))]
    yield from refund_postings(payment, taken, chart=CHART)


def of_vouchers() -> Iterator[Posting]:
    lines = [VoucherLine(account=1, debit=500), VoucherLine(account=2, credit=499)]
    yield from voucher_postings(lines, chart=CHART, branch_id=1)


def test_every_word_that_a_posting_can_bear_is_in_the_table_and_no_other() -> None:
    made = [posting for paper in PAPERS for posting in of_papers(paper)]
    made += [*of_expenses(), *of_payments(), *of_vouchers()]
    assert {posting.rule for posting in made} | OPENING == set(POSTINGS)


def test_no_word_is_both_a_postings_and_a_steps() -> None:
    assert set() == set(POSTINGS) & set(STEPS)
    assert len(POSTINGS) + len(STEPS) == len(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_word_is_stable_and_its_sentence_is_one(rule: str) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", rule)
    assert re.fullmatch(r"[A-Z][^.]*\.", RULES[rule].replace("17(5)", "")), RULES[rule]


def test_a_word_of_a_credit_note_says_that_it_takes_back() -> None:
    assert "What the customer owes." == RULES["sale.receivable"]
    assert "Taken back: what the customer owes." == RULES["credit_note.receivable"]
    assert (
        "Taken back: CGST charged to the customer and owed to the government."
        == (RULES["credit_note.output_cgst"])
    )
