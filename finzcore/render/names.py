"""Accounts as hledger and beancount name them: ``Assets:1010-Cash-in-Hand``.

Both take letters, digits and hyphens of any script, beginning with a capital or a digit; everything else
becomes a hyphen, so an account also says its own name beside the line that opens it.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

from finzcore.ledger.account import Account, AccountClass

ROOTS: Final = {
    AccountClass.ASSET: "Assets",
    AccountClass.LIABILITY: "Liabilities",
    AccountClass.EQUITY: "Equity",
    AccountClass.INCOME: "Income",
    AccountClass.EXPENSE: "Expenses",
}
"""What both tools call the five classes, unless told otherwise."""


_KEPT: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})
_FIRST: Final = frozenset({"Lu", "Nd"})
_DROPPED: Final = frozenset({"Mn", "Mc", "Me", "Cf"})
"""Vowel signs and joiners: a hyphen in place of each would take words apart."""

_category = unicodedata.category


def safe(text: str) -> str:
    """Text as one part of the name of an account.

    >>> safe("1010-Cash in Hand"), safe("7-Bank (HDFC); Pune"), safe("x.1"), safe("5 रोकड़")
    ('1010-Cash-in-Hand', '7-Bank-HDFC-Pune', 'X-1', '5-रकड')
    """
    kept = "".join(one if _category(one) in _KEPT else " " for one in text if _category(one) not in _DROPPED)
    name = "-".join(kept.split())
    if name[:1].isascii():
        name = name[:1].upper() + name[1:]
    return name if _category(name[:1] or " ") in _FIRST else f"Account-{name}".rstrip("-")


def account_names(accounts: Iterable[Account]) -> dict[int, str]:
    """The name of each account, by its number. No two have the same: where they would, the later of them
    ends with a count, and the one that was there first keeps its name."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for account in sorted(accounts, key=lambda one: one.number):
        plain = name = f"{ROOTS[account.type.klass]}:{safe(f'{account.code}-{account.name}')}"
        count = 1
        while name in taken:
            count += 1
            name = f"{plain}-{count}"
        taken.add(name)
        names[account.number] = name
    return names
