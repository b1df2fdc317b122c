"""The second opinion on prices agrees with figures worked out by hand (`api.md` §4.1, §10)."""

from fractions import Fraction
from typing import Any

import pytest

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


@pytest.mark.parametrize(("body", "between_states", "figures"), PRICES)
def test_prices_are_those_worked_out_by_hand(
    body: dict[str, Any], between_states: bool, figures: dict[str, int]
) -> None:
    priced: Priced = price(body, PERCENTS, between_states=between_states)
    assert figures == {name: getattr(priced, name) for name in figures}
