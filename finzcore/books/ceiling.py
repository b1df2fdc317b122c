"""How much an account can take: what is beyond is refused by name, before the database does."""

from collections.abc import Iterable
from typing import Final

from finzcore.books.books import Books
from finzcore.errors import RuleBroken
from finzcore.ledger.balance import MonthTotal
from finzcore.ledger.source import Source

MOST_ON_AN_ACCOUNT: Final = 9 * 10**18
"""Paise that one account is debited, or credited, in all; 63 bits, in which sums are taken, hold a
little more."""

_WORTH_A_LOOK: Final = 10**14
"""An entry that moves less than these paise on an account is not looked at: this is done for every
entry, and it would take ninety thousand of them to come near."""

_FIELDS: Final = {Source.MANUAL: "lines", Source.OPENING: "lines", Source.PAYMENT: "amount"}


def check_room(books: Books, source: Source, moved: Iterable[MonthTotal]) -> None:
    """RuleBroken, on the field that names the amounts, when an account would pass the ceiling."""
    for total in moved:
        if max(total.debit, total.credit) <= _WORTH_A_LOOK:
            continue
        (so_far,) = books.session.ask("journal.moved", account=total.account)
        if max(so_far["debit"] + total.debit, so_far["credit"] + total.credit) > MOST_ON_AN_ACCOUNT:
            message = "One account would move more than can be counted."
            raise RuleBroken(message, field=_FIELDS.get(source, "line_items"))
