"""Whom and what the model knows: contacts, items, taxes and accounts; and what a body leaves open."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from finzcore.testing import told
from finzcore.testing.model.facts import Body, Branch, Moved, Posting, Schedule
from finzcore.testing.pricing import paise

RECEIVABLE, ADVANCES, CASH, OPENING = "1040", "2050", "1010", "3030"
PAYABLE, PAID_AHEAD, SOLD, BOUGHT = "2010", "1080", "4010", "5010"

_OF_AN_ITEM: Final = ("hsn_or_sac", "unit", "tax_id")
"""What a line takes from its item where it says nothing itself, besides the name."""
_BY_SIDE: Final = {
    True: {"rate": "rate", "account_id": "account_id"},
    False: {"rate": "purchase_rate", "account_id": "purchase_account_id"},
}
"""What it takes of one that is sold, and of one that is bought."""

_HINTS: Final = {
    "tax": "of taxes it knows those without cess and reverse charge, of which CGST and SGST are half each",
    "account": "there is none in these books",
    "branch": "there is none in these books",
}


def known(kept: Mapping[Any, Any], key: Any, what: str) -> Any:
    """What is kept of an id; ValueError when nobody told the model of it."""
    if key not in kept:
        hint = _HINTS.get(what, f"say so first with expect_{what}(...)")
        raise ValueError(f"the model knows no {what} {key}: {hint}")
    return kept[key]


class Known:
    """Contacts, items, taxes and accounts. Keys are the ids of the API, amounts whole paise."""

    def __init__(
        self,
        home: str,
        percents: Mapping[str | None, Fraction],
        accounts: Mapping[str, str],
        reverse: Mapping[str | None, Fraction] | None = None,
        branches: Mapping[str, Branch] | None = None,
    ) -> None:
        """`percents` are the full rates by the ids of taxes, `accounts` the codes by the ids of accounts,
        `reverse` the full rates by the ids of taxes that mean reverse charge, `branches` those that there
        are by their ids, the first one first; without any there is one in the state of `home`.
        """
        self.branches = branches or {"": Branch("", home, {})}
        self.percents = percents
        self.accounts = accounts
        self.reverse = reverse or {}
        self.contacts: dict[str, Body] = {}
        self.items: dict[str, Body] = {}
        self.schedules: dict[str, Schedule] = {}
        self.given: Counter[tuple[str, str, str]] = Counter()
        self.locked = ""

    @property
    def customers(self) -> dict[str, Body]:
        """The contacts that buy, in the order in which they were met."""
        return self._contacts("CUSTOMER")

    @property
    def vendors(self) -> dict[str, Body]:
        """The contacts that sell, in the order in which they were met."""
        return self._contacts("VENDOR")

    def _contacts(self, which: str) -> dict[str, Body]:
        kinds = (which, "BOTH")
        return {
            key: one for key, one in self.contacts.items() if one.get("contact_type", "CUSTOMER") in kinds
        }

    def meet(self, key: str, body: Mapping[str, Any], today: str) -> None:
        """A contact, or what is now known of one; an opening balance is of the day they are first met."""
        kept = told.read(told.CONTACT, body)
        self.contacts[key] = kept | {"day": self.contacts.get(key, {"day": today})["day"]}

    def stock_up(self, key: str, body: Mapping[str, Any]) -> None:
        """An item, or what is now known of one."""
        kept = {"item_name": "", "rate": Decimal(0)} | told.read(told.ITEM, body)
        if not kept.get("is_taxable", True):
            kept.pop("tax_id", None)
        self.items[key] = kept

    def branch(self, body: Body) -> str:
        """The id of the branch that a body names, or of the first."""
        named = body.get("branch_id")
        if named is None:
            return next(iter(self.branches))
        known(self.branches, named, "branch")
        return str(named)

    def home(self, body: Body) -> str:
        """The state of the branch that a body names."""
        return self.branches[self.branch(body)].state

    def number(self, of: str, body: Body) -> str:
        """The next number of a kind of document in the branch and the financial year of a body; it is taken
        by asking."""
        date, branch = body["date"], self.branch(body)
        year = int(date[:4]) - (date[5:7] < "04")
        label = f"{year % 100:02}{(year + 1) % 100:02}"
        self.given[of, branch, label] += 1
        return f"{self.branches[branch].prefix(of)}{label}-{self.given[of, branch, label]:03}"

    def contact(self, key: str, *, sells: bool) -> Body:
        """What is known of a customer or of a vendor; ValueError for somebody who is not."""
        contact: Body = known(self.contacts, key, "contact")
        if key not in (self.customers if sells else self.vendors):
            raise ValueError(f"{key} is no {'customer' if sells else 'vendor'}")
        return contact

    def account(self, named: str | None, usual: str) -> str:
        """The id of the account that is named, or of the usual one."""
        if named is not None:
            known(self.accounts, named, "account")
            return named
        return next(key for key, code in self.accounts.items() if code == usual)

    def tax(self, tax_id: str | None) -> None:
        """ValueError for a tax that the model does not know."""
        if tax_id not in self.reverse:
            known(self.percents, tax_id, "tax")

    def filled(self, line: Body, *, sells: bool) -> Body:
        """A line that says what its item fills in."""
        item: Body = {}
        if "item_id" in line:
            kept = known(self.items, line["item_id"], "item")
            item = {name: kept[name] for name in _OF_AN_ITEM if name in kept} | {"name": kept["item_name"]}
            item |= {name: kept[of] for name, of in _BY_SIDE[sells].items() if of in kept}
        whole: Body = {"quantity": Decimal(1)} | item | line
        if "rate" not in whole:
            raise ValueError("line_items: a line without an item has a rate")
        self.tax(whole.get("tax_id"))
        usual = SOLD if sells else BOUGHT
        return whole | {"account_id": self.account(whole.get("account_id"), usual)}

    def postings(self) -> Iterator[Posting]:
        """What stands in the journal; what was voided stands there for nothing."""
        for key, contact in self.contacts.items():
            opening = paise(contact.get("opening_balance", 0))
            vendor = contact.get("contact_type") == "VENDOR"
            side = -1 if vendor else 1
            first = self.branch({})
            yield contact["day"], PAYABLE if vendor else RECEIVABLE, side * opening, key, first
            yield contact["day"], OPENING, -side * opening, None, first

    def posted(self, body: Body, moved: Iterable[Moved]) -> Iterator[Posting]:
        """What a document moves, in its branch."""
        branch = self.branch(body)
        for day, code, amount, contact in moved:
            yield day, code, amount, contact, branch
