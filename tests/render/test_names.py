"""Names of accounts that both tools take, and no two of them alike."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.ledger.account import Account, AccountType
from finzcore.ledger.chart_india import india_accounts
from finzcore.render.names import ROOTS, account_names


def account(code: str, name: str, number: int = 1, kind: AccountType = AccountType.CASH) -> Account:
    return Account(number=number, code=code, name=name, type=kind)


@pytest.mark.parametrize(
    ("expected", "code", "name"),
    [
        ("Assets:1010-Cash-in-Hand", "1010", "Cash in Hand"),
        ("Assets:1020-HDFC-Bank-A-c-50200", "1020", "HDFC Bank (A/c: 50200)"),
        ("Assets:Abc-1-Till", "abc.1", "Till"),
        ("Assets:9-Petty-cash", "-9-", "  Petty; cash | "),
        ("Assets:1010-रकड", "1010", "रोकड़"),
        ("Assets:1010", "1010", "!!!"),
        ("Assets:Account-रकड", "-", "रोकड़"),
        ("Assets:Account", "...", "₹₹₹"),
    ],
)
def test_a_name_is_the_class_the_code_and_the_name(expected: str, code: str, name: str) -> None:
    assert {1: expected} == account_names([account(code, name)])


@pytest.mark.parametrize(
    ("root", "kind"),
    [
        ("Assets", AccountType.BANK),
        ("Liabilities", AccountType.GST_LIABILITY),
        ("Equity", AccountType.RETAINED_EARNINGS),
        ("Income", AccountType.OTHER_INCOME),
        ("Expenses", AccountType.COST_OF_GOODS_SOLD),
    ],
)
def test_the_five_classes_have_the_names_of_both_tools(root: str, kind: AccountType) -> None:
    assert {1: f"{root}:7-X"} == account_names([account("7", "X", kind=kind)])


def test_accounts_whose_names_meet_stay_apart_and_the_first_keeps_its_own() -> None:
    met = [account("10-10", "Cash", 3), account("10", "10 Cash", 1), account("10.10", "Cash", 2)]
    assert {1: "Assets:10-10-Cash", 2: "Assets:10-10-Cash-2", 3: "Assets:10-10-Cash-3"} == account_names(met)


def test_a_name_that_ends_like_a_count_is_not_taken_for_one() -> None:
    met = [account("1", "A", 1), account("1.", "A 2", 2), account("-1", "A", 3), account("1-", "A", 4)]
    names = account_names(met)
    assert ["Assets:1-A", "Assets:1-A-2", "Assets:1-A-3", "Assets:1-A-4"] == [names[n] for n in (1, 2, 3, 4)]


codes = st.text("Aa1.-", min_size=1, max_size=3).filter(str.strip)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)
charts = st.lists(st.tuples(codes, names, st.sampled_from(AccountType)), unique_by=lambda one: one[0])


@given(charts)
def test_every_name_is_one_of_its_own_and_growing_changes_none(
    chart: list[tuple[str, str, AccountType]],
) -> None:
    accounts = [account(code, name, number, kind) for number, (code, name, kind) in enumerate(chart, 1)]
    found = account_names(accounts)
    assert len(accounts) == len(set(found.values()))
    for one in accounts:
        root, _, rest = found[one.number].partition(":")
        assert ROOTS[one.type.klass] == root
        assert re.fullmatch(r"[^\W_a-z][^\W_]*(-[^\W_]+)*", rest)
    assert found | account_names(accounts[:-1]) == found


def test_the_chart_of_india_needs_no_counts() -> None:
    accounts = india_accounts()
    plain = {
        f"{ROOTS[one.type.klass]}:{one.code}-" + "-".join(re.findall(r"\w+", one.name)) for one in accounts
    }
    assert plain == set(account_names(accounts).values())
