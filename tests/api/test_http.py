"""Requests and responses: `design.md` §2, `reliability.md` §2."""

import io
from decimal import Decimal
from urllib.parse import quote, urlencode

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.api.http import HEAD_LIMIT, Request, Response, canonical_path, check_head
from finzcore.errors import TooLarge, Unreadable

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/items", "", ("/items", "")),
        ("/items?a=1", "", ("/items", "a=1")),
        ("/items", "a=1", ("/items", "a=1")),
        ("/items?a=1", "b=2", ("/items", "a=1&b=2")),
        ("/items?", "b=2", ("/items", "&b=2")),
        ("/items?a=1?2", "", ("/items", "a=1?2")),
        ("/items%3Fa=1", "", ("/items%3Fa=1", "")),
    ],
)
def test_the_path_may_carry_the_query(path, query, expected):
    request = Request("GET", path, query)
    assert expected == (request.path, request.query)


@pytest.mark.parametrize("headers", [{"X-One": " 1\t"}, [("X-One", "1")], (("x-oNE", "1"),)])
def test_headers_come_as_a_mapping_or_as_pairs_and_match_in_any_case(headers):
    request = Request("GET", "/", headers=headers)
    assert ["1", "1", None] == [request.header(name) for name in ("x-one", "X-ONE", "x-two")]


def test_repeated_headers_are_kept_in_order():
    request = Request("GET", "/", headers=[("A", "1"), ("B", "2"), ("a", "3")])
    assert ("1", "3") == request.headers_all("A")
    assert () == request.headers_all("C")
    assert "1" == request.header("a")


def test_a_request_cannot_be_changed_and_does_not_show_secrets():
    headers = {"Authorization": "Bearer aibk_pat_0123"}
    request = Request("GET", "/", headers=headers)
    headers["X-Late"] = "1"
    assert request.header("x-late") is None
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        request.method = "PUT"
    assert "aibk" not in repr(request)
    assert request == Request("GET", "/", headers={"Authorization": "Bearer aibk_pat_0123"})


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("", ()),
        ("a=1", (("a", "1"),)),
        ("a=1&a=2", (("a", "1"), ("a", "2"))),
        ("a", (("a", ""),)),
        ("a=", (("a", ""),)),
        ("a=b=c", (("a", "b=c"),)),
        ("&&a=1&", (("a", "1"),)),
        ("a=x+y%2B", (("a", "x y+"),)),
        ("%61%3D=%26", (("a=", "&"),)),
        ("n=%E0%A4%A6", (("n", "द"),)),
        ("n=द", (("n", "द"),)),
        ("a=1;b=2", (("a", "1;b=2"),)),
        ("a=%2541", (("a", "%41"),)),
    ],
)
def test_a_query_is_read_as_pairs(query, params):
    assert params == Request("GET", "/", query).params


@pytest.mark.parametrize(
    "query", ["a=%", "a=%4", "a=%zz", "%zz=1", "a=%ff", "a=%ed%a0%80", "a=%00", "a=\ud800", "a=%c0%af"]
)
def test_a_query_that_is_no_clean_text_is_refused(query):
    with pytest.raises(Unreadable):
        _ = Request("GET", "/", query).params


@given(st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_what_was_encoded_is_read_back(pairs):
    assert tuple(pairs) == Request("GET", "/?" + urlencode(pairs)).params


@given(st.text(max_size=30))
def test_any_query_is_read_or_refused(query):
    try:
        pairs = Request("GET", "/", query).params
    except Unreadable:
        return
    assert "\0" not in "".join(name + value for name, value in pairs)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/", "/"),
        ("/items", "/items"),
        ("/items/it_1", "/items/it_1"),
        ("/%69tems", "/items"),
        ("/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server"),
        ("/items/a%20b", "/items/a b"),
        ("/items/...", "/items/..."),
        ("/items/%2541", "/items/%41"),
        ("/items/%252e%252e", "/items/%2e%2e"),
        ("/items/%E0%A4%A6", "/items/द"),
        ("", None),
        ("items", None),
        ("//items", None),
        ("/items//it_1", None),
        ("/items/", None),
        ("/items/.", None),
        ("/items/../bills", None),
        ("/./items", None),
        ("/items/%2e%2e/bills", None),
        ("/items/.%2E", None),
        ("/items%2Fit_1", None),
        ("/items/%2f", None),
        ("/items/a%5cb", None),
        ("/items/a\\b", None),
        ("/items/%00", None),
        ("/items/a%0d%0ab", None),
        ("/items/\x7f", None),
        ("/items/%", None),
        ("/items/%zz", None),
        ("/items/%ff", None),
        ("/items/%c0%ae", None),
        ("/items/\ud800", None),
        ("http://host/items", None),
        ("*", None),
    ],
)
def test_a_path_has_one_canonical_form_or_none(raw, path):
    assert path == canonical_path(raw) == Request("GET", raw).canonical_path


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_segments_survive_when_they_are_plain(segments):
    plain = all(
        part not in ("", ".", "..") and part.isprintable() and "/" not in part and "\\" not in part
        for part in segments
    )
    raw = "/" + "/".join(quote(part, safe="") for part in segments)
    assert ("/" + "/".join(segments) if plain or segments == [""] else None) == canonical_path(raw)


