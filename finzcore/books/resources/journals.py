"""Journals: the entries of the journal, each with its lines (`api.md` §4.13)."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.journal import ENTRIES, POSTINGS
from finzcore.books.pages import Listing, between, draw, equal
from finzcore.books.papers.lines import TagsOut
from finzcore.books.references import Stray
from finzcore.books.resource import Page, Resource, browse, fetch
from finzcore.books.shapes import choice, day, mention, shape
from finzcore.books.sources import shown_id
from finzcore.ledger.source import Source
from finzcore.ports import Condition, Row

FEW: Final = 1000
"""So many postings are looked up for one page of a list; of more, the list itself is full."""

LINE: Final = views.View(
    views.ident("line_id", "jl_"),
    views.ident("account_id", "acc_", "account"),
    views.text("account_name"),
    views.amount("debit"),
    views.amount("credit"),
    views.text("description").maybe(),
    views.ident("contact_id", "ct_").maybe(),
    views.out("tags", TagsOut()),
    views.text("rule"),
)

VIEW: Final = views.View(
    views.ident("journal_id", "je_", "seq"),
    views.text("journal_number", "number"),
    views.day("date"),
    views.text("memo").maybe(),
    views.text("reference_number").maybe(),
    views.ident("contact_id", "ct_").maybe(),
    views.text("source"),
    views.text("source_id", "made_from").maybe(),
    views.ident("reversal_of", "je_").maybe(),
    views.out("lines", views.Each(LINE)),
    views.amount("total"),
    views.moment("created_time", "recorded_at"),
    views.moment("last_modified_time", "recorded_at"),
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


def with_lines(books: Books, entries: list[Row]) -> list[Row]:
    """Entries as they are shown: their lines, their total, and the document each was made from."""
    if not entries:
        return []
    accounts = books.masters.rows["accounts"]
    lines: dict[int, list[Row]] = {entry["seq"]: [] for entry in entries}
    ours = Condition("entry", "in", tuple(lines))
    for row in books.session.find(POSTINGS, [ours], ascending=True):
        lines[row["entry"]].append(_line(row, accounts))
    reversed_by_us = [entry["reversal_of"] for entry in entries if entry["reversal_of"] is not None]
    originals = books.session.many(ENTRIES, reversed_by_us) if reversed_by_us else {}
    shown = []
    for entry in entries:
        made = originals.get(entry["reversal_of"], entry)
        shown.append(
            entry
            | {
                "lines": lines[entry["seq"]],
                "total": sum(line["debit"] for line in lines[entry["seq"]]),
                "made_from": shown_id(books.org_id, made["source"], made["source_id"]),
            }
        )
    return shown


def _line(row: Row, accounts: dict[int, Row]) -> Row:
    amount = row["amount"]
    return row | {
        # A line is found inside its entry; ten bits hold its place there (`storage.md` §3).
        "line_id": row["entry"] << 10 | row["line"],
        "account_name": accounts[row["account"]]["name"],
        "debit": max(amount, 0),
        "credit": max(-amount, 0),
        "tags": row["tags"] or "[]",
    }


RESOURCE: Final = Resource(
    name="journals",
    noun="journal",
    prefix="je_",
    view=VIEW,
    load=load,
    operations=(browse(listing, JournalList), fetch()),
)
