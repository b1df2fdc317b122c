"""The second opinion on prices agrees with figures worked out by hand (`api.md` §4.1, §10)."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.documents import totals
from finzcore.documents.line import Discount, Line
from finzcore.gst.rates import seeded
from finzcore.gst.reverse import reverse_charge
from finzcore.gst.supply import Supply
from finzcore.testing.pricing import Priced, price

PERCENTS = {None: Fraction(0), "5": Fraction(5), "18": Fraction(18)}


def line(rate: Any, tax: str | None = "18", **more: Any) -> dict[str, Any]:
    return {"name": "Work", "rate": rate, "tax_id": tax} | more


# (the body, between states, the fields that it should come to, in paise)
PRICES: list[tuple[dict[str, Any], bool, dict[str, int]]] = [
    ({"line_items": [line(12000)]}, False, {"cgst": 108000, "sgst": 108000, "total": 1416000}),
    ({"line_items": [line(12000)]}, True, {"igst": 216000, "cgst": 0, "total": 1416000}),
    ({"line_items": [line(12000)], "tds_rate": 10}, False, {"tds": 120000, "total": 1296000}),
    # 3 × 199.43 = 598.29; 9 % of it is 53.8461; before round-off 705.99 (api.md §4.1)
    (
        {"line_items": [line("199.43", quantity=3)], "round_off": "0.01"},
        False,
        {"cgst": 5385, "total": 70600},
    ),
    # 2.5 % of 10.20 is 25.5 paise: half goes up, on each of the two.
    ({"line_items": [line("10.20", "5")]}, False, {"cgst": 26, "sgst": 26, "total": 1072}),
    # 100.00 with 18 % in it: 100 × 9 / 118 = 7.627, twice; the rest is 84.74 (gst.md §5.4)
    (
        {"line_items": [line(100)], "is_inclusive_tax": True},
        False,
        {"sub_total": 8474, "cgst": 763, "total": 10000},
    ),
    # 10.00 over three equal lines is 3.34, 3.33, 3.33
    (
        {"line_items": [line(50, None), line(50, None), line(50)], "discount": 10},
        True,
        {"discount": 1000, "taxable": 14000, "igst": 840, "total": 14840},
    ),
    (
        {"line_items": [line(100)], "discount": "10%", "is_discount_before_tax": False},
        True,
        {"discount": 1000, "taxable": 10000, "igst": 1800, "discount_after_tax": 1000, "total": 10800},
    ),
    ({"line_items": [line(100, None, discount="12.5%"), line(8, None, discount=3)]}, False, {"total": 9250}),
    ({"line_items": [line(5, None)], "shipping_charge": 3, "adjustment": "-0.50"}, False, {"total": 750}),
]

REVERSE = {"rcm 5": Fraction(5)}
CLAUSE = "17(5)(b)"
# What a buyer owes the government himself, takes as credit and bears as cost (api.md §4.6, §10; gst.md §7)
BOUGHT: list[tuple[dict[str, Any], bool, dict[str, Any]]] = [
    (
        {"line_items": [line(10000, None)], "is_rcm": True, "rcm_rate": 5},
        True,
        {"total": 1000000, "rcm": (0, 0, 50000), "credit": (0, 0, 50000), "costs": (1000000,)},
    ),
    (
        {"line_items": [line(10000, "rcm 5")]},
        False,
        {"total": 1000000, "rcm": (25000, 25000, 0), "credit": (25000, 25000, 0)},
    ),
    ({"line_items": [line(1000)], "is_rcm": True}, True, {"total": 100000, "rcm": (0, 0, 18000)}),
    ({"line_items": [line(1000, "rcm 5", rcm_rate="12.5")]}, True, {"rcm": (0, 0, 12500)}),
    # The tax is not in the price of one who charges none.
    (
        {"line_items": [line(1000, "18", rcm_rate=5)], "is_rcm": True, "is_inclusive_tax": True},
        True,
        {"sub_total": 100000, "total": 100000, "rcm": (0, 0, 5000)},
    ),
    (
        {"line_items": [line(1000)], "itc_blocked_reason": CLAUSE},
        False,
        {"total": 118000, "tax": 18000, "rcm": (0, 0, 0), "credit": (0, 0, 0), "costs": (118000,)},
    ),
    (
        {
            "line_items": [line(100), line(200, itc_blocked_reason=CLAUSE), line(300, is_rcm=False)],
            "is_rcm": True,
            "rcm_rate": 5,
            "discount": "10%",
        },
        True,
        {"total": 58860, "rcm": (0, 0, 1350), "credit": (0, 0, 5310), "costs": (9000, 18900, 27000)},
    ),
]


@pytest.mark.parametrize(("body", "between_states", "figures"), PRICES)
def test_prices_are_those_worked_out_by_hand(
    body: dict[str, Any], between_states: bool, figures: dict[str, int]
) -> None:
    priced: Priced = price(body, PERCENTS, between_states=between_states)
    assert figures == {name: getattr(priced, name) for name in figures}


@pytest.mark.parametrize(("body", "between_states", "figures"), BOUGHT)
def test_what_a_buyer_owes_himself_is_that_worked_out_by_hand(
    body: dict[str, Any], between_states: bool, figures: dict[str, Any]
) -> None:
    priced = price(body, PERCENTS, between_states=between_states, reverse=REVERSE)
    assert figures == {name: getattr(priced, name) for name in figures}


def test_reverse_charge_without_a_rate_is_not_understood() -> None:
    with pytest.raises(ValueError, match="rcm_rate"):
        price({"line_items": [line(100, None)], "is_rcm": True}, PERCENTS, between_states=False)


ROWS = {None: None, "5": seeded("GST 5%"), "18": seeded("GST 18%"), "rcm 5": seeded("RCM 5%")}
BOUGHT_LINES = st.fixed_dictionaries(
    {
        "rate": st.integers(1, 10**6),
        "tax_id": st.sampled_from(sorted(ROWS, key=str)),
        "is_rcm": st.booleans(),
        "itc_blocked_reason": st.sampled_from([None, CLAUSE]),
    },
    optional={"rcm_rate": st.sampled_from([None, 0, 5, 18])},
).filter(lambda line: line["tax_id"] or line.get("rcm_rate") is not None or not line["is_rcm"])


@given(st.lists(BOUGHT_LINES, min_size=1, max_size=6), st.integers(0, 99), st.booleans(), st.booleans())
def test_both_opinions_on_a_purchase_are_one(
    lines: list[dict[str, Any]], discount: int, inclusive: bool, between_states: bool
) -> None:
    body = {"line_items": lines, "discount": f"{discount}%", "is_inclusive_tax": inclusive}
    here = price(body, PERCENTS, between_states=between_states, reverse=REVERSE)
    to_price = []
    for one in lines:
        percent, row = one.get("rcm_rate"), ROWS[one["tax_id"]]
        rcm = reverse_charge(one["is_rcm"], None if percent is None else percent * 1_000_000, row)
        terms = {"tax": row, "rcm": rcm, "blocked": one["itc_blocked_reason"]}
        to_price.append(Line(1_000_000, one["rate"] * 1_000_000, **terms))
    there = totals.price(
        to_price,
        supply=Supply(inter=between_states),
        discount=Discount(percent=discount * 1_000_000),
        inclusive=inclusive,
    )

    assert there.total == here.total
    assert [(one.cgst, one.sgst, one.igst) for one in (line.tax for line in there.lines)] == [*here.charged]
    assert [(one.cgst, one.sgst, one.igst) for one in (line.rcm for line in there.lines)] == [*here.assessed]
    assert [line.blocked is not None for line in there.lines] == [*here.blocked]
