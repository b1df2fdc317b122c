"""Several calls, one commit: `design.md` §2, "Org.transaction()"."""

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore import errors
from finzcore.api import build_handler
from finzcore.api.http import Request
from finzcore.books.resources import contacts
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.snapshot import changed, snapshot


def names(acme: finzcore.Org) -> list[str]:
    return [one["contact_name"] for one in acme.contacts.list()][::-1]


def invoice(acme: finzcore.Org, customer: str, **more: Any) -> Any:
    return acme.invoices.create(
        **{
            "customer_id": customer,
            "date": "2026-05-19",
            "place_of_supply": "IN-KA",
            "line_items": [{"name": "Work", "rate": 100}],
            "auto_approve": True,
        }
        | more
    )


def test_what_is_done_inside_is_seen_inside_and_afterwards(acme: finzcore.Org) -> None:
    with acme.transaction():
        customer = acme.contacts.create(contact_name="A")["contact_id"]
        made = invoice(acme, customer)
        assert Decimal("100.00") == acme.invoices.get(made["invoice_id"])["balance"]
        assert ["A"] == names(acme)
        assert Decimal("100.00") == acme.reports.trial_balance(as_of_date="2026-05-31")["total_debit"]
    assert ["A"] == names(acme)


def test_nothing_is_seen_from_outside_before_the_end(acme: finzcore.Org, call: Call, target: str) -> None:
    seen: list[Any] = []
    before = snapshot(target)
    with acme.transaction():
        acme.contacts.create(contact_name="A")
        reader = threading.Thread(target=lambda: seen.append(call.ok("GET", "/contacts")["contacts"]))
        reader.start()
        reader.join(10)
        assert set() == changed(before, snapshot(target))
    assert [[]] == seen
    assert 1 == len(call.ok("GET", "/contacts")["contacts"])


@pytest.mark.parametrize("error", [ValueError("ours"), errors.RuleBroken("theirs"), KeyboardInterrupt()])
def test_whatever_is_raised_out_of_the_block_undoes_all(
    acme: finzcore.Org, target: str, error: BaseException
) -> None:
    customer = acme.contacts.create(contact_name="A")["contact_id"]
    before = snapshot(target, without=())
    with pytest.raises(type(error)) as raised, acme.transaction():
        invoice(acme, customer)
        acme.contacts.create(contact_name="B", idempotency_key="k")
        acme.lock_period("2026-03-31", "filed")
        acme.set_preferences(roundInvoiceTotals=True)
        acme.create_tax(name="Own", shape="INTRA_STATE", cgst="2.5", sgst="2.5", igst=5)
        raise error
    assert error is raised.value
    assert set() == changed(before, snapshot(target, without=()))
    assert (False, None) == (acme.preferences["roundInvoiceTotals"], acme.locked_through)
    with pytest.raises(errors.NotFound):
        acme.tax_id("Own")
    with acme.transaction():
        acme.contacts.create(contact_name="B")
    assert ["A", "B"] == names(acme)


def test_a_refusal_caught_inside_loses_that_call_only_and_numbers_stay_gapless(
    engine: finzcore.Engine, acme: finzcore.Org
) -> None:
    numbers = []
    with acme.transaction():
        customer = acme.contacts.create(contact_name="A")["contact_id"]
        numbers.append(invoice(acme, customer, reference_number="R")["invoice_number"])
        for wrong in ({"reference_number": "R"}, {"date": "never"}, {"customer_id": "ct_1"}):
            with pytest.raises(finzcore.FinzError):
                invoice(acme, customer, **wrong)
        numbers.append(invoice(acme, customer)["invoice_number"])
    numbers.append(invoice(acme, customer)["invoice_number"])
    assert ["INV-2627-001", "INV-2627-002", "INV-2627-003"] == numbers
    assert [] == engine.verify()


