"""On which account money moves: the one that is named, or the first bank or cash account by its code."""

from finzcore.books.books import Books
from finzcore.errors import RuleBroken
from finzcore.ledger.account import AccountType

_KINDS = (AccountType.BANK.value, AccountType.CASH.value)


def bank_account(books: Books, named: int | None, field: str = "bank_account_id") -> int:
    """The number of the account; RuleBroken when it is no bank or cash account, or there is none."""
    accounts = books.masters.rows["accounts"]
    if named is not None:
        if accounts[named]["account_type"] not in _KINDS:
            raise RuleBroken("Money moves on a bank or cash account.", field=field)
        return named
    usable = [row for row in accounts.values() if row["is_active"] and row["account_type"] in _KINDS]
    if not usable:
        raise RuleBroken("There is no active bank or cash account.", field=field)
    first: int = min(usable, key=lambda row: row["code"])["number"]
    return first
