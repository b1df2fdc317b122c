"""Documents to customers: the header they share, how they are priced, numbered and posted.

Invoices, credit notes and what follows declare their own table and life; what is the same in all
of them is here, once (`api.md` §4.1, §4.2).
"""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import attrs

from finzcore.books import numbers
from finzcore.books.books import Books
from finzcore.books.journal import post
from finzcore.books.lines import (
    LINE,
    MOST_LINES,
    DiscountKind,
    NewLine,
    TagsOut,
    discount_of,
    filled,
    line_of,
    priced,
    priced_line,
    tags_field,
    tags_text,
)
from finzcore.books.registry import resource
from finzcore.books.shapes import (
    amount,
    as_json,
    columns_of,
    day,
    flag,
    many,
    mention,
    number,
    one,
    place,
    row_of,
    shape,
    special,
    text,
    verbatim,
)
from finzcore.books.text import json_value
from finzcore.books import views
from finzcore.documents.exchange import ONE
from finzcore.documents.sale import Paper, entry_for
from finzcore.documents.tds import Tds, TdsRounding
from finzcore.documents.totals import Totals, price
from finzcore.errors import RequiredField, RuleBroken
from finzcore.fiscal import FinancialYear, financial_year
from finzcore.gst.roundoff import Method
from finzcore.gst.split import Heads, Level, Rounding
from finzcore.gst.states import state
from finzcore.gst.supply import Treatment, supply
from finzcore.ledger.series import DocumentKind, Series, check_override, check_series, clashes, prefix_for
from finzcore.money import Paise
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
    series: str | None = text(6)
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
    round_off: int | None = amount()
    with_payment: int | None = flag()
    export: Export | None = one(Export)
    notes: str | None = text(2000, lines=True, also=("customer_notes",))
    terms: str | None = text(2000, lines=True)
    tags: tuple[int, ...] = tags_field()
    custom_fields: str | None = verbatim()


_KEPT_OTHERWISE: Final = ("branch_id", "currency_code", "exchange_rate", "discount", "tds_amount", "round_off", "with_payment", "tags")

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


@attrs.frozen
class Drawn:
    """A document computed: its header row, its line rows, and the totals they came to."""

    row: Row
    lines: list[Row]
    totals: Totals


def customer(books: Books, key: int, field: str = "customer_id") -> Row:
    """The customer of a document; RuleBroken when the contact is a vendor only."""
    contact = books.found.get(("contacts", key))
    if contact is None:
        table = resource("contacts").table
        assert table is not None
        contact = books.session.get(table, key)
        assert contact is not None
    if contact["contact_type"] == "VENDOR":
        raise RuleBroken("This contact is a vendor, not a customer.", field=field)
    return contact


def currency(books: Books, given: Header, contact: Row, date: str) -> tuple[str, int]:
    """The currency of a document and its rate in rupees times 10^8."""
    code = given.currency_code or contact["currency_code"]
    if code not in {row["currency_code"] for row in books.masters.rows["currencies"].values()}:
        raise RuleBroken(f"The currency {code} is not enabled.", field="currency_code")
    if code == "INR":
        if given.exchange_rate not in (None, ONE):
            raise RuleBroken("The exchange rate of INR is 1.", field="exchange_rate")
        return code, ONE
    if given.exchange_rate is not None:
        return code, given.exchange_rate
    rows = books.session.ask("exchange_rates.latest", from_currency=code, to_currency="INR", date=date)
    if not rows:
        raise RequiredField(f"There is no rate for {code} on or before {date}.", field="exchange_rate")
    return code, rows[0]["rate"]


def draw(
    books: Books,
    given: Any,
    *,
    place_of_supply: str,
    selling: bool = True,
    method: Method | None = None,
    tds: Tds | None = None,
) -> Drawn:
    """Compute a document from what its body says, its customer, branch and items."""
    masters = books.masters
    preferences = masters.preferences
    contact = customer(books, given.customer_id)
    branch = masters.default_branch if given.branch_id is None else masters.rows["branches"][given.branch_id]
    code, exchange_rate = currency(books, given, contact, given.date)
    with_payment = given.with_payment
    if with_payment is None:
        with_payment = int(not preferences["exportsUnderLut"])
    kind = supply(
        state(branch["state"]).number,
        state(place_of_supply).number,
        treatment=Treatment(contact["gst_treatment"]),
        supplier_is_sez=bool(branch["is_sez"]),
        with_payment=bool(with_payment),
    )
    tags = tags_text(given.tags)
    lines = [filled(books, line, index, selling=selling) for index, line in enumerate(given.line_items)]
    totals = price(
        [line_of(books, line, index, tags) for index, line in enumerate(lines)],
        supply=kind,
        discount=discount_of(given.discount),
        discount_before_tax=bool(given.is_discount_before_tax),
        inclusive=bool(given.is_inclusive_tax),
        rounding=Rounding(preferences["taxRounding"]),
        level=Level(preferences["taxRoundingLevel"]),
        shipping=Paise(given.shipping_charge),
        adjustment=Paise(given.adjustment),
        tds=tds or _tds(given),
        tds_rounding=TdsRounding(preferences["tdsRounding"]),
        round_off=method if given.round_off is None else Paise(given.round_off),
    )
    priced(lines, totals)
    row = row_of(given, without=("line_items",)) | {
        "customer_name": contact["contact_name"],
        "customer_gstin": contact["gst_no"],
        "customer_treatment": contact["gst_treatment"],
        "customer_state": contact["place_of_contact"],
        "place_of_supply": place_of_supply,
        "branch_id": branch["id"],
        "currency_code": code,
        "exchange_rate": exchange_rate,
        "export": None if given.export is None else as_json(given.export),
        "tags": tags,
        "discount_given": given.discount,
        "tds_given": given.tds_amount,
        "round_off_given": given.round_off,
        "with_payment": with_payment,
    }
    return Drawn(row | _figures(totals), lines, totals)


