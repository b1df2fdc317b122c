"""What documents to a customer mean in the books (`api.md` §4.5, §4.11, §10)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.exchange import ONE
from finzcore.documents.line import Discount, Line
from finzcore.documents.posted import entry_for, postings_for
from finzcore.documents.sale import CREDIT_NOTE, DEBIT_NOTE, INVOICE
from finzcore.documents.tds import Tds
from finzcore.documents.totals import price
from finzcore.errors import RuleBroken
from finzcore.gst.rates import seeded
from finzcore.gst.roundoff import Method
from finzcore.gst.split import Level
from finzcore.gst.supply import Supply
from finzcore.ledger.source import Source

M = 1_000_000
INTRA = Supply(inter=False)
INTER = Supply(inter=True)
GST18 = seeded("GST 18%")
CUSTOMER = 77


def sold(rate, *, quantity=1, tax=GST18, supply=INTRA, **terms):
    return price([Line(quantity * M, rate * 10_000, tax=tax)], supply=supply, **terms)


def posted(paper, totals, chart, **terms):
    return postings_for(paper, totals, chart=chart, branch_id=1, contact_id=CUSTOMER, **terms)


@pytest.mark.parametrize(
    ("source", "paper", "totals", "expected"),
    [
        (
            "§10 row 1",
            INVOICE,
            sold(1200000),
            {"1040": 1416000, "4010": -1200000, "2021": -108000, "2022": -108000},
        ),
        (
            "§10 row 2",
            INVOICE,
            sold(1200000, supply=INTER),
            {"1040": 1416000, "4010": -1200000, "2023": -216000},
        ),
        (
            "§10 row 5",
            INVOICE,
            sold(1200000, tds=Tds(rate=10 * M)),
            {"1040": 1296000, "1070": 120000, "4010": -1200000, "2021": -108000, "2022": -108000},
        ),
        (
            "§10 row 6",
            CREDIT_NOTE,
            sold(300000, tds=Tds(amount=30000)),
            {"4010": 300000, "2021": 27000, "2022": 27000, "1040": -324000, "1070": -30000},
        ),
        ("§10 row 7", CREDIT_NOTE, sold(1416000, tax=None), {"4010": 1416000, "1040": -1416000}),
        (
            "§10 row 17, up",
            INVOICE,
            sold(123450, tax=None, round_off=Method.UP),
            {"1040": 123500, "4010": -123450, "4040": -50},
        ),
        (
            "§10 row 17, down",
            INVOICE,
            sold(123450, tax=None, round_off=Method.DOWN),
            {"1040": 123400, "4010": -123450, "4040": 50},
        ),
        ("§10 row 18", INVOICE, sold(123450, tax=None, round_off=0), {"1040": 123450, "4010": -123450}),
        (
            "round-off mirrored",
            CREDIT_NOTE,
            sold(123450, tax=None, round_off=-50),
            {"1040": -123400, "4010": 123450, "4040": -50},
        ),
        (
            "shipping and a negative adjustment",
            INVOICE,
            sold(10000, tax=None, shipping=500, adjustment=-200),
            {"1040": 10300, "4010": -10000, "4030": -500, "4060": 200},
        ),
        (
            "discount before tax",
            INVOICE,
            sold(10000, discount=Discount(amount=1000)),
            {"1040": 10620, "4010": -9000, "2021": -810, "2022": -810},
        ),
        (
            "discount after tax, debited to income",
            INVOICE,
            sold(10000, discount=Discount(amount=1000), discount_before_tax=False),
            {"1040": 10800, "4010": -9000, "2021": -900, "2022": -900},
        ),
        (
            "debit note, like an invoice",
            DEBIT_NOTE,
            sold(10000, tax=None),
            {"1040": 10000, "4010": -10000},
        ),
    ],
)
def test_what_documents_mean(source, paper, totals, expected, chart, by_code):
    assert expected == by_code(posted(paper, totals, chart))


def test_a_foreign_invoice_is_booked_in_rupees(chart, by_code):
    """Row 10 of `api.md` §10: USD 100 at 83."""
    invoice = posted(INVOICE, sold(10000, tax=None), chart, exchange_rate=83 * ONE)

    assert {"1040": 830000, "4010": -830000} == by_code(invoice)


def test_what_conversion_leaves_over_goes_to_exchange(chart, by_code):
    """0.25 + 0.02 + 0.02 at 83.33: 24.1657, 20.8325, 1.6666, 1.6666 rupees."""
    invoice = posted(INVOICE, sold(25), chart, exchange_rate=8_333_000_000)

    assert {"1040": 2417, "4010": -2083, "2021": -167, "2022": -167} == by_code(invoice)
    at_half = posted(INVOICE, sold(25), chart, exchange_rate=ONE // 2)
    assert {"1040": 15, "4010": -13, "2021": -1, "2022": -1} == by_code(at_half)
    at_quarter = posted(INVOICE, sold(25), chart, exchange_rate=ONE // 4)
    assert {"1040": 7, "4010": -6, "2021": -1, "2022": -1, "4050": 1} == by_code(at_quarter)


def test_postings_say_why_they_are_there(chart):
    totals = sold(
        123457,
        tds=Tds(rate=M),
        shipping=1,
        adjustment=1,
        round_off=Method.UP,
        discount=Discount(amount=1),
        discount_before_tax=False,
    )
    rules = {posting.rule for posting in posted(INVOICE, totals, chart)}

    assert {
        "sale.receivable",
        "sale.income",
        "sale.output_cgst",
        "sale.output_sgst",
        "sale.tds",
        "sale.shipping",
        "sale.adjustment",
        "sale.discount",
        "sale.round_off",
    } == rules
    assert {rule.replace("sale.", "credit_note.") for rule in rules} == {
        posting.rule for posting in posted(CREDIT_NOTE, totals, chart)
    }


def test_receivables_alone_bear_the_contact(chart):
    for posting in posted(INVOICE, sold(12345, tds=Tds(rate=M)), chart):
        assert (posting.rule == "sale.receivable") == (posting.contact_id == CUSTOMER)


def test_income_is_one_posting_per_account_and_tags(chart):
    service = chart.by_code("4020").number
    lines = [
        Line(M, 100 * M),
        Line(M, 50 * M, account=service),
        Line(M, 20 * M, tags='["cc_1"]'),
        Line(M, 30 * M, account=service),
        Line(M, 7 * M, tags='["cc_1"]'),
    ]
    postings = posted(INVOICE, price(lines, supply=INTRA), chart)

    assert [("4010", -10000, None), ("4020", -8000, None), ("4010", -2700, '["cc_1"]')] == [
        (chart.by_number(one.account).code, one.amount, one.tags)
        for one in postings
        if one.rule == "sale.income"
    ]


def test_a_discount_after_tax_is_debited_to_the_first_lines_account(chart):
    service = chart.by_code("4020").number
    lines = [Line(M, 50 * M, account=service), Line(M, 100 * M)]
    totals = price(lines, supply=INTRA, discount=Discount(amount=300), discount_before_tax=False)
    (discount,) = [one for one in posted(INVOICE, totals, chart) if one.rule == "sale.discount"]

    assert (service, 300) == (discount.account, discount.amount)


def test_the_entry_of_a_document_names_it(chart):
    entry = entry_for(
        CREDIT_NOTE,
        sold(10000),
        date=dt.date(2026, 5, 19),
        source_id=9,
        chart=chart,
        branch_id=1,
        contact_id=CUSTOMER,
    )

    assert entry is not None
    assert (Source.CREDIT_NOTE, 9, CUSTOMER, 11800) == (
        entry.source,
        entry.source_id,
        entry.contact_id,
        entry.total,
    )


def test_a_document_of_nothing_books_nothing(chart):
    assert (
        entry_for(
            INVOICE,
            sold(0),
            date=dt.date(2026, 5, 19),
            source_id=9,
            chart=chart,
            branch_id=1,
            contact_id=CUSTOMER,
        )
        is None
    )


def test_more_rupees_than_can_be_booked_are_refused(chart):
    with pytest.raises(RuleBroken) as refusal:
        posted(INVOICE, sold(10**14, tax=None), chart, exchange_rate=11 * ONE)

    assert "exchange_rate" == refusal.value.field


DOCUMENTS = st.builds(
    lambda lines, terms: price(lines, **terms),
    st.lists(
        st.builds(
            Line,
            st.integers(M // 100, 20 * M),
            st.integers(M, 10**11),
            tax=st.sampled_from([None, GST18, seeded("GST 40%"), seeded("RCM 5%")]),
            account=st.sampled_from([None, 25]),
            tags=st.sampled_from([None, '["cc_1"]']),
        ),
        min_size=1,
        max_size=8,
    ),
    st.fixed_dictionaries(
        {
            "supply": st.sampled_from([INTRA, INTER]),
            "inclusive": st.booleans(),
            "level": st.sampled_from(Level),
            "discount": st.integers(0, 99 * M).map(lambda percent: Discount(percent=percent)),
            "discount_before_tax": st.booleans(),
            "shipping": st.integers(0, 10**6),
            "adjustment": st.integers(0, 10**6),
            "tds": st.integers(0, 20 * M).map(lambda rate: Tds(rate=rate)),
            "round_off": st.sampled_from([None, *Method]),
        }
    ),
)
EXCHANGE_RATES = st.just(ONE) | st.integers(1, 200 * ONE)


@given(DOCUMENTS, EXCHANGE_RATES, st.sampled_from([INVOICE, CREDIT_NOTE, DEBIT_NOTE]))
def test_every_document_balances_in_the_books(chart, totals, rate, paper):
    postings = posted(paper, totals, chart, exchange_rate=rate)

    assert 0 == sum(one.amount for one in postings)
    rounded = sum(abs(one.amount) for one in postings if one.rule.endswith(".exchange"))
    assert rounded <= len(postings) // 2 + 1
    if rate == ONE:
        assert 0 == rounded


@given(DOCUMENTS, EXCHANGE_RATES)
def test_a_note_over_everything_undoes_the_invoice(chart, by_code, totals, rate):
    invoice = by_code(posted(INVOICE, totals, chart, exchange_rate=rate))
    note = by_code(posted(CREDIT_NOTE, totals, chart, exchange_rate=rate))

    assert invoice == {code: -amount for code, amount in note.items()}


@given(DOCUMENTS)
def test_the_customer_owes_the_total_and_output_tax_is_the_tax(chart, by_code, totals):
    books = by_code(posted(INVOICE, totals, chart))

    assert totals.total == books.get("1040", 0)
    assert -totals.tax_total == sum(books.get(code, 0) for code in ("2021", "2022", "2023", "2024"))
    assert totals.discount - totals.sub_total == books.get("4010", 0) + books.get("4020", 0)
