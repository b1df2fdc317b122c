"""What somebody's own code did is told to the model: right code is believed, wrong code is caught."""

import datetime as dt
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from finzcore.testing import BooksMachine, SalesMachine
from tests.test_readme import blocks

Body = dict[str, Any]
DAY = "2026-05-19"


@pytest.fixture(scope="module")
def machine() -> Iterator[BooksMachine]:
    """Books beside their model, with a customer in Karnataka and one from elsewhere."""
    made = BooksMachine()
    for name, place in (("Asha Stores", "IN-KA"), ("Bela Foods", "IN-MH")):
        made.expect_contact(made.acme.contacts.create(contact_name=name, place_of_contact=place))
    yield made
    made.teardown()


def sale(machine: BooksMachine, line: Body, **more: Any) -> Body:
    return {
        "customer_id": next(iter(machine.model.customers)),
        "date": DAY,
        "place_of_supply": "IN-KA",
        "line_items": [{"name": "Goods", "rate": 100} | line],
        "auto_approve": True,
    } | more


def receipt(machine: BooksMachine, **more: Any) -> Body:
    whose = next(iter(machine.model.customers))
    return {"flow": "INCOMING", "contact_id": whose, "date": DAY, "amount": "250.50", "mode": "UPI"} | more


def gst(machine: BooksMachine) -> str:
    return machine.taxes["GST 18%"]


Said = Callable[[BooksMachine], Body]

SALES: dict[str, Said] = {
    "another income account": lambda m: sale(m, {"account_id": m.acme.account_id("Service Revenue")}),
    "a discount after tax, and two accounts": lambda m: sale(
        m,
        {},
        line_items=[
            {
                "name": "Work",
                "rate": 90,
                "tax_id": gst(m),
                "account_id": m.acme.account_id("Service Revenue"),
            },
            {"name": "Goods", "rate": 60, "tax_id": gst(m)},
        ],
        discount="10%",
        is_discount_before_tax=False,
    ),
    "a due date": lambda m: sale(m, {}, due_date="2026-06-01"),
    "a date": lambda m: sale(m, {}, date=dt.date(2026, 5, 18), due_date=dt.date(2026, 5, 20)),
    "an instant that is the next day in India": lambda m: sale(m, {}, date="2026-05-18T20:00:00Z"),
    "a state in small letters": lambda m: sale(m, {"tax_id": gst(m)}, place_of_supply=" in-mh"),
    "the older code of a state": lambda m: sale(m, {"tax_id": gst(m)}, place_of_supply="IN-OR"),
    "other names": lambda m: sale(
        m,
        {},
        line_items=[{"item_name": "Goods", "price": "99.50", "hsn_sac": "9403"}],
        shipping=10,
        customer_notes="Thank you",
    ),
    "numbers as text": lambda m: sale(
        m, {"quantity": "2.5", "rate": "100.50", "discount": "10 %"}, adjustment="-1", round_off="0.05"
    ),
    "nothing, at length": lambda m: sale(
        m, {"tax_id": None, "hsn_or_sac": " "}, reference_number=None, due_date=None, discount=None
    ),
    "what is kept as it is": lambda m: sale(
        m, {"description": "Of oak"}, reference_number=f"R{m.model.given.total()}", notes=" n ", terms="t"
    ),
    "a rate that a tax of theirs has": lambda m: sale(m, {"tax_id": m.acme.tax_id("IGST 5%")}),
    "a draft": lambda m: sale(m, {}, auto_approve=False),
}

RECEIPTS: dict[str, Said] = {
    "in the bank": lambda m: receipt(m, bank_account_id=m.acme.account_id("Bank Account")),
    "by other names": lambda m: receipt(
        m, mode=None, payment_mode="bank", account_id=m.acme.account_id("Bank Account")
    ),
    "less charges and tax": lambda m: receipt(
        m, bank_charges="5.50", tds_amount=10, bank_account_id=m.acme.account_id("Bank Account")
    ),
    "on a day": lambda m: receipt(m, date=dt.date(2026, 5, 18)),
}


