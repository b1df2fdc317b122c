"""What the strategies give is accepted by the books, says only exact numbers, and shrinks to little."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, seed, settings
from hypothesis import strategies as st

import finzcore
from finzcore.gst import gstin
from finzcore.gst.states import state
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock, invariants, strategies
from finzcore.testing.strategies import ALSO, TAXES, Month, Step, play
from finzcore.testing.strategies.months import DOES

DATE = "2026-05-19"
ALONE = {"contact", "item", "invoice", "edit", "on_account", "advance"}
"""Words that always find something to do, or need a body."""
ALSOS = [(), *((one,) for one in ALSO), ALSO]


@contextmanager
def books() -> Iterator[tuple[finzcore.Engine, finzcore.Org]]:
    """New books, in memory, because it is the strategies that are tried here and not an engine; an example
    of a property cannot have those of another one."""
    chosen = finzcore.Settings(durability="relaxed")
    with finzcore.open(
        ":memory:", clock=FrozenClock(), ids=CountingIds(), random=CountingRandom(), settings=chosen
    ) as engine:
        acme = engine.create_org(name="Acme Traders", state="IN-KA")
        acme.enable_currency("USD")
        yield engine, acme


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[finzcore.Engine, finzcore.Org]]:
    """Books for properties of single bodies, which do not get in each other's way."""
    with books() as opened:
        yield opened


def floats(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(floats, value.values()))
    return any(map(floats, value)) if isinstance(value, list) else isinstance(value, float)


def taxes(acme: finzcore.Org) -> list[str]:
    return [acme.tax_id(name) for name in TAXES]


@given(st.data(), st.sampled_from([None, "IN-MH", "IN-OD"]))
def test_a_gstin_is_right_to_its_last_character(data: st.DataObject, place: str | None) -> None:
    number = gstin.parse(data.draw(strategies.gstins(place)), checksum=True)
    assert place is None or state(place).number == number.state


def test_a_gstin_is_right_to_one_who_computes_the_character_himself() -> None:
    """`gst.md` §1.3: weights 1 and 2 in turn, the base-36 digits of each product added."""
    number = find(strategies.gstins(), lambda text: "B" in text and "7" in text)
    total = sum(sum(divmod(int(letter, 36) * (1 + at % 2), 36)) for at, letter in enumerate(number[:14]))
    assert -total % 36 == int(number[14], 36)


@given(strategies.amounts("0.05", "0.07"))
def test_amounts_have_two_decimals_and_keep_their_bounds(amount: Decimal) -> None:
    assert amount in {Decimal("0.05"), Decimal("0.06"), Decimal("0.07")}
    assert -2 == amount.as_tuple().exponent


