"""Business at random on two engines at once: whatever is asked, both say the same."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import BooksMachine, Call, CountingIds, CountingRandom, FrozenClock, invariants
from finzcore.testing.strategies import ALSO, Month, months, play
from tests.engines import Place
from tests.machines import SEED, run
from tests.stories.twins import Twin

UNLIMITED = finzcore.Settings(durability="relaxed", rate_limits={"DEFAULT": 10**6, "PARTNER": 10**6})
REPEATED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Twins(BooksMachine):
    """The machine, with books beside its own in another place: every call is made on both.

    That the two say the same is what is looked for here, after each step; that it is right, at the end.
    """

    place: ClassVar[Any]
    checks = ()
    checks_at_times = ()

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._beside = self._stack.enter_context(type(self).place())
        self._its_ids, self._its_random = CountingIds(), CountingRandom()
        super().__init__()

    def open_books(self, target: str) -> Any:
        """Both books at once."""
        beside = finzcore.open(
            self._beside, clock=self.clock, ids=self._its_ids, random=self._its_random, settings=UNLIMITED
        )
        return Twin(super().open_books(target), beside)

    def teardown(self) -> None:
        with self._stack:
            invariants.check(self.engine, self.acme.org_id, invariants.ALL)
            super().teardown()


def test_business_at_random_is_the_same_on_both(new_place: Place) -> None:
    Twins.place = new_place
    run(Twins, examples=6, steps=40, first=SEED + 7)


@pytest.fixture
def twins(new_place: Place) -> Iterator[Twin]:
    """New books in memory, and beside them new books of the engine that is tested."""
    clock = FrozenClock()

    def opened(target: str) -> finzcore.Engine:
        return finzcore.open(
            target, clock=clock, ids=CountingIds(), random=CountingRandom(), settings=UNLIMITED
        )

    with new_place() as target, opened(":memory:") as one, opened(target) as other:
        yield Twin(one, other)


@settings(REPEATED, max_examples=15)
@given(month=months(also=ALSO))
def test_months_of_every_kind_are_the_same_on_both(twins: Any, month: Month) -> None:
    acme = twins.create_org(name="Acme Traders", state="IN-KA")
    acme.enable_currency("USD")
    acme.add_exchange_rate(from_currency="USD", rate="83.25", rate_date="2026-05-01")
    play(month, acme)
    for name in ("contacts", "items", "invoices", "credit_notes", "payments", "journals"):
        list(getattr(acme, name).all(per_page=3))
    for contact in acme.contacts.list():
        acme.reports.customer_ledger(contact_id=contact["contact_id"])
    acme.reports.trial_balance(as_of_date="2026-05-31")
    assert [] == twins.verify(acme.org_id)
    twins.export_head(acme.org_id)


WORDS = st.text(st.characters(exclude_categories=()), max_size=12)
LETTERS = st.text(st.sampled_from("aAäÄßẞiIıİſsS%_\\'\" \u0301आि🪑["), max_size=6)


@settings(REPEATED, max_examples=50)
@given(names=st.lists(WORDS | LETTERS, min_size=1, max_size=6), sought=st.lists(LETTERS, max_size=4))
def test_any_text_is_kept_and_found_the_same_on_both(twins: Any, names: list[str], sought: list[str]) -> None:
    org = twins.create_org(name="Acme Traders", state="IN-KA")
    call = Call(twins, twins.mint_pat(org_id=org.org_id).token)
    for name in names:
        # Not by our own writer of JSON: what is no text is to be refused at the door, by both.
        call("POST", "/contacts", json.dumps({"contact_name": name}).encode())
    for words in (*names, *(name[1:] for name in names), *sought):
        for changed in (words, words.upper(), words.lower()):
            try_to_find(org, changed)


def try_to_find(org: Any, words: str) -> None:
    """A search, which may be refused: then by both."""
    try:
        list(org.contacts.all(search=words))
    except finzcore.FinzError:
        return


# ----- what differs is seen -----


def test_what_only_one_of_two_has_is_seen(twins: Any) -> None:
    org = twins.create_org(name="Acme Traders", state="IN-KA")
    org._pair[1].contacts.create(contact_name="In one of them")
    with pytest.raises(AssertionError, match=r"contacts\.list|Page"):
        org.contacts.list()


def test_a_refusal_of_only_one_of_two_is_seen(twins: Any) -> None:
    org = twins.create_org(name="Acme Traders", state="IN-KA")
    org._pair[0].add_cost_center("In one of them")
    with pytest.raises(AssertionError, match=r"Duplicate: .*, and done"):
        org.add_cost_center("In one of them")


def test_the_invariants_hold_of_both(twins: Any) -> None:
    org = twins.create_org(name="Acme Traders", state="IN-KA")
    invariants.check(twins, org.org_id, invariants.ALL)
