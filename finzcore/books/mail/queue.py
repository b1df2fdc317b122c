"""The queue: a row for each message, written in the unit of work that tells of it.

Whoever sends claims a message first, by a short unit of work that puts it off for the time of a lease,
then sends it while no lock is held, then says what became of it. So no two runners ever send the same
at once, and what a runner left behind when it was killed is sent by the next one, once its lease is
over. One window remains: when the mail server has confirmed and the books never learn of it, the message
is sent again, under the same Message-ID and byte for byte the same.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from finzcore.books import due, history
from finzcore.books.books import Books, instant
from finzcore.books.retries import next_attempt
from finzcore.books.text import json_text, json_value
from finzcore.ids import wire
from finzcore.ports import Index, Row, Table, integer, moment, text

MAILS: Final = Table(
    name="mails",
    columns=(
        integer("id"),
        text("message_id"),
        text("entity_type"),
        integer("entity_id"),
        text("entity_ref"),
        text("sender"),
        text("recipients"),
        text("subject"),
        text("html"),
        text("printout", null=True),
        moment("queued_at"),
        integer("attempts", least=0),
        moment("next_at", null=True),
        integer("claim", null=True),
        moment("sent_at", null=True),
        moment("failed_at", null=True),
        text("receipt", null=True),
        text("last_error", null=True),
    ),
    indexes=(Index(name="mails_next", columns=("next_at", "id"), present=("next_at",)),),
)
"""Messages: `sender` is the organisation's name, `recipients` the addresses as JSON, `printout` what the
PDF is drawn from. `next_at` is when the next attempt is due, or when the lease of the present one, which
`claim` names, is over; it is null once the message is sent, or given up. `receipt` is what the port
answered."""

TABLES: Final = (MAILS,)

LEASE: Final = dt.timedelta(minutes=10)
"""For how long a message that is being sent is nobody else's. No port may take longer to give up."""

DOMAIN: Final = "finzcore.invalid"
"""The right side of a Message-ID, which must be nobody's; RFC 2606 keeps this one free."""

_LONGEST: Final = 500


class Recipients(NamedTuple):
    """Addresses, by the header that they stand in."""

    to: Sequence[str]
    cc: Sequence[str]
    bcc: Sequence[str]


def recipients_of(mail: Row) -> Recipients:
    """Whom a message is for."""
    return Recipients(**json_value(mail["recipients"]))


class Message(NamedTuple):
    """What is to be sent, and of which document it tells."""

    entity_type: str
    entity_id: int
    entity_ref: str
    recipients: Recipients
    subject: str
    html: str
    printout: Any = None


def queue(books: Books, message: Message) -> Row:
    """Keep a message until it is sent; the row it is kept in."""
    key = books.new_id()
    printout = None if message.printout is None else json_text(message.printout)
    row = message._asdict() | {
        "id": key,
        "message_id": f"{wire('em_', books.org_id, key)}@{DOMAIN}",
        "sender": books.masters.org["name"],
        "recipients": json_text(message.recipients._asdict()),
        "printout": printout,
        "queued_at": books.time,
        "attempts": 0,
        "next_at": books.time,
        **dict.fromkeys(("claim", "sent_at", "failed_at", "receipt", "last_error")),
    }
    books.session.insert(MAILS, [row])
    due.expect(books, "mail", books.time)
    return row


def claim(books: Books) -> Row | None:
    """A message that is due, now the caller's for the time of a lease; None when there is none."""
    waiting = books.session.ask("mails.first")
    if not waiting or waiting[0]["next_at"] > books.time:
        due.visited(books, "mail", waiting[0]["next_at"] if waiting else None)
        return None
    row = books.session.get(MAILS, waiting[0]["id"])
    assert row is not None, "it has just been seen"
    taken = {
        "attempts": row["attempts"] + 1,
        "next_at": instant(books.now + LEASE),
        "claim": books.new_id(),
    }
    books.session.change(MAILS, (row["id"],), taken)
    return row | taken


def on_a_line(said: str) -> str:
    """What somebody else said, as a line that every database keeps."""
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:_LONGEST]


_SETTLED: Final = {"next_at": None, "claim": None, "printout": None}


def sent(books: Books, claimed: Row, receipt: str) -> None:
    """The port has confirmed a message, whoever else may have claimed it since."""
    row = books.session.get(MAILS, claimed["id"])
    if row is not None and row["sent_at"] is None:
        told = {"sent_at": books.time, "failed_at": None, "last_error": None, "receipt": on_a_line(receipt)}
        books.session.change(MAILS, (row["id"],), _SETTLED | told)


def failed(books: Books, claimed: Row, error: str, chance: bytes) -> bool:
    """An attempt was in vain: the message is put off; after the last one it is given up, and an event
    says so. True when it is given up. Of a lease that is over nothing is kept: the message is another's.
    """
    row = books.session.get(MAILS, claimed["id"])
    if row is None or row["claim"] != claimed["claim"]:
        return False
    then = next_attempt(row["attempts"], books.now, chance)
    told = on_a_line(error)
    if then is not None:
        values: Row = {"next_at": instant(then), "claim": None, "last_error": told}
        books.session.change(MAILS, (row["id"],), values)
        # Somebody may have looked meanwhile, and found nothing to do before the lease is over.
        due.expect(books, "mail", values["next_at"])
        return False
    books.session.change(MAILS, (row["id"],), _SETTLED | {"failed_at": books.time, "last_error": told})
    history.record(
        books,
        row["entity_type"],
        row["entity_id"],
        action=f"{row['entity_type']}_EMAIL_FAILED",
        ref=row["entity_ref"],
        data=json_text({"message_id": row["message_id"], "error": told}),
    )
    return True
