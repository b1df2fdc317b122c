"""Setting money or a note against open documents (`api.md` §4.7, §4.11; `reliability.md` §14).

Whatever can be set against something else is an `Open` amount: an invoice not yet paid, a receipt
not yet used, a note with something left. In foreign currency it also stands in the books in rupees,
at its own rate. An `Application` says what one use takes from either side; where the two differ in
rupees, the difference is an exchange gain or loss and `finzcore.documents.payment` books it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import attrs

from finzcore.documents.exchange import ONE, in_rupees
from finzcore.errors import OverAllocated, RuleBroken
from finzcore.money import Paise, rupees

Target = TypeVar("Target")
"""How the caller names a document, for example by kind and id."""


@attrs.frozen(kw_only=True)
class Open:
    """What is open on a document, a note or a payment: in its own currency, and in the books.

    `amount` is in paise of its currency, `booked` is what of it still stands on the account it sits
    on, in paise of the rupee; neither is negative. `exchange_rate` is its own, times 10^8.
    """

    amount: Paise
    booked: Paise
    exchange_rate: int = ONE

    def __attrs_post_init__(self) -> None:
        assert self.amount >= 0 and self.booked >= 0 and self.exchange_rate > 0
        assert self.exchange_rate != ONE or self.amount == self.booked

    def worth(self, amount: Paise) -> Paise:
        """The rupees that using `amount` takes off the books.

        At its own rate; but what uses it up takes all that is left, so that no paisa stays behind.

        >>> third = Open(amount=3, booked=250, exchange_rate=8_333_000_000)
        >>> third.worth(1), third.worth(3)
        (83, 250)
        """
        assert 0 <= amount <= self.amount
        if amount == self.amount:
            return self.booked
        return min(self.booked, in_rupees(amount, self.exchange_rate))

    def less(self, amount: Paise) -> "Open":
        """What is open after `amount` of it was used."""
        return Open(
            amount=Paise(self.amount - amount),
            booked=Paise(self.booked - self.worth(amount)),
            exchange_rate=self.exchange_rate,
        )


def opened(amount: Paise, exchange_rate: int = ONE) -> Open:
    """A document, note or payment of which nothing was used yet; `amount` in its own currency.

    >>> opened(Paise(10000), 83 * ONE).booked
    830000
    """
    return Open(amount=amount, booked=in_rupees(amount, exchange_rate), exchange_rate=exchange_rate)


@attrs.frozen(kw_only=True)
class Application:
    """One use of money or a note: `amount` in their currency, and the rupees on both sides.

    `used` leaves the payment or note, `relieved` leaves the document.
    """

    amount: Paise
    used: Paise
    relieved: Paise


@attrs.frozen(kw_only=True)
class Demand(Generic[Target]):
    """A wish to settle `amount` paise of `target`."""

    target: Target
    amount: Paise


def apply(source: Open, target: Open, amount: Paise | None = None) -> Application:
    """Set one amount of a note or payment against one document; by default as much as possible.

    Raises `OverAllocated` (field ``amount``) when either side has less, `RuleBroken` when the
    amount is not more than zero.

    >>> apply(opened(Paise(800)), opened(Paise(250)))
    Application(amount=250, used=250, relieved=250)
    """
    if amount is None:
        amount = min(source.amount, target.amount)
    _check(amount, target.amount, field="amount")
    if amount > source.amount:
        raise OverAllocated(
            f"{rupees(amount)} is more than the {rupees(source.amount)} that is left.", field="amount"
        )
    return _application(source, target, amount)


def allocate(
    source: Open, demands: Sequence[Demand[Target]], balances: Mapping[Target, Open]
) -> list[Application]:
    """Set a payment against several documents, in the order asked; all or nothing.

    Demands on one document are added up before they are compared with its balance
    (`reliability.md` §14). Raises `RuleBroken` or `OverAllocated` with field
    ``allocations[i].amount``, or ``allocations`` when together they are more than the payment has.
    Every target must be among `balances`.

    >>> demands = [Demand(target="a", amount=60), Demand(target="b", amount=30)]
    >>> len(allocate(opened(100), demands, {"a": opened(60), "b": opened(40)}))
    2
    """
    check_demands(demands, {target: open_.amount for target, open_ in balances.items()}, source.amount)
    left = dict(balances)
    applications = []
    for demand in demands:
        target = left[demand.target]
        applications.append(_application(source, target, demand.amount))
        source = source.less(demand.amount)
        left[demand.target] = target.less(demand.amount)
    return applications


def check_demands(
    demands: Sequence[Demand[Target]], balances: Mapping[Target, Paise], available: Paise
) -> None:
    """Refuse demands that are more than the documents' balances or than what is available.

    Fields as for `allocate`; of several demands on one document, the one that goes too far is named.
    """
    left = dict(balances)
    for index, demand in enumerate(demands):
        _check(demand.amount, left[demand.target], field=f"allocations[{index}].amount")
        left[demand.target] = Paise(left[demand.target] - demand.amount)
    wanted = sum(demand.amount for demand in demands)
    if wanted > available:
        raise OverAllocated(
            f"The allocations come to {rupees(wanted)}, there is {rupees(available)}.",
            field="allocations",
        )


def consume_oldest(
    sources: Iterable[tuple[Target, Open]], amount: Paise
) -> list[tuple[Target, Paise, Paise]]:
    """Take `amount` from the first sources that have anything, in the order given, oldest first.

    Gives (source, amount taken, rupees taken) for each that was touched. Raises `OverAllocated`
    (field ``amount``) when all of them together have less (`api.md` §4.7, refunds).

    >>> consume_oldest([("march", opened(100)), ("may", opened(50))], 120)
    [('march', 100, 100), ('may', 20, 20)]
    """
    assert amount > 0
    taken = []
    wanted = amount
    for source, open_ in sources:
        part = min(wanted, open_.amount)
        if part:
            taken.append((source, part, open_.worth(part)))
            wanted = Paise(wanted - part)
    if wanted:
        raise OverAllocated(
            f"{rupees(amount)} is more than the {rupees(amount - wanted)} that is unused.", field="amount"
        )
    return taken


def _application(source: Open, target: Open, amount: Paise) -> Application:
    return Application(amount=amount, used=source.worth(amount), relieved=target.worth(amount))


def _check(amount: Paise, balance: Paise, *, field: str) -> None:
    if amount <= 0:
        raise RuleBroken("The amount must be more than zero.", field=field)
    if amount > balance:
        raise OverAllocated(
            f"{rupees(amount)} is more than the {rupees(balance)} that is still due.", field=field
        )
