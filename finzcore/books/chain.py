"""How entries and events are chained: the bytes of a row, and their digest after the row before.

What is said in which order is theirs (`journal`, `history`); `docs/chain.md` says how anybody can
compute it again.
"""

from collections.abc import Iterable
from typing import Any, Final

GENESIS: Final = bytes(32)
"""What the first entry and the first event of an organisation follow."""


def canonical(fields: Iterable[Any]) -> bytes:
    """Fields as length-prefixed bytes: integers as decimal text, text as UTF-8, nothing as ``-``.

    >>> canonical([7, "Asha", None])
    b'1:7,4:Asha,-,'
    """
    shown = [field if field is None or type(field) is str else str(field) for field in fields]
    text = "".join(["-," if one is None else f"{len(one)}:{one}," for one in shown])
    if not text.isascii():  # lengths are those of the bytes; in plain text there is no difference
        text = "".join(["-," if one is None else f"{len(one.encode())}:{one}," for one in shown])
    return text.encode()
