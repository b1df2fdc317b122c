"""The lives of documents, as tables (`api.md` §4.5 to §4.12).

A table is the specification, the check and the test data: what it does not list is impossible.
The statuses are those a client sees. What a posted document shows, once something was set against
it or time has passed, follows from its amounts and its due date, and is computed when read:
`settled_status`, `note_status`. Every change goes through `step`; where the status follows from
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


def _settled(fresh: str, *late: str, by_notes: str | None = None) -> Life:
    """The part of a life in which a document that shows `fresh`, or is `late`, is settled."""
    life = {}
    for status in (fresh, *late, "PARTIALLY_PAID"):
        life[status, "settle_part"] = "PARTIALLY_PAID"
        life[status, "settle"] = "PAID"
        if by_notes is not None:
            life[status, "settle_by_notes"] = by_notes
    for status in ("PARTIALLY_PAID", "PAID"):
        life[status, "unsettle"] = fresh
        life[status, "unsettle_part"] = "PARTIALLY_PAID"
    return life


def _drafted(approved: str, *, by_notes: str) -> Life:
    """The life of an invoice or a bill, which is a draft until somebody approves it."""
    return {
        ("DRAFT", "edit"): "DRAFT",
        ("DRAFT", "delete"): GONE,
        ("DRAFT", "approve"): approved,
        ("DRAFT", "void"): "CANCELLED",
        (approved, "void"): "CANCELLED",
        ("OVERDUE", "void"): "CANCELLED",
        **_settled(approved, "OVERDUE", by_notes=by_notes),
    }


INVOICE: Final[Life] = _drafted("SENT", by_notes="CREDIT_APPLIED")
"""SENT stands for OVERDUE too: which of the two is shown is a matter of the date. What a note settled
stays settled, so nothing leads away from CREDIT_APPLIED."""

BILL: Final[Life] = _drafted("OPEN", by_notes="PAID")
"""OPEN stands for OVERDUE too; a bill that only notes have settled is PAID like any other (`api.md` §4.6)."""

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

DEBIT_NOTE: Final[Life] = {
    ("DRAFT", "issue"): "ISSUED",
    ("ISSUED", "edit"): "ISSUED",
    ("ISSUED", "void"): "CANCELLED",
    **_settled("ISSUED"),
}
"""Issued as soon as it is written; never a draft that anybody sees."""

PAYMENT: Final[Life] = {
    ("RECORDED", "apply_part"): "RECORDED",
    ("RECORDED", "apply"): "RECORDED",
    ("RECORDED", "unapply"): "RECORDED",
    ("RECORDED", "void"): "VOIDED",
}

ESTIMATE: Final[Life] = {
    ("DRAFT", "edit"): "DRAFT",
    ("DRAFT", "rewrite"): "DRAFT",
    ("DRAFT", "send"): "SENT",
    ("DRAFT", "accept"): "ACCEPTED",
    ("DRAFT", "decline"): "DECLINED",
    ("DRAFT", "cancel"): "CANCELLED",
    ("DRAFT", "delete"): GONE,
    ("SENT", "edit"): "SENT",
    ("SENT", "rewrite"): "SENT",
    ("SENT", "accept"): "ACCEPTED",
    ("SENT", "decline"): "DECLINED",
    ("SENT", "cancel"): "CANCELLED",
    ("SENT", "delete"): GONE,
    ("ACCEPTED", "convert"): "CONVERTED",
    ("ACCEPTED", "delete"): GONE,
    ("CONVERTED", "reopen"): "ACCEPTED",
    ("DECLINED", "delete"): GONE,
    ("CANCELLED", "delete"): GONE,
}
"""`rewrite` replaces its lines. It is reopened when the sales order that it became is deleted. Sending it
by mail is no step of its life."""


def _ordered(agree: str, agreed: str, partly: str, wholly: str) -> Life:
    """The life of an order, which is agreed, and then carried out in one or more parts."""
    life: Life = {
        ("DRAFT", "edit"): "DRAFT",
        ("DRAFT", "rewrite"): "DRAFT",
        ("DRAFT", agree): agreed,
        (agreed, "edit"): agreed,
        ("CANCELLED", "delete"): GONE,
    }
    before = {(status, "cancel"): "CANCELLED" for status in ("DRAFT", agreed)}
    before |= {(status, "delete"): GONE for status in ("DRAFT", agreed)}
    out = {(status, "convert_part"): partly for status in ("DRAFT", agreed, partly)}
    out |= {(status, "convert"): wholly for status in ("DRAFT", agreed, partly)}
    back = {(status, "give_back_part"): partly for status in (partly, wholly)}
    back |= {(status, "give_back"): agreed for status in (partly, wholly)}
    return {**life, **before, **out, **back}


SALES_ORDER: Final[Life] = _ordered("confirm", "CONFIRMED", "PARTIALLY_INVOICED", "INVOICED")
PURCHASE_ORDER: Final[Life] = _ordered("issue", "ISSUED", "PARTIALLY_BILLED", "BILLED")
"""`rewrite` replaces the lines, `edit` anything else. A draft that is carried out is agreed on the way; what
is given back when an invoice or a bill goes never makes it a draft again."""

EXPENSE: Final[Life] = {
    ("RECORDED", "edit"): "RECORDED",
    ("RECORDED", "delete"): GONE,
}
"""In the books as soon as it is recorded; nothing is owed, so nothing settles it."""

POSTED: Final = frozenset({"SENT", "OPEN", "ISSUED"})
"""The statuses that are kept of documents in the books; what they show is computed."""

_NOT_IN_BOOKS: Final = frozenset({"DRAFT", "CANCELLED", GONE})


def in_books(life: Life) -> list[str]:
    """The statuses that a document in the books may show.

    >>> in_books(BILL)
    ['OPEN', 'OVERDUE', 'PARTIALLY_PAID', 'PAID']
    """
    known = dict.fromkeys([*(before for before, _ in life), *life.values()])
    return [status for status in known if status not in _NOT_IN_BOOKS]


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
    """The event that left a document with these amounts: set against it, or taken `back` from it.

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
    overdue = after in ("SENT", "OPEN") and shown == "OVERDUE"
    assert shown == after or overdue, f"{before} {event}: {shown}, not {after}"


