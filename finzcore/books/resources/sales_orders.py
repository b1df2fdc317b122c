"""Sales orders: what a customer has ordered, and is invoiced for in one part or in many (`api.md` §4.10)."""

from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.pages import Listing, between, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.converting import Conversion, NewConversion, reopened
from finzcore.books.papers.header import (
    Header,
    Numbered,
    extras,
    header_columns,
    line_items,
    place_of_supply,
)
from finzcore.books.papers.kind import PaperKind, told_of
from finzcore.books.papers.lines import LINE_OUTS
from finzcore.books.papers.proposals import Proposals, made_ids, not_before, nothing_left
from finzcore.books.printing.operation import printed
from finzcore.books.registry import resource
from finzcore.books.resource import Page, Resource, action, browse, change, create, delete, fetch
from finzcore.books.shapes import Fault, choice, day, mention, shape, text
from finzcore.documents.lifecycle import SALES_ORDER as LIFE
from finzcore.errors import Duplicate
from finzcore.ledger.series import LONGEST_OTHER
from finzcore.ports import Condition, Index, Row, Table, integer
from finzcore.ports import day as day_column
from finzcore.ports import text as text_column

STATUSES: Final = ("DRAFT", "CONFIRMED", "PARTIALLY_INVOICED", "INVOICED", "CANCELLED")


@shape
class NewSalesOrder(Numbered, Header):
    """A sales order as it is written."""

    customer_id: int = mention("ct_", "contacts", "Customer", required=True, also=("contact_id",))
    date: str = day(required=True)
    expected_shipment_date: str | None = day()
    place_of_supply: str | None = place_of_supply(required=False)
    line_items: tuple[Any, ...] = line_items()
    sales_order_number: str | None = text(LONGEST_OTHER)

    def faults(self) -> Iterator[Fault]:
        """Nothing is shipped before it is ordered."""
        return not_before(
            self.date, self.expected_shipment_date, "expected_shipment_date", "expected shipment date"
        )


@shape
class ChangedSalesOrder(NewSalesOrder):
    """A sales order as it is changed: also cancelled, by its status. Lines are those of a draft."""

    status: str | None = choice(*STATUSES)


@shape
class NewInvoiceConversion(NewConversion):
    """What an invoice made from an order is to be; its date goes by the names that an invoice knows."""

    date: str | None = day(also=("invoice_date",))


SALES_ORDERS: Final = Table(
    name="sales_orders",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        day_column("date"),
        day_column("expected_shipment_date", null=True),
        *header_columns("customer"),
        integer("estimate_id", null=True),
    ),
    indexes=(
        Index(name="sales_orders_customer", columns=("customer_id", "id")),
        Index(name="sales_orders_date", columns=("date", "id")),
        Index(name="sales_orders_status", columns=("status", "id")),
        Index(
            name="sales_orders_reference", columns=("reference_number", "id"), present=("reference_number",)
        ),
    ),
)
"""It is posted nowhere: `booked` stays nothing and `entry` null. What is invoiced of it is counted on its
lines, and `status` follows from that."""

VIEW: Final = views.View(
    views.ident("sales_order_id", "so_", "id"),
    views.text("sales_order_number", "number"),
    views.ident("customer_id", "ct_"),
    views.text("customer_name"),
    views.day("date"),
    views.day("expected_shipment_date"),
    views.text("reference_number"),
    views.text("place_of_supply"),
    views.text("currency_code"),
    views.number("exchange_rate", 8),
    views.out(
        "line_items",
        views.Each(views.View(*LINE_OUTS, views.number("quantity_invoiced", column="converted"))),
    ),
    views.amount("sub_total"),
    views.amount("tax_total"),
    views.amount("total"),
    views.text("status"),
    views.ident("estimate_id", "est_"),
    made_ids("invoice_ids", "inv_"),
    views.text("notes"),
    *views.CREATED,
    *extras(posted=False),
)

KIND: Final = PaperKind(
    of="sales_orders",
    noun="sales_order",
    table=SALES_ORDERS,
    life=LIFE,
    who="customer",
    left="",
    rest=nothing_left,
    told=told_of("so_"),
)

PROPOSALS: Final = Proposals(
    kind=KIND,
    shape=NewSalesOrder,
    view=VIEW,
    verbs={"confirm": "CONFIRMED", "cancel": "CANCELLED"},
    links=("estimate_id",),
    out="invoices",
    made="invoice_ids",
    counted="quantity_invoiced",
)

CONVERSION: Final = Conversion(orders=PROPOSALS, noun="invoice", agree="confirm")
_INVOICE: Final = resource("invoices").view
assert _INVOICE is not None, "an invoice is shown"


@shape
class SalesOrderList(Listing):
    """Which sales orders are wanted."""

    status: str | None = choice(*STATUSES)
    customer_id: Any = mention("ct_", "contacts", "Customer")
    branch_id: Any = mention("br_", "branches", "Branch")
    date_from: str | None = day()
    date_to: str | None = day()
    reference_number: str | None = text(100)
    search: str | None = text(200)


def listing(books: Books, query: SalesOrderList) -> Page:
    """Sales orders, newest first."""
    where = equal(query, "status", "customer_id", "branch_id", "reference_number")
    where += between(query.date_from, query.date_to)
    if query.search is not None:
        where.append(Condition("search", "like", query.search.casefold()))
    return draw_page(books, SALES_ORDERS, query, where, shown=PROPOSALS.shown)


def remove(books: Books, row: Row) -> None:
    """Delete one of which nothing is invoiced; the estimate that it came from can be converted again."""
    PROPOSALS.remove(books, row)
    reopened(books, row)


RESOURCE: Final = Resource(
    name="sales_orders",
    noun="sales_order",
    prefix="so_",
    table=SALES_ORDERS,
    view=VIEW,
    operations=(
        browse(listing, SalesOrderList),
        fetch(PROPOSALS.one),
        create(PROPOSALS.add, NewSalesOrder, refuses=(Duplicate,)),
        change(PROPOSALS.amend, ChangedSalesOrder),
        action(
            "confirm",
            PROPOSALS.doing("confirm", "The order stands: it will be carried out."),
            done="confirmed",
        ),
        action(
            "convert-to-invoice",
            CONVERSION.run,
            NewInvoiceConversion,
            done="converted to an invoice",
            answers=(("sales_order", VIEW), ("invoice", _INVOICE)),
            refuses=(Duplicate,),
        ),
        delete(remove),
        printed("sales_orders"),
    ),
)
