"""A queued message as MIME: plain text, HTML, and the PDF (RFC 5322, RFC 2046).

It is a function of its row alone, so every attempt at sending it is the same, byte for byte: its date is
the instant of queueing, and the boundaries of its parts are made of its Message-ID.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, quote
from typing import Any, Final

from finzcore.books.mail.addresses import shown_in_header
from finzcore.books.mail.markup import plain_text
from finzcore.books.mail.queue import recipients_of
from finzcore.fiscal import INDIA
from finzcore.ports import Row

_WORDS: Final = ("subject", "organization")
_PEOPLE: Final = ("from", "sender", "reply-to")
_SHORT: Final = 60


def _encoded(text: str, header: str) -> str:
    """Words for a header: as they are where they are short and plain, else as encoded words (RFC 2047),
    every blank inside them, so that none is lost where a line is folded."""
    if text.isascii() and len(text) <= _SHORT:
        return text
    return Header(text, "utf-8", header_name=header).encode()


def _person(address: Address, header: str) -> str:
    name = address.display_name
    if not name:
        return address.addr_spec
    shown = _encoded(name, header)
    return f'"{quote(name)}" <{address.addr_spec}>' if shown == name else f"{shown} <{address.addr_spec}>"


class Policy(EmailPolicy):
    """How messages are written: lines end as SMTP wants them, names and subjects keep their blanks, which
    the standard library loses in a long name, and all is in seven bits, so that no server must be asked."""

    def __init__(self, **choices: Any) -> None:
        super().__init__(**{"linesep": "\r\n", "cte_type": "7bit"} | choices)

    def fold(self, name: str, value: Any) -> str:
        """A header as lines of text."""
        known, said = name.lower(), ""
        if known in _WORDS:
            said = _encoded(str(value), name)
        elif known in _PEOPLE:
            said = ", ".join(_person(address, name) for address in value.addresses)
        else:
            return str(super().fold(name, value))
        return f"{name}: {said}".replace("\n", self.linesep) + self.linesep

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes."""
        if name.lower() in (*_WORDS, *_PEOPLE):
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


POLICY: Final = Policy()

_PAGE: Final = """\
<!DOCTYPE html>
<html><head><meta charset="utf-8"></head>
<body style="font-family: sans-serif">
{}
</body></html>
"""

Printout = Mapping[str, Any]


def written(mail: Row, printout: Printout | None, draw: Callable[[Printout], bytes]) -> EmailMessage:
    """A row of the queue as a message, still without a ``From`` (`finzcore.ports.Mail`).

    `draw` makes the PDF of a printout, if there is one to attach; it is named after the document.
    """
    message = EmailMessage(policy=POLICY)
    recipients = recipients_of(mail)
    for header, addresses in (("To", recipients.to), ("Cc", recipients.cc), ("Bcc", recipients.bcc)):
        if addresses:
            message[header] = _addressed(addresses)
    message["Subject"] = mail["subject"]
    message["Organization"] = shown_in_header(mail["sender"])
    message["Date"] = format_datetime(dt.datetime.fromisoformat(mail["queued_at"]).astimezone(INDIA))
    message["Message-ID"] = f"<{mail['message_id']}>"
    # In quoted-printable no line of any part can look like a boundary that begins with "=_".
    message.set_content(plain_text(mail["html"]), cte="quoted-printable")
    message.add_alternative(_PAGE.format(mail["html"]), subtype="html", cte="quoted-printable")
    if printout is not None:
        pdf, filename = draw(printout), printout["filename"]
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=filename)
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{mail['message_id'].partition('@')[0]}_{number}")
    return message


def _addressed(addresses: Sequence[str]) -> tuple[Address, ...]:
    return tuple(Address(addr_spec=address) for address in addresses)
