"""Numbers that are too large together are refused by name, before the database refuses them."""

from typing import Any

import pytest

import finzcore
from finzcore.books import conflicts
from finzcore.books.ceiling import MOST_ON_AN_ACCOUNT
from finzcore.books.papers.stock import MOST_ON_HAND
from finzcore.errors import RuleBroken
from finzcore.ports import Conflict
from finzcore.testing import Call
from tests.tampering import bare
from tests.trade import TODAY, Body, Trade

VALUE = "validation.invalid_value"
MOST = 10**9
"""The largest quantity of a line, in units."""


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


@pytest.fixture
def asha(trade: Trade) -> str:
    return trade.contact()


@pytest.fixture
def chair(call: Call) -> str:
    body = {"item_name": "Chair", "track_inventory": True}
    made: str = call.ok("POST", "/items", body)["item"]["item_id"]
    return made


def set_stock(target: str, millionths: int) -> None:
    with bare(target) as books:
        books.execute("UPDATE items SET stock_on_hand = ?", (millionths,))


def test_stock_ends_at_a_million_million_units_and_names_the_line(
    call: Call, trade: Trade, asha: str, chair: str
) -> None:
    """A thousand lines of a thousand million come to the ceiling; one unit more does not fit."""
    lines = [{"item_id": chair, "quantity": MOST, "rate": 0}] * 500
    for _ in range(2):
        trade.invoice(asha, 0, line_items=lines)
    assert -(MOST_ON_HAND // 10**6) == call.ok("GET", f"/items/{chair}")["item"]["stock_on_hand"]
    body: Body = {"customer_id": asha, "date": TODAY, "place_of_supply": "IN-KA"}
    body["line_items"] = [{"name": "Work", "rate": 1}, {"item_id": chair, "quantity": 1, "rate": 0}]
    refused = call.refused("POST", "/invoices", body | {"auto_approve": True})
    assert (400, VALUE, "line_items[1].quantity") == refused
    draft = call.ok("POST", "/invoices", body)["invoice"]["invoice_id"]
    assert (400, VALUE, "line_items[1].quantity") == call.refused("POST", f"/invoices/{draft}/approve")
    assert -(MOST_ON_HAND // 10**6) == call.ok("GET", f"/items/{chair}")["item"]["stock_on_hand"]


def test_goods_that_come_back_end_at_the_same_ceiling(
    call: Call, trade: Trade, asha: str, chair: str, target: str
) -> None:
    set_stock(target, MOST_ON_HAND - 2 * 10**6)
    back = {"item_id": chair, "quantity": 2, "rate": 0, "restock": True}
    kept = {"item_id": chair, "quantity": 5, "rate": 0}
    note = trade.note(asha, 0, line_items=[kept, back])
    body = {"customer_id": asha, "date": TODAY, "line_items": [kept, back | {"quantity": "0.000001"}]}
    assert (400, VALUE, "line_items[1].quantity") == call.refused("POST", "/credit_notes", body)
    trade.void(note)
    assert MOST_ON_HAND // 10**6 - 2 == call.ok("GET", f"/items/{chair}")["item"]["stock_on_hand"]


def fill(target: str, code: str, column: str, paise: int) -> None:
    """Let an account have moved so much this month already."""
    found = f"SELECT number FROM accounts WHERE code = '{code}'"
    with bare(target) as books:
        books.execute(f"UPDATE totals SET {column} = ? WHERE account = ({found})", (paise,))


HUGE = 2_000_000_000_000
"""Rupees, which are 2 × 10^14 paise: enough for the totals to be looked at."""


def test_a_month_takes_no_more_than_can_be_counted(call: Call, trade: Trade, asha: str, target: str) -> None:
    trade.invoice(asha, 1)
    fill(target, "1040", "debit", MOST_ON_AN_ACCOUNT - HUGE * 100)
    body: dict[str, Any] = {
        "customer_id": asha,
        "date": TODAY,
        "place_of_supply": "IN-KA",
        "line_items": [{"name": "Work", "rate": HUGE // 10, "quantity": 10}],
        "auto_approve": True,
    }
    assert 201 == call("POST", "/invoices", body).status
    assert (400, VALUE, "line_items") == call.refused("POST", "/invoices", body)
    assert (400, VALUE, "line_items") == call.refused("POST", "/invoices", body | {"date": "2026-06-01"})


def test_money_beyond_the_ceiling_is_refused_on_its_amount(
    call: Call, trade: Trade, asha: str, target: str
) -> None:
    trade.receive(asha, 1)
    fill(target, "1010", "debit", MOST_ON_AN_ACCOUNT)
    body = trade.receipt(asha, HUGE)
    assert (400, VALUE, "amount") == call.refused("POST", "/payments", body)


@pytest.mark.parametrize(
    "name", ["cannot store REAL value in INTEGER column items.stock_on_hand", "items_rate_ck"]
)
def test_what_the_database_refuses_is_told_without_its_words(name: str) -> None:
    with pytest.raises(RuleBroken) as refusal, conflicts.named_conflicts():
        raise Conflict("check", name)
    assert "A value is beyond what can be kept." == refusal.value.message


def test_an_overflow_that_no_rule_foresaw_shows_nothing_of_the_schema(
    call: Call, trade: Trade, asha: str, target: str, acme: finzcore.Org
) -> None:
    trade.invoice(asha, 1)
    fill(target, "1040", "debit", 2**63 - 1)
    body = {
        "customer_id": asha,
        "date": TODAY,
        "place_of_supply": "IN-KA",
        "line_items": [{"name": "Work", "rate": 1}],
        "auto_approve": True,
    }
    said = call("POST", "/invoices", body)
    assert (400, "A value is beyond what can be kept.") == (said.status, said.json()["message"])
