"""What `verify` asks of orders: that they are carried out as far as they say, and by what names them."""

from collections.abc import Iterator
from typing import Final

from finzcore.books.problem import Problem, problem
from finzcore.money import plain
from finzcore.ports import Session

CHECK: Final = "order.differs"
_ORDERS: Final = ("sales_orders", "purchase_orders")


def check_orders(session: Session) -> Iterator[Problem]:
    """What is counted on the lines of an order is what its standing invoices or bills carry out, and its
    status follows from that; each of those has its order, and an estimate and the order that it became
    name each other."""
    for of in _ORDERS:
        for row in session.ask(f"checks_orders.{of}_lines"):
            expected, found = plain(row["expected"], 6), plain(row["found"], 6)
            yield problem(session, CHECK, row["place"], expected, found)
    named = [f"{of}_{name}" for of in _ORDERS for name in ("stray", "gone", "status")]
    for statement in (*named, "linked", "made_from"):
        for row in session.ask(f"checks_orders.{statement}"):
            yield problem(session, CHECK, row["place"], row["expected"], row["found"])
