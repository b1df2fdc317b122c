"""What the next GSTR-1 says about those that were filed: amendments, and documents that came late.

A filed return keeps what its documents said (`kept`), and what it said itself about earlier ones. Only days
are looked at on which something changed since (`earlier`).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import attrs

from finzcore.books.books import Books
from finzcore.books.registry import table_of
from finzcore.books.reports.known import Known
from finzcore.books.returns.earlier import Earlier, earlier, kept
from finzcore.books.returns.filing import GSTR1
from finzcore.books.returns.kept import AMENDED, GONE, LATE, said, sold_from, told
from finzcore.books.returns.papers import Wanted
from finzcore.books.returns.period import Return
from finzcore.books.returns.serials import TABLES
from finzcore.ledger.source import Source
from finzcore.ports import Row

if TYPE_CHECKING:
    from finzcore.gst.amendments import Key, Told
    from finzcore.gst.gstr1 import Amended, Amendments
    from finzcore.gst.outward import Document


def amendments_of(books: Books, asked: Return, at: Known | None) -> "Amendments":
    """What the return says about those filed before it, if it is the next one."""
    from finzcore.gst.amendments import amendments, rows_of
    from finzcore.gst.gstr1 import NO_AMENDMENTS

    before = earlier(books, asked, GSTR1, at)
    if before is None:
        return NO_AMENDMENTS
    filed = kept(books, asked, before.filed)
    contents = [row["content"] for row in filed]
    now = _now(books, asked, before)
    made = amendments(_told(filed, before), now, lambda period: rows_of(period, contents))
    return attrs.evolve(made, documents=tuple(_named(books, made.documents)))


def _named(books: Books, amended: "Sequence[Amended]") -> "Iterator[Amended]":
    """The same with the names of customers: a filed return keeps none, and what is gone has only that."""
    by_table: dict[str, dict[int, Row]] = {}
    for source, table in TABLES.items():
        keys = {entry.document.key for entry, _ in amended if _is_nameless(entry.document, source)}
        by_table[source] = books.session.many(table_of(table), keys) if keys else {}
    for one in amended:
        document = one.entry.document
        if (row := by_table[document.source].get(document.key)) is None:
            yield one
        else:
            named = attrs.evolve(document, name=row["customer_name"])
            yield one._replace(entry=one.entry._replace(document=named))


def _is_nameless(document: "Document", source: Source) -> bool:
    return document.source is source and not document.name


def _told(filed: list[Row], before: Earlier) -> "dict[Key, Told]":
    from finzcore.gst.amendments import Told

    rows = ((row["period"], row["documents"]) for row in filed)
    every = told(rows, lambda row: before.touches(row["date"]), sold_from)
    return {key: Told(*one) for key, one in every.items()}


def _now(books: Books, asked: Return, before: Earlier) -> "dict[Key, Document]":
    from finzcore.books.returns.outward import outward

    return {
        (document.source, document.key): document
        for days in before.changed
        for document in outward(books, Wanted(days.since, days.through, asked.gstin, at=before.at))
    }


def besides(books: Books, asked: Return, at: Known) -> list[Row]:
    """What a return that is filed now says about documents of earlier ones, to be kept with it."""
    made = amendments_of(books, asked, at)
    after = {(one.source, one.key) for one, sign in made.difference if sign > 0}
    rows = [
        said(GONE, one) for one, sign in made.difference if sign < 0 and (one.source, one.key) not in after
    ]
    rows += [said(AMENDED, one) for one, sign in made.difference if sign > 0]
    return rows + [said(LATE, one) for one in made.late]
