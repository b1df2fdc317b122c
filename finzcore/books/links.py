"""Links that open one file for a short time, signed by the organisation (`reliability.md` §20).

A link says whose file it is, which one, and until when; whoever has it needs nothing else. It is made
anew each time that somebody asks for the file.
"""

import base64
import binascii
import datetime as dt
import hmac
import struct
from typing import Final, NamedTuple

from finzcore.ids import LARGEST

PATH: Final = "/files/"
"""What stands before a link in its path, at the root of the host."""

LIVES: Final = dt.timedelta(minutes=15)

_TAG: Final = b"finzcore/file/v1\x00"
_SAID: Final = struct.Struct(">QQQ")
_SEAL: Final = 16


class Link(NamedTuple):
    """What a link says, and what vouches for it."""

    org_id: int
    key: int
    expires: int
    seal: bytes

    def is_sound(self, secret: bytes) -> bool:
        """Whether the organisation has made it."""
        return hmac.compare_digest(self.seal, _sealed(secret, self.org_id, self.key, self.expires))

    def is_over(self, now: dt.datetime) -> bool:
        """Whether its time has passed; at its last second it has."""
        return now.timestamp() >= self.expires


def _sealed(secret: bytes, org_id: int, key: int, expires: int) -> bytes:
    return hmac.digest(secret, _TAG + _SAID.pack(org_id, key, expires), "sha256")[:_SEAL]


def written(secret: bytes, org_id: int, key: int, now: dt.datetime) -> str:
    """A link to a file, for the next fifteen minutes.

    >>> now = dt.datetime(2026, 5, 19, 5, tzinfo=dt.UTC)
    >>> link = read(written(b"secret", 7, 42, now))
    >>> link.key, link.is_sound(b"secret"), link.is_sound(b"another"), link.is_over(now + LIVES)
    (42, True, False, True)
    """
    expires = int((now + LIVES).timestamp())
    said = _SAID.pack(org_id, key, expires) + _sealed(secret, org_id, key, expires)
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def read(text: str) -> Link | None:
    """What a link says; None for text that is none.

    >>> read("not a link") is None
    True
    """
    try:
        said = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(said) != _SAID.size + _SEAL:
        return None
    org_id, key, expires = _SAID.unpack_from(said)
    if max(org_id, key) > LARGEST:
        return None
    return Link(org_id, key, expires, said[_SAID.size :])