@given(strategies.days("2028-02-28", "2028-03-01"))
def test_days_are_of_the_calendar(day: str) -> None:
    assert day in {"2028-02-28", "2028-02-29", "2028-03-01"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_contacts_and_items_are_accepted(
    shared: tuple[finzcore.Engine, finzcore.Org], data: st.DataObject
) -> None:
    _, acme = shared
    contact, item = data.draw(strategies.contacts()), data.draw(strategies.items(taxes=taxes(acme)))
    assert contact["contact_name"] == acme.contacts.create(**contact)["contact_name"]
    assert item["rate"] == acme.items.create(**item)["rate"]


@pytest.mark.parametrize("also", ALSOS, ids=" ".join)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_invoices_payments_and_notes_are_accepted_both_ways(
    shared: tuple[finzcore.Engine, finzcore.Org], also: tuple[str, ...], data: st.DataObject
) -> None:
    engine, acme = shared
    call = Call(engine, None)
    call.token = engine.mint_pat(org_id=acme.org_id).token
    call.ok("GET", "/whoami")
    asha = acme.contacts.create(contact_name="Asha Stores")["contact_id"]
    chair = acme.items.create(item_name="Oak chair", rate=400, tax_id=acme.tax_id("GST 18%"))["item_id"]
    body = data.draw(
        strategies.invoices(
            customer_id=asha,
            date=DATE,
            taxes=taxes(acme),
            items=[chair],
            also=also,
            auto_approve=True,
        )
    )
    assert not floats(body)
    invoice = acme.invoices.create(**body)
    assert invoice["total"] == call.ok("POST", "/invoices", body)["invoice"]["total"]
    receipt = data.draw(strategies.payments(contact_id=asha, date=DATE, invoices=[invoice], also=also))
    payment = acme.payments.create(**receipt)
    assert (
        sum(one["amount"] for one in receipt.get("allocations", ()))
        <= payment["amount"] + payment["tds_amount"]
    )
    if invoice["total"] > 1 and invoice["sub_total"] > 0 and "discounts" not in also:
        note = data.draw(strategies.credit_notes(date=DATE, invoice=invoice))
        first = acme.credit_notes.create(**note)
        left = invoice["total"] - first["total"]
        if left > 1:
            acme.credit_notes.create(
                **data.draw(strategies.credit_notes(date=DATE, invoice=invoice, left=left))
            )


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_bought_spent_or_entered_by_hand_is_accepted(
    shared: tuple[finzcore.Engine, finzcore.Org], data: st.DataObject
) -> None:
    _, acme = shared
    vendor = acme.contacts.create(**data.draw(strategies.vendors()))
    assert "VENDOR" == vendor["contact_type"]
    whose, rates = vendor["contact_id"], [*taxes(acme), acme.tax_id("RCM 5%"), None]
    reference = {"reference_number": vendor["contact_id"]}  # no two bills are one
    drawn = strategies.bills(
        vendor_id=whose, date=DATE, taxes=rates, also=(*ALSO, "reverse"), auto_approve=True
    )
    bill = acme.bills.create(**data.draw(drawn), **reference)
    paid = data.draw(
        strategies.payments(
            contact_id=whose,
            date=DATE,
            invoices=[bill],
            settle=bill["balance"] > 0,
            currency_code=bill["currency_code"],
            flow="OUTGOING",
        )
    )
    payment = acme.payments.create(**paid)
    assert bool(bill["balance"]) == bool(payment["allocations"])
    accounts = [acme.account_id(code) for code in ("6010", "6030")]
    spent = data.draw(strategies.expenses(accounts=accounts, date=DATE, taxes=rates, vendors=[whose]))
    assert acme.expenses.create(**spent)["total"] > 0
    entry = acme.journals.create(**data.draw(strategies.journals(accounts=accounts, date=DATE)))
    assert sum(line["debit"] for line in entry["lines"]) == entry["total"]


@given(strategies.credit_notes(date=DATE, customer_id="ct_1"))
def test_a_note_may_be_for_nothing_in_particular(body: dict[str, Any]) -> None:
    assert "ct_1" == body["customer_id"]
    assert "invoice_id" not in body


@settings(max_examples=60, deadline=None)
@given(strategies.months())
def test_an_ordinary_month_is_accepted_and_leaves_sound_books(month: Month) -> None:
    with books() as (engine, acme):
        play(month, acme)
        invariants.check(engine, acme.org_id, invariants.BOOKS)


@settings(max_examples=20, deadline=None)
@given(strategies.months(also=ALSO))
def test_a_month_of_everything_is_accepted_and_leaves_books_and_reports_that_agree(month: Month) -> None:
    with books() as (engine, acme):
        play(month, acme)
        invariants.check(engine, acme.org_id)


def test_among_some_hundred_months_every_word_comes_up() -> None:
    words: Counter[str] = Counter()

    @seed(20260519)
    @settings(max_examples=300, database=None, deadline=None)
    @given(strategies.months())
    def lives(month: Month) -> None:
        words.update(step.does for step in month.steps)

    lives()
    assert set(DOES) == set(words)


LINES = [{"name": "Work", "quantity": 1, "rate": 1000, "tax_id": "GST 18%"}]
SOLD = {"place_of_supply": "IN-KA", "line_items": LINES}
BY_HAND = [
    Step("contact", DATE, body={"contact_name": "Asha Stores"}),
    Step("item", DATE, body={"item_name": "Oak chair", "rate": 400, "tax_id": "GST 18%"}),
    Step("invoice", DATE, body=SOLD),
    Step("edit", DATE, body=SOLD | {"line_items": [{"item_id": "first item", "quantity": 2}]}),
    Step("approve", DATE),
    Step("receipt", DATE, share=25),
    Step("on_account", DATE, share=5),
    Step("apply", DATE, share=10),
    Step("advance", DATE, share=2),
    Step("refund", DATE, pick=0, share=50),
    Step("credit_note", DATE, share=10),
    Step("apply_note", DATE, share=50),
    Step("invoice", DATE, body=SOLD | {"auto_approve": True}),
    Step("credit_note", DATE),
    Step("void_note", DATE),
    Step("void", DATE),
    Step("void_payment", DATE, pick=3),
    Step("invoice", DATE, body=SOLD),
    Step("delete", DATE),
]


def test_each_word_does_what_it_says() -> None:
    with books() as (engine, acme):
        done = play(Month(tuple(BY_HAND)), acme)
        invariants.check(engine, acme.org_id)
        stands = [invoice["status"] for invoice in acme.invoices.all()]
        balances = [invoice["balance"] for invoice in acme.invoices.all()]
    assert BY_HAND == [step for step, _ in done]
    assert set(DOES) == {step.does for step in BY_HAND}
    assert ["CANCELLED", "PARTIALLY_PAID"] == stands
    # Two chairs are 944.00 with tax: 236.00 received, 10 % of the 100.00 on account applied; a tenth of
    # nine tenths of 800.00 credited, which is 84.96 with tax, and half of that applied.
    assert Decimal("944.00") - 236 - 10 - Decimal("42.48") == balances[1]


def test_a_step_that_finds_nobody_is_passed_over() -> None:
    with books() as (_, acme):
        month = Month((BY_HAND[0], BY_HAND[1], *(Step(word, DATE) for word in DOES if word not in ALONE)))
        assert BY_HAND[:2] == [step for step, _ in play(month, acme)]


def test_a_month_shrinks_to_the_steps_that_matter() -> None:
    def overpaid(month: Month) -> bool:
        return any("advance" == step.does for step in month.steps)

    small = find(strategies.months(most_days=3), overpaid)
    assert ["contact", "item", "advance"] == [step.does for step in small.steps]
    assert {"2026-05-01"} == {step.day for step in small.steps}


def test_a_misspelt_wish_is_refused() -> None:
    with pytest.raises(ValueError, match=r"also= knows discounts, inclusive.*not discount"):
        find(strategies.payments(contact_id="ct_1", date=DATE, also=["discount"]), lambda body: True)


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (0.1, 5, "least: 0.1 is no exact number"),
        (1, 5.5, "most: 5.5 is no exact number"),
        (True, 5, "least: True is no exact number"),
        (1, "five", "most: 'five' is no number"),
        (1, None, "most: None is no exact number"),
        (1, "NaN", "most: 'NaN' is no number"),
    ],
)
def test_bounds_of_amounts_are_exact(least: Any, most: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        strategies.amounts(least, most)


@pytest.mark.parametrize(("least", "most", "said"), [("0.001", 5, "two decimals"), (6, 5, "above most")])
def test_bounds_of_amounts_are_possible(least: Any, most: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        strategies.amounts(least, most)
