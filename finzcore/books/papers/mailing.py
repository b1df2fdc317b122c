"""Documents sent by mail: what a request may say, and what is queued (`api.md` §4.17)."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final, Protocol

from finzcore.books import due, views
from finzcore.books.books import Books
from finzcore.books.mail.addresses import Address, HeaderText, shown_in_header
from finzcore.books.mail.markup import clean
from finzcore.books.mail.queue import Message, Recipients, queue
from finzcore.books.printing import can_draw, printout_of
from finzcore.books.resource import Operation, action
from finzcore.books.shapes import Fault, flag, many, shape, special, text
from finzcore.documents.lifecycle import GONE, Life
from finzcore.errors import NotInstalled, RuleBroken, StatusRefused
from finzcore.money import grouped, rupees
from finzcore.ports import Row

MOST_RECIPIENTS: Final = 50
"""Of one message, in all three lists together (`reliability.md` §20)."""

_LISTS: Final = ("to", "cc", "bcc")
_CANCELLED: Final = "CANCELLED"


class Mailed(Protocol):
    """What is asked of a kind of document; a `PaperKind` knows it all."""

    @property
    def of(self) -> str:
        """The name of its resource."""
        ...

    @property
    def noun(self) -> str:
        """Its name in answers."""
        ...

    @property
    def label(self) -> str:
        """What sentences call it."""
        ...

    @property
    def who(self) -> str:
        """What it calls its contact: the first half of the columns about it."""
        ...

    @property
    def life(self) -> Life:
        """Its statuses and what leads from one to another."""
        ...

    def status(self, books: Books, row: Row) -> str:
        """The status as a client sees it."""
        ...

    def tell(
        self,
        books: Books,
        row: Row,
        action: str | None,
        event: str | None,
        changes: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep an event."""
        ...


@shape
class NewEmail:
    """A message about a document. What is left out is filled in: a subject that names the document and
    whom it is from, and a greeting that names the customer, the number and the total."""

    to: tuple[str, ...] = many(Address(), least=1, most=MOST_RECIPIENTS, required=True, alone=True)
    cc: tuple[str, ...] = many(Address(), most=MOST_RECIPIENTS, alone=True)
    bcc: tuple[str, ...] = many(Address(), most=MOST_RECIPIENTS, alone=True)
    subject: str | None = special(HeaderText(most=500))
    body_html: str | None = text(50_000, lines=True)
    attach_pdf: int = flag(default=True)

    def faults(self) -> Iterator[Fault]:
        """No more recipients than a server takes at once; the list that goes beyond is at fault."""
        count = 0
        for name in _LISTS:
            count += len(getattr(self, name) or ())
            if count > MOST_RECIPIENTS:
                message = f"A message has at most {MOST_RECIPIENTS} recipients in all."
                yield Fault(RuleBroken.code, name, message)
                return


EMAIL: Final = views.View(
    views.text("message_id"),
    *(views.out(name, views.Given(type="array", items={"type": "string"})) for name in ("to", "cc")),
    views.whole("bcc_count"),
    views.text("subject"),
    views.flag("attached_pdf"),
    views.moment("sent_time", zulu=True),
)


def emailed(kind: Mailed) -> Operation:
    """The operation that sends a document of a kind by mail, for the list of its resource."""

    def email(books: Books, row: Row, body: NewEmail) -> Row:
        """Queue a message about a document, with its PDF as it is now; `run_mail` sends it.

        The document stays as it is: a draft stays a draft. StatusRefused when it is cancelled.
        """
        _check_status(books, kind, row)
        due.look_ahead(books, "mail")
        printout = _printout(books, kind, row) if body.attach_pdf else None
        subject = body.subject or _subject(books, kind, row)
        html = clean(body.body_html or _greeting(books, kind, row, attached=bool(body.attach_pdf)))
        recipients = Recipients(to=body.to, cc=body.cc, bcc=body.bcc)
        message = Message(kind.noun.upper(), row["id"], row["number"], recipients, subject, html, printout)
        mail = queue(books, message)
        kind.tell(books, row, "SENT", "SENT")
        return {
            "message_id": mail["message_id"],
            "to": list(body.to),
            "cc": list(body.cc),
            "bcc_count": len(body.bcc),
            "subject": subject,
            "attached_pdf": body.attach_pdf,
            "sent_time": books.time,
        }

    return action(
        "email", email, NewEmail, done="emailed", answers=(("email", EMAIL),), refuses=(NotInstalled,)
    )


def _check_status(books: Books, kind: Mailed, row: Row) -> None:
    status = kind.status(books, row)
    if status == _CANCELLED:
        known = dict.fromkeys([before for before, _ in kind.life] + list(kind.life.values()))
        allowed = [one for one in known if one not in (_CANCELLED, GONE)]
        message = f"The {kind.label} is cancelled: nobody should get it."
        raise StatusRefused(message, current=status, allowed=allowed)


def _printout(books: Books, kind: Mailed, row: Row) -> dict[str, Any]:
    # Refused now, when somebody is there to read it, and not in the night by whoever sends.
    if not can_draw():
        raise NotInstalled(
            "No PDF can be drawn here: pip install 'finzcore[pdf]', or attach none.", field="attach_pdf"
        )
    return printout_of(books, kind.of, row)


def _subject(books: Books, kind: Mailed, row: Row) -> str:
    """The subject of a message without one, such as ``Invoice INV-2627-004 from Kaveri Traders``."""
    said = f"{kind.label.capitalize()} {row['number']} from {books.masters.org['name']}"
    return shown_in_header(said)


def _greeting(books: Books, kind: Mailed, row: Row, *, attached: bool) -> str:
    """The body of a message that has none of its own."""
    total = _money(row["total"], row["currency_code"])
    named = f"{kind.label} <strong>{escape(row['number'])}</strong> for {total}"
    found = f"Please find attached {named}." if attached else f"This is about {named}."
    return (
        f"<p>Dear {escape(row[f'{kind.who}_name'], quote=False)},</p>\n<p>{found}</p>\n"
        f"<p>With regards,<br>{escape(books.masters.org['name'], quote=False)}</p>"
    )


def _money(amount: int, currency_code: str) -> str:
    """An amount as a letter says it.

    >>> _money(1416000, "INR"), _money(123456789, "USD")
    ('₹14,160.00', 'USD 1,234,567.89')
    """
    if currency_code == "INR":
        return f"₹{grouped(amount)}"
    whole, _, fraction = rupees(amount).partition(".")
    return f"{currency_code} {int(whole):,}.{fraction}"
