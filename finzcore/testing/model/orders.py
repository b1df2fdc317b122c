"""Estimates and orders: how much of an order is carried out, and what a part of it should say."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from finzcore.testing import told
from finzcore.testing.model.facts import Body, Paper
from finzcore.testing.model.money import Settling
from finzcore.testing.pricing import half_up, paise

CARRIED_OUT_BY: Final = {"sales_orders": "invoices", "purchase_orders": "bills"}
_STAGES: Final = {
    "sales_orders": ("CONFIRMED", "PARTIALLY_INVOICED", "INVOICED"),
    "purchase_orders": ("ISSUED", "PARTIALLY_BILLED", "BILLED"),
}
_NOT_OF_A_PART: Final = ("reference_number", "round_off")
"""What cannot be divided goes with a part that is the whole."""

_OF_AN_ORDER: Final = ("expected_shipment_date", "expected_delivery_date")

Parts = Mapping[int, Fraction]
"""How much of an order's lines, by their places."""


class Ordering(Settling):
    """Estimates and orders beside what carries them out."""

    def carried(self, order: Paper) -> list[Fraction]:
        """How much of each line of an order is carried out."""
        sums = [Fraction(0)] * len(order.body["line_items"])
        for paper in self.made_of(order):
            for place, line in zip(paper.places, paper.body["line_items"], strict=True):
                sums[place] += Fraction(line["quantity"])
        return sums

    def made_of(self, order: Paper) -> list[Paper]:
        """The invoices or bills that carry out an order, the oldest first."""
        ours = [one for one in self.papers.values() if one.order == order.key]
        return [one for one in ours if one.status != "CANCELLED"]

    def open_of(self, order: Paper) -> dict[int, Fraction]:
        """How much of each line is still to be carried out; what is carried out is left out."""
        lines = zip(order.body["line_items"], self.carried(order), strict=True)
        left = {at: Fraction(line["quantity"]) - done for at, (line, done) in enumerate(lines)}
        return {at: quantity for at, quantity in left.items() if quantity}

    def status(self, paper: Paper, today: str) -> str:
        """What a document shows today; of an order, how far it is carried out."""
        stages = _STAGES.get(paper.of, ())
        if paper.status not in stages:
            return super().status(paper, today)
        done, wanted = sum(self.carried(paper)), sum(self._quantities(paper))
        return stages[0 if not done else 2 if done == wanted else 1]

    def _quantities(self, order: Paper) -> list[Fraction]:
        return [Fraction(line["quantity"]) for line in order.body["line_items"]]

    def agree(self, order: Paper) -> None:
        """An order stands."""
        order.status = _STAGES[order.of][0]

    def convert(self, estimate: Paper, key: str, today: str) -> Paper:
        """The sales order that an estimate becomes."""
        body = {name: value for name, value in estimate.body.items() if name != "expiry_date"}
        body |= {"date": today, "place_of_supply": self.place(estimate.body)}
        order = self.keep("sales_orders", key, body, True, "CONFIRMED")
        estimate.status, estimate.link, order.link = "CONVERTED", key, estimate.key
        return order

    def carry_out(self, order: Paper, key: str, parts: Parts, said: Mapping[str, Any], today: str) -> Paper:
        """The invoice or the bill that an order becomes, in so many parts of its lines; `said` is what the
        call says of it besides.
        """
        body = self.carrying(order, parts, said, today)
        status = "POSTED" if body.get("auto_approve") else "DRAFT"
        paper = self.keep(CARRIED_OUT_BY[order.of], key, body, order.sells, status)
        paper.order, paper.places = order.key, list(parts)
        if order.status == "DRAFT":
            self.agree(order)
        return paper

    def carrying(self, order: Paper, parts: Parts, said: Mapping[str, Any], today: str) -> Body:
        """The body of such an invoice or bill."""
        read = told.read(told.FORMS[CARRIED_OUT_BY[order.of]], said, whole=False)
        kept = {name: value for name, value in order.body.items() if name not in _OF_AN_ORDER}
        kept["place_of_supply"] = self.place(order.body)
        return kept | {"date": today} | self._shares(order, parts) | read

    def _shares(self, order: Paper, parts: Parts) -> Body:
        """What a part says: its lines, and of amounts that stand on the whole its share of what is left."""
        lines = order.body["line_items"]
        made, left = self.made_of(order), self.open_of(order)
        after = {at: quantity - parts.get(at, 0) for at, quantity in left.items()}
        said: Body = {
            "line_items": [
                lines[at] | {"quantity": exact(quantity)} | self._discount(order, at, quantity, after[at])
                for at, quantity in parts.items()
            ]
        }
        if not made and not any(after.values()):
            return said
        part, rest = self._value(order, parts), self._value(order, after)
        taken = sum(paise(other.body.get("shipping_charge", 0)) for other in made)
        whole = paise(order.body.get("shipping_charge", 0))
        shares = {"shipping_charge": exact(Fraction(_share(whole - taken, part, rest), 100))}
        return said | shares | dict.fromkeys(_NOT_OF_A_PART)

    def _discount(self, order: Paper, at: int, quantity: Fraction, rest: Fraction) -> Body:
        """Of a discount in rupees a part takes its share, and no more than it is worth."""
        line = order.body["line_items"][at]
        given = line.get("discount")
        if given is None or isinstance(given, str):
            return {}
        taken = sum(
            paise(one.body["line_items"][one.places.index(at)].get("discount", 0))
            for one in self.made_of(order)
            if at in one.places
        )
        gross = half_up(quantity * Fraction(line["rate"]) * 100)
        return {"discount": exact(Fraction(min(_share(paise(given) - taken, quantity, rest), gross), 100))}

    def _value(self, order: Paper, parts: Parts) -> Fraction:
        """What so much of an order's lines comes to, each in whole paise, by what all of it came to."""
        items, wanted = order.priced.items, self._quantities(order)
        return Fraction(sum(int(items[at] * quantity / wanted[at]) for at, quantity in parts.items()))


def _share(left: int, part: Fraction, rest: Fraction) -> int:
    """What a part takes of what is left of an amount; what stays for later takes the rest."""
    return left if not rest else half_up(left * part / (part + rest))


def exact(number: Fraction) -> Decimal:
    """A number as a body gives it.

    >>> exact(Fraction(5, 2))
    Decimal('2.5')
    """
    return Decimal(number.numerator) / number.denominator
