"""The machine: every family of rules, and what must hold after each step."""

from finzcore.testing import shown
from finzcore.testing.invariants import checking
from finzcore.testing.machine.batches import Batches
from finzcore.testing.machine.filing import Filing, Remembering
from finzcore.testing.machine.money import Payments, VendorPayments
from finzcore.testing.machine.notes import Credits, Debits, VendorCredits
from finzcore.testing.machine.office import Office, Strangers, StrangeVendors
from finzcore.testing.machine.orders import PurchaseOrders
from finzcore.testing.machine.people import People
from finzcore.testing.machine.purchases import Purchases
from finzcore.testing.machine.sales import Sales
from finzcore.testing.machine.schedules import Schedules
from finzcore.testing.machine.spending import Spending, Vouchers

# isort: split
# Not before the others, which say what to install where there is no Hypothesis.
from hypothesis.stateful import invariant

from finzcore.testing.stage import Stage


class Held(Stage):
    """What holds after each step, of a machine of any families."""

    @invariant()
    def the_books_are_sound(self) -> None:
        """Every one of `checks` holds, and at times every one of `checks_at_times`."""
        self.steps += 1
        checking.ask(self.seen(), self.checks)
        if self.steps % self.at_times == 0:
            checking.ask(self.seen(), self.checks_at_times)
            self.reports_drawn += len(self.seen().reports)

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        """Documents, money, what everybody owes and the trial balance agree with the model."""
        found = list(shown.disagreements(self.seen(), self.model, self.today))
        assert not found, "\n".join(["The books and the model disagree:", *found])


class SalesMachine(Held, People, Sales, Payments, Credits, Office, Strangers):
    """The part of `BooksMachine` that sells: customers, items, invoices, money, credit notes, and the office.
    For code that buys nothing it finds sooner what is to be found.
    """


class BooksMachine(
    Purchases,
    VendorPayments,
    VendorCredits,
    Debits,
    PurchaseOrders,
    Spending,
    Vouchers,
    Batches,
    Schedules,
    Filing,
    Remembering,
    StrangeVendors,
    SalesMachine,
):
    """Business at random, beside a model.

    What a subclass may set: `state`, `start`, `also` (see `strategies.ALSO`), `checks` (the invariants that
    must hold after each step; `verify` is one of them), `checks_at_times` (those that must hold after every
    so many of them, `at_times`) and `most_contacts`. What it may override:
    `open_books` and `opened`; `send`, through which everything goes that the machine does itself; and any
    rule, which ends when its place is taken by a method without ``@rule``.

    What it has: `engine`, `acme` (an `Org`), `call`, `clock`, `model`, `steps`. What its own rules do to
    the books they tell the model: `expect_contact`, `expect_item`, `expect_invoice`, `expect_bill`,
    `expect_payment`, `expect_credit_note`, `expect_debit_note`, `expect_expense`, `expect_journal`,
    `expect_estimate`, `expect_sales_order`, `expect_purchase_order`, `expect_schedule`.
    """