@pytest.mark.parametrize("name", SALES)
def test_an_invoice_is_the_one_that_its_body_makes(machine: BooksMachine, name: str) -> None:
    body = SALES[name](machine)
    machine.expect_invoice(machine.acme.invoices.create(**body), body)
    machine.the_books_say_what_the_model_says()


@pytest.mark.parametrize("name", RECEIPTS)
def test_a_payment_is_the_one_that_its_body_makes(machine: BooksMachine, name: str) -> None:
    body = RECEIPTS[name](machine)
    machine.expect_payment(machine.acme.payments.create(**body), body)
    machine.the_books_say_what_the_model_says()


def test_customers_and_items_of_somebody_elses_are_met_by_their_answers(machine: BooksMachine) -> None:
    acme = machine.acme
    body = {"contact_name": "Chandra", "payment_terms": 15, "opening_balance": "12.50"}
    buyer = acme.contacts.create(**body)
    machine.expect_contact(buyer, body)
    counted = acme.items.create(
        item_name="Chair", rate="70.25", tax_id=gst(machine), hsn_or_sac="9403", track_inventory=True
    )
    untaxed = acme.items.create(item_name="Stamp", rate=5, tax_id=gst(machine), is_taxable=False)
    for item in (counted, untaxed):
        machine.expect_item(item)
    lines = [
        {"item_id": counted["item_id"], "tax_id": None},
        {"item_id": untaxed["item_id"], "rate": 6, "name": "Stamp, red"},
    ]
    invoice = sale(machine, {}, customer_id=buyer["contact_id"], line_items=lines)
    sold = machine.expect_invoice(acme.invoices.create(**invoice), invoice)
    # 70.25 and 18 % of it, 12.645, in two halves of 6.3225; and 6.00
    assert (7025 + 632 + 632 + 600, "2026-06-03") == (sold.priced.total, sold.due)
    back: Body = {
        "customer_id": buyer["contact_id"],
        "date": DAY,
        "line_items": [{"item_id": counted["item_id"], "restock": True}],
    }
    machine.expect_credit_note(acme.credit_notes.create(**back), back)
    machine.the_books_say_what_the_model_says()


def bought(machine: BooksMachine, line: Body, **more: Any) -> Body:
    """A bill of a vendor in Maharashtra."""
    mumbai = next(iter(machine.model.vendors))
    lines = [{"name": "Paper", "rate": 100, "tax_id": gst(machine)} | line]
    said = {"vendor_id": mumbai, "date": DAY, "place_of_supply": "IN-KA", "line_items": lines}
    return said | {"auto_approve": True, "reference_number": f"R{machine.model.given.total()}"} | more


# (what is bought; what it comes to; on which accounts, debit positive)
PURCHASES: dict[str, tuple[Said, int, dict[str, int]]] = {
    "a bill from another state": (lambda m: bought(m, {}), 11800, {"5010": 10000, "1063": 1800}),
    "one of a place elsewhere": (
        lambda m: bought(m, {}, place_of_supply="IN-MH"),
        11800,
        {"5010": 11800},
    ),
    "one under reverse charge": (
        lambda m: bought(m, {"is_rcm": True, "rcm_rate": 5}),
        10000,
        {"5010": 10000, "1063": 500, "2033": -500},
    ),
    "one under reverse charge, by its tax, without credit": (
        lambda m: bought(m, {"tax_id": m.acme.tax_id("RCM 18%")}, itc_blocked_reason="17(5)(b)"),
        10000,
        {"5010": 11800, "2033": -1800},
    ),
    "one with TDS and charges": (
        lambda m: bought(m, {}, tds_rate=10, shipping_charge=5, adjustment=-1),
        11200,
        {"5010": 10000, "1063": 1800, "2040": -1000, "6060": 500, "4060": -100},
    ),
    "one in dollars": (
        lambda m: bought(m, {}, currency_code="USD", exchange_rate="83.335"),
        11800,
        # 100.00, 18.00 and 118.00 dollars at 83.335
        {"5010": 833350, "1063": 150003},
    ),
}


