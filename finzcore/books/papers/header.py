"""The header that documents share: what a body may say, and the columns that keep it.

Each kind of document takes the shapes that it knows, and adds what is its own (`api.md` §4.1).
"""

from collections.abc import Sequence
from typing import Any, Final, Literal

from finzcore.books import views
from finzcore.books.papers.lines import (
    INWARD_LINE,
    INWARD_OUTS,
    LINE,
    MOST_LINES,
    DiscountKind,
    NewLine,
    blocked_clause,
    rcm_rate,
    tags_field,
)
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
from finzcore.books.tags import TagsOut
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
    """What every document may say besides its lines (`api.md` §4.1)."""

    reference_number: str | None = text(100)
    branch_id: int | None = mention("br_", "branches", "Branch")
    currency_code: str | None = text(3, upper=True, pattern="[A-Z]{3}")
    exchange_rate: int | None = number(8, least=0, above=True, most=10**16)
    salesperson_id: int | None = mention("sp_", "salespersons", "Salesperson")
    discount: str | None = special(DiscountKind())
    is_discount_before_tax: int = flag(default=True)
    is_inclusive_tax: int = flag(default=False)
    shipping_charge: int = amount(default=0, least=0, also=("shipping",))
    adjustment: int = amount(default=0)
    round_off: int | None = amount(least=-99, most=99)
    notes: str | None = text(2000, lines=True, also=("customer_notes",))
    terms: str | None = text(2000, lines=True)
    tags: tuple[int, ...] = tags_field()
    custom_fields: str | None = verbatim()


@shape
class Numbered:
    """What documents that we number may say of their series."""

    series: str | None = text(6, pattern=SERIES_FORM, hint=SERIES_HINT)


@shape
class Withheld:
    """What documents that are posted may say of tax withheld by the buyer."""

    tds_amount: int | None = amount(least=0, also=("tds",))
    tds_rate: int | None = number(least=0, most=100_000_000, also=("tds_percentage",))
    tds_section: str | None = text(20)


@shape
class Outward:
    """What documents of sale may say of exports and supplies to special economic zones."""

    with_payment: int | None = flag()
    export: Export | None = one(Export)


@shape
class Inward:
    """What documents of purchase may say of all their lines: a line that says nothing takes it from here."""

    is_rcm: int | None = flag()
    rcm_rate: int | None = rcm_rate()
    itc_blocked_reason: str | None = blocked_clause()


@shape
class Everything(Outward, Withheld, Numbered, Header):
    """What any document may say; what one of them does not know, it leaves unsaid."""


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

INWARD_COLUMNS: Final = (
    integer("is_rcm", least=0, most=1, default=0),
    integer("rcm_rate", null=True),
    text_column("itc_blocked_reason", null=True),
)
"""The columns of what documents of purchase say of all their lines."""


def header_columns(who: Literal["customer", "vendor"]) -> tuple[Column, ...]:
    """The columns of every document to a customer or of a vendor. `booked` is what it put on receivables
    or payables, in paise of rupees; `entry` its journal entry; amounts are in paise of its own currency."""
    return (
        ref(f"{who}_id", "contacts"),
        text_column(f"{who}_name"),
        text_column(f"{who}_gstin", null=True),
        text_column(f"{who}_treatment"),
        text_column(f"{who}_state", null=True),
        *_COLUMNS,
    )


_COLUMNS: Final[tuple[Column, ...]] = (
    text_column("place_of_supply"),
    ref("branch_id", "branches"),
    text_column("currency_code"),
    integer("exchange_rate", least=1),
    *columns_of(Everything, without=_KEPT_OTHERWISE),
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


def extras(*known: type, posted: bool = True) -> tuple[views.Out, ...]:
    """The keys that documents have beyond the documented ones (`api.md` §4.1): those of every document,
    those of the shapes that a kind knows besides, and those of documents that are posted."""
    return (
        views.ident("branch_id", "br_"),
        views.ident("salesperson_id", "sp_"),
        views.amount("round_off"),
        views.amount("discount"),
        views.flag("is_discount_before_tax"),
        views.flag("is_inclusive_tax"),
        views.amount("shipping_charge"),
        views.amount("adjustment"),
        *(_WITHHELD if Withheld in known else ()),
        *((views.amount("credits_applied"),) if posted else ()),
        views.amount("cgst_total"),
        views.amount("sgst_total"),
        views.amount("igst_total"),
        views.amount("cess_total"),
        *((views.ident("journal_id", "je_", "entry"),) if posted else ()),
        views.whole("version"),
        views.out("tags", TagsOut()),
        views.text("terms"),
        views.out("custom_fields", views.Stored()),
        *(_OUTWARD if Outward in known else ()),
        *(INWARD_OUTS if Inward in known else ()),
    )


_WITHHELD: Final = (views.amount("tds_amount"), views.number("tds_rate"), views.text("tds_section"))
_OUTWARD: Final = (
    views.flag("with_payment"),
    views.out("export", views.Stored(says=kept_schema(Export))),
)

LINE_ITEMS: Final = views.out("line_items", views.Each(LINE))
INWARD_LINE_ITEMS: Final = views.out("line_items", views.Each(views.View(*INWARD_LINE)))
