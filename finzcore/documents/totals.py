"""A document priced: from its lines to its total (`api.md` §4.1, `gst.md` §5).

    total = sub_total - discount + tax + shipping + adjustment - tds_amount + round_off

Every amount is in paise of the document's currency. Prices may hold GST already; a header discount
may come before tax, shared over the lines so that the parts add up, or after it.
"""

from collections.abc import Sequence
from itertools import repeat
from typing import Final, NamedTuple

import attrs

from finzcore.documents.line import Discount, Line
from finzcore.documents.tds import Tds, TdsRounding
from finzcore.errors import RuleBroken
from finzcore.gst import roundoff
from finzcore.gst.roundoff import Method
from finzcore.gst.split import (
    NO_TAX,
    Heads,
    Level,
    Rates,
    Rounding,
    by_group,
    extract,
    extract_by_group,
    heads,
)
from finzcore.gst.supply import Supply
from finzcore.money import LARGEST, Paise, share

_NOTHING: Final = Paise(0)


class PricedLine(NamedTuple):
    """A line with its money; a tuple, because every line of every document comes to one.

    `item_total` is without tax and after the line's own discount, `taxable` also after its share of
    a header discount before tax, `tax` the heads on that. `account` is the number of the income or
    expense account, None for the default; `tags` is opaque JSON text. Under reverse charge `tax` is
    nothing and `rcm` is what the recipient assesses; `blocked` is why no credit is taken for either.
    """

    item_total: Paise
    taxable: Paise
    tax: Heads
    account: int | None = None
    tags: str | None = None
    rcm: Heads = NO_TAX
    blocked: str | None = None


@attrs.frozen(kw_only=True)
class Totals:
    """What a document comes to. It exists only if its parts add up.

    `taxable` and `tax` are the sums over the lines. Of its amounts only `adjustment` and `round_off`
    may be negative.
    """

    lines: tuple[PricedLine, ...]
    sub_total: Paise
    discount: Paise
    taxable: Paise
    tax: Heads
    shipping: Paise
    adjustment: Paise
    tds_amount: Paise
    round_off: Paise
    total: Paise

    def __attrs_post_init__(self) -> None:
        before_tds = self.sub_total - self.discount + self.tax.total + self.shipping + self.adjustment
        assert self.total == before_tds - self.tds_amount + self.round_off, "a total is the sum of its parts"
        assert self.taxable == sum([line.taxable for line in self.lines]), "and so is the taxable value"

    @property
    def tax_total(self) -> Paise:
        """CGST, SGST, IGST and cess together."""
        return self.tax.total

    @property
    def rcm(self) -> Heads:
        """What the recipient assesses on all lines under reverse charge; no part of the total."""
        return _summed([line.rcm for line in self.lines])

    @property
    def discount_after_tax(self) -> Paise:
        """The header discount, where it left the taxable values alone; else nothing."""
        return Paise(self.discount - self.sub_total + self.taxable)


def price(
    lines: Sequence[Line],
    *,
    supply: Supply,
    discount: Discount | None = None,
    discount_before_tax: bool = True,
    inclusive: bool = False,
    rounding: Rounding = Rounding.PAISE,
    level: Level = Level.LINE,
    shipping: Paise = _NOTHING,
    adjustment: Paise = _NOTHING,
    tds: Tds | None = None,
    tds_rounding: TdsRounding = TdsRounding.PAISE,
    round_off: Paise | Method | None = None,
) -> Totals:
    """Price a document, in the order of `api.md` §4.1.

    With `inclusive` prices the tax is taken out of each line's net price, and computed anew from what a
    header discount before tax leaves. What a recipient assesses stands beside the total. `round_off` is
    an explicit amount, a method, or None for none.

    Raises `RuleBroken` with field ``line_items[i].rate``, ``discount``, ``shipping_charge``,
    ``adjustment``, ``tds_amount``, ``tds_rate``, ``round_off`` or ``line_items``: a total below zero
    or above `money.LARGEST` is refused by the name of what caused it.

    >>> from finzcore.gst.rates import seeded
    >>> line = Line(3_000_000, 199_430_000, tax=seeded("GST 18%"))
    >>> totals = price([line], supply=Supply(inter=False), round_off=Method.NEAREST)
    >>> totals.sub_total, totals.tax.cgst, totals.tax.sgst, totals.round_off, totals.total
    (59829, 5385, 5385, 1, 70600)
    """
    assessed, rates = _rates(lines)
    item_totals, taxes = [line.net for line in lines], None
    if inclusive:
        item_totals, taxes = _extracted(item_totals, rates, supply, rounding, level)
    sub_total = Paise(sum(item_totals))
    reduction = _NOTHING if discount is None else discount.of(sub_total)
    taxables = item_totals
    if reduction and discount_before_tax:
        taxables, taxes = _reduced(item_totals, reduction), None
    if taxes is None:
        taxes = _taxes(taxables, rates, supply, rounding, level)
    tax = _summed(taxes)
    rcm = None if assessed is None else _self_assessed(taxables, assessed, supply, rounding, level)
    before_tds = _before_tds(Paise(sub_total - reduction + tax.total), shipping, adjustment)
    withheld = _withheld(tds, Paise(sub_total - reduction), before_tds, tds_rounding)
    pre = Paise(before_tds - withheld)
    rounded = _rounded(pre, round_off)
    return Totals(
        lines=_priced(lines, item_totals, taxables, taxes, rcm),
        sub_total=sub_total,
        discount=reduction,
        taxable=Paise(sum(taxables)),
        tax=tax,
        shipping=shipping,
        adjustment=adjustment,
        tds_amount=withheld,
        round_off=rounded,
        total=Paise(pre + rounded),
    )


