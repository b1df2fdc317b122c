"""Purchase orders: what is ordered from a vendor, and billed in one part or in many (`api.md` §4.10)."""

from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.pages import Listing, between, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.converting import Conversion, NewConversion
from finzcore.books.papers.header import (
    INWARD_COLUMNS,
    Header,
    Inward,
    Numbered,
    extras,
    header_columns,
    line_items,
    place_of_supply,
)
from finzcore.books.papers.kind import PaperKind, told_of
from finzcore.books.papers.lines import INWARD_LINE, InwardLine
from finzcore.books.papers.proposals import Proposals, made_ids, not_before, nothing_left
from finzcore.books.printing.operation import printed
from finzcore.books.registry import resource
from finzcore.books.resource import Page, Resource, action, browse, change, create, delete, fetch
from finzcore.books.shapes import Fault, choice, day, mention, shape, text
from finzcore.documents.lifecycle import PURCHASE_ORDER as LIFE
from finzcore.errors import Duplicate
from finzcore.ledger.series import LONGEST_OTHER
from finzcore.ports import Condition, Index, Table, integer
from finzcore.ports import day as day_column
from finzcore.ports import text as text_column

STATUSES: Final = ("DRAFT", "ISSUED", "PARTIALLY_BILLED", "BILLED", "CANCELLED")


@shape
class NewPurchaseOrder(Inward, Numbered, Header):
    """A purchase order as it is written; the rate of a line defaults to the item's purchase price."""

    vendor_id: int = mention("ct_", "contacts", "Vendor", required=True, also=("contact_id",))
    date: str = day(required=True)
    expected_delivery_date: str | None = day()
    place_of_supply: str | None = place_of_supply(required=False)
    line_items: tuple[Any, ...] = line_items(InwardLine)
    purchase_order_number: str | None = text(LONGEST_OTHER)

    def faults(self) -> Iterator[Fault]:
        """Nothing is delivered before it is ordered."""
        return not_before(
            self.date, self.expected_delivery_date, "expected_delivery_date", "expected delivery date"
        )


@shape
class ChangedPurchaseOrder(NewPurchaseOrder):
    """A purchase order as it is changed: also cancelled, by its status. Lines are those of a draft."""

    status: str | None = choice(*STATUSES)


@shape
class NewBillConversion(NewConversion):
    """What a bill made from an order is to be; its number is often the vendor's, and its date goes by the
    names that a bill knows."""

    date: str | None = day(also=("bill_date",))
    bill_number: str | None = text(LONGEST_OTHER)


PURCHASE_ORDERS: Final = Table(
    name="purchase_orders",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        day_column("date"),
        day_column("expected_delivery_date", null=True),
        *header_columns("vendor"),
        *INWARD_COLUMNS,
    ),
    indexes=(
        Index(name="purchase_orders_vendor", columns=("vendor_id", "id")),
        Index(name="purchase_orders_date", columns=("date", "id")),
        Index(name="purchase_orders_status", columns=("status", "id")),
        Index(
            name="purchase_orders_reference",
            columns=("reference_number", "id"),
            present=("reference_number",),
        ),
    ),
)
"""It is posted nowhere: `booked` stays nothing and `entry` null. What is billed of it is counted on its
lines, and `status` follows from that."""

VIEW: Final = views.View(
    views.ident("purchase_order_id", "po_", "id"),
    views.text("purchase_order_number", "number"),
    views.ident("vendor_id", "ct_"),
    views.text("vendor_name"),
    views.day("date"),
    views.day("expected_delivery_date"),
    views.text("reference_number"),
    views.text("place_of_supply"),
    views.text("currency_code"),
    views.number("exchange_rate", 8),
    views.out(
        "line_items",
        views.Each(views.View(*INWARD_LINE, views.number("quantity_billed", column="converted"))),
    ),
    views.amount("sub_total"),
    views.amount("tax_total"),
    views.amount("total"),
    views.text("status"),
    made_ids("bill_ids", "bl_"),
    views.text("notes"),
    *views.CREATED,
    *extras(Inward, posted=False),
)

KIND: Final = PaperKind(
    of="purchase_orders",
    noun="purchase_order",
    table=PURCHASE_ORDERS,
    life=LIFE,
    who="vendor",
    left="",
    rest=nothing_left,
    told=told_of("po_", "vendor"),
)

PROPOSALS: Final = Proposals(
    kind=KIND,
    shape=NewPurchaseOrder,
    view=VIEW,
    verbs={"issue": "ISSUED", "cancel": "CANCELLED"},
    out="bills",
    made="bill_ids",
    counted="quantity_billed",
)

CONVERSION: Final = Conversion(orders=PROPOSALS, noun="bill", agree="issue")
_BILL: Final = resource("bills").view
assert _BILL is not None, "a bill is shown"


@shape
class PurchaseOrderList(Listing):
    """Which purchase orders are wanted."""

    status: str | None = choice(*STATUSES)
    vendor_id: Any = mention("ct_", "contacts", "Vendor")
    branch_id: Any = mention("br_", "branches", "Branch")
    date_from: str | None = day()
    date_to: str | None = day()
    reference_number: str | None = text(100)
    search: str | None = text(200)


def listing(books: Books, query: PurchaseOrderList) -> Page:
    """Purchase orders, newest first."""
    where = equal(query, "status", "vendor_id", "branch_id", "reference_number")
    where += between(query.date_from, query.date_to)
    if query.search is not None:
        where.append(Condition("search", "like", query.search.casefold()))
    return draw_page(books, PURCHASE_ORDERS, query, where, shown=PROPOSALS.shown)


RESOURCE: Final = Resource(
    name="purchase_orders",
    noun="purchase_order",
    prefix="po_",
    table=PURCHASE_ORDERS,
    view=VIEW,
    operations=(
        browse(listing, PurchaseOrderList),
        fetch(PROPOSALS.one),
        create(PROPOSALS.add, NewPurchaseOrder, refuses=(Duplicate,)),
        change(PROPOSALS.amend, ChangedPurchaseOrder),
        action("issue", PROPOSALS.doing("issue", "The order goes to the vendor: it stands."), done="issued"),
        action(
            "convert-to-bill",
            CONVERSION.run,
            NewBillConversion,
            done="converted to a bill",
            answers=(("purchase_order", VIEW), ("bill", _BILL)),
            refuses=(Duplicate,),
        ),
        delete(PROPOSALS.remove),
        printed("purchase_orders"),
    ),
)
