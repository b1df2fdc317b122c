"""Reports: what the books say, read and never written (`api.md` §5).

Each is a module of `finzcore.books.reports` by its name: what it is asked (`Query`), what it shows (`VIEW`)
and how it is drawn (`draw`). Whoever asks for one waits for no other: a module is imported when its report
is first drawn or described.
"""

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import Any, Final

from finzcore.books.books import Books
from finzcore.books.reports.sources import ITEM, leave_out
from finzcore.books.resource import Operation, Resource
from finzcore.books.views import View

REPORTS: Final = (
    "trial_balance",
    "profit_and_loss",
    "balance_sheet",
    "cash_flow",
    "ar_aging",
    "ap_aging",
    "outstanding_receivables",
    "outstanding_payables",
    "sales_register",
    "purchase_register",
    "day_book",
    "ledger",
    "customer_ledger",
    "vendor_ledger",
    "gstr1",
    "gstr3b",
)

LONG: Final = frozenset({"sales_register", "purchase_register", "day_book", "ledger"})
"""Those that may be as long as the books: their modules say which list it is (`LISTED`)."""

RETURNS: Final = frozenset({"gstr1", "gstr3b"})
"""Those that the portal takes as a file."""


class Lazy(Operation):
    """An operation that is read, some of whose declaration stands in a module that is imported late."""

    def __init__(self, name: str, **more: Any) -> None:
        declared = Operation(name, "GET", f"/{name}", _undrawn, "READ", **more).__dict__
        late = ("run", "query", "answers")
        self.__dict__.update({key: value for key, value in declared.items() if key not in late})


class Report(Lazy):
    """GET a report, under its own name in the path and in the answer."""

    @cached_property
    def module(self) -> Any:
        """Where it is drawn."""
        return import_module(f"finzcore.books.reports.{self.name}")

    @cached_property
    def run(self) -> Callable[..., Any]:
        """How it is drawn, with the sources of its figures where they are asked for."""
        draw = self.module.draw

        def drawn(books: Books, query: Any) -> Any:
            report = draw(books, query)
            if isinstance(report, dict):
                if query.explain:
                    from finzcore.books.reports.following import shown  # few reports are explained

                    return shown(books, self.name, query, report)
                leave_out(report)
            return report

        drawn.__doc__ = draw.__doc__
        return drawn

    @cached_property
    def query(self) -> type:
        """What it is asked."""
        query: type = self.module.Query
        return query

    @cached_property
    def answers(self) -> tuple[tuple[str, View], ...]:
        """What it shows."""
        return ((self.name, self.module.VIEW),)


class Following(Lazy):
    """GET more of a figure's sources."""

    @cached_property
    def module(self) -> Any:
        """Where a trail goes on."""
        return import_module("finzcore.books.reports.following")

    @cached_property
    def run(self) -> Callable[..., Any]:
        """The next items."""
        more: Callable[..., Any] = self.module.more
        return more

    @cached_property
    def query(self) -> type:
        """Which trail."""
        query: type = self.module.SourcesOf
        return query

    answers = (("sources", ITEM),)


def _undrawn(books: Books, query: Any) -> Any:
    raise AssertionError("a report is drawn by its module")


RESOURCE: Final = Resource(
    name="reports",
    noun="report",
    operations=(
        *(Report(name, late=True, long=name in LONG, filed=name in RETURNS) for name in REPORTS),
        Following("sources", listing=True),
    ),
)
