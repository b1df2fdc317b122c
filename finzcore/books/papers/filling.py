"""Lines on their way to a price: what the item master fills in, the value that is priced, what it came to.

filled         what a body leaves open of a line, from its item
taken_over     what it leaves open of reverse charge and credit, from its header
line_of        a filled line as the value that is priced; `valued`, the same of any kept line
priced         what lines came to, in their rows
priced_line    a kept line as the value it was priced to
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from finzcore.books.books import Books
from finzcore.books.masters import Masters
from finzcore.books.papers.lines import INWARD, NewLine, discount_of, tags_text
from finzcore.documents.line import Line
from finzcore.documents.totals import PricedLine, Totals
from finzcore.errors import NotFound, RequiredField, RuleBroken
from finzcore.gst.reverse import INELIGIBLE_PLACE, reverse_charge
from finzcore.gst.split import NO_TAX, Heads
from finzcore.ledger.account import AccountClass, AccountType, Role
from finzcore.money import Paise
from finzcore.ports import Row

_NOTHING: Final = Paise(0)
_NOT_BOUGHT: Final = frozenset(
    {
        AccountType.ACCOUNTS_RECEIVABLE,
        AccountType.BANK,
        AccountType.CASH,
        AccountType.GST_ASSET,
        AccountType.TDS_ASSET,
    }
)
"""Assets that are not what somebody buys."""


def filled(books: Books, given: NewLine, index: int, *, selling: bool) -> Row:
    """A line with what its item fills in; explicit values win (`api.md` §4.1)."""
    at = f"line_items[{index}]."
    item: Row = {} if given.item_id is None else books.row("items", given.item_id)
    rate = given.rate if given.rate is not None else item.get("rate" if selling else "purchase_rate")
    if rate is None:
        raise RequiredField("'rate' is required: the item has no purchase rate.", field=f"{at}rate")
    tax_id = given.tax_id
    if tax_id is None and item.get("is_taxable"):
        tax_id = item["tax_id"]
    said = given.__dict__
    return {
        "item_id": given.item_id,
        "name": given.name or item["item_name"],
        "description": given.description or item.get("description") or item.get("item_name"),
        "hsn_or_sac": given.hsn_or_sac or item.get("hsn_or_sac"),
        "quantity": given.quantity,
        "unit": given.unit or item.get("unit"),
        "rate": rate,
        "discount_given": given.discount,
        "tax_id": tax_id,
        "account": _account(books, given, item, selling, f"{at}account_id"),
        "tags": tags_text(given.tags),
        "restock": _restocked(said, selling),
        "order_line": said.get("order_line"),
        **{name: said.get(name) for name in INWARD},
    }


def _restocked(said: Mapping[str, Any], selling: bool) -> int:
    """Whether the goods of a line go back: those of a purchase that is returned do, if nobody says."""
    if "restock" not in said:
        return 0
    return int(not selling) if said["restock"] is None else int(said["restock"])


def _account(books: Books, given: NewLine, item: Row, selling: bool, field: str) -> int:
    """The line's account, else its item's, else the usual one."""
    accounts = books.masters.rows["accounts"]
    account = given.account_id
    if account is not None:
        _check_account(AccountType(accounts[account]["account_type"]), selling, field)
        return account
    account = item.get("account_id" if selling else "purchase_account_id")
    if account is None:
        return books.masters.account(Role.SALES if selling else Role.PURCHASES)
    if not accounts[account]["is_active"]:
        raise NotFound(f"The account of item '{item['item_name']}' is closed.", field=field)
    return int(account)


def _check_account(kind: AccountType, selling: bool, field: str) -> None:
    if selling:
        if kind.klass is not AccountClass.INCOME:
            raise RuleBroken("The account of a sale is an income account.", field=field)
    elif kind.klass not in (AccountClass.EXPENSE, AccountClass.ASSET) or kind in _NOT_BOUGHT:
        message = "The account of a purchase is an expense, stock or another asset that is bought."
        raise RuleBroken(message, field=field)


def taken_over(row: Row, header: Mapping[str, Any], *, elsewhere: bool) -> None:
    """Take over from the header what a line leaves open of reverse charge and credit; what is bought
    `elsewhere`, within another state, bears tax that no credit is given for."""
    for name in INWARD:
        if row[name] is None:
            row[name] = header.get(name)
    if elsewhere and row["itc_blocked_reason"] is None:
        row["itc_blocked_reason"] = INELIGIBLE_PLACE


def line_of(books: Books, row: Row, index: int, header_tags: str, *, selling: bool) -> Line:
    """A filled line as the value that is priced; refusals name the line."""
    if selling:
        for name in INWARD:
            if row[name]:
                message = "Reverse charge and blocked credit are said of what is bought."
                raise RuleBroken(message, field=f"line_items[{index}].{name}")
    try:
        line = valued(books.masters, row, header_tags)
    except RuleBroken as error:
        raise type(error)(error.message, field=f"line_items[{index}].{error.field}") from None
    row["discount"] = line.discount
    row["tax_percentage"] = 0 if line.tax is None else line.tax.igst
    row["is_rcm"] = int(not selling and line.assessed is not None)
    return line


def valued(masters: Masters, row: Row, header_tags: str) -> Line:
    """A line as the value that is priced: RuleBroken, on a field of the line, when it has none."""
    tax = None if row["tax_id"] is None else masters.rate(row["tax_id"])
    rcm = None
    if row["is_rcm"] or row["rcm_rate"] is not None:
        rcm = reverse_charge(bool(row["is_rcm"]), row["rcm_rate"], tax)
    tags = row["tags"] if row["tags"] != "[]" else header_tags
    given = (tax, row["account"], None if tags == "[]" else tags, rcm, row["itc_blocked_reason"])
    line = Line(row["quantity"], row["rate"], _NOTHING, *given)
    discount = discount_of(row["discount_given"])
    return line if discount is None else Line(line.quantity, line.rate, discount.of(line.gross), *given)


def priced(rows: Iterable[Row], totals: Totals) -> None:
    """Write what a line came to into its row; what a customer assesses himself is his to keep."""
    for row, line in zip(rows, totals.lines, strict=True):
        tax, owed = line.tax, line.rcm if row["is_rcm"] else NO_TAX
        row["item_total"], row["taxable"] = line.item_total, line.taxable
        row["cgst"], row["sgst"], row["igst"], row["cess"] = tax.cgst, tax.sgst, tax.igst, tax.cess
        row["rcm_cgst"], row["rcm_sgst"], row["rcm_igst"] = owed.cgst, owed.sgst, owed.igst
        row["rcm_cess"], row["converted"] = owed.cess, 0


def priced_line(row: Row, header_tags: str) -> PricedLine:
    """A kept line as the value it was priced to."""
    tags = row["tags"] if row["tags"] != "[]" else header_tags
    tax = Heads(Paise(row["cgst"]), Paise(row["sgst"]), Paise(row["igst"]), Paise(row["cess"]))
    owed = NO_TAX
    if row["is_rcm"]:
        owed = Heads(*[Paise(row[f"rcm_{head}"]) for head in ("cgst", "sgst", "igst", "cess")])
    return PricedLine(
        Paise(row["item_total"]),
        Paise(row["taxable"]),
        tax,
        row["account"],
        None if tags == "[]" else tags,
        owed,
        row["itc_blocked_reason"],
    )
