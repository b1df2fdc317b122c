"""Machines of few families, which find sooner what is wrong with them, and how machines are run."""

from typing import Any, ClassVar

from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from finzcore.testing import SalesMachine
from finzcore.testing.invariants import books_agree
from finzcore.testing.machine.batches import Batches
from finzcore.testing.machine.money import VendorPayments
from finzcore.testing.machine.notes import Debits, VendorCredits
from finzcore.testing.machine.office import Office
from finzcore.testing.machine.orders import PurchaseOrders
from finzcore.testing.machine.people import People
from finzcore.testing.machine.purchases import Purchases
from finzcore.testing.machine.sales import Sales
from finzcore.testing.machine.schedules import Schedules
from finzcore.testing.machine.spending import Spending, Vouchers
from finzcore.testing.machine.whole import Held
from finzcore.testing.stage import Body

SEED = 20260519
HOME = ("discounts", "inclusive", "tds", "charges")
"""Everything that is done in rupees."""


def run(machine: type[RuleBasedStateMachine], examples: int, steps: int, first: int = SEED) -> None:
    """The same run each time: nothing is remembered from one to the next, nothing made smaller."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(seed(first)(machine), settings=chosen)


class Narrow(Held):
    """Few rules on few things, and of the invariants the one that is quickest."""

    checks = (books_agree,)
    most_contacts = 1
    also: ClassVar[tuple[str, ...]] = HOME

    def idle(self, **_: Any) -> None:
        """No rule."""


class Plain(Narrow):
    """The first branch, and what is taxed: what is wrong shows sooner where there is nothing else."""

    def opened(self) -> None:
        self.untaxed = []

    def _where(self, data: st.DataObject) -> Body:
        return {}

    def _undertaking(self, data: st.DataObject, contact: str) -> Body:
        return {}


class Selling(Plain, SalesMachine):
    """Sales, with the clock and the lock."""


class Trade(Selling):
    """Trade alone, on a day that does not pass: what is wrong with a document shows sooner."""

    wait = lock_period = close_and_open = name_a_stranger = send_again = create_contact = Narrow.idle


class Withheld(Trade):
    """Trade with customers who withhold TDS."""

    also = ("tds",)


class Invoices(Trade):
    """Invoices and nothing else: a tax that ends in half a paisa is one line in a hundred."""

    also = ()
    finish_draft = change_invoice = create_item = receive = be_paid = void_payment = Narrow.idle
    apply = apply_note = refund = credit = void_note = Narrow.idle


class Paid(Trade):
    """Invoices, and the money for them."""

    finish_draft = change_invoice = create_item = credit = apply_note = void_note = Narrow.idle


class Ahead(Paid):
    """Invoices, and money that waits for them."""

    refund = void_payment = be_paid = Narrow.idle


class Buying(Plain, Purchases):
    """Bills and nothing else."""


class Taxed(Buying):
    """Bills that bear nothing but tax, and whatever may be wrong with it."""

    also = ()
    enter_again = finish_bill = change_bill = Narrow.idle


class Owing(Buying):
    """Bills of which we withhold TDS."""

    also = ("tds",)
    enter_again = finish_bill = change_bill = Narrow.idle


class Abroad(Plain, Purchases, VendorPayments):
    """Bills in dollars, paid at other rates."""

    also = ("foreign",)
    receive = be_paid = enter_again = create_vendor = finish_bill = change_bill = Narrow.idle
    pay_on_account = apply = void_payment = refund = Narrow.idle


class Returning(Plain, Purchases, VendorCredits):
    """Bills, and what goes back."""

    credit = enter_again = finish_bill = change_bill = Narrow.idle


class Ordering(Plain, Purchases, PurchaseOrders):
    """Orders of ours, and the bills that carry them out."""

    create_bill = enter_again = offer = order = change_estimate = Narrow.idle


class Spent(Plain, Spending, Office):
    """Expenses, with the clock and the lock."""

    close_and_open = send_again = Narrow.idle


class ByHand(Plain, People, Vouchers):
    """Entries made by hand."""

    create_contact = create_item = Narrow.idle


class Batched(Plain, People, Purchases, Batches):
    """Invoices and bills, many at once."""

    enter_again = create_item = Narrow.idle


class Planned(Plain, People, Purchases, Schedules, Office):
    """What comes by itself when time goes by."""

    create_bill = finish_bill = change_bill = enter_again = create_item = create_vendor = Narrow.idle
    close_and_open = send_again = create_contact = Narrow.idle


class Bought(Narrow, People, Purchases, VendorPayments, Debits, VendorCredits):
    """Both sides of notes and of money, and what they settle."""

    also = (*HOME, "foreign")


class Carried(Narrow, People, Sales, Purchases, PurchaseOrders):
    """Both sides of orders, and what carries them out."""


class Kept(Narrow, People, Purchases, Schedules, Spending, Vouchers, Office):
    """Expenses, entries by hand, and what comes by itself."""

    create_bill = finish_bill = change_bill = enter_again = create_item = create_vendor = Narrow.idle
    close_and_open = create_contact = Narrow.idle
