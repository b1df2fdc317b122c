"""JSON in and out: `reliability.md` §6 and §3."""

import json
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finzcore.api.reading import (
    BODY_LIMIT,
    canonical,
    check_media,
    fingerprint,
    read_json,
)
from finzcore.books.text import OddNumber, json_text
from finzcore.errors import TooLarge, Unreadable, UnsupportedMedia

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NUMBERS = st.one_of(
    st.integers(-(10**18), 10**18),
    st.decimals(-(10**12), 10**12, places=8).map(lambda number: number + 0),
)
SCALARS = st.one_of(st.none(), st.booleans(), TEXTS, NUMBERS)
VALUES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4))
)
BODIES = st.dictionaries(TEXTS, VALUES, max_size=5)


def nested(depth):
    """An object whose innermost value lies at that depth, the object itself being the first."""
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


def list_of(count):
    """A body of that many values: the object, the list, and the rest numbers."""
    return b'{"a":[' + b",".join([b"1"] * (count - 2)) + b"]}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"[]",
        b"1",
        b'"x"',
        b"null",
        b"{",
        b"{}}",
        b"{} {}",
        b"{}x",
        b"{'a':1}",
        b'{"a":1,}',
        b'{"a":[1,]}',
        b'{"a" 1}',
        b"{a:1}",
        b'{"a":01}',
        b'{"a":+1}',
        b'{"a":.5}',
        b'{"a":1.}',
        b'{"a":1e}',
        b'{"a":0x10}',
        b'{"a":1_000}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":nan}',
        b'{"a":True}',
        b'{"a":1/*c*/}',
        b'{"a":"\t"}',
        b'{"a":"\x00"}',
        b'{"a":"\\u0000"}',
        b'{"\\u0000":1}',
        b'{"a":["x",{"b":"\\u0000"}]}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\udc00\\ud800"}',
        b'{"a":"\\ud800","a":1}',
        b'{"a":"\\u12"}',
        b'{"a":"\\x41"}',
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'{"l":[{"a":1,"b":2,"a":3}]}',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"),
        '{"a":1}'.encode("utf-16-le"),
        '{"a":1}'.encode("utf-32"),
        b'{"a":"\xff"}',
        b'{"a":"\xc0\xaf"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xf4\x90\x80\x80"}',
        '{"a":１}'.encode(),
        '{"a":१}'.encode(),
        b"\xc2\xa0{}",
        nested(33),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        list_of(20_001),
        b'{"a":"' + b"x" * 65_537 + b'"}',
        b'{"' + b"x" * 65_537 + b'":1}',
        b'{"a":"' + "₹".encode() * 21_846 + b'"}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_not_strictly_an_object_is_refused(body):
    with pytest.raises(Unreadable):
        read_json(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b' \t\r\n{"a" : 1 } \n', {"a": 1}),
        (b'{"a":[],"b":{}}', {"a": [], "b": {}}),
        (b'{"a":"\\u20b9","b":"\xe2\x82\xb9"}', {"a": "₹", "b": "₹"}),
        (b'{"a":"\\ud83d\\ude00"}', {"a": "😀"}),
        (b'{"a":"\\\\u0000"}', {"a": "\\u0000"}),
        (b'{"a":{"x":1},"b":{"x":1}}', {"a": {"x": 1}, "b": {"x": 1}}),
        (b'{"a":true,"b":null}', {"a": True, "b": None}),
        (b'{"":""}', {"": ""}),
    ],
)
def test_an_object_is_read(body, value):
    assert value == read_json(body)


def test_the_limits_themselves_are_allowed():
    assert read_json(nested(32))
    assert 19_998 == len(read_json(list_of(20_000))["a"])
    assert 65_536 == len(read_json(b'{"a":"' + b"x" * 65_536 + b'"}')["a"])


def test_brackets_and_commas_in_texts_do_not_count():
    assert read_json(json.dumps({"a": "[" * 40, "b": ',"\\' * 15_000, "c": ["{", "\\"] * 40}).encode())
    assert read_json(json.dumps({"a": "[{," * 20_000}).encode())


def test_closing_brackets_in_texts_do_not_hide_the_depth():
    deep = b'{"a":' + b'["]]",' * 40 + b"1" + b"]" * 40 + b"}"
    with pytest.raises(Unreadable):
        read_json(deep)
    with pytest.raises(Unreadable):
        read_json(deep.replace(b']]"', b']\\"]"'))


