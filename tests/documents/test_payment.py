"""What money means in the books (`api.md` §4.7, §4.11, §10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.allocation import apply, consume_oldest, opened
from finzcore.documents.exchange import ONE
from finzcore.documents.payment import (
    PLACES,
    WAYS,
    Flow,
    Payment,
    PaymentType,
    application_postings,
    payment_postings,
    refund_postings,
)
from finzcore.errors import RuleBroken
from finzcore.ledger.account import Role

IN, OUT = Flow.INCOMING, Flow.OUTGOING
REGULAR, ADVANCE, REFUND = PaymentType.REGULAR, PaymentType.ADVANCE, PaymentType.REFUND
CONTACT = 77
BANK = 2
"""The number of account 1020 in the seeded chart."""


def money(flow, payment_type, amount, **terms):
    return Payment(
        flow=flow,
        payment_type=payment_type,
        amount=amount,
        bank=BANK,
        branch_id=1,
        contact_id=CONTACT,
        **terms,
    )


@pytest.mark.parametrize(
    ("source", "payment", "expected"),
    [
        ("§10 row 3", money(IN, REGULAR, 1416000), {"1020": 1416000, "1040": -1416000}),
        (
            "§10 row 4",
            money(IN, REGULAR, 1296000, tds_amount=120000),
            {"1020": 1296000, "1070": 120000, "1040": -1416000},
        ),
        ("§10 row 9", money(IN, ADVANCE, 500000), {"1020": 500000, "2050": -500000}),
        (
            "the bank keeps some of what comes in",
            money(IN, REGULAR, 100000, bank_charges=2500),
            {"1020": 97500, "6900": 2500, "1040": -100000},
        ),
        (
            "the bank adds some to what goes out",
            money(OUT, REGULAR, 100000, bank_charges=2500, tds_amount=10000),
            {"2010": 110000, "6900": 2500, "1020": -102500, "2040": -10000},
        ),
        (
            "vendor advance",
            money(OUT, ADVANCE, 90000, tds_amount=10000),
            {"1080": 100000, "1020": -90000, "2040": -10000},
        ),
        (
            "foreign money on account",
            money(IN, REGULAR, 10000, exchange_rate=84 * ONE),
            {"1020": 840000, "1040": -840000},
        ),
        (
            "the bank keeps everything",
            money(IN, REGULAR, 100, bank_charges=100),
            {"6900": 100, "1040": -100},
        ),
    ],
)
def test_what_a_payment_means(source, payment, expected, chart, by_code):
    assert expected == by_code(payment_postings(payment, chart=chart))


def test_an_advance_is_parked_transferred_and_given_back(chart, by_code):
    """Row 9 of `api.md` §10: 5,000, of which 3,000 are applied and 2,000 refunded."""
    advance = money(IN, ADVANCE, 500000)
    used = apply(advance.opened, opened(300000))
    applied = application_postings(advance.way.sits_on, [used], chart=chart, branch_id=1, contact_id=CONTACT)
    taken = consume_oldest([(Role.CUSTOMER_ADVANCE, advance.opened.less(300000))], 200000)
    refund = refund_postings(money(OUT, REFUND, 200000), taken, chart=chart)

    assert {"2050": 300000, "1040": -300000} == by_code(applied)
    assert {"2050": 200000, "1020": -200000} == by_code(refund)
    assert {"1020": 300000, "2050": 0, "1040": -300000} == by_code(
        [*payment_postings(advance, chart=chart), *applied, *refund]
    )


def test_an_advance_applied_at_once_is_parked_and_transferred(chart):
    advance = money(IN, ADVANCE, 500000)
    postings = payment_postings(advance, [apply(advance.opened, opened(300000))], chart=chart)

    assert [
        ("receipt.bank", 500000),
        ("receipt.advance", -500000),
        ("application.advance", 300000),
        ("application.receivable", -300000),
    ] == [(one.rule, one.amount) for one in postings]


def test_applying_money_on_account_posts_nothing_in_rupees(chart):
    receipt = money(IN, REGULAR, 100000)
    later = application_postings(
        Role.AR, [apply(receipt.opened, opened(60000))], chart=chart, branch_id=1, contact_id=CONTACT
    )

    assert () == later


def test_a_foreign_invoice_is_relieved_at_its_own_rate(chart, by_code):
    """Row 10 of `api.md` §10: invoice USD 100 at 83, receipt at 84.5."""
    receipt = money(IN, REGULAR, 10000, exchange_rate=8_450_000_000)
    used = apply(receipt.opened, opened(10000, 83 * ONE))

    assert {"1020": 845000, "1040": -830000, "4050": -15000} == by_code(
        payment_postings(receipt, [used], chart=chart)
    )


@pytest.mark.parametrize(
    ("case", "sits_on", "source_rate", "document_rate", "expected"),
    [
        ("receipt, rate rose", Role.AR, 84, 83, {"1040": 10000, "4050": -10000}),
        ("receipt, rate fell", Role.AR, 83, 84, {"1040": -10000, "4050": 10000}),
        (
            "advance, rate rose",
            Role.CUSTOMER_ADVANCE,
            84,
            83,
            {"2050": 840000, "1040": -830000, "4050": -10000},
        ),
        ("payment, rate rose", Role.AP, 84, 83, {"2010": -10000, "4050": 10000}),
        ("payment, rate fell", Role.AP, 83, 84, {"2010": 10000, "4050": -10000}),
        ("vendor advance", Role.VENDOR_ADVANCE, 83, 84, {"1080": -830000, "2010": 840000, "4050": -10000}),
    ],
)
def test_a_changed_rate_is_realised_when_money_is_used(
    case, sits_on, source_rate, document_rate, expected, chart, by_code
):
    used = apply(opened(10000, source_rate * ONE), opened(10000, document_rate * ONE))

    assert expected == by_code(
        application_postings(sits_on, [used], chart=chart, branch_id=1, contact_id=CONTACT)
    )


@pytest.mark.parametrize(
    ("case", "refund", "taken", "expected"),
    [
        (
            "of a credit note",
            money(OUT, REFUND, 5000),
            [(Role.AR, 5000, 5000)],
            {"1040": 5000, "1020": -5000},
        ),
        (
            "of money on account and an advance",
            money(OUT, REFUND, 5000, bank_charges=10),
            [(Role.AR, 3000, 3000), (Role.CUSTOMER_ADVANCE, 2000, 2000)],
            {"1040": 3000, "2050": 2000, "6900": 10, "1020": -5010},
        ),
        (
            "from a vendor",
            money(IN, REFUND, 5000),
            [(Role.AP, 3000, 3000), (Role.VENDOR_ADVANCE, 2000, 2000)],
            {"1020": 5000, "2010": -3000, "1080": -2000},
        ),
        (
            "at another rate than it came in",
            money(OUT, REFUND, 10000, exchange_rate=85 * ONE),
            [(Role.AR, 10000, 840000)],
            {"1040": 840000, "1020": -850000, "4050": 10000},
        ),
    ],
)
def test_a_refund_takes_the_money_from_where_it_sat(case, refund, taken, expected, chart, by_code):
    assert expected == by_code(refund_postings(refund, taken, chart=chart))


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("amount", {"amount": 0}),
        ("amount", {"amount": -1}),
        ("amount", {"amount": 10**15 + 1}),
        ("bank_charges", {"bank_charges": -1}),
        ("bank_charges", {"bank_charges": 101}),
        ("tds_amount", {"tds_amount": -1}),
        ("tds_amount", {"tds_amount": 1, "payment_type": REFUND}),
        ("exchange_rate", {"exchange_rate": 0}),
    ],
)
def test_a_payment_that_makes_no_sense_cannot_be_made(field, terms):
    with pytest.raises(RuleBroken) as refusal:
        money(**{"flow": IN, "payment_type": REGULAR, "amount": 100, **terms})

    assert field == refusal.value.field


def test_every_flow_and_type_has_its_row():
    assert set(WAYS) == {(flow, payment_type) for flow in Flow for payment_type in PaymentType}
    for way in WAYS.values():
        assert way.sits_on is None or PLACES[way.sits_on].side == way.side


KEPT = [key for key, way in WAYS.items() if way.sits_on]
RATES = st.just(ONE) | st.integers(ONE // 100, 200 * ONE)
AMOUNTS = st.integers(1, 10**8)


@st.composite
def payments(draw):
    flow, payment_type = draw(st.sampled_from(KEPT))
    amount = draw(AMOUNTS)
    return money(
        flow,
        payment_type,
        amount,
        bank_charges=draw(st.integers(0, amount)),
        tds_amount=draw(st.integers(0, 10**6)),
        exchange_rate=draw(RATES),
    )


def uses(payment, documents):
    """The payment set against one document after the other, as far as it goes."""
    left = payment.opened
    made = []
    for document in documents:
        if left.amount:
            made.append(apply(left, document))
            left = left.less(made[-1].amount)
    return made


def documents_for(payment, parts, rate):
    """A payment in rupees settles documents in rupees."""
    return [opened(part, ONE if payment.exchange_rate == ONE else rate) for part in parts]


@given(payments(), st.lists(AMOUNTS, max_size=4), RATES)
def test_payments_balance_and_only_the_contacts_accounts_bear_the_contact(chart, payment, parts, rate):
    made = uses(payment, documents_for(payment, parts, rate))
    postings = payment_postings(payment, made, chart=chart)

    assert 0 == sum(one.amount for one in postings)
    theirs = {chart.by_role(role).number for role in PLACES}
    assert all((one.account in theirs) == (one.contact_id == CONTACT) for one in postings)
    if payment.exchange_rate == ONE:
        assert not [one for one in postings if one.rule.endswith(".exchange")]


@given(payments(), st.lists(AMOUNTS, max_size=4), RATES)
def test_applying_at_once_or_later_comes_to_the_same(chart, by_code, payment, parts, rate):
    made = uses(payment, documents_for(payment, parts, rate))
    at_once = by_code(payment_postings(payment, made, chart=chart))
    later = by_code(
        [
            *payment_postings(payment, chart=chart),
            *(
                posting
                for one in made
                for posting in application_postings(
                    payment.way.sits_on, [one], chart=chart, branch_id=1, contact_id=CONTACT
                )
            ),
        ]
    )

    assert {code: amount for code, amount in at_once.items() if amount} == {
        code: amount for code, amount in later.items() if amount
    }


@given(AMOUNTS, RATES, RATES, st.integers(1, 10**8))
def test_a_settled_foreign_invoice_leaves_nothing_on_receivables(
    chart, by_code, total, rate, payment_rate, first
):
    """In two receipts at another rate; what is gained or lost goes to exchange."""
    invoice = opened(total, rate)
    postings = []
    for amount in (min(first, total), total - min(first, total)):
        if amount:
            receipt = money(IN, REGULAR, amount, exchange_rate=payment_rate)
            used = apply(receipt.opened, invoice)
            invoice = invoice.less(used.amount)
            postings += payment_postings(receipt, [used], chart=chart)

    assert opened(total, rate).booked == -by_code(postings).get("1040", 0)
