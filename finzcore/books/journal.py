"""The journal: the only writer of entries, and of the totals that reports read.

An entry is written with its postings, the month totals they move, and its place in the
organisation's hash chain, all in the caller's unit of work (`reliability.md` §8, §9).
"""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from finzcore.books import numbers
from finzcore.books.books import Books
from finzcore.books.ceiling import check_room
from finzcore.books.chain import canonical
from finzcore.digests import sha256
from finzcore.fiscal import FinancialYear, financial_year
from finzcore.ledger.balance import month_totals
from finzcore.ledger.entry import JournalEntry, Posting, mirrored
from finzcore.ledger.series import FIXED_PREFIXES, DocumentKind, Series
from finzcore.ledger.source import Source
from finzcore.money import Paise
from finzcore.ports import Index, Row, Table, blob, day, integer, moment, paise, ref, text

ENTRIES: Final = Table(
    name="entries",
    key=("seq",),
    append_only=True,
    columns=(
        integer("seq", least=1),
        text("number"),
        day("date"),
        text("source"),
        integer("source_id", null=True),
        text("memo", null=True),
        text("reference_number", null=True),
        ref("contact_id", "contacts", null=True),
        ref("branch_id", "branches"),
        ref("reversal_of", "entries.seq", null=True),
        text("cause"),
        integer("lines", least=2),
        moment("recorded_at"),
        blob("hash", length=32),
    ),
    indexes=(
        Index(name="entries_reversal_uq", columns=("reversal_of",), unique=True, present=("reversal_of",)),
        Index(name="entries_contact", columns=("contact_id", "seq"), present=("contact_id",)),
        Index(name="entries_date", columns=("date", "seq")),
    ),
)
"""One row per journal entry. `cause` is the word for what made it: POST, VOID, EDIT or DELETE."""

POSTINGS: Final = Table(
    name="postings",
    key=("entry", "line"),
    clustered=True,
    append_only=True,
    deferred=("entry",),
    columns=(
        ref("entry", "entries.seq"),
        integer("line", least=1),
        ref("account", "accounts.number"),
        day("day"),
        paise("amount"),
        ref("branch_id", "branches"),
        ref("contact_id", "contacts", null=True),
        text("rule"),
        text("description", null=True),
        text("tags", null=True),
    ),
    indexes=(
        Index(name="postings_account", columns=("account", "day", "entry", "line", "amount", "branch_id")),
        Index(
            name="postings_contact",
            columns=("contact_id", "day", "entry", "line", "account", "amount", "branch_id"),
            present=("contact_id",),
        ),
    ),
)
"""One row per posting, debit positive, never zero, with the day of its entry."""

TOTALS: Final = Table(
    name="totals",
    key=("account", "branch_id", "month"),
    clustered=True,
    columns=(
        ref("account", "accounts.number"),
        ref("branch_id", "branches"),
        text("month"),
        integer("debit", least=0),
        integer("credit", least=0),
    ),
)
"""What was debited and credited to an account in a branch in a month, in paise."""

TABLES: Final = (ENTRIES, POSTINGS, TOTALS)

ENTRY_TAG: Final = b"finzcore/entry/v1\x00"

_HASHED: Final = (
    "seq", "number", "date", "source", "source_id", "memo", "reference_number", "contact_id",
    "branch_id", "reversal_of", "cause", "lines", "recorded_at",
)  # fmt: skip
_HASHED_LINES: Final = (
    "line", "account", "amount", "branch_id", "contact_id", "rule", "description", "tags",
)  # fmt: skip


def entry_hash(previous: bytes, org_id: int, entry: Row, lines: Iterable[Row]) -> bytes:
    """The link of an entry in its organisation's chain (`docs/chain.md`)."""
    fields: list[Any] = [org_id, *[entry[name] for name in _HASHED]]
    for line in lines:
        fields += [line[name] for name in _HASHED_LINES]
    return sha256(ENTRY_TAG + previous + canonical(fields))


@lru_cache(maxsize=256)
def _series(prefix: str, year: FinancialYear) -> Series:
    return Series(kind=DocumentKind.JOURNAL, prefix=prefix, year=year)


