"""Money spent at once: an expense drawn up, its lines as they were given, its entry (`api.md` §4.8).

A plain expense is one amount on one account; an itemised one has lines, which take from its header what
they leave open. Both are kept as lines of one unit each, and priced like those of any document.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from finzcore.books.bodies import refusal
from finzcore.books.books import Books
from finzcore.books.journal import post
from finzcore.books.papers.bank import bank_account
from finzcore.books.papers.drawing import NOBODY, branch_of, contact_of, kept_of, supply_between
from finzcore.books.papers.filling import line_of, priced, taken_over
from finzcore.books.papers.lines import INWARD, tags_text
from finzcore.books.shapes import plan_of
from finzcore.books.text import json_value
from finzcore.documents.expense import expense_entry
from finzcore.documents.totals import Totals, price
from finzcore.errors import RuleBroken
from finzcore.gst.split import Level, Rounding
from finzcore.gst.states import state
from finzcore.ledger.account import AccountType
from finzcore.ports import Row

PAISA: Final = 10_000
"""A hundredth of a rupee in millionths: an amount is the price of one unit."""

_ONE_UNIT: Final = 1_000_000
_NOT_SPENT_ON: Final = frozenset(
    {AccountType.ACCOUNTS_RECEIVABLE, AccountType.ACCOUNTS_PAYABLE, AccountType.BANK, AccountType.CASH}
)


class Part(NamedTuple):
    """One amount of an expense; what it leaves open, the header says."""

    amount: int
    account_id: int | None = None
    tax_id: int | None = None
    note: str | None = None


class Spent(NamedTuple):
    """An expense computed: its header row, its line rows, and the totals they came to."""

    row: Row
    lines: list[Row]
    totals: Totals


def spent(books: Books, body: Any) -> Spent:
    """Compute an expense from what its body says, its vendor and its branch.

    RuleBroken, on a field of the header or below ``line_items[i]``, when it cannot be.
    """
    named = body.vendor_id is not None
    vendor = contact_of(books, body.vendor_id, selling=False, field="vendor_id") if named else NOBODY
    branch = branch_of(books, body.branch_id)
    place = body.place_of_supply or branch["state"]
    supplied = supply_between(vendor, branch, place, selling=False, with_payment=True)
    elsewhere = not (supplied.inter or state(place).number == state(branch["state"]).number)
    tags, said, preferences = tags_text(body.tags), body.__dict__, books.masters.preferences
    lines = list(_filled(books, body))
    for line in lines:
        taken_over(line, said, elsewhere=elsewhere)
    with _named(plain=not body.line_items):
        totals = price(
            [line_of(books, line, index, tags, selling=False) for index, line in enumerate(lines)],
            supply=supplied,
            inclusive=bool(body.is_inclusive_tax),
            rounding=Rounding(preferences["taxRounding"]),
            level=Level(preferences["taxRoundingLevel"]),
        )
    priced(lines, totals)
    row = {
        "date": body.date,
        "vendor_id": body.vendor_id,
        **kept_of("vendor", vendor),
        "place_of_supply": place,
        "branch_id": branch["id"],
        "account": body.account_id,
        "paid_through": bank_account(books, body.paid_through_account_id, "paid_through_account_id"),
        "mode": body.mode,
        "reference_number": body.reference_number,
        "amount": sum([line["rate"] for line in lines]) // PAISA,
        "itemised": int(bool(body.line_items)),
        "tax_id": body.tax_id,
        "is_inclusive_tax": body.is_inclusive_tax,
        "is_rcm": body.is_rcm or 0,
        "rcm_rate": body.rcm_rate,
        "itc_blocked_reason": body.itc_blocked_reason,
        "tags": tags,
        "notes": body.notes,
    }
    return Spent(row | _figures(totals), lines, totals)


def _filled(books: Books, body: Any) -> Iterator[Row]:
    """The lines of an expense with what they leave open filled in from its header."""
    accounts = books.masters.rows["accounts"]
    for index, part in enumerate(body.line_items or (Part(body.amount),)):
        account = body.account_id if part.account_id is None else part.account_id
        if AccountType(accounts[account]["account_type"]) in _NOT_SPENT_ON:
            of_line = part.account_id is not None
            raise RuleBroken(
                "Money is not spent on receivables, payables, banks or cash.",
                field=f"line_items[{index}].account_id" if of_line else "account_id",
            )
        yield {
            "item_id": None,
            "name": part.note or accounts[account]["name"],
            "description": part.note,
            "hsn_or_sac": None,
            "quantity": _ONE_UNIT,
            "unit": None,
            "rate": part.amount * PAISA,
            "discount_given": None,
            "tax_id": body.tax_id if part.tax_id is None else part.tax_id,
            "account": account,
            "tags": "[]",
            "restock": 0,
            "order_line": None,
            **dict.fromkeys(INWARD),
        }


@contextmanager
def _named(*, plain: bool) -> Iterator[None]:
    """Name what refuses a line as a body names it: its price is an amount, and reverse charge is said of
    the whole expense."""
    try:
        yield
    except RuleBroken as error:
        at, dot, last = (error.field or "").rpartition(".")
        field = {"rate": "amount", "line_items": "amount" if plain else "line_items"}.get(last, last)
        if plain or last == "rcm_rate":
            at = dot = ""
        raise type(error)(error.message, field=f"{at}{dot}{field}") from None


def _figures(totals: Totals) -> Row:
    tax = totals.tax
    return {
        "sub_total": totals.sub_total,
        "cgst_total": tax.cgst,
        "sgst_total": tax.sgst,
        "igst_total": tax.igst,
        "cess_total": tax.cess,
        "tax_total": totals.tax_total,
        "total": totals.total,
    }


def as_body(shape: type, row: Row, lines: Sequence[Row], changes: Mapping[str, Any]) -> Any:
    """A kept expense as a body of this shape would have given it, with what is changed; refused like one.
    The row has its accounts under the names of the body too.

    A plain expense is shown with the one line that it is: where a change sends that back, it stays plain,
    and the header says what changes.
    """
    plan = plan_of(shape)
    given = {name: row[name] for name in plan.specs if name in row}
    given |= {"tags": tuple(json_value(row["tags"])), "line_items": _parts(row, lines)}
    new = {name: value for name, value in changes.items() if name != "line_items"}
    if "line_items" in changes and not _is_shown(row, lines, changes["line_items"]):
        new["line_items"] = changes["line_items"]
    body: Any = object.__new__(shape)
    body.__dict__.update(plan.defaults | given | new)
    if faults := list(body.faults()):
        raise refusal(faults)
    return body


def _parts(row: Row, lines: Sequence[Row]) -> tuple[Part, ...]:
    """The lines of a kept expense as a body would have given them; none of a plain one.

    Where a line says the same as its header, it goes on following that.
    """
    if not row["itemised"]:
        return ()
    return tuple(
        [
            Part(
                line["rate"] // PAISA,
                None if line["account"] == row["account"] else line["account"],
                None if line["tax_id"] == row["tax_id"] else line["tax_id"],
                line["description"],
            )
            for line in lines
        ]
    )


def _is_shown(row: Row, lines: Sequence[Row], given: Sequence[Any]) -> bool:
    """Whether these are the lines that a plain expense is shown with."""
    if row["itemised"] or len(given) != 1:
        return False
    (line,), (part,) = lines, given
    return (
        part.note is None
        and part.amount == line["rate"] // PAISA
        and part.account_id in (None, line["account"])
        and part.tax_id in (None, line["tax_id"])
    )


def pay(books: Books, row: Row, totals: Totals) -> int:
    """Post an expense; the `seq` of its entry."""
    vendor = "" if row["vendor_name"] is None else f" from {row['vendor_name']}"
    entry = expense_entry(
        totals,
        date=dt.date.fromisoformat(row["date"]),
        source_id=row["id"],
        chart=books.masters.chart,
        bank=row["paid_through"],
        branch_id=row["branch_id"],
        contact_id=row["vendor_id"],
        memo=f"Expense {row['number']}{vendor}",
        reference_number=row["reference_number"],
    )
    return post(books, entry)
