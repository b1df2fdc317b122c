"""Code that is broken on purpose, and how the machine notices: by the model, by `verify`, by a refusal that
does not come."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import pytest

from finzcore.api import handler
from finzcore.books import chain, history, idempotency, journal
from finzcore.books.books import Books
from finzcore.books.chores import schedules
from finzcore.books.papers import applying, charges, converting, corrections, drawing, filling, refunds
from finzcore.books.resources import bills, bulk, expenses, journals, payments
from finzcore.documents import lifecycle, payment, posted, purchase, sale, totals, voucher
from finzcore.gst import split
from finzcore.storage.derived import TableSql
from tests.machines import (
    Abroad,
    Ahead,
    Batched,
    Buying,
    ByHand,
    Invoices,
    Narrow,
    Ordering,
    Owing,
    Paid,
    Planned,
    Returning,
    Selling,
    Spent,
    Taxed,
    Trade,
    Withheld,
    run,
)


def half_even(numerator: int, denominator: int) -> int:
    """The banker's rounding, which `gst.md` rules out."""
    return round(Fraction(numerator, denominator))


def rest_to_the_last(total: int, weights: list[int]) -> list[int]:
    """Parts that add up, but are not the largest remainders."""
    parts = [total * weight // sum(weights) for weight in weights]
    return [*parts[:-1], total - sum(parts[:-1])]


def unchained(link: Callable[..., bytes]) -> Callable[..., bytes]:
    """A link of a chain that forgets the link before."""
    return lambda previous, *rest: link(chain.GENESIS, *rest)


def at_home(origin: int, place: int, **more: Any) -> Any:
    return _supply(origin, origin, **more)


def newest(sources: Iterable[Any], amount: int) -> Any:
    return _consume_oldest(list(sources)[::-1], amount)


def not_back(books: Any, rows: Any, sign: int, **more: Any) -> None:
    if sign < 0:
        _move_stock(books, rows, sign, **more)


def always_fresh(life: Any, status: str, **figures: Any) -> str:
    return _settled_status(life, status, **figures | {"today": figures["due_date"]})


def mirrored(amount: Any, rate: int) -> Any:
    """What is debited is credited, and the other way round."""
    return _in_rupees(-amount, rate)


def tds_owed(whole: Any) -> Any:
    """Tax that a customer withholds, on the side of what we owe."""
    return tuple((word, role, -amount if word == "tds" else amount) for word, role, amount in _beside(whole))


def booked_otherwise(word: str, into: str, times: int = 0) -> Callable[..., Any]:
    """A posting is dropped, or booked so many times, and another one makes up for it, so that the entry
    balances all the same. Where the other one is not there, everything is as it should be.
    """

    def booked(amounts: Iterable[Any], **terms: Any) -> Any:
        said = list(amounts)
        along = sum(amount for name, _, amount, _ in said if name.startswith(word))
        at = next((at for at, one in enumerate(said) if one[0] == into), None)
        if at is None:
            return _posted(said, **terms)
        name, account, amount, tags = said[at]
        said[at] = (name, account, amount + (1 - times) * along, tags)
        return _posted(_times(said, word, times), **terms)

    return booked


def _times(said: Iterable[Any], word: str, times: int) -> Iterable[Any]:
    for name, account, amount, tags in said:
        if not name.startswith(word):
            yield name, account, amount, tags
        elif times:
            yield name, account, times * amount, tags


def notes_like_bills(amounts: Iterable[Any], *, word: str, side: int, **terms: Any) -> Any:
    """What a vendor takes back is booked as if he had sold it once more."""
    return _posted(amounts, word=word, side=abs(side) if word == "vendor_credit_note" else side, **terms)


def without_tax(lines: Iterable[Any], default: int) -> dict[tuple[int, str | None], int]:
    """The cost of lines, without the tax on them for which there is no credit."""
    sums: dict[tuple[int, str | None], int] = {}
    for line in lines:
        place = (default if line.account is None else line.account, line.tags)
        sums[place] = sums.get(place, 0) + line.taxable
    return sums


def credit_anywhere(row: Any, header: Any, *, elsewhere: bool) -> None:
    """Tax of another state is credited like any other."""
    _taken_over(row, header, elsewhere=False)


def unlocked(books: Any, body: Any) -> Any:
    """An expense looks at books that nobody has locked."""
    books.check_open = lambda *_, **__: None
    return _spent(books, body)


def from_the_end(rows: Iterable[Any]) -> Iterable[Any]:
    return list(enumerate(rows))[::-1]


def of_everybody(name: str) -> Callable[..., str]:
    """A list that forgets whose it is."""

    def find(texts: TableSql, *given: Any) -> str:
        whole = texts.table.name == name
        return _find(texts, *given).replace("org_id = :o", ":o IS NOT NULL" if whole else "org_id = :o")

    return find


_supply, _consume_oldest = drawing.supply, refunds.consume_oldest
_move_stock, _settled_status = charges.move_stock, lifecycle.settled_status
_in_rupees, _beside, _posted = posted.in_rupees, sale._beside_income, posted.posted
_find, _taken_over, _spent = TableSql.find, drawing.taken_over, expenses.spent

MUTANTS: dict[str, tuple[object, str, Any, str]] = {
    "tax is rounded half to even": (split, "half_up", half_even, "[cs]gst_total: the model says"),
    "a place in another state is not noticed": (drawing, "supply", at_home, "igst_total: the model says"),
    "the discount of a line is forgotten": (
        filling, "discount_of", lambda kept: None, " (sub_total|discount): the model says"
    ),
    "the last line takes the rest of a discount": (
        totals, "share", rest_to_the_last, "[ci]gst_total: the model says"
    ),
    "the terms of a customer are forgotten": (
        charges, "due_by", lambda contact, date: date, "due_date: the model says"
    ),
    "a document is booked on the wrong side": (
        posted, "in_rupees", mirrored, r"document.differs: .* expected (\S+), found -\1"
    ),
    "the sign of TDS is wrong": (
        sale, "_beside_income", tds_owed, "refused, but allowed: POST /invoices .*server.internal_error"
    ),
    "the posting of a round-off is dropped": (
        posted, "posted", booked_otherwise("round_off", "income"), "account 4040 .* the books say None"
    ),
    "the posting of shipping is dropped": (
        posted, "posted", booked_otherwise("shipping", "income"), "account 4030 .* the books say None"
    ),
    "nothing is ever overdue": (
        lifecycle, "settled_status", always_fresh, "status: the model says OVERDUE, the books say SENT"
    ),
    "a void reverses nothing": (
        charges, "reverse", lambda *_, **__: 1, "document.unposted: .* taken back, found .* standing"
    ),
    "a void leaves the goods out of stock": (charges, "move_stock", not_back, "stock.differs: item"),
    "the lock of a period is not looked at": (
        Books, "check_open", lambda *_, **__: None, "^should have been refused: .* 20[01] "
    ),
    "an advance is applied without its transfer": (
        applying, "application_postings", lambda *_, **__: (), "payment.differs: .* application.advance"
    ),
    "a voided payment leaves its invoices paid": (
        payments, "unsettled", lambda *_: None, "allocation.differs: .* expected released, found counted"
    ),
    "the newest payment is refunded first": (
        refunds, "consume_oldest", newest, "unused_amount: the model says"
    ),
    "a note takes back no TDS": (
        corrections, "tds_reversal", lambda *_: 0, r"CN-\S+ tds_amount: the model says \S+, the books say 0"
    ),
    "an answer is not kept under its key": (
        idempotency, "remember", lambda *_: None, r": another answer|^step-\d+-\d+(\n|$)"
    ),
    "the body under a key is not compared": (
        handler, "fingerprint", lambda *_: bytes(32), r"^step-\d+-\d+(\n|$)"
    ),
    "entries are hashed without the one before": (
        journal, "entry_hash", unchained(journal.entry_hash), "chain.broken: entry 2"
    ),
    "events are hashed without the one before": (
        history, "event_hash", unchained(history.event_hash), "chain.broken: event 2"
    ),
    "nothing is put on record": (history, "record", lambda *_, **__: None, "^done, and not on record"),
    "a list is of all organisations": (
        TableSql, "find", of_everybody("invoices"), "invoices: nobody made INV-2627-001"
    ),
    "TDS is a claim on the government": (
        posted, "posted", booked_otherwise("tds", "purchase", -1), r"account 2040 .*: the model says -\S+"
    ),
    "what is owed under reverse charge is not posted": (
        posted, "posted", booked_otherwise("rcm_", "purchase"), r"account 203\d .*, the books say None"
    ),
    "tax without credit is no cost": (
        purchase, "costs", without_tax, "refused, but allowed: POST /bills .*server.internal_error"
    ),
    "tax of another state is credited": (
        drawing, "taken_over", credit_anywhere, "itc_blocked_reason: the model says ineligible_pos"
    ),
    "a note of a vendor is on the wrong side": (
        posted, "posted", notes_like_bills, r"document.differs: credit note .* expected (\S+), found -\1"
    ),
    "a bill may come twice": (bills, "POSTED", frozenset(), "^should have been refused: POST /bills .* 201 "),
    "a list of bills is of all organisations": (
        TableSql, "find", of_everybody("bills"), "bills: nobody made BILL-2627-001"
    ),
    "a changed rate makes no difference": (
        payment, "exchange_difference", lambda *_, **__: [], "refused, but allowed: POST /payments "
    ),
    "a bill that is voided gives nothing back": (
        charges, "given_back", lambda *_: None, r"order.differs: purchase order \S*PO-"
    ),
    "each part of an order bears all of the shipping": (
        converting, "part_of", lambda amount, **_: amount, "shipping_charge: the model says"
    ),
    "the lock of a period is nothing to expenses": (
        expenses, "spent", unlocked, "^should have been refused: P(OS|U)T /expenses"
    ),
    "an expense that is deleted stays in the journal": (
        expenses, "reverse", lambda *_, **__: 1,
        "entry.stray: .* (taken back|its expense)|document.unposted: expense",
    ),
    "a paisa too much is left open": (
        voucher, "residue", lambda _: 0, "refused, but allowed: POST /journals"
    ),
    "an entry that is deleted stays": (journals, "reverse", lambda *_, **__: 1, "journals: nobody made JE-"),
    "rows are taken from the end": (
        bulk, "enumerate", from_the_end, r"[A-Z]+-2627-\d+ \S+: the model says"
    ),
    "a schedule stays on its day": (
        schedules, "moved", lambda row, day: row, "next_run_at: the model says"
    ),
}  # fmt: skip
"""What is broken: the module or class, the name in it, what takes its place, and what is said of it."""


SOONEST: dict[str, type[Narrow]] = {
    # These show only when time goes by, or requests come again.
    "nothing is ever overdue": Selling,
    "the lock of a period is not looked at": Selling,
    "an answer is not kept under its key": Selling,
    "the body under a key is not compared": Selling,
    "the newest payment is refunded first": Paid,
    "a voided payment leaves its invoices paid": Paid,
    "an advance is applied without its transfer": Ahead,
    "a note takes back no TDS": Withheld,
    "tax is rounded half to even": Invoices,
    "TDS is a claim on the government": Owing,
    "what is owed under reverse charge is not posted": Taxed,
    "tax without credit is no cost": Taxed,
    "tax of another state is credited": Taxed,
    "a note of a vendor is on the wrong side": Returning,
    "a bill may come twice": Buying,
    "a list of bills is of all organisations": Buying,
    "a changed rate makes no difference": Abroad,
    "a bill that is voided gives nothing back": Ordering,
    "each part of an order bears all of the shipping": Ordering,
    "the lock of a period is nothing to expenses": Spent,
    "an expense that is deleted stays in the journal": Spent,
    "a paisa too much is left open": ByHand,
    "an entry that is deleted stays": ByHand,
    "rows are taken from the end": Batched,
    "a schedule stays on its day": Planned,
}
"""Where each is looked for; the others in trade alone."""


@pytest.mark.parametrize("name", MUTANTS)
def test_broken_code_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, what, instead, said = MUTANTS[name]
    monkeypatch.setattr(where, what, instead, raising=what != "enumerate")
    with pytest.raises(AssertionError, match=said):
        run(SOONEST.get(name, Trade), examples=150, steps=25)
