"""Messages that wait, and what the books know of them."""

from typing import Any

import finzcore
from finzcore.books.history import EVENTS
from finzcore.books.mail.queue import MAILS

Row = dict[str, Any]


def queued(org: finzcore.Org, count: int = 1, **body: Any) -> list[str]:
    """The Message-IDs of new messages about an invoice."""
    asha = org.contacts.create(contact_name="Asha Stores")["contact_id"]
    invoice = org.invoices.create(
        customer_id=asha,
        date="2026-05-19",
        place_of_supply="IN-KA",
        line_items=[{"name": "Work", "rate": 100}],
    )
    given = {"to": "accounts@asha.example", "attach_pdf": False} | body
    sent = [org.invoices.email(invoice["invoice_id"], **given) for _ in range(count)]
    return [f"<{one['message_id']}>" for one in sent]


def rows(org: finzcore.Org) -> list[Row]:
    with org._engine.store.read(org._key) as session:
        return session.find(MAILS, ascending=True)


def events(org: finzcore.Org) -> list[Row]:
    with org._engine.store.read(org._key) as session:
        return session.find(EVENTS, ascending=True)