def branch_prefix(branch: Row, kind: DocumentKind) -> str:
    """The prefix that a branch puts before the numbers of a kind whose prefix is fixed."""
    fixed = FIXED_PREFIXES[kind]
    return fixed if branch["is_default"] else f"{branch['code']}-{fixed}"


def look_ahead(books: Books, branch: Row, year: FinancialYear) -> None:
    """Have the counter of a branch's journal fetched along with the next thing that is read."""
    numbers.look_ahead(books, _series(branch_prefix(branch, DocumentKind.JOURNAL), year))


def look_ahead_reversal(books: Books, document: Row) -> None:
    """Have what the reversal of a document's entry will read fetched along with the next thing read."""
    if document["entry"] is not None:
        ahead = books.session.ahead
        ahead.get(ENTRIES, document["entry"])
        ahead.ask("journal.lines", entry=document["entry"])
        branch = books.masters.rows["branches"][document["branch_id"]]
        look_ahead(books, branch, financial_year(dt.date.fromisoformat(document["date"])))


def post(books: Books, entry: JournalEntry, *, cause: str = "POST", field: str = "date") -> int:
    """Write an entry and return its `seq`. PeriodLocked, on `field`, when its date is locked."""
    date = entry.date.isoformat()
    books.check_open(date, field)
    branch = books.masters.rows["branches"][entry.branch_id]
    series = _series(branch_prefix(branch, DocumentKind.JOURNAL), financial_year(entry.date))
    seq: int = books.head["entry_seq"] + 1
    lines = [
        {
            "entry": seq,
            "line": number,
            "account": posting.account,
            "day": date,
            "amount": posting.amount,
            "branch_id": posting.branch_id,
            "contact_id": posting.contact_id,
            "rule": posting.rule,
            "description": posting.description,
            "tags": posting.tags,
        }
        for number, posting in enumerate(entry.postings, 1)
    ]
    row: Row = {
        "seq": seq,
        "number": series.number(numbers.next_serial(books, series)),
        "date": date,
        "source": entry.source.value,
        "source_id": entry.source_id,
        "memo": entry.memo,
        "reference_number": entry.reference_number,
        "contact_id": entry.contact_id,
        "branch_id": entry.branch_id,
        "reversal_of": entry.reversal_of,
        "cause": cause,
        "lines": len(lines),
        "recorded_at": books.time,
    }
    row["hash"] = entry_hash(books.head["entry_hash"], books.org_id, row, lines)
    session = books.session
    # The header comes last: a trigger sums the postings under it, and lets no more of them in.
    session.insert(POSTINGS, lines)
    session.insert(ENTRIES, [row])
    moved = month_totals(entry)
    check_room(books, entry.source, moved)
    session.tell("journal.add_total", *(total._asdict() for total in moved))
    books.move(entry_seq=seq, entry_hash=row["hash"])
    return seq


def reverse(books: Books, seq: int, *, cause: str, memo: str | None = None) -> int:
    """Post the mirror of an entry on the entry's own date; PeriodLocked when that is locked."""
    row, lines = entry_of(books, seq)
    entry = JournalEntry(
        date=dt.date.fromisoformat(row["date"]),
        source=Source.REVERSAL,
        source_id=row["source_id"],
        memo=memo or f"Reversal of {row['number']}",
        contact_id=row["contact_id"],
        reference_number=row["reference_number"],
        branch_id=row["branch_id"],
        reversal_of=seq,
        postings=tuple(mirrored(posting_of(line) for line in lines)),
    )
    return post(books, entry, cause=cause)


def posting_of(line: Row) -> Posting:
    """A stored posting as the value the rules know."""
    return Posting(
        line["account"],
        Paise(line["amount"]),
        line["rule"],
        line["branch_id"],
        line["contact_id"],
        line["description"],
        line["tags"],
    )


def entry_of(books: Books, seq: int) -> tuple[Row, list[Row]]:
    """A stored entry with its lines in order."""
    row = books.session.get(ENTRIES, seq)
    assert row is not None, f"there is no entry {seq}"
    return row, books.session.ask("journal.lines", entry=seq)
