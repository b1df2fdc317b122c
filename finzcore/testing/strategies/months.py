"""A month of business as a list of steps, and how it is carried out.

A step names nothing by id: it holds the body as far as it can be known, and says of the rest *which*
one of those that are there (`pick`) and *how much* of what is open (`share`). So every step can be left
out and the others still make sense, a failing month shrinks to the steps that matter, and one and the
same month can be played in many books.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import ROUND_UP, Decimal
from operator import itemgetter
from typing import Any, Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from finzcore.testing.strategies.bodies import TAXES, Body, contacts, invoices, items
from finzcore.testing.strategies.values import days

_ITEMS: Final = ("first item", "second item")
_PICKS: Final = st.integers(0, 9)
_PAISA: Final = Decimal("0.01")
_MOST_OF_A_LINE: Final = Decimal("0.9")
"""So much of a line a credit note takes back at most."""
_LATER_RATE: Final = Decimal("84.50")
"""Rupees for a dollar when an invoice in dollars is paid."""


@attrs.frozen
class Step:
    """One thing that happens: what, on which day, to which of the candidates, and how much per cent.

    `does` is one of the words of `DOES`. `body` is what a call is given, for the words that need it.
    """

    does: str
    day: str
    pick: int = 0
    share: int = 100
    body: Body = attrs.field(factory=dict)


@attrs.frozen
class Month:
    """What happens in a month, in this order; the first steps are its customers and items."""

    steps: tuple[Step, ...]


def months(
    *,
    first: str = "2026-05-01",
    last: str = "2026-05-31",
    most_days: int = 10,
    also: Collection[str] = (),
) -> SearchStrategy[Month]:
    """A month from `first` to `last`: its customers and items, and what happens on at most `most_days` of
    its days: drafts, approvals, edits, deletions, voids, receipts with and without allocations, advances,
    applications, credit notes and refunds.

    `also` makes the invoices less ordinary, as it does for `invoices`. It shrinks to few steps.
    """
    customer = contacts().map(lambda body: Step("contact", first, body=body))
    item = items(taxes=TAXES).map(lambda body: Step("item", first, body=body))
    busy = st.tuples(days(first, last), st.lists(_steps(also), min_size=1, max_size=6))
    return st.tuples(
        st.lists(customer, min_size=1, max_size=3),
        st.lists(item, min_size=1, max_size=len(_ITEMS)),
        st.lists(busy, max_size=most_days),
    ).map(lambda parts: Month((*parts[0], *parts[1], *_in_order(parts[2]))))


def _in_order(busy: Iterable[tuple[str, list[Step]]]) -> list[Step]:
    """What happens on some days, as the steps of a month."""
    by_day = sorted(busy, key=itemgetter(0))
    return [attrs.evolve(step, day=day) for day, steps in by_day for step in steps]


def _steps(also: Collection[str]) -> SearchStrategy[Step]:
    """One step, its day still open; words without which there is nothing for the others come up often."""
    drawn = invoices(customer_id="", date="", taxes=(*TAXES, None), items=_ITEMS, also=also)
    body = st.tuples(drawn, st.booleans()).map(lambda pair: pair[0] | {"auto_approve": pair[1]})
    sale = st.builds(Step, st.sampled_from(("invoice", "invoice", "edit")), st.just(""), _PICKS, body=body)
    needed = ("apply", "credit_note", "apply_note", "void_note")
    words = [word for word in DOES if word not in ("contact", "item", "invoice", "edit")]
    rest = st.builds(Step, st.sampled_from((*words, *needed)), st.just(""), _PICKS, st.integers(1, 100))
    return rest | sale | rest


def play(month: Month, acme: Any) -> list[tuple[Step, Body]]:
    """Carry a month out, and give each step that was carried out with the document it left.

    `acme` is an `Org`, or anything of yours that has its calls. A step for which there is no candidate,
    such as a void where nothing can be voided, is passed over. What the calls raise is not caught: what
    `months` gives, the books accept.
    """
    played = _Played(acme)
    done = []
    for step in month.steps:
        document = DOES[step.does](played, step)
        if document is not None:
            done.append((step, document))
    return done


class _Played:
    """A month so far: the ids of what it made, and the calls that its steps are."""

    def __init__(self, acme: Any) -> None:
        self.acme = acme
        self.contacts: list[str] = []
        self.items: list[str] = []
        self.made: dict[str, list[str]] = {"invoices": [], "payments": [], "credit_notes": []}

    def _create(self, of: str, noun: str, body: Body) -> Body:
        document: Body = getattr(self.acme, of).create(**body)
        self.made[of].append(document[f"{noun}_id"])
        return document

    def _now(self, of: str, fits: Callable[[Body], bool]) -> list[Body]:
        """The documents of a kind, as they are now, that a step can be about."""
        return [one for key in self.made[of] if fits(one := getattr(self.acme, of).get(key))]

    def contact(self, step: Step) -> Body:
        document: Body = self.acme.contacts.create(**step.body)
        self.contacts.append(document["contact_id"])
        return document

    def item(self, step: Step) -> Body:
        document: Body = self.acme.items.create(**self._taxed(step.body))
        self.items.append(document["item_id"])
        return document

    def _taxed(self, body: Body) -> Body:
        name = body.get("tax_id")
        return body | {"tax_id": self.acme.tax_id(name)} if name else body

    def _lines(self, body: Body) -> list[Body]:
        """Lines with the ids of this organisation in them."""
        lines = []
        for line in map(self._taxed, body["line_items"]):
            if "item_id" in line:
                line["item_id"] = self.items[_ITEMS.index(line["item_id"]) % len(self.items)]
            lines.append(line)
        return lines

    def invoice(self, step: Step) -> Body:
        customer = _picked(step, self.contacts)
        named = {"customer_id": customer, "date": step.day, "line_items": self._lines(step.body)}
        return self._create("invoices", "invoice", step.body | named)

    def edit(self, step: Step) -> Body | None:
        changes = {"line_items": self._lines(step.body), "notes": "Changed"}
        return self._act("invoices", "invoice", step, "update", _is_draft, **changes)

    def approve(self, step: Step) -> Body | None:
        return self._act("invoices", "invoice", step, "approve", _is_draft)

    def delete(self, step: Step) -> Body | None:
        drafts = self._now("invoices", _is_draft)
        if not drafts:
            return None
        draft: Body = _picked(step, drafts)
        self.acme.invoices.delete(draft["invoice_id"])
        self.made["invoices"].remove(draft["invoice_id"])
        return draft

    def void(self, step: Step) -> Body | None:
        corrected = {note["invoice_id"] for note in self._now("credit_notes", _is_live)}

        def untouched(one: Body) -> bool:
            settled = one["payment_made"] or one["credits_applied"] or one["invoice_id"] in corrected
            return _is_live(one) and not settled

        return self._act("invoices", "invoice", step, "void", untouched)

    def _act(
        self, of: str, noun: str, step: Step, word: str, fits: Callable[[Body], bool], **fields: Any
    ) -> Body | None:
        there = self._now(of, fits)
        if not there:
            return None
        calls = getattr(self.acme, of)
        document: Body = getattr(calls, word)(_picked(step, there)[f"{noun}_id"], **fields)
        return document

    def receipt(self, step: Step) -> Body | None:
        open_ = self._now("invoices", _is_open)
        if not open_:
            return None
        invoice = _picked(step, open_)
        amount = _part(step, invoice["balance"])
        settles = {"allocations": [{"invoice_id": invoice["invoice_id"], "amount": amount}]}
        return self._receive(invoice["customer_id"], step, amount, **settles, **_paid_in(invoice))

    def on_account(self, step: Step) -> Body:
        return self._receive(_picked(step, self.contacts), step, Decimal(20 * step.share))

    def advance(self, step: Step) -> Body:
        contact, amount = _picked(step, self.contacts), Decimal(50 * step.share)
        return self._receive(contact, step, amount, payment_type="ADVANCE")

    def _receive(self, contact: str, step: Step, amount: Decimal, **more: Any) -> Body:
        body = {"flow": "INCOMING", "contact_id": contact, "date": step.day, "amount": amount, "mode": "UPI"}
        return self._create("payments", "payment", {**body, "currency_code": "INR", **more})

    def void_payment(self, step: Step) -> Body | None:
        refunded = bool(self._now("payments", lambda one: _is_live(one) and one["payment_type"] == "REFUND"))

        def unspent(one: Body) -> bool:
            spent = refunded or (one["payment_type"] == "ADVANCE" and one["allocations"])
            return _is_live(one) and (one["payment_type"] == "REFUND" or not spent)

        return self._act("payments", "payment", step, "void", unspent)

    def apply(self, step: Step) -> Body | None:
        pairs = self._pairs("payments", "unused_amount", "contact_id")
        if not pairs:
            return None
        payment, invoice = _picked(step, pairs)
        amount = _part(step, min(payment["unused_amount"], invoice["balance"]))
        settles = [{"invoice_id": invoice["invoice_id"], "amount": amount}]
        document: Body = self.acme.payments.apply(payment["payment_id"], allocations=settles)
        return document

    def _pairs(self, of: str, left: str, whose: str) -> list[tuple[Body, Body]]:
        """What is there to be used, each with an invoice that it can settle."""
        sources = self._now(of, lambda one: _is_live(one) and one[left] > 0)
        return [
            (source, invoice)
            for source in sources
            for invoice in self._now("invoices", _is_open)
            if source[whose] == invoice["customer_id"] and source["currency_code"] == invoice["currency_code"]
        ]

    def credit_note(self, step: Step) -> Body | None:
        """A note for part of the first line of an invoice; one an invoice, so it stays within its total."""
        corrected = {note["invoice_id"] for note in self._now("credit_notes", _is_live)}

        def correctable(one: Body) -> bool:
            line = one["line_items"][0]
            most = _MOST_OF_A_LINE * line["item_total"] * (100 + line["tax_percentage"]) / 100
            return _is_live(one) and one["invoice_id"] not in corrected and 1 < most < one["total"] - 1

        there = self._now("invoices", correctable)
        if not there:
            return None
        invoice = _picked(step, there)
        line = {name: invoice["line_items"][0][name] for name in ("name", "tax_id")}
        line["rate"] = _part(step, invoice["line_items"][0]["item_total"] * _MOST_OF_A_LINE)
        named = {name: invoice[name] for name in ("customer_id", "invoice_id")}
        day = max(step.day, str(invoice["date"])[:10])
        return self._create("credit_notes", "credit_note", named | {"date": day, "line_items": [line]})

    def apply_note(self, step: Step) -> Body | None:
        pairs = self._pairs("credit_notes", "credits_remaining", "customer_id")
        if not pairs:
            return None
        note, invoice = _picked(step, pairs)
        amount = _part(step, min(note["credits_remaining"], invoice["balance"]))
        settles = {"invoice_id": invoice["invoice_id"], "amount": amount}
        document: Body = self.acme.credit_notes.apply_to_invoice(note["credit_note_id"], **settles)
        return document

    def void_note(self, step: Step) -> Body | None:
        def unused(one: Body) -> bool:
            return _is_live(one) and not one["credits_applied"] and not one["refunded_amount"]

        return self._act("credit_notes", "credit_note", step, "void", unused)

    def refund(self, step: Step) -> Body | None:
        """Money back: of a note if there is one with something left, else of what waits on account."""
        notes = self._now("credit_notes", lambda one: _is_live(one) and one["credits_remaining"] > 0)
        unused = self._now("payments", lambda one: _is_live(one) and one["unused_amount"] > 0)
        if not notes and not unused:
            return None
        source = _picked(step, notes or unused)
        whose = source["customer_id"] if notes else source["contact_id"]
        amount = _part(step, source["credits_remaining" if notes else "unused_amount"])
        more = {"flow": "OUTGOING", "payment_type": "REFUND"} | _paid_in(source)
        if notes:
            more["credit_note_id"] = source["credit_note_id"]
        return self._receive(whose, step, amount, **more)


DOES: Final[Mapping[str, Callable[[_Played, Step], Body | None]]] = {
    "contact": _Played.contact,
    "item": _Played.item,
    "invoice": _Played.invoice,
    "edit": _Played.edit,
    "approve": _Played.approve,
    "receipt": _Played.receipt,
    "on_account": _Played.on_account,
    "advance": _Played.advance,
    "apply": _Played.apply,
    "credit_note": _Played.credit_note,
    "apply_note": _Played.apply_note,
    "refund": _Played.refund,
    "void": _Played.void,
    "void_payment": _Played.void_payment,
    "void_note": _Played.void_note,
    "delete": _Played.delete,
}
"""What a step can do."""


def _picked(step: Step, there: Sequence[Any]) -> Any:
    return there[step.pick % len(there)]


def _part(step: Step, whole: Decimal) -> Decimal:
    """So many per cent of an amount, at least a paisa of it."""
    return (whole * step.share / 100).quantize(_PAISA, ROUND_UP)


def _paid_in(document: Body) -> Body:
    """The currency of what is paid, with the rate of a later day if it is not the rupee."""
    if document["currency_code"] == "INR":
        return {}
    return {"currency_code": document["currency_code"], "exchange_rate": _LATER_RATE}


def _is_draft(document: Body) -> bool:
    return bool(document["status"] == "DRAFT")


def _is_live(document: Body) -> bool:
    return document["status"] not in ("DRAFT", "CANCELLED", "VOIDED")


def _is_open(invoice: Body) -> bool:
    return _is_live(invoice) and bool(invoice["balance"] > 0)
