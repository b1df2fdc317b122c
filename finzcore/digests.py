"""The one digest of the books: SHA-256.

`hashlib` brings OpenSSL along, which takes longer to load than existing books take to open; a process
that only reads them never needs it.
"""

from collections.abc import Callable
from functools import cache


@cache
def _digester() -> Callable[[bytes], bytes]:
    from hashlib import sha256

    return lambda said: sha256(said).digest()


def sha256(said: bytes) -> bytes:
    """The 32 bytes of a digest.

    >>> sha256(b"").hex()[:16]
    'e3b0c44298fc1c14'
    """
    return _digester()(said)