@pytest.fixture(scope="module")
def buyer() -> Iterator[BooksMachine]:
    """Books beside their model, with a vendor in Maharashtra."""
    made = BooksMachine()
    vendor = made.acme.contacts.create(
        contact_name="Nilgiri Papers", contact_type="VENDOR", place_of_contact="IN-MH"
    )
    made.expect_contact(vendor)
    yield made
    made.teardown()


def moved(machine: BooksMachine, work: Callable[[], Any]) -> dict[str, int]:
    """What something moves on each account but payables."""
    before = machine.model.trial_balance(DAY)
    work()
    after = machine.model.trial_balance(DAY)
    codes = (before.keys() | after.keys()) - {"2010"}
    sums = {code: after.get(code, 0) - before.get(code, 0) for code in codes}
    return {code: amount for code, amount in sums.items() if amount}


@pytest.mark.parametrize("name", PURCHASES)
def test_a_bill_is_the_one_that_its_body_makes(buyer: BooksMachine, name: str) -> None:
    said, total, stands = PURCHASES[name]
    body = said(buyer)
    bill = buyer.acme.bills.create(**body)
    assert stands == moved(buyer, lambda: buyer.expect_bill(bill, body))
    assert (total, []) == (int(bill["total"] * 100), buyer.acme._engine.verify())
    buyer.the_books_say_what_the_model_says()


def test_an_order_an_expense_and_an_entry_by_hand_are_the_ones_that_their_bodies_make(
    buyer: BooksMachine,
) -> None:
    acme = buyer.acme
    body = bought(buyer, {"quantity": 4}, shipping_charge=10)
    del body["auto_approve"]
    order = acme.purchase_orders.create(**body)
    paper = buyer.expect_purchase_order(order, body)
    part = [{"line_item_id": order["line_items"][0]["line_item_id"], "quantity": 1}]
    bill = acme.purchase_orders.convert_to_bill(order["purchase_order_id"], line_items=part)["bill"]
    made = buyer.model.carry_out(paper, bill["bill_id"], {0: Fraction(1)}, {}, buyer.today)
    # A quarter of the paper, 100.00 and 18.00, and a quarter of the shipping.
    assert (12050, "PARTIALLY_BILLED") == (made.priced.total, buyer.model.status(paper, buyer.today))
    rent, office = (acme.account_id(code) for code in ("6010", "6030"))
    spent = {
        "date": DAY,
        "account_id": rent,
        "line_items": [{"amount": 10}, {"amount": 5, "account_id": office}],
    }
    buyer.expect_expense(acme.expenses.create(**spent), spent)
    entry = {
        "date": DAY,
        "lines": [{"account_id": rent, "debit": 1}, {"account_id": office, "credit": "0.99"}],
    }
    voucher = acme.journals.create(**entry)
    assert {"6010": 100, "6030": -99, "4040": -1} == moved(
        buyer, lambda: buyer.expect_journal(voucher, entry)
    )
    buyer.the_books_say_what_the_model_says()
    with pytest.raises(ValueError, match="the sides of the entry differ"):
        buyer.model.enter("je_x", {"date": DAY, "lines": [{"account_id": rent, "debit": 1}]})


def test_what_a_schedule_brings_is_what_its_body_makes(liar: BooksMachine) -> None:
    payload = sale(liar, {}, due_date="2026-05-29")
    body = {"entity_type": "INVOICE", "name": "Rent", "frequency": "DAILY", "start_date": DAY}
    body |= {"template_payload": payload, "max_runs": 2}
    schedule = liar.expect_schedule(liar.acme.recurring.create(**body), body)
    # (hours that go by, invoices then, the last due date, whether there is more to come)
    for hours, *expected in (
        (0, 1, "2026-05-29", True),
        (5, 1, "2026-05-29", True),
        (19, 2, "2026-05-30", False),
    ):
        liar.clock.move(hours=hours)
        liar.passed()
        invoices = liar.model.papers.values()
        assert expected == [len(invoices), max(one.due for one in invoices), schedule.active]
        liar.the_books_say_what_the_model_says()


