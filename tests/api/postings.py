"""Entries posted straight into the journal, for tests of what reads it."""

import datetime as dt
from typing import Any

import finzcore
from finzcore.books import journal
from finzcore.books.books import Actor, Books
from finzcore.books.registry import resource
from finzcore.ids import unwire
from finzcore.ledger.account import Role
from finzcore.ledger.entry import JournalEntry, Posting
from finzcore.ledger.source import Source
from finzcore.money import Paise
from finzcore.testing import Call

Line = tuple[Role, int] | tuple[Role, int, str]


def post(
    engine: finzcore.Engine,
    org: finzcore.Org,
    date: str,
    *lines: Line,
    source: Source = Source.MANUAL,
    source_id: int | None = None,
    contact: int | None = None,
    branch: int | None = None,
    reference: str | None = None,
    tags: str | None = None,
) -> int:
    """Post an entry; receivables, payables and advances bear the contact."""
    ours = {Role.AR, Role.AP, Role.CUSTOMER_ADVANCE}

    def work(books: Books) -> int:
        at = branch or books.masters.default_branch["id"]
        postings = tuple(
            Posting(
                books.masters.account(role),
                Paise(amount),
                rule[0] if rule else "manual.line",
                at,
                contact if role in ours else None,
                tags=tags,
            )
            for role, amount, *rule in lines
        )
        entry = JournalEntry(
            date=dt.date.fromisoformat(date),
            source=source,
            source_id=source_id,
            branch_id=at,
            contact_id=contact,
            reference_number=reference,
            memo=f"On {date}",
            postings=postings,
        )
        return journal.post(books, entry)

    seq: int = engine.work(org._key, Actor(), work)
    return seq


def take_back(engine: finzcore.Engine, org: finzcore.Org, seq: int, cause: str = "VOID") -> int:
    """Post the mirror of an entry."""
    mirror: int = engine.work(org._key, Actor(), lambda books: journal.reverse(books, seq, cause=cause))
    return mirror


def key_of(org: finzcore.Org, contact: dict[str, Any]) -> int:
    """The key of a contact."""
    key = unwire("ct_", org._key, contact["contact_id"])
    assert key is not None
    return key


def branches(engine: finzcore.Engine, org: finzcore.Org) -> tuple[int, int]:
    """The default branch and a second one, as keys."""

    def add(books: Books) -> tuple[int, int]:
        first = books.masters.default_branch
        second = first | {"id": books.new_id(), "code": "MUM", "name": "Mumbai", "is_default": 0}
        second |= {"invoice_prefix": "MI-", "bill_prefix": "MB-"}
        table = resource("branches").table
        assert table is not None
        books.session.insert(table, [second])
        books.settings_changed()
        return first["id"], second["id"]

    made: tuple[int, int] = engine.work(org._key, Actor(), add)
    return made


def statements_of(call: Call, path: str) -> int:
    """How many statements a request runs when nothing is read for the first time."""
    call.ok("GET", path)
    ran: list[str] = []
    call.engine.store.trace(ran.append)  # type: ignore[attr-defined]
    try:
        call.ok("GET", path)
    finally:
        call.engine.store.trace(None)  # type: ignore[attr-defined]
    return len(ran)
