"""The tax on a line, head by head; this runs for every line of every document.

CGST and SGST are each computed from the taxable value at half the rate, and are always equal; the
full tax is never computed and split (`gst.md` §5.3, §5.5). Every amount is rounded once, from the
exact figure, half away from zero, so a credit note mirrors its invoice.

Rounding to whole rupees (preference `taxRounding`) happens where rounding happens: on each line at
level `line`; on the sum of a group at level `group`, whose lines then carry paise that add up to
whole rupees.
"""

import enum
from collections.abc import Sequence
from typing import Final, Protocol

from attrs import frozen

from finzcore.gst.supply import Supply
from finzcore.money import Millionths, Paise, half_up, share


class Rounding(enum.Enum):
    """What a head of tax is rounded to (preference `taxRounding`, `gst.md` §5.2)."""

    PAISE = "paise"
    RUPEE = "rupee"


class Level(enum.Enum):
    """What is rounded: each line, or the sum over lines of one rate (preference `taxRoundingLevel`)."""

    LINE = "line"
    GROUP = "group"


class Rates(Protocol):
    """By what a line is taxed: a tax row, or what its recipient assesses (`finzcore.gst.reverse`).

    Percentages in millionths; `cgst` is one half, that of SGST too. Where `adds_tax` is False there is
    no tax whatever they are.
    """

    @property
    def cgst(self) -> Millionths: ...
    @property
    def igst(self) -> Millionths: ...
    @property
    def cess(self) -> Millionths: ...
    @property
    def adds_tax(self) -> bool: ...


@frozen
class Heads:
    """The tax on something, in paise. SGST stands for UTGST too. Heads add up with `+`.

    >>> Heads(Paise(90), Paise(90), Paise(0), Paise(5)).total
    185
    """

    cgst: Paise
    sgst: Paise
    igst: Paise
    cess: Paise

    def __attrs_post_init__(self) -> None:
        assert self.cgst == self.sgst, "CGST and SGST are always equal"

    @property
    def total(self) -> Paise:
        """All four together."""
        return Paise(self.cgst + self.sgst + self.igst + self.cess)

    def __add__(self, other: "Heads") -> "Heads":
        half = Paise(self.cgst + other.cgst)
        return Heads(half, half, Paise(self.igst + other.igst), Paise(self.cess + other.cess))

    def __neg__(self) -> "Heads":
        half = Paise(-self.cgst)
        return Heads(half, half, Paise(-self.igst), Paise(-self.cess))


_NOTHING: Final = Paise(0)
NO_TAX: Final = Heads(_NOTHING, _NOTHING, _NOTHING, _NOTHING)

_HUNDRED: Final = 100_000_000
"""One hundred per cent, in millionths of a per cent."""

_IN_PAISE: Final = Rounding.PAISE


def heads(taxable: Paise, rate: Rates | None, supply: Supply, rounding: Rounding = _IN_PAISE) -> Heads:
    """The tax on a taxable value; nothing without a tax row, for rows that add no tax to a document
    (reverse charge, exempt, nil-rated, non-GST) and for supplies without payment (`gst.md` §5.3).

    >>> from finzcore.gst.rates import seeded
    >>> heads(Paise(1010), seeded("GST 5%"), Supply(inter=False))
    Heads(cgst=25, sgst=25, igst=0, cess=0)
    >>> heads(Paise(1010), seeded("GST 5%"), Supply(inter=True)).igst
    51
    """
    if rate is None or not rate.adds_tax or not supply.taxed:
        return NO_TAX
    return _heads(taxable, rate, supply, _HUNDRED, rounding)


def extract(
    inclusive: Paise, rate: Rates | None, supply: Supply, rounding: Rounding = _IN_PAISE
) -> tuple[Paise, Heads]:
    """The taxable value and the tax inside a price; together they are the price (`gst.md` §5.4).

    Never computed anew from the taxable value: for many prices no value to the paisa gives them back.

    >>> from finzcore.gst.rates import seeded
    >>> extract(Paise(10000), seeded("GST 18%"), Supply(inter=False))
    (8474, Heads(cgst=763, sgst=763, igst=0, cess=0))
    """
    if rate is None or not rate.adds_tax or not supply.taxed:
        return inclusive, NO_TAX
    tax = _heads(inclusive, rate, supply, _HUNDRED + rate.igst + rate.cess, rounding)
    return Paise(inclusive - tax.total), tax


