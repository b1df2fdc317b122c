"""What a malformed request is made of: values by the kind of field that cannot take them, and oddments."""

import json
from typing import Any, Final

from finzcore.books.kinds import Choice, Kind, Text, Verbatim

_NUMBERS: Final = (
    '"abc"', '"1_000"', '"\u0661\u0662"', '"\uff11"', "true", "[]", "{}", '"NaN"', '"Infinity"',
    '"-Infinity"',
    '"0x10"', '"1e3"', "1e99", "1E-15", "9" * 60, "0.1234567890123", '"--1"', '"1,000"', '"1 000"',
    '"\u00bd"',
    "1e9999999", '"1.2.3"',
)  # fmt: skip
_WRONG: Final[dict[str, tuple[str, ...]]] = {
    "Number": _NUMBERS,
    "Amount": _NUMBERS,
    "Whole": (*_NUMBERS, "0.5", "-1"),
    "Day": (
        "5", "true", "[]", "{}", '"2026-02-30"', '"20260519"', '"0001-01-01"', '"9999-12-31"',
        '"2026-W01-1"',
        '"2026-05-19x"', '"2026-13-01"', '"\u0968\u0966\u0968\u096c-05-19"', '"1969-12-31"', '"2026-5-1"',
    ),
    "Choice": ('"NOPE"', "5", "true", "[]", "{}", '"\u0130NCOMING"', '"\u017fENT"'),
    "Flag": ('"yes"', "2", "0.5", "[]", "{}", '"TRUE"', '"1"'),
    "Id": ("5", "true", "[]", "{}", '"x"', f'"{"9" * 500}"', '"inv_zz"', '"\u0660"', "1e99"),
    "LineKey": ("5", "true", "[]", "{}"),
    "TagKind": ("5", "true", "[]", "{}", '"x"', '{"cost_center_id": []}', '{"cost_center_id": "x"}'),
    "DiscountKind": (
        '"x%"', '"101%"', '"-1"', "-1", "true", "[]", "{}", '"%"', '"1e9%"', '"5%%%5"', '"NaN%"',
        '"\u0665%"',
    ),
    "GstinKind": ("5", "true", "[]", "{}", '"XX"', '"29ABCDE1234F1Z"', '"\u0662\u0669ABCDE1234F1Z5"'),
    "EventName": ('"NOPE"', "5", "true", "[]", "{}", '"invoice paid"', '"\u0130NVOICE_PAID"'),
    "OrganisationIds": ('"NOPE"', '"ALL"', "5", "true", "[]", "{}", "[5]", "[[]]", '["all", 5]'),
    "PlaceKind": ("5", "true", "[]", "{}", '"XX"', '"IN-ZZ"', '"IN-"'),
}  # fmt: skip
_TEXTS: Final = ("5", "true", "[]", "{}", '["a"]', "1e5", '"a\\u0001b"', '"\\u007fb"', "0.5")


