"""The header that documents to customers share: what a body may say, and the columns that keep it.

Invoices, credit notes and what follows add what is their own (`api.md` §4.1).
"""

from collections.abc import Sequence
from typing import Any, Final

from finzcore.books import views
from finzcore.books.papers.lines import LINE, MOST_LINES, DiscountKind, NewLine, TagsOut, tags_field
from finzcore.books.shapes import (
    amount,
    columns_of,
    day,
    flag,
    kept_schema,
    many,
    mention,
    number,
    one,
    place,
    shape,
    special,
    text,
    verbatim,
)
from finzcore.books.text import json_value
from finzcore.ledger.series import LONGEST_LAWFUL, NUMBER_FORM, NUMBER_HINT, SERIES_FORM, SERIES_HINT
from finzcore.ports import Column, Row, integer, moment, paise, ref
from finzcore.ports import text as text_column


@shape
class Export:
    """Where exported goods left the country."""

    shipping_bill_number: str | None = text(20)
    shipping_bill_date: str | None = day(bare=True)
    port_code: str | None = text(10)
    country_code: str | None = text(2, upper=True, pattern="[A-Z]{2}")


@shape
class Header:
    """What every document to a customer may say besides its lines (`api.md` §4.1)."""

    reference_number: str | None = text(100)
    series: str | None = text(6, pattern=SERIES_FORM, hint=SERIES_HINT)
    branch_id: int | None = mention("br_", "branches", "Branch")
    currency_code: str | None = text(3, upper=True, pattern="[A-Z]{3}")
    exchange_rate: int | None = number(8, least=0, above=True, most=10**16)
    salesperson_id: int | None = mention("sp_", "salespersons", "Salesperson")
    discount: str | None = special(DiscountKind())
    is_discount_before_tax: int = flag(default=True)
    is_inclusive_tax: int = flag(default=False)
    shipping_charge: int = amount(default=0, least=0, also=("shipping",))
    adjustment: int = amount(default=0)
    tds_amount: int | None = amount(least=0, also=("tds",))
    tds_rate: int | None = number(least=0, most=100_000_000, also=("tds_percentage",))
    tds_section: str | None = text(20)
    round_off: int | None = amount(least=-99, most=99)
    with_payment: int | None = flag()
    export: Export | None = one(Export)
    notes: str | None = text(2000, lines=True, also=("customer_notes",))
    terms: str | None = text(2000, lines=True)
    tags: tuple[int, ...] = tags_field()
    custom_fields: str | None = verbatim()


_KEPT_OTHERWISE: Final = (
    "branch_id",
    "currency_code",
    "exchange_rate",
    "discount",
    "tds_amount",
    "round_off",
    "with_payment",
    "tags",
)

HEADER_COLUMNS: Final[tuple[Column, ...]] = (
    ref("customer_id", "contacts"),
    text_column("customer_name"),
    text_column("customer_gstin", null=True),
    text_column("customer_treatment"),
    text_column("customer_state", null=True),
    text_column("place_of_supply"),
    ref("branch_id", "branches"),
    text_column("currency_code"),
    integer("exchange_rate", least=1),
    *columns_of(Header, without=_KEPT_OTHERWISE),
    text_column("discount_given", null=True),
    paise("tds_given", null=True),
    paise("round_off_given", null=True),
    integer("with_payment", least=0, most=1),
    text_column("tags"),
    *(
        paise(name)
        for name in (
            "sub_total", "discount", "taxable", "cgst_total", "sgst_total", "igst_total", "cess_total",
            "tax_total", "tds_amount", "round_off", "total",
        )
    ),
    paise("booked"),
    ref("entry", "entries.seq", null=True),
    integer("version", least=1),
    integer("lines_version", least=1),
    text_column("search"),
    moment("approved_at", null=True),
    moment("voided_at", null=True),
    moment("created_time"),
    moment("last_modified_time"),
)  # fmt: skip
"""The columns of every document to a customer. `booked` is what it put on receivables, in paise of
rupees; `entry` its journal entry; amounts are in paise of its own currency."""


def as_header(row: Row, plain: Sequence[str]) -> Row:
    """The header fields of a kept document as a body would have given them."""
    given = {name: row[name] for name in plain}
    return given | {
        "discount": row["discount_given"],
        "tds_amount": row["tds_given"],
        "round_off": row["round_off_given"],
        "export": None if row["export"] is None else export_of(row["export"]),
        "tags": tuple(json_value(row["tags"])),
    }


def export_of(kept: str) -> Export:
    """A kept export block as the shape it came in."""
    made = Export.__new__(Export)
    made.__dict__.update(json_value(kept))
    return made


def line_items(each: type = NewLine) -> Any:
    """The field for the lines of a document."""
    return many(each, least=1, most=MOST_LINES, required=True)


def lawful_number() -> Any:
    """The field for a number that its maker chooses, where the law says what it looks like."""
    return text(LONGEST_LAWFUL, pattern=NUMBER_FORM, hint=NUMBER_HINT)


def place_of_supply(*, required: bool) -> Any:
    """The field for the place of supply."""
    return place(required=required, also=("source_of_supply", "destination_of_supply"))


EXTRAS: Final = (
    views.ident("branch_id", "br_"),
    views.ident("salesperson_id", "sp_"),
    views.amount("round_off"),
    views.amount("discount"),
    views.flag("is_discount_before_tax"),
    views.flag("is_inclusive_tax"),
    views.amount("shipping_charge"),
    views.amount("adjustment"),
    views.amount("tds_amount"),
    views.number("tds_rate"),
    views.text("tds_section"),
    views.amount("credits_applied"),
    views.amount("cgst_total"),
    views.amount("sgst_total"),
    views.amount("igst_total"),
    views.amount("cess_total"),
    views.ident("journal_id", "je_", "entry"),
    views.whole("version"),
    views.out("tags", TagsOut()),
    views.text("terms"),
    views.out("custom_fields", views.Stored()),
    views.flag("with_payment"),
    views.out("export", views.Stored(says=kept_schema(Export))),
)
"""The keys that documents have beyond the documented ones (`api.md` §4.1)."""

LINE_ITEMS: Final = views.out("line_items", views.Each(LINE))
