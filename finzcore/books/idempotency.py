"""The record of an Idempotency-Key, written in the unit of work it belongs to (`reliability.md` §3)."""

import datetime as dt
import hashlib
from typing import Final

import attrs

from finzcore.books.books import Books, instant
from finzcore.errors import KeyReused
from finzcore.ports import Row, Table, blob, integer, moment, text

KEPT_FOR: Final = dt.timedelta(hours=24)

KEYS: Final = Table(
    name="keys",
    columns=(
        blob("id", length=32),
        blob("fingerprint", length=32),
        integer("status"),
        text("body"),
        moment("created_at"),
    ),
)
"""Answers by the digest of (principal, method, path, key); the organisation is in front of it."""


TABLES: Final = (KEYS,)


@attrs.frozen
class Key:
    """A key as one request sends it: where it is looked up, and what it was sent with."""

    digest: bytes
    fingerprint: bytes


def digest(principal: str, method: str, path: str, key: str) -> bytes:
    """Where the answer to a key is kept; one principal's keys never meet another's."""
    return hashlib.sha256("\x00".join((principal, method, path, key)).encode()).digest()


def stored(books: Books, key: Key) -> Row | None:
    """The answer that this key has already had; KeyReused when it was for another request."""
    row = books.session.get(KEYS, key.digest)
    if row is None:
        return None
    if row["created_at"] <= instant(books.now - KEPT_FOR):
        books.session.tell("idempotency.forget", {"id": key.digest})
        return None
    if row["fingerprint"] != key.fingerprint:
        raise KeyReused(field="Idempotency-Key")
    return row


def remember(books: Books, key: Key, status: int, body: str) -> None:
    """Keep an answer under its key."""
    books.session.insert(
        KEYS,
        [
            {
                "id": key.digest,
                "fingerprint": key.fingerprint,
                "status": status,
                "body": body,
                "created_at": books.time,
            }
        ],
    )
