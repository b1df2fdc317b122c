"""Documents to customers: how they are priced, numbered and posted.

Invoices, credit notes and what follows declare their own table and life; what is the same in all
of them is here, once (`api.md` §4.1, §4.2).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import attrs

from finzcore.books import numbers
from finzcore.books.books import Books
from finzcore.books.journal import look_ahead, post
from finzcore.books.papers.header import Header
from finzcore.books.papers.kind import PaperKind
from finzcore.books.papers.lines import discount_of, filled, line_of, priced, priced_line, tags_text
from finzcore.books.registry import table_of
from finzcore.books.shapes import Plan, as_json, row_of
from finzcore.documents.exchange import ONE
from finzcore.documents.line import Line
from finzcore.documents.sale import entry_for
from finzcore.documents.tds import Tds, TdsRounding
from finzcore.documents.totals import Totals, price
from finzcore.errors import RequiredField, RuleBroken
from finzcore.fiscal import financial_year
from finzcore.gst.roundoff import Method
from finzcore.gst.split import Heads, Level, Rounding
from finzcore.gst.states import state
from finzcore.gst.supply import Supply, Treatment, supply
from finzcore.ledger.series import DocumentKind, check_override
from finzcore.money import Millionths, Paise
from finzcore.ports import Row, Table


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
        table = table_of("contacts")
        contact = books.session.get(table, key)
        assert contact is not None
    if contact["contact_type"] == "VENDOR":
        raise RuleBroken("This contact is a vendor, not a customer.", field=field)
    return contact


def currency(
    books: Books, code: str | None, exchange_rate: int | None, contact: Row, date: str
) -> tuple[str, int]:
    """The currency of a document or a payment and its rate in rupees times 10^8, from what its body says."""
    code = code or contact["currency_code"]
    assert code is not None, "a contact has a currency"
    if code not in {row["currency_code"] for row in books.masters.rows["currencies"].values()}:
        raise RuleBroken(f"The currency {code} is not enabled.", field="currency_code")
    if code == "INR":
        if exchange_rate not in (None, ONE):
            raise RuleBroken("The exchange rate of INR is 1.", field="exchange_rate")
        return code, ONE
    if exchange_rate is not None:
        return code, exchange_rate
    rows = books.session.ask("exchange_rates.latest", from_currency=code, to_currency="INR", date=date)
    if not rows:
        raise RequiredField(f"There is no rate for {code} on or before {date}.", field="exchange_rate")
    return code, rows[0]["rate"]


def draw(
    books: Books,
    table: Table,
    given: Any,
    *,
    place_of_supply: str,
    selling: bool = True,
    method: Method | None = None,
    tds: Tds | None = None,
) -> Drawn:
    """Compute a document of a table from what its body says, its customer, branch and items."""
    masters = books.masters
    contact = customer(books, given.customer_id)
    branch = masters.default_branch if given.branch_id is None else masters.rows["branches"][given.branch_id]
    code, exchange_rate = currency(books, given.currency_code, given.exchange_rate, contact, given.date)
    with_payment = given.with_payment
    if with_payment is None:
        with_payment = int(not masters.preferences["exportsUnderLut"])
    tags = tags_text(given.tags)
    lines = [
        line if isinstance(line, dict) else filled(books, line, index, selling=selling)
        for index, line in enumerate(given.line_items)
    ]
    kind = supply(
        state(branch["state"]).number,
        state(place_of_supply).number,
        treatment=Treatment(contact["gst_treatment"]),
        supplier_is_sez=bool(branch["is_sez"]),
        with_payment=bool(with_payment),
    )
    to_price = [line_of(books, line, index, tags) for index, line in enumerate(lines)]
    totals = _totals(given, to_price, kind, masters.preferences, method, tds)
    priced(lines, totals)
    row = row_of(given, without=_not_kept(given.plan, table)) | {
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
        "tds_given": None if given.tds_rate else given.tds_amount,
        "round_off_given": given.round_off,
        "with_payment": with_payment,
    }
    return Drawn(row | _figures(totals), lines, totals)


@cache
def _not_kept(plan: Plan, table: Table) -> frozenset[str]:
    """The fields of a shape for which a table has no column of that name."""
    return frozenset(plan.specs) - {column.name for column in table.columns}


def _totals(
    given: Header,
    lines: Sequence[Line],
    kind: Supply,
    preferences: Mapping[str, Any],
    method: Method | None,
    tds: Tds | None,
) -> Totals:
    """What the lines come to, under the header's terms and the organisation's preferences."""
    totals = price(
        lines,
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
    # A client may send back what it was shown: both figures of TDS, as long as they say the same.
    if given.tds_rate and given.tds_amount and given.tds_amount != totals.tds_amount:
        raise RuleBroken("tds_amount and tds_rate say different things.", field="tds_amount")
    return totals


def _tds(given: Header) -> Tds | None:
    if given.tds_rate:
        return Tds(rate=Millionths(given.tds_rate))
    return Tds(amount=Paise(given.tds_amount)) if given.tds_amount else None


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


def put_in_books(books: Books, kind: PaperKind, row: Row, totals: Totals) -> Row:
    """Post a document: its entry, and what that put on receivables."""
    paper = kind.means
    assert paper is not None, f"{kind.of} are not posted by their lines"
    entry = entry_for(
        paper,
        totals,
        date=dt.date.fromisoformat(row["date"]),
        source_id=row["id"],
        chart=books.masters.chart,
        branch_id=row["branch_id"],
        contact_id=row["customer_id"],
        exchange_rate=row["exchange_rate"],
        memo=f"{kind.label.capitalize()} {row['number']} to {row['customer_name']}",
        reference_number=row["reference_number"],
    )
    if entry is None:
        books.check_open(row["date"])
        return {"entry": None, "booked": 0}
    receivable = f"{paper.word}.receivable"
    booked = sum([posting.amount for posting in entry.postings if posting.rule == receivable])
    return {"entry": post(books, entry), "booked": abs(booked)}


def number_for(
    books: Books, kind: DocumentKind, row: Row, given: str | None, field: str, document_id: int
) -> str:
    """The number of a new document: the one its maker chose, or the next of its series."""
    branch = books.masters.rows["branches"][row["branch_id"]]
    year = financial_year(dt.date.fromisoformat(row["date"]))
    if given is not None:
        check_override(given, strict=kind.is_statutory, field=field)
        numbers.keep(books, kind, given, year=year.long, branch=branch, document_id=document_id, field=field)
        return given
    series = numbers.series_of(books, kind, branch, year, row["series"])
    look_ahead(books, branch, year)
    return numbers.give(books, series, branch=branch, document_id=document_id)


def search_text(number_: str, row: Row) -> str:
    """What a search looks through."""
    return f"{number_} {row['customer_name']}".casefold()
