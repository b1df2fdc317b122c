"""The resources, each a module that is imported when it is first used."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from finzcore.ports import Table

if TYPE_CHECKING:
    from finzcore.books.resource import Resource

FOUNDATIONS: Final = (
    "head",
    "journal",
    "history",
    "numbers",
    "idempotency",
    "access",
    "due",
    "oauth.tables",
    "files",
    "strays",
    "chores.overdue",
    "mail.queue",
    "webhooks.tables",
    "vault",
    "papers.lines",
    "papers.drafts",
    "papers.settlement",
)
"""The modules of `finzcore.books` that declare tables of their own."""

RESOURCES: Final = (
    "whoami",
    "companies",
    "organizations",
    "connections",
    "branches",
    "accounts",
    "taxes",
    "currencies",
    "cost_centers",
    "salespersons",
    "exchange_rates",
    "bank_accounts",
    "contacts",
    "items",
    "estimates",
    "sales_orders",
    "purchase_orders",
    "invoices",
    "bills",
    "credit_notes",
    "debit_notes",
    "payments",
    "expenses",
    "journals",
    "recurring",
    "reports",
    "consolidated",
    "filings",
    "attachments",
    "comments",
    "activity",
    "events",
    "bulk",
    "webhooks.endpoints",
    "webhooks.events",
    "webhooks.deliveries",
)
"""One line per resource, in the order in which their tables are made. A dot stands between two segments."""


@cache
def resource(name: str) -> "Resource":
    """The declaration of a resource."""
    declared: Resource = import_module(f"finzcore.books.resources.{name}").RESOURCE
    return declared


def table_of(name: str) -> Table:
    """The table of a resource that keeps rows of its own."""
    table = resource(name).table
    assert table is not None, f"{name} keep no rows"
    return table


def resources() -> Iterator["Resource"]:
    """Every resource."""
    return map(resource, RESOURCES)


def subjects() -> int:
    """How many modules may declare tables: the first part of the books' edition."""
    return len(FOUNDATIONS) + len(RESOURCES)


def tables() -> Mapping[str, Sequence[Table]]:
    """Every declared table, by the module that declares it."""
    return {
        **{name: import_module(f"finzcore.books.{name}").TABLES for name in FOUNDATIONS},
        **{name: resource(name).tables for name in RESOURCES},
    }
