"""Heads: the ends of an organisation's two chains, signed, to keep outside the books.

A chain proves the order and the content of what is there, not that nothing was cut off its end; a
head kept elsewhere does (`reliability.md` §9, `docs/chain.md`).
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from finzcore.books.chain import GENESIS, canonical
from finzcore.books.head import HEADS, ORGS
from finzcore.books.history import EVENTS
from finzcore.books.journal import ENTRIES
from finzcore.books.problem import Problem, problem
from finzcore.errors import NotFound
from finzcore.ids import LARGEST, uuid_text
from finzcore.ports import Row, Session, Store, Table

HEAD_TAG: Final = b"finzcore/head/v1\x00"
_SIGNED: Final = ("org_id", "entry_seq", "entry_hash", "event_seq", "event_hash", "time")
_CHAINS: Final = (("entry", ENTRIES), ("event", EVENTS))


def export_head(store: Store, org_key: int, time: str, sealing_keys: Sequence[bytes] = ()) -> dict[str, Any]:
    """The present ends, as values that JSON can hold; NotFound when there is no such organisation.

    `signature` is made with the organisation's own secret, and there is one of `seals` for each of
    `sealing_keys`, which the books do not hold. `time` is the present instant in UTC.
    """
    with store.read(org_key) as session:
        org, head = session.get(ORGS), session.get(HEADS)
    if org is None or head is None:
        raise NotFound("Organisation not found.", field="org_id")
    told: dict[str, Any] = {
        "org_id": uuid_text(0, org_key),
        "entry_seq": head["entry_seq"],
        "entry_hash": head["entry_hash"].hex(),
        "event_seq": head["event_seq"],
        "event_hash": head["event_hash"].hex(),
        "time": time,
    }
    signature = sealed(told, org["secret"])
    return told | {"signature": signature, "seals": [sealed(told, key) for key in sealing_keys]}


def sealed(head: Mapping[str, Any], key: bytes) -> str:
    """The HMAC-SHA-256 of a head's facts under a key, in hex."""
    facts = canonical([head[name] for name in _SIGNED])
    return hmac.new(key, HEAD_TAG + facts, hashlib.sha256).hexdigest()


def check_anchor(
    session: Session, anchor: Mapping[str, Any], sealing_keys: Sequence[bytes]
) -> Iterator[Problem]:
    """Compare the chains with a head that was exported earlier."""
    org = session.get(ORGS)
    try:
        seals = [seal for seal in anchor.get("seals", ()) if type(seal) is str]
        signed = org is not None and _same(anchor["signature"], sealed(anchor, org["secret"]))
        kept = not sealing_keys or any(_same(s, sealed(anchor, key)) for s in seals for key in sealing_keys)
        ends = [
            (word, table, int(anchor[f"{word}_seq"]), str(anchor[f"{word}_hash"])) for word, table in _CHAINS
        ]
        unlikely = any(not 0 <= seq <= LARGEST for _, _, seq, _ in ends)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        unlikely = True
    if unlikely:
        yield problem(session, "anchor.unreadable", "anchor", "an exported head", "something else")
        return
    if not signed:
        yield problem(session, "anchor.unsigned", "signature", "one made by these books", "another")
    if not kept:
        yield problem(session, "anchor.unsealed", "seals", "one made with a sealing key", "none")
    for word, table, seq, expected in ends:
        yield from _check_end(session, word, table, seq, expected)


def _same(given: str, made: str) -> bool:
    return hmac.compare_digest(given.encode(), made.encode())


def _check_end(session: Session, word: str, table: Table, seq: int, expected: str) -> Iterator[Problem]:
    row: Row | None = {"hash": GENESIS} if seq == 0 else session.get(table, seq)
    if row is None:
        (newest,) = session.find(table, limit=1) or [{"seq": 0}]
        yield problem(session, "anchor.shorter", f"{word} chain", f"{seq} or more", str(newest["seq"]))
    elif row["hash"].hex() != expected:
        yield problem(session, "anchor.differs", f"{word} {seq}", expected, row["hash"].hex())
