"""Money is counted in whole paise; quantities, rates and percentages in whole millionths.

No float anywhere. Division happens in two functions only: `half_up`, which rounds once, and
`share`, whose parts add back up (`reliability.md` §7, `gst.md` §5.2).
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NewType

Paise = NewType("Paise", int)
"""An amount of money in hundredths of its currency's unit, exact."""

Millionths = NewType("Millionths", int)
"""A quantity, a price per unit or a percentage, times 1,000,000, exact."""

LARGEST: Final = 10**15
"""No single amount is larger: ₹9,999,999,999,999.99 (`reliability.md` §7)."""

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,8})?", re.ASCII)


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest whole, halves away from zero.

    >>> half_up(5, 2), half_up(-5, 2), half_up(4, 3)
    (3, -3, 1)
    """
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def share(total: Paise, weights: Sequence[int]) -> list[Paise]:
    """Divide `total` in proportion to `weights`; the parts always add back up.

    Largest remainder, ties to the earlier part (`gst.md` §5.1). Weights are not negative and not
    all zero.

    >>> share(Paise(1000), [1, 1, 1])
    [334, 333, 333]
    """
    whole = sum(weights)
    assert whole > 0, "there is nothing to share by"
    sign = -1 if total < 0 else 1
    size = abs(total)
    parts = [size * weight // whole for weight in weights]
    left = size - sum(parts)
    if left:
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
        for i in by_remainder[:left]:
            parts[i] += 1
    return [Paise(sign * part) for part in parts]


def scaled(value: int | str | Decimal, places: int) -> int | None:
    """`value` times 10^places as a whole number; None when it is no number or has more decimals.

    Text must be a plain decimal in ASCII, without exponent.

    >>> scaled("12.5", 2), scaled(Decimal("0.1"), 6), scaled("1e3", 2), scaled("1.005", 2)
    (1250, 100000, None, None)
    """
    if type(value) is int:
        unit: int = 10**places
        return value * unit
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return None
        whole, _, fraction = value.partition(".")
        if len(fraction) > places:
            kept, dropped = fraction[:places], fraction[places:]
            if dropped.strip("0"):
                return None
            fraction = kept
        return int(whole + fraction.ljust(places, "0"))
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        sign, digits, exponent = value.as_tuple()
        assert isinstance(exponent, int)
        if len(digits) + abs(exponent) > 60:
            return None
        number = int("".join(map(str, digits)) or "0")
        shift = exponent + places
        if shift >= 0:
            factor: int = 10**shift
            number *= factor
        else:
            divisor: int = 10**-shift
            number, rest = divmod(number, divisor)
            if rest:
                return None
        return -number if sign else number
    return None


def rupees(amount: int) -> str:
    """Paise as text with two decimals, as answers show them.

    >>> rupees(1416000), rupees(-5)
    ('14160.00', '-0.05')
    """
    if amount < 0:
        return "-%d.%02d" % divmod(-amount, 100)
    return "%d.%02d" % divmod(amount, 100)


def plain(value: int, places: int) -> str:
    """A scaled number as text without trailing zeros.

    >>> plain(18_000_000, 6), plain(250_000, 6), plain(-1, 6)
    ('18', '0.25', '-0.000001')
    """
    unit = 10**places
    whole, fraction = divmod(abs(value), unit)
    sign = "-" if value < 0 else ""
    if not fraction:
        return f"{sign}{whole}"
    return f"{sign}{whole}." + str(fraction).rjust(places, "0").rstrip("0")


def grouped(amount: int) -> str:
    """Paise as people in India write them, in lakh and crore groups.

    >>> grouped(123456789), grouped(-1416000), grouped(99900)
    ('12,34,567.89', '-14,160.00', '999.00')
    """
    whole, _, fraction = rupees(abs(amount)).partition(".")
    head, tail = whole[:-3], whole[-3:]
    groups = [tail]
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ("-" if amount < 0 else "") + ",".join(groups) + "." + fraction
