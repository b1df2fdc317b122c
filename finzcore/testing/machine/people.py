"""Customers, vendors and items."""

from decimal import Decimal
from typing import Any

from finzcore.testing import strategies

# isort: split
# Not before `strategies`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from finzcore.testing.stage import Body, Stage


class People(Stage):
    """Whom business is done with, and in what."""

    @initialize(
        body=strategies.contacts(), price=strategies.amounts(1, 2000), paid=strategies.amounts(1, 500)
    )
    def begin(self, body: Body, price: Decimal, paid: Decimal) -> None:
        """There is a customer, who bought something and left some money: every rule has something to do."""
        whom = {"date": self.today, "contact_id": self.create_contact_of(body)}
        chair = {
            "item_name": "Oak chair",
            "rate": price,
            "purchase_rate": price,
            "tax_id": self.taxes["GST 18%"],
            "track_inventory": True,
        }
        sold: Body = {
            "customer_id": whom["contact_id"],
            "date": self.today,
            "place_of_supply": self.state,
            "line_items": [{"item_id": self.create_item_of(chair), "quantity": 2}],
            "auto_approve": True,
        }
        self.expect_invoice(self.do("POST", "/invoices", sold)["invoice"], sold)
        left: Body = whom | {"flow": "INCOMING", "amount": paid, "mode": "UPI"}
        self.expect_payment(self.do("POST", "/payments", left)["payment"], left)

    @precondition(lambda self: len(self.model.customers) < self.most_contacts)
    @rule(body=strategies.contacts())
    def create_contact(self, body: Body) -> None:
        """A new customer, perhaps with an opening balance."""
        self.create_contact_of(body)

    def create_contact_of(self, body: Body) -> str:
        """Make a contact and give its id."""
        allowed = self._open(self.today) or not body.get("opening_balance")
        answer = self.do("POST", "/contacts", body, allowed=allowed)
        if not allowed:
            return ""
        self.expect_contact(answer["contact"], body)
        return str(answer["contact"]["contact_id"])

    @precondition(lambda self: len(self.model.items) < 2)
    @rule(data=st.data())
    def create_item(self, data: st.DataObject) -> None:
        """A new item."""
        self.create_item_of(data.draw(strategies.items(taxes=list(self.taxes.values())), "item"))

    def create_item_of(self, body: Body) -> str:
        """Make an item and give its id."""
        item: dict[str, Any] = self.do("POST", "/items", body)["item"]
        self.expect_item(item, body)
        return str(item["item_id"])
