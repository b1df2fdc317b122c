"""Bank accounts: the bank and cash accounts of the chart, as money is paid from them."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.resource import Page, Resource, browse
from finzcore.books.shapes import flag, shape
from finzcore.ledger.account import AccountType
from finzcore.ports import Row

VIEW: Final = views.View(
    views.ident("bank_account_id", "acc_", "number"),
    views.ident("account_id", "acc_", "number"),
    views.text("name"),
    views.text("code"),
    views.text("account_type"),
    views.text("bank_name").maybe(),
    views.text("account_number_masked").maybe(),
    views.text("ifsc").maybe(),
    views.amount("current_balance"),
    views.text("currency_code"),
    views.flag("is_active"),
)


@shape
class BankAccountList:
    """Which bank accounts are wanted."""

    active_only: int = flag(default=True)
    include_cash: int = flag(default=True)


def masked(account_number: str | None) -> str | None:
    """An account number of which only the last four characters can be read.

    >>> masked("50100012345678"), masked("1234")
    ('XXXXXXXXXX5678', 'XXXX')
    """
    if account_number is None:
        return None
    shown = account_number[-4:] if len(account_number) > 4 else ""
    return "X" * (len(account_number) - len(shown)) + shown


def _row(row: Row, net: int) -> Row:
    balance = net * AccountType(row["account_type"]).natural
    return row | {"current_balance": balance, "account_number_masked": masked(row["account_number"])}


def listing(books: Books, query: BankAccountList) -> Page:
    """The bank and cash accounts by code."""
    types = ("BANK", "CASH") if query.include_cash else ("BANK",)
    rows = [
        row
        for row in books.masters.rows["accounts"].values()
        if row["account_type"] in types and (row["is_active"] or not query.active_only)
    ]
    nets = {row["account"]: row["net"] for row in books.session.ask("accounts.balances")}
    rows.sort(key=lambda row: str(row["code"]))
    return Page.whole([_row(row, nets.get(row["number"], 0)) for row in rows])


RESOURCE: Final = Resource(
    name="bank_accounts", noun="bank_account", view=VIEW, operations=(browse(listing, BankAccountList),)
)
