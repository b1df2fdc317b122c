"""Cursors as text: what they say, signed by the organisation (`api.md` §1.6, `reliability.md` §16).

A list is told by its `scope`, a digest of its name and of what it was asked; a cursor of one list
is none of another.
"""

import base64
import binascii
import hmac
import json
from typing import Final

from finzcore.books.books import Books
from finzcore.errors import RuleBroken

VERSION: Final = 1


def _sign(books: Books, created_at: str, key: int | str, scope: str) -> str:
    said = json.dumps([VERSION, created_at, key, scope])
    return hmac.digest(books.masters.org["secret"], said.encode(), "sha256")[:16].hex()


def write(books: Books, created_at: str, key: int | str, scope: str) -> str:
    """The cursor behind a row: it stands before the next page of the list."""
    said = {
        "created_at": created_at,
        "id": key,
        "v": VERSION,
        "q": scope,
        "s": _sign(books, created_at, key, scope),
    }
    return base64.urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).decode().rstrip("=")


def read(books: Books, cursor: str, scope: str) -> int | str:
    """The key that a cursor of this list says; RuleBroken, field ``cursor``, for any other text."""
    refused = RuleBroken("The cursor is not one of ours, or belongs to another list.", field="cursor")
    try:
        said = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        created_at, key, signature = said["created_at"], said["id"], said["s"]
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        raise refused from None
    if not (
        type(created_at) is str
        and isinstance(key, int | str)
        and type(signature) is str
        and signature.isascii()
    ):
        raise refused
    if said.get("v") != VERSION or said.get("q") != scope:
        raise refused
    if not hmac.compare_digest(signature, _sign(books, created_at, key, scope)):
        raise refused
    return key
