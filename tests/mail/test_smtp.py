"""The mail server port, against a small server on this machine (`design.md` §2)."""

import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

import finzcore
from finzcore.mail import Folder, Smtp
from finzcore.render.message import written
from finzcore.testing import Call
from tests.mail.server import certified, serving
from tests.mail.test_message import PDF, PRINTOUT, recipients, row
from tests.selling import Seller

SENDER = "books@kaveri.example"


def message(**more: Any) -> EmailMessage:
    return written(row(**more), PRINTOUT, lambda _: PDF)


def plain(port: int, **more: Any) -> Smtp:
    return Smtp("127.0.0.1", sender=SENDER, port=port, tls="none", **more)


def test_a_message_arrives_as_it_was_written() -> None:
    html = "<p>One.</p>\n.\n..\n<p>नमस्ते</p>"
    to = recipients("a@b.in", cc=("c@d.in", "a@b.in"), bcc=("e@f.in",))
    with serving() as server:
        assert "250 2.0.0 queued as 1F2" == plain(server.port).send(message(recipients=to, html=html))
    (letter,) = server.letters
    assert (SENDER, ["a@b.in", "c@d.in", "e@f.in"]) == (letter.sender, letter.recipients)
    arrived = letter.message
    assert "Kaveri Traders <books@kaveri.example>" == arrived["From"]
    assert b"e@f.in" not in letter.body
    page = arrived.get_body(("html",))
    assert page is not None and html in page.get_content().replace("\r\n", "\n")
    assert [PDF] == [part.get_content() for part in arrived.iter_attachments()]
    assert "ehlo kaveri.example" == server.heard[0].lower()


def test_books_send_their_mail_by_it(
    engine: finzcore.Engine, acme: finzcore.Org, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller = Seller(call, acme)
    sent = acme.invoices.email(seller.posted()["invoice_id"], to="a@b.in", attach_pdf=False)
    with serving() as server:
        monkeypatch.setattr(engine, "mail", plain(server.port))
        assert 1 == engine.run_mail()
    (letter,) = server.letters
    assert f"<{sent['message_id']}>" == letter.message["Message-ID"]
    assert sent["subject"] == letter.message["Subject"]


def test_when_one_recipient_is_refused_nobody_gets_the_message() -> None:
    to = recipients("a@b.in", "unknown@b.in", "c@d.in")
    with (
        serving(unknown=frozenset({"unknown@b.in"})) as server,
        pytest.raises(OSError, match=r"unknown@b\.in: 550 5\.1\.1 no such user"),
    ):
        plain(server.port).send(message(recipients=to))
    assert [] == server.letters
    assert "DATA" not in server.heard


@pytest.mark.parametrize(
    ("manners", "said"),
    [
        ({"after_body": "451 try later"}, "the message: 451 try later"),
        ({"after_body": "554 spam"}, "the message: 554 spam"),
        ({"after_body": None}, "closed"),
        ({"greeting": "554 go away"}, "go away"),
        ({"account": ("a", "b")}, "530 5.7.0 who are you"),
    ],
)
def test_what_a_server_does_not_take_was_not_sent(manners: dict[str, Any], said: str) -> None:
    with serving(**manners) as server, pytest.raises(OSError, match=said):
        plain(server.port).send(message())
    assert [] == server.letters


def test_a_server_that_is_not_there_is_an_error() -> None:
    with serving() as server:
        port = server.port
    with pytest.raises(OSError, match="refused"):
        plain(port).send(message())


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(OSError, match="timed out"):
        plain(mute.getsockname()[1], timeout=1).send(message())


def test_a_conversation_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(0, 10_000, 100))
    monkeypatch.setattr("finzcore.system.ticks", lambda: next(ticks))
    with serving() as server, pytest.raises(TimeoutError, match="more than 240 seconds"):
        plain(server.port).send(message())
    assert [] == server.letters


def test_an_account_is_shown_to_a_server_on_this_machine() -> None:
    with serving(account=("books", "s3cret")) as server:
        plain(server.port, username="books", password="s3cret").send(message())
        assert 1 == len(server.letters)
        with pytest.raises(smtplib.SMTPAuthenticationError, match=r"5\.7\.8 wrong password") as refused:
            plain(server.port, username="books", password="wrong").send(message())
    assert "wrong'" not in str(refused.value).replace("wrong password", "")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return certified(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_message_travels_under_tls(certificate: Any, tls: Any) -> None:
    own, trusting = certificate
    account = {"username": "books", "password": "s3cret"}
    with serving(tls=own, tls_first=tls == "tls", account=("books", "s3cret")) as server:
        port = Smtp("localhost", sender=SENDER, port=server.port, tls=tls, context=trusting, **account)
        port.send(message())
    assert 1 == len(server.letters)
    assert (tls == "starttls") == ("STARTTLS" in server.heard)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_that_nobody_signed_or_of_another_name_is_not_taken(
    certificate: Any, tls: Any, host: str
) -> None:
    own, trusting = certificate
    context = None if host == "localhost" else trusting
    with (
        serving(tls=own, tls_first=tls == "tls") as server,
        pytest.raises(OSError, match="CERTIFICATE_VERIFY"),
    ):
        Smtp(host, sender=SENDER, port=server.port, tls=tls, context=context).send(message())
    assert [] == server.letters


def test_a_server_without_tls_gets_nothing_that_is_meant_for_tls() -> None:
    with serving() as server, pytest.raises(OSError, match="STARTTLS"):
        Smtp("localhost", sender=SENDER, port=server.port).send(message())
    assert [] == server.letters


URLS = {
    "smtp://mail.example": ("mail.example", None, "starttls", None, None),
    "smtps://mail.example/": ("mail.example", None, "tls", None, None),
    "smtp://mail.example:2525?tls=none": ("mail.example", 2525, "none", None, None),
    "smtp://a%40b.in:p%2Fw@mail.example:587": ("mail.example", 587, "starttls", "a@b.in", "p/w"),
}


@pytest.mark.parametrize(("url", "expected"), URLS.items())
def test_a_server_is_named_by_its_address(url: str, expected: tuple[Any, ...]) -> None:
    port = Smtp.from_url(url, sender=SENDER)
    assert expected == (port.host, port.port, port.tls, port.username, port.password)
    assert "p/w" not in repr(port)


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example/x", "smtp://mail.example?tls=maybe",
     "smtp://mail.example?x=1", "smtp://user@mail.example", "smtp://mail.example:x", "smtp://u:p@mail.example?tls=none"],
)  # fmt: skip
def test_an_address_that_fits_nothing_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Smtp.from_url(url, sender=SENDER)


@pytest.mark.parametrize("sender", ["", "books", "Kaveri <books@kaveri.example>", "a@b.in\r\nBcc: c@d.in"])
def test_a_sender_is_an_address(sender: str, tmp_path: Path) -> None:
    for made in (lambda: Smtp("localhost", sender=sender), lambda: Folder(tmp_path, sender=sender)):
        with pytest.raises(ValueError, match="is no address"):
            made()
