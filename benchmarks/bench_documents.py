"""A bill, an expense, a payment with five allocations: each against an invoice of as many lines.

All are posted as they are made, and go through `handle` with a key. No two bills have the same reference,
as the guard against entering one twice wants it, and no two payments settle the same invoices.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.bench_bulk import TOGETHER
from benchmarks.measure import Effort, Ratio, calls, main, medians
from benchmarks.shop import Shop

BUDGET = 1.5
CALLS, EACH = 450, 15
SETTLED = 5
DAY = "2026-05-20"
_references = count(1)

Do = Callable[[], Any]


def posting(shop: Shop, path: str, body: dict[str, Any]) -> Do:
    """Make a document again and again, each with a reference of its own."""
    head, tail = json.dumps(body | {"reference_number": "REF"}).encode().split(b"REF")
    return lambda: shop.ask(shop.request("POST", path, b"%s%d%s" % (head, next(_references), tail)))


def bill(shop: Shop, sale: dict[str, Any]) -> dict[str, Any]:
    """A bill with the lines of a sale."""
    vendor = shop.org.contacts.create(contact_name="Vasu Timber", contact_type="VENDOR", payment_terms=30)
    rest = {name: value for name, value in sale.items() if name != "customer_id"}
    lines = [line | {"rate": 100} for line in sale["line_items"]]
    return rest | {"vendor_id": vendor["contact_id"], "line_items": lines}


def expense(shop: Shop, lines: int) -> dict[str, Any]:
    """An expense of so many lines, paid in cash."""
    each = {
        "account_id": shop.org.account_id("6010"),
        "amount": 100,
        "tax_id": shop.org.tax_id("GST 18%"),
        "note": "For May",
    }
    cash = next(one["account_id"] for one in shop.org.accounts.list() if one["account_type"] == "CASH")
    return {"date": DAY, "paid_through_account_id": cash, "line_items": [each] * lines}


def settling(shop: Shop, sale: dict[str, Any], times: int) -> Do:
    """Receive a payment for five invoices that nobody has paid yet, so many times at most."""
    bodies = []
    for start in range(0, times * SETTLED, TOGETHER):
        made = shop.org.bulk.invoices([sale] * min(TOGETHER, times * SETTLED - start))["results"]
        bodies += [one["invoice"] for one in made]
    total = bodies[0]["total"]
    sent = [
        json.dumps(
            {
                "flow": "INCOMING",
                "contact_id": sale["customer_id"],
                "date": DAY,
                "amount": str(total * SETTLED),
                "mode": "UPI",
                "allocations": [
                    {"invoice_id": one["invoice_id"], "amount": str(total)}
                    for one in bodies[start : start + SETTLED]
                ],
            }
        ).encode()
        for start in range(0, len(bodies), SETTLED)
    ]
    return lambda: shop.ask(shop.request("POST", "/payments", sent.pop()))


def compared(shop: Shop, effort: Effort, where: str) -> Iterator[Ratio]:
    """Each of them, and an invoice of as many lines, in turn."""
    customer = shop.customer()
    turns = effort.turns(CALLS, EACH)
    for lines in (1, 10):
        sale = shop.invoice(lines, customer)
        made, spent, least = medians(
            posting(shop, "/bills", bill(shop, sale)),
            posting(shop, "/expenses", expense(shop, lines)),
            posting(shop, "/invoices", sale),
            **turns,
        )
        yield Ratio(f"a bill over an invoice, {lines} line(s), {where}", made, least, BUDGET)
        yield Ratio(f"an expense over an invoice, {lines} line(s), {where}", spent, least, BUDGET)
    sale = shop.invoice(SETTLED, customer)
    paid, least = medians(
        settling(shop, shop.invoice(1, customer), calls(**turns)), posting(shop, "/invoices", sale), **turns
    )
    title = f"a payment with {SETTLED} allocations over an invoice of {SETTLED} lines, {where}"
    yield Ratio(title, paid, least, BUDGET)
    assert shop.engine.verify() == []


def ratios(effort: Effort) -> Iterator[Ratio]:
    """In a file, full and relaxed."""
    for durability in ("full", "relaxed"):
        with tempfile.TemporaryDirectory() as folder, Shop(Path(folder) / "books.db", durability) as shop:
            yield from compared(shop, effort, durability)


if __name__ == "__main__":
    main(ratios)
