"""Invoices: drafts, approvals, changes, voids; and what of it bills have in common with them."""

from fractions import Fraction

from finzcore.testing import strategies

# isort: split
# Not before `strategies`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finzcore.testing.model import Paper
from finzcore.testing.model.orders import exact
from finzcore.testing.model.papers import ABROAD
from finzcore.testing.stage import Body, Stage

WORDS = st.sampled_from(("void", "void", "approve", "edit", "delete"))
OF_DRAFTS = st.sampled_from(("approve", "approve", "edit", "delete"))


class Charging(Stage):
    """What is done to an invoice or a bill that is there."""

    def change(self, paper: Paper, word: str, data: st.DataObject) -> None:
        """One step in the life of an invoice or a bill."""
        path, model = f"/{paper.of}/{paper.key}", self.model
        allowed = self._may(paper, word) and self._open(paper.date)
        if word == "edit":
            changes = self._changes(paper, data)
            self.do("PUT", path, changes, allowed=allowed)
            if allowed:
                model.rewrite(paper, changes)
        elif word == "delete":
            self.do("DELETE", path, allowed=allowed)
            if allowed:
                del model.papers[paper.key]
        else:
            self.do("POST", f"{path}/{word}", {}, allowed=allowed)
            if allowed:
                paper.status = "POSTED" if word == "approve" else "CANCELLED"

    def _may(self, paper: Paper, word: str) -> bool:
        """Whether a step is possible, but for the lock."""
        if word == "void":
            touched = self.model.balance(paper.key) != paper.priced.total
            return not touched and not self.model.notes_of(paper)
        if word == "approve" and paper.of == "bills":
            twice = self.model.entered_twice(paper.body, False, paper.key)
            return paper.status == "DRAFT" and not twice
        return paper.status == "DRAFT"

    def _changes(self, paper: Paper, data: st.DataObject) -> Body:
        """Other lines; of a draft that carries out an order less of each of its own."""
        if paper.order is None:
            drawn = self._bill_of(data) if paper.of == "bills" else self._invoice(data)
            return {name: drawn[name] for name in ("line_items", "place_of_supply")}
        return {"line_items": [_less_of(line) for line in paper.body["line_items"]]}

    def _invoice(self, data: st.DataObject, also: tuple[str, ...] | None = None) -> Body:
        customer = data.draw(st.sampled_from(list(self.model.customers)), "customer")
        abroad = self.model.contacts[customer].get("gst_treatment") == ABROAD
        drawn = strategies.invoices(
            customer_id=customer,
            date=self._date(data),
            taxes=[*self.taxes.values(), *self.untaxed, *self.model.reverse, None],
            items=list(self.model.items),
            places=(ABROAD, self.state) if abroad else (self.state, "IN-MH"),
            also=self.also if also is None else also,
        )
        taxed = self._undertaking(data, customer) if also is None else {}
        return data.draw(drawn, "invoice") | taxed | self._where(data)

    def _bill_of(self, data: st.DataObject, also: tuple[str, ...] | None = None) -> Body:
        vendor = data.draw(st.sampled_from(list(self.model.vendors)), "vendor")
        seat = self.model.vendors[vendor].get("place_of_contact") or self.state
        drawn = strategies.bills(
            vendor_id=vendor,
            date=self._date(data),
            places=(self.state, "IN-MH", seat),
            taxes=[*self.taxes.values(), *self.untaxed, *self.model.reverse, None],
            items=[key for key, item in self.model.items.items() if "purchase_rate" in item],
            also=(*self.also, "reverse") if also is None else also,
        )
        return data.draw(drawn, "bill") | self._where(data)


def half_of(quantity: Fraction) -> Fraction:
    """Half of a quantity, or as much of that as three decimals hold; all where that is nothing."""
    return Fraction(int(quantity * 500), 1000) or quantity


def _less_of(line: Body) -> Body:
    """Half of a line; a discount in rupees may be more than that is worth."""
    kept = {name: line[name] for name in ("name", "item_id", "rate", "tax_id") if name in line}
    discount = line.get("discount")
    percent = {"discount": discount} if isinstance(discount, str) else {}
    return kept | percent | {"quantity": exact(half_of(Fraction(line["quantity"])))}


class Sales(Charging):
    """Invoices."""

    @rule(data=st.data(), approve=st.booleans())
    def create_invoice(self, data: st.DataObject, approve: bool) -> None:
        """A draft, or an invoice posted at once."""
        body = self._invoice(data) | {"auto_approve": approve}
        allowed = self._open(body["date"])
        answer = self.do("POST", "/invoices", body, allowed=allowed)
        if allowed:
            self.expect_invoice(answer["invoice"], body)

    @precondition(lambda self: self._papers("invoices", "DRAFT"))
    @rule(data=st.data(), word=OF_DRAFTS)
    def finish_draft(self, data: st.DataObject, word: str) -> None:
        """A draft is approved, changed or thrown away."""
        self.change(self._drawn(data, self._papers("invoices", "DRAFT")), word, data)

    @precondition(lambda self: self._papers("invoices", "DRAFT", "POSTED"))
    @rule(data=st.data(), word=WORDS)
    def change_invoice(self, data: st.DataObject, word: str) -> None:
        """Void an invoice, or try what only a draft allows: what must not be is refused."""
        self.change(self._drawn(data, self._papers("invoices", "DRAFT", "POSTED")), word, data)
