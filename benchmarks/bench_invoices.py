"""POST /invoices, approved, through `handle`, against the same rows in plain `sqlite3`."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.floor import Floor
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.shop import Shop

BUDGETS = (("relaxed", 4.0), ("full", 2.5))
CALLS, EACH = 900, 15


def statements(shop: Shop, body: dict[str, Any]) -> Iterator[str]:
    """How many statements each kind of request makes, transaction control included."""
    seen: list[str] = []
    shop.engine.store.trace(seen.append)  # type: ignore[attr-defined]

    def ask(label: str, method: str, path: str, content: Any = None) -> Any:
        seen.clear()
        answer = shop.ask(shop.request(method, path, content)).json()
        kinds = Counter(text.split(None, 1)[0].upper() for text in seen if not text.startswith("--"))
        shown = ", ".join(f"{count} {word}" for word, count in kinds.most_common())
        told.append(f"  {label:<26} {sum(kinds.values()):3}   {shown}")
        return answer

    told = ["Statements per request (each row of a multi-row insert counts):"]
    ask("POST /contacts", "POST", "/contacts", {"contact_name": "Benchmark"})
    invoice = ask("POST /invoices, 10 lines", "POST", "/invoices", body)["invoice"]
    ask("GET one invoice", "GET", f"/invoices/{invoice['invoice_id']}")
    ask("GET a list of invoices", "GET", "/invoices?per_page=50")
    total = str(invoice["total"])
    receipt = {
        "flow": "INCOMING",
        "contact_id": body["customer_id"],
        "date": "2026-05-20",
        "amount": total,
        "mode": "UPI",
        "allocations": [{"invoice_id": invoice["invoice_id"], "amount": total}],
    }
    ask("POST /payments, 1 invoice", "POST", "/payments", receipt)
    ask("GET the trial balance", "GET", "/reports/trial_balance?as_of_date=2026-05-31")
    ask("GET /whoami", "GET", "/whoami")
    shop.engine.store.trace(None)  # type: ignore[attr-defined]
    yield from told


def ratios(effort: Effort) -> Iterator[Ratio]:
    """One line and ten, relaxed and full."""
    for durability, budget in BUDGETS:
        for lines in (1, 10):
            with tempfile.TemporaryDirectory() as folder, Shop(Path(folder) / "books.db", durability) as shop:
                body = shop.invoice(lines, shop.customer())
                sent = json.dumps(body).encode()  # spelling it is the client's work
                post = lambda shop=shop, sent=sent: shop.ask(shop.request("POST", "/invoices", sent))  # noqa: E731
                post()
                floor = Floor(Path(folder) / "floor.db", shop.path, durability)
                taken = medians(post, floor, **effort.turns(CALLS, EACH))
                floor.db.close()
                yield Ratio(f"POST /invoices, {lines} line(s), approved, {durability}", *taken, budget)
                if (durability, lines) == ("relaxed", 10):
                    print("\n".join(statements(shop, body)))
                assert shop.engine.verify() == []


if __name__ == "__main__":
    main(ratios)
