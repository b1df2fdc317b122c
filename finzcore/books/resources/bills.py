"""Bills: what vendors are owed for what was bought (`api.md` §4.6)."""

from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.explain.operation import explained
from finzcore.books.pages import Listing, between, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.charges import Charges, Event
from finzcore.books.papers.header import (
    INWARD_COLUMNS,
    INWARD_LINE_ITEMS,
    Header,
    Inward,
    Withheld,
    extras,
    header_columns,
    line_items,
    place_of_supply,
)
from finzcore.books.papers.kind import PaperKind, told_of
from finzcore.books.papers.lines import InwardLine
from finzcore.books.papers.settlement import balance, settled_status
from finzcore.books.printing.operation import printed
from finzcore.books.resource import Page, Resource, action, browse, change, create, delete, fetch, one
from finzcore.books.shapes import Fault, choice, day, flag, mention, shape, text
from finzcore.documents.lifecycle import BILL as LIFE
from finzcore.documents.lifecycle import POSTED
from finzcore.documents.purchase import BILL
from finzcore.errors import Duplicate, RuleBroken
from finzcore.ids import wire
from finzcore.ledger.series import LONGEST_OTHER
from finzcore.ledger.source import Source
from finzcore.ports import Condition, Index, Row, Table, integer, paise
from finzcore.ports import day as day_column
from finzcore.ports import text as text_column


@shape
class NewBill(Inward, Withheld, Header):
    """A bill as it is entered; `due_date` defaults to the date plus the vendor's terms."""

    vendor_id: int = mention("ct_", "contacts", "Vendor", required=True, also=("contact_id",))
    date: str = day(required=True, also=("bill_date",))
    due_date: str | None = day()
    place_of_supply: str = place_of_supply(required=True)
    line_items: tuple[Any, ...] = line_items(InwardLine)
    bill_number: str | None = text(LONGEST_OTHER)
    auto_approve: int = flag(default=False)

    def faults(self) -> Iterator[Fault]:
        """A bill is not due before its date."""
        if self.due_date is not None and self.due_date < (self.date or ""):
            yield Fault(RuleBroken.code, "due_date", "The due date is before the date.", self.due_date)


BILLS: Final = Table(
    name="bills",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        day_column("date"),
        day_column("due_date"),
        *header_columns("vendor"),
        *INWARD_COLUMNS,
        paise("payment_made", least=0),
        paise("credits_applied", least=0),
        integer("order_id", null=True),
    ),
    within=((("payment_made", "credits_applied"), "total"),),
    indexes=(
        Index(name="bills_vendor", columns=("vendor_id", "id")),
        Index(name="bills_twice", columns=("vendor_id", "date", "total", "reference_number")),
        Index(name="bills_date", columns=("date", "id")),
        Index(name="bills_unposted", columns=("status", "id"), unlike=(("status", "OPEN"),)),
        Index(name="bills_reference", columns=("reference_number", "id"), present=("reference_number",)),
        Index(name="bills_order", columns=("order_id", "id"), present=("order_id",)),
    ),
)
"""`status` is DRAFT, OPEN or CANCELLED; what a client sees follows from amounts and dates. `order_id` is
the purchase order that it carries out."""

VIEW: Final = views.View(
    views.ident("bill_id", "bl_", "id"),
    views.text("bill_number", "number"),
    views.ident("vendor_id", "ct_"),
    views.text("vendor_name"),
    views.day("date"),
    views.day("due_date"),
    views.text("reference_number"),
    views.text("place_of_supply"),
    views.text("currency_code"),
    views.number("exchange_rate", 8),
    INWARD_LINE_ITEMS,
    views.amount("sub_total"),
    views.amount("tax_total"),
    views.amount("total"),
    views.amount("payment_made"),
    views.amount("balance"),
    views.text("status", "shown_status"),
    views.text("notes"),
    *views.CREATED,
    *extras(Withheld, Inward),
)

KIND: Final = PaperKind(
    of="bills",
    noun="bill",
    source=Source.BILL,
    table=BILLS,
    life=LIFE,
    who="vendor",
    left="balance",
    rest=balance,
    shown_status=settled_status,
    told=told_of("bl_", "vendor"),
    means={"": BILL},
)


def _check_twice(books: Books, row: Row, event: Event) -> None:
    """The guard against entering a vendor's bill twice: the same vendor, date and total as a posted one,
    unless the two have different references (`api.md` §4.6)."""
    if event == "edit":
        return
    same = ["vendor_id", "date", "total"] + ["reference_number"] * (row["reference_number"] is not None)
    where = [Condition(name, "=", row[name]) for name in same]
    for other in books.session.find(BILLS, [*where, Condition("status", "in", tuple(POSTED))], limit=1):
        raise RuleBroken(
            "A posted bill has this vendor, date and total; another reference tells them apart.",
            field="reference_number",
            details={"existing_id": wire("bl_", books.org_id, other["id"])},
        )


CHARGES: Final = Charges(
    kind=KIND, shape=NewBill, view=VIEW, rounded="roundBillTotals", stock=1, check=_check_twice
)


@shape
class BillList(Listing):
    """Which bills are wanted."""

    status: str | None = choice("DRAFT", "OPEN", "PARTIALLY_PAID", "PAID", "OVERDUE", "CANCELLED")
    vendor_id: Any = mention("ct_", "contacts", "Vendor")
    branch_id: Any = mention("br_", "branches", "Branch")
    date_from: str | None = day()
    date_to: str | None = day()
    reference_number: str | None = text(100)
    search: str | None = text(200)


def listing(books: Books, query: BillList) -> Page:
    """Bills, newest first."""
    where = equal(query, "vendor_id", "branch_id", "reference_number")
    where += between(query.date_from, query.date_to)
    if query.status is not None:
        where += CHARGES.with_status(query.status, books.today)
    if query.search is not None:
        where.append(Condition("search", "like", query.search.casefold()))
    return draw_page(books, BILLS, query, where, shown=CHARGES.shown)


RESOURCE: Final = Resource(
    name="bills",
    noun="bill",
    prefix="bl_",
    table=BILLS,
    view=VIEW,
    operations=(
        browse(listing, BillList),
        fetch(one(CHARGES.shown)),
        create(CHARGES.add, NewBill, message=CHARGES.created, refuses=(Duplicate,)),
        change(CHARGES.amend, NewBill),
        action("approve", CHARGES.approve, done="approved"),
        action("void", CHARGES.void, done="voided"),
        delete(CHARGES.remove),
        printed("bills"),
        explained("bills", "bill_id", "bl_"),
    ),
)