def test_a_body_over_its_limit_is_too_large():
    assert {} == read_json(b"{}" + b" " * (BODY_LIMIT - 2))
    with pytest.raises(TooLarge):
        read_json(b"{}" + b" " * (BODY_LIMIT - 1))
    with pytest.raises(TooLarge):
        read_json(b'{"a":1}', limit=6)


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("-0.0", 0),
        ("12000.00", 12000),
        ("1e0", 1),
        ("1E+3", 1000),
        ("1.5e1", 15),
        ("1e-06", Decimal("0.000001")),
        ("12.5", Decimal("12.5")),
        ("90071992547409.93", Decimal("90071992547409.93")),
        ("1e15", 10**15),
        ("1e-15", Decimal("0.000000000000001")),
        ("9" * 40, int("9" * 40)),
        ("0." + "1" * 38, Decimal("0." + "1" * 38)),
        ("12345678901234567890123456789012345678.1", Decimal("12345678901234567890123456789012345678.1")),
    ],
)
def test_numbers_are_read_exactly(literal, value):
    read = read_json(f'{{"a":{literal}}}'.encode())["a"]
    assert (type(value), value) == (type(read), read)


@pytest.mark.parametrize(
    "literal",
    [
        "9" * 41,
        "-" + "9" * 40,
        "1e16",
        "1E-16",
        "1e+16",
        "1e099",
        "1e000",
        "1e1000000",
        "0." + "1" * 39,
        "9" * 5000,
    ],
)
def test_a_number_beyond_the_limits_is_left_to_its_field(literal):
    read = read_json(f'{{"a":{literal}}}'.encode())["a"]
    assert (OddNumber, literal) == (type(read), str(read))
    assert read != literal, "it must not pass for a text"


@given(st.from_regex(r"\A-?(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,10})?(?:[eE][+-]?(?:[0-9]|0[0-9]|1[0-5]))?\Z"))
def test_any_number_within_the_limits_keeps_its_value(literal):
    read = read_json(f'{{"a":{literal}}}'.encode())["a"]
    assert Fraction(literal) == Fraction(read)
    assert (Fraction(literal).denominator == 1) == (type(read) is int)


@given(BODIES)
def test_what_is_written_is_read_back(body):
    assert body == read_json(json_text(body).encode())


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body):
    with suppress(Unreadable):
        assert type(read_json(body)) is dict


def depth_of(value):
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


@given(st.lists(st.sampled_from(["list", "object", "text"]), max_size=45), st.integers(0, 40))
def test_the_depth_is_counted_as_a_reader_would(shape, siblings):
    value = [{}] * siblings
    for kind in shape:
        value = {"list": [value, "]"], "object": {"}\\": value}, "text": ['"[', value]}[kind]
    body = {"a": value}
    if depth_of(body) <= 32:
        assert body == read_json(json.dumps(body).encode())
    else:
        with pytest.raises(Unreadable):
            read_json(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a":1}', '{"a":1.0}'),
        ('{"a":1}', '{"a":1e0}'),
        ('{"a":1}', '{ "a" : 10E-1 }'),
        ('{"a":0.5}', '{"a":5e-1}'),
        ('{"a":0.50}', '{"a":0.5}'),
        ('{"a":0}', '{"a":-0.0}'),
        ('{"a":1,"b":2}', '{"b":2,"a":1}'),
        ('{"a":{"x":1,"y":[1.50]}}', '{"a":{"y":[1.5],"x":1.00}}'),
        ('{"a":"\\u20b9"}', '{"a":"₹"}'),
        ('{"a":1e99}', '{ "a":1e99}'),
    ],
)
def test_two_spellings_of_one_body_are_the_same(one, other):
    assert canonical(read_json(one.encode())) == canonical(read_json(other.encode()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a":1}', '{"a":"1"}'),
        ('{"a":0.5}', '{"a":"0.5"}'),
        ('{"a":0.5}', '{"a":{"0":"0.5"}}'),
        ('{"a":1}', '{"a":true}'),
        ('{"a":0}', '{"a":false}'),
        ('{"a":null}', "{}"),
        ('{"a":null}', '{"a":""}'),
        ('{"a":[]}', '{"a":{}}'),
        ('{"a":[1,2]}', '{"a":[2,1]}'),
        ('{"a":1e99}', '{"a":"1e99"}'),
        ('{"a":1e99}', '{"a":1e98}'),
        ('{"a":12345678901234567890.1}', '{"a":12345678901234567890.2}'),
        ('{"a":"1234567890123456789012345678901234567.1"}', '{"a":1234567890123456789012345678901234567.1}'),
        ('{"a":1234567890123456789012345678901234567.1}', '{"a":1234567890123456789012345678901234567.2}'),
        ('{"a":"\\\\u0000"}', '{"a":"u0000"}'),
    ],
)
def test_two_bodies_that_differ_stay_apart(one, other):
    assert canonical(read_json(one.encode())) != canonical(read_json(other.encode()))


