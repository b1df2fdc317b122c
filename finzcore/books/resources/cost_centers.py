"""Cost centres: what tags on documents and postings name."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.records import Records, record_table
from finzcore.books.resource import Page, Resource, administer, browse
from finzcore.books.shapes import row_of, shape, text
from finzcore.errors import Duplicate
from finzcore.ports import Index, Row, flag


@shape
class NewCostCenter:
    """A cost centre."""

    name: str = text(100, required=True)


COST_CENTERS: Final = record_table(
    "cost_centers",
    NewCostCenter,
    flag("is_active"),
    indexes=(Index(name="cost_centers_name_uq", columns=("name",), unique=True),),
)

RECORDS: Final = Records(
    table=COST_CENTERS, entity="COST_CENTER", prefix="cc_", ref="name", settings=True, webhooks=False
)

VIEW: Final = views.View(
    views.ident("cost_center_id", "cc_", "id"), views.text("name"), views.flag("is_active")
)


@shape
class Nothing:
    """No filters."""


def listing(books: Books, query: Nothing) -> Page:
    """The active cost centres."""
    rows = books.masters.rows["cost_centers"].values()
    return Page.whole([row for row in rows if row["is_active"]])


def add(books: Books, body: NewCostCenter) -> Row:
    """A new cost centre."""
    if any(row["name"] == body.name for row in books.masters.rows["cost_centers"].values()):
        raise Duplicate(f"A cost centre named '{body.name}' exists.", field="name")
    return RECORDS.add(books, row_of(body) | {"is_active": 1})


RESOURCE: Final = Resource(
    name="cost_centers",
    noun="cost_center",
    label="Cost center",
    prefix="cc_",
    table=COST_CENTERS,
    view=VIEW,
    operations=(browse(listing, Nothing), administer("create", add, NewCostCenter)),
)
