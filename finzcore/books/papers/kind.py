"""A kind of document, declared: what invoices, notes, payments and what follows differ in.

    KIND = PaperKind(of="invoices", noun="invoice", table=INVOICES, life=LIFE, left="balance", ...)

What is the same in all of them (telling events, settling, using, giving back) is written once
against the declaration, in the modules beside this one; a resource file holds what is its own.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, Literal

from finzcore.books import history, views
from finzcore.books.books import Books
from finzcore.books.registry import RESOURCES
from finzcore.declared import declared
from finzcore.documents.lifecycle import Life
from finzcore.documents.posted import Paper
from finzcore.ledger.source import Source
from finzcore.ports import Row, Table


def kept_status(books: Books, kind: "PaperKind", row: Row) -> str:
    """The status as it is kept."""
    status: str = row["status"]
    return status


@declared
class Uses:
    """Of a kind that settles documents: the columns that count what was used of it, and the column
    of a document that counts what it was settled with by this kind."""

    applied: str
    refunded: str
    counts_as: Literal["payment_made", "credits_applied"]


@declared
class PaperKind:
    """One kind of document."""

    of: str
    """The name of its resource."""
    noun: str
    table: Table
    life: Life
    who: Literal["customer", "vendor", "contact"]
    """What it calls its contact: the first half of the columns about it."""
    left: str
    """The key under which answers show what is still due on it, or waits to be used."""
    rest: Callable[[Row], int]
    """That figure, in paise."""
    told: views.View
    """What a webhook says of it (`api.md` §6.2)."""
    source: Source | None = None
    """Where its entries come from, if it has any."""
    shown_status: Callable[[Books, "PaperKind", Row], str] = kept_status
    """How the status that a client sees follows from what is kept."""
    settles: tuple[str, ...] = ("PARTIALLY_PAID", "PAID")
    """The webhooks that tell of its settlement (`api.md` §6.4)."""
    means: Mapping[str, Paper] = MappingProxyType({})
    """What it means in the books, if that follows from its lines: by its type, where it has types."""
    uses: Uses | None = None
    """How it settles others, if it does."""

    @property
    def label(self) -> str:
        """What sentences call it."""
        return self.noun.replace("_", " ")

    def status(self, books: Books, row: Row) -> str:
        """The status as a client sees it."""
        return self.shown_status(books, self, row)

    @property
    def number_field(self) -> str:
        """The field of its number."""
        return f"{self.noun}_number"

    @property
    def contact(self) -> str:
        """The column of its contact."""
        return f"{self.who}_id"

    @property
    def priced(self) -> bool:
        """Whether it has a header of terms, and totals that follow from them and from its lines."""
        return any(column.name == "discount_given" for column in self.table.columns)

    def meaning(self, row: Row) -> Paper:
        """What a document of this kind means in the books."""
        return self.means[row.get("type", "")]

    def sells(self, row: Row) -> bool:
        """Whether a document is about something we sell; otherwise we buy it."""
        if "type" in row:
            return bool(row["type"] == "CUSTOMER")
        return self.who == "customer"

    @property
    def as_source(self) -> Uses:
        """Its columns as something that settles; only payments and notes do."""
        assert self.uses is not None, f"{self.of} settle nothing"
        return self.uses

    def tell(
        self,
        books: Books,
        row: Row,
        action: str | None,
        event: str | None,
        changes: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep an event: `action` is its verb in the activity log, `event` that of its webhook."""
        entity = self.noun.upper()
        history.record(
            books,
            entity,
            row["id"],
            action=action and f"{entity}_{action}",
            event=event and f"{entity}_{event}",
            ref=row["number"],
            changes=changes,
            data=self._said(books, row),
        )

    def tell_whole(self, books: Books, row: Row) -> None:
        """Let the events of this document say what it came to in the end: what was kept of them was told
        before all of it was known."""
        history.complete(books, self.noun.upper(), row["id"], self._said(books, row))

    def _said(self, books: Books, row: Row) -> str:
        return self.told.json(_BARE | row | {"shown_status": self.status(books, row)}, books.org_id)


_BARE: Final = {"allocations": ()}
"""What is not in a row, and is nothing unless somebody says otherwise."""


@cache
def kind_of(of: str) -> PaperKind:
    """The kind of document that a resource declares."""
    found: PaperKind = import_module(f"finzcore.books.resources.{of}").KIND
    return found


@cache
def kinds() -> tuple[PaperKind, ...]:
    """Every kind of document."""
    modules = [import_module(f"finzcore.books.resources.{name}") for name in RESOURCES]
    return tuple(module.KIND for module in modules if hasattr(module, "KIND"))


def told_of(prefix: str, who: Literal["customer", "vendor"] = "customer") -> views.View:
    """What a webhook says of a document to a customer or of a vendor."""
    return views.View(
        views.ident("id", prefix),
        views.text("number"),
        views.ident(f"{who}_id", "ct_"),
        views.amount("total"),
        views.text("status", "shown_status"),
    )