def settled_status(
    life: Life, status: str, *, total: Paise, paid: Paise, credited: Paise, due_date: date, today: date
) -> str:
    """What a posted document that is settled shows: from cash and notes set against it and its due date.

    `status` is what is kept of it and shown as long as nothing else is to be said; `paid` is what
    payments settled (withheld TDS included), `credited` what credit notes settled; both in paise of
    the document's currency. A total of nothing is PAID at once. A life without OVERDUE knows no delay.

    >>> may, june = date(2026, 5, 19), date(2026, 6, 18)
    >>> settled_status(INVOICE, "SENT", total=100, paid=40, credited=60, due_date=may, today=june)
    'PAID'
    >>> settled_status(BILL, "OPEN", total=100, paid=0, credited=0, due_date=may, today=june)
    'OVERDUE'
    """
    balance = total - paid - credited
    assert min(balance, paid, credited) >= 0, "more was set against the document than it is worth"
    if not balance:
        return life[status, "settle_by_notes"] if credited and not paid else "PAID"
    if paid or credited:
        return "PARTIALLY_PAID"
    return "OVERDUE" if due_date < today and ("OVERDUE", "void") in life else status


def note_status(*, total: Paise, used: Paise) -> str:
    """What a posted credit note shows; `used` is what was applied and refunded of it, in paise.

    >>> note_status(total=100, used=99), note_status(total=100, used=100)
    ('ISSUED', 'APPLIED')
    """
    assert 0 <= used <= total, "more was used than the note is worth"
    return "APPLIED" if used == total else "ISSUED"


def carrying(*, before: int, after: int, ordered: int) -> str:
    """The event that left so much of an order carried out, in quantities of all its lines together.

    >>> carrying(before=0, after=3, ordered=5), carrying(before=3, after=5, ordered=5)
    ('convert_part', 'convert')
    >>> carrying(before=5, after=2, ordered=5), carrying(before=2, after=0, ordered=5)
    ('give_back_part', 'give_back')
    """
    assert 0 <= after <= ordered, "more is carried out than was ordered"
    if after == ordered:
        return "convert"
    if not after:
        return "give_back"
    return "convert_part" if after > before else "give_back_part"