def _rates(lines: Sequence[Line]) -> tuple[list[Rates | None] | None, list[Rates | None]]:
    """By what the recipient assesses the tax on each line, and by what the supplier charges it; for the
    first, None where there is no reverse charge at all, as on nearly every document."""
    if not [line for line in lines if line.rcm or (line.tax and not line.tax.adds_tax)]:
        return None, [line.tax for line in lines]
    assessed: list[Rates | None] = [line.assessed for line in lines]
    return assessed, [line.tax if rate is None else None for line, rate in zip(lines, assessed, strict=True)]


def _priced(
    lines: Sequence[Line],
    item_totals: list[Paise],
    taxables: list[Paise],
    taxes: list[Heads],
    rcm: list[Heads] | None,
) -> tuple[PricedLine, ...]:
    columns = zip(lines, item_totals, taxables, taxes, rcm or repeat(NO_TAX, len(lines)), strict=True)
    return tuple(
        [
            PricedLine(item, value, tax, line.account, line.tags, owed, line.blocked)
            for line, item, value, tax, owed in columns
        ]
    )


def _extracted(
    nets: list[Paise], rates: list[Rates | None], supply: Supply, rounding: Rounding, level: Level
) -> tuple[list[Paise], list[Heads]]:
    """Prices with the tax in them, taken apart."""
    if level is Level.GROUP:
        parts = extract_by_group(nets, rates, supply, rounding)
    else:
        parts = [extract(net, rate, supply, rounding) for net, rate in zip(nets, rates, strict=True)]
    for index, (value, _) in enumerate(parts):
        if value < 0:  # rounding to rupees, or a price of a paisa or two at a high cess
            raise RuleBroken(
                "The tax in this price is more than the price.", field=f"line_items[{index}].rate"
            )
    return [value for value, _ in parts], [tax for _, tax in parts]


def _taxes(
    taxables: list[Paise], rates: list[Rates | None], supply: Supply, rounding: Rounding, level: Level
) -> list[Heads]:
    if level is Level.GROUP:
        return by_group(taxables, rates, supply, rounding)
    return [heads(taxable, rate, supply, rounding) for taxable, rate in zip(taxables, rates, strict=True)]


def _self_assessed(
    taxables: list[Paise], assessed: list[Rates | None], supply: Supply, rounding: Rounding, level: Level
) -> list[Heads]:
    """What the recipient assesses on each line; with the values themselves it can be booked as a cost."""
    taxes = _taxes(taxables, assessed, supply, rounding, level)
    if sum(taxables) + sum([tax.total for tax in taxes]) > LARGEST:
        raise RuleBroken("With the tax on them the lines are more than we can book.", field="line_items")
    return taxes


def _reduced(item_totals: list[Paise], reduction: Paise) -> list[Paise]:
    parts = share(reduction, item_totals)
    return [Paise(item_total - part) for item_total, part in zip(item_totals, parts, strict=True)]


def _summed(taxes: list[Heads]) -> Heads:
    half = Paise(sum([tax.cgst for tax in taxes]))
    igst = Paise(sum([tax.igst for tax in taxes]))
    return Heads(half, half, igst, Paise(sum([tax.cess for tax in taxes])))


def _before_tds(items: Paise, shipping: Paise, adjustment: Paise) -> Paise:
    if items > LARGEST:
        raise RuleBroken("The lines come to more than we can book.", field="line_items")
    if shipping < 0:
        raise RuleBroken("The shipping charge must not be negative.", field="shipping_charge")
    before_tds = Paise(items + shipping + adjustment)
    if before_tds > LARGEST:
        cause = "shipping_charge" if shipping > adjustment else "adjustment"
        raise RuleBroken("The total is more than we can book.", field=cause)
    if before_tds < 0:
        raise RuleBroken("The adjustment would make the total negative.", field="adjustment")
    return before_tds


def _withheld(tds: Tds | None, base: Paise, before_tds: Paise, rounding: TdsRounding) -> Paise:
    amount = _NOTHING if tds is None else tds.on(base, rounding)
    if amount and tds is not None and amount >= before_tds:
        raise RuleBroken("TDS must be less than the total before it.", field=tds.field)
    return amount


def _rounded(pre: Paise, round_off: Paise | Method | None) -> Paise:
    if round_off is None:
        return _NOTHING
    if isinstance(round_off, Method):
        return roundoff.round_off(pre, round_off)
    rounded = roundoff.explicit(pre, round_off)
    if pre + rounded > LARGEST:
        raise RuleBroken("This round-off would make the total more than we can book.", field="round_off")
    return rounded
