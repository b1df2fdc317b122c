"""Setting money and notes against documents (`api.md` §4.7; `reliability.md` §14)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.allocation import (
    Demand,
    Open,
    allocate,
    apply,
    check_demands,
    consume_oldest,
    opened,
)
from finzcore.documents.exchange import ONE
from finzcore.errors import OverAllocated, RuleBroken

RATES = st.integers(1, 200 * ONE)
AMOUNTS = st.integers(1, 10**9)


def demands(*wanted):
    return [Demand(target=target, amount=amount) for target, amount in wanted]


def test_a_split_receipt_leaves_the_rest_unused():
    """Row 8 of `api.md` §10: 1,000 split 600 + 300."""
    receipt = opened(100000)
    made = allocate(receipt, demands(("a", 60000), ("b", 30000)), {"a": opened(60000), "b": opened(50000)})

    assert [60000, 30000] == [one.amount for one in made]
    assert 10000 == receipt.amount - sum(one.used for one in made)


@pytest.mark.parametrize(
    ("refusal", "field", "wanted"),
    [
        # Everything wrong first; each row repairs one thing.
        (RuleBroken, "allocations[0].amount", [("a", 0), ("b", 41), ("a", 60)]),
        (RuleBroken, "allocations[0].amount", [("a", -1), ("b", 41), ("a", 60)]),
        (OverAllocated, "allocations[1].amount", [("a", 10), ("b", 41), ("a", 60)]),
        (OverAllocated, "allocations[2].amount", [("a", 10), ("b", 40), ("a", 51)]),
        (OverAllocated, "allocations", [("a", 10), ("b", 40), ("a", 50)]),
    ],
)
def test_allocations_are_refused_for_the_first_reason_that_applies(refusal, field, wanted):
    with pytest.raises(refusal) as refused:
        check_demands(demands(*wanted), {"a": 60, "b": 40}, 99)

    assert field == refused.value.field


def test_allocations_may_use_up_both_sides():
    check_demands(demands(("a", 10), ("b", 40), ("a", 50)), {"a": 60, "b": 40}, 100)


def test_the_same_document_twice_is_relieved_twice_and_exactly():
    invoice = Open(amount=3, booked=251, exchange_rate=84 * ONE)
    made = allocate(opened(3, 8_333_000_000), demands(("a", 1), ("a", 2)), {"a": invoice})

    assert [84, 167] == [one.relieved for one in made]
    assert [83, 167] == [one.used for one in made]


def test_a_note_is_applied_as_far_as_it_goes_by_default():
    assert 250 == apply(opened(800), opened(250)).amount
    assert 250 == apply(opened(250), opened(800)).amount
    assert 100 == apply(opened(250), opened(800), 100).amount


@pytest.mark.parametrize("amount", [0, -1, 251])
def test_a_note_is_not_applied_beyond_either_side(amount):
    for source, target in ((opened(250), opened(800)), (opened(800), opened(250))):
        with pytest.raises(RuleBroken) as refusal:
            apply(source, target, amount)
        assert "amount" == refusal.value.field


def test_a_foreign_document_is_relieved_at_its_own_rate():
    """Row 10 of `api.md` §10: invoice USD 100 at 83, receipt at 84.5."""
    made = apply(opened(10000, 8_450_000_000), opened(10000, 83 * ONE))

    assert (845000, 830000) == (made.used, made.relieved)


@given(AMOUNTS, RATES, st.lists(AMOUNTS, max_size=6))
def test_whatever_uses_a_document_up_leaves_nothing_in_the_books(total, rate, parts):
    left = opened(total, rate)
    relieved = 0
    for part in [*parts, total]:
        part = min(part, left.amount)
        relieved += left.worth(part)
        left = left.less(part)

    assert (0, 0) == (left.amount, left.booked)
    assert opened(total, rate).booked == relieved


@given(AMOUNTS, RATES, st.data())
def test_a_part_is_worth_its_rate_to_the_half_paisa(total, rate, data):
    part = data.draw(st.integers(0, total - 1))

    # Half a paisa from rounding the part; the books hold no more than the whole, rounded, either.
    assert abs(opened(total, rate).worth(part) - Fraction(part * rate, ONE)) <= 1


@given(st.lists(st.integers(0, 1000), max_size=6), st.integers(1, 6000))
def test_refunds_take_the_oldest_first_and_all_that_is_asked(unused, amount):
    sources = [(index, opened(part)) for index, part in enumerate(unused)]
    if amount > sum(unused):
        with pytest.raises(OverAllocated) as refusal:
            consume_oldest(sources, amount)
        assert "amount" == refusal.value.field
        return
    taken = consume_oldest(sources, amount)

    assert amount == sum(part for _, part, _ in taken)
    assert [index for index, _, _ in taken] == sorted(index for index, _, _ in taken)
    last = taken[-1][0]
    assert sum(unused[:last]) == sum(part for index, part, _ in taken if index < last)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 50)), min_size=1), st.integers(0, 400))
def test_what_passes_never_takes_more_than_there_is(wanted, available):
    balances = {"a": 60, "b": 40, "c": 150}
    fits = sum(amount for _, amount in wanted) <= available and all(
        sum(amount for target, amount in wanted if target == name) <= balance
        for name, balance in balances.items()
    )
    try:
        check_demands(demands(*wanted), balances, available)
    except OverAllocated:
        assert not fits
    else:
        assert fits
