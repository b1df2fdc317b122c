"""Vendors and their bills: reverse charge, blocked credit, places elsewhere, TDS, and bills that come
twice."""

from decimal import Decimal

from finzcore.testing import strategies

# isort: split
# Not before `strategies`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from finzcore.testing.machine.sales import OF_DRAFTS, WORDS, Charging
from finzcore.testing.stage import Body


class Purchases(Charging):
    """Bills."""

    @initialize(
        body=strategies.vendors(payment_terms=15),
        price=strategies.amounts(1, 2000),
        paid=strategies.amounts(1, 500),
    )
    def begin_to_buy(self, body: Body, price: Decimal, paid: Decimal) -> None:
        """There is a vendor, who sold us something and got some money ahead."""
        vendor = self.create_contact_of_a_vendor(body)
        line = {"name": "Oak", "rate": price, "quantity": 3, "tax_id": self.taxes["GST 18%"]}
        bought: Body = {
            "vendor_id": vendor,
            "date": self.today,
            "place_of_supply": self.state,
            "line_items": [line],
            "auto_approve": True,
        }
        self._entered: dict[str, Body] = {}
        """The bodies that bills were made from, by their ids."""
        self._enter(bought)
        ahead: Body = {"contact_id": vendor, "date": self.today, "flow": "OUTGOING"}
        ahead |= {"payment_type": "ADVANCE", "amount": paid, "mode": "UPI"}
        self.expect_payment(self.do("POST", "/payments", ahead)["payment"], ahead)

    @precondition(lambda self: len(self.model.vendors) < self.most_contacts)
    @rule(body=strategies.vendors())
    def create_vendor(self, body: Body) -> None:
        """A new vendor, perhaps with an opening balance."""
        self.create_contact_of_a_vendor(body)

    def create_contact_of_a_vendor(self, body: Body) -> str:
        """Make a vendor and give its id."""
        allowed = self._open(self.today) or not body.get("opening_balance")
        answer = self.do("POST", "/contacts", body, allowed=allowed)
        if not allowed:
            return ""
        self.expect_contact(answer["contact"], body)
        return str(answer["contact"]["contact_id"])

    @rule(data=st.data(), approve=st.booleans())
    def create_bill(self, data: st.DataObject, approve: bool) -> None:
        """A draft, or a bill posted at once."""
        self._enter(self._bill_of(data) | {"auto_approve": approve})

    def _enter(self, body: Body) -> None:
        """Enter a bill; one that was entered before is refused."""
        twice = self.model.entered_twice(self.model.understood("bills", body), False)
        allowed = self._open(body["date"]) and not twice
        answer = self.do("POST", "/bills", body, allowed=allowed)
        if allowed:
            bill = self.expect_bill(answer["bill"], body)
            self._entered[bill.key] = body

    @precondition(lambda self: self._entered)
    @rule(data=st.data(), reference=st.sampled_from((None, None, "Second delivery")))
    def enter_again(self, data: st.DataObject, reference: str | None) -> None:
        """A bill comes a second time, and is refused unless a reference tells the two apart."""
        body = self._entered[data.draw(st.sampled_from(list(self._entered)), "bill")]
        self._enter(body | ({"reference_number": reference} if reference else {}))

    @precondition(lambda self: self._papers("bills", "DRAFT"))
    @rule(data=st.data(), word=OF_DRAFTS)
    def finish_bill(self, data: st.DataObject, word: str) -> None:
        """A draft is approved, changed or thrown away."""
        self.change(self._drawn(data, self._papers("bills", "DRAFT")), word, data)

    @precondition(lambda self: self._papers("bills", "DRAFT", "POSTED"))
    @rule(data=st.data(), word=WORDS)
    def change_bill(self, data: st.DataObject, word: str) -> None:
        """Void a bill, or try what only a draft allows."""
        self.change(self._drawn(data, self._papers("bills", "DRAFT", "POSTED")), word, data)
