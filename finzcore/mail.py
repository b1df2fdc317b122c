"""Two ways for mail to leave: a mail server, and a folder.

    finzcore.open("acme.db", mail=finzcore.mail.Smtp("smtp.example.in", sender="books@acme.example",
                                                     username="books", password=...))
    finzcore.open("acme.db", mail=finzcore.mail.Folder("outbox"))

Both are ports as `finzcore.ports.Mail` describes them; a host may pass its own. Without one, messages
are queued and wait.
"""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from finzcore import system
from finzcore.books.mail.addresses import is_address, shown_in_header

Tls = Literal["starttls", "tls", "none"]
PORTS: Final[dict[Tls, int]] = {"starttls": 587, "tls": 465, "none": 25}
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST_SECONDS: Final = 240
"""Less than the time for which a message is ours alone (`finzcore.books.mail.queue.LEASE`)."""


class Refused(OSError):
    """The server did not take a message."""


def _checked_sender(_instance: Any, _attribute: Any, sender: str) -> None:
    if not is_address(sender):
        raise ValueError(f"sender: {sender!r} is no address such as books@acme.example")


def _from(message: EmailMessage, sender: str) -> EmailMessage:
    """The message as it is sent: from the organisation by its name, and nobody sees the Bcc."""
    sent = copy(message)
    del sent["Bcc"], sent["From"]
    name = shown_in_header(str(message.get("Organization", "")))
    sent["From"] = Address(display_name=name, addr_spec=sender)
    return sent


def recipients_in(message: EmailMessage) -> list[str]:
    """Every address that a message is for, each once."""
    headers = [one for name in ("To", "Cc", "Bcc") for one in message.get_all(name, [])]
    return list(dict.fromkeys(address.addr_spec for one in headers for address in one.addresses))


@attrs.frozen
class Smtp:
    """A mail server that takes messages from us, as providers and companies have it.

    host        its name
    sender      the address that mail comes from; the name beside it is the organisation's
    tls         ``"starttls"`` and ``"tls"`` go on only with a certificate of that name; ``"none"`` sends
                in the open, which is for a server on this machine or in a closed network
    port        587, 465 or 25 by default, as `tls` says
    username, password      of an account there. Never sent in the open, unless to this very machine
    timeout     seconds for one answer; the whole of a message takes at most four minutes
    context     how certificates are checked, by default against those that the system trusts

    A message goes to all of its recipients or to none: when the server refuses one of them, the others
    do not get it either, and the error says who it was. ValueError for settings that fit nothing.
    """

    host: str
    sender: str = attrs.field(kw_only=True, validator=_checked_sender)
    port: int | None = attrs.field(default=None, kw_only=True)
    tls: Tls = attrs.field(
        default="starttls", kw_only=True, validator=attrs.validators.in_(("starttls", "tls", "none"))
    )
    username: str | None = attrs.field(default=None, kw_only=True)
    password: str | None = attrs.field(default=None, kw_only=True, repr=False)
    timeout: int = attrs.field(
        default=30, kw_only=True, validator=[attrs.validators.ge(1), attrs.validators.le(120)]
    )
    context: ssl.SSLContext | None = attrs.field(default=None, kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.username is not None and self.tls == "none" and self.host not in _LOCAL:
            raise ValueError("a password is not sent in the open: tls is 'starttls' or 'tls'")

    @classmethod
    def from_url(cls, url: str, *, sender: str) -> "Smtp":
        """A server by its address: ``smtp://user:password@host:587``, with ``smtps:`` for TLS from the
        first byte, and ``?tls=none`` for none at all. ValueError for anything else.

        >>> Smtp.from_url("smtps://books:secret@smtp.example.in", sender="books@acme.example")
        Smtp(host='smtp.example.in', sender='books@acme.example', port=None, tls='tls', username='books', ...
        """
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        tls: Any = asked.pop("tls", "tls" if parts.scheme == "smtps" else "starttls")
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or asked:
            raise ValueError("the address of a mail server is like smtp://user:password@host:587")
        return cls(
            parts.hostname,
            sender=sender,
            port=parts.port,
            tls=tls,
            username=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
        )

    def send(self, message: EmailMessage) -> str:
        """Hand a message over; what the server said when it took it. OSError when it did not."""
        recipients = recipients_in(message)
        body = _from(message, self.sender).as_bytes(policy=message.policy.clone(linesep="\r\n"))
        with self._talking() as server:
            return _handed_over(server, self.sender, recipients, body)

    @contextmanager
    def _talking(self) -> Iterator[smtplib.SMTP]:
        """A server that has let us in."""
        port, name = self.port or PORTS[self.tls], self.sender.rpartition("@")[2]
        context = self.context or ssl.create_default_context()
        made: smtplib.SMTP
        if self.tls == "tls":
            made = _HurriedTls(self.host, port, name, timeout=self.timeout, context=context)
        else:
            made = _Hurried(self.host, port, name, timeout=self.timeout)
        try:
            if self.tls == "starttls":
                made.starttls(context=context)
            if self.username is not None and self.password is not None:
                made.login(self.username, self.password)
            yield made
        finally:
            made.close()


class _Impatience:
    """A deadline for a whole conversation, beside the time-out of each answer."""

    sock: Any
    timeout: Any
    close: Any

    def __init__(self, *where: Any, **how: Any) -> None:
        self._until = system.ticks() + _MOST_SECONDS
        super().__init__(*where, **how)

    def getreply(self) -> Any:
        """The next answer, if it comes in time."""
        left = self._until - system.ticks()
        if left <= 0:
            self.close()
            raise TimeoutError(f"the server took more than {_MOST_SECONDS} seconds")
        if self.sock is not None:
            self.sock.settimeout(min(self.timeout, left))
        return super().getreply()  # type: ignore[misc]


class _Hurried(_Impatience, smtplib.SMTP):
    pass


class _HurriedTls(_Impatience, smtplib.SMTP_SSL):
    pass


def _handed_over(server: smtplib.SMTP, sender: str, recipients: list[str], body: bytes) -> str:
    server.ehlo_or_helo_if_needed()
    _taken(server.mail(sender), sender)
    for address in recipients:
        _taken(server.rcpt(address), address)
    said = _taken(server.data(body), "the message")
    # It is confirmed; what becomes of the conversation is of no interest any more.
    with suppress(OSError):
        server.putcmd("quit")
    return said


def _taken(answer: tuple[int, bytes], what: str) -> str:
    code, said = answer
    words = f"{code} {said.decode('utf-8', 'replace')}"
    if not 200 <= code < 300:
        raise Refused(f"{what}: {words}")
    return words


@attrs.frozen
class Folder:
    """A folder that messages are put into, as ``.eml`` files that mail programs open.

    For practice, and for those who have a program of their own that sends what lies there. A file is
    there whole or not at all, is named by its Message-ID, and keeps its ``Bcc``: whoever sends it needs
    to know.
    """

    path: Path = attrs.field(converter=Path)
    sender: str = attrs.field(default="books@finzcore.invalid", kw_only=True, validator=_checked_sender)

    def send(self, message: EmailMessage) -> str:
        """Put a message there; the name of its file. OSError when that fails."""
        sent = _from(message, self.sender)
        if "Bcc" in message:
            sent["Bcc"] = str(message["Bcc"])
        name = "".join(c for c in message["Message-ID"].partition("@")[0] if c.isalnum() or c in "_-")
        self.path.mkdir(parents=True, exist_ok=True)
        target = self.path / f"{name}.eml"
        unfinished = self.path / f".{name}.{os.getpid()}.part"
        with unfinished.open("wb") as file:
            file.write(sent.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        return target.name
