"""What invoices come to, worked out by hand: one row per case, with the page it follows from.

A line is (quantity, rate, tax row, discount); the branch is in Karnataka, and so is the supply unless
the row says otherwise. Figures are sub_total, discount, CGST, SGST, IGST, tds_amount, round_off, total.
"""

from decimal import Decimal
from typing import Any, Final

Line = tuple[Any, Any, str | None, Any]
Case = tuple[str, list[Line], dict[str, Any], str]

GST18: Final = "GST 18%"
MH: Final = {"place_of_supply": "IN-MH"}
ONE: Final[list[Line]] = [(1, 1000, GST18, None)]
THREE_TENS: Final[list[Line]] = [(1, 10, GST18, None)] * 3

CASES: Final[list[Case]] = [
    # source, lines, header, figures
    ("api §10 row 1", [(1, 12000, GST18, None)], {}, "12000 0 1080 1080 0 0 0 14160"),
    ("api §10 row 2", [(1, 12000, GST18, None)], MH, "12000 0 0 0 2160 0 0 14160"),
    ("api §10 row 5", [(1, 12000, GST18, None)], {"tds_rate": 10}, "12000 0 1080 1080 0 1200 0 12960"),
    ("api §4.1, 53.8461 each", [(3, "199.43", GST18, None)], {}, "598.29 0 53.85 53.85 0 0 0 705.99"),
    ("api §4.1.1 percent", [(4, 250, GST18, "10%")], {}, "900 0 81 81 0 0 0 1062"),
    ("api §4.1.1 amount", [(4, 250, GST18, "99.99")], {}, "900.01 0 81 81 0 0 0 1062.01"),
    ("api §4.1.1 all of it", [(1, 1000, GST18, "100%")], {}, "0 0 0 0 0 0 0 0"),
    ("api §4.1.1 once rounded", [("1.5", "33.333333", None, None)], {}, "50 0 0 0 0 0 0 50"),
    ("gst §5.1, 6.66 + 6.67 + 6.67", THREE_TENS, {"discount": 10}, "30 10 1.80 1.80 0 0 0 23.60"),
    ("api §4.1.3 percent", ONE, {"discount": "10%"}, "1000 100 81 81 0 0 0 1062"),
    (
        "api §4.1.3 after tax",
        ONE,
        {"discount": "10%", "is_discount_before_tax": False},
        "1000 100 90 90 0 0 0 1080",
    ),
    ("gst §5.3 halves", [(1, "10.10", "GST 5%", None)], {}, "10.10 0 0.25 0.25 0 0 0 10.60"),
    ("gst §5.3 whole", [(1, "10.10", "GST 5%", None)], MH, "10.10 0 0 0 0.51 0 0 10.61"),
    ("gst §5.5, 0.0225 each", [(1, "0.25", GST18, None)], {}, "0.25 0 0.02 0.02 0 0 0 0.29"),
    (
        "gst §5.4 intra",
        [(1, 100, GST18, None)],
        {"is_inclusive_tax": True},
        "84.74 0 7.63 7.63 0 0 0 100",
    ),
    (
        "gst §5.4 inter",
        [(1, 100, GST18, None)],
        {"is_inclusive_tax": True} | MH,
        "84.75 0 0 0 15.25 0 0 100",
    ),
    (
        "gst §5.4 no value fits",
        [(1, 100, "GST 40%", None)],
        {"is_inclusive_tax": True},
        "71.42 0 14.29 14.29 0 0 0 100",
    ),
    (
        "gst §5.4 line discount first",
        [(2, 100, GST18, 82)],
        {"is_inclusive_tax": True} | MH,
        "100 0 0 0 18 0 0 118",
    ),
    (
        "api §4.1.4 computed anew from 90",
        [(1, 118, GST18, None)],
        {"is_inclusive_tax": True, "discount": 10} | MH,
        "100 10 0 0 16.20 0 0 106.20",
    ),
    (
        "api §4.1.7",
        ONE,
        {"shipping_charge": 50, "adjustment": "-0.50"},
        "1000 0 90 90 0 0 0 1229.50",
    ),
    ("api §4.1.8 amount", ONE, {"tds_amount": 100}, "1000 0 90 90 0 100 0 1080"),
    ("api §4.1.8 on 900", ONE, {"tds_rate": 10, "discount": 100}, "1000 100 81 81 0 90 0 972"),
    ("api §4.15 explicit", ONE, {"round_off": "0.40"}, "1000 0 90 90 0 0 0.40 1180.40"),
    ("api §4.15 down", ONE, {"round_off": "-0.99"}, "1000 0 90 90 0 0 -0.99 1179.01"),
    ("api §4.1 no tax row", [(1, 1000, None, None)], {}, "1000 0 0 0 0 0 0 1000"),
    ("api §4.1.6 the place decides", [(1, 1000, "IGST 18%", None)], {}, "1000 0 90 90 0 0 0 1180"),
    ("api §4.1.6 RCM", [(1, 1000, "RCM 18%", None)], {}, "1000 0 0 0 0 0 0 1000"),
    ("api §4.1.6 exempt", [(1, 1000, "Exempt", None)], {}, "1000 0 0 0 0 0 0 1000"),
    ("api §4.1.6 nil rated", [(1, 1000, "Nil Rated", None)], MH, "1000 0 0 0 0 0 0 1000"),
    ("api §4.1.6 non-GST", [(1, 1000, "Non-GST", None)], {}, "1000 0 0 0 0 0 0 1000"),
    (
        "api §4.1.5 rates side by side, 30.03 × 2.5 %",
        [(3, "10.01", "GST 5%", None), (1, "0.05", GST18, None), (1, 7, "Exempt", None)],
        {},
        "37.08 0 0.75 0.75 0 0 0 38.58",
    ),
]

FIGURES: Final = (
    "sub_total",
    "discount",
    "cgst_total",
    "sgst_total",
    "igst_total",
    "tds_amount",
    "round_off",
    "total",
)


def amounts(text: str) -> list[Decimal]:
    """A row of figures as numbers."""
    return [Decimal(word) for word in text.split()]
