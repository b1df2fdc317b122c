"""The journal for other tools: every entry in the order of its date, while others go on writing.

The head of the journal is fixed first. Entries up to it are then read a page at a time, each page in a
short view of its own, so that no more than a page is ever held, and a database keeps no view open for
as long as a reader takes. Entries never change, and those that come later are beyond the head.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from finzcore.books.books import Books
from finzcore.books.journal import ENTRIES, POSTINGS
from finzcore.books.registry import table_of
from finzcore.books.sources import numbers_of, shown_id
from finzcore.ids import wire
from finzcore.ledger.account import Account
from finzcore.ports import Condition, Row

_PAGE: Final = 200
_BEFORE_ALL: Final = ""

Look = Callable[[Callable[[Books], Any]], Any]
"""Runs a function of the books in a view of its own, as `Engine.look` does for an organisation."""


class Party(NamedTuple):
    """A contact as an export names it: name, and id on the wire."""

    name: str
    id: str


class ToldPosting(NamedTuple):
    """A posting: the number of its account, and its amount in paise, debit positive."""

    account: int
    amount: int
    rule: str
    description: str | None = None
    contact: Party | None = None


class ToldEntry(NamedTuple):
    """A journal entry with all that an export says of it.

    `document` is the number of the document that it was made from, `document_id` its id on the wire; for
    an entry that reverses another, the number of that one is in `reverses`, and the document is its.
    """

    seq: int
    number: str
    date: str
    source: str
    branch: str
    postings: tuple[ToldPosting, ...]
    memo: str | None = None
    reference: str | None = None
    document: str | None = None
    document_id: str | None = None
    contact: Party | None = None
    reverses: str | None = None


class Journal(NamedTuple):
    """The journal of an organisation up to its head: the entry `head` is the last one.

    `first_day` is the day of the earliest entry, None where there is none. `entries` begins a new
    reading at each call, and `sums` asks what was posted to each account, in paise, debit positive.
    """

    name: str
    head: int
    accounts: tuple[Account, ...]
    first_day: str | None
    entries: Callable[[], Iterator[ToldEntry]]
    sums: Callable[[], dict[int, int]]


def journal(look: Look) -> Journal:
    """The journal as it is now; every entry that there is, also those that were deleted or voided, each
    with the one that took it back."""

    def begin(books: Books) -> tuple[str, int, tuple[Account, ...], str | None]:
        masters, head = books.masters, books.head["entry_seq"]
        return masters.org["name"], head, masters.chart.accounts, _next_day(books, _BEFORE_ALL)

    name, head, accounts, first_day = look(begin)
    return Journal(
        name, head, accounts, first_day, lambda: _entries(look, head), lambda: look(lambda b: _sums(b, head))
    )


def _sums(books: Books, head: int) -> dict[int, int]:
    return {row["account"]: row["net"] for row in books.session.ask("exporting.sums", head=head)}


def _next_day(books: Books, day: str) -> str | None:
    """The next day after one on which something was posted."""
    found: str | None = books.session.ask("exporting.next_day", day=day)[0]["day"]
    return found


class _Place(NamedTuple):
    """Where a reader is: behind the entry `seq` of a day."""

    day: str
    seq: int


def _entries(look: Look, head: int) -> Iterator[ToldEntry]:
    place: _Place | None = _Place(_BEFORE_ALL, head)
    while place is not None:
        behind = place
        page, place = look(lambda books: _page(books, behind, head))  # noqa: B023 - it is called at once
        yield from page


def _page(books: Books, place: _Place, head: int) -> tuple[list[ToldEntry], _Place | None]:
    """The next entries, and where they end; None when they are the last."""
    seqs: list[int] = []
    at: _Place | None = place
    while at is not None and len(seqs) < _PAGE:
        found = [
            row["entry"]
            for row in books.session.ask(
                "exporting.of_day", day=at.day, after=at.seq, head=head, limit=_PAGE - len(seqs)
            )
        ]
        seqs += found
        if found:
            at = _Place(at.day, found[-1])
        else:
            day = _next_day(books, at.day)
            at = None if day is None else _Place(day, 0)
    return _told(books, seqs), at


def _told(books: Books, seqs: Sequence[int]) -> list[ToldEntry]:
    """Entries of these numbers, in this order."""
    if not seqs:
        return []
    session = books.session
    rows = session.many(ENTRIES, seqs)
    found = session.find(POSTINGS, [Condition("entry", "in", tuple(seqs))], ascending=True)
    lines = {seq: list(group) for seq, group in groupby(found, itemgetter("entry"))}
    reversed_ = {row["reversal_of"] for row in rows.values() if row["reversal_of"] is not None}
    originals = session.many(ENTRIES, reversed_) if reversed_ else {}
    made = {seq: originals.get(row["reversal_of"], row) for seq, row in rows.items()}
    numbers = numbers_of(books, [(one["source"], one["source_id"]) for one in made.values()])
    parties = _parties(books, [*rows.values(), *found])
    return [_entry(books, rows[seq], lines[seq], made[seq], numbers, parties) for seq in seqs]


def _parties(books: Books, rows: Sequence[Row]) -> dict[int | None, Party]:
    wanted = {row["contact_id"] for row in rows if row["contact_id"] is not None}
    contacts = books.session.many(table_of("contacts"), wanted) if wanted else {}
    return {key: Party(row["contact_name"], wire("ct_", books.org_id, key)) for key, row in contacts.items()}


def _entry(
    books: Books,
    row: Row,
    lines: Sequence[Row],
    made: Row,
    numbers: dict[tuple[str, int], str],
    parties: dict[int | None, Party],
) -> ToldEntry:
    return ToldEntry(
        seq=row["seq"],
        number=row["number"],
        date=row["date"],
        source=row["source"],
        branch=books.masters.rows["branches"][row["branch_id"]]["code"],
        memo=row["memo"],
        reference=row["reference_number"],
        document=numbers.get((made["source"], made["source_id"])),
        document_id=shown_id(books.org_id, made["source"], made["source_id"]),
        contact=parties.get(row["contact_id"]),
        reverses=None if row["reversal_of"] is None else made["number"],
        postings=tuple(
            ToldPosting(
                account=line["account"],
                amount=line["amount"],
                rule=line["rule"],
                description=line["description"],
                contact=parties.get(line["contact_id"]),
            )
            for line in lines
        ),
    )
