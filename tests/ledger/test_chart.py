"""The chart of accounts: finding an account, and what no chart may hold."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.errors import Duplicate, NotFound, RuleBroken
from finzcore.ledger.account import Account, AccountType, Role
from finzcore.ledger.chart import Chart
from finzcore.ledger.chart_india import india_accounts

INDIA = Chart(india_accounts())


def bank(number: int, **fields: object) -> Account:
    """A bank account whose code is its number."""
    return Account(
        **{"number": number, "code": str(number), "name": "Bank", "type": AccountType.BANK, **fields}
    )


@given(st.permutations(india_accounts()))
def test_a_chart_is_in_order_of_code_whatever_order_it_was_built_in(accounts: list[Account]) -> None:
    chart = Chart(accounts)
    assert INDIA == chart
    assert sorted(account.code for account in accounts) == [account.code for account in chart]


@given(st.sampled_from(INDIA.accounts))
def test_every_account_is_found_by_number_code_name_and_role(account: Account) -> None:
    assert account is INDIA.by_number(account.number)
    assert account is INDIA.by_code(account.code)
    assert account is INDIA.by_name(account.name)
    assert account.number in INDIA
    if account.role is not None:
        assert account is INDIA.by_role(account.role)


def test_what_is_not_there_is_not_found() -> None:
    assert INDIA.by_code("9999") is None
    assert INDIA.by_name("cash in hand") is None
    assert 9999 not in INDIA


def test_a_missing_role_or_number_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match="AR"):
        Chart([bank(1)]).by_role(Role.AR)
    with pytest.raises(AssertionError, match="2"):
        Chart([bank(1)]).by_number(2)


def test_of_two_accounts_with_one_name_the_first_by_code_is_meant() -> None:
    chart = Chart([bank(1, code="20"), bank(2, code="10")])
    assert chart.by_number(2) is chart.by_name("Bank")


@pytest.mark.parametrize(
    ("field", "second"),
    [
        ("number", bank(1, code="2")),
        ("code", bank(2, code="1")),
        ("role", bank(2, role=Role.BANK)),
    ],
)
def test_no_two_accounts_share_a_number_a_code_or_a_role(field: str, second: Account) -> None:
    with pytest.raises(Duplicate) as refused:
        Chart([bank(1, role=Role.BANK), second])
    assert field == refused.value.field


def test_a_parent_is_in_the_chart_and_of_the_same_class() -> None:
    with pytest.raises(NotFound) as missing:
        Chart([bank(1, parent=9)])
    with pytest.raises(RuleBroken) as of_another_class:
        Chart([bank(1, parent=2), bank(2, type=AccountType.CREDIT_CARD)])
    assert "parent_id" == missing.value.field == of_another_class.value.field
    assert 2 == len(Chart([bank(1, parent=2), bank(2, type=AccountType.CASH)]))


@given(st.integers(1, 8), st.integers(0, 8))
def test_parents_in_a_ring_are_refused_also_from_below(ring: int, below: int) -> None:
    accounts = [bank(n, parent=n % (ring + 1) + 1) for n in range(1, ring + 2)]
    accounts += [bank(ring + 2 + n, parent=ring + 1 + n) for n in range(below)]
    with pytest.raises(RuleBroken) as refused:
        Chart(accounts)
    assert "parent_id" == refused.value.field


@given(st.data())
def test_any_forest_is_a_chart(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 20))
    parents = [data.draw(st.none() | st.integers(1, n - 1)) if n > 1 else None for n in range(1, size + 1)]
    accounts = [bank(n, parent=parent) for n, parent in enumerate(parents, start=1)]
    assert size == len(Chart(data.draw(st.permutations(accounts))))


def test_the_seeded_accounts_are_those_of_the_table() -> None:
    # api.md §4.0, read row by row
    codes = (
        "1010 1020 1040 1050 1061 1062 1063 1064 1070 1080 2010 2021 2022 2023 2024 2031 2032 2033 2040"
        " 2050 3010 3020 3030 4010 4020 4030 4040 4050 4060 5010 6010 6020 6030 6040 6050 6060 6070 6080 6900"
    )
    assert codes.split() == [account.code for account in INDIA]
    assert list(range(1, 40)) == [account.number for account in INDIA]
    assert all(account.is_system and account.is_active for account in INDIA)
    assert {None, *Role} == {account.role for account in INDIA}


@pytest.mark.parametrize(
    ("code", "name", "kind", "role"),
    [
        ("1040", "Accounts Receivable", "ACCOUNTS_RECEIVABLE", "AR"),
        ("1063", "Input IGST", "GST_ASSET", "IN_IGST"),
        ("2024", "Output Cess", "GST_LIABILITY", "OUT_CESS"),
        ("2033", "RCM IGST Payable", "GST_LIABILITY", "RCM_IGST"),
        ("3020", "Retained Earnings", "RETAINED_EARNINGS", "RETAINED"),
        ("4020", "Service Revenue", "INCOME", None),
        ("4060", "Other Charges", "OTHER_INCOME", "ADJUSTMENT"),
        ("6900", "Bank Charges", "EXPENSE", "BANK_CHARGES"),
    ],
)
def test_seeded_accounts_play_their_roles(code: str, name: str, kind: str, role: str | None) -> None:
    account = INDIA.by_code(code)
    assert account is not None
    assert (name, kind, role) == (account.name, account.type, account.role)


def test_a_changed_account_makes_another_chart() -> None:
    first, *rest = india_accounts()
    assert INDIA != Chart([attrs.evolve(first, is_active=False), *rest])