def wrong_for(kind: Kind) -> list[str]:
    """JSON texts that a field of this kind must refuse."""
    if isinstance(kind, Verbatim):
        return ["5", '"x"', "[]", "true", json.dumps({"a": ["x" * 1000] * (kind.most // 1000 + 1)})]
    if isinstance(kind, Text):
        long = json.dumps("x" * (kind.most + 1)) if kind.most < 60_000 else "5"
        return [*_TEXTS, long, *([] if kind.lines else ['"a\\u202eb"', '"a\\nb"', '"a\\u2028b"'])]
    return list(_WRONG[type(kind).__name__])


_EDGES: Final[dict[str, tuple[Any, ...]]] = {
    "Number": (
        0,
        1,
        0.000001,
        "0.00000001",
        100,
        99.999999,
        999_999_999,
        10**9,
        10**12,
        "999999999999.999999",
    ),
    "Amount": (0, 0.01, -0.01, 0.99, 1, 10**6, 10**12, 10**13 - 1, "9999999999999.99", -(10**12)),
    "Whole": (0, 1, 365, 366, 10_000),
    "Day": ("1970-01-01", "2017-06-30", "2017-07-01", "2024-02-29", "2026-03-31", "2026-04-01", "2199-12-31"),
    "Flag": (True, False),
    "DiscountKind": (0, 0.01, 10**6, 10**12, "9999999999999.99", "100%", "0.000001%", "99.999999%"),
    "PlaceKind": ("IN-KA", "IN-MH", "IN-OT", "OVERSEAS", "96"),
    "GstinKind": ("29AAGCB7383J1Z4", "27AAPFU0939F1ZV"),
    "Verbatim": ({}, {"a": [1, 2.5, None]}),
}
_WORDS: Final = (
    "x",
    "USD",
    "JPY",
    "KWD",
    "INR",
    "A/1-2",
    "0",
    "194C",
    "\u0130",
    "e\u0301",
    "-",
    "a b",
    "9999",
    "998314",
)


_NAMED: Final[dict[str, tuple[Any, ...]]] = {
    "hsn_or_sac": ("998314", "8471", "94036000"),
    "email": ("a@b.co",),
    "pan": ("AAACN1234F",),
    "currency_code": ("INR", "USD", None),
    "status": ("ACTIVE",),
    "contact_type": ("CUSTOMER", "BOTH"),
    "type": ("CUSTOMER",),
    "draft": (True, False),
    "auto_approve": (True,),
}


def edges_of(name: str, kind: Kind) -> tuple[Any, ...]:
    """Values that a field can take, or nearly: the rules behind it must cope."""
    if name in _NAMED:
        return _NAMED[name]
    if isinstance(kind, Choice):
        return kind.words
    return _WORDS if isinstance(kind, Text) else _EDGES.get(type(kind).__name__, (None,))


OBJECTS_WRONG: Final = ("5", '"x"', "[]", "true", '[{"a": 1}]')
LISTS_WRONG: Final = ('"x"', "5", "{}", "true", '{"0": {}}')
ENTRIES_WRONG: Final = ("[5]", '["x"]', "[[]]", "[null]", "[true]")

_GOOD: Final = '"contact_name":"A","amount":1'
BROKEN_BODIES: Final = tuple(
    text if isinstance(text, bytes) else text.encode()
    for text in (
        "[]", '"x"', "5", "null", "true", " ", "\t\n", "{", "}", "{]", '{"a"}', '{"a":}', '{"a":1,}', "{,}",
        "{'a':1}", "{a:1}", '{"a":1}x', '{"a":1}{}', '{"a":01}', '{"a":+1}', '{"a":.5}', '{"a":1.}',
        '{"a":0x1}',
        '{"a":NaN}', '{"a":Infinity}', '{"a":-Infinity}', '{"a":nan}', '{"a":1e}', '{"a":--1}', '{"a":tru}',
        '{"a":1,"a":2}', '{"x":{"b":1,"b":1}}', '{"a":"\\x"}', '{"a":"\\u12"}', '{"a":"\t"}', '{"a":"\n"}',
        '{"a":"\\ud800"}', '{"a":"\\udc00\\ud800"}', '{"\\ud800":1}', '{"a":"\\u0000"}', '{"\\u0000":1}',
        '{"a":"\0"}', f'{{{_GOOD},"contact_name":"B"}}', "/* */{}", '{"a":1}//', "<a/>", "a=1&b=2",
        "\ufeff{}",
        b"\xff\xfe{\x00}\x00", b"\x00{\x00}", b'{"a":"\xff"}', b'{"a":"\xc0\x80"}', b'{"a":"\xed\xa0\x80"}',
        b"\x1f\x8b\x08\x00", b'{"a":"\xe9"}', "{}".encode("utf-16"), "{}".encode("utf-32"),
        b"\x80\x04K\x05.",
        '{"a":' * 33 + "1" + "}" * 33, '{"a":' + "[" * 33 + "]" * 33 + "}", "[" * 1000, '{"a":' * 1000,
        '{"a":' * 100_000, "[" * 900_000, '{"a":[' + "0," * 20_001 + "0]}", '{"a":"' + "x" * 65_537 + '"}',
        '{"a":[' + ",".join(["{}"] * 20_001) + "]}", '{"' + "k" * 65_537 + '":1}', "{" + " " * 900_000,
        '{"a":' + '[[[[[[[[],' * 4_000, "\\" * 400_000, '{"a":"' + '\\"' * 400_000, '"' * 500_000,
    )
)  # fmt: skip
"""Bodies that are no JSON object, or break a limit of `reliability.md` §6: each is 422."""

METHODS: Final = (
    "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "Post", "", " GET", "GET ", "G\u00c9T", "GET\0",
    "X" * 90,
    "DELETE", "PUT", "POST",
)  # fmt: skip
PATHS: Final = (
    "*/", "*//", "/*", "//*", "*/..", "/../v1*", "/.*", "*/.", "*%00", "*%2f", "*%2F..", "*%5c", "*\\",
    "*%",
    "*%zz", "*%c0%ae", "*%ff", "*;a=b", "*%3Fa=b", "*#x", "*\u00e9", "*%e2%80%ae", "*\ud800", "*\0", "* ",
    "*%20",
    "*.json", "*/x", "*/x/y/z", "*" + "/x" * 3000, "/%2e%2e*", "*%0d%0aX: 1", "*\t",
)  # fmt: skip

AUTHORIZATIONS: Final = (
    (), ("",), ("Bearer",), ("Bearer ",), ("Bearer x",), ("*",), ("Basic *",), ("Bearer  *",),
    ("Bearer\t*",),
    ("Bearer *x",), ("Bearer x*",), ("Bearer * x",), ("Bearer *", "Bearer *"), ("Token *",),
    ("Bearer \u00e9*",),
    ("Bearer aibk_pat_" + "A" * 40,), ("Bearer aibk_oat_" + "A" * 40,), ("Bearer aibk_ort_" + "a" * 40,),
    ("Bearer " + "A" * 2000,), ("Bearer *\0",), ("Bearer \ud800",), ("Bearer %",),
    ("Bearer ' OR 1=1 --aaaaaaaaaaa",),
)  # fmt: skip
KEYS_WRONG: Final = (
    ("a b",), ("x" * 201,), ("\u00e9",), ("a", "a"), ("a", ""), ("a/b",), ("\0",), ("a\u0661",), ("a,b",),
    ("\ud800",), ("'; DROP TABLE keys; --",),
)  # fmt: skip
TYPES_WRONG: Final = (
    ("Content-Type", "text/plain"), ("Content-Type", "application/json; charset=utf-16"),
    ("Content-Type", "application/x-www-form-urlencoded"),
    ("Content-Type", "multipart/form-data; boundary=x"),
    ("Content-Type", "application/json;"), ("Content-Type", "application/json, text/plain"),
    ("Content-Type", "application/jsonx"), ("Content-Type", "x" * 5000), ("Content-Type", "\u00e9"),
    ("Content-Encoding", "gzip"), ("Content-Encoding", "br"), ("Content-Encoding", "identity, gzip"),
)  # fmt: skip
_ORGS: Final = ("x", "\0", "\u00e9", "00000000-0000-8000-8000-000000000000", "' OR 1=1", "1", "*", "\ud800")
HEADERS: Final = (
    *(("X-AIBooks-Org", value) for value in _ORGS), *(("x-apideck-company-id", value) for value in _ORGS),
    ("User-Agent", "\0\x1b[31m\u202e"), ("User-Agent", "\ud800"), ("User-Agent", "x" * 9000),
    ("X-Forwarded-For", "999.999.1.1, \0"), ("X-Large", "x" * 17_000), ("\u00e9", "\u00e9"), ("", ""),
    ("Accept", "text/html"), ("X-HTTP-Method-Override", "DELETE"), ("X-Request-Id", "req_000000000000"),
    ("Transfer-Encoding", "chunked"), ("Content-Length", "-1"), ("Range", "bytes=0-1"), ("Cookie", "a=b"),
)  # fmt: skip
QUERY_VALUES: Final = (
    "", "x", "0", "-1", "1.5", "999999999999999999999999", "%00", "%", "%zz", "%ff", "%C3%A9", "a%20b",
    "\u00e9", "\ud800",
    "true", "null", "[]", "2026-02-30", "20260519", "0001-01-01", "9999-12-31", "2026-W01-1", "1e3",
    "%D9%A3", "NaN",
    "x" * 600, "'%20OR%201=1--", "%25", "_", "a&b", "a=b", "+", "inv_" + "0" * 32, "%EF%BB%BF", "1,2,3",
    "CASH,,BANK", "%2C",
)  # fmt: skip

SCRAPS: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 0.5, 10**15, 10**16, 10**18, 10**39, -(10**15), 0.01, 0.001, 1e-6,
    99999999999999.99, 1e-15,
    "", " ", "x", "0", "1", "-1", "1.005", "1e3", "NaN", "%", "10%", "100%", "101%", "0.000001%", "9" * 41,
    "\u0663",
    "2026-05-19", "2026-05-19T00:00:00", "1970-01-01", "2199-12-31", "2199-12-31T23:59:59Z", "2026-02-29",
    "1969-12-31",
    "IN-KA", "IN-MH", "OVERSEAS", "96", "INR", "USD", "usd", "XXX", "INCOMING", "OUTGOING", "REFUND",
    "ADVANCE", "BOTH",
    "VENDOR", "CUSTOMER", "DRAFT", "SENT", "ARCHIVED", "INVENTORY", "SERVICE", "29ABCDE1234F1Z5", "194C",
    "\ud83d\ude00", "e\u0301" * 40, "\u0000", "\ud800", "\u202e", "a\nb", "a\tb", "\u0130", "\ufb01" * 100,
    "x" * 201,
    "x" * 2001, "'; DROP TABLE invoices; --", "__class__", "{0}", "%s", "../../etc/passwd", "<script>",
)  # fmt: skip
"""Values that some field takes, and others do not."""
