"""The document's total as a whole rupee; the difference goes to its own account (`api.md` §4.15).

Round-off never touches a taxable value or a tax. A negative total is rounded like the positive one
and takes its sign back, so a reversal mirrors what it reverses (`gst.md` §5.2).
"""

import enum
from typing import Final

from finzcore.errors import RuleBroken
from finzcore.money import Paise, half_up

_RUPEE: Final = 100


class Method(enum.Enum):
    """How a total becomes whole (preference `roundingMethod`)."""

    NEAREST = "nearest"
    """50 paise go up; not banker's rounding."""
    UP = "up"
    DOWN = "down"


def round_off(pre: Paise, method: Method) -> Paise:
    """The paise to add to `pre` so that it is whole rupees: more than −100 and less than 100.

    >>> [round_off(Paise(19949), method) for method in Method]
    [-49, 51, -49]
    """
    return Paise(_whole(pre, method) - pre)


def explicit(pre: Paise, value: Paise) -> Paise:
    """A round-off the caller gave, in paise: less than a rupee either way, whatever the total.

    Raises `RuleBroken` on `round_off`, also when it would turn the total negative.

    >>> explicit(Paise(123450), Paise(-50))
    -50
    """
    if not -_RUPEE < value < _RUPEE:
        raise RuleBroken("A round-off is less than one rupee.", field="round_off")
    if pre >= 0 > pre + value:
        raise RuleBroken("This round-off would make the total negative.", field="round_off")
    return value


def _whole(pre: Paise, method: Method) -> int:
    if method is Method.NEAREST:
        return half_up(pre, _RUPEE) * _RUPEE
    spare = abs(pre) % _RUPEE
    size = abs(pre) - spare
    if spare and method is Method.UP:
        size += _RUPEE
    return -size if pre < 0 else size
