"""JSON in, strictly and exactly (`reliability.md` §6).

Whole numbers come in as `int` however they are spelled (5, 5.0, 5e0), others as `Decimal`, never as
float. A number too long or too large to be anything becomes an `OddNumber`, which its field refuses.
The costly checks run only on bodies that could fail them.
"""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final, NoReturn

from finzcore.books.text import OddNumber
from finzcore.digests import sha256
from finzcore.errors import TooLarge, Unreadable, UnsupportedMedia

BODY_LIMIT: Final = 1024 * 1024
"""Bytes of an ordinary body."""

_DEEPEST: Final = 32
_MOST_VALUES: Final = 20_000
_LONGEST_TEXT: Final = 64 * 1024
_LONGEST_NUMBER: Final = 40
_LARGEST_EXPONENT: Final = 15

# Possessive, and content with an unclosed string, so that no body makes it slow.
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_EXPONENT: Final = re.compile("[^eE]+[eE][+-]?([0-9]{1,2})", re.ASCII)
_MEDIA: Final = re.compile(r'([a-z0-9.+/-]+)(?: *; *charset="?([a-z0-9-]+)"?)? *', re.ASCII | re.IGNORECASE)

_BRACKETS_ALIKE: Final = bytes.maketrans(b"{}", b"[]")
_BLANKS: Final = b" \t\r\n"
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")


def _whole(literal: str) -> int | OddNumber:
    return int(literal) if len(literal) <= _LONGEST_NUMBER else OddNumber(literal)


def _fraction(literal: str) -> int | Decimal | OddNumber:
    if len(literal) > _LONGEST_NUMBER:
        return OddNumber(literal)
    if "e" in literal or "E" in literal:
        exponent = _EXPONENT.fullmatch(literal)
        if exponent is None or int(exponent[1]) > _LARGEST_EXPONENT:
            return OddNumber(literal)
    number = Decimal(literal)
    whole = int(number)
    return whole if whole == number else number


def _no_number(literal: str) -> NoReturn:
    raise Unreadable(f"{literal} is not a number in JSON.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Unreadable("A name occurs twice in one object.")
    return members


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_no_number
)


def read_json(body: bytes, limit: int = BODY_LIMIT) -> dict[str, Any]:
    """A body as an object, its numbers exact.

    Raises `TooLarge` above `limit` bytes, and `Unreadable` for whatever is no JSON object in UTF-8
    or breaks a limit: depth 32, 20,000 values, strings of 64 KiB, a name twice, a byte-order mark,
    NaN, the infinities, a lone surrogate, U+0000.

    >>> read_json(b'{"rate": 12000.00, "quantity": 1.5}')
    {'rate': 12000, 'quantity': Decimal('1.5')}
    """
    if len(body) > limit:
        raise TooLarge(details={"limit": limit})
    openings = body.count(b"[") + body.count(b"{")
    if openings > _DEEPEST or openings + body.count(b",") >= _MOST_VALUES:
        _check_extent(body)
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unreadable("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise Unreadable("The body is not valid JSON.", details={"position": error.pos}) from None
    if type(value) is not dict:
        raise Unreadable("The body is not a JSON object.")
    if len(body) > _LONGEST_TEXT or b"\\u" in body:
        check_texts(value)
    return value


def _check_extent(body: bytes) -> None:
    """Raise `Unreadable` for too many values or too deep a nesting, before the parser meets them."""
    # Each value has at most a name and a text, so at most four quotes that are not escaped.
    if body.count(b'"') - body.count(b'\\"') > 4 * _MOST_VALUES:
        raise Unreadable("The body holds too many values.", details={"limit": _MOST_VALUES})
    outline = _without_strings(body).translate(_BRACKETS_ALIKE, _BLANKS)
    values = 1 + outline.count(b",") + outline.count(b"[") - outline.count(b"[]")
    if values > _MOST_VALUES:
        raise Unreadable("The body holds too many values.", details={"limit": _MOST_VALUES})
    brackets = outline.translate(None, _NOT_BRACKETS)
    for _ in range(_DEEPEST):  # each round takes away the innermost level
        if not brackets:
            return
        brackets = brackets.replace(b"[]", b"")
    if brackets:
        raise Unreadable(
            "The body is nested too deeply, or its brackets do not match.", details={"limit": _DEEPEST}
        )


def _without_strings(body: bytes) -> bytes:
    """The body with a letter for each string, so that a bracket in a text is none."""
    if b"\\" in body:
        return _STRING.sub(b"s", body)
    return b"s".join(body.split(b'"')[::2])


def check_texts(value: Any) -> None:
    """Raise `Unreadable` for a text, a name included, that is too long or cannot be stored."""
    if type(value) is str:
        if "\0" in value:
            raise Unreadable("A text holds U+0000.")
        try:
            size = len(value) if value.isascii() else len(value.encode("utf-8"))
        except UnicodeEncodeError:
            raise Unreadable("A text holds a lone surrogate.") from None
        if size > _LONGEST_TEXT:
            raise Unreadable("A text is too long.", details={"limit": _LONGEST_TEXT})
    elif type(value) is dict:
        for name, member in value.items():
            check_texts(name)
            check_texts(member)
    elif type(value) is list:
        for member in value:
            check_texts(member)


def check_media(content_type: str | None, content_encoding: str | None, wanted: str) -> None:
    """Raise `UnsupportedMedia` unless the body is of the wanted type, in UTF-8 and not encoded.

    A missing type is accepted, because the body itself will show (`api.md` §1.1).

    >>> check_media("application/json; charset=utf-8", None, "application/json")
    """
    if content_encoding and content_encoding.lower() != "identity":
        raise UnsupportedMedia("The body must not be encoded.", field="Content-Encoding")
    if not content_type or content_type == wanted:
        return
    found = _MEDIA.fullmatch(content_type)
    if found is None or found[1].lower() != wanted or (found[2] or "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMedia(field="Content-Type", details={"supported": wanted})


def _canonical_number(value: object) -> int | dict[str, str]:
    assert isinstance(value, Decimal), f"{type(value).__name__} has no place in a body"
    if value == (whole := int(value)):
        return whole
    # No body can hold this name, so no text and no object looks like a number.
    return {"\0": f"{value:f}".rstrip("0")}


_CANONICAL: Final = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    check_circular=False,
    allow_nan=False,
    default=_canonical_number,
)


def canonical(value: Any) -> bytes:
    """A value that `read_json` gave, in the one spelling all its equals share (`reliability.md` §3).

    Names are sorted, numbers are exact and without trailing zeros, there are no blanks; the number
    1 and the text "1" stay apart.

    >>> canonical(read_json(b'{"b": 1e0, "a": "1"}'))
    b'{"a":"1","b":1}'
    """
    return _CANONICAL.encode(value).encode("ascii")


def fingerprint(method: str, path: str, query: Iterable[tuple[str, str]], body: Any) -> bytes:
    """What an Idempotency-Key remembers of its request: 32 bytes of SHA-256.

    `path` is the canonical one; the order of `query` does not count and neither does the selector
    of the organisation in it; `body` is what `read_json` gave, None without a body.
    """
    asked = sorted(pair for pair in query if pair[0] != "organization_id")
    return sha256(canonical([method, path, asked, body]))
