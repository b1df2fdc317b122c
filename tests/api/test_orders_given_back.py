"""What is carried out of an order and given back to it: voided, deleted, changed (`api.md` §4.10)."""

import pytest

import finzcore
from finzcore.books.history import EVENTS
from finzcore.books.text import json_value
from finzcore.testing import Call
from tests.ordering import SIDES, Body, Orders

INVALID = "validation.invalid_value"


@pytest.fixture(params=SIDES, ids=str)
def orders(request: pytest.FixtureRequest, call: Call, acme: finzcore.Org) -> Orders:
    return Orders(call, acme, request.param)


def sound(orders: Orders) -> None:
    assert [] == [str(one) for one in orders.org._engine.verify()]


def _voided(orders: Orders, made: Body) -> None:
    orders.call.ok("POST", f"{orders.made_path(made)}/void")


def _deleted(orders: Orders, made: Body) -> None:
    orders.call.ok("DELETE", orders.made_path(made))


@pytest.mark.parametrize("approve", [False, True], ids=["a draft", "a posted one"])
def test_what_is_voided_is_given_back(orders: Orders, approve: bool) -> None:
    side, order = orders.side, orders.agreed()
    first, rest = orders.convert(order, 4, auto_approve=approve), orders.convert(order)
    assert (side.wholly, [10]) == orders.stands(order)
    _voided(orders, first)
    assert (side.partly, [6]) == orders.stands(order)
    assert [rest[f"{side.noun}_id"]] == orders.again(order)[side.ids]
    _voided(orders, rest)
    assert (side.agreed, [0]) == orders.stands(order)
    sound(orders)


def test_what_is_deleted_is_given_back_and_told(orders: Orders) -> None:
    side, order = orders.side, orders.agreed()
    made = orders.convert(order, 4)
    _deleted(orders, made)
    assert (side.agreed, [0]) == orders.stands(order)
    with orders.org._engine.store.read(orders.org._key) as session:
        *_, last = [
            row for row in session.find(EVENTS, ascending=True) if row["entity_type"] == side.order.upper()
        ]
    line = order["line_items"][0]["line_item_id"]
    assert {
        "line_items": {
            "old": [{"line_item_id": line, side.counted: 4}],
            "new": [{"line_item_id": line, side.counted: 0}],
        },
        "status": {"old": side.partly, "new": side.agreed},
    } == json_value(last["changes"])
    assert (f"{side.order.upper()}_STATUS_CHANGED", f"{side.order.upper()}_UPDATED") == (
        last["action"], last["event_type"],
    )  # fmt: skip
    orders.call.ok("DELETE", orders.path(order))


def test_a_draft_that_takes_less_or_more_counts_less_or_more(orders: Orders) -> None:
    side, order = orders.side, orders.agreed(orders.line(), orders.line(name="Table", quantity=2))
    path = orders.made_path(orders.convert(order, 4, 2))
    for lines, expected in (
        ([orders.line(quantity=3), orders.line(name="Table", quantity=2)], [3, 2]),
        ([orders.line(quantity=10), orders.line(name="Table", quantity=2)], [10, 2]),
        ([orders.line(name="Table", quantity=1)], [0, 1]),
        ([orders.line(name="Table", quantity=1), orders.line(name="Delivery", quantity=1)], [0, 1]),
        ([orders.line(name="Delivery", quantity=1)], [0, 0]),
    ):
        orders.call.ok("PUT", path, {"line_items": lines})
        assert expected == orders.stands(order)[1]
        sound(orders)
    assert side.agreed == orders.again(order)["status"]


def test_a_draft_does_not_grow_beyond_what_was_ordered(orders: Orders) -> None:
    order = orders.agreed()
    orders.convert(order, 3)
    path = orders.made_path(orders.convert(order, 4))
    too_much = [orders.line(name="Delivery", quantity=1), orders.line(quantity="7.5")]
    assert (400, INVALID, "line_items[1].quantity") == orders.call.refused(
        "PUT", path, {"line_items": too_much}
    )
    assert (orders.side.partly, [7]) == orders.stands(order)


@pytest.fixture
def emptied(orders: Orders) -> tuple[Body, Body]:
    """An order that is agreed on, and the draft made of it, which carries out none of its lines any more."""
    order = orders.agreed()
    made = orders.convert(order)
    orders.call.ok("PUT", orders.made_path(made), {"line_items": [orders.line(name="Delivery", quantity=1)]})
    assert (orders.side.agreed, [0]) == orders.stands(order)
    return order, made


END = {"void": _voided, "delete": _deleted}


@pytest.mark.parametrize("end", END)
def test_an_order_stays_as_long_as_something_is_made_from_it(
    orders: Orders, emptied: tuple[Body, Body], end: str
) -> None:
    order, made = emptied
    said = orders.call("DELETE", orders.path(order)).json()
    number = orders.call.ok("GET", orders.made_path(made))[orders.side.noun][f"{orders.side.noun}_number"]
    assert (INVALID, "status") == (said["code"], said["field"])
    assert f"The {orders.side.noun} {number} is made from it: void or delete that first." == said["message"]
    sound(orders)

    orders.call.ok("PUT", orders.made_path(made), {"notes": "x"})
    END[end](orders, made)
    orders.call.ok("DELETE", orders.path(order))
    sound(orders)
    if end == "void":
        path = orders.made_path(made)
        assert "CANCELLED" == orders.call.ok("GET", path)[orders.side.noun]["status"]
        for method, body in (("PUT", {"notes": "y"}), ("DELETE", None)):
            assert (400, INVALID, "status") == orders.call.refused(method, path, body)
        assert (400, INVALID, "status") == orders.call.refused("POST", f"{path}/void")


def test_the_answer_of_a_change_names_what_is_made_of_the_order(
    orders: Orders, emptied: tuple[Body, Body]
) -> None:
    order, made = emptied
    changed = orders.put(order, notes="n")
    assert [made[f"{orders.side.noun}_id"]] == changed[orders.side.ids]
    assert orders.again(order) == changed
    cancelled = orders.put(order, status="CANCELLED")
    assert orders.again(order) == cancelled
    # The draft stands for itself then, and so does what becomes of it.
    orders.call.ok("PUT", orders.made_path(made), {"line_items": [orders.line()]})
    orders.call.ok("POST", f"{orders.made_path(made)}/approve")
    _voided(orders, made)
    orders.call.ok("DELETE", orders.path(order))
    sound(orders)


def test_a_change_beside_the_lines_leaves_the_count_alone(orders: Orders) -> None:
    order = orders.agreed()
    made = orders.convert(order, 4)
    told = len(orders.told(orders.side.orders))
    orders.call.ok("PUT", orders.made_path(made), {"notes": "x", "date": "2026-05-20"})
    orders.call.ok("POST", f"{orders.made_path(made)}/approve")
    assert (orders.side.partly, [4]) == orders.stands(order)
    assert told == len(orders.told(orders.side.orders))
