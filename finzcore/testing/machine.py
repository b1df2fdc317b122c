"""A stateful test of whole books: business at random, beside a model in plain Python.

`BooksMachine` does what customers, clerks and clients do, in any order that Hypothesis can think of:
drafts, approvals, edits, deletions, voids, receipts, advances, applications, credit notes, refunds, sent
again and misused keys, strangers' ids, locked periods, midnight, the end of the year, books closed and
opened again. After each step the invariants hold, and the books say what the `Model` says.

In a test module, this runs it against finzcore itself::

    TestBooks = BooksMachine.TestCase

To test code of yours, write a subclass that lets it take part: see `docs/proving.md`.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from finzcore.testing import invariants, shown, strategies
from finzcore.testing.model import Money, Paper

# isort: split
# Not before `strategies`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from finzcore.testing.stage import DAY, Stage

Body = dict[str, Any]

_NOW_AND_THEN: Final = st.integers(0, 4).map(lambda number: number == 4)


class BooksMachine(Stage):
    """Business at random, beside a model.

    What a subclass may set: `state`, `start`, `also` (see `strategies.ALSO`; ``foreign`` is a ValueError,
    because the model does not know it), `checks` (the invariants that must hold after each step; `verify`
    is one of them) and `most_contacts`. What it may override: `open_books` and `opened`; `send`, through
    which everything goes that the machine does itself; and any rule, which ends when its place is taken by
    a method without ``@rule``.

    What it has: `engine`, `acme` (an `Org`), `call`, `clock`, `model`, `steps`. What its own rules do to
    the books they tell the model: `expect_contact`, `expect_item`, `expect_invoice`, `expect_payment`,
    `expect_credit_note`.
    """

    def _papers(self, of: str, *statuses: str) -> list[Paper]:
        return [one for one in self.model.papers.values() if one.of == of and one.status in statuses]

    def _receipts(self) -> list[Money]:
        return [one for one in self.model.money.values() if not one.voided and one.kind != "REFUND"]

    def _drawn(self, data: st.DataObject, papers: Sequence[Paper]) -> Paper:
        number = data.draw(st.sampled_from([one.number for one in papers]), "number")
        return next(one for one in papers if one.number == number)

    # ----- customers and items -----

    @initialize(
        body=strategies.contacts(), price=strategies.amounts(1, 2000), paid=strategies.amounts(1, 500)
    )
    def begin(self, body: Body, price: Decimal, paid: Decimal) -> None:
        """There is a customer, who bought something and left some money: every rule has something to do."""
        whom = {"date": self.today, "contact_id": self.create_contact_of(body)}
        chair = {
            "item_name": "Oak chair",
            "rate": price,
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
        """Make a customer and give its id."""
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
        item: Body = self.do("POST", "/items", body)["item"]
        self.expect_item(item, body)
        return str(item["item_id"])

    # ----- invoices -----

    @rule(data=st.data(), approve=st.booleans())
    def create_invoice(self, data: st.DataObject, approve: bool) -> None:
        """A draft, or an invoice posted at once."""
        body = self._invoice(data) | {"auto_approve": approve}
        allowed = self._open(body["date"])
        answer = self.do("POST", "/invoices", body, allowed=allowed)
        if allowed:
            self.expect_invoice(answer["invoice"], body)

    def _invoice(self, data: st.DataObject) -> Body:
        drawn = strategies.invoices(
            customer_id=data.draw(st.sampled_from(list(self.model.customers)), "customer"),
            date=self._date(data),
            taxes=[*self.taxes.values(), None],
            items=list(self.model.items),
            also=self.also,
        )
        return data.draw(drawn, "invoice")

    @precondition(lambda self: self._papers("invoices", "DRAFT"))
    @rule(data=st.data(), word=st.sampled_from(("approve", "approve", "edit", "delete")))
    def finish_draft(self, data: st.DataObject, word: str) -> None:
        """A draft is approved, changed or thrown away."""
        self.change(self._drawn(data, self._papers("invoices", "DRAFT")), word, data)

    @precondition(lambda self: self._papers("invoices", "DRAFT", "POSTED"))
    @rule(data=st.data(), word=st.sampled_from(("void", "void", "approve", "edit", "delete")))
    def change_invoice(self, data: st.DataObject, word: str) -> None:
        """Void an invoice, or try what only a draft allows: what must not be is refused."""
        self.change(self._drawn(data, self._papers("invoices", "DRAFT", "POSTED")), word, data)

    def change(self, paper: Paper, word: str, data: st.DataObject) -> None:
        """One step in the life of an invoice."""
        path, model = f"/invoices/{paper.key}", self.model
        touched = model.balance(paper.key) != paper.priced.total or bool(model.notes_of(paper))
        fits = not touched if word == "void" else paper.status == "DRAFT"
        allowed = fits and self._open(paper.date)
        if word == "edit":
            changes = {name: self._invoice(data)[name] for name in ("line_items", "place_of_supply")}
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

    # ----- money -----

    @rule(data=st.data(), kind=st.sampled_from(("REGULAR", "ADVANCE")))
    def receive(self, data: st.DataObject, kind: str) -> None:
        """Money comes in that nobody knows yet what for."""
        contact = data.draw(st.sampled_from(list(self.model.customers)), "customer")
        self._receive(data, contact, (), kind)

    @precondition(lambda self: self._open_invoices())
    @rule(data=st.data(), kind=st.sampled_from(("REGULAR", "REGULAR", "ADVANCE")))
    def be_paid(self, data: st.DataObject, kind: str) -> None:
        """Money comes in for invoices."""
        invoice = self._drawn(data, self._open_invoices())
        theirs = [one for one in self._open_invoices() if one.customer == invoice.customer]
        self._receive(data, invoice.customer, theirs, kind)

    def _receive(self, data: st.DataObject, contact: str, invoices: Sequence[Paper], kind: str) -> None:
        drawn = strategies.payments(
            contact_id=contact,
            date=self._date(data),
            invoices=[shown.paper(self.model, one, self.today) for one in invoices],
            settle=bool(invoices),
            also=self.also,
        )
        body = data.draw(drawn, "payment") | {"payment_type": kind}
        allowed = self._open(body["date"])
        answer = self.do("POST", "/payments", body, allowed=allowed)
        if allowed:
            self.expect_payment(answer["payment"], body)

    def _open_invoices(self) -> list[Paper]:
        return [one for one in self._papers("invoices", "POSTED") if self.model.balance(one.key)]

    def _pairs(self, sources: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """What waits to be used, (id, whose), each with an invoice that it can settle."""
        return [
            (key, invoice.key)
            for key, contact in sources
            for invoice in self._open_invoices()
            if invoice.customer == contact and self.model.left(key)
        ]

    def _payments_to_apply(self) -> list[tuple[str, str]]:
        return self._pairs((one.key, one.contact) for one in self._receipts())

    def _notes_to_apply(self) -> list[tuple[str, str]]:
        return self._pairs((one.key, one.customer) for one in self._papers("credit_notes", "POSTED"))

    @precondition(lambda self: self._payments_to_apply())
    @rule(data=st.data(), beyond=_NOW_AND_THEN)
    def apply(self, data: st.DataObject, beyond: bool) -> None:
        """Money is set against an invoice; now and then more than there is."""
        payment, invoice = data.draw(st.sampled_from(self._payments_to_apply()), "payment and invoice")
        part = self._part(data, min(self.model.left(payment), self.model.balance(invoice)), beyond)
        settles = [{"invoice_id": invoice, "amount": shown.rupees(part)}]
        self.do("POST", f"/payments/{payment}/apply", {"allocations": settles}, allowed=not beyond)
        if not beyond:
            self.model.use(payment, invoice, part, self.today)

    @precondition(lambda self: self._notes_to_apply())
    @rule(data=st.data(), beyond=_NOW_AND_THEN)
    def apply_note(self, data: st.DataObject, beyond: bool) -> None:
        """A credit note is set against an invoice; now and then more of it than there is."""
        note, invoice = data.draw(st.sampled_from(self._notes_to_apply()), "note and invoice")
        part = self._part(data, min(self.model.left(note), self.model.balance(invoice)), beyond)
        body = {"invoice_id": invoice, "amount": shown.rupees(part)}
        self.do("POST", f"/credit_notes/{note}/apply-to-invoice", body, allowed=not beyond)
        if not beyond:
            self.model.use(note, invoice, part, self.today)

    def _part(self, data: st.DataObject, most: int, beyond: bool) -> int:
        return most + 1 if beyond else data.draw(st.just(most) | strategies.paise(1, most), "paise")

    @precondition(lambda self: any(not one.voided for one in self.model.money.values()))
    @rule(data=st.data())
    def void_payment(self, data: st.DataObject) -> None:
        """Money turns out not to have moved, or a refund not to have been paid."""
        live = [one.key for one in self.model.money.values() if not one.voided]
        money = self.model.money[data.draw(st.sampled_from(live), "payment")]
        spent = money.kind == "ADVANCE" and self.model.used(money.key)
        allowed = not spent and not self.model.refunded(money.key) and self._open(money.date)
        self.do("POST", f"/payments/{money.key}/void", {}, allowed=allowed)
        if allowed:
            self.model.void_money(money)

    @precondition(lambda self: self._refundable())
    @rule(data=st.data(), beyond=_NOW_AND_THEN)
    def refund(self, data: st.DataObject, beyond: bool) -> None:
        """Money is given back: of a note, or of what waits on account; now and then too much of it."""
        contact, note, most = data.draw(st.sampled_from(self._refundable()), "whose, of what")
        part = self._part(data, most, beyond)
        body: Body = {
            "flow": "OUTGOING",
            "payment_type": "REFUND",
            "contact_id": contact,
            "date": self._date(data),
            "amount": shown.rupees(part),
            "mode": "UPI",
        } | ({"credit_note_id": note} if note else {})
        allowed = not beyond and self._open(body["date"])
        answer = self.do("POST", "/payments", body, allowed=allowed)
        if allowed:
            self.expect_payment(answer["payment"], body)

    def _refundable(self) -> list[tuple[str, str | None, int]]:
        """(customer, note or None, how much can be given back)"""
        notes = [
            (one.customer, one.key, self.model.left(one.key))
            for one in self._papers("credit_notes", "POSTED")
        ]
        unused = dict.fromkeys(self.model.customers, 0)
        for one in self._receipts():
            unused[one.contact] += self.model.left(one.key)
        return [found for found in (*notes, *((key, None, left) for key, left in unused.items())) if found[2]]

    # ----- credit notes -----

    @rule(data=st.data())
    def credit(self, data: st.DataObject) -> None:
        """A credit note, for an invoice or for nothing in particular."""
        invoice = data.draw(st.none() | _one_of(self._correctable()), "invoice")
        if invoice is None:
            contact = data.draw(st.sampled_from(list(self.model.customers)), "customer")
            drawn = strategies.credit_notes(date=self._date(data), customer_id=contact)
        else:
            parent = self.model.papers[invoice]
            document = self.call.ok("GET", f"/invoices/{invoice}")["invoice"]
            drawn = strategies.credit_notes(
                date=max(parent.date, self._date(data)),
                invoice=document,
                left=shown.rupees(self._uncorrected(parent)),
            )
        body = data.draw(drawn, "credit note")
        allowed = self._open(body["date"])
        answer = self.do("POST", "/credit_notes", body, allowed=allowed)
        if allowed:
            self.expect_credit_note(answer["credit_note"], body)

    def _uncorrected(self, invoice: Paper) -> int:
        return invoice.priced.total - sum(note.priced.total for note in self.model.notes_of(invoice))

    def _correctable(self) -> list[str]:
        """Invoices with a rupee's worth of goods or more that no note has taken back."""
        return [
            one.key
            for one in self._papers("invoices", "POSTED")
            if min(one.priced.taxable, self._uncorrected(one)) >= 100 * len(one.body["line_items"])
        ]

    @precondition(lambda self: self._papers("credit_notes", "POSTED"))
    @rule(data=st.data())
    def void_note(self, data: st.DataObject) -> None:
        """A note was a mistake; one of which something is used stays."""
        paper = self._drawn(data, self._papers("credit_notes", "POSTED"))
        allowed = not self.model.used(paper.key) and self._open(paper.date)
        self.do("POST", f"/credit_notes/{paper.key}/void", {}, allowed=allowed)
        if allowed:
            paper.status = "CANCELLED"

    # ----- what must have no effect -----

    def _fresh(self) -> list[int]:
        """Places of requests whose keys are remembered still: for a day."""
        return [at for at, one in enumerate(self._sent) if self.clock() - one[4] < DAY]

    @precondition(lambda self: self._fresh())
    @rule(data=st.data(), changed=st.booleans())
    def send_again(self, data: st.DataObject, changed: bool) -> None:
        """The line broke and a client sends its request once more: the same bytes, and nothing happens.
        With another body under that key it is refused.
        """
        path, body, key, first, _ = self._sent[data.draw(st.sampled_from(self._fresh()), "request")]
        before = self._head()
        response = self.send("POST", path, {**body, "notes": "Changed"} if changed else body, key)
        if changed:
            assert (response.status, response.json()["code"]) == (422, "idempotency.key_reused"), key
        else:
            assert (first.status, first.body) == (response.status, response.body), f"{key}: another answer"
            assert response.header("Idempotency-Replayed") == "true", f"{key} was not replayed"
        assert before == self._head(), f"{key} had an effect twice"

    @rule(data=st.data(), which=st.sampled_from(("customer_id", "item_id", "invoice_id")))
    def name_a_stranger(self, data: st.DataObject, which: str) -> None:
        """An id of another organisation is like a misspelt one."""
        body = self._invoice(data)
        if which == "invoice_id":
            note: Body = {
                "customer_id": body["customer_id"],
                "date": body["date"],
                "line_items": [{"name": "x", "rate": 1}],
            }
            self.do("POST", "/credit_notes", note | {which: self.strangers[which]}, allowed=False)
            return
        if which == "customer_id":
            body[which] = self.strangers[which]
        else:
            body["line_items"] = [{"item_id": self.strangers[which]}]
        self.do("POST", "/invoices", body, allowed=False)

    # ----- time -----

    @rule(days=st.sampled_from((0, 1, 20, 45, 200)), hours=st.integers(0, 20))
    def wait(self, days: int, hours: int) -> None:
        """Time goes by: over midnight, the due dates, the end of the year."""
        self.clock.move(days=days, hours=hours)

    @rule(ago=st.integers(1, 40))
    def lock_period(self, ago: int) -> None:
        """The books are closed through some day that is over."""
        through = (dt.date.fromisoformat(self.today) - ago * DAY).isoformat()
        self.acme.lock_period(through, reason="The return is filed")
        self.model.locked = through

    @rule()
    def close_and_open(self) -> None:
        """The books are closed, and opened again."""
        self.reopen()

    # ----- what holds -----

    @invariant()
    def the_books_are_sound(self) -> None:
        """Every one of `checks` holds."""
        self.steps += 1
        invariants.check(self.engine, self.acme.org_id, self.checks)

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        """Documents, money, what everybody owes and the trial balance agree with the model."""
        found = list(shown.disagreements(self.acme, self.model, self.today))
        assert not found, "\n".join(["The books and the model disagree:", *found])


def _one_of(keys: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(keys) if keys else st.nothing()