def reference(value):
    """A value in which equal means the same body: numbers as fractions, truth values as words."""
    if isinstance(value, dict):
        return frozenset((name, reference(member)) for name, member in value.items())
    if isinstance(value, list):
        return ("list", *map(reference, value))
    if value is None or isinstance(value, bool):
        return repr(value)
    return ("text", value) if isinstance(value, str) else Fraction(value)


@given(BODIES, BODIES)
def test_canonical_forms_are_equal_exactly_when_the_bodies_are(one, other):
    assert (reference(one) == reference(other)) == (canonical(one) == canonical(other))


@given(BODIES, st.randoms(use_true_random=False))
def test_the_canonical_form_does_not_see_the_order_of_names(body, chance):
    names = list(body)
    chance.shuffle(names)
    assert canonical(body) == canonical({name: body[name] for name in names})


def test_a_fingerprint_sees_method_path_query_and_body_and_no_organisation():
    base = fingerprint("POST", "/invoices", [("b", "2"), ("a", "1")], {"x": 1})
    assert 32 == len(base)
    assert base == fingerprint("POST", "/invoices", [("a", "1"), ("b", "2")], {"x": Decimal("1.0")})
    assert base == fingerprint(
        "POST", "/invoices", [("a", "1"), ("organization_id", "z"), ("b", "2")], {"x": 1}
    )
    others = [
        fingerprint("PUT", "/invoices", [("b", "2"), ("a", "1")], {"x": 1}),
        fingerprint("POST", "/bills", [("b", "2"), ("a", "1")], {"x": 1}),
        fingerprint("POST", "/invoices", [("b", "2")], {"x": 1}),
        fingerprint("POST", "/invoices", [("b", "2"), ("a", "1")], {"x": 2}),
        fingerprint("POST", "/invoices", [("b", "2"), ("a", "1")], {}),
        fingerprint("POST", "/invoices", [("b", "2"), ("a", "1")], None),
        fingerprint("POST", "/invoices", [("a", "1"), ("b", "2"), ("b", "2")], {"x": 1}),
    ]
    assert 8 == len({base, *others})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"total": Decimal("14160.00")}, '{"total":14160.00}'),
        ({"rate": Decimal("1E+3")}, '{"rate":1000}'),
        ([Decimal("-0.05"), 1, "1", None, True], '[-0.05,1,"1",null,true]'),
        ({"name": "दुकान"}, '{"name":"दुकान"}'),
        ({"received": OddNumber("1e+99")}, '{"received":1e+99}'),
        ({"a": '"\\u00001"'}, '{"a":"\\"\\\\u00001\\""}'),
    ],
)
def test_json_is_written_exactly(value, text):
    assert text == json_text(value)


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("Infinity"), float("nan"), float("inf"), object(), {1, 2}]
)
def test_what_is_no_json_is_not_written(value):
    with pytest.raises((TypeError, ValueError)):
        json_text({"a": value})


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        (None, None),
        ("", ""),
        ("application/json", None),
        ("Application/JSON", "identity"),
        ("application/json; charset=utf-8", "Identity"),
        ('application/json;charset="UTF-8"', None),
    ],
)
def test_json_in_utf8_is_accepted(content_type, encoding):
    check_media(content_type, encoding, "application/json")


@pytest.mark.parametrize(
    ("content_type", "encoding", "field"),
    [
        ("text/plain", None, "Content-Type"),
        ("application/jsonp", None, "Content-Type"),
        ("application/json, text/plain", None, "Content-Type"),
        ("application/json; charset=utf-16", None, "Content-Type"),
        ("application/x-www-form-urlencoded", None, "Content-Type"),
        ("application/json", "gzip", "Content-Encoding"),
        (None, "br", "Content-Encoding"),
        ("application/json", "identity, gzip", "Content-Encoding"),
    ],
)
def test_another_type_or_encoding_is_refused(content_type, encoding, field):
    with pytest.raises(UnsupportedMedia) as refusal:
        check_media(content_type, encoding, "application/json")
    assert field == refusal.value.field
