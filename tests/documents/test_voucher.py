"""Entries made by hand: lines of two columns that may be a paisa apart (`api.md` §4.13, §10 row 32)."""

import datetime as dt
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.voucher import TOLERANCE, VoucherLine, residue, voucher_postings
from finzcore.errors import EntryUnbalanced, RuleBroken
from finzcore.ledger.account import Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.chart_india import india_accounts
from finzcore.ledger.entry import JournalEntry
from finzcore.ledger.source import Source

CHART = Chart(india_accounts())
CASH, OPENING, ROUND_OFF, AR, AP, ADVANCE = (
    CHART.by_role(role).number
    for role in (Role.CASH, Role.OPENING, Role.ROUND_OFF, Role.AR, Role.AP, Role.CUSTOMER_ADVANCE)
)


def two(debit: int, credit: int) -> list[VoucherLine]:
    """Cash against opening balances."""
    return [VoucherLine(account=CASH, debit=debit), VoucherLine(account=OPENING, credit=credit)]


@pytest.mark.parametrize(
    ("debit", "credit", "expected"),
    [
        (10000, 10000, []),
        (10000, 9999, [(ROUND_OFF, -1)]),
        (9999, 10000, [(ROUND_OFF, 1)]),
        (1, 2, [(ROUND_OFF, 1)]),
    ],
)
def test_a_paisa_is_posted_to_round_off_on_the_lighter_side(
    debit: int, credit: int, expected: list[tuple[int, int]]
) -> None:
    postings = voucher_postings(two(debit, credit), chart=CHART, branch_id=7)
    assert [(CASH, debit), (OPENING, -credit), *expected] == [(one.account, one.amount) for one in postings]
    assert ["manual.line"] * 2 + ["manual.round_off"] * len(expected) == [one.rule for one in postings]
    assert {7} == {one.branch_id for one in postings}


@pytest.mark.parametrize(("debit", "credit"), [(10000, 9998), (9998, 10000), (1, 10**15)])
def test_more_than_a_paisa_is_refused_with_both_sums(debit: int, credit: int) -> None:
    with pytest.raises(EntryUnbalanced) as refused:
        voucher_postings(two(debit, credit), chart=CHART, branch_id=7)
    assert "lines" == refused.value.field
    assert {"debits": Decimal(debit) / 100, "credits": Decimal(credit) / 100} == refused.value.details


@pytest.mark.parametrize(("debit", "credit"), [(0, 0), (1, 1), (-1, 0), (0, -1), (5, -5)])
def test_a_line_is_on_one_side_alone(debit: int, credit: int) -> None:
    with pytest.raises(RuleBroken) as refused:
        VoucherLine(account=CASH, debit=debit, credit=credit)
    assert "lines" == refused.value.field


AMOUNTS = st.one_of(st.integers(1, 5), st.integers(1, 10**13))
LINES = st.lists(
    st.builds(
        lambda account, amount, is_debit: VoucherLine(
            account=account, **{"debit" if is_debit else "credit": amount}
        ),
        st.sampled_from([one.number for one in CHART]),
        AMOUNTS,
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def closed(lines: list[VoucherLine], short: int) -> list[VoucherLine]:
    """The lines and one more that brings them to nothing, or `short` paise beside it, where that is an
    amount at all."""
    left = -sum(line.amount for line in lines) + short
    if left:
        last = VoucherLine(account=CASH, debit=max(left, 0), credit=max(-left, 0))
        return [*lines, last]
    return lines


@given(LINES, st.sampled_from([-1, 0, 1]))
def test_what_is_posted_is_the_lines_and_makes_an_entry(lines: list[VoucherLine], short: int) -> None:
    lines = closed(lines, short)
    postings = voucher_postings(lines, chart=CHART, branch_id=1)
    assert [line.amount for line in lines] == [one.amount for one in postings[: len(lines)]]
    rest = postings[len(lines) :]
    assert [(ROUND_OFF, residue(lines))] * bool(residue(lines)) == [(one.account, one.amount) for one in rest]
    if len(postings) > 1:
        entry = JournalEntry(date=dt.date(2026, 5, 19), source=Source.MANUAL, branch_id=1, postings=postings)
        assert sum(max(one.amount, 0) for one in postings) == entry.total


@given(LINES)
def test_it_is_refused_exactly_where_the_sides_are_further_apart_than_allowed(
    lines: list[VoucherLine],
) -> None:
    apart = abs(sum(line.debit for line in lines) - sum(line.credit for line in lines))
    if apart <= TOLERANCE:
        assert apart == abs(residue(lines))
    else:
        with pytest.raises(EntryUnbalanced):
            residue(lines)


@given(LINES, st.sampled_from([-1, 0, 1]))
def test_the_mirrored_voucher_has_the_mirrored_residue(lines: list[VoucherLine], short: int) -> None:
    lines = closed(lines, short)
    mirrored = [attrs.evolve(line, debit=line.credit, credit=line.debit) for line in lines]
    assert residue(lines) == -residue(mirrored)


@pytest.mark.parametrize(
    ("account", "own", "expected"),
    [(AR, None, 5), (AP, None, 5), (ADVANCE, None, 5), (AR, 8, 8), (CASH, None, None), (CASH, 8, 8)],
)
def test_the_contact_of_the_whole_stands_where_contacts_count(
    account: int, own: int | None, expected: int | None
) -> None:
    lines = [
        VoucherLine(account=account, debit=101, contact_id=own),
        VoucherLine(account=OPENING, credit=100),
    ]
    postings = voucher_postings(lines, chart=CHART, branch_id=1, contact_id=5)
    assert [expected, None, None] == [one.contact_id for one in postings]


def test_a_line_keeps_its_words_and_tags() -> None:
    first, second = two(5, 5)
    lines = [attrs.evolve(first, description="Float", tags="[3]"), second]
    postings = voucher_postings(lines, chart=CHART, branch_id=1)
    assert [("Float", "[3]"), (None, None)] == [(one.description, one.tags) for one in postings]
