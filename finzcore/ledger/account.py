"""The kinds of account, the side that increases them, and the roles they play (`api.md` §4.0)."""

from enum import StrEnum
from typing import Final

import attrs

from finzcore.errors import RequiredField, RuleBroken


class AccountClass(StrEnum):
    """The five classes of double entry."""

    ASSET = "ASSET"
    LIABILITY = "LIABILITY"
    EQUITY = "EQUITY"
    INCOME = "INCOME"
    EXPENSE = "EXPENSE"


class AccountType(StrEnum):
    """What an account is for; each type belongs to one class.

    >>> AccountType.BANK.klass, AccountType.BANK.natural, AccountType.SALES.natural
    (<AccountClass.ASSET: 'ASSET'>, 1, -1)
    """

    BANK = "BANK"
    CASH = "CASH"
    ACCOUNTS_RECEIVABLE = "ACCOUNTS_RECEIVABLE"
    STOCK = "STOCK"
    GST_ASSET = "GST_ASSET"
    TDS_ASSET = "TDS_ASSET"
    FIXED_ASSET = "FIXED_ASSET"
    OTHER_CURRENT_ASSET = "OTHER_CURRENT_ASSET"
    OTHER_ASSET = "OTHER_ASSET"
    ACCOUNTS_PAYABLE = "ACCOUNTS_PAYABLE"
    GST_LIABILITY = "GST_LIABILITY"
    TDS_LIABILITY = "TDS_LIABILITY"
    OTHER_CURRENT_LIABILITY = "OTHER_CURRENT_LIABILITY"
    LONG_TERM_LIABILITY = "LONG_TERM_LIABILITY"
    CREDIT_CARD = "CREDIT_CARD"
    EQUITY = "EQUITY"
    RETAINED_EARNINGS = "RETAINED_EARNINGS"
    SALES = "SALES"
    INCOME = "INCOME"
    OTHER_INCOME = "OTHER_INCOME"
    EXPENSE = "EXPENSE"
    COST_OF_GOODS_SOLD = "COST_OF_GOODS_SOLD"
    OTHER_EXPENSE = "OTHER_EXPENSE"

    @property
    def klass(self) -> AccountClass:
        """The class this type belongs to."""
        return _CLASSES[self]

    @property
    def natural(self) -> int:
        """+1 where a debit increases the account (assets, expenses), -1 where a credit does."""
        return 1 if self.klass in (AccountClass.ASSET, AccountClass.EXPENSE) else -1

    @property
    def is_profit(self) -> bool:
        """Whether it is counted for a financial year only, and then becomes retained earnings."""
        return self.klass in (AccountClass.INCOME, AccountClass.EXPENSE)


_TYPES: Final = {
    AccountClass.ASSET: (
        "BANK CASH ACCOUNTS_RECEIVABLE STOCK GST_ASSET TDS_ASSET FIXED_ASSET OTHER_CURRENT_ASSET OTHER_ASSET"
    ),
    AccountClass.LIABILITY: (
        "ACCOUNTS_PAYABLE GST_LIABILITY TDS_LIABILITY OTHER_CURRENT_LIABILITY LONG_TERM_LIABILITY CREDIT_CARD"
    ),
    AccountClass.EQUITY: "EQUITY RETAINED_EARNINGS",
    AccountClass.INCOME: "SALES INCOME OTHER_INCOME",
    AccountClass.EXPENSE: "EXPENSE COST_OF_GOODS_SOLD OTHER_EXPENSE",
}
_CLASSES: Final = {AccountType(name): klass for klass, names in _TYPES.items() for name in names.split()}


class Role(StrEnum):
    """Why code wants an account; the chart says which account plays it."""

    CASH = "CASH"
    BANK = "BANK"
    AR = "AR"
    STOCK = "STOCK"
    IN_CGST = "IN_CGST"
    IN_SGST = "IN_SGST"
    IN_IGST = "IN_IGST"
    IN_CESS = "IN_CESS"
    TDS_RECEIVABLE = "TDS_RECEIVABLE"
    VENDOR_ADVANCE = "VENDOR_ADVANCE"
    AP = "AP"
    OUT_CGST = "OUT_CGST"
    OUT_SGST = "OUT_SGST"
    OUT_IGST = "OUT_IGST"
    OUT_CESS = "OUT_CESS"
    RCM_CGST = "RCM_CGST"
    RCM_SGST = "RCM_SGST"
    RCM_IGST = "RCM_IGST"
    TDS_PAYABLE = "TDS_PAYABLE"
    CUSTOMER_ADVANCE = "CUSTOMER_ADVANCE"
    RETAINED = "RETAINED"
    OPENING = "OPENING"
    SALES = "SALES"
    SHIPPING = "SHIPPING"
    ROUND_OFF = "ROUND_OFF"
    FX = "FX"
    ADJUSTMENT = "ADJUSTMENT"
    PURCHASES = "PURCHASES"
    FREIGHT = "FREIGHT"
    BANK_CHARGES = "BANK_CHARGES"


def _not_blank(_: object, attribute: "attrs.Attribute[str]", text: str) -> None:
    if not text.strip():
        raise RequiredField(f"An account needs a {attribute.name}.", field=attribute.name)


def _currency(_: object, attribute: "attrs.Attribute[str]", code: str) -> None:
    if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise RuleBroken("A currency code is three capital letters.", field=attribute.name)


def _type(given: str) -> AccountType:
    # Of an enum itself attrs would ask the signature, which takes longer than making the class.
    return AccountType(given)


def _role(given: str | None) -> Role | None:
    return None if given is None else Role(given)


@attrs.frozen(kw_only=True)
class Account:
    """One account. `number` is its key in its organisation, `parent` the number of another account.

    The last four fields describe a bank account. RequiredField when the code or the name is blank,
    RuleBroken when the currency code is none or the account is its own parent.
    """

    number: int
    code: str = attrs.field(validator=_not_blank)
    name: str = attrs.field(validator=_not_blank)
    type: AccountType = attrs.field(converter=_type)
    role: Role | None = attrs.field(default=None, converter=_role)
    parent: int | None = None
    description: str | None = None
    currency_code: str = attrs.field(default="INR", validator=_currency)
    is_active: bool = True
    is_system: bool = False
    bank_name: str | None = None
    account_number: str | None = None
    ifsc: str | None = None
    upi_id: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.parent == self.number:
            raise RuleBroken("An account cannot be its own parent.", field="parent_id")

    def balance(self, net: int) -> int:
        """A debit-positive sum in paise as this account's balance, positive on its natural side."""
        return self.type.natural * net
