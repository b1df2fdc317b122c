"""Final accounts against the same figures made another way: posting by posting, with no totals and no SQL."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.books import journal
from finzcore.books.books import Books
from finzcore.ids import wire
from finzcore.ledger.account import Role
from tests.api.test_reports_by_hand import DAYS, entries, kept, office

__all__ = ["office"]

ROLES = (
    Role.CASH, Role.BANK, Role.AR, Role.STOCK, Role.AP, Role.TDS_PAYABLE, Role.RETAINED, Role.OPENING,
    Role.SALES, Role.SHIPPING, Role.PURCHASES, Role.FREIGHT,
)  # fmt: skip
CASH = ("1010", "1020")
FINANCING = ("3020", "3030")
GROUPS = {
    "income": ("4010",),
    "cost_of_goods_sold": ("5010",),
    "other_income": ("4030",),
    "expenses": ("6060",),
    "other_expenses": (),
}
SINCE_EVER = "0001-01-01"
EVER = "2199-12-31T00:00:00Z"
"""An instant by which everything is known: what is asked with it is read from the postings."""

Nets = Counter[str]


class Ledger:
    """Every posting of an organisation."""

    def __init__(self, engine: finzcore.Engine, org: finzcore.Org, branch: int | None) -> None:
        def read(books: Books) -> list[tuple[str, str, int]]:
            codes = {row["number"]: row["code"] for row in books.masters.rows["accounts"].values()}
            return [
                (row["day"], codes[row["account"]], row["amount"])
                for row in books.session.find(journal.POSTINGS)
                if branch in (None, row["branch_id"])
            ]

        self._rows: list[tuple[str, str, int]] = engine.look(org._key, read)

    def moved(self, first: str, last: str) -> Nets:
        """What was posted from a day through another, by code, debit positive."""
        sums: Nets = Counter()
        for day, code, amount in self._rows:
            if first <= day <= last:
                sums[code] += amount
        return sums


def credits_of(nets: Nets, *codes: str) -> int:
    return -sum(nets[code] for code in codes)


def profit(nets: Nets) -> int:
    return -sum(net for code, net in nets.items() if code[0] in "456")


def paise(amount: Decimal) -> int:
    return int(amount * 100)


def lines(rows: list[dict[str, Any]], key: str, word: str) -> dict[str, int]:
    return {row[key]: paise(row[word]) for row in rows}


def check_profit_and_loss(report: dict[str, Any], nets: Nets) -> None:
    for group, codes in GROUPS.items():
        side = -1 if "income" in group else 1
        expected = {code: side * nets[code] for code in codes if nets[code]}
        assert expected == lines(report[group]["accounts"], "code", "amount")
        assert sum(expected.values()) == paise(report[group]["total"])
    assert credits_of(nets, "4010", "5010") == paise(report["gross_profit"])
    assert profit(nets) == paise(report["net_profit"])


def check_balance_sheet(report: dict[str, Any], ledger: Ledger, as_of: str) -> None:
    april = f"{int(as_of[:4]) - (as_of[5:7] < '04')}-04-01"
    stands, year = ledger.moved(SINCE_EVER, as_of), ledger.moved(april, as_of)
    sides = {"assets": "1", "liabilities": "2", "equity": "3"}
    found = {side: lines(report[side]["nodes"], "name", "balance") for side in sides}
    for side, first in sides.items():
        expected = {
            code: abs(net) for code, net in stands.items() if code[0] == first and code != "3020" and net
        }
        nodes = [node for node in report[side]["nodes"] if node["code"]]
        assert expected == {node["code"]: abs(paise(node["balance"])) for node in nodes}
        assert sum(found[side].values()) == paise(report[side]["total"])
    earlier = profit(stands) - profit(year)
    assert ["Retained Earnings", "Current Year Earnings"] == list(found["equity"])[-2:]
    assert credits_of(stands, "3020") + earlier == found["equity"]["Retained Earnings"]
    assert profit(year) == found["equity"]["Current Year Earnings"]
    owned = sum(net for code, net in stands.items() if code[0] == "1")
    assert owned == paise(report["total_assets"]) == paise(report["total_liabilities_and_equity"])
    assert report["is_balanced"]


def check_cash_flow(report: dict[str, Any], ledger: Ledger, first: str, last: str) -> None:
    nets = ledger.moved(first, last)
    before = (dt.date.fromisoformat(first) - dt.timedelta(days=1)).isoformat()
    cash = {day: -credits_of(ledger.moved(SINCE_EVER, day), *CASH) for day in (before, last)}
    assert (cash[before], cash[last]) == (paise(report["opening_cash"]), paise(report["closing_cash"]))
    assert cash[last] - cash[before] == paise(report["net_change"])
    operating = report["operating"]
    assert profit(nets) == paise(operating["net_profit"])
    adjusted = credits_of(nets, *(code for code in nets if code[0] in "12" and code not in CASH))
    assert adjusted == sum(paise(item["amount"]) for item in operating["adjustments"])
    assert profit(nets) + adjusted == paise(operating["total"])
    assert credits_of(nets, *FINANCING) == paise(report["financing"]["total"])


@given(st.lists(entries(ROLES), max_size=12), DAYS, DAYS, st.sampled_from([None, 0, 1]))
@settings(max_examples=30, deadline=None)
def test_final_accounts_are_the_sums_of_their_postings(
    office: finzcore.Engine, made: list[dict[str, Any]], one: str, other: str, branch: int | None
) -> None:
    first, last = sorted((one, other))
    org, both, _ = kept(office, made)
    at = None if branch is None else both[branch]
    ledger = Ledger(office, org, at)
    scope = {"branch_id": None if at is None else wire("br_", org._key, at)}
    stretch = {"from_date": first, "to_date": last}
    # From the totals of the months, and from the postings, which must say the same.
    for known in (scope, scope | {"as_known_at": EVER}):
        check_profit_and_loss(org.reports.profit_and_loss(**stretch, **known), ledger.moved(first, last))
        check_profit_and_loss(
            org.reports.profit_and_loss(to_date=last, **known), ledger.moved(SINCE_EVER, last)
        )
        check_balance_sheet(org.reports.balance_sheet(as_of_date=last, **known), ledger, last)
        check_cash_flow(org.reports.cash_flow(**stretch, **known), ledger, first, last)


@pytest.mark.parametrize("known", [{}, {"as_known_at": EVER}])
@given(st.lists(entries(ROLES), max_size=10), DAYS)
@settings(max_examples=15, deadline=None)
def test_final_accounts_follow_from_the_trial_balance(
    office: finzcore.Engine, known: dict[str, str], made: list[dict[str, Any]], as_of: str
) -> None:
    org, _, _ = kept(office, made)
    april = f"{int(as_of[:4]) - (as_of[5:7] < '04')}-04-01"
    trial = org.reports.trial_balance(as_of_date=as_of, **known)
    stands = {row["code"]: row["debit"] - row["credit"] for row in trial["accounts"]}
    loss = sum(net for code, net in stands.items() if code[0] in "456")
    assert -loss == org.reports.profit_and_loss(from_date=april, to_date=as_of, **known)["net_profit"]
    sheet = org.reports.balance_sheet(as_of_date=as_of, **known)
    assert sum(net for code, net in stands.items() if code[0] == "1") == sheet["total_assets"]
    assert [-stands.get("3020", 0), -loss] == [node["balance"] for node in sheet["equity"]["nodes"][-2:]]
    flow = org.reports.cash_flow(from_date=april, to_date=as_of, **known)
    assert sum(stands.get(code, 0) for code in CASH) == flow["closing_cash"]
