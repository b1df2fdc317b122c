"""What benchmarks measure with: one organisation that sells, and the requests of its one client."""

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import finzcore
from finzcore.api import Request, Response
from finzcore.settings import Settings

LIMITS = {"DEFAULT": 10**9, "PARTNER": 10**9}
BASE = "/api/public/v1"


class Shop:
    """Acme Traders, open; made when there are no books at `target` yet. Close it, or use ``with``.

    `path` is the file, when that is where they are; `new` makes another Acme Traders beside the first.
    """

    def __init__(self, target: Path | str, durability: Any = "relaxed", *, new: bool = False) -> None:
        self.target = str(target)
        self.path = Path(target)
        self.durability = durability
        settings = Settings(durability=durability, rate_limits=LIMITS)
        self.engine = finzcore.open(self.target, settings=settings)
        known = [] if new else self.engine.orgs()
        self.org = (
            known[0]
            if known
            else self.engine.create_org(name="Acme Traders", state="IN-KA", gstin="29AAPFU0939F1ZR")
        )
        self.token = self.engine.mint_pat(org_id=self.org.org_id).token
        self.headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self._sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.engine.close()

    def customer(self, name: str = "Asha Stores") -> str:
        """A new customer's id."""
        made = self.org.contacts.create(contact_name=name, gst_no="29AAPFU0939F1ZR", payment_terms=30)
        key: str = made["contact_id"]
        return key

    def invoice(self, lines: int, customer: str, date: str = "2026-05-19") -> dict[str, Any]:
        """The body of an invoice of new items, approved as it is made."""
        tax = self.org.tax_id("GST 18%")
        items = [
            self.org.items.create(item_name=f"Item {n}", rate=100 + n, tax_id=tax, hsn_or_sac="9401")
            for n in range(lines)
        ]
        return {
            "customer_id": customer,
            "date": date,
            "place_of_supply": "IN-KA",
            "auto_approve": True,
            "line_items": [{"item_id": item["item_id"], "quantity": 2} for item in items],
        }

    def request(self, method: str, path: str, body: Any = None) -> Request:
        """A request with a key of its own; `body` is what JSON can say, or bytes."""
        self._sent += 1
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = {**self.headers, "Idempotency-Key": f"bench-{self._sent}"} if raw else self.headers
        return Request(method, f"{BASE}{path}", headers=headers, body=raw)

    def ask(self, request: Request) -> Response:
        """The answer, which must not be a refusal."""
        response = self.engine.handle(request)
        assert response.status < 300, response.body
        return response

    def head(self) -> tuple[int, str]:
        """How many entries there are, and the hash of the last: books that agree in it agree in all."""
        anchor = self.engine.export_head(self.org.org_id)
        return anchor["entry_seq"], anchor["entry_hash"]
