"""Monthly totals: nothing lost, nothing counted twice, whatever the order."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from finzcore.ledger.balance import Balances, MonthTotal, Movement, month_totals, movements
from finzcore.ledger.entry import JournalEntry, Posting, reversal
from finzcore.ledger.source import Source
from finzcore.money import Paise

moves = st.lists(
    st.builds(
        Movement,
        st.integers(1, 4),
        st.integers(1, 2),
        st.sampled_from(["2026-03", "2026-04", "2026-05"]),
        st.integers(-1000, 1000).filter(bool).map(Paise),
    ),
    max_size=30,
)


def entry(day: date, *lines: tuple[int, int, int]) -> JournalEntry:
    """A journal of (account, branch, amount)."""
    postings = [Posting(account, Paise(amount), "manual.line", branch) for account, branch, amount in lines]
    return JournalEntry(date=day, source=Source.MANUAL, branch_id=1, postings=postings)


def test_one_entry_is_totalled_by_account_and_branch() -> None:
    journal = entry(date(2026, 5, 19), (9, 1, 500), (3, 2, -200), (3, 1, -400), (9, 1, 150), (9, 1, -50))
    expected = [
        MonthTotal(3, 1, "2026-05", Paise(0), Paise(400)),
        MonthTotal(3, 2, "2026-05", Paise(0), Paise(200)),
        MonthTotal(9, 1, "2026-05", Paise(650), Paise(50)),
    ]
    assert expected == month_totals(journal)
    assert Balances(tuple(expected)) == Balances.of(movements(journal))


def test_an_entry_and_its_reversal_fill_both_columns_and_cancel() -> None:
    journal = entry(date(2026, 5, 19), (1, 1, 500), (2, 1, -500))
    both = Balances(tuple(month_totals(journal))) + Balances(tuple(month_totals(reversal(journal, of=1))))
    assert {1: 0, 2: 0} == both.net()
    assert [(500, 500), (500, 500)] == [(total.debit, total.credit) for total in both.totals]


@given(moves, st.randoms())
def test_the_order_of_postings_does_not_matter(moved: list[Movement], chance: object) -> None:
    shuffled = list(moved)
    chance.shuffle(shuffled)
    assert Balances.of(moved) == Balances.of(shuffled)


@given(moves)
def test_totals_are_sorted_and_each_key_comes_once(moved: list[Movement]) -> None:
    keys = [total[:3] for total in Balances.of(moved).totals]
    assert sorted({movement[:3] for movement in moved}) == keys


@given(moves)
def test_every_paisa_is_in_exactly_one_column(moved: list[Movement]) -> None:
    totals = Balances.of(moved).totals
    assert sum(m.amount for m in moved if m.amount > 0) == sum(total.debit for total in totals)
    assert sum(-m.amount for m in moved if m.amount < 0) == sum(total.credit for total in totals)
    assert all(total.debit >= 0 and total.credit >= 0 for total in totals)


@given(moves, st.integers(0, 30))
def test_folding_in_two_parts_gives_the_same(moved: list[Movement], at: int) -> None:
    assert Balances.of(moved) == Balances.of(moved[:at]) + Balances.of(moved[at:])
    assert Balances.of(moved) == Balances.of(moved) + Balances()


@given(moves, st.sampled_from(["2026-03", "2026-04"]), st.none() | st.integers(1, 2))
def test_a_month_lies_before_or_after_any_boundary(
    moved: list[Movement], through: str, branch_id: int | None
) -> None:
    after = {"2026-03": "2026-04", "2026-04": "2026-05"}[through]
    balances = Balances.of(moved)
    earlier = balances.net(through=through, branch_id=branch_id)
    later = balances.net(since=after, branch_id=branch_id)
    for account in range(1, 5):
        by_hand = sum(m.amount for m in moved if m.account == account and branch_id in (None, m.branch_id))
        assert by_hand == earlier.get(account, 0) + later.get(account, 0)
