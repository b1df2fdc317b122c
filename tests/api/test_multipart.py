"""Forms with files, read piece by piece: what clients write is understood, what is no form is refused."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.api.multipart import FIELD_BYTES, Part, Sent, parts, read_form, written
from finzcore.books.resources.attachments import NewAttachment
from finzcore.books.upload import Upload, let_go
from finzcore.errors import Unreadable, UnsupportedMedia

Found = list[tuple[str, str | None, bytes]]


def cut(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def found_in(pieces: Any, boundary: str = "x") -> Found:
    return [(part.name, part.filename, b"".join(part.pieces)) for part in parts(pieces, boundary)]


def part(head: str, body: bytes = b"", boundary: str = "x") -> bytes:
    return f"--{boundary}\r\n{head}\r\n\r\n".encode() + body + f"\r\n--{boundary}--\r\n".encode()


# Much that is nearly a boundary, or the end of a line.
awkward = st.lists(
    st.sampled_from(
        [b"\r", b"\n", b"\r\n", b"-", b"--", b"--x", b"\r\n-", b"\r\n--", b"\r\n--y", b"a", b"\0"]
    )
).map(b"".join)
contents = st.one_of(st.binary(max_size=200), awkward).filter(lambda said: b"\r\n--x" not in b"\r\n" + said)
names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\%'), min_size=1, max_size=20
)


@given(st.lists(st.tuples(names, st.none() | names, contents), max_size=6), st.integers(1, 300))
def test_a_form_is_read_back_however_it_is_cut(form: Found, size: int) -> None:
    body = b""
    for name, filename, said in form:
        also = "" if filename is None else f'; filename="{filename}"'
        head = f'Content-Disposition: form-data; name="{name}"{also}'
        body += f"--x\r\n{head}\r\n\r\n".encode() + said + b"\r\n"
    body += b"--x--\r\n"
    assert form == found_in(cut(body, size))


@given(contents, st.integers(1, 300))
def test_what_stands_before_and_after_a_form_is_no_part_of_it(said: bytes, size: int) -> None:
    form = part('Content-Disposition: form-data; name="a"', b"1")
    assert [("a", None, b"1")] == found_in(cut(said + b"\r\n" + form + said, size))


@given(st.integers(0, 120), st.integers(1, 40))
def test_a_form_that_ends_too_early_is_refused(end: int, size: int) -> None:
    form = part('Content-Disposition: form-data; name="file"; filename="a.pdf"', b"bytes")
    short = form[: min(end, len(form) - 3)]  # without its last two dashes
    with pytest.raises(Unreadable):
        found_in(cut(short, size))


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(said: bytes) -> None:
    for body in (said, b"--x\r\n" + said, part('Content-Disposition: form-data; name="a"')[:-8] + said):
        with suppress(Unreadable):
            found_in([body])


@given(
    names, contents, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
)
def test_what_httpx_sends_is_understood(filename: str, said: bytes, note: str) -> None:
    request = httpx.Request(
        "POST", "https://books.example", files={"file": (filename, said)}, data={"description": note}
    )
    kind = request.headers["Content-Type"]
    body = read_form([request.read()], kind, None, NewAttachment)
    file: Upload = body["file"]
    assert (note, filename, said) == (body["description"], file.filename, b"".join(file.pieces()))
    let_go(body)


@pytest.mark.parametrize(
    ("said", "filename"),
    [
        ('filename="a.pdf"', "a.pdf"),
        ("filename=a.pdf", "a.pdf"),
        ('filename="a \\"b\\".pdf"', 'a "b".pdf'),
        ('filename="a %22b%22.pdf"', 'a "b".pdf'),
        ('filename="100%.pdf"', "100%.pdf"),
        ('filename="a;b.pdf"', "a;b.pdf"),
        ('filename="बिल.pdf"', "बिल.pdf"),
        ("filename*=UTF-8''%E0%A4%AC%E0%A4%BF%E0%A4%B2.pdf", "बिल.pdf"),
        ("filename=\"x.pdf\"; filename*=UTF-8''%E2%82%B9.pdf", "₹.pdf"),
        ("filename*=UTF-8'hi'%E2%82%B9.pdf; filename=\"x.pdf\"", "₹.pdf"),
        ("filename*=iso-8859-1''caf%E9.pdf", "café.pdf"),
        ('filename*0="long "; filename*1="name.pdf"', "long name.pdf"),
        ('FileName="a.pdf"', "a.pdf"),
        ('filename="C:\\a.pdf"', "C:\\a.pdf"),
    ],
    ids=range(14),
)
def test_a_name_may_be_spelled_in_many_ways(said: str, filename: str) -> None:
    head = f'content-disposition: FORM-DATA; name="file"; {said}\r\nContent-Type: application/pdf'
    ((name, found, content),) = found_in([part(head, b"bytes")])
    assert ("file", filename, b"bytes") == (name, found, content)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"no boundary at all",
        b"--x\r\n\r\nwithout a head\r\n--x--",
        part('Content-Disposition: attachment; name="a"'),
        part("Content-Disposition: form-data"),
        part("Content-Type: text/plain"),
        part('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64', b"MQ=="),
        part('Content-Disposition: form-data; name="a"', b"one\r\n--xy\r\ntwo"),
        part('Content-Disposition: form-data; name="' + "a" * 9000 + '"'),
        b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n1\r\n--x--\r\n',
        b"".join(b'--x\r\nContent-Disposition: form-data; name="%d"\r\n\r\n1\r\n' % n for n in range(51))
        + b"--x--",
        b"--x" + b" " * 2000 + b"\r\n",
    ],
    ids=range(13),
)
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        found_in(cut(body, 64))


def read(body: bytes, kind: str = "multipart/form-data; boundary=x") -> dict[str, Any]:
    found = read_form([body], kind, None, NewAttachment)
    let_go(found)
    return found


def test_a_field_twice_is_refused_and_so_are_two_files() -> None:
    for one in (Sent("a", b"1"), "text"):
        form = written({"file": one, "entity_type": "CONTACT"}, "x")[1].removesuffix(b"--x--\r\n")
        again = written({"file": one}, "x")[1]
        with pytest.raises(Unreadable) as refused:
            read(form + again)
        assert ("file", "The field is given twice.") == (refused.value.field, refused.value.message)


def test_files_that_nobody_asked_for_are_read_past() -> None:
    form = written({"photo": Sent("p.png", bytes(100_000)), "entity_type": "BILL"}, "x")[1]
    assert {"entity_type": "BILL"} == read(form)


def test_no_file_chosen_in_a_browser_is_no_file() -> None:
    assert {} == read(written({"file": Sent("", b"")}, "x")[1])


@pytest.mark.parametrize("size", [FIELD_BYTES, FIELD_BYTES + 1])
def test_fields_together_have_64_kib(size: int) -> None:
    half = "a" * (FIELD_BYTES // 2)
    form = written({"one": half, "two": "b" * (size - len(half))}, "x")[1]
    if size == FIELD_BYTES:
        assert ["one", "two"] == list(read(form))
    else:
        with pytest.raises(Unreadable, match="too long"):
            read(form)


def test_a_field_that_is_not_utf_8_is_refused() -> None:
    form = part('Content-Disposition: form-data; name="description"', b"\xff")
    with pytest.raises(Unreadable, match="description"):
        read(form)


@pytest.mark.parametrize("kind", [None, "", "application/json", "multipart/mixed; boundary=x", "text/plain"])
def test_another_type_is_refused(kind: str | None) -> None:
    with pytest.raises(UnsupportedMedia) as refused:
        read_form([b"--x--"], kind, None, NewAttachment)
    assert {"supported": "multipart/form-data"} == refused.value.details


@pytest.mark.parametrize(
    "boundary", ["", "; boundary=", "; boundary=" + "a" * 71, '; boundary="a\tb"', "; boundary=é"]
)
def test_a_boundary_is_one_of_rfc_2046(boundary: str) -> None:
    with pytest.raises(Unreadable):
        read_form([b"--x--"], f"multipart/form-data{boundary}", None, NewAttachment)


@pytest.mark.parametrize("boundary", ["x", '"x y"', "----WebKitFormBoundary7MA4YWxkTrZu0gW", "=_1'()+,./:?"])
def test_a_boundary_may_be_quoted(boundary: str) -> None:
    form = part('Content-Disposition: form-data; name="entity_type"', b"BILL", boundary.strip('"'))
    quoted = boundary if boundary.isalnum() or "Web" in boundary else f'"{boundary.strip(chr(34))}"'
    assert {"entity_type": "BILL"} == read(form, f"Multipart/Form-Data; charset=utf-8; boundary={quoted}")


def test_no_more_of_a_file_is_held_than_a_piece() -> None:
    def pieces() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(200):
            yield bytes(2**16)
        yield b"\r\n--x--"

    (lengths,) = (_lengths(each) for each in parts(pieces(), "x"))
    assert (200 * 2**16, True) == (sum(lengths), max(lengths) <= 2**16 + 10)


def _lengths(one: Part) -> list[int]:
    return [len(piece) for piece in one.pieces]