# (what was told otherwise than it was done, what is said)
LIES: dict[str, tuple[Body, Body, str]] = {
    "reference_number": (
        {"reference_number": "A-1"},
        {"reference_number": "A-2"},
        "says A-2, the books say A",
    ),
    "notes that were lost": ({}, {"notes": "n"}, "notes: the model says n, the books say None"),
    "due_date": ({"due_date": "2026-06-01"}, {}, "due_date: the model says 2026-05-19"),
    "place of something untaxed": (
        {"place_of_supply": "IN-MH"},
        {"place_of_supply": "IN-KA"},
        "place_of_supply: the model says IN-KA, the books say IN-MH",
    ),
    "quantity and rate": (
        {"line_items": [{"name": "G", "rate": 5, "quantity": 2}]},
        {"line_items": [{"name": "G", "rate": 10, "quantity": 1}]},
        r"line_items\[0\].quantity: the model says 1, the books say 2",
    ),
    "name": (
        {"line_items": [{"name": "G", "rate": 5}]},
        {"line_items": [{"name": "H", "rate": 5}]},
        r"line_items\[0\].name: the model says H, the books say G",
    ),
    "HSN": (
        {"line_items": [{"name": "G", "rate": 5, "hsn_or_sac": "1001"}]},
        {"line_items": [{"name": "G", "rate": 5, "hsn_or_sac": "2002"}]},
        r"line_items\[0\].hsn_or_sac: the model says 2002",
    ),
    "a line too many": (
        {"line_items": [{"name": "G", "rate": 5}, {"name": "G", "rate": 0}]},
        {"line_items": [{"name": "G", "rate": 5}]},
        "line_items: the model says",
    ),
}


@pytest.fixture
def liar() -> Iterator[BooksMachine]:
    """Books of its own, since what was told wrong stays in the model."""
    made = BooksMachine()
    made.expect_contact(made.acme.contacts.create(contact_name="Asha Stores"))
    yield made
    made.teardown()


@pytest.mark.parametrize("name", LIES)
def test_an_invoice_that_is_not_what_it_should_be_is_noticed(liar: BooksMachine, name: str) -> None:
    done, told, said = LIES[name]
    document = liar.acme.invoices.create(**sale(liar, {}) | done)
    with pytest.raises(AssertionError, match=said):
        liar.expect_invoice(document, sale(liar, {}) | told)


def test_an_account_or_a_salesperson_that_is_not_the_right_one_is_noticed(liar: BooksMachine) -> None:
    document = liar.acme.invoices.create(**sale(liar, {}))
    body = sale(liar, {"account_id": liar.acme.account_id("Service Revenue")}, salesperson_id="sp_other")
    with pytest.raises(AssertionError, match=r"(?s)line_items\[0\].account_id: .*salesperson_id: the model"):
        liar.expect_invoice(document, body)


def test_a_draft_that_should_have_been_posted_is_noticed_after_the_step(liar: BooksMachine) -> None:
    document = liar.acme.invoices.create(**sale(liar, {}, auto_approve=False))
    liar.expect_invoice(document, sale(liar, {}))
    with pytest.raises(AssertionError, match="status: the model says SENT, the books say DRAFT"):
        liar.the_books_say_what_the_model_says()


def test_money_on_another_account_is_noticed(liar: BooksMachine) -> None:
    in_bank = receipt(liar, bank_account_id=liar.acme.account_id("Bank Account"))
    with pytest.raises(AssertionError, match="bank_account_id: the model says"):
        liar.expect_payment(liar.acme.payments.create(**in_bank), receipt(liar))


