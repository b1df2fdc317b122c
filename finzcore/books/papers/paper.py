"""How a document reaches the books: its number, its entry, and what that puts on its contact's account
(`api.md` §4.2, §4.5, §4.6)."""

import datetime as dt

from finzcore.books import numbers
from finzcore.books.books import Books
from finzcore.books.journal import look_ahead, post
from finzcore.books.papers.kind import PaperKind
from finzcore.documents.posted import entry_for
from finzcore.documents.totals import Totals
from finzcore.fiscal import financial_year
from finzcore.ledger.series import DocumentKind, check_override
from finzcore.ports import Row


def put_in_books(books: Books, kind: PaperKind, row: Row, totals: Totals) -> Row:
    """Post a document: its entry, and what that put on receivables or payables."""
    paper = kind.meaning(row)
    toward = "to" if kind.sells(row) else "from"
    entry = entry_for(
        paper,
        totals,
        date=dt.date.fromisoformat(row["date"]),
        source_id=row["id"],
        chart=books.masters.chart,
        branch_id=row["branch_id"],
        contact_id=row[kind.contact],
        exchange_rate=row["exchange_rate"],
        memo=f"{kind.label.capitalize()} {row['number']} {toward} {row[f'{kind.who}_name']}",
        reference_number=row["reference_number"],
    )
    if entry is None:
        books.check_open(row["date"])
        return {"entry": None, "booked": 0}
    booked = sum([posting.amount for posting in entry.postings if posting.rule == paper.owed_rule])
    return {"entry": post(books, entry), "booked": abs(booked)}


def number_for(books: Books, kind: PaperKind, row: Row, given: str | None, document_id: int) -> str:
    """The number of a new document: the one its maker chose, or the next of its series."""
    branch = books.masters.rows["branches"][row["branch_id"]]
    year = financial_year(dt.date.fromisoformat(row["date"]))
    numbered, field = DocumentKind(kind.noun.upper()), kind.number_field
    if given is not None:
        check_override(given, strict=numbered.is_statutory, field=field)
        numbers.keep(
            books, numbered, given, year=year.long, branch=branch, document_id=document_id, field=field
        )
        return given
    series = numbers.series_of(books, numbered, branch, year, row["series"])
    look_ahead(books, branch, year)
    return numbers.give(books, series, branch=branch, document_id=document_id)


def search_text(kind: PaperKind, number: str, row: Row) -> str:
    """What a search looks through."""
    return f"{number} {row[f'{kind.who}_name']}".casefold()
