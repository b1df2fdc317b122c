"""What money spent at once means in the books (`api.md` §4.8, §10)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.expense import expense_entry, expense_postings
from finzcore.documents.line import Line
from finzcore.documents.totals import price
from finzcore.gst.rates import Shape, at_rate, seeded
from finzcore.gst.reverse import ReverseCharge, reverse_charge
from finzcore.gst.split import Level
from finzcore.gst.supply import Supply
from finzcore.ledger.source import Source

M = 1_000_000
INTRA = Supply(inter=False)
INTER = Supply(inter=True)
GST18 = seeded("GST 18%")
AT_5 = ReverseCharge(5 * M)
TOBACCO = at_rate("Tobacco", Shape.RCM, 28 * M, cess=36 * M)
CLAUSE = "17(5)(b)"
OFFICE, TRAVEL, BANK = 33, 35, 2
"""Accounts 6030, 6050 and 1020."""


def part(amount, account, **terms):
    """An amount in paise spent on an account: one unit at that price."""
    return Line(1 * M, amount * 10_000, account=account, **terms)


def spent(*amounts, supply=INTRA, inclusive=False, **terms):
    terms = {"tax": GST18} | terms
    lines = [part(amount, account, **terms) for amount, account in amounts]
    return price(lines, supply=supply, inclusive=inclusive)


@pytest.mark.parametrize(
    ("source", "totals", "expected"),
    [
        (
            "api.md §10 row 13",
            spent((118000, OFFICE), inclusive=True),
            {"6030": 100000, "1061": 9000, "1062": 9000, "1020": -118000},
        ),
        (
            "api.md §10 row 14",
            spent((400000, OFFICE), (100000, TRAVEL)),
            {"6030": 400000, "6050": 100000, "1061": 45000, "1062": 45000, "1020": -590000},
        ),
        (
            "api.md §10 row 15",
            spent((500000, OFFICE), tax=None, rcm=AT_5),
            {"6030": 500000, "1061": 12500, "1062": 12500, "1020": -500000, "2031": -12500, "2032": -12500},
        ),
        (
            "api.md §10 row 16",
            spent((100000, OFFICE), blocked=CLAUSE),
            {"6030": 118000, "1020": -118000},
        ),
        (
            "api.md §4.8, reverse charge and blocked together",
            spent((500000, OFFICE), tax=None, rcm=AT_5, blocked=CLAUSE),
            {"6030": 525000, "1020": -500000, "2031": -12500, "2032": -12500},
        ),
        (
            "in another state",
            spent((100000, OFFICE), supply=INTER),
            {"6030": 100000, "1063": 18000, "1020": -118000},
        ),
        (
            "cess under reverse charge",
            spent((100000, OFFICE), tax=TOBACCO, supply=INTER),
            {"6030": 100000, "1063": 28000, "1064": 36000, "1020": -100000, "2033": -28000, "2024": -36000},
        ),
        (
            "under reverse charge an inclusive amount has no tax in it",
            spent((500000, OFFICE), rcm=AT_5, supply=INTER, inclusive=True),
            {"6030": 500000, "1063": 25000, "1020": -500000, "2033": -25000},
        ),
        (
            "without tax",
            spent((500000, OFFICE), tax=None),
            {"6030": 500000, "1020": -500000},
        ),
    ],
)
def test_what_expenses_mean(source, totals, expected, chart, by_code):
    assert expected == by_code(expense_postings(totals, chart=chart, bank=BANK, branch_id=1))


def test_postings_say_why_they_are_there_and_bear_no_contact(chart):
    lines = [
        part(100000, OFFICE, tax=GST18, tags='["cc_1"]'),
        part(200000, OFFICE, rcm=AT_5),
        part(300000, OFFICE),
    ]
    postings = expense_postings(price(lines, supply=INTER), chart=chart, bank=BANK, branch_id=7)

    assert [
        ("expense.paid", -618000, None),
        ("expense.cost", 100000, '["cc_1"]'),
        ("expense.cost", 500000, None),
        ("expense.input_igst", 18000, None),
        ("expense.input_rcm_igst", 10000, None),
        ("expense.rcm_igst", -10000, None),
    ] == [(one.rule, one.amount, one.tags) for one in postings]
    assert {(None, 7)} == {(one.contact_id, one.branch_id) for one in postings}


def test_the_entry_names_the_expense_and_its_vendor(chart):
    entry = expense_entry(
        spent((118000, OFFICE), inclusive=True),
        date=dt.date(2026, 5, 19),
        source_id=9,
        chart=chart,
        bank=BANK,
        branch_id=1,
        contact_id=55,
        memo="Paper",
        reference_number="A/1",
    )

    assert (Source.EXPENSE, 9, 55, 118000) == (entry.source, entry.source_id, entry.contact_id, entry.total)
    assert ("Paper", "A/1") == (entry.memo, entry.reference_number)


@given(
    st.lists(
        st.builds(
            lambda amount, account, tax, is_rcm, blocked: part(
                amount,
                account,
                tax=tax,
                rcm=reverse_charge(is_rcm, 5 * M, tax),
                blocked=blocked,
            ),
            st.integers(1, 10**9),
            st.sampled_from([OFFICE, TRAVEL]),
            st.sampled_from([None, GST18, TOBACCO, seeded("Exempt")]),
            st.booleans(),
            st.sampled_from([None, CLAUSE]),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([INTRA, INTER]),
    st.booleans(),
    st.sampled_from(Level),
)
def test_an_expense_balances_and_the_bank_pays_the_total(chart, by_code, lines, supply, inclusive, level):
    totals = price(lines, supply=supply, inclusive=inclusive, level=level)
    books = by_code(expense_postings(totals, chart=chart, bank=BANK, branch_id=1))

    assert 0 == sum(books.values())
    assert -totals.total == books["1020"]
    assert -totals.rcm.total == sum(books.get(code, 0) for code in ("2031", "2032", "2033", "2024"))
    if inclusive:
        assert totals.total == sum(line.net for line in lines)
