"""A queued message as MIME, read back by the parser of the standard library."""

import re
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.books.kinds import Wrong
from finzcore.books.mail.addresses import HeaderText, shown_in_header
from finzcore.books.text import json_text
from finzcore.mail import Folder, _from, recipients_in
from finzcore.render.message import written

PDF = b"%PDF-1.7 \x00\xff\r\n.\r\n"
PRINTOUT = {"filename": "INV-2627-004.pdf"}


def row(**more: Any) -> dict[str, Any]:
    return {
        "message_id": "em_00000000000080009f00000000000000@finzcore.invalid",
        "sender": "Kaveri Traders",
        "recipients": recipients(),
        "subject": "Invoice INV-2627-004 from Kaveri Traders",
        "html": "<p>Dear Asha,</p>\n<p>Please pay.</p>",
        "queued_at": "2026-05-19T18:45:07.123456Z",
    } | more


def recipients(*to: str, cc: tuple[str, ...] = (), bcc: tuple[str, ...] = ()) -> str:
    return json_text({"to": list(to) or ["accounts@asha.example"], "cc": list(cc), "bcc": list(bcc)})


def read(message: EmailMessage, sender: str = "books@kaveri.example") -> EmailMessage:
    """What arrives when a port has sent it."""
    body = _from(message, sender).as_bytes(policy=message.policy)
    assert (
        body.isascii()
        and max(map(len, body.split(b"\r\n"))) <= 998
        and not re.search(b"[^\r]\n|\r[^\n]", body)
    )
    arrived: Any = BytesParser(policy=policy.default).parsebytes(body)
    assert isinstance(arrived, EmailMessage)
    defects = [part.defects for part in arrived.walk() if part.defects]
    assert defects == []
    return arrived


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content().replace("\r\n", "\n")
    return content


def decoded(message: EmailMessage, header: str) -> str:
    """A header as RFC 2047 reads it; of names the newer parser keeps the blanks between encoded words."""
    unfolded = re.sub(r"\r\n(?=[ \t])", "", dict(message.raw_items())[header])
    return str(make_header(decode_header(unfolded)))


def test_a_message_says_who_writes_to_whom_when_and_about_what() -> None:
    sent = row(recipients=recipients("a@b.in", "c@d.in", cc=("e@f.in",), bcc=("g@h.in",)))
    arrived = read(written(sent, None, lambda _: PDF))
    assert {
        "From": "Kaveri Traders <books@kaveri.example>",
        "To": "a@b.in, c@d.in",
        "Cc": "e@f.in",
        "Subject": "Invoice INV-2627-004 from Kaveri Traders",
        "Organization": "Kaveri Traders",
        # 18:45:07 UTC is after midnight in India.
        "Date": "Wed, 20 May 2026 00:15:07 +0530",
        "Message-ID": "<em_00000000000080009f00000000000000@finzcore.invalid>",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="=_em_00000000000080009f00000000000000_0"',
    } == dict(arrived.items())


def test_its_bcc_is_known_to_the_port_and_to_nobody_else() -> None:
    message = written(
        row(recipients=recipients("a@b.in", cc=("a@b.in",), bcc=("g@h.in",))), None, lambda _: PDF
    )
    assert ["a@b.in", "g@h.in"] == recipients_in(message)
    assert "g@h.in" not in read(message).as_string()
    assert "g@h.in" == message["Bcc"]


def test_plain_text_comes_first_then_html_then_the_pdf() -> None:
    drawn = []

    def draw(printout: Any) -> bytes:
        drawn.append(printout)
        return PDF

    arrived = read(written(row(), PRINTOUT, draw))
    assert [PRINTOUT] == drawn
    assert ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"] == [
        part.get_content_type() for part in arrived.walk()
    ]
    assert "Dear Asha,\n\nPlease pay.\n" == text_of(arrived, "plain")
    assert "<p>Dear Asha,</p>\n<p>Please pay.</p>" in text_of(arrived, "html")
    (attached,) = arrived.iter_attachments()
    assert ("INV-2627-004.pdf", PDF) == (attached.get_filename(), attached.get_content())
    assert "attachment" == attached.get_content_disposition()


def test_every_attempt_is_the_same_message_byte_for_byte() -> None:
    first, second = (written(row(), PRINTOUT, lambda _: PDF).as_bytes() for _ in range(2))
    assert first == second


