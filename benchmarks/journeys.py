"""Round trips and statements of each kind of request: `python -m benchmarks.journeys`.

A journey is one exchange with PostgreSQL, however many statements it carries. Everything is asked
once before it is counted, so that what is kept in memory is there.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from benchmarks.scratch import scratch
from benchmarks.shop import Shop

DAY = "2026-05-19"
CHANGES = ("INSERT", "UPDATE", "DELETE")
BESIDE = "finz_limits"


class Count(NamedTuple):
    """What one request asked of the database."""

    journeys: int
    to_write: int
    """The journeys of its unit of work that take a lock, or carry a change: rate counters are beside."""
    statements: int


class Noted:
    """What a store sends from now on, journey by journey."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.seen: dict[int, list[str]] = {}
        store.trace(lambda text: self.seen.setdefault(store.journeys, []).append(text))

    def take(self) -> Count:
        """What there was since the last time."""
        seen, self.seen = self.seen, {}
        to_write = sum(any(map(_writes, texts)) for texts in seen.values())
        return Count(len(seen), to_write, sum(map(len, seen.values())))


def _writes(text: str) -> bool:
    changes = text.lstrip().upper().startswith(CHANGES) and BESIDE not in text
    return changes or text.endswith("FOR UPDATE")


Ask = Callable[[str, str, str, Any], Any]


def _kinds(shop: Shop, ask: Ask) -> None:
    """A request of each kind, one after the other."""
    customer = shop.customer()
    bodies = {lines: shop.invoice(lines, customer) for lines in (1, 10)}
    ask("GET /whoami", "GET", "/whoami", None)
    ask("POST /contacts", "POST", "/contacts", {"contact_name": "Asha Stores"})
    made = ask("POST /invoices, 1 line, approved", "POST", "/invoices", bodies[1])["invoice"]
    ask("POST /invoices, 10 lines, approved", "POST", "/invoices", bodies[10])
    ask("POST /bulk/invoices, 50 of 1 line", "POST", "/bulk/invoices", {"invoices": [bodies[1]] * 50})
    ask("GET one invoice", "GET", f"/invoices/{made['invoice_id']}", None)
    ask("GET a list of 50 invoices", "GET", "/invoices?per_page=50", None)
    total = str(made["total"])
    receipt = {
        "flow": "INCOMING",
        "contact_id": customer,
        "date": DAY,
        "amount": total,
        "mode": "UPI",
        "allocations": [{"invoice_id": made["invoice_id"], "amount": total}],
    }
    ask("POST /payments, applied to 1 invoice", "POST", "/payments", receipt)
    ask("GET the trial balance", "GET", f"/reports/trial_balance?as_of_date={DAY}", None)
    wire = shop.org.accounts.list(per_page=200)
    key = next(one["account_id"] for one in wire if one["account_type"] == "ACCOUNTS_RECEIVABLE")
    span = f"from_date={DAY}&to_date={DAY}"
    ask("GET a ledger page of 50", "GET", f"/reports/ledger?account_id={key}&{span}&limit=50", None)
    ask("GET a customer's statement", "GET", f"/reports/customer_ledger?contact_id={customer}&{span}", None)
    draft = shop.org.invoices.create(**bodies[1] | {"auto_approve": False})
    changed = bodies[1] | {"auto_approve": None, "date": "2026-05-20"}
    ask("PUT a draft of 1 line", "PUT", f"/invoices/{draft['invoice_id']}", changed)
    sold = shop.org.invoices.create(**bodies[1])
    ask("POST /invoices/…/void", "POST", f"/invoices/{sold['invoice_id']}/void", {"reason": "Entered twice"})


def counts(shop: Shop) -> dict[str, Count]:
    """What each kind of request asks of the database."""
    noted = Noted(shop.engine.store)
    told: dict[str, Count] = {}

    def ask(title: str, method: str, path: str, body: Any) -> Any:
        said = {name: value for name, value in (body or {}).items() if value is not None}
        request = shop.request(method, path, said or None)
        noted.take()
        answer = shop.ask(request).json()
        told[title] = noted.take()
        return answer

    _kinds(shop, ask)
    _kinds(shop, ask)
    shop.engine.store.trace(None)  # type: ignore[attr-defined]
    return told


def table(told: dict[str, Count]) -> Iterator[str]:
    """A row each, as Markdown."""
    yield "| request | journeys | of them to write | statements |\n|---|---|---|---|"
    for title, count in told.items():
        yield f"| {title} | {count.journeys} | {count.to_write or ''} | {count.statements} |"


def main() -> None:
    with scratch(durable=False) as server:
        if server is not None:
            with Shop(server.address(server.new())) as shop:
                print("\n".join(table(counts(shop))))


if __name__ == "__main__":
    main()
