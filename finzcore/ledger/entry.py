"""Postings and journal entries: an entry that exists is an entry that balances.

A posting holds one signed amount, debit positive and never zero; the two columns of a journal are
only a way to show it (`reliability.md` §8).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from finzcore.errors import EntryUnbalanced, RuleBroken
from finzcore.ledger.source import Source
from finzcore.money import LARGEST, Paise, rupees

MOST_POSTINGS: Final = 1023
"""A posting's place in its entry fits ten bits of its id (`storage.md` §3)."""


@attrs.frozen
class Posting:
    """One line of an entry: `amount` in paise on one account, debit positive, credit negative.

    `rule` is the stable word for why it is there, such as ``sale.receivable``; `tags` is JSON text
    that the ledger does not read. RuleBroken when the amount is zero or beyond `LARGEST`.
    """

    account: int
    amount: Paise
    rule: str
    branch_id: int
    contact_id: int | None = None
    description: str | None = None
    tags: str | None = None

    def __attrs_post_init__(self) -> None:
        amount = self.amount
        assert type(amount) is int, "money is counted in whole paise"
        if not amount:
            raise RuleBroken("A posting is never zero.", field="lines")
        if not -LARGEST <= amount <= LARGEST:
            raise RuleBroken(f"No amount is larger than {rupees(LARGEST)}.", field="lines")

    @property
    def debit(self) -> Paise:
        """The amount in the debit column, else zero."""
        return self.amount if self.amount > 0 else Paise(0)

    @property
    def credit(self) -> Paise:
        """The amount in the credit column, else zero."""
        return Paise(-self.amount) if self.amount < 0 else Paise(0)


def debit(
    account: int,
    amount: int,
    *,
    rule: str,
    branch_id: int,
    contact_id: int | None = None,
    description: str | None = None,
    tags: str | None = None,
) -> Posting | None:
    """Debit `account`; a negative amount credits it, and nothing comes of zero.

    >>> debit(3, 1416000, rule="sale.receivable", branch_id=1).amount
    1416000
    >>> debit(3, 0, rule="sale.receivable", branch_id=1) is None
    True
    """
    if not amount:
        return None
    return Posting(account, Paise(amount), rule, branch_id, contact_id, description, tags)


def credit(
    account: int,
    amount: int,
    *,
    rule: str,
    branch_id: int,
    contact_id: int | None = None,
    description: str | None = None,
    tags: str | None = None,
) -> Posting | None:
    """Credit `account`; a negative amount debits it, and nothing comes of zero.

    >>> credit(24, 1200000, rule="sale.income", branch_id=1).amount
    -1200000
    """
    return debit(
        account,
        -amount,
        rule=rule,
        branch_id=branch_id,
        contact_id=contact_id,
        description=description,
        tags=tags,
    )


def present(postings: Iterable[Posting | None]) -> tuple[Posting, ...]:
    """Those of `postings` that are there, in their order."""
    return tuple([posting for posting in postings if posting is not None])


def _source(given: str) -> Source:
    # Of an enum itself attrs would ask the signature, which takes longer than making the class.
    return Source(given)


def _as_tuple(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    return tuple(postings)


@attrs.frozen(kw_only=True)
class JournalEntry:
    """A dated set of postings that sums to zero, in the base currency.

    RuleBroken when there are fewer than two postings or more than `MOST_POSTINGS`; EntryUnbalanced,
    with the sums of `debits` and `credits` in its details, when the two differ by a paisa.
    `reversal_of` is the sequence number of the entry that this one mirrors.
    """

    date: date
    source: Source = attrs.field(converter=_source)
    source_id: int | None = None
    branch_id: int
    postings: tuple[Posting, ...] = attrs.field(converter=_as_tuple)
    memo: str | None = None
    contact_id: int | None = None
    reference_number: str | None = None
    reversal_of: int | None = None

    def __attrs_post_init__(self) -> None:
        postings = self.postings
        if sum([posting.amount for posting in postings]):
            raise unbalanced(sum([one.debit for one in postings]), sum([one.credit for one in postings]))
        if not 2 <= len(postings) <= MOST_POSTINGS:
            raise RuleBroken(f"An entry has 2 to {MOST_POSTINGS} postings.", field="lines")

    @property
    def total(self) -> Paise:
        """The sum of the debits, which is the sum of the credits."""
        return Paise(sum(posting.debit for posting in self.postings))


def reversal(
    entry: JournalEntry, *, of: int, on: date | None = None, memo: str | None = None
) -> JournalEntry:
    """The mirrored entry that takes `entry` back, linked to it by its sequence number `of`.

    It carries the entry's own date unless `on` gives another, and keeps its source's id, contact,
    branch and reference, and the rule of every posting.
    """
    return attrs.evolve(
        entry,
        date=on or entry.date,
        source=Source.REVERSAL,
        memo=entry.memo if memo is None else memo,
        reversal_of=of,
        postings=mirrored(entry.postings),
    )


def mirrored(postings: Iterable[Posting]) -> list[Posting]:
    """The same postings on the other side."""
    return [attrs.evolve(posting, amount=Paise(-posting.amount)) for posting in postings]


def unbalanced(debits: int, credits_: int) -> EntryUnbalanced:
    """The refusal of an entry whose sides differ; its details name both sums, in rupees."""
    return EntryUnbalanced(
        f"Debits of {rupees(debits)} and credits of {rupees(credits_)} differ.",
        field="lines",
        details={"debits": Decimal(rupees(debits)), "credits": Decimal(rupees(credits_))},
    )
