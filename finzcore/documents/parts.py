"""What a part of an order takes of an amount that stands on the whole of it (`api.md` §4.10).

A discount of so many rupees, a shipping charge, an adjustment: each part of the order takes its share of
what the parts before have left, by largest remainder, and the last one takes what is left then. So all
parts together take what the order says, however it is divided and whatever was given back between.
"""

from collections.abc import Iterable

from finzcore.money import Paise, share


def taken_of(amount: int, others: Iterable[int]) -> int:
    """What other parts have taken of `amount`, by what they bear now; in paise.

    What somebody gave one of the other sign is its own: it leaves no more for those that follow.

    >>> taken_of(-200, [-50, 700]), taken_of(200, [50, 700])
    (-50, 750)
    """
    return sum(other for other in others if (other > 0) == (amount > 0)) if amount else 0


def part_of(amount: int, *, taken: int, part: int, rest: int) -> Paise:
    """What a part takes of `amount`, of which others have `taken` some; in paise.

    `part` is the value, or the quantity, that it carries out, `rest` what stays for later; neither is
    negative. Somebody may have given another part more than its share, or less: what is left is never
    more than the amount, nor of the other sign.

    >>> part_of(1000, taken=0, part=1, rest=2), part_of(1000, taken=333, part=1, rest=1)
    (333, 334)
    >>> part_of(1000, taken=667, part=1, rest=0), part_of(-1000, taken=-1200, part=1, rest=0)
    (333, 0)
    """
    assert part >= 0 <= rest, "neither a value nor a quantity is negative"
    left = amount - taken
    left = min(max(left, 0), amount) if amount > 0 else max(min(left, 0), amount)
    if not rest:
        return Paise(left)
    return share(Paise(left), [part, rest])[0]
