"""Entries: one that exists balances, and a reversal takes it back to the paisa."""

from datetime import date
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import EntryUnbalanced, RuleBroken
from finzcore.ledger.entry import (
    MOST_POSTINGS,
    JournalEntry,
    Posting,
    credit,
    debit,
    mirrored,
    present,
    reversal,
)
from finzcore.ledger.source import Source
from finzcore.money import LARGEST, Paise

DAY = date(2026, 5, 19)
amounts = st.integers(-(10**12), 10**12).filter(bool)


def line(account: int, amount: int, **fields: object) -> Posting:
    """A posting whose other fields do not matter."""
    return Posting(account, Paise(amount), "manual.line", 1, **fields)


def entry(*amounts: int) -> JournalEntry:
    """A journal of the day with these amounts, each on an account of its own."""
    postings = [line(account, amount) for account, amount in enumerate(amounts, start=1)]
    return JournalEntry(date=DAY, source=Source.MANUAL, branch_id=1, postings=postings)


@st.composite
def entries(draw: st.DrawFn) -> JournalEntry:
    """Any entry that balances."""
    lines = draw(
        st.lists(
            st.builds(
                Posting,
                st.integers(1, 5),
                amounts.map(Paise),
                st.sampled_from(["sale.income", "sale.receivable"]),
                st.integers(1, 2),
                st.none() | st.integers(1, 2),
            ),
            min_size=1,
            max_size=8,
        )
    )
    rest = -sum(posting.amount for posting in lines)
    if rest:
        lines.append(line(9, rest))
    else:
        lines += [line(9, 5), line(8, -5)]
    return JournalEntry(
        date=draw(st.dates(date(1970, 1, 1), date(2199, 12, 31))),
        source=draw(st.sampled_from(Source)),
        source_id=draw(st.none() | st.integers(1, 9)),
        branch_id=1,
        memo=draw(st.none() | st.just("Licence")),
        postings=draw(st.permutations(lines)),
    )


def test_an_invoice_as_in_the_first_worked_check() -> None:
    # api.md §10 row 1: Dr AR 14,160 / Cr income 12,000, OUT_CGST 1,080, OUT_SGST 1,080
    common = {"branch_id": 1}
    sale = JournalEntry(
        date=DAY,
        source=Source.INVOICE,
        source_id=42,
        branch_id=1,
        postings=present(
            [
                debit(3, 1416000, rule="sale.receivable", contact_id=7, **common),
                credit(24, 1200000, rule="sale.income", **common),
                credit(12, 108000, rule="sale.output_cgst", **common),
                credit(13, 108000, rule="sale.output_sgst", **common),
                credit(14, 0, rule="sale.output_igst", **common),
            ]
        ),
    )
    assert 1416000 == sale.total
    assert [1416000, -1200000, -108000, -108000] == [posting.amount for posting in sale.postings]
    assert [(1416000, 0), (0, 1200000)] == [(p.debit, p.credit) for p in sale.postings[:2]]


@given(entries())
def test_an_entry_that_exists_balances(journal: JournalEntry) -> None:
    assert 0 == sum(posting.amount for posting in journal.postings)
    assert journal.total == sum(posting.credit for posting in journal.postings)


@given(entries(), st.data())
def test_a_paisa_more_anywhere_is_refused_with_both_sums(journal: JournalEntry, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(journal.postings) - 1))
    postings = list(journal.postings)
    if postings[place].amount == -1:
        del postings[place]
    else:
        postings[place] = attrs.evolve(postings[place], amount=Paise(postings[place].amount + 1))
    with pytest.raises(EntryUnbalanced) as refused:
        attrs.evolve(journal, postings=postings)
    assert {"debits", "credits"} == set(refused.value.details)
    assert refused.value.details["debits"] != refused.value.details["credits"]


def test_the_refusal_names_the_sums_in_rupees() -> None:
    # api.md §10 row 32
    with pytest.raises(EntryUnbalanced) as refused:
        entry(10000, -9998)
    assert {"debits": Decimal("100.00"), "credits": Decimal("99.98")} == refused.value.details
    assert "lines" == refused.value.field


def test_an_entry_has_at_least_two_postings_and_not_too_many() -> None:
    with pytest.raises(RuleBroken):
        entry()
    with pytest.raises(RuleBroken):
        entry(5)
    most = [1] * (MOST_POSTINGS - 1)
    assert MOST_POSTINGS == len(entry(*most, -sum(most)).postings)
    with pytest.raises(RuleBroken):
        entry(1, *most, -sum(most) - 1)


@pytest.mark.parametrize("amount", [0, LARGEST + 1, -LARGEST - 1])
def test_a_posting_is_neither_zero_nor_beyond_all_measure(amount: int) -> None:
    with pytest.raises(RuleBroken):
        line(1, amount)


@pytest.mark.parametrize("amount", [1.0, True, "5", None])
def test_an_amount_that_is_no_whole_number_is_our_own_mistake(amount: object) -> None:
    with pytest.raises(AssertionError):
        Posting(1, amount, "manual.line", 1)


@given(entries(), st.integers(1, 99))
def test_a_reversal_takes_everything_back(journal: JournalEntry, of: int) -> None:
    back = reversal(journal, of=of)
    assert (Source.REVERSAL, of, journal.date) == (back.source, back.reversal_of, back.date)
    assert (journal.source_id, journal.memo) == (back.source_id, back.memo)
    assert not any(a.amount + b.amount for a, b in zip(journal.postings, back.postings, strict=True))
    assert [p.rule for p in journal.postings] == [p.rule for p in back.postings]


@given(entries())
def test_reversing_twice_gives_the_original_postings(journal: JournalEntry) -> None:
    assert journal.postings == reversal(reversal(journal, of=1), of=2).postings
    assert list(journal.postings) == mirrored(mirrored(journal.postings))


def test_a_reversal_may_carry_a_date_and_a_memo_of_its_own() -> None:
    back = reversal(entry(5, -5), of=1, on=date(2026, 6, 1), memo="Void of INV-2627-001")
    assert (date(2026, 6, 1), "Void of INV-2627-001") == (back.date, back.memo)


@given(amounts)
def test_a_negative_debit_is_a_credit(amount: int) -> None:
    words = {"rule": "manual.line", "branch_id": 1, "contact_id": 3, "description": "x", "tags": "{}"}
    assert debit(1, amount, **words) == credit(1, -amount, **words)
    assert Posting(1, Paise(amount), "manual.line", 1, 3, "x", "{}") == debit(1, amount, **words)


def test_nothing_comes_of_zero() -> None:
    assert debit(1, 0, rule="manual.line", branch_id=1) is None
    assert credit(1, 0, rule="manual.line", branch_id=1) is None
    assert () == present([None, None])
