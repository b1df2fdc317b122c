"""What a document comes to, worked out a second time, in fractions.

Shares no line with `finzcore.documents` and `finzcore.gst`: a second opinion is worth something only if
it was formed alone. From `api.md` §4.1 and `gst.md` §5; amounts in whole paise.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs

Body = Mapping[str, Any]


@attrs.frozen
class Priced:
    """What a document comes to, in paise."""

    sub_total: int
    discount: int
    bases: tuple[int, ...]
    cgst: int
    sgst: int
    igst: int
    shipping: int
    adjustment: int
    tds: int
    round_off: int
    discount_after_tax: int

    @property
    def taxable(self) -> int:
        """What is taxed, and earned: the bases of all lines together, in paise."""
        return sum(self.bases)

    @property
    def tax(self) -> int:
        """All heads together."""
        return self.cgst + self.sgst + self.igst

    @property
    def total(self) -> int:
        """What the customer owes: what TDS withholds is not part of it."""
        before = self.sub_total - self.discount + self.tax + self.shipping + self.adjustment
        return before - self.tds + self.round_off


def half_up(exact: Fraction) -> int:
    """To the nearest whole, halves away from nothing.

    >>> half_up(Fraction(5, 2)), half_up(Fraction(-5, 2)), half_up(Fraction(9, 4))
    (3, -3, 2)
    """
    size = int(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


def paise(amount: int | str | Decimal) -> int:
    """An amount of a body in paise.

    >>> paise("12.50"), paise(3)
    (1250, 300)
    """
    return half_up(Fraction(amount) * 100)


def price(body: Body, percents: Mapping[str | None, Fraction], *, between_states: bool) -> Priced:
    """What a body comes to; `percents` are the full rates of the taxes that its lines name.

    >>> line = {"rate": 12000, "tax_id": "18"}
    >>> price({"line_items": [line]}, {"18": Fraction(18)}, between_states=False).total
    1416000
    """
    lines = body["line_items"]
    rates = [percents[line.get("tax_id")] for line in lines]
    items, inclusive = [_net(line) for line in lines], bool(body.get("is_inclusive_tax"))
    if inclusive:
        heads = [
            _heads(item, rate, 100 + rate, between_states) for item, rate in zip(items, rates, strict=True)
        ]
        items = [item - sum(tax) for item, tax in zip(items, heads, strict=True)]
    sub_total = sum(items)
    discount = _discount(body.get("discount"), sub_total)
    early = body.get("is_discount_before_tax", True)
    bases = _less(items, discount) if early and discount else items
    if not inclusive or bases is not items:
        heads = [
            _heads(base, rate, Fraction(100), between_states) for base, rate in zip(bases, rates, strict=True)
        ]
    halves, whole = sum(tax[0] for tax in heads), sum(tax[2] for tax in heads)
    withheld = Fraction(body.get("tds_rate") or 0) / 100 * (sub_total - discount)
    return Priced(
        sub_total=sub_total,
        discount=discount,
        bases=tuple(bases),
        cgst=halves,
        sgst=halves,
        igst=whole,
        shipping=paise(body.get("shipping_charge", 0)),
        adjustment=paise(body.get("adjustment", 0)),
        tds=half_up(withheld) or paise(body.get("tds_amount") or 0),
        round_off=paise(body.get("round_off") or 0),
        discount_after_tax=0 if early else discount,
    )


def _net(line: Body) -> int:
    gross = half_up(Fraction(line.get("quantity", 1)) * Fraction(line["rate"]) * 100)
    return gross - _discount(line.get("discount"), gross)


def _discount(given: Any, base: int) -> int:
    if isinstance(given, str) and given.endswith("%"):
        return half_up(base * Fraction(given[:-1]) / 100)
    return paise(given or 0)


def _heads(amount: int, rate: Fraction, whole: Fraction, between_states: bool) -> tuple[int, int, int]:
    """CGST, SGST and IGST: each from the amount itself, never one tax cut in two."""
    if between_states:
        return 0, 0, half_up(amount * rate / whole)
    half = half_up(amount * rate / 2 / whole)
    return half, half, 0


def _less(items: Sequence[int], discount: int) -> list[int]:
    """Items less their shares of a discount: whole paise, the largest remainders first."""
    exact = [Fraction(discount * item, sum(items)) for item in items]
    shares = [int(share) for share in exact]
    places = sorted(range(len(items)), key=lambda at: (shares[at] - exact[at], at))
    for at in places[: discount - sum(shares)]:
        shares[at] += 1
    return [item - share for item, share in zip(items, shares, strict=True)]
