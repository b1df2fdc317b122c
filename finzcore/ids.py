"""How a 63-bit key becomes an id on the wire, and back without a look-up (`storage.md` §3).

Inside, a document is a whole number. Outside, it is 32 hex digits of a valid UUIDv8 that carry the
key and 59 check bits made of the key and its organisation: a mistyped id, or an id of another
organisation, fails to decode and is simply not found. Users, tokens, clients and organisations
belong to organisation 0.
"""

import re
from functools import lru_cache
from typing import Final

LARGEST: Final = 2**63 - 1
"""The largest key."""

_WORD: Final = 2**64 - 1
_HEX: Final = re.compile("[0-9a-f]{32}", re.ASCII)
_UUID: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def splitmix64(value: int) -> int:
    """Mix 64 bits so that each one depends on all: the public-domain finaliser of that name.

    >>> hex(splitmix64(0))
    '0xe220a8397b1dcdaf'
    """
    mixed = (value + 0x9E3779B97F4A7C15) & _WORD
    mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & _WORD
    mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & _WORD
    return mixed ^ mixed >> 31


@lru_cache(maxsize=1024)
def _salt(org: int) -> int:
    return splitmix64(org)


@lru_cache(maxsize=8192)
def wide(org: int, key: int) -> int:
    """The 128 bits that stand for `key` of `org` on the wire: a UUIDv8 (RFC 9562 §5.8).

    Both are from 0 to 2^63 - 1.

    >>> f"{wide(0, 1):032x}"[:13], narrow(0, wide(0, 1)), narrow(7, wide(0, 1))
    ('0000000000008', 1, None)
    """
    assert 0 <= key <= LARGEST, "a key has 63 bits"
    assert 0 <= org <= LARGEST, "an organisation's key has 63 bits"
    return (
        (key >> 15) << 80
        | 8 << 76
        | (key >> 3 & 0xFFF) << 64
        | 2 << 62
        | (key & 7) << 59
        | splitmix64(key ^ _salt(org)) >> 5
    )


def narrow(org: int, number: int) -> int | None:
    """The key that `number` stands for in `org`; None when it stands for none there."""
    key = (number >> 80) << 15 | (number >> 64 & 0xFFF) << 3 | number >> 59 & 7
    if not 0 <= key <= LARGEST:
        return None
    return key if wide(org, key) == number else None


def wire(prefix: str, org: int, key: int) -> str:
    """An id as answers show it; the prefix brings its underscore (`api.md` §1.8).

    >>> unwire("inv_", 5, wire("inv_", 5, 42))
    42
    """
    return f"{prefix}{wide(org, key):032x}"


@lru_cache(maxsize=8192)
def unwire(prefix: str, org: int, text: str) -> int | None:
    """The key behind an id with that prefix; None for a typo, a foreign id or another prefix.

    >>> unwire("inv_", 5, "inv_1"), unwire("bl_", 5, wire("inv_", 5, 42))
    (None, None)
    """
    if not text.startswith(prefix):
        return None
    digits = text[len(prefix) :]
    if not _HEX.fullmatch(digits):
        return None
    return narrow(org, int(digits, 16))


def uuid_text(org: int, key: int) -> str:
    """The same id in the spelling of a UUID, for payments, allocations, organisations and tokens.

    >>> from_uuid(0, uuid_text(0, 42))
    42
    """
    digits = f"{wide(org, key):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def from_uuid(org: int, text: str) -> int | None:
    """The key behind a UUID; None when there is none. Ids are case-sensitive (`api.md` §9.3): in
    capitals it would be a second address of the same thing."""
    if len(text) != 36 or not _UUID.fullmatch(text):
        return None
    return narrow(org, int(text.replace("-", ""), 16))
