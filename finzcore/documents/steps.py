"""How each figure of a priced document came about, step by step, in the order of the arithmetic.

A step has a rule, whose sentence stands in `finzcore.documents.rules`, what it started from, and its result.
All of it is read off a document that was priced again: nothing here computes a tax.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from finzcore.documents.line import Line
from finzcore.documents.totals import PricedLine, Totals
from finzcore.gst.rates import Shape, slab_on
from finzcore.gst.reverse import INELIGIBLE_PLACE
from finzcore.gst.split import Heads
from finzcore.gst.supply import Supply
from finzcore.money import plain, rupees

_HEADS: Final = ("cgst", "sgst", "igst", "cess")
_UNTAXED: Final = {
    Shape.EXEMPT: "tax.exempt",
    Shape.NIL_RATED: "tax.nil_rated",
    Shape.NON_GST: "tax.non_gst",
    Shape.RCM: "tax.reverse_charge",
}


class Step(NamedTuple):
    """One step: amounts are `Decimal` of the document's currency, percentages of a hundred."""

    rule: str
    inputs: Mapping[str, Any]
    result: Any


def amount(paise: int) -> Decimal:
    """Paise as a step shows them."""
    return Decimal(rupees(paise))


def number(value: int, places: int = 6) -> Decimal:
    """Millionths as a step shows them."""
    return Decimal(plain(value, places))


def line_steps(
    lines: Sequence[Line], totals: Totals, supply: Supply, date: dt.date, *, inclusive: bool
) -> Iterator[Step]:
    """How each line came to its taxable value and its tax."""
    for place, (line, priced) in enumerate(zip(lines, totals.lines, strict=True), 1):
        for step in _of_line(line, priced, totals, supply, date, inclusive):
            yield step._replace(inputs={"line": place, **step.inputs})


def _of_line(
    line: Line, priced: PricedLine, totals: Totals, supply: Supply, date: dt.date, inclusive: bool
) -> Iterator[Step]:
    inputs = {"quantity": number(line.quantity), "rate": number(line.rate)}
    yield Step("line.gross", inputs, amount(line.gross))
    if line.discount:
        yield Step("line.discount", {"gross": amount(line.gross)}, amount(line.discount))
    if inclusive and line.net != priced.item_total:
        yield Step("line.exclusive", {"price": amount(line.net)}, amount(priced.item_total))
    share = priced.item_total - priced.taxable
    if share:
        inputs = {"discount": amount(totals.discount), "item_total": amount(priced.item_total)}
        yield Step("line.discount_share", inputs, amount(share))
    inputs = {"item_total": amount(priced.item_total), "discount_share": amount(share)}
    yield Step("line.taxable", inputs, amount(priced.taxable))
    yield from _tax(line, priced, supply, date)
    if line.blocked is not None:
        rule = "credit.elsewhere" if line.blocked == INELIGIBLE_PLACE else "credit.blocked"
        lost = priced.tax.total + priced.rcm.total
        yield Step(rule, {"clause": line.blocked}, amount(lost))


def _tax(line: Line, priced: PricedLine, supply: Supply, date: dt.date) -> Iterator[Step]:
    tax, assessed = line.tax, line.assessed
    if assessed is not None:
        percent = number(assessed.igst)
        yield Step(
            "tax.reverse_charge", {"percent": percent, "tax": None if tax is None else tax.name}, percent
        )
        yield from _heads("reverse_charge", priced, priced.rcm, assessed, supply)
    elif tax is None:
        yield Step("tax.none", {}, Decimal(0))
    elif not tax.adds_tax:
        yield Step(_UNTAXED[tax.shape], {"tax": tax.name}, Decimal(0))
    else:
        slab = slab_on(tax.igst, date)
        inputs = {"tax": tax.name, "date": date.isoformat(), "source": None if slab is None else slab.source}
        yield Step("tax.rate", inputs, number(tax.igst))
        yield from _heads("tax", priced, priced.tax, tax, supply)


def _heads(word: str, priced: PricedLine, tax: Heads, rates: Any, supply: Supply) -> Iterator[Step]:
    if not supply.taxed:
        yield Step("supply.without_payment", {"taxable": amount(priced.taxable)}, Decimal(0))
        return
    halves = () if supply.inter else (("cgst", rates.cgst, tax.cgst), ("sgst", rates.cgst, tax.sgst))
    whole = (("igst", rates.igst, tax.igst),) if supply.inter else ()
    for head, percent, charged in (*halves, *whole, ("cess", rates.cess, tax.cess)):
        if percent:
            inputs = {"taxable": amount(priced.taxable), "percent": number(percent)}
            yield Step(f"{word}.{head}", inputs, amount(charged))


def total_steps(totals: Totals, *, tds_rate: int | None) -> Iterator[Step]:
    """How the sums under the lines came about, down to the total."""
    yield Step("total.sub_total", {"lines": len(totals.lines)}, amount(totals.sub_total))
    if totals.discount:
        yield Step("total.discount", {"sub_total": amount(totals.sub_total)}, amount(totals.discount))
    yield Step("total.taxable", {"lines": len(totals.lines)}, amount(totals.taxable))
    for head in _HEADS:
        if charged := getattr(totals.tax, head):
            yield Step(f"total.{head}", {"lines": len(totals.lines)}, amount(charged))
    for word, paise in (("shipping", totals.shipping), ("adjustment", totals.adjustment)):
        if paise:
            yield Step(f"total.{word}", {}, amount(paise))
    if totals.tds_amount:
        inputs = {"value": amount(totals.sub_total - totals.discount)}
        if tds_rate:
            inputs |= {"percent": number(tds_rate)}
        yield Step("total.tds", inputs, amount(totals.tds_amount))
    if totals.round_off:
        before = totals.total - totals.round_off
        yield Step("total.round_off", {"before": amount(before)}, amount(totals.round_off))
    yield Step("total.total", _parts_of(totals), amount(totals.total))


def _parts_of(totals: Totals) -> dict[str, Decimal]:
    """The terms of a total, each with its sign."""
    terms = {
        "sub_total": totals.sub_total,
        "discount": -totals.discount,
        "tax_total": totals.tax_total,
        "shipping_charge": totals.shipping,
        "adjustment": totals.adjustment,
        "tds_amount": -totals.tds_amount,
        "round_off": totals.round_off,
    }
    return {name: amount(paise) for name, paise in terms.items() if paise}
