"""Whether anything slows down as the books grow: 20,000 invoices against 2,000.

Fifty invoices a day, whatever the size; the customer whose statement is drawn has twenty, spread
over all of the time.
"""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.fill import FIRST
from benchmarks.floor import copied
from benchmarks.measure import Effort, Ratio, main, medians
from benchmarks.shop import Shop

SMALL = 2_000
TIMES = 10
PER_DAY = 50
OTHERS = 40
STATEMENT = 20
AT_ONCE = 250
BUDGET = 1.3


class Year:
    """A shop after so many invoices, and what is asked of it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.count = 0
        self.body = shop.invoice(1, shop.customer("Somebody"))
        self.others = [shop.customer(f"Customer {n}") for n in range(OTHERS)]
        self.asha = ""

    def grow(self, count: int) -> None:
        """Invoices up to so many, twenty of them for a customer who is new."""
        self.asha = self.shop.customer("Asha Stores")
        step = max(1, (count - self.count) // STATEMENT)
        while self.count < count:
            with self.shop.org.transaction():
                for number in range(self.count, min(count, self.count + AT_ONCE)):
                    other = self.others[number % OTHERS]
                    whose = self.asha if number % step == step - 1 else other
                    self.shop.org.invoices.create(**self.body | {"customer_id": whose, "date": day(number)})
            self.count = min(count, self.count + AT_ONCE)

    def moved(self, shop: Shop) -> "Year":
        """The same in a copy of the books, wherever that is."""
        year = Year.__new__(Year)
        year.__dict__.update(self.__dict__)
        year.shop = shop
        return year

    def reading(self, path: str) -> Callable[[], Any]:
        """A GET, over and over."""
        request = self.shop.request("GET", path)
        return lambda: self.shop.ask(request)

    def trial_balance(self) -> Callable[[], Any]:
        """As of the last day there is."""
        return self.reading(f"/reports/trial_balance?as_of_date={day(self.count - 1)}")

    def first_page(self) -> Callable[[], Any]:
        """The newest fifty invoices."""
        return self.reading("/invoices?per_page=50")

    def ledger_page(self) -> Callable[[], Any]:
        """Fifty rows of receivables, from the middle on."""
        accounts = self.shop.org.accounts.list(per_page=200)
        key = next(one["account_id"] for one in accounts if one["account_type"] == "ACCOUNTS_RECEIVABLE")
        span = f"from_date={day(self.count // 2)}&to_date={day(self.count - 1)}"
        return self.reading(f"/reports/ledger?account_id={key}&{span}&limit=50")

    def statement(self) -> Callable[[], Any]:
        """All that the customer with twenty invoices was charged."""
        return self.reading(f"/reports/customer_ledger?contact_id={self.asha}&to_date={day(self.count - 1)}")

    def creation(self) -> Callable[[], Any]:
        """One more invoice, on the last day."""
        body = self.body | {"customer_id": self.others[0], "date": day(self.count - 1)}
        return lambda: self.shop.ask(self.shop.request("POST", "/invoices", body))


def day(number: int) -> str:
    """The day of the invoice with that number."""
    return (FIRST + dt.timedelta(days=number // PER_DAY)).isoformat()


QUESTIONS: tuple[tuple[str, Callable[[Year], Callable[[], Any]], int], ...] = (
    ("trial balance", Year.trial_balance, 20),
    ("first page of a list", Year.first_page, 5),
    ("ledger page", Year.ledger_page, 10),
    ("a customer's statement", Year.statement, 20),
    ("POST /invoices", Year.creation, 15),
)


def compared(small: Year, large: Year, effort: Effort, engine: str = "") -> Iterator[Ratio]:
    """Every question, put to large books and to small ones in turn."""
    for title, question, each in QUESTIONS:
        pair = question(large), question(small)
        taken = medians(*pair, **effort.turns(each * 30, each))
        yield Ratio(f"{engine}{title}, {large.count:,} invoices over {small.count:,}", *taken, BUDGET)


def ratios(effort: Effort) -> Iterator[Ratio]:
    """Books that grow tenfold."""
    count = effort.of(SMALL, least=STATEMENT)
    with tempfile.TemporaryDirectory() as folder:
        small = Year(Shop(Path(folder) / "small.db"))
        small.grow(count)
        large = small.moved(Shop(copied(small.shop.path, Path(folder) / "large.db")))
        large.grow(count * TIMES)
        yield from compared(small, large, effort)
        for year in (small, large):
            year.shop.engine.close()


if __name__ == "__main__":
    main(ratios)
