"""Salespersons: who made the sale."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.records import Records, record_table
from finzcore.books.resource import Page, Resource, administer, browse
from finzcore.books.shapes import row_of, shape, text
from finzcore.ports import Row, flag


@shape
class NewSalesperson:
    """A salesperson."""

    name: str = text(100, required=True)
    email: str | None = text(200, pattern="[^@ ]+@[^@ ]+", hint="An address has an @.")


SALESPERSONS: Final = record_table("salespersons", NewSalesperson, flag("is_active"))

RECORDS: Final = Records(
    table=SALESPERSONS, entity="SALESPERSON", prefix="sp_", ref="name", settings=True, webhooks=False
)

VIEW: Final = views.View(
    views.ident("salesperson_id", "sp_", "id"),
    views.text("name"),
    views.text("email"),
    views.flag("is_active"),
)


@shape
class Nothing:
    """No filters."""


def listing(books: Books, query: Nothing) -> Page:
    """The active salespersons."""
    rows = books.masters.rows["salespersons"].values()
    return Page.whole([row for row in rows if row["is_active"]])


def add(books: Books, body: NewSalesperson) -> Row:
    """A new salesperson."""
    return RECORDS.add(books, row_of(body) | {"is_active": 1})


RESOURCE: Final = Resource(
    name="salespersons",
    noun="salesperson",
    prefix="sp_",
    table=SALESPERSONS,
    view=VIEW,
    operations=(browse(listing, Nothing), administer("create", add, NewSalesperson)),
)
