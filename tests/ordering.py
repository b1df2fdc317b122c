"""Estimates and orders through the API: what stories of them begin with, on both sides alike."""

from decimal import Decimal
from typing import Any, Final

import attrs

import finzcore
from finzcore.books.history import EVENTS
from finzcore.books.papers.kind import kind_of
from finzcore.testing import Call

DAY: Final = "2026-05-19"
Body = dict[str, Any]


@attrs.frozen
class Side:
    """The words of one side: its orders, and what carries them out."""

    orders: str
    order: str
    made: str
    noun: str
    contact: str
    agree: str
    agreed: str
    partly: str
    wholly: str
    convert: str
    counted: str
    ids: str

    def __str__(self) -> str:
        return self.orders

    @property
    def own_id(self) -> str:
        return f"{self.order}_id"


SALES: Final = Side(
    "sales_orders", "sales_order", "invoices", "invoice", "customer", "confirm", "CONFIRMED",
    "PARTIALLY_INVOICED", "INVOICED", "convert-to-invoice", "quantity_invoiced", "invoice_ids",
)  # fmt: skip
PURCHASES: Final = Side(
    "purchase_orders", "purchase_order", "bills", "bill", "vendor", "issue", "ISSUED",
    "PARTIALLY_BILLED", "BILLED", "convert-to-bill", "quantity_billed", "bill_ids",
)  # fmt: skip
SIDES: Final = (SALES, PURCHASES)


class Orders:
    """The orders of one side, with a contact who trades; on 19 May 2026, unless told otherwise."""

    def __init__(self, call: Call, org: finzcore.Org, side: Side) -> None:
        self.call, self.org, self.side = call, org, side
        self.contact = self.new_contact()

    def new_contact(self, name: str = "Asha Stores", **more: Any) -> str:
        body = {"contact_name": name, "contact_type": self.side.contact.upper()} | more
        made: str = self.call.ok("POST", "/contacts", body)["contact"]["contact_id"]
        return made

    def line(self, rate: Any = 100, quantity: Any = 10, tax: str | None = "GST 18%", **more: Any) -> Body:
        named = {"name": "Chair", "rate": rate, "quantity": quantity}
        return named | {"tax_id": tax and self.org.tax_id(tax)} | more

    def body(self, *lines: Body, **more: Any) -> Body:
        whom = {f"{self.side.contact}_id": self.contact}
        return whom | {"date": DAY, "line_items": list(lines) or [self.line()]} | more

    def draft(self, *lines: Body, **more: Any) -> Body:
        made: Body = self.call.ok("POST", f"/{self.side.orders}", self.body(*lines, **more))[self.side.order]
        return made

    def agreed(self, *lines: Body, **more: Any) -> Body:
        return self.act(self.draft(*lines, **more), self.side.agree)

    def path(self, order: Body) -> str:
        return f"/{self.side.orders}/{order[self.side.own_id]}"

    def act(self, order: Body, word: str, body: Any = None) -> Body:
        now: Body = self.call.ok("POST", f"{self.path(order)}/{word}", body)[self.side.order]
        return now

    def put(self, order: Body, **changes: Any) -> Body:
        now: Body = self.call.ok("PUT", self.path(order), changes)[self.side.order]
        return now

    def again(self, order: Body) -> Body:
        now: Body = self.call.ok("GET", self.path(order))[self.side.order]
        return now

    def part(self, order: Body, *quantities: Any) -> list[Body]:
        """A body's lines: so much of each line of the order, None for none of it."""
        pairs = zip(order["line_items"], quantities, strict=False)
        return [
            {"line_item_id": line["line_item_id"], "quantity": quantity}
            for line, quantity in pairs
            if quantity is not None
        ]

    def convert(self, order: Body, *quantities: Any, **more: Any) -> Body:
        """Carry out a part of an order, or without quantities what is open; what was made of it."""
        body = {"date": DAY, **({"line_items": self.part(order, *quantities)} if quantities else {})} | more
        made: Body = self.call.ok("POST", f"{self.path(order)}/{self.side.convert}", body)[self.side.noun]
        return made

    def refused(self, order: Body, word: str, body: Any = None) -> tuple[int, str, str | None]:
        return self.call.refused("POST", f"{self.path(order)}/{word}", body)

    def made_path(self, made: Body) -> str:
        return f"/{self.side.made}/{made[f'{self.side.noun}_id']}"

    def stands(self, order: Body) -> tuple[str, list[Decimal]]:
        """The status, and how much of each line is carried out."""
        now = self.again(order)
        return now["status"], [line[self.side.counted] for line in now["line_items"]]

    def told(self, of: str) -> list[tuple[str | None, str | None]]:
        """(activity, webhook) of every event on documents of a kind, in order."""
        entity = kind_of(of).noun.upper()
        with self.org._engine.store.read(self.org._key) as session:
            rows = session.find(EVENTS, ascending=True)
        return [(row["action"], row["event_type"]) for row in rows if row["entity_type"] == entity]
