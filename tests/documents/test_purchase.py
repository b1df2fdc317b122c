"""What documents from a vendor mean in the books (`api.md` §4.6, §4.11, §10; `gst.md` §7.1, §7.2)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.exchange import ONE
from finzcore.documents.line import Discount, Line
from finzcore.documents.posted import entry_for, postings_for
from finzcore.documents.purchase import BILL, VENDOR_CREDIT_NOTE, VENDOR_DEBIT_NOTE
from finzcore.documents.tds import Tds
from finzcore.documents.totals import price
from finzcore.gst.rates import Shape, at_rate, seeded
from finzcore.gst.reverse import ReverseCharge, reverse_charge
from finzcore.gst.roundoff import Method
from finzcore.gst.split import Level
from finzcore.gst.supply import Supply, Treatment, supply
from finzcore.ledger.source import Source

M = 1_000_000
INTRA = Supply(inter=False)
INTER = Supply(inter=True)
GST18 = seeded("GST 18%")
CAR = at_rate("Car", Shape.INTRA_STATE, 28 * M, cess=22 * M)
CAR_RCM = at_rate("Car under reverse charge", Shape.RCM, 28 * M, cess=22 * M)
AT_5 = ReverseCharge(5 * M)
CLAUSE = "17(5)(b)"
VENDOR = 55
INPUT = ("1061", "1062", "1063", "1064")
OWED_TO_GOVERNMENT = ("2031", "2032", "2033", "2024")


def bought(rate, *, quantity=1, tax=GST18, supply=INTRA, account=None, rcm=None, blocked=None, **terms):
    line = Line(quantity * M, rate * 10_000, tax=tax, account=account, rcm=rcm, blocked=blocked)
    return price([line], supply=supply, **terms)


def posted(paper, totals, chart, **terms):
    return postings_for(paper, totals, chart=chart, branch_id=1, contact_id=VENDOR, **terms)


# (where it comes from, what was bought, debits less credits by code, in paise)
BILLS = [
    (
        "api.md §10 row 11",
        bought(7000, quantity=10, tds=Tds(rate=2 * M)),
        {"5010": 70000, "1061": 6300, "1062": 6300, "2010": -81200, "2040": -1400},
    ),
    (
        "api.md §10 row 12",
        bought(1000000, tax=None, rcm=AT_5, supply=INTER),
        {"5010": 1000000, "1063": 50000, "2010": -1000000, "2033": -50000},
    ),
    (
        "gst.md §7.1, freight under reverse charge within the state",
        bought(1000000, tax=None, rcm=AT_5, account=36),
        {"6060": 1000000, "1061": 25000, "1062": 25000, "2010": -1000000, "2031": -25000, "2032": -25000},
    ),
    (
        "gst.md §6.3, contractor: 2 % of 1,00,000, GST 18,000, pay 1,16,000",
        bought(10000000, supply=INTER, tds=Tds(rate=2 * M)),
        {"5010": 10000000, "1063": 1800000, "2010": -11600000, "2040": -200000},
    ),
    (
        "reverse charge by the tax row alone",
        bought(1000000, tax=seeded("RCM 18%"), supply=INTER),
        {"5010": 1000000, "1063": 180000, "2010": -1000000, "2033": -180000},
    ),
    (
        "the rate of reverse charge wins over a row that would add tax",
        bought(1000000, tax=GST18, rcm=AT_5, supply=INTER),
        {"5010": 1000000, "1063": 50000, "2010": -1000000, "2033": -50000},
    ),
    (
        "a car of 10,00,000 before 22 September 2025, gst.md §5.6",
        bought(100000000, tax=CAR),
        {"5010": 100000000, "1061": 14000000, "1062": 14000000, "1064": 22000000, "2010": -150000000},
    ),
    (
        "that car for one's own use",
        bought(100000000, tax=CAR, blocked="17(5)(a)"),
        {"5010": 150000000, "2010": -150000000},
    ),
    (
        "cess under reverse charge is owed on the account of output cess, api.md §4.6",
        bought(100000, tax=CAR_RCM, supply=INTER),
        {"5010": 100000, "1063": 28000, "1064": 22000, "2010": -100000, "2033": -28000, "2024": -22000},
    ),
    (
        "blocked: the tax is part of the cost, gst.md §7.2",
        bought(100000, blocked=CLAUSE),
        {"5010": 118000, "2010": -118000},
    ),
    (
        "blocked under reverse charge: owed all the same",
        bought(100000, tax=None, rcm=AT_5, blocked=CLAUSE),
        {"5010": 105000, "2010": -100000, "2031": -2500, "2032": -2500},
    ),
    (
        "services from a special economic zone in our own state",
        bought(100000, supply=supply(29, 29, treatment=Treatment.SEZ)),
        {"5010": 100000, "1063": 18000, "2010": -118000},
    ),
    (
        "services from abroad: reverse charge, IGST (gst.md §3.6)",
        bought(100000, tax=seeded("RCM 18%"), supply=supply(29, 29, treatment=Treatment.OVERSEAS)),
        {"5010": 100000, "1063": 18000, "2010": -100000, "2033": -18000},
    ),
    (
        "freight, a charge, and rounded up: we pay more",
        bought(10040, tax=None, shipping=500, adjustment=200, round_off=Method.UP),
        {"5010": 10040, "6060": 500, "4060": 200, "4040": 60, "2010": -10800},
    ),
    (
        "a rebate, and rounded down: we pay less",
        bought(10040, tax=None, adjustment=-200, round_off=Method.DOWN),
        {"5010": 10040, "4060": -200, "4040": -40, "2010": -9800},
    ),
    (
        "discount before tax",
        bought(10000, discount=Discount(amount=1000)),
        {"5010": 9000, "1061": 810, "1062": 810, "2010": -10620},
    ),
    (
        "discount after tax, credited to the cost",
        bought(10000, discount=Discount(amount=1000), discount_before_tax=False),
        {"5010": 9000, "1061": 900, "1062": 900, "2010": -10800},
    ),
    (
        "a discount before tax lowers what is assessed too",
        bought(10000, tax=None, rcm=AT_5, supply=INTER, discount=Discount(amount=1000)),
        {"5010": 9000, "1063": 450, "2010": -9000, "2033": -450},
    ),
    (
        "an inclusive price, gst.md §5.4",
        bought(10000, inclusive=True),
        {"5010": 8474, "1061": 763, "1062": 763, "2010": -10000},
    ),
    (
        "an inclusive price under reverse charge has no tax in it",
        bought(10000, rcm=AT_5, supply=INTER, inclusive=True),
        {"5010": 10000, "1063": 500, "2010": -10000, "2033": -500},
    ),
]


@pytest.mark.parametrize(("source", "totals", "expected"), BILLS)
def test_what_bills_mean(source, totals, expected, chart, by_code):
    assert expected == by_code(posted(BILL, totals, chart))
    assert expected == by_code(posted(VENDOR_DEBIT_NOTE, totals, chart))


@pytest.mark.parametrize(("source", "totals", "expected"), BILLS)
def test_a_purchase_return_says_the_opposite(source, totals, expected, chart, by_code):
    """`api.md` §4.11: blocked tax goes back to the cost, reverse charge is mirrored."""
    note = by_code(posted(VENDOR_CREDIT_NOTE, totals, chart))

    assert expected == {code: -amount for code, amount in note.items()}


def test_a_part_of_a_bill_comes_back_with_its_tds(chart, by_code):
    """Row 11 of `api.md` §10, 3 of the 10 returned: a tenth of 210 is 21 per half, TDS 14 × 3 / 10 = 4.20."""
    note = posted(VENDOR_CREDIT_NOTE, bought(7000, quantity=3, tds=Tds(amount=420)), chart)

    assert {"2010": 24360, "2040": 420, "5010": -21000, "1061": -1890, "1062": -1890} == by_code(note)


def test_lines_of_every_kind_stand_on_one_bill(chart, by_code):
    """100 at 18 %, 200 of which the tax is blocked, 300 under reverse charge at 5 %, 400 under it and
    blocked, 500 without tax; rent is account 6010."""
    rent = chart.by_code("6010").number
    lines = [
        Line(M, 100 * M, tax=GST18),
        Line(M, 200 * M, tax=GST18, account=rent, blocked=CLAUSE),
        Line(M, 300 * M, rcm=AT_5),
        Line(M, 400 * M, rcm=AT_5, account=rent, blocked=CLAUSE),
        Line(M, 500 * M),
    ]
    totals = price(lines, supply=INTER)

    assert (155400, 5400, 3500) == (totals.total, totals.tax_total, totals.rcm.igst)
    assert {
        "5010": 10000 + 30000 + 50000,
        "6010": 20000 + 3600 + 40000 + 2000,
        "1063": 1800 + 1500,
        "2010": -155400,
        "2033": -3500,
    } == by_code(posted(BILL, totals, chart))


def test_a_foreign_bill_is_booked_in_rupees(chart, by_code):
    """USD 100 at 83 and reverse charge at 18 %: what is assessed undoes itself to the paisa."""
    bill = posted(BILL, bought(10000, tax=seeded("RCM 18%"), supply=INTER), chart, exchange_rate=83 * ONE)

    assert {"5010": 830000, "1063": 149400, "2010": -830000, "2033": -149400} == by_code(bill)


def test_what_conversion_leaves_over_goes_to_exchange(chart, by_code):
    """0.25 + 0.02 + 0.02 at 0.25: 6.25, 0.5 and 0.5 paise; the vendor is owed 7.25."""
    bill = posted(BILL, bought(25), chart, exchange_rate=ONE // 4)

    assert {"5010": 6, "1061": 1, "1062": 1, "2010": -7, "4050": -1} == by_code(bill)


def test_postings_say_why_they_are_there(chart):
    lines = [Line(M, 1234_570_000, tax=CAR), Line(M, 50 * M, tax=CAR_RCM)]
    terms = {"tds": Tds(rate=M), "shipping": 1, "adjustment": 1, "round_off": Method.UP}
    late = {"discount": Discount(amount=1), "discount_before_tax": False}
    expected = {
        "payable", "purchase", "tds", "freight", "adjustment", "round_off", "discount",
        "input_cess", "input_rcm_cess", "rcm_cess",
    }  # fmt: skip
    for supplied, heads in ((INTRA, ("cgst", "sgst")), (INTER, ("igst",))):
        totals = price(lines, supply=supplied, **terms, **late)
        words = expected | {f"{word}_{head}" for word in ("input", "input_rcm", "rcm") for head in heads}
        for paper, prefix in (
            (BILL, "bill"),
            (VENDOR_CREDIT_NOTE, "vendor_credit_note"),
            (VENDOR_DEBIT_NOTE, "vendor_debit_note"),
        ):
            assert {f"{prefix}.{word}" for word in words} == {
                one.rule for one in posted(paper, totals, chart)
            }


def test_payables_alone_bear_the_contact(chart):
    for paper in (BILL, VENDOR_CREDIT_NOTE, VENDOR_DEBIT_NOTE):
        totals = bought(12345, tax=CAR_RCM, tds=Tds(rate=M))
        bearing = [(one.rule, one.contact_id) for one in posted(paper, totals, chart) if one.contact_id]
        assert [(paper.owed_rule, VENDOR)] == bearing


def test_cost_is_one_posting_per_account_and_tags(chart):
    rent = chart.by_code("6010").number
    lines = [
        Line(M, 100 * M, tax=GST18, tags='["cc_1"]', blocked=CLAUSE),
        Line(M, 50 * M, account=rent),
        Line(M, 20 * M),
        Line(M, 30 * M, account=rent),
        Line(M, 7 * M, tags='["cc_1"]'),
    ]
    postings = posted(BILL, price(lines, supply=INTRA), chart)

    assert [("5010", 12500, '["cc_1"]'), ("6010", 8000, None), ("5010", 2000, None)] == [
        (chart.by_number(one.account).code, one.amount, one.tags)
        for one in postings
        if one.rule == "bill.purchase"
    ]


def test_a_discount_after_tax_is_credited_to_the_first_lines_account(chart):
    rent = chart.by_code("6010").number
    lines = [Line(M, 50 * M, account=rent, tags='["cc_1"]'), Line(M, 100 * M)]
    totals = price(lines, supply=INTRA, discount=Discount(amount=300), discount_before_tax=False)
    (discount,) = [one for one in posted(BILL, totals, chart) if one.rule == "bill.discount"]

    assert (rent, -300, '["cc_1"]') == (discount.account, discount.amount, discount.tags)


@pytest.mark.parametrize(
    ("paper", "source"),
    [
        (BILL, Source.BILL),
        (VENDOR_CREDIT_NOTE, Source.CREDIT_NOTE),
        (VENDOR_DEBIT_NOTE, Source.DEBIT_NOTE),
    ],
)
def test_the_entry_of_a_document_names_it(paper, source, chart):
    when = dt.date(2026, 5, 19)
    terms = {"date": when, "source_id": 9, "chart": chart, "branch_id": 1, "contact_id": VENDOR}
    entry = entry_for(paper, bought(10000), **terms)

    assert entry is not None
    assert (source, 9, VENDOR, 11800) == (entry.source, entry.source_id, entry.contact_id, entry.total)
    assert entry_for(paper, bought(0), **terms) is None


RATES = [None, GST18, CAR, CAR_RCM, seeded("RCM 5%"), seeded("Exempt"), seeded("GST 0.25%")]
LINES = st.builds(
    lambda quantity, rate, tax, is_rcm, percent, **more: Line(
        quantity, rate, tax=tax, rcm=reverse_charge(is_rcm and bool(tax or percent), percent, tax), **more
    ),
    st.integers(M // 100, 20 * M),
    st.integers(M, 10**11),
    st.sampled_from(RATES),
    st.booleans(),
    st.sampled_from([None, 5 * M, 18 * M]),
    account=st.sampled_from([None, 31]),
    tags=st.sampled_from([None, '["cc_1"]']),
    blocked=st.sampled_from([None, None, CLAUSE]),
)
TERMS = st.fixed_dictionaries(
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
)
DOCUMENTS = st.builds(
    lambda lines, terms: price(lines, **terms), st.lists(LINES, min_size=1, max_size=8), TERMS
)
EXCHANGE_RATES = st.just(ONE) | st.integers(1, 200 * ONE)
PAPERS = st.sampled_from([BILL, VENDOR_CREDIT_NOTE, VENDOR_DEBIT_NOTE])


@given(DOCUMENTS, EXCHANGE_RATES, PAPERS)
def test_every_document_balances_in_the_books(chart, totals, rate, paper):
    postings = posted(paper, totals, chart, exchange_rate=rate)

    assert 0 == sum(one.amount for one in postings)
    rounded = sum(abs(one.amount) for one in postings if one.rule.endswith(".exchange"))
    assert rounded <= len(postings) // 2 + 1
    if rate == ONE:
        assert 0 == rounded


@given(DOCUMENTS, EXCHANGE_RATES)
def test_a_return_of_everything_undoes_the_bill(chart, by_code, totals, rate):
    bill = by_code(posted(BILL, totals, chart, exchange_rate=rate))
    note = by_code(posted(VENDOR_CREDIT_NOTE, totals, chart, exchange_rate=rate))

    assert bill == {code: -amount for code, amount in note.items()}


@given(DOCUMENTS)
def test_the_vendor_is_owed_the_total_and_the_government_what_is_assessed(chart, by_code, totals):
    books = by_code(posted(BILL, totals, chart))

    assert -totals.total == books.get("2010", 0)
    assert -totals.rcm.total == sum(books.get(code, 0) for code in OWED_TO_GOVERNMENT)
    assert -totals.tds_amount == books.get("2040", 0)


@given(DOCUMENTS)
def test_all_tax_is_credit_or_cost(chart, by_code, totals):
    """Charged or assessed, each head is on an input account, or, where blocked, with its line's cost."""
    books = by_code(posted(BILL, totals, chart))
    taken = sum(books.get(code, 0) for code in INPUT)
    lost = books.get("5010", 0) + books.get("6010", 0) - (totals.sub_total - totals.discount)

    assert totals.tax_total + totals.rcm.total == taken + lost
    assert lost == sum(line.tax.total + line.rcm.total for line in totals.lines if line.blocked)


@given(st.lists(LINES, min_size=1, max_size=6), TERMS)
def test_blocking_moves_tax_into_the_accounts_and_nothing_else(chart, by_code, lines, terms):
    def books(blocked):
        same = [
            Line(line.quantity, line.rate, 0, line.tax, line.account, line.tags, line.rcm, blocked)
            for line in lines
        ]
        return by_code(posted(BILL, price(same, **terms), chart))

    free, lost = books(None), books(CLAUSE)
    costs = ("5010", "6010")
    for code in (free.keys() | lost.keys()) - {*INPUT, *costs}:
        assert free.get(code, 0) == lost.get(code, 0)
    assert not lost.keys() & set(INPUT)
    assert sum(free.get(code, 0) for code in (*INPUT, *costs)) == sum(lost.get(code, 0) for code in costs)
