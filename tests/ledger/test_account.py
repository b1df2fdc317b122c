"""Accounts: every type has a class and a side, and a broken account cannot exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import RequiredField, RuleBroken
from finzcore.ledger.account import Account, AccountClass, AccountType, Role


@pytest.mark.parametrize(
    ("natural", "klass", "types"),
    # api.md §4.0, the documented types and ours
    [
        (1, "ASSET", "BANK CASH ACCOUNTS_RECEIVABLE STOCK GST_ASSET TDS_ASSET FIXED_ASSET"),
        (1, "ASSET", "OTHER_CURRENT_ASSET OTHER_ASSET"),
        (-1, "LIABILITY", "ACCOUNTS_PAYABLE GST_LIABILITY TDS_LIABILITY OTHER_CURRENT_LIABILITY"),
        (-1, "LIABILITY", "LONG_TERM_LIABILITY CREDIT_CARD"),
        (-1, "EQUITY", "EQUITY RETAINED_EARNINGS"),
        (-1, "INCOME", "SALES INCOME OTHER_INCOME"),
        (1, "EXPENSE", "EXPENSE COST_OF_GOODS_SOLD OTHER_EXPENSE"),
    ],
)
def test_debits_increase_assets_and_expenses_only(natural: int, klass: str, types: str) -> None:
    for name in types.split():
        assert AccountClass(klass) is AccountType(name).klass
        assert natural == AccountType(name).natural


@given(st.sampled_from(AccountType))
def test_every_type_has_a_class_and_only_income_and_expenses_make_profit(kind: AccountType) -> None:
    assert kind.is_profit == (kind.klass in {AccountClass.INCOME, AccountClass.EXPENSE})


@given(st.sampled_from(AccountType), st.integers())
def test_a_balance_is_positive_on_the_natural_side(kind: AccountType, net: int) -> None:
    account = Account(number=1, code="1", name="Any", type=kind)
    assert net == account.balance(net) * kind.natural


def test_types_and_roles_are_read_from_text() -> None:
    account = Account(number=1, code="1", name="Bank", type="BANK", role="BANK")
    assert AccountType.BANK is account.type
    assert Role.BANK is account.role


@pytest.mark.parametrize("field", ["code", "name"])
def test_an_account_needs_a_code_and_a_name(field: str) -> None:
    fields = {"number": 1, "code": "1", "name": "Bank", "type": AccountType.BANK, field: "  "}
    with pytest.raises(RequiredField) as refused:
        Account(**fields)
    assert field == refused.value.field


@pytest.mark.parametrize("code", ["", "inr", "RS", "INRR", "₹₹₹", "IN1"])
def test_a_currency_is_three_capital_letters(code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        Account(number=1, code="1", name="Bank", type=AccountType.BANK, currency_code=code)
    assert "currency_code" == refused.value.field


def test_an_account_is_not_its_own_parent() -> None:
    with pytest.raises(RuleBroken):
        Account(number=7, code="1", name="Bank", type=AccountType.BANK, parent=7)


def test_a_type_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="PIGGY_BANK"):
        Account(number=1, code="1", name="Pig", type="PIGGY_BANK")
