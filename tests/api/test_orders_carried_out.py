"""Orders carried out in parts: quantities, shares, what is given back (`api.md` §4.10)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import Call
from tests.engines import on_sqlite
from tests.ordering import DAY, PURCHASES, SALES, SIDES, Body, Orders

INVALID = "validation.invalid_value"
NOT_FOUND = "not_found.resource"


@pytest.fixture(params=SIDES, ids=str)
def orders(request: pytest.FixtureRequest, call: Call, acme: finzcore.Org) -> Orders:
    return Orders(call, acme, request.param)


@pytest.fixture
def sales(call: Call, acme: finzcore.Org) -> Orders:
    return Orders(call, acme, SALES)


def sound(orders: Orders) -> None:
    assert [] == [str(one) for one in orders.org._engine.verify()]


# ----- what is open of an order -----


def test_an_order_is_carried_out_part_after_part(orders: Orders) -> None:
    side = orders.side
    order = orders.agreed(orders.line(), orders.line(name="Table", quantity=2))
    first = orders.convert(order, 4)
    assert (side.partly, [4, 0]) == orders.stands(order)
    assert [4] == [line["quantity"] for line in first["line_items"]]
    second = orders.convert(order, 6, 1, auto_approve=True)
    assert (side.partly, [10, 1]) == orders.stands(order)
    rest = orders.convert(order)
    assert (side.wholly, [10, 2]) == orders.stands(order)
    assert [("Table", 1)] == [(line["name"], line["quantity"]) for line in rest["line_items"]]
    ids = [one[f"{side.noun}_id"] for one in (first, second, rest)]
    assert ids == orders.again(order)[side.ids]
    assert ["DRAFT", "SENT" if side is SALES else "OPEN", "DRAFT"] == [
        one["status"] for one in (first, second, rest)
    ]
    sound(orders)


def test_the_answer_shows_the_order_and_what_was_made_of_it(orders: Orders) -> None:
    side, order = orders.side, orders.agreed()
    said = orders.call.ok("POST", f"{orders.path(order)}/{side.convert}", {"date": DAY})
    noun = "an invoice" if side is SALES else "a bill"
    assert f"The {side.order.replace('_', ' ')} has been converted to {noun}." == said["message"]
    assert orders.again(order) == said[side.order]
    assert orders.call.ok("GET", orders.made_path(said[side.noun]))[side.noun] == said[side.noun]
    org = getattr(orders.org, side.orders)
    made = getattr(org, side.convert.replace("-", "_"))(orders.draft()[side.own_id])
    assert {side.order, side.noun} == made.keys()


def test_a_draft_is_agreed_on_the_way(orders: Orders) -> None:
    side, entity = orders.side, orders.side.order.upper()
    order = orders.draft()
    orders.convert(order, 3)
    assert (side.partly, [3]) == orders.stands(order)
    agreed = "CONFIRMED" if side is SALES else "ISSUED"
    assert [
        (f"{entity}_CREATED", f"{entity}_CREATED"),
        (None, f"{entity}_{agreed}"),
        (f"{entity}_STATUS_CHANGED", f"{entity}_CONVERTED"),
    ] == orders.told(side.orders)


def test_without_a_body_all_of_it_is_converted_today(orders: Orders) -> None:
    order, side = orders.agreed(), orders.side
    made = orders.call.ok("POST", f"{orders.path(order)}/{side.convert}")[side.noun]
    assert f"{DAY}T00:00:00" == made["date"]


REFUSED = [
    ([{"line": 0, "quantity": 11}], "line_items[0].quantity"),
    ([{"line": 1}, {"line": 0, "quantity": "10.000001"}], "line_items[1].quantity"),
    ([{"line": 0, "quantity": 0}], "line_items[0].quantity"),
    ([{"line": 0, "quantity": -1}], "line_items[0].quantity"),
    ([{"line": 0, "quantity": 1}, {"line": 0, "quantity": 1}], "line_items[1].line_item_id"),
]


@pytest.mark.parametrize(("lines", "field"), REFUSED)
def test_more_than_was_ordered_is_refused_where_it_stands(
    orders: Orders, lines: list[Body], field: str
) -> None:
    order = orders.agreed(orders.line(), orders.line(quantity=1))
    ids = [line["line_item_id"] for line in order["line_items"]]
    body = {"line_items": [{"line_item_id": ids[one.pop("line")]} | one for one in map(dict, lines)]}
    assert (400, INVALID, field) == orders.refused(order, orders.side.convert, body)
    assert (orders.side.agreed, [0, 0]) == orders.stands(order)


def test_what_is_carried_out_is_not_open_any_more(orders: Orders) -> None:
    order = orders.agreed(orders.line(), orders.line())
    orders.convert(order, 10, 3)
    convert = orders.side.convert
    for part in ((1, None), (None, 8)):
        body = {"line_items": orders.part(order, *part)}
        assert (400, INVALID, "line_items[0].quantity") == orders.refused(order, convert, body)
    done = [{"line_item_id": order["line_items"][0]["line_item_id"]}]
    assert (400, INVALID, "line_items[0].quantity") == orders.refused(order, convert, {"line_items": done})


# ----- what is taken over -----


def test_what_the_order_says_its_invoice_says(sales: Orders) -> None:
    org = sales.org
    org.enable_currency("USD")
    said = {
        "place_of_supply": "IN-MH",
        "currency_code": "USD",
        "exchange_rate": Decimal("83.5"),
        "salesperson_id": org.add_salesperson("Meena")["salesperson_id"],
        "tags": [org.add_cost_center("North")["cost_center_id"]],
        "terms": "Thirty days",
        "notes": "Thank you",
        "custom_fields": {"po": "7"},
        "is_inclusive_tax": True,
        "reference_number": "PO-77",
        "round_off": Decimal("-0.18"),
        "discount": Decimal("5.00"),
        "shipping_charge": Decimal("12.34"),
        "adjustment": Decimal("-1.00"),
    }
    order = sales.agreed(sales.line("118.5", 3, description="Oak", unit="NOS", hsn_or_sac="9401"), **said)
    made = sales.convert(order)
    assert said == {name: made[name] for name in said}
    names = ("sub_total", "tax_total", "igst_total", "round_off", "total", "branch_id", "customer_id")
    assert [order[name] for name in names] == [made[name] for name in names]
    kept = [(line.pop("line_item_id"), line.pop("quantity_invoiced", 0)) for line in order["line_items"]]
    assert 1 == len(kept)
    assert order["line_items"] == [
        {name: value for name, value in line.items() if name != "line_item_id"} for line in made["line_items"]
    ]


def test_the_reference_and_a_round_off_by_hand_go_with_the_whole_alone(orders: Orders) -> None:
    order = orders.agreed(orders.line("99.99"), reference_number="R-1", round_off="0.12")
    parts = [orders.convert(order, 4), orders.convert(order, 6, reference_number="R-2")]
    assert [(None, 0), ("R-2", 0)] == [(one["reference_number"], one["round_off"]) for one in parts]
    whole = orders.convert(orders.agreed(orders.line("99.99"), reference_number="R-3", round_off="0.12"))
    assert ("R-3", Decimal("0.12")) == (whole["reference_number"], whole["round_off"])


def test_the_preferences_on_rounding_hold_for_what_is_made(orders: Orders) -> None:
    orders.org.set_preferences(roundInvoiceTotals=True, roundBillTotals=True)
    order = orders.agreed(orders.line("10.55", 10))
    assert 0 == order["round_off"]
    # 3 × 10.55 = 31.65, with 18 % of it 37.35, which is 37 to the rupee
    assert (37, Decimal("-0.35")) == (
        (made := orders.convert(order, 3))["total"],
        made["round_off"],
    )


def test_a_bill_has_the_vendors_number_and_reference(call: Call, acme: finzcore.Org) -> None:
    bought = Orders(call, acme, PURCHASES)
    order = bought.agreed()
    said = {"bill_number": "V/77", "reference_number": "DC-1", "due_date": "2026-06-30"}
    bill = bought.convert(order, 5, auto_approve=True, **said)
    assert ("V/77", "DC-1", "2026-06-30T00:00:00") == (
        bill["bill_number"], bill["reference_number"], bill["due_date"],
    )  # fmt: skip
    # The same vendor, day and total again: the guard of bills asks for another reference.
    body = {"date": DAY, "auto_approve": True}
    assert (400, INVALID, "reference_number") == bought.refused(order, "convert-to-bill", body)
    assert (bought.side.partly, [5]) == bought.stands(order)
    assert "OPEN" == bought.convert(order, reference_number="DC-2", auto_approve=True)["status"]
    early = {"date": DAY, "due_date": "2026-05-18"}
    assert (400, INVALID, "due_date") == bought.refused(bought.agreed(), "convert-to-bill", early)


def test_the_date_goes_by_its_other_name_too(orders: Orders) -> None:
    # api.md §9.3: invoice_date and bill_date are spellings of date
    order, other = orders.agreed(), f"{orders.side.noun}_date"
    path = f"{orders.path(order)}/{orders.side.convert}"
    both = {"date": DAY, other: "2026-05-20"}
    assert (400, INVALID, "date") == orders.call.refused("POST", path, both)
    made = orders.call.ok("POST", path, {other: "2026-05-20"})[orders.side.noun]
    assert "2026-05-20T00:00:00" == made["date"]


# ----- amounts that stand on the whole -----


def test_each_part_takes_its_share_of_amounts_in_rupees(orders: Orders) -> None:
    # Of 10.00 three equal parts take 3.33, then half of the 6.67 left, then the 3.33 that are left then.
    order = orders.agreed(orders.line(100, 3, discount=10), discount=10, shipping_charge=10, adjustment="-10")
    parts = [orders.convert(order, 1) for _ in range(3)]
    shares = [Decimal(one) for one in ("3.33", "3.34", "3.33")]
    assert shares == [part["shipping_charge"] for part in parts]
    assert shares == [-part["adjustment"] for part in parts]
    assert shares == [part["line_items"][0]["discount"] for part in parts]
    assert order["sub_total"] == sum(part["sub_total"] for part in parts)
    # Less its own discount a part is worth 96.67, 96.66, 96.67: so the second takes less than half of 6.67.
    assert [Decimal(one) for one in ("3.33", "3.33", "3.34")] == [part["discount"] for part in parts]
    sound(orders)


def test_a_part_that_is_given_back_gives_back_its_share(orders: Orders) -> None:
    order = orders.agreed(orders.line(100, 3, discount=10), discount=10, shipping_charge=10)
    first, second = orders.convert(order, 1), orders.convert(order, 1)
    orders.call.ok("DELETE", orders.made_path(first))
    rest = orders.convert(order)
    assert (2, Decimal("6.67")) == (rest["line_items"][0]["quantity"], rest["discount"])
    for name in ("sub_total", "discount", "shipping_charge"):
        assert order[name] == second[name] + rest[name], name


def test_a_percentage_stays_one(orders: Orders) -> None:
    order = orders.agreed(orders.line(100, 4, discount="10%"), discount="5%")
    part = orders.convert(order, 1)
    # 100 less 10 % is 90, and 5 % of that 4.50
    assert (90, Decimal("4.5")) == (part["sub_total"], part["discount"])


def test_what_a_part_takes_off_is_never_more_than_it_is_worth(orders: Orders) -> None:
    # Three at a third of a paisa come to one paisa, all of it taken off; each by itself comes to nothing.
    order = orders.agreed(orders.line("0.0033", 3, tax=None), orders.line(1, 3, None), discount="3.01")
    parts = [orders.convert(order, 1, 1) for _ in range(3)]
    assert [0, 0, 0] == [part["total"] for part in parts]
    tiny = orders.agreed(orders.line("0.0033", 3, None, discount="0.01"))
    assert [0, 0, 0] == [orders.convert(tiny, 1)["total"] for _ in range(3)]
    nothing = orders.agreed(orders.line(100, 3, None), orders.line(100, 3, "IGST 18%"), adjustment="-654")
    assert 0 == nothing["total"]
    taxed = orders.convert(nothing, 3)
    assert 0 == taxed["total"]
    sound(orders)


def test_what_is_added_to_one_part_by_hand_is_not_taken_off_the_others(orders: Orders) -> None:
    # 2.00 off in four parts: 0.50 each. The first is made 7.00 dearer instead, the other three take the 2.00.
    order = orders.agreed(orders.line(50, 4, discount=4), discount=10, shipping_charge=10, adjustment="-2")
    first = orders.convert(order, 1)
    orders.call.ok("PUT", orders.made_path(first), {"adjustment": 7, "shipping_charge": 500, "discount": 49})
    rest = [orders.convert(order, 1) for _ in range(3)]
    # A third of 2.00, then half of 1.33, then what is left; of the others nothing is left to take.
    assert [Decimal(one) for one in ("-0.67", "-0.67", "-0.66")] == [one["adjustment"] for one in rest]
    assert [(0, 0)] * 3 == [(one["discount"], one["shipping_charge"]) for one in rest]
    sound(orders)


RUPEES = st.integers(0, 5000).map(lambda paise: Decimal(paise) / 100)
LINES = st.lists(
    st.tuples(
        st.integers(1, 99_999).map(lambda paise: Decimal(paise) / 100),
        st.integers(1, 12),
        st.sampled_from(["GST 5%", "GST 18%", "GST 40%", "Exempt", None]),
        st.integers(0, 100),
    ),
    min_size=1,
    max_size=4,
)


def _partition(data: st.DataObject, quantities: Sequence[int]) -> list[list[int]]:
    """Quantities in up to four parts, each of something."""
    count = data.draw(st.integers(1, 4))
    cut = [
        sorted(data.draw(st.lists(st.integers(0, quantity), min_size=count - 1, max_size=count - 1)))
        for quantity in quantities
    ]
    bounds = [[0, *cuts, quantity] for cuts, quantity in zip(cut, quantities, strict=True)]
    columns = [[after - before for before, after in pairwise(one)] for one in bounds]
    return [list(part) for part in zip(*columns, strict=True) if any(part)]


@pytest.fixture
def busy(sales: Orders, engine: finzcore.Engine) -> Orders:
    """Orders of somebody who may ask thousands of times a minute."""
    for token in engine.tokens(org_id=sales.org.org_id):
        engine.set_tier(token["token_id"], "PARTNER")
    return sales


@on_sqlite  # the arithmetic is the same on both, and sixty orders take their time
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, data=st.data(), shipping=RUPEES, adjustment=RUPEES, inter=st.booleans())
def test_an_order_in_any_parts_adds_back_up(
    busy: Orders, lines: Any, data: st.DataObject, shipping: Decimal, adjustment: Decimal, inter: bool
) -> None:
    """Quantities, taxable values and amounts in rupees to the paisa; tax as far as each paper rounds it."""
    items = [
        busy.line(
            str(rate), quantity, tax, discount=str(rate * quantity * off / 100 // Decimal("0.01") / 100)
        )
        for rate, quantity, tax, off in lines
    ]
    place = "IN-MH" if inter else "IN-KA"
    net = sum(Decimal(one["rate"]) * one["quantity"] - Decimal(one["discount"]) for one in items)
    discount = (net * data.draw(st.integers(0, 100)) / 100).quantize(Decimal("0.01"), "ROUND_DOWN")
    more = {"discount": str(discount), "shipping_charge": str(shipping), "adjustment": str(adjustment)}
    order = busy.agreed(*items, place_of_supply=place, **more)
    parts = [
        busy.convert(order, *[quantity or None for quantity in part])
        for part in _partition(data, [one["quantity"] for one in items])
    ]

    assert ("INVOICED", [one["quantity"] for one in items]) == busy.stands(order)
    for name in ("sub_total", "discount", "shipping_charge", "adjustment"):
        assert order[name] == sum(part[name] for part in parts), name
    # Each head of each line is rounded once a paper, and a share of a discount may fall on another line.
    most = Decimal(2 * len(items) * (len(parts) + 1)) / 100
    for name in ("tax_total", "total"):
        assert abs(order[name] - sum(part[name] for part in parts)) <= most, name


# ----- once, whatever happens -----


def test_the_same_key_converts_once(orders: Orders) -> None:
    order = orders.agreed()
    body = {"date": DAY, "line_items": orders.part(order, 4)}
    path = f"{orders.path(order)}/{orders.side.convert}"
    first, again = (orders.call("POST", path, body, key="once") for _ in range(2))
    assert first.body == again.body
    assert "true" == dict(again.headers)["Idempotency-Replayed"]
    assert (orders.side.partly, [4]) == orders.stands(order)


def test_of_two_at_once_for_more_than_is_open_one_has_its_way(orders: Orders) -> None:
    order = orders.agreed()
    body = {"date": DAY, "line_items": orders.part(order, 6)}
    path, start = f"{orders.path(order)}/{orders.side.convert}", Barrier(2)

    def convert(key: str) -> int:
        start.wait()
        return orders.call("POST", path, body, key=key).status

    with ThreadPoolExecutor(2) as pool:
        assert [200, 400] == sorted(pool.map(convert, "ab"))
    assert (orders.side.partly, [6]) == orders.stands(order)
    sound(orders)
