"""Estimates and orders, which invoices and bills carry out in one part or in many."""

from fractions import Fraction
from typing import Final

from finzcore.testing import shown, strategies

# isort: split
# Not before `strategies`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finzcore.testing.machine.sales import Charging, half_of
from finzcore.testing.model import Paper
from finzcore.testing.model.orders import exact
from finzcore.testing.stage import Body

_ALSO: Final = ("discounts", "inclusive")
_AGREE: Final = {"sales_orders": "confirm", "purchase_orders": "issue"}
_CONVERT: Final = {"sales_orders": "convert-to-invoice", "purchase_orders": "convert-to-bill"}
_NOUN: Final = {"sales_orders": "sales_order", "purchase_orders": "purchase_order"}
_AGREED: Final = {"sales_orders": "CONFIRMED", "purchase_orders": "ISSUED"}


class Orders(Charging):
    """What comes before anybody owes anything."""

    @rule(data=st.data())
    def offer(self, data: st.DataObject) -> None:
        """An estimate."""
        body = self._invoice(data, _ALSO)
        self.expect_estimate(self.do("POST", "/estimates", body)["estimate"], body)

    @precondition(lambda self: self._papers("estimates", "DRAFT", "SENT", "ACCEPTED"))
    @rule(
        data=st.data(),
        word=st.sampled_from(("go on", "go on", "accept", "convert", "decline", "decline", "delete")),
    )
    def change_estimate(self, data: st.DataObject, word: str) -> None:
        """An offer is accepted, turned down or thrown away, or becomes an order once it is accepted."""
        one = self._drawn(data, self._papers("estimates", "DRAFT", "SENT", "ACCEPTED"))
        path, fresh = f"/estimates/{one.key}", one.status in ("DRAFT", "SENT")
        if word == "decline":
            self.do("PUT", path, {"status": "DECLINED"}, allowed=fresh)
            one.status = "DECLINED" if fresh else one.status
        elif word == "delete":
            self.do("DELETE", path)
            del self.model.papers[one.key]
        elif word == "accept" or (word == "go on" and fresh):
            self.do("POST", f"{path}/accept", {}, allowed=fresh)
            one.status = "ACCEPTED"
        else:
            self._become_an_order(one, f"{path}/convert")

    def _become_an_order(self, one: Paper, path: str) -> None:
        """The sales order of an estimate; only one that is accepted becomes one."""
        accepted = one.status == "ACCEPTED"
        answer = self.do("POST", path, {}, allowed=accepted)
        if accepted:
            key = answer["estimate"]["converted_to_sales_order_id"]
            self.model.convert(one, key, self.today)

    @rule(data=st.data(), shipping=st.none() | strategies.amounts(1, 100))
    def order(self, data: st.DataObject, shipping: object) -> None:
        """A customer orders something."""
        body = self._invoice(data, _ALSO) | ({"shipping_charge": shipping} if shipping else {})
        self.expect_sales_order(self.do("POST", "/sales_orders", body)["sales_order"], body)

    def _orders(self, *statuses: str) -> list[Paper]:
        return [one for of in _AGREE for one in self._papers(of, *statuses)]

    @precondition(lambda self: self._orders("DRAFT", "CONFIRMED", "ISSUED"))
    @rule(data=st.data(), word=st.sampled_from(("agree", "agree", "cancel", "delete")))
    def change_order(self, data: st.DataObject, word: str) -> None:
        """An order is agreed on, cancelled or thrown away; nothing of it may be carried out for that."""
        one = self._drawn(data, self._orders("DRAFT", "CONFIRMED", "ISSUED"))
        path, out = f"/{one.of}/{one.key}", any(self.model.carried(one))
        if word == "agree":
            allowed = one.status == "DRAFT"
            self.do("POST", f"{path}/{_AGREE[one.of]}", {}, allowed=allowed)
            if allowed:
                self.model.agree(one)
        elif word == "cancel":
            self.do("PUT", path, {"status": "CANCELLED"}, allowed=not out)
            one.status = one.status if out else "CANCELLED"
        else:
            self.do("DELETE", path, allowed=not out)
            if not out:
                self._forget(one)

    def _forget(self, order: Paper) -> None:
        """An order is gone; its estimate can become another."""
        del self.model.papers[order.key]
        if order.link in self.model.papers:
            estimate = self.model.papers[order.link]
            estimate.status, estimate.link = "ACCEPTED", None

    @precondition(lambda self: self._open_orders())
    @rule(data=st.data(), approve=st.booleans(), how=st.sampled_from(("all", "part", "part", "beyond")))
    def carry_out(self, data: st.DataObject, approve: bool, how: str) -> None:
        """An invoice or a bill for what is open of an order, or for a part; now and then for too much."""
        order = self._drawn(data, self._open_orders())
        left = self.model.open_of(order)
        parts = left if how == "all" else self._some(data, left)
        ids = self._line_ids(order)
        body: Body = {"auto_approve": approve}
        if how != "all":
            extra = Fraction(1) if how == "beyond" else 0
            body["line_items"] = [
                {"line_item_id": ids[at], "quantity": exact(quantity + extra * left[at])}
                for at, quantity in parts.items()
            ]
        allowed = self._open(self.today) and how != "beyond" and not self._entered_already(order, parts)
        answer = self.do("POST", f"/{order.of}/{order.key}/{_CONVERT[order.of]}", body, allowed=allowed)
        if allowed:
            self._carried_out(order, answer, parts, approve)

    def _carried_out(self, order: Paper, answer: Body, parts: dict[int, Fraction], approve: bool) -> None:
        noun = "invoice" if order.sells else "bill"
        made = answer[noun]
        said = {"auto_approve": approve}
        paper = self.model.carry_out(order, made[f"{noun}_id"], parts, said, self.today)
        self._agree(shown.paper(self.model, paper, self.today), made)
        self._agree(shown.paper(self.model, order, self.today), answer[_NOUN[order.of]])

    def _some(self, data: st.DataObject, left: dict[int, Fraction]) -> dict[int, Fraction]:
        """Some of the lines that are open, each in part or whole."""
        places = data.draw(st.lists(st.sampled_from(sorted(left)), unique=True, min_size=1), "lines")
        half = data.draw(st.booleans(), "half of each")
        return {at: half_of(left[at]) if half else left[at] for at in sorted(places)}

    def _entered_already(self, order: Paper, parts: dict[int, Fraction]) -> bool:
        """Whether the bill would be one that was entered before."""
        if order.sells:
            return False
        body = self.model.carrying(order, parts, {}, self.today)
        return self.model.entered_twice(body, False)

    def _open_orders(self) -> list[Paper]:
        there = self._orders("DRAFT", "CONFIRMED", "ISSUED")
        return [one for one in there if self.model.open_of(one)]

    def _line_ids(self, order: Paper) -> list[str]:
        document = self.call.ok("GET", f"/{order.of}/{order.key}")[_NOUN[order.of]]
        return [line["line_item_id"] for line in document["line_items"]]


class PurchaseOrders(Orders):
    """Orders to vendors, besides."""

    @rule(data=st.data(), shipping=st.none() | strategies.amounts(1, 100))
    def order_goods(self, data: st.DataObject, shipping: object) -> None:
        """We order something."""
        body = self._bill_of(data, (*_ALSO, "reverse")) | ({"shipping_charge": shipping} if shipping else {})
        self.expect_purchase_order(self.do("POST", "/purchase_orders", body)["purchase_order"], body)
