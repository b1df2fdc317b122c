"""The lives of an invoice, a credit note and a payment, as tables (`api.md` §4.5, §4.7, §4.11).

A table is the specification, the check and the test data: what it does not list is impossible.
The statuses are those a client sees. What a posted document shows, once something was set against
it or time has passed, follows from its amounts and its due date, and is computed when read:
`invoice_status`, `note_status`. Every change goes through `step`; where the status follows from
amounts, `settling` and `using` name the event, and `check_leads` holds the table against what is shown.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from finzcore.errors import StatusRefused
from finzcore.money import Paise

Life = Mapping[tuple[str, str], str]
"""(status, event) → the status after it."""

GONE: Final = "GONE"
"""After a hard delete: no document has this status."""

INVOICE: Final[Life] = {
    ("DRAFT", "edit"): "DRAFT",
    ("DRAFT", "delete"): GONE,
    ("DRAFT", "approve"): "SENT",
    ("DRAFT", "void"): "CANCELLED",
    ("SENT", "void"): "CANCELLED",
    ("OVERDUE", "void"): "CANCELLED",
    ("SENT", "settle_part"): "PARTIALLY_PAID",
    ("OVERDUE", "settle_part"): "PARTIALLY_PAID",
    ("PARTIALLY_PAID", "settle_part"): "PARTIALLY_PAID",
    ("SENT", "settle"): "PAID",
    ("OVERDUE", "settle"): "PAID",
    ("PARTIALLY_PAID", "settle"): "PAID",
    ("SENT", "settle_by_notes"): "CREDIT_APPLIED",
    ("OVERDUE", "settle_by_notes"): "CREDIT_APPLIED",
    ("PARTIALLY_PAID", "settle_by_notes"): "CREDIT_APPLIED",
    ("PARTIALLY_PAID", "unsettle"): "SENT",
    ("PAID", "unsettle"): "SENT",
    ("PARTIALLY_PAID", "unsettle_part"): "PARTIALLY_PAID",
    ("PAID", "unsettle_part"): "PARTIALLY_PAID",
}
"""SENT stands for OVERDUE too: which of the two is shown is a matter of the date. What a note settled
stays settled, so nothing leads away from CREDIT_APPLIED."""

CREDIT_NOTE: Final[Life] = {
    ("DRAFT", "edit"): "DRAFT",
    ("DRAFT", "issue"): "ISSUED",
    ("DRAFT", "void"): "CANCELLED",
    ("ISSUED", "edit"): "ISSUED",
    ("ISSUED", "void"): "CANCELLED",
    ("ISSUED", "apply_part"): "ISSUED",
    ("ISSUED", "apply"): "APPLIED",
    ("ISSUED", "unapply"): "ISSUED",
    ("APPLIED", "unapply"): "ISSUED",
}
"""A refund uses a note as an application does; voiding the refund gives it back."""

PAYMENT: Final[Life] = {
    ("RECORDED", "apply_part"): "RECORDED",
    ("RECORDED", "apply"): "RECORDED",
    ("RECORDED", "unapply"): "RECORDED",
    ("RECORDED", "void"): "VOIDED",
}

POSTED: Final = frozenset({INVOICE["DRAFT", "approve"], CREDIT_NOTE["DRAFT", "issue"]})
"""The statuses that are kept of documents in the books; what they show is computed."""


def step(life: Life, status: str, event: str) -> str:
    """The status after `event`; `StatusRefused` with the statuses from which it is possible.

    >>> step(INVOICE, "DRAFT", "approve")
    'SENT'
    """
    after = life.get((status, event))
    if after is None:
        raise refusal(life, status, event)
    return after


def refusal(life: Life, status: str, event: str, message: str | None = None) -> StatusRefused:
    """The refusal of `event`, with the statuses from which the table allows it.

    With a `message` something besides the status is in the way.
    """
    allowed = [before for before, verb in life if verb == event]
    assert allowed, f"no such event: {event}"
    if message is None:
        message = f"This is possible only in status {' or '.join(allowed)}; the status is {status}."
    return StatusRefused(message, current=status, allowed=allowed)


def settling(*, balance: Paise, paid: Paise, credited: Paise, back: bool) -> str:
    """The event that left an invoice with these amounts: set against it, or taken `back` from it.

    >>> settling(balance=0, paid=0, credited=100, back=False)
    'settle_by_notes'
    """
    if back:
        return "unsettle_part" if paid or credited else "unsettle"
    if balance:
        return "settle_part"
    return "settle" if paid else "settle_by_notes"


def using(*, left: Paise, back: bool) -> str:
    """The event that left so much of a credit note or a payment: used, or given `back` to it."""
    if back:
        return "unapply"
    return "apply_part" if left else "apply"


def check_leads(life: Life, before: str, event: str, shown: str) -> None:
    """`step`, which must lead to what is shown; the table does not know the date."""
    after = step(life, before, event)
    assert shown == after or (after, shown) == ("SENT", "OVERDUE"), f"{before} {event}: {shown}, not {after}"


def invoice_status(*, total: Paise, paid: Paise, credited: Paise, due_date: date, today: date) -> str:
    """What a posted invoice shows: from cash and notes set against it and its due date.

    `paid` is what payments settled (withheld TDS included), `credited` what credit notes settled;
    both in paise of the document's currency. A total of nothing is PAID at once.

    >>> may, june = date(2026, 5, 19), date(2026, 6, 18)
    >>> invoice_status(total=100, paid=40, credited=60, due_date=may, today=june)
    'PAID'
    >>> invoice_status(total=100, paid=0, credited=0, due_date=may, today=june)
    'OVERDUE'
    """
    balance = total - paid - credited
    assert min(balance, paid, credited) >= 0, "more was set against the invoice than it is worth"
    if not balance:
        return "CREDIT_APPLIED" if credited and not paid else "PAID"
    if paid or credited:
        return "PARTIALLY_PAID"
    return "OVERDUE" if due_date < today else "SENT"


def note_status(*, total: Paise, used: Paise) -> str:
    """What a posted credit note shows; `used` is what was applied and refunded of it, in paise.

    >>> note_status(total=100, used=99), note_status(total=100, used=100)
    ('ISSUED', 'APPLIED')
    """
    assert 0 <= used <= total, "more was used than the note is worth"
    return "APPLIED" if used == total else "ISSUED"
