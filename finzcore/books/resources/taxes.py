"""Taxes: dated GST rows. Documents store what they were computed with; a row is never overwritten."""

import datetime as dt
from typing import Any, Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.masters import rate_of
from finzcore.books.pages import Listing, draw
from finzcore.books.records import Records
from finzcore.books.resource import Page, Resource, administer, browse, fetch
from finzcore.books.shapes import choice, columns_of, day, number, row_of, shape, text
from finzcore.errors import Duplicate
from finzcore.gst.rates import SEEDED, Shape, TaxRate
from finzcore.ports import Index, Row, Table, flag, integer, moment


@shape
class NewTax:
    """A tax row: percentages per head."""

    name: str = text(100, required=True)
    shape: str = choice(*(one.value for one in Shape), required=True)
    cgst: int = number(default=0, least=0)
    sgst: int = number(default=0, least=0)
    igst: int = number(default=0, least=0)
    cess: int = number(default=0, least=0)
    valid_from: str | None = day(bare=True)
    valid_to: str | None = day(bare=True)


TAXES: Final = Table(
    name="taxes",
    columns=(
        integer("id"),
        *columns_of(NewTax),
        flag("is_active"),
        moment("created_time"),
        moment("last_modified_time"),
    ),
    indexes=(Index(name="taxes_name_uq", columns=("name",), unique=True),),
)

RECORDS: Final = Records(table=TAXES, entity="TAX", prefix="tx_", ref="name", settings=True, webhooks=False)

VIEW: Final = views.View(
    views.ident("tax_id", "tx_", "id"),
    views.text("name"),
    views.text("shape"),
    views.number("cgst"),
    views.number("sgst"),
    views.number("igst"),
    views.number("cess"),
    views.flag("is_active"),
    views.day("valid_from", bare=True),
    views.day("valid_to", bare=True),
)


def listing(books: Books, query: Listing) -> Page:
    """The tax rows, newest first."""
    return draw(books, TAXES, query, [])


def add(books: Books, body: NewTax) -> Row:
    """A tax row of the organisation's own."""
    if any(row["name"] == body.name for row in books.masters.rows["taxes"].values()):
        raise Duplicate(f"A tax named '{body.name}' exists.", field="name")
    values = row_of(body) | {"is_active": 1}
    rate_of(values)
    return RECORDS.add(books, values)


def _iso(day_: dt.date | None) -> str | None:
    return None if day_ is None else day_.isoformat()


def seeds(books: Books, org: Row) -> list[Row]:
    """The rows of `api.md` §4.4."""
    return [_seed(books, rate) for rate in SEEDED]


def _seed(books: Books, rate: TaxRate) -> dict[str, Any]:
    return {
        "id": books.new_id(),
        "name": rate.name,
        "shape": rate.shape.value,
        "cgst": rate.cgst,
        "sgst": rate.sgst,
        "igst": rate.igst,
        "cess": rate.cess,
        "valid_from": _iso(rate.valid_from),
        "valid_to": _iso(rate.valid_to),
        "is_active": 1,
        "created_time": books.time,
        "last_modified_time": books.time,
    }


RESOURCE: Final = Resource(
    name="taxes",
    noun="tax",
    prefix="tx_",
    table=TAXES,
    view=VIEW,
    seeds=seeds,
    operations=(browse(listing, Listing), fetch(), administer("create", add, NewTax)),
)