def _tds(given: Header) -> Tds | None:
    if given.tds_amount is not None and given.tds_rate is not None:
        raise RuleBroken("Give tds_amount or tds_rate, not both.", field="tds_amount")
    if given.tds_amount is not None:
        return Tds(amount=Paise(given.tds_amount)) if given.tds_amount else None
    return Tds(rate=given.tds_rate) if given.tds_rate else None  # type: ignore[arg-type]


def _figures(totals: Totals) -> Row:
    tax = totals.tax
    return {
        "sub_total": totals.sub_total,
        "discount": totals.discount,
        "taxable": totals.taxable,
        "cgst_total": tax.cgst,
        "sgst_total": tax.sgst,
        "igst_total": tax.igst,
        "cess_total": tax.cess,
        "tax_total": totals.tax_total,
        "tds_amount": totals.tds_amount,
        "round_off": totals.round_off,
        "total": totals.total,
    }


def totals_of(row: Row, lines: Sequence[Row]) -> Totals:
    """A kept document as the totals it came to."""
    heads = (row["cgst_total"], row["sgst_total"], row["igst_total"], row["cess_total"])
    return Totals(
        lines=tuple([priced_line(line, row["tags"]) for line in lines]),
        sub_total=row["sub_total"],
        discount=row["discount"],
        taxable=row["taxable"],
        tax=Heads(*heads),
        shipping=row["shipping_charge"],
        adjustment=row["adjustment"],
        tds_amount=row["tds_amount"],
        round_off=row["round_off"],
        total=row["total"],
    )


def put_in_books(books: Books, paper: Paper, row: Row, totals: Totals, memo: str, number_: str) -> Row:
    """Post a document: its entry, and what that put on receivables."""
    entry = entry_for(
        paper,
        totals,
        date=dt.date.fromisoformat(row["date"]),
        source_id=row["id"],
        chart=books.masters.chart,
        branch_id=row["branch_id"],
        contact_id=row["customer_id"],
        exchange_rate=row["exchange_rate"],
        memo=f"{memo} {number_} to {row['customer_name']}",
        reference_number=row["reference_number"],
    )
    if entry is None:
        books.check_open(row["date"])
        return {"entry": None, "booked": 0}
    receivable = f"{paper.word}.receivable"
    booked = sum([posting.amount for posting in entry.postings if posting.rule == receivable])
    return {"entry": post(books, entry), "booked": abs(booked)}


@lru_cache(maxsize=1024)
def _series(kind: DocumentKind, prefix: str, year: FinancialYear) -> Series:
    return Series(kind=kind, prefix=prefix, year=year)


def number_for(
    books: Books, kind: DocumentKind, row: Row, given: str | None, field: str, document_id: int
) -> str:
    """The number of a new document: the one its maker chose, or the next of its series."""
    branch = books.masters.rows["branches"][row["branch_id"]]
    year = financial_year(dt.date.fromisoformat(row["date"]))
    if given is not None:
        check_override(given, strict=kind.is_statutory, field=field)
        numbers.keep(
            books, kind, given, year=year.compact, branch=branch, document_id=document_id, field=field
        )
        return given
    prefix = prefix_for(
        kind,
        branch_code=branch["code"],
        is_first=bool(branch["is_default"]),
        invoice_prefix=branch["invoice_prefix"],
        bill_prefix=branch["bill_prefix"],
        series=_own_series(books, kind, branch, row["series"]),
    )
    return numbers.give(books, _series(kind, prefix, year), branch=branch, document_id=document_id)


def _own_series(books: Books, kind: DocumentKind, branch: Row, series: str | None) -> str | None:
    if series is None:
        return None
    check_series(series)
    in_use = [
        prefix_for(
            kind,
            branch_code=peer["code"],
            is_first=bool(peer["is_default"]),
            invoice_prefix=peer["invoice_prefix"],
            bill_prefix=peer["bill_prefix"],
        )
        for peer in books.masters.rows["branches"].values()
        if peer["gstin"] == branch["gstin"]
    ]
    if clashes(f"{series}-", in_use):
        raise RuleBroken("This series repeats a prefix that is in use.", field="series")
    return series


def search_text(number_: str, row: Row) -> str:
    """What a search looks through."""
    return f"{number_} {row['customer_name']}".casefold()


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
    views.out("export", views.Stored()),
)
"""The keys that documents have beyond the documented ones (`api.md` §4.1)."""

LINE_ITEMS: Final = views.out("line_items", views.Each(LINE))
