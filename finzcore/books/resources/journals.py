"""Journals: the entries of the journal, each with its lines, and entries made by hand (`api.md` §4.13)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import history, views
from finzcore.books.books import Books
from finzcore.books.entries import VIEW, with_lines
from finzcore.books.journal import ENTRIES, look_ahead, post, reverse
from finzcore.books.pages import Listing, between, draw, equal
from finzcore.books.papers.lines import MOST_LINES, tags_field, tags_text
from finzcore.books.records import differences
from finzcore.books.references import Stray
from finzcore.books.resource import Page, Resource, browse, create, delete, fetch
from finzcore.books.shapes import Fault, amount, choice, day, many, mention, shape, text
from finzcore.books.sources import numbers_of
from finzcore.documents.voucher import RESIDUE, VoucherLine, voucher_postings
from finzcore.errors import EntryUnbalanced, RuleBroken
from finzcore.fiscal import financial_year
from finzcore.ledger.entry import JournalEntry
from finzcore.ledger.source import Source
from finzcore.ports import Condition, Row

FEW: Final = 1000
"""So many postings are looked up for one page of a list; of more, the list itself is full."""

TOLD: Final = views.View(
    views.ident("id", "je_", "seq"),
    views.text("number"),
    views.ident("contact_id", "ct_"),
    views.amount("total"),
    views.text("status", "shown_status"),
)
"""What a webhook says of an entry made by hand: it is in the books, or was until now."""

_POSTED: Final = {"shown_status": "POSTED"}


@shape
class NewJournalLine:
    """A line of an entry made by hand: a debit or a credit."""

    account_id: int = mention("acc_", "accounts", "Account", required=True)
    debit: int = amount(default=0, least=0)
    credit: int = amount(default=0, least=0)
    description: str | None = text(2000, lines=True)
    contact_id: int | None = mention("ct_", "contacts", "Contact")
    tags: tuple[int, ...] = tags_field()

    def faults(self) -> Iterator[Fault]:
        """An amount on one side, and on one alone."""
        if bool(self.debit) == bool(self.credit):
            message = "A line has either a debit or a credit, of more than nothing."
            yield Fault(RuleBroken.code, "debit", message, because=("credit",))


@shape
class NewJournal:
    """An entry made by hand. `contact_id` is that of every line on receivables, payables or advances that
    names none."""

    date: str = day(required=True)
    memo: str | None = text(2000, lines=True)
    reference_number: str | None = text(100)
    contact_id: int | None = mention("ct_", "contacts", "Contact")
    branch_id: int | None = mention("br_", "branches", "Branch")
    lines: tuple[Any, ...] = many(
        NewJournalLine, least=2, most=MOST_LINES, required=True, also=("line_items",)
    )


@shape
class JournalList(Listing):
    """Which entries are wanted. An account or a contact finds the entries that post to it."""

    date_from: str | None = day()
    date_to: str | None = day()
    source: str | None = choice(*(one.value for one in Source))
    account_id: int | None = mention("acc_", "accounts", "Account")
    contact_id: int | None = mention("ct_", "contacts", "Contact")


_NOT_DELETED: Final = Condition("deleted", "=", 0)
"""An entry that was deleted and the one that took it back are in the journal, but in no list."""


def listing(books: Books, query: JournalList) -> Page:
    """Entries, the last one posted first."""
    named: tuple[object, ...] = (query.account_id, query.contact_id)
    if any(isinstance(key, Stray) for key in named):
        # An id of nobody here finds nothing.
        return Page(rows=[], per_page=query.per_page)
    where = [_NOT_DELETED, *between(query.date_from, query.date_to), *equal(query, "source")]
    if query.account_id is not None:
        where.append(_of(books, "posts_to", "account", query.account_id))
    if query.contact_id is not None:
        where.append(_of(books, "concerns", "contact", query.contact_id))
    page = draw(books, ENTRIES, query, where)
    return Page(rows=with_lines(books, page.rows), next_cursor=page.next_cursor, per_page=page.per_page)


def _of(books: Books, verb: str, what: str, key: int) -> Condition:
    """The entries of an account or a contact, found in the way that suits how many there are."""
    busy = books.session.ask(f"entries.busy_{what}", key=key, few=FEW)
    return Condition(f"{verb}_busy_{what}" if busy else f"{verb}_{what}", "holds", key)


def load(books: Books, key: int) -> Row | None:
    """One entry with its lines."""
    rows = books.session.find(ENTRIES, [Condition("seq", "=", key), _NOT_DELETED])
    return with_lines(books, rows)[0] if rows else None


def entered(row: Row) -> Row:
    """The paisa that was posted to round-off was nobody's: a copy rounds off by itself."""
    return row | {"lines": [line for line in row["lines"] if line["rule"] != RESIDUE]}