def test_a_refusal_after_work_was_begun_leaves_nothing_of_it(
    engine: finzcore.Engine, acme: finzcore.Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = contacts._post_opening

    def refusing(*given_: Any) -> Any:
        post(*given_)
        raise errors.RuleBroken("too late")

    with acme.transaction():
        acme.lock_period("2026-03-31", "filed")
        with monkeypatch.context() as late:
            late.setattr(contacts, "_post_opening", refusing)
            with pytest.raises(errors.RuleBroken):
                acme.contacts.create(contact_name="A", opening_balance=5)
        acme.contacts.create(contact_name="B", opening_balance=7)
    assert (["B"], "2026-03-31") == (names(acme), acme.locked_through)
    assert [] == engine.verify()
    assert Decimal("7.00") == acme.reports.trial_balance(as_of_date="2026-05-31")["total_debit"]


def test_what_was_undone_cannot_be_mentioned_afterwards(acme: finzcore.Org) -> None:
    with acme.transaction():
        with pytest.raises(ValueError), acme.transaction():
            gone = acme.contacts.create(contact_name="A")["contact_id"]
            invoice(acme, gone)
            raise ValueError
        with pytest.raises(errors.NotFound) as refused:
            invoice(acme, gone)
        assert "customer_id" == refused.value.field


def test_blocks_inside_blocks_join_and_can_be_lost_alone(acme: finzcore.Org) -> None:
    with acme.transaction():
        acme.contacts.create(contact_name="A")
        with acme.transaction():
            acme.contacts.create(contact_name="B")
        with pytest.raises(ValueError), acme.transaction():
            acme.contacts.create(contact_name="C")
            raise ValueError
        acme.contacts.create(contact_name="D")
    assert ["A", "B", "D"] == names(acme)
    with pytest.raises(ValueError), acme.transaction():
        with acme.transaction():
            acme.contacts.create(contact_name="E")
        raise ValueError
    assert ["A", "B", "D"] == names(acme)


def test_masters_made_inside_can_be_used_inside_and_are_forgotten_when_undone(acme: finzcore.Org) -> None:
    customer = acme.contacts.create(contact_name="A")["contact_id"]
    with pytest.raises(ValueError), acme.transaction():
        tax = acme.create_tax(name="Own", shape="INTRA_STATE", cgst="2.5", sgst="2.5", igst=5)["tax_id"]
        line = {"name": "Work", "rate": 100, "tax_id": tax}
        assert Decimal("105.00") == invoice(acme, customer, line_items=[line])["total"]
        raise ValueError
    with pytest.raises(errors.NotFound):
        invoice(acme, customer, line_items=[line])
    acme.set_preferences(roundInvoiceTotals=True)
    with pytest.raises(errors.NotFound):
        invoice(acme, customer, line_items=[line])


def test_another_organisation_or_handle_inside_is_a_runtime_error(
    engine: finzcore.Engine, acme: finzcore.Org, call: Call
) -> None:
    other = engine.create_org(name="Brahma Mills", state="IN-MH")
    request = Request("GET", "/api/public/v1/whoami")
    with acme.transaction():
        acme.contacts.create(contact_name="A")
        for wrong in (
            lambda: other.contacts.list(),
            lambda: other.contacts.create(contact_name="B"),
            lambda: other.transaction().__enter__(),
            lambda: other.preferences,
            lambda: other.lock_period("2026-03-31", "filed"),
            lambda: engine.handle(request),
            lambda: build_handler(engine)(request),
            lambda: engine.create_org(name="C", state="IN-KA"),
        ):
            with pytest.raises(RuntimeError):
                wrong()
    assert (["A"], []) == (names(acme), names(other))
    assert 401 == engine.handle(request).status


def test_a_call_of_another_thread_waits(acme: finzcore.Org) -> None:
    begun, order = threading.Event(), []

    def other() -> None:
        begun.set()
        acme.contacts.create(contact_name="B")
        order.append("other")

    with acme.transaction():
        thread = threading.Thread(target=other)
        thread.start()
        assert begun.wait(10)
        acme.contacts.create(contact_name="A")
        thread.join(0.05)
        order.append("mine")
    thread.join(10)
    assert (["mine", "other"], ["A", "B"]) == (order, names(acme))


class Counted(FrozenClock):
    """A clock that goes on a minute whenever somebody looks."""

    looks = 0

    def __call__(self) -> Any:
        self.looks += 1
        self.move(minutes=1)
        return super().__call__()


@pytest.fixture
def ticking(target: str) -> Iterator[tuple[finzcore.Org, Counted]]:
    clock = Counted()
    with finzcore.open(target, clock=clock, ids=CountingIds(), random=CountingRandom()) as books:
        yield books.create_org(name="Acme", state="IN-KA"), clock


def test_the_clock_is_read_once(ticking: tuple[finzcore.Org, Counted]) -> None:
    acme, clock = ticking
    clock.looks = 0
    with acme.transaction():
        made = [acme.contacts.create(contact_name=name) for name in "AB"]
        with acme.transaction():
            made.append(acme.contacts.create(contact_name="C"))
        acme.contacts.list()
        acme.lock_period("2026-03-31", "filed")
    assert 1 == clock.looks
    assert 1 == len({one["created_time"] for one in made})
    acme.contacts.create(contact_name="D")
    assert 2 == clock.looks


def test_each_call_is_its_callers(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    from finzcore.books.history import EVENTS
    from finzcore.ids import unwire

    user = engine.create_user(name="Ravi").user_id
    ravi = engine.org(acme.org_id, user_id=user)
    with acme.transaction():
        acme.contacts.create(contact_name="A")
        ravi.contacts.create(contact_name="B")
        acme.contacts.create(contact_name="C")
    events = engine.look(acme._key, lambda books: books.session.find(EVENTS)[:3])
    assert [None, unwire("usr_", 0, user), None] == [event["user_id"] for event in events]


def test_keys_hold_inside_too(acme: finzcore.Org, target: str) -> None:
    with acme.transaction():
        first = acme.contacts.create(contact_name="A", idempotency_key="k")
        assert first == acme.contacts.create(contact_name="A", idempotency_key="k")
        with pytest.raises(errors.KeyReused):
            acme.contacts.create(contact_name="B", idempotency_key="k")
        for _ in range(2):
            with pytest.raises(errors.RequiredField):
                acme.contacts.create(idempotency_key="l")
    assert first == acme.contacts.create(contact_name="A", idempotency_key="k")
    assert (1, 2) == (len(names(acme)), len(snapshot(target, without=())["keys"]))


def test_a_call_that_broke_takes_the_whole_block_with_it(
    acme: finzcore.Org, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(target, without=())

    def broken(*_: Any) -> None:
        raise KeyError("our own mistake")

    with pytest.raises(errors.Unavailable), acme.transaction():
        acme.contacts.create(contact_name="A")
        with monkeypatch.context() as broke:
            broke.setattr(contacts, "_settled", broken)
            with pytest.raises(KeyError):
                acme.contacts.create(contact_name="B")
        with pytest.raises(errors.Unavailable):
            acme.contacts.create(contact_name="C")
    assert set() == changed(before, snapshot(target, without=()))


STEP = st.sampled_from(["good", "refused", "nested", "nested and lost", "locked"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(STEP, max_size=5), max_size=4), st.data())
def test_the_books_hold_exactly_what_was_not_lost(
    engine: finzcore.Engine, acme: finzcore.Org, blocks: list[list[str]], data: st.DataObject
) -> None:
    customer = acme.contacts.create(contact_name="A")["contact_id"]
    kept = len(list(acme.invoices.all()))
    for steps in blocks:
        lost, made = data.draw(st.booleans()), 0
        try:
            with acme.transaction():
                for step in steps:
                    made += _done(acme, customer, step)
                if lost:
                    raise LookupError
        except LookupError:
            made = 0
        kept += made
    numbers = sorted(one["invoice_number"] for one in acme.invoices.all(per_page=200))
    assert [f"INV-2627-{n:03}" for n in range(1, kept + 1)] == numbers
    assert [] == engine.verify(acme.org_id)


def _done(acme: finzcore.Org, customer: str, step: str) -> int:
    """Do a step, and say how many invoices it leaves."""
    if step == "refused":
        with pytest.raises(errors.RuleBroken):
            invoice(acme, customer, series="a/b")
        return 0
    if step == "locked":
        acme.lock_period("2026-03-31", "filed")
        with pytest.raises(errors.PeriodLocked):
            invoice(acme, customer, date="2026-03-31")
        return 0
    if step == "good":
        invoice(acme, customer)
        return 1
    try:
        with acme.transaction():
            invoice(acme, customer)
            if step == "nested and lost":
                raise LookupError
    except LookupError:
        return 0
    return 1


# ----- keys -----


def test_a_refusal_whose_key_has_expired_loses_no_other_call(
    engine: finzcore.Engine, acme: finzcore.Org, clock: FrozenClock
) -> None:
    def refused() -> None:
        with pytest.raises(errors.RequiredField):
            acme.contacts.create(contact_name="", idempotency_key="k")

    refused()
    clock.move(hours=25)
    with acme.transaction():
        acme.contacts.create(contact_name="A")
        refused()
        acme.contacts.create(contact_name="B")
    assert ["A", "B"] == names(acme)
    assert [] == engine.verify()
