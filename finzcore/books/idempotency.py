"""The record of an Idempotency-Key, written in the unit of work it belongs to (`reliability.md` §3)."""

import datetime as dt
import re
from typing import Any, Final, NamedTuple

from finzcore.books.books import Books, instant
from finzcore.digests import sha256
from finzcore.errors import Duplicate, FinzError, KeyReused, NotFound, RequiredField, RuleBroken, Unreadable
from finzcore.ports import Row, Table, blob, integer, moment, text

KEPT_FOR: Final = dt.timedelta(hours=24)

KEPT: Final = frozenset({400, 404, 409, 422})
"""The statuses of refusals that are kept; the others are not an answer to what was asked."""

KEY_FORM: Final = "[A-Za-z0-9:_-]{1,200}"
"""A key, as a regular expression."""

_FORM: Final = re.compile(KEY_FORM, re.ASCII)

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


class Key(NamedTuple):
    """A key as one request sends it: where it is looked up, and what it was sent with."""

    digest: bytes
    fingerprint: bytes


def checked(text_: str) -> str:
    """A key as a client may write it; RuleBroken otherwise.

    >>> checked("order-17:2026")
    'order-17:2026'
    """
    if not _FORM.fullmatch(text_):
        raise RuleBroken("A key is 1 to 200 of A–Z a–z 0–9 - _ :", field="Idempotency-Key")
    return text_


def digest(principal: str, method: str, path: str, key: str) -> bytes:
    """Where the answer to a key is kept; one principal's keys never meet another's."""
    return sha256("\x00".join((principal, method, path, key)).encode())


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


def expire(books: Books) -> int:
    """Let go of answers that are older than a day, at most 500; how many those were."""
    return len(books.session.ask("idempotency.expire", before=instant(books.now - KEPT_FOR)))


def keeps(error: FinzError, status: int) -> bool:
    """Whether a refusal is kept under its key (`reliability.md` §3)."""
    return status in KEPT and not error.code.startswith("idempotency.")


_REFUSALS: Final[dict[str, type[FinzError]]] = {
    kind.code: kind for kind in (Unreadable, RequiredField, RuleBroken, NotFound, Duplicate)
}


def refusal(said: dict[str, Any]) -> FinzError:
    """A refusal that was kept, as an error of the family that its code names."""
    return _REFUSALS[said["code"]](said["message"], field=said.get("field"), details=said.get("details"))


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
