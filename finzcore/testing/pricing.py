"""What a document comes to, worked out a second time, in fractions.

Shares no line with `finzcore.documents` and `finzcore.gst`: a second opinion is worth something only if
it was formed alone. From `api.md` §4.1 and `gst.md` §5; amounts in whole paise.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import attrs

Body = Mapping[str, Any]
Heads = tuple[int, int, int]
"""CGST, SGST and IGST, in paise."""
_NOTHING: Final[Mapping[str | None, Fraction]] = {}


@attrs.frozen
class Priced:
    """What a document comes to, in paise.

    Of each line what it comes to without tax; its base, which is that less its share of a discount of the
    whole; the heads that are charged on it, those that a buyer assesses himself under reverse charge, and
    whether he takes no credit for either.
    """

    sub_total: int
    discount: int
    items: tuple[int, ...]
    bases: tuple[int, ...]
    charged: tuple[Heads, ...]
    assessed: tuple[Heads, ...]
    blocked: tuple[bool, ...]
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
    def cgst(self) -> int:
        """The half for the union, as far as it is charged."""
        return sum(heads[0] for heads in self.charged)

    @property
    def sgst(self) -> int:
        """The half for the state."""
        return sum(heads[1] for heads in self.charged)

    @property
    def igst(self) -> int:
        """The tax between states."""
        return sum(heads[2] for heads in self.charged)

    @property
    def tax(self) -> int:
        """All heads that are charged."""
        return self.cgst + self.sgst + self.igst

    @property
    def rcm(self) -> Heads:
        """What the buyer owes the government himself: no part of the total."""
        return _together(self.assessed)

    @property
    def credit(self) -> Heads:
        """The input tax of the buyer, charged or assessed by himself."""
        pairs = zip(self.charged, self.assessed, self.blocked, strict=True)
        return _together([heads for *both, blocked in pairs if not blocked for heads in both])

    @property
    def costs(self) -> tuple[int, ...]:
        """What each line costs the buyer: its base, and the tax for which there is no credit."""
        lines = zip(self.bases, self.charged, self.assessed, self.blocked, strict=True)
        return tuple([base + (sum(tax) + sum(rcm)) * blocked for base, tax, rcm, blocked in lines])

    @property
    def total(self) -> int:
        """What comes to be owed: what TDS withholds is not part of it."""
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


def price(
    body: Body,
    percents: Mapping[str | None, Fraction],
    *,
    between_states: bool,
    reverse: Mapping[str | None, Fraction] = _NOTHING,
) -> Priced:
    """What a body comes to; `percents` are the full rates of the taxes that its lines name, `reverse`
    those of the taxes that mean reverse charge.

    >>> line = {"rate": 12000, "tax_id": "18"}
    >>> price({"line_items": [line]}, {"18": Fraction(18)}, between_states=False).total
    1416000
    """
    lines = body["line_items"]
    owed = [_owed(line, body, percents, reverse) for line in lines]
    rates = [charged for charged, _ in owed]
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
        heads = _taxed(bases, rates, between_states)
    withheld = Fraction(body.get("tds_rate") or 0) / 100 * (sub_total - discount)
    return Priced(
        sub_total=sub_total,
        discount=discount,
        items=tuple(items),
        bases=tuple(bases),
        charged=tuple(heads),
        assessed=tuple(_taxed(bases, [assessed for _, assessed in owed], between_states)),
        blocked=tuple([_said("itc_blocked_reason", line, body) is not None for line in lines]),
        shipping=paise(body.get("shipping_charge", 0)),
        adjustment=paise(body.get("adjustment", 0)),
        tds=half_up(withheld) or paise(body.get("tds_amount") or 0),
        round_off=paise(body.get("round_off") or 0),
        discount_after_tax=0 if early else discount,
    )


def _said(name: str, line: Body, body: Body) -> Any:
    """What a line says, else its header."""
    return body.get(name) if line.get(name) is None else line[name]


def _owed(
    line: Body,
    body: Body,
    percents: Mapping[str | None, Fraction],
    reverse: Mapping[str | None, Fraction],
) -> tuple[Fraction, Fraction]:
    """The percentage that the seller charges on a line, and the one that its buyer assesses himself."""
    tax, nothing = line.get("tax_id"), Fraction(0)
    if tax not in reverse and not _said("is_rcm", line, body):
        return percents[tax], nothing
    percent = _said("rcm_rate", line, body)
    if percent is not None:
        return nothing, Fraction(percent)
    if tax is None:
        raise ValueError("rcm_rate: reverse charge has a rate")
    return nothing, reverse[tax] if tax in reverse else percents[tax]


def _net(line: Body) -> int:
    gross = half_up(Fraction(line.get("quantity", 1)) * Fraction(line["rate"]) * 100)
    return gross - _discount(line.get("discount"), gross)


def _discount(given: Any, base: int) -> int:
    if isinstance(given, str) and given.endswith("%"):
        return half_up(base * Fraction(given[:-1]) / 100)
    return paise(given or 0)


def _taxed(bases: Sequence[int], rates: Sequence[Fraction], between_states: bool) -> list[Heads]:
    return [
        _heads(base, rate, Fraction(100), between_states) for base, rate in zip(bases, rates, strict=True)
    ]


def _together(heads: Iterable[Heads]) -> Heads:
    cgst, sgst, igst = [sum(head) for head in zip((0, 0, 0), *heads, strict=True)]
    return cgst, sgst, igst


def _heads(amount: int, rate: Fraction, whole: Fraction, between_states: bool) -> Heads:
    """CGST, SGST and IGST: each from the amount itself, never one tax cut in two."""
    if between_states:
        return 0, 0, half_up(amount * rate / whole)
    half = half_up(amount * rate / 2 / whole)
    return half, half, 0


def _less(items: Sequence[int], discount: int) -> list[int]:
    """Items less their shares of a discount."""
    return [item - share for item, share in zip(items, shares(discount, items), strict=True)]


def shares(whole: int, items: Sequence[int]) -> list[int]:
    """Shares of an amount, by what items come to: whole paise, the largest remainders first.

    >>> shares(100, [1, 1, 1])
    [34, 33, 33]
    """
    exact = [Fraction(whole * item, sum(items)) for item in items]
    parts = [int(share) for share in exact]
    places = sorted(range(len(items)), key=lambda at: (parts[at] - exact[at], at))
    for at in places[: whole - sum(parts)]:
        parts[at] += 1
    return parts