def by_group(
    taxables: Sequence[Paise],
    rates: Sequence[Rates | None],
    supply: Supply,
    rounding: Rounding = _IN_PAISE,
) -> list[Heads]:
    """The tax on each line when each rate is summed first and rounded once (`gst.md` §5.2).

    The group's tax is distributed to its lines by largest remainder, the same for both halves. Lines
    of either sign share a group: the smaller side keeps its own tax, the larger takes the rest.

    >>> from finzcore.gst.rates import seeded
    >>> lines = by_group([Paise(1005)] * 3, [seeded("GST 18%")] * 3, Supply(inter=False))
    >>> [line.cgst for line in lines]
    [91, 90, 90]
    """
    return _grouped(taxables, rates, supply, rounding, inclusive=False)


def extract_by_group(
    inclusives: Sequence[Paise],
    rates: Sequence[Rates | None],
    supply: Supply,
    rounding: Rounding = _IN_PAISE,
) -> list[tuple[Paise, Heads]]:
    """`extract` for each line, with the tax of each rate rounded once over all its lines.

    >>> from finzcore.gst.rates import seeded
    >>> lines = extract_by_group([Paise(1005)] * 3, [seeded("GST 18%")] * 3, Supply(inter=True))
    >>> [(taxable, tax.igst) for taxable, tax in lines]
    [(851, 154), (852, 153), (852, 153)]
    """
    taxes = _grouped(inclusives, rates, supply, rounding, inclusive=True)
    return [(Paise(price - tax.total), tax) for price, tax in zip(inclusives, taxes, strict=True)]


def _heads(amount: Paise, rate: Rates, supply: Supply, whole: int, rounding: Rounding) -> Heads:
    cess = _part(amount, rate.cess, whole, rounding) if rate.cess else _NOTHING
    if supply.inter:
        return Heads(_NOTHING, _NOTHING, _part(amount, rate.igst, whole, rounding), cess)
    half = _part(amount, rate.cgst, whole, rounding)
    return Heads(half, half, _NOTHING, cess)


def _part(amount: int, percent: int, whole: int, rounding: Rounding) -> Paise:
    if rounding is _IN_PAISE:
        return Paise(half_up(amount * percent, whole))
    # Straight from the exact figure: 49.6 paise is no rupee, even though it is 50 paise.
    return Paise(half_up(amount * percent, 100 * whole) * 100)


def _grouped(
    amounts: Sequence[Paise],
    rates: Sequence[Rates | None],
    supply: Supply,
    rounding: Rounding,
    *,
    inclusive: bool,
) -> list[Heads]:
    """Heads per line, each percentage settled over all the lines that bear it."""
    assert len(amounts) == len(rates), "each line has its rate, or None"
    if not supply.taxed:
        return [NO_TAX] * len(amounts)
    main: _Groups = {}
    cess: _Groups = {}
    for index, rate in enumerate(rates):
        if rate is not None and rate.adds_tax:
            whole = _HUNDRED + rate.igst + rate.cess if inclusive else _HUNDRED
            main.setdefault((rate.igst if supply.inter else rate.cgst, whole), []).append(index)
            cess.setdefault((rate.cess, whole), []).append(index)
    pairs = zip(_settled(amounts, main, rounding), _settled(amounts, cess, rounding), strict=True)
    if supply.inter:
        return [Heads(_NOTHING, _NOTHING, tax, extra) for tax, extra in pairs]
    return [Heads(tax, tax, _NOTHING, extra) for tax, extra in pairs]


_Groups = dict[tuple[int, int], list[int]]


def _settled(amounts: Sequence[Paise], groups: _Groups, rounding: Rounding) -> list[Paise]:
    """One head per line: every group's total, distributed."""
    parts = [_NOTHING] * len(amounts)
    for (percent, whole), lines in groups.items():
        tax = _distributed([amounts[line] for line in lines], percent, whole, rounding)
        for line, part in zip(lines, tax, strict=True):
            parts[line] = part
    return parts


def _distributed(amounts: list[Paise], percent: int, whole: int, rounding: Rounding) -> list[Paise]:
    """The tax on the sum of `amounts`, handed out so that the parts add up to it exactly."""
    net = sum(amounts)
    sign = -1 if net < 0 else 1
    larger = [max(sign * amount, 0) for amount in amounts]
    smaller = [max(-sign * amount, 0) for amount in amounts]
    against = _part(sum(smaller), percent, whole, _IN_PAISE)
    total = _part(abs(net), percent, whole, rounding) + against
    sides = zip(_shared(Paise(total), larger), _shared(against, smaller), strict=True)
    return [Paise(sign * (up - down)) for up, down in sides]


def _shared(total: Paise, weights: list[int]) -> list[Paise]:
    """Within one percentage, shares of the exact tax are shares of the amounts themselves."""
    return share(total, weights) if total else [_NOTHING] * len(weights)
