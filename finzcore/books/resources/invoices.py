"""Invoices: what customers owe for what was sold (`api.md` §4.5)."""

from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.explain.operation import explained
from finzcore.books.pages import Listing, between, equal
from finzcore.books.pages import draw as draw_page
from finzcore.books.papers.charges import Charges, Event
from finzcore.books.papers.header import (
    LINE_ITEMS,
    Header,
    Numbered,
    Outward,
    Withheld,
    extras,
    header_columns,
    lawful_number,
    line_items,
    place_of_supply,
)
from finzcore.books.papers.kind import PaperKind, told_of
from finzcore.books.papers.mailing import emailed
from finzcore.books.papers.settlement import balance, settled_status
from finzcore.books.printing.operation import printed
from finzcore.books.resource import Page, Resource, action, browse, change, create, delete, fetch, one
from finzcore.books.returns.portal import carried, einvoiced
from finzcore.books.shapes import Fault, choice, day, flag, mention, shape, text
from finzcore.documents.lifecycle import INVOICE as LIFE
from finzcore.documents.sale import INVOICE
from finzcore.errors import Duplicate, RuleBroken
from finzcore.ids import wire
from finzcore.ledger.source import Source
from finzcore.ports import Condition, Index, Row, Table, integer, paise
from finzcore.ports import day as day_column
from finzcore.ports import text as text_column


@shape
class NewInvoice(Outward, Withheld, Numbered, Header):
    """An invoice as it is created; `due_date` defaults to the date plus the customer's terms."""

    customer_id: int = mention("ct_", "contacts", "Customer", required=True, also=("contact_id",))
    date: str = day(required=True, also=("invoice_date",))
    due_date: str | None = day()
    place_of_supply: str = place_of_supply(required=True)
    line_items: tuple[Any, ...] = line_items()
    invoice_number: str | None = lawful_number()
    auto_approve: int = flag(default=False)

    def faults(self) -> Iterator[Fault]:
        """An invoice is not due before its date."""
        if self.due_date is not None and self.due_date < (self.date or ""):
            yield Fault(RuleBroken.code, "due_date", "The due date is before the date.", self.due_date)


INVOICES: Final = Table(
    name="invoices",
    columns=(
        integer("id"),
        text_column("number"),
        text_column("status"),
        day_column("date"),
        day_column("due_date"),
        *header_columns("customer"),
        paise("payment_made", least=0),
        paise("credits_applied", least=0),
        integer("order_id", null=True),
    ),
    within=((("payment_made", "credits_applied"), "total"),),
    indexes=(
        Index(name="invoices_customer", columns=("customer_id", "id")),
        Index(name="invoices_date", columns=("date", "id")),
        Index(name="invoices_unposted", columns=("status", "id"), unlike=(("status", "SENT"),)),
        Index(name="invoices_reference", columns=("reference_number", "id"), present=("reference_number",)),
        Index(
            name="invoices_reference_number_uq",
            columns=("customer_id", "reference_number"),
            unique=True,
            present=("reference_number",),
            unlike=(("status", "CANCELLED"),),
        ),
        Index(name="invoices_order", columns=("order_id", "id"), present=("order_id",)),
    ),
)
"""`status` is DRAFT, SENT or CANCELLED; what a client sees follows from amounts and dates. `order_id` is
the sales order that it carries out."""

VIEW: Final = views.View(
    views.ident("invoice_id", "inv_", "id"),
    views.text("invoice_number", "number"),
    views.ident("customer_id", "ct_"),
    views.text("customer_name"),
    views.day("date"),
    views.day("due_date"),
    views.text("reference_number"),
    views.text("place_of_supply"),
    views.text("currency_code"),
    views.number("exchange_rate", 8),
    LINE_ITEMS,
    views.amount("sub_total"),
    views.amount("tax_total"),
    views.amount("total"),
    views.amount("payment_made"),
    views.amount("balance"),
    views.text("status", "shown_status"),
    views.text("notes"),
    *views.CREATED,
    *extras(Withheld, Outward),
)


KIND: Final = PaperKind(
    of="invoices",
    noun="invoice",
    source=Source.INVOICE,
    table=INVOICES,
    life=LIFE,
    who="customer",
    left="balance",
    rest=balance,
    shown_status=settled_status,
    told=told_of("inv_"),
    means={"": INVOICE},
)


def _check_reference(books: Books, row: Row, event: Event) -> None:
    """An order of a customer is invoiced once (`api.md` §4.5)."""
    if row["reference_number"] is None or event == "approve":
        return
    same = books.session.find(
        INVOICES,
        [
            Condition("customer_id", "=", row["customer_id"]),
            Condition("reference_number", "=", row["reference_number"]),
            Condition("status", "<>", "CANCELLED"),
        ],
        limit=2,
    )
    for other in same:
        if other["id"] != row.get("id"):
            raise Duplicate(
                "An invoice of this customer has this reference number.",
                field="reference_number",
                details={"existing_id": wire("inv_", books.org_id, other["id"])},
            )


CHARGES: Final = Charges(
    kind=KIND, shape=NewInvoice, view=VIEW, rounded="roundInvoiceTotals", stock=-1, check=_check_reference
)


@shape
class InvoiceList(Listing):
    """Which invoices are wanted."""

    status: str | None = choice(
        "DRAFT", "SENT", "PARTIALLY_PAID", "PAID", "OVERDUE", "CANCELLED", "CREDIT_APPLIED"
    )
    customer_id: Any = mention("ct_", "contacts", "Customer")
    branch_id: Any = mention("br_", "branches", "Branch")
    date_from: str | None = day()
    date_to: str | None = day()
    reference_number: str | None = text(100)
    search: str | None = text(200)


def listing(books: Books, query: InvoiceList) -> Page:
    """Invoices, newest first."""
    where = equal(query, "customer_id", "branch_id", "reference_number")
    where += between(query.date_from, query.date_to)
    if query.status is not None:
        where += CHARGES.with_status(query.status, books.today)
    if query.search is not None:
        where.append(Condition("search", "like", query.search.casefold()))
    return draw_page(books, INVOICES, query, where, shown=CHARGES.shown)


RESOURCE: Final = Resource(
    name="invoices",
    noun="invoice",
    prefix="inv_",
    table=INVOICES,
    view=VIEW,
    operations=(
        browse(listing, InvoiceList),
        fetch(one(CHARGES.shown)),
        create(CHARGES.add, NewInvoice, key="required", message=CHARGES.created),
        change(CHARGES.amend, NewInvoice),
        action("approve", CHARGES.approve, done="approved"),
        action("void", CHARGES.void, done="voided"),
        emailed(KIND),
        delete(CHARGES.remove),
        printed("invoices"),
        einvoiced("invoices"),
        carried("invoices"),
        explained("invoices", "invoice_id", "inv_"),
    ),
)