@given(st.text("/.%2eEfFaA5c\\", max_size=16).map("/".__add__))
def test_no_canonical_path_climbs_or_doubles_a_slash(raw):
    path = canonical_path(raw)
    if path not in (None, "/"):
        assert {"", ".", ".."}.isdisjoint(path[1:].split("/"))
        assert path.count("/") == raw.count("/")


def test_a_head_of_16_kib_passes_and_one_more_does_not():
    room = HEAD_LIMIT - len("GET") - len("/items") - len("a=1") - len("X") - 4
    check_head(Request("GET", "/items?a=1", headers={"X": "v" * room}))
    with pytest.raises(TooLarge):
        check_head(Request("GET", "/items?a=1", headers={"X": "v" * (room + 1)}))


class Endless(io.RawIOBase):
    """A file that never ends and remembers how much was taken."""

    taken = 0

    def read(self, size=-1):
        assert size > 0
        self.taken += size
        return b"x" * size


@pytest.mark.parametrize("make", [bytes, io.BytesIO])
@pytest.mark.parametrize(("size", "fits"), [(0, True), (99, True), (100, True), (101, False)])
def test_a_body_is_read_up_to_its_limit(make, size, fits):
    request = Request("POST", "/", body=make(b"x" * size))
    if fits:
        assert b"x" * size == request.read_body(100)
    else:
        with pytest.raises(TooLarge):
            request.read_body(100)


def test_reading_stops_one_byte_past_the_limit():
    endless = Endless()
    with pytest.raises(TooLarge):
        Request("POST", "/", body=endless).read_body(200_000)
    assert 200_001 == endless.taken


def test_an_announced_length_beyond_the_limit_is_refused_unread():
    endless = Endless()
    with pytest.raises(TooLarge):
        Request("POST", "/", headers={"Content-Length": "101"}, body=endless).read_body(100)
    assert 0 == endless.taken


@pytest.mark.parametrize("announced", ["", "-1", "x", "٣٣٣", "1_000_000", "0" * 5000 + "2"])
def test_a_length_that_makes_no_sense_is_left_to_the_body_itself(announced):
    request = Request("POST", "/", headers={"Content-Length": announced}, body=b"{}")
    assert b"{}" == request.read_body(100)


@pytest.mark.parametrize("announced", ["101", "0101", "9" * 5000])
def test_a_length_past_the_limit_refuses_however_many_digits_it_has(announced):
    request = Request("POST", "/", headers={"Content-Length": announced}, body=b"{}")
    with pytest.raises(TooLarge):
        request.read_body(100)


def test_a_response_gives_its_numbers_exactly():
    body = Response(200, body=b'{"total": 90071992547409.93, "code": 0, "name": "x"}').json()
    assert {"total": Decimal("90071992547409.93"), "code": 0, "name": "x"} == body
    assert [Decimal, Decimal] == [type(body["total"]), type(body["code"])]


def test_a_response_finds_its_headers_in_any_case():
    response = Response(429, {"Retry-After": "3"})
    assert (("Retry-After", "3"),) == response.headers
    assert ["3", None] == [response.header("retry-after"), response.header("x")]


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b", "a\n", "\r"])
def test_a_header_cannot_smuggle_another(value):
    with pytest.raises(ValueError, match="line break"):
        Response(302, {"Location": value})


@pytest.mark.parametrize("source", [b"abcd", [b"ab", b"cd"], (b"", b"abcd")])
def test_a_body_can_be_had_whole_or_in_pieces(source):
    response = Response(200, body=source)
    assert b"abcd" == b"".join(response.chunks)
    assert b"abcd" == response.body == b"".join(response.chunks)


def test_pieces_are_not_asked_for_before_they_are_needed():
    asked = []

    def pieces():
        for number in range(3):
            asked.append(number)
            yield b"%d" % number

    chunks = Response(200, body=pieces()).chunks
    assert (b"0", [0]) == (next(chunks), asked)
    assert b"012" == Response(200, body=pieces()).body


def test_an_empty_body_has_no_pieces():
    assert [] == list(Response(204).chunks)
    assert b"" == Response(204).body
