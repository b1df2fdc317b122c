"""The machine: thousands of steps of business beside the model, on a file and in a database."""

import re
import sys
from collections import Counter
from contextlib import ExitStack
from typing import Any, ClassVar

import pytest

import finzcore
from finzcore.api.http import Response
from finzcore.testing import BooksMachine
from finzcore.testing.stage import Stage
from tests.engines import Place, on_postgres, on_sqlite
from tests.machines import SEED, Bought, Carried, Kept, run

FIRST = SEED + 6
"""A seed with which one round finds a way to everything."""
STEPS = 2000
REPORTS = 4000
"""So many are held against documents, against entries, and against what they were."""
STEPS_IN_A_DATABASE = 250


class Counted(Stage):
    """A machine that counts its steps, and what was answered to what, with its books where it is told."""

    taken: ClassVar[Counter[str]] = Counter()
    places: ClassVar[list[Place]] = []

    def __init__(self) -> None:
        self._lent = ExitStack()
        self._target = self._lent.enter_context(self.places[0]())
        super().__init__()

    def open_books(self, target: str) -> finzcore.Engine:
        return super().open_books(self._target)

    def send(self, method: str, path: str, body: Any, key: str | None) -> Response:
        response = super().send(method, path, body, key)
        what = re.sub(r"/[a-z_]*[0-9a-f-]{32,}", "", path)
        self.taken[f"{method} {what} {'done' if response.status < 300 else 'refused'}"] += 1
        return response

    def teardown(self) -> None:
        self.taken["steps"] += self.steps
        self.taken["reports"] += self.reports_drawn
        super().teardown()
        self._lent.close()


class CountedBooks(Counted, BooksMachine):
    """All of business."""


class CountedBought(Counted, Bought):
    """Both sides of notes and of money."""


class CountedCarried(Counted, Carried):
    """Both sides of orders."""


class CountedKept(Counted, Kept):
    """Expenses, entries by hand, and what comes by itself."""


BOTH = {
    "/contacts": ("done",),
    "/items": ("done",),
    "/invoices": ("done", "refused"),
    "/invoices/approve": ("done", "refused"),
    "/invoices/void": ("done", "refused"),
    "/bills": ("done", "refused"),
    "/bills/approve": ("done", "refused"),
    "/bills/void": ("done", "refused"),
    "/payments": ("done", "refused"),
    "/payments/apply": ("done", "refused"),
    "/payments/void": ("done", "refused"),
    "/credit_notes": ("done", "refused"),
    "/credit_notes/void": ("done", "refused"),
    "/credit_notes/apply-to-invoice": ("done", "refused"),
    "/credit_notes/apply-to-bill": ("done",),
    "/debit_notes": ("done",),
    "/debit_notes/void": ("done", "refused"),
    "/estimates": ("done",),
    "/estimates/accept": ("done",),
    "/estimates/convert": ("done", "refused"),
    "/sales_orders": ("done",),
    "/sales_orders/confirm": ("done", "refused"),
    "/sales_orders/convert-to-invoice": ("done", "refused"),
    "/purchase_orders": ("done",),
    "/purchase_orders/issue": ("done", "refused"),
    "/purchase_orders/convert-to-bill": ("done", "refused"),
    "/expenses": ("done", "refused"),
    "/journals": ("done", "refused"),
    "/bulk/invoices": ("done",),
    "/bulk/bills": ("done",),
    "/recurring": ("done",),
    "/filings": ("done", "refused"),
}
WAYS = [f"POST {path} {end}" for path, ends in BOTH.items() for end in ends] + [
    "PUT /invoices done", "PUT /invoices refused", "DELETE /invoices done", "DELETE /invoices refused",
    "PUT /bills done", "PUT /bills refused", "DELETE /bills done", "DELETE /bills refused",
    "PUT /estimates done", "DELETE /estimates done", "PUT /sales_orders done", "DELETE /sales_orders done",
    "PUT /purchase_orders done", "DELETE /purchase_orders done", "PUT /expenses done",
    "DELETE /expenses done", "DELETE /journals done", "DELETE /recurring done",
]  # fmt: skip
"""What is done or refused at some time in those thousands of steps."""


@pytest.fixture
def counted(new_place: Place) -> type[Counted]:
    """The machines, with nothing counted yet."""
    Counted.taken.clear()
    Counted.places = [new_place]
    return Counted


@on_postgres
def test_hundreds_of_steps_in_a_database_leave_books_that_agree_with_the_model(
    counted: type[Counted],
) -> None:
    run(CountedBooks, examples=4, steps=50)
    run(CountedBought, examples=2, steps=40)
    run(CountedCarried, examples=2, steps=40)
    assert STEPS_IN_A_DATABASE <= counted.taken["steps"]


@on_sqlite  # where a step takes a fraction of the time
def test_thousands_of_steps_leave_books_that_verify_and_agree_with_the_model(
    counted: type[Counted],
) -> None:
    for more in range(4):
        run(CountedBooks, examples=20, steps=60, first=FIRST + more)
        for narrow in (CountedBought, CountedCarried, CountedKept):
            run(narrow, examples=8, steps=60, first=FIRST + more)
        sys.stdout.write(f"through seed {FIRST + more}: {dict(sorted(counted.taken.items()))}\n")
        missing = [way for way in WAYS if not counted.taken[way]]
        # With another release of Hypothesis a seed is another run, which may leave a way out.
        if not missing:
            break
    assert STEPS <= counted.taken["steps"]
    assert REPORTS <= counted.taken["reports"]
    assert [] == missing
