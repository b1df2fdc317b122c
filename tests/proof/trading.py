"""Mixed work, drawn by lot: what a busy shop would ask next, given what it knows to be there.

What is known may be out of date, for a request whose answer was lost may have been done. Some of
what is drawn is therefore refused, which is work too.
"""

import random
from collections.abc import Callable
from typing import Any, Final

import attrs

DAY: Final = "2026-05-19"


@attrs.frozen
class Asked:
    """A request by its name, which is its key, its user agent and, where there is room, its text."""

    name: str
    method: str
    path: str
    body: dict[str, Any]


@attrs.define
class Known:
    """What is known to be there: ids, documents together with whose they are."""

    tax: str
    customers: list[str]
    drafts: list[tuple[str, str]] = attrs.field(factory=list)
    invoices: list[tuple[str, str]] = attrs.field(factory=list)
    payments: list[tuple[str, str]] = attrs.field(factory=list)
    notes: list[tuple[str, str]] = attrs.field(factory=list)

    def learn(self, answer: dict[str, Any]) -> None:
        """Take in an answer that was not a refusal."""
        if "contact" in answer:
            self.customers.append(answer["contact"]["contact_id"])
        elif "invoice" in answer:
            made = answer["invoice"]
            pair = (made["invoice_id"], made["customer_id"])
            _keep(self.drafts, pair, made["status"] == "DRAFT")
            _keep(self.invoices, pair, made["status"] not in ("DRAFT", "CANCELLED"))
        elif "payment" in answer:
            made = answer["payment"]
            _keep(self.payments, (made["payment_id"], made["contact_id"]), made["status"] != "VOIDED")
        elif "credit_note" in answer:
            made = answer["credit_note"]
            pair = (made["credit_note_id"], made["customer_id"])
            _keep(self.notes, pair, made["status"] == "ISSUED")

    def forget(self, path: str) -> None:
        """A draft was deleted."""
        self.drafts = [pair for pair in self.drafts if not path.endswith(pair[0])]


def _keep(shelf: list[tuple[str, str]], pair: tuple[str, str], wanted: bool) -> None:
    if pair in shelf:
        shelf.remove(pair)
    if wanted:
        shelf.append(pair)


Drawing = Callable[[Known, random.Random, str], tuple[str, str, dict[str, Any]] | None]


def _lines(known: Known, chance: random.Random) -> list[dict[str, Any]]:
    return [
        {"name": "Work", "rate": chance.randint(1, 900), "tax_id": known.tax}
        for _ in range(chance.randint(1, 4))
    ]


def _invoice(known: Known, chance: random.Random, name: str) -> tuple[str, str, dict[str, Any]]:
    body = {
        "customer_id": chance.choice(known.customers),
        "date": DAY,
        "place_of_supply": chance.choice(("IN-KA", "IN-MH")),
        "notes": name,
        "auto_approve": chance.random() < 3 / 4,
        "line_items": _lines(known, chance),
    }
    return "POST", "/invoices", body


def _payment(known: Known, chance: random.Random, name: str) -> tuple[str, str, dict[str, Any]]:
    amount, invoice = chance.randint(2, 200), (chance.choice(known.invoices) if known.invoices else None)
    settles = [] if invoice is None else [{"invoice_id": invoice[0], "amount": amount // 2}]
    body = {
        "flow": "INCOMING",
        "contact_id": chance.choice(known.customers) if invoice is None else invoice[1],
        "date": DAY,
        "amount": amount,
        "mode": "UPI",
        "allocations": settles,
    }
    return "POST", "/payments", body


def _note(known: Known, chance: random.Random, name: str) -> tuple[str, str, dict[str, Any]]:
    lines = [{"name": "Goodwill", "rate": chance.randint(1, 40)}]
    body = {"customer_id": chance.choice(known.customers), "date": DAY, "line_items": lines}
    return "POST", "/credit_notes", body


def _contact(known: Known, chance: random.Random, name: str) -> tuple[str, str, dict[str, Any]]:
    return "POST", "/contacts", {"contact_name": f"Customer {name}", "opening_balance": chance.randint(0, 9)}


def _item(known: Known, chance: random.Random, name: str) -> tuple[str, str, dict[str, Any]]:
    return "POST", "/items", {"item_name": f"Item {name}", "rate": chance.randint(1, 900)}


def _settling(shelf: str, path: str, wrap: Callable[[dict[str, Any]], dict[str, Any]]) -> Drawing:
    """Apply one of a shelf to an invoice of the same customer."""

    def draw(known: Known, chance: random.Random, name: str) -> tuple[str, str, dict[str, Any]] | None:
        sources = getattr(known, shelf)
        if not sources:
            return None
        source, customer = chance.choice(sources)
        targets = [invoice for invoice, owner in known.invoices[-60:] if owner == customer]
        if not targets:
            return None
        settles = {"invoice_id": chance.choice(targets), "amount": chance.randint(1, 9)}
        return "POST", path.format(source), wrap(settles)

    return draw


def _step(
    shelf: str, method: str, path: str, body: Callable[[str], dict[str, Any]] = lambda name: {}
) -> Drawing:
    """A step in the life of one of a shelf."""

    def draw(known: Known, chance: random.Random, name: str) -> tuple[str, str, dict[str, Any]] | None:
        shelved = getattr(known, shelf)
        return (method, path.format(chance.choice(shelved)[0]), body(name)) if shelved else None

    return draw


DRAWINGS: Final[tuple[tuple[int, Drawing], ...]] = (
    (3, _contact),
    (2, _item),
    (30, _invoice),
    (10, _step("drafts", "PUT", "/invoices/{}", lambda name: {"notes": name})),
    (10, _step("drafts", "POST", "/invoices/{}/approve")),
    (4, _step("drafts", "DELETE", "/invoices/{}")),
    (7, _step("invoices", "POST", "/invoices/{}/void")),
    (15, _payment),
    (8, _settling("payments", "/payments/{}/apply", lambda one: {"allocations": [one]})),
    (5, _step("payments", "POST", "/payments/{}/void")),
    (7, _note),
    (7, _settling("notes", "/credit_notes/{}/apply-to-invoice", lambda one: one)),
    (3, _step("notes", "POST", "/credit_notes/{}/void")),
)
"""How often, and what."""


def draw(known: Known, chance: random.Random, name: str) -> Asked:
    """What is asked next."""
    while True:
        (drawing,) = chance.choices([one for _, one in DRAWINGS], [weight for weight, _ in DRAWINGS])
        drawn = drawing(known, chance, name)
        if drawn is not None:
            return Asked(name, *drawn)