def test_a_customer_or_an_item_that_is_not_the_right_one_is_noticed(liar: BooksMachine) -> None:
    buyer = liar.acme.contacts.create(contact_name="Bela", payment_terms=15)
    with pytest.raises(AssertionError, match="Bela payment_terms: the model says 30, the books say 15"):
        liar.expect_contact(buyer, {"contact_name": "Bela", "payment_terms": 30})
    item = liar.acme.items.create(item_name="Chair", rate=400)
    with pytest.raises(AssertionError, match="Chair rate: the model says 40, the books say 400"):
        liar.expect_item(item, {"name": "Chair", "rate": 40})


# (what is told besides, what is said)
NOT_UNDERSTOOD: list[tuple[Body, str]] = [
    ({"bogus": 1}, "the model does not know bogus; it knows customer_id, "),
    ({"line_items": [{"name": "G", "rat": 5}]}, r"does not know line_items\[0\].rat; it knows item_id"),
    ({"line_items": [{"name": "G"}]}, "a line without an item has a rate"),
    ({"line_items": [{"rate": 5, "price": 6}]}, "say different things"),
    ({"line_items": [{"rate": 0.5}]}, r"line_items\[0\].rate: 0.5 is no exact number"),
    ({"currency_code": "USD"}, "exchange_rate: the model needs it where the currency is not INR"),
    ({"is_rcm": True}, "the model does not know is_rcm"),
    ({"place_of_supply": "ABROAD"}, "the model knows the states of India, and OVERSEAS"),
    ({"place_of_supply": None}, "the model needs place_of_supply"),
    ({"auto_approve": 1}, "auto_approve: 1 is neither true nor false"),
    ({"date": "19.5.2026"}, "date: Invalid isoformat"),
    ({"customer_id": "ct_x"}, r"no contact ct_x: say so first with expect_contact\(...\)"),
    ({"line_items": [{"item_id": "it_x"}]}, r"no item it_x: say so first with expect_item\(...\)"),
    ({"line_items": [{"rate": 1, "tax_id": "tx_x"}]}, "no tax tx_x: of taxes it knows those without cess"),
    ({"line_items": [{"rate": 1, "account_id": "acc_x"}]}, "no account acc_x: there is none"),
]


@pytest.mark.parametrize(("besides", "said"), NOT_UNDERSTOOD)
def test_what_the_model_does_not_understand_is_refused_by_name(
    machine: BooksMachine, besides: Body, said: str
) -> None:
    before = len(machine.model.papers)
    with pytest.raises((ValueError, TypeError), match=said):
        machine.expect_invoice({"invoice_id": "inv_x"}, sale(machine, {}) | besides)
    assert before == len(machine.model.papers)


