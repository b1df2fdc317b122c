"""Who may be written to (`reliability.md` §20): a strict grammar, and nothing that breaks a header."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.books.kinds import Wrong
from finzcore.books.mail.addresses import Address, HeaderText, is_address, shown_in_header

GOOD = (
    "a@b.in",
    "accounts@asha.example",
    "first.last+tag@mail.asha-stores.co.in",
    "O'Neil@example.com",
    "UPPER@EXAMPLE.COM",
    "a!#$%&'*+/=?^_`{|}~-@example.com",
    "x" * 64 + "@example.com",
    "a@" + "b" * 63 + ".example",
    "a@1and1.example",
    "a@xn--p1b6ci4b4b3a.xn--h2brj9c",
    "x" * 64 + "@" + ".".join(["y" * 59] * 3) + ".example",
)
BAD = (
    "", "a", "@", "a@", "@b.in", "a@b", "a@@b.in", "a@b@c.in", "a b@c.in", "a@b .in", "a@b..in", "a@.b.in",
    "a@b.in.", ".a@b.in", "a.@b.in", "a..b@c.in", "a@-b.in", "a@b-.in", "a@b.1", "a@127.0.0.1",
    "a@[127.0.0.1]", '"a"@b.in', '"a b"@c.in', "Asha <a@b.in>", "<a@b.in>", "a@b.in,c@d.in", "a@b.in;c@d.in",
    "(x)a@b.in", "a@b.in (x)", "a\\@b.in", "आशा@b.in", "a@आशा.in", "a@b_c.in", "x" * 65 + "@b.in",
    "a@" + "b" * 64 + ".in", "x" * 64 + "@" + ".".join(["y" * 60] * 3) + ".example", "a@b.i", "a@b.in\x00",
    "a\u200b@b.in", "a\uff20b.in", "a:b@c.in", "mailto:a@b.in",
)  # fmt: skip


@pytest.mark.parametrize("address", GOOD)
def test_an_address_is_taken_as_it_is(address: str) -> None:
    assert is_address(address)
    assert address == Address().read(f" {address} ", 1)


@pytest.mark.parametrize("address", BAD)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(Wrong):
        Address().read(address, 1)


@pytest.mark.parametrize(
    "raw", ["a@b.in\n", "\ra@b.in", "a@b.in\r\nBcc: c@d.in", None, 5, True, ["a@b.in"], {}]
)
def test_a_line_break_anywhere_and_what_is_no_text_are_refused(raw: object) -> None:
    with pytest.raises(Wrong):
        Address().read(raw, 1)


@given(st.text() | st.from_regex(r"[a-z.@\-+]{3,30}") | st.emails())
def test_what_is_taken_breaks_no_header(raw: str) -> None:
    try:
        taken = Address().read(raw, 1)
    except Wrong:
        return
    local, at, domain = taken.partition("@")
    assert "@" == at and taken.isascii() and taken == raw.strip() and len(taken) <= 254
    assert re.fullmatch(r"[^\s()<>\[\]:;@\\,\"]{1,64}", local)
    assert re.fullmatch(r"[A-Za-z0-9.-]+", domain) and "." in domain
    assert all(0 < len(label) <= 63 for label in domain.split("."))


SCHEMA = Address().schema()


@pytest.mark.parametrize("address", GOOD + BAD)
def test_the_form_that_is_documented_is_the_form_that_is_asked_for(address: str) -> None:
    fits = len(address) <= SCHEMA["maxLength"] and re.search(SCHEMA["pattern"], address, re.ASCII) is not None
    assert is_address(address) == fits


@pytest.mark.parametrize(
    "raw",
    ["a\nb", "a\r", "\n", "a\x00", "a\x0bb", "a\x85b", "a\u2028b", "a\u202eb", "a\tb",
     "=?utf-8?q?=0D=0ABcc:?=", "x =? y", "\ud800", "x" * 501, 5, None],
)  # fmt: skip
def test_a_header_takes_one_plain_line(raw: object) -> None:
    with pytest.raises(Wrong):
        HeaderText(most=500).read(raw, 1)


@given(st.text())
def test_names_are_shown_on_one_line_with_nothing_to_decode(name: str) -> None:
    said = shown_in_header(name)
    assert "=?" not in said
    assert len(said.splitlines()) <= 1
    assert "".join(name.split()) == "".join(said.split()).replace("= ?", "=?")
