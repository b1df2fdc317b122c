"""Notes that correct an invoice: what they take over from it, and how far they may go (`api.md` §4.11)."""

from collections.abc import Iterable
from copy import copy
from typing import Any

from finzcore.books.books import Books
from finzcore.books.papers.paper import Drawn, draw
from finzcore.books.papers.settlement import check_posted
from finzcore.books.registry import table_of
from finzcore.documents.lifecycle import POSTED
from finzcore.documents.tds import Tds, tds_reversal
from finzcore.errors import RuleBroken
from finzcore.money import Paise
from finzcore.ports import Condition, Row


def parent_of(books: Books, body: Any) -> Row | None:
    """The invoice that a note is for; RuleBroken when the note cannot be for it."""
    if body.invoice_id is not None and body.bill_id is not None:
        raise RuleBroken("A note is for an invoice or for a bill, not both.", field="bill_id")
    if body.invoice_id is None:
        return None
    parent = books.row("invoices", body.invoice_id)
    if parent["customer_id"] != body.customer_id:
        raise RuleBroken("The invoice belongs to another customer.", field="invoice_id")
    if body.currency_code not in (None, parent["currency_code"]):
        raise RuleBroken("The invoice is in another currency.", field="currency_code")
    check_posted(parent, "invoice", "invoice_id")
    if body.date < parent["date"]:
        raise RuleBroken("A note is not dated before its invoice.", field="date")
    return parent


def drawn_like(books: Books, body: Any, parent: Row | None, own: int | None = None) -> Drawn:
    """A note computed, with what it leaves open taken from its invoice; `own` is its key, if it has one.

    A note on an invoice with TDS takes back its part of that, unless it says how much or that it
    shall not. RuleBroken (``line_items``) when the notes of an invoice exceed its total.
    """
    place = body.place_of_supply or _place(books, body, parent)
    if parent is None:
        return draw(books, table_of("credit_notes"), body, place_of_supply=place)
    filled = _filled(body, parent)
    drawn = draw(books, table_of("credit_notes"), filled, place_of_supply=place)
    others = [note for note in notes_of(books, parent, POSTED) if note["id"] != own]
    if parent["tds_amount"] and body.reverse_tds and body.tds_amount is None and body.tds_rate is None:
        before = Paise(sum(note["tds_amount"] for note in others))
        back = tds_reversal(parent["tds_amount"], drawn.row["taxable"], parent["taxable"], before)
        if back > 0:
            drawn = draw(books, table_of("credit_notes"), filled, place_of_supply=place, tds=Tds(amount=back))
    if sum(note["total"] for note in others) + drawn.row["total"] > parent["total"]:
        raise RuleBroken("The notes of an invoice may not exceed its total.", field="line_items")
    return drawn


def _filled(body: Any, parent: Row) -> Any:
    """The body with its invoice's branch, currency, rate and payment of IGST where it names none."""
    names = ("branch_id", "currency_code", "exchange_rate", "with_payment")
    filled = copy(body)
    filled.__dict__.update({name: parent[name] for name in names if getattr(body, name) is None})
    return filled


def _place(books: Books, body: Any, parent: Row | None) -> str:
    """Where it is supplied: as the invoice was, else where the contact is, else where the branch is."""
    if parent is not None:
        return str(parent["place_of_supply"])
    contact = books.row("contacts", body.customer_id)
    if contact["place_of_contact"]:
        return str(contact["place_of_contact"])
    branches = books.masters.rows["branches"]
    branch = books.masters.default_branch if body.branch_id is None else branches[body.branch_id]
    return str(branch["state"])


def notes_of(books: Books, parent: Row, statuses: Iterable[str]) -> list[Row]:
    """The credit notes for an invoice that are kept in one of these statuses, newest first."""
    where = [Condition("invoice_id", "=", parent["id"]), Condition("status", "in", tuple(statuses))]
    return books.session.find(table_of("credit_notes"), where)
