"""How a document is drawn up: its contact, its currency, its place of supply, its lines priced and summed.

Invoices, bills, notes and orders declare their own table and life; what is the same in all of them
is here, once (`api.md` §4.1).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import attrs

from finzcore.books.books import Books
from finzcore.books.papers.filling import filled, line_of, priced, priced_line, taken_over
from finzcore.books.papers.header import Everything
from finzcore.books.papers.kind import PaperKind
from finzcore.books.papers.lines import discount_of, tags_text
from finzcore.books.registry import table_of
from finzcore.books.shapes import Plan, as_json, plan_of, row_of
from finzcore.documents.exchange import ONE
from finzcore.documents.line import Line
from finzcore.documents.tds import Tds, TdsRounding
from finzcore.documents.totals import Totals, price
from finzcore.errors import RequiredField, RuleBroken
from finzcore.gst.roundoff import Method
from finzcore.gst.split import Heads, Level, Rounding
from finzcore.gst.states import state
from finzcore.gst.supply import Supply, Treatment, supply
from finzcore.money import Millionths, Paise
from finzcore.ports import Row, Table

NOBODY: Final[Row] = {
    "contact_name": None,
    "gst_no": None,
    "gst_treatment": Treatment.UNREGISTERED.value,
    "place_of_contact": None,
}
"""What is known of a contact whom nobody named."""


@attrs.frozen
class Drawn:
    """A document computed: its header row, its line rows, and the totals they came to."""

    row: Row
    lines: list[Row]
    totals: Totals


def contact_of(books: Books, key: int, *, selling: bool, field: str) -> Row:
    """The contact of a document, found again if need be; RuleBroken when it is only the other side's."""
    contact = books.found.get(("contacts", key))
    if contact is None:
        contact = books.session.get(table_of("contacts"), key)
        assert contact is not None
    if contact["contact_type"] == ("VENDOR" if selling else "CUSTOMER"):
        sides = ("vendor", "customer") if selling else ("customer", "vendor")
        raise RuleBroken("This contact is a {}, not a {}.".format(*sides), field=field)
    return contact


def branch_of(books: Books, key: int | None) -> Row:
    """The branch of that key, or the default one."""
    return books.masters.default_branch if key is None else books.masters.rows["branches"][key]


def usual_place(contact: Row, branch: Row, *, selling: bool) -> str:
    """Where something is supplied if nobody says: a sale where the customer is, else where we are; a
    purchase where we are (`gst.md` §3.6)."""
    place: str = (contact["place_of_contact"] if selling else None) or branch["state"]
    return place


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
    kind: PaperKind,
    given: Any,
    *,
    selling: bool,
    place_of_supply: str | None = None,
    method: Method | None = None,
    tds: Tds | None = None,
) -> Drawn:
    """Compute a document of a kind from what its body says, its contact, branch and items.

    Without a `place_of_supply` it is what the body says, or the usual one.
    """
    masters = books.masters
    said = plan_of(Everything).defaults | given.__dict__
    contact = contact_of(books, said[kind.contact], selling=selling, field=kind.contact)
    branch = branch_of(books, given.branch_id)
    code, exchange_rate = currency(books, given.currency_code, given.exchange_rate, contact, given.date)
    place = place_of_supply or said["place_of_supply"] or usual_place(contact, branch, selling=selling)
    tags = tags_text(given.tags)
    if said["with_payment"] is None:
        said["with_payment"] = int(not (selling and masters.preferences["exportsUnderLut"]))
    lines = [
        line if isinstance(line, dict) else filled(books, line, index, selling=selling)
        for index, line in enumerate(given.line_items)
    ]
    supplied = supply_between(
        contact, branch, place, selling=selling, with_payment=bool(said["with_payment"])
    )
    elsewhere = not (selling or supplied.inter or state(place).number == state(branch["state"]).number)
    for line in lines:
        taken_over(line, said, elsewhere=elsewhere)
    to_price = [line_of(books, line, index, tags, selling=selling) for index, line in enumerate(lines)]
    totals = _totals(said, to_price, supplied, masters.preferences, method, tds)
    priced(lines, totals)
    who = kind.who
    row = plan_of(Everything).defaults | row_of(given, without=_not_kept(given.plan, kind.table))
    if "is_rcm" in row:
        row["is_rcm"] = row["is_rcm"] or 0
    row |= kept_of(who, contact) | {
        "place_of_supply": place,
        "branch_id": branch["id"],
        "currency_code": code,
        "exchange_rate": exchange_rate,
        "export": None if said["export"] is None else as_json(said["export"]),
        "tags": tags,
        "discount_given": given.discount,
        "tds_given": None if said["tds_rate"] else said["tds_amount"],
        "round_off_given": given.round_off,
        "with_payment": said["with_payment"],
    }
    return Drawn(row | _figures(totals), lines, totals)


def kept_of(who: str, contact: Row) -> Row:
    """What a document keeps of its contact, as it is when the document is written."""
    return {
        f"{who}_name": contact["contact_name"],
        f"{who}_gstin": contact["gst_no"],
        f"{who}_treatment": contact["gst_treatment"],
        f"{who}_state": contact["place_of_contact"],
    }


def supply_between(contact: Row, branch: Row, place: str, *, selling: bool, with_payment: bool) -> Supply:
    """What kind of supply a document is about: we supply a customer, or a vendor supplies us, and is
    where his state is, else where we are (`api.md` §4.1 item 6)."""
    supplier = branch["state"] if selling else contact["place_of_contact"] or branch["state"]
    return supply(
        state(supplier).number,
        state(place).number,
        treatment=Treatment(contact["gst_treatment"]),
        supplier_is_sez=bool(branch["is_sez"]),
        with_payment=with_payment,
    )


@cache
def _not_kept(plan: Plan, table: Table) -> frozenset[str]:
    """The fields of a shape for which a table has no column of that name."""
    return frozenset(plan.specs) - {column.name for column in table.columns}


def _totals(
    said: Mapping[str, Any],
    lines: Sequence[Line],
    supplied: Supply,
    preferences: Mapping[str, Any],
    method: Method | None,
    tds: Tds | None,
) -> Totals:
    """What the lines come to, under the header's terms and the organisation's preferences."""
    totals = price(
        lines,
        supply=supplied,
        discount=discount_of(said["discount"]),
        discount_before_tax=bool(said["is_discount_before_tax"]),
        inclusive=bool(said["is_inclusive_tax"]),
        rounding=Rounding(preferences["taxRounding"]),
        level=Level(preferences["taxRoundingLevel"]),
        shipping=Paise(said["shipping_charge"]),
        adjustment=Paise(said["adjustment"]),
        tds=tds or _tds(said),
        tds_rounding=TdsRounding(preferences["tdsRounding"]),
        round_off=method if said["round_off"] is None else Paise(said["round_off"]),
    )
    # A client may send back what it was shown: both figures of TDS, as long as they say the same.
    if said["tds_rate"] and said["tds_amount"] and said["tds_amount"] != totals.tds_amount:
        raise RuleBroken("tds_amount and tds_rate say different things.", field="tds_amount")
    return totals


def _tds(said: Mapping[str, Any]) -> Tds | None:
    if said["tds_rate"]:
        return Tds(rate=Millionths(said["tds_rate"]))
    return Tds(amount=Paise(said["tds_amount"])) if said["tds_amount"] else None


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
