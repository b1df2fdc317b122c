"""POST /invoices, approved, through `handle`, against the same rows in plain `sqlite3`."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import finzcore
from benchmarks.floor import Floor
from benchmarks.measure import medians, report
from finzcore.api import Request
from finzcore.settings import Settings

LIMITS = {"DEFAULT": 10**9, "PARTNER": 10**9}


def books(path: Path, durability: Any) -> tuple[finzcore.Engine, finzcore.Org, dict[str, str]]:
    engine = finzcore.open(str(path), settings=Settings(durability=durability, rate_limits=LIMITS))
    org = engine.create_org(name="Acme Traders", state="IN-KA", gstin="29AAPFU0939F1ZR")
    token = engine.mint_pat(org_id=org.org_id).token
    return engine, org, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def body_of(org: finzcore.Org, lines: int) -> bytes:
    customer = org.contacts.create(contact_name="Asha Stores", gst_no="29AAPFU0939F1ZR", payment_terms=30)
    items = [
        org.items.create(item_name=f"Item {n}", rate=100 + n, tax_id=org.tax_id("GST 18%"), hsn_or_sac="9401")
        for n in range(lines)
    ]
    body = {
        "customer_id": customer["contact_id"],
        "date": "2026-05-19",
        "place_of_supply": "IN-KA",
        "auto_approve": True,
        "line_items": [{"item_id": item["item_id"], "quantity": 2} for item in items],
    }
    return json.dumps(body).encode()


def poster(engine: finzcore.Engine, headers: dict[str, str], body: bytes) -> Callable[[], None]:
    count = 0

    def post() -> None:
        nonlocal count
        count += 1
        request = Request(
            "POST",
            "/api/public/v1/invoices",
            headers={**headers, "Idempotency-Key": f"bench-{count}"},
            body=body,
        )
        response = engine.handle(request)
        assert response.status == 201, response.body

    return post


def statements(engine: finzcore.Engine, org: finzcore.Org, headers: dict[str, str], body: bytes) -> None:
    """How many statements each kind of request makes, transaction control included."""
    seen: list[str] = []
    engine.store.trace(seen.append)  # type: ignore[attr-defined]

    def ask(label: str, method: str, path: str, content: Any = None) -> Any:
        nonlocal number
        number += 1
        seen.clear()
        raw = content if isinstance(content, bytes) else json.dumps(content).encode() if content else b""
        sent = {**headers, "Idempotency-Key": f"statements-{number}"}
        response = engine.handle(Request(method, f"/api/public/v1{path}", headers=sent, body=raw))
        assert response.status < 300, response.body
        kinds = Counter(text.split(None, 1)[0].upper() for text in seen if not text.startswith("--"))
        shown = ", ".join(f"{count} {word}" for word, count in kinds.most_common())
        print(f"  {label:<26} {sum(kinds.values()):3}   {shown}")
        return response.json()

    number = 0
    print("Statements per request (each row of a multi-row insert counts):")
    customer = json.loads(body)["customer_id"]
    ask("POST /contacts", "POST", "/contacts", {"contact_name": "Benchmark"})
    invoice = ask("POST /invoices, 10 lines", "POST", "/invoices", body)["invoice"]
    ask("GET one invoice", "GET", f"/invoices/{invoice['invoice_id']}")
    ask("GET a list of invoices", "GET", "/invoices?per_page=50")
    total = str(invoice["total"])
    receipt = {
        "flow": "INCOMING",
        "contact_id": customer,
        "date": "2026-05-20",
        "amount": total,
        "mode": "UPI",
        "allocations": [{"invoice_id": invoice["invoice_id"], "amount": total}],
    }
    ask("POST /payments, 1 invoice", "POST", "/payments", receipt)
    ask("GET the trial balance", "GET", "/reports/trial_balance?as_of_date=2026-05-31")
    ask("GET /whoami", "GET", "/whoami")
    engine.store.trace(None)  # type: ignore[attr-defined]


def main() -> None:
    for durability, budget in (("relaxed", 5.0), ("full", 5.0)):
        for lines in (1, 10):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "books.db"
                engine, org, headers = books(path, durability)
                body = body_of(org, lines)
                post = poster(engine, headers, body)
                post()
                post()
                floor = Floor(Path(folder) / "floor.db", path, durability)
                ours, bare = medians(post, floor)
                report(f"POST /invoices, {lines} line(s), approved, {durability}", ours, bare, budget)
                if (durability, lines) == ("relaxed", 10):
                    statements(engine, org, headers, body)
                assert engine.verify() == []
                engine.close()


if __name__ == "__main__":
    main()