def name_shown(name: str) -> str:
    return shown_in_header(name).replace("\\", "")


names = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)


def lawful(text: str) -> str | None:
    try:
        return HeaderText(most=500).read(text, 1) or None
    except Wrong:
        return None


subjects = st.text(max_size=500).map(lawful).filter(lambda subject: subject is not None)
INJECTIONS = [
    "a\r\nBcc: x@evil.example", "a\nBcc: x@evil.example", "a\r\n\r\nbody",
    "=?utf-8?q?=0D=0ABcc:_x=40evil.example?=",
    "\"; x@evil.example", "a <x@evil.example>,", "a\u2028Bcc: x@evil.example", "a\x85Bcc: x@evil.example",
    "a\x0bBcc: x@evil.example", "a\x1cBcc: x@evil.example", "=?utf-7?q?+AA0-?=", "a,b;c:d@e.in (f) [g] \\",
    "(" * 60, "\"" * 70, "ब" * 200, "😀 " * 60, "x" * 200, "a" + " " * 150 + "b", "=" * 100, "?=" * 50,
]  # fmt: skip


@given(names | st.sampled_from(INJECTIONS), subjects)
def test_no_name_and_no_subject_adds_a_header_or_a_recipient(name: str, subject: str) -> None:
    arrived = read(written(row(sender=name, subject=subject), None, lambda _: PDF))
    assert [
        "To",
        "Subject",
        "Organization",
        "Date",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
        "From",
    ] == list(arrived.keys())
    assert ("accounts@asha.example",) == tuple(one.addr_spec for one in arrived["To"].addresses)
    assert ["books@kaveri.example"] == [one.addr_spec for one in arrived["From"].addresses]
    assert subject == decoded(arrived, "Subject")
    assert name_shown(name) in decoded(arrived, "From").replace("\\", "")


@pytest.mark.parametrize("raw", INJECTIONS)
def test_what_is_meant_to_break_a_header_is_refused_or_harmless_as_a_subject(raw: str) -> None:
    subject = lawful(raw)
    if subject is None:
        assert re.search(r"[\r\n\u2028\x85\x0b\x1c]|=\?", raw)
    else:
        assert subject == decoded(read(written(row(subject=subject), None, lambda _: PDF)), "Subject")


@pytest.mark.parametrize(
    "subject",
    [
        "चालान INV-2627-004 कावेरी ट्रेडर्स से",
        "₹14,160.00 due – today",
        "Rechnung für Müller",
        "😀 paid",
        "日本" * 100,
        "ब बब " * 40 + "ब",
        "कावेरी ट्रेडर्स एंड संस प्राइवेट लिमिटेड",
    ],
)
def test_subjects_and_names_of_every_script_arrive(subject: str) -> None:
    arrived = read(written(row(subject=subject, sender=subject[:200]), None, lambda _: PDF))
    assert subject == arrived["Subject"] == decoded(arrived, "Subject")
    assert f"{subject[:200].strip()} <books@kaveri.example>" == decoded(arrived, "From")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_words_arrive_as_they_were_written(words: str) -> None:
    boundary = "--=_em_00000000000080009f00000000000000_0"
    html = f"<p>{words.replace('&', '&amp;').replace('<', '&lt;')}</p>\n{boundary}"
    arrived = read(written(row(html=html), None, lambda _: PDF))
    lines = html.splitlines()
    assert all(line in text_of(arrived, "html").splitlines() for line in lines)


def test_a_folder_holds_whole_messages_with_their_bcc(tmp_path: Any) -> None:
    message = written(row(recipients=recipients(bcc=("g@h.in",))), PRINTOUT, lambda _: PDF)
    folder = Folder(tmp_path / "out" / "box", sender="books@kaveri.example")
    name = "em_00000000000080009f00000000000000.eml"
    assert [name, name] == [folder.send(message), folder.send(message)]
    assert [name] == [path.name for path in (tmp_path / "out" / "box").iterdir()]
    kept: Any = BytesParser(policy=policy.default).parsebytes((tmp_path / "out" / "box" / name).read_bytes())
    assert ("g@h.in", "Kaveri Traders <books@kaveri.example>") == (kept["Bcc"], kept["From"])