@pytest.mark.parametrize(
    ("besides", "said"),
    [
        ({"bill_id": "bl_x"}, "does not know bill_id"),
        ({"flow": "OUTGOING"}, "is no vendor"),
        ({"allocations": [{"bill_id": "bl_x", "amount": 1}]}, "expect_bill"),
        ({"contact_id": "ct_x"}, "expect_contact"),
        ({"allocations": [{"invoice_id": "inv_x", "amount": 1}]}, "expect_invoice"),
        ({"flow": "OUTGOING", "payment_type": "REFUND", "credit_note_id": "cn_x"}, "expect_credit_note"),
    ],
)
def test_a_payment_that_the_model_does_not_understand_is_refused(
    machine: BooksMachine, besides: Body, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        machine.expect_payment({"payment_id": "p"}, receipt(machine) | besides)


def test_what_is_zero_rated_bears_tax_or_an_undertaking(liar: BooksMachine) -> None:
    """`gst.md` §3.5: between states whatever the place, and without payment no tax at all."""
    bob = liar.acme.contacts.create(contact_name="Bob", gst_treatment="OVERSEAS")
    zone = liar.acme.contacts.create(
        contact_name="Zone", gst_treatment="SEZ", gst_no=next(iter(liar.acme.branches.list()))["gstin"]
    )
    # (whose, where, with payment, the tax on 100.00)
    for whose, place, paid, tax in (
        (bob, "OVERSEAS", True, 1800),
        (bob, "IN-KA", False, 0),
        (zone, "IN-KA", True, 1800),
        (zone, "IN-KA", False, 0),
    ):
        liar.expect_contact(whose)
        body = sale(
            liar,
            {"tax_id": gst(liar)},
            customer_id=whose["contact_id"],
            place_of_supply=place,
            with_payment=paid,
        )
        made = liar.expect_invoice(liar.acme.invoices.create(**body), body)
        assert (tax, 0) == (made.priced.igst, made.priced.cgst)
    liar.the_books_say_what_the_model_says()


def test_a_branch_has_its_own_state_and_its_own_numbers(liar: BooksMachine) -> None:
    mumbai = next(one for one in liar.acme.branches.list() if "MUM" == one["code"])["branch_id"]
    body = sale(liar, {"tax_id": gst(liar)}, branch_id=mumbai)
    sold = liar.expect_invoice(liar.acme.invoices.create(**body), body)
    # Supplied to Karnataka out of Maharashtra.
    assert ("MUM-2627-001", 1800) == (sold.number, sold.priced.igst)
    paid = receipt(liar, allocations=[{"invoice_id": sold.key, "amount": 118}])
    assert "MUM-PAY-2627-001" == liar.expect_payment(liar.acme.payments.create(**paid), paid).number
    assert {} == liar.model.trial_balance(DAY, liar.model.branch({}))
    stands = {"1010": 25050, "1040": -13250, "2023": -1800, "4010": -10000}
    assert stands == liar.model.trial_balance(DAY, mumbai)
    liar.the_books_say_what_the_model_says()


class TillMachine(SalesMachine):
    """The till of `docs/embedding.md`, which sells items by their id alone and puts money in the bank."""

    guide: ClassVar[dict[str, Any]] = {}
    taken: ClassVar[int] = 0

    def opened(self) -> None:
        if not list(self.acme.items.all()):
            chair = self.acme.items.create(sku="CHAIR", item_name="Chair", rate="450.50", tax_id=gst(self))
            self.expect_item(chair)
        self.till = self.guide["Till"](self.acme)

    @rule(quantity=st.integers(1, 5), place=st.sampled_from(("IN-KA", "IN-MH")), paid=st.booleans())
    def take(self, quantity: int, place: str, paid: bool) -> None:
        buyer = next(iter(self.model.customers))
        number, chair = f"order {self.steps}", self.till.items["CHAIR"]
        order = self.guide["Order"](number, buyer, place, DAY, [("CHAIR", quantity)], "UPI" if paid else None)
        if DAY <= self.model.locked:
            return
        invoice = self.till.take(order)
        lines = [{"item_id": chair, "quantity": quantity}]
        made = {"customer_id": buyer, "date": DAY, "place_of_supply": place, "line_items": lines}
        self.expect_invoice(invoice, made | {"reference_number": number, "auto_approve": True})
        if paid:
            settles = [{"invoice_id": invoice["invoice_id"], "amount": invoice["total"]}]
            body = receipt(self, amount=invoice["total"], bank_account_id=self.till.bank, allocations=settles)
            newest = next(iter(self.acme.payments.all()))
            self.expect_payment(newest, body)
        type(self).taken += 1


def test_the_till_of_the_guide_can_be_proved() -> None:
    text = next(text for _, text in blocks("docs/embedding.md") if "class Till:" in text)
    exec(text.partition("\ntill = Till(acme)")[0], TillMachine.guide)
    chosen = settings(
        max_examples=8,
        stateful_step_count=15,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
    )
    run_state_machine_as_test(TillMachine, settings=chosen)
    assert TillMachine.taken > 0


def test_a_failure_is_made_small_and_not_explained() -> None:
    phases = TillMachine.TestCase.settings.phases
    assert (True, False) == (Phase.shrink in phases, Phase.explain in phases)
