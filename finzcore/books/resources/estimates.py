"""Estimates: what a customer is offered, and may accept (`api.md` §4.9)."""

from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.pages import Listing, between, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.converting import ordered
from finzcore.books.papers.header import (
    LINE_ITEMS,
    Header,
    Numbered,
    extras,
    header_columns,
    line_items,
    place_of_supply,
)
from finzcore.books.papers.kind import PaperKind, told_of
from finzcore.books.papers.mailing import emailed
from finzcore.books.papers.proposals import Proposals, not_before, nothing_left
from finzcore.books.printing.operation import printed
from finzcore.books.resource import Page, Resource, action, browse, change, create, delete, fetch
from finzcore.books.shapes import Fault, choice, day, mention, shape, text
from finzcore.documents.lifecycle import ESTIMATE as LIFE
from finzcore.errors import Duplicate
from finzcore.ledger.series import LONGEST_OTHER
from finzcore.ports import Condition, Index, Row, Table, integer
from finzcore.ports import day as day_column
from finzcore.ports import text as text_column


@shape
class NewEstimate(Numbered, Header):
    """An estimate as it is written; what it says is good until `expiry_date`."""

    customer_id: int = mention("ct_", "contacts", "Customer", required=True, also=("contact_id",))
    date: str = day(required=True)
    expiry_date: str | None = day()
    place_of_supply: str | None = place_of_supply(required=False)
    line_items: tuple[Any, ...] = line_items()
    estimate_number: str | None = text(LONGEST_OTHER)

    def faults(self) -> Iterator[Fault]:
        """An estimate does not expire before its date."""
        return not_before(self.date, self.expiry_date, "expiry_date", "expiry date")


@shape
class ChangedEstimate(NewEstimate):
    """An estimate as it is changed: also sent, declined or cancelled, by its status."""

    status: str | None = choice("DRAFT", "SENT", "DECLINED", "CANCELLED")


ESTIMATES: Final = Table(
    name="estimates",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        day_column("date"),
        day_column("expiry_date", null=True),
        *header_columns("customer"),
        integer("converted_to_sales_order_id", null=True),
    ),
    indexes=(
        Index(name="estimates_customer", columns=("customer_id", "id")),
        Index(name="estimates_date", columns=("date", "id")),
        Index(name="estimates_status", columns=("status", "id")),
        Index(name="estimates_reference", columns=("reference_number", "id"), present=("reference_number",)),
    ),
)
"""It is posted nowhere: `booked` stays nothing and `entry` null."""

VIEW: Final = views.View(
    views.ident("estimate_id", "est_", "id"),
    views.text("estimate_number", "number"),
    views.ident("customer_id", "ct_"),
    views.text("customer_name"),
    views.day("date"),
    views.day("expiry_date"),
    views.text("reference_number"),
    views.text("place_of_supply"),
    views.text("currency_code"),
    views.number("exchange_rate", 8),
    LINE_ITEMS,
    views.amount("sub_total"),
    views.amount("tax_total"),
    views.amount("total"),
    views.text("status"),
    views.text("notes"),
    views.ident("converted_to_sales_order_id", "so_"),
    *views.CREATED,
    *extras(posted=False),
)

KIND: Final = PaperKind(
    of="estimates",
    noun="estimate",
    table=ESTIMATES,
    life=LIFE,
    who="customer",
    left="",
    rest=nothing_left,
    told=told_of("est_"),
)

PROPOSALS: Final = Proposals(
    kind=KIND,
    shape=NewEstimate,
    view=VIEW,
    verbs={"accept": "ACCEPTED", "decline": "DECLINED", "convert": "CONVERTED"},
    links=("converted_to_sales_order_id",),
)


@shape
class EstimateList(Listing):
    """Which estimates are wanted."""

    status: str | None = choice("DRAFT", "SENT", "ACCEPTED", "CONVERTED", "DECLINED", "CANCELLED")
    customer_id: Any = mention("ct_", "contacts", "Customer")
    branch_id: Any = mention("br_", "branches", "Branch")
    date_from: str | None = day()
    date_to: str | None = day()
    reference_number: str | None = text(100)
    search: str | None = text(200)


def listing(books: Books, query: EstimateList) -> Page:
    """Estimates, newest first."""
    where = equal(query, "status", "customer_id", "branch_id", "reference_number")
    where += between(query.date_from, query.date_to)
    if query.search is not None:
        where.append(Condition("search", "like", query.search.casefold()))
    return draw_page(books, ESTIMATES, query, where, shown=PROPOSALS.shown)


def convert(books: Books, row: Row) -> Row:
    """Make it a sales order, which is confirmed and has the same lines."""
    return ordered(books, PROPOSALS, row)


def converted(result: Row) -> str:
    """What is said of one that became a sales order."""
    return f"The estimate has been converted to sales order {result['sales_order']}."


RESOURCE: Final = Resource(
    name="estimates",
    noun="estimate",
    prefix="est_",
    table=ESTIMATES,
    view=VIEW,
    operations=(
        browse(listing, EstimateList),
        fetch(PROPOSALS.one),
        create(PROPOSALS.add, NewEstimate, refuses=(Duplicate,)),
        change(PROPOSALS.amend, ChangedEstimate),
        action("accept", PROPOSALS.doing("accept", "The customer takes the offer."), done="accepted"),
        action("convert", convert, done="converted", message=converted),
        emailed(KIND),
        delete(PROPOSALS.remove),
        printed("estimates"),
    ),
)
