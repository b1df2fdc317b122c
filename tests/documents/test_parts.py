"""What the parts of an order take of an amount that stands on the whole of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents.parts import part_of, taken_of

# 10.00 off for three pieces, invoiced one by one: 3.33, then half of 6.67, then what is left
ONE_BY_ONE = [(0, 333), (333, 334), (667, 333)]


@pytest.mark.parametrize(("position", "taken", "expected"), [(n, *one) for n, one in enumerate(ONE_BY_ONE)])
def test_three_parts_of_ten_rupees(position, taken, expected):
    assert expected == part_of(1000, taken=taken, part=1, rest=2 - position)


@pytest.mark.parametrize(
    ("expected", "amount", "taken"),
    [(0, 1000, 1200), (1000, 1000, -200), (0, -1000, -1200), (-1000, -1000, 200), (0, 0, 5), (0, 0, -5)],
)
def test_what_somebody_gave_by_hand_never_turns_the_sign(expected, amount, taken):
    assert expected == part_of(amount, taken=taken, part=1, rest=0)


@pytest.mark.parametrize(
    ("expected", "amount", "others"),
    [(0, -200, [700]), (-67, -200, [700, -67]), (250, 200, [-700, 100, 150]), (0, 0, [5, -5]), (0, 200, [])],
)
def test_what_one_was_given_of_the_other_sign_is_its_own(expected, amount, others):
    assert expected == taken_of(amount, others)


@given(
    st.integers(-(10**6), 10**6),
    st.lists(
        st.tuples(st.integers(1, 100), st.none() | st.integers(-(10**6), 10**6)), min_size=1, max_size=8
    ),
)
def test_parts_that_nobody_touched_never_take_more_than_there_is(amount, parts):
    """Some are given another amount by hand, after they took their share."""
    kept, shares, left = [], [], sum(part for part, _ in parts)
    for part, by_hand in parts:
        left -= part
        share = part_of(amount, taken=taken_of(amount, kept), part=part, rest=left)
        kept.append(share if by_hand is None else by_hand)
        shares += [share] if by_hand is None else []
    assert abs(sum(shares)) <= abs(amount)
    assert all(share * amount >= 0 for share in shares)


def test_what_is_worth_nothing_takes_nothing_while_something_is_left():
    assert 0 == part_of(1000, taken=0, part=0, rest=1)
    assert 1000 == part_of(1000, taken=0, part=0, rest=0)


@given(st.integers(-(10**15), 10**15), st.lists(st.integers(1, 10**15), min_size=1, max_size=8))
def test_all_parts_add_back_up_and_each_is_near_its_share(amount, parts):
    taken, left, whole = 0, sum(parts), sum(parts)
    for part in parts:
        left -= part
        share = part_of(amount, taken=taken, part=part, rest=left)
        # Within a paisa for each part before, in whole numbers: |share - amount * part / whole| < parts
        assert abs(share * whole - amount * part) < whole * len(parts)
        taken += share

    assert amount == taken


@given(st.integers(0, 10**6), st.lists(st.integers(1, 100), min_size=2, max_size=6), st.data())
def test_what_is_given_back_is_shared_again(amount, parts, data):
    """A part is taken back, and what was its own is carried out anew, in one piece, at the end."""
    gone = data.draw(st.integers(0, len(parts) - 1))
    taken, left = [], sum(parts)
    for part in parts:
        left -= part
        taken.append(part_of(amount, taken=sum(taken), part=part, rest=left))
    taken.pop(gone)

    assert amount == sum(taken) + part_of(amount, taken=sum(taken), part=parts[gone], rest=0)