def add(books: Books, body: NewJournal) -> Row:
    """Post an entry made by hand. A paisa by which its sides differ is posted to round-off."""
    branch = books.masters.default_branch
    if body.branch_id is not None:
        branch = books.masters.rows["branches"][body.branch_id]
    date = dt.date.fromisoformat(body.date)
    postings = voucher_postings(
        [_given(line) for line in body.lines],
        chart=books.masters.chart,
        branch_id=branch["id"],
        contact_id=body.contact_id,
    )
    entry = JournalEntry(
        date=date,
        source=Source.MANUAL,
        branch_id=branch["id"],
        postings=postings,
        memo=body.memo,
        contact_id=body.contact_id,
        reference_number=body.reference_number,
    )
    look_ahead(books, branch, financial_year(date))
    return _told(books, post(books, entry), "CREATED")


def _given(line: NewJournalLine) -> VoucherLine:
    return VoucherLine(
        account=line.account_id,
        debit=line.debit,
        credit=line.credit,
        contact_id=line.contact_id,
        description=line.description,
        tags=tags_text(line.tags) if line.tags else None,
    )


def _told(books: Books, seq: int, verb: str) -> Row:
    """An entry made by hand as it is shown, once its event is kept."""
    row = load(books, seq)
    assert row is not None, "it is there until it is taken back"
    _tell(books, row, verb)
    return row


def _tell(books: Books, row: Row, verb: str, changes: dict[str, Any] | None = None) -> None:
    word = f"JOURNAL_{verb}"
    said = TOLD.json(row | _POSTED, books.org_id)
    history.record(
        books, "JOURNAL", row["seq"], action=word, event=word, ref=row["number"], changes=changes, data=said
    )


def remove(books: Books, row: Row) -> None:
    """Take back an entry made by hand, by an opposite one of its own date; neither is shown any more.

    Both stay in the journal, and the event keeps what was said, line by line.
    """
    if row["source"] != Source.MANUAL.value:
        raise _of_a_document(books, row)
    reverse(books, row["seq"], cause="DELETE", memo=f"Deletion of {row['number']}")
    said = VIEW.plain(row, books.org_id)
    _tell(books, row, "DELETED", differences(said, dict.fromkeys(said)))


def _of_a_document(books: Books, row: Row) -> RuleBroken:
    """The refusal to delete what a document has posted."""
    made = row
    if row["reversal_of"] is not None:
        made = books.session.many(ENTRIES, [row["reversal_of"]])[row["reversal_of"]]
    source, key = made["source"], made["source_id"]
    number = numbers_of(books, [(source, key)]).get((source, key))
    what = "the opening balance of a contact" if source == Source.OPENING.value else _document(source, number)
    return RuleBroken(
        f"Only an entry made by hand can be deleted; this one comes from {what}: take that back instead.",
        field="source",
        details={"source": source, "source_id": row["made_from"], "number": number},
    )


def _document(source: str, number: str | None) -> str:
    """A document as a sentence names it."""
    return " ".join(filter(None, (source.lower().replace("_", " "), number)))


RESOURCE: Final = Resource(
    name="journals",
    noun="journal",
    prefix="je_",
    view=VIEW,
    load=load,
    entered=entered,
    operations=(
        browse(listing, JournalList),
        fetch(),
        create(add, NewJournal, message="The journal has been posted.", refuses=(EntryUnbalanced,)),
        delete(remove),
    ),
)
