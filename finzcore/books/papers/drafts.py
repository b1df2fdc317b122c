"""Documents that are written, and written again: what every kind of them does alike.

blank                 the columns that a new document starts with
check_number_stays    a document keeps its number, and what stands in it
as_body               a kept document as a body would have given it, with what is changed
due_by                when it is due by the terms of its contact
due_again             a due date that goes on following those terms
look_again            what the body of a change does not name again
keep_version          what a posted document said, before it is rewritten
rewritten             write a new version
told                  old and new, in the words of its answers
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

from finzcore.books.books import Books
from finzcore.books.papers.header import as_header
from finzcore.books.papers.kind import PaperKind
from finzcore.books.papers.lines import as_given
from finzcore.books.papers.paper import search_text
from finzcore.books.records import differences
from finzcore.books.registry import table_of
from finzcore.books.shapes import plan_of
from finzcore.books.text import json_text
from finzcore.books.views import View
from finzcore.errors import RuleBroken
from finzcore.fiscal import due_date, financial_year
from finzcore.ports import Row, Table, integer, moment, text

Body = TypeVar("Body")

VERSIONS: Final = Table(
    name="document_versions",
    key=("document_id", "version"),
    append_only=True,
    columns=(
        integer("document_id"),
        integer("version", least=1),
        text("kind"),
        text("row"),
        moment("superseded_at"),
    ),
)
"""The headers that posted documents had before they were edited: `kind` is the table of the document,
`row` its columns as JSON text, `superseded_at` the instant until which it said so."""

TABLES: Final = (VERSIONS,)


def blank(books: Books, kind: PaperKind, key: int, number: str, row: Row) -> Row:
    """What a new document's row has besides what was computed for it."""
    return {
        "id": key,
        "number": number,
        "status": "DRAFT",
        "search": search_text(kind, number, row),
        "booked": 0,
        "entry": None,
        "version": 1,
        "lines_version": 1,
        "approved_at": None,
        "voided_at": None,
        "created_time": books.time,
        "last_modified_time": books.time,
    }


def check_number_stays(row: Row, changes: dict[str, Any], field: str) -> None:
    """RuleBroken when a change would give a document another number, branch or financial year.

    The number, the series and the branch are taken out of `changes`: they stay as they are.
    """
    names = ((field, row["number"]), ("series", row["series"]), ("branch_id", row["branch_id"]))
    for name, kept in names:
        if changes.pop(name, None) not in (None, kept):
            raise RuleBroken("A document keeps its number, and so its series and its branch.", field=name)
    date = dt.date.fromisoformat(changes.get("date") or row["date"])
    if financial_year(date) != financial_year(dt.date.fromisoformat(row["date"])):
        raise RuleBroken("A document keeps its number, and so its financial year.", field="date")


def as_body(shape: type[Body], table: Table, row: Row, lines: Sequence[Row], changes: dict[str, Any]) -> Body:
    """A kept document as a body would have given it, with what is changed.

    Of TDS as an amount and as a rate the one that is given replaces the other, and another currency
    takes its own exchange rate.
    """
    plan = plan_of(shape)
    columns = {column.name for column in table.columns}
    given = as_header(row, [name for name in plan.specs if name in columns])
    for name, other in (("tds_rate", "tds_amount"), ("tds_amount", "tds_rate")):
        if changes.get(name) is not None and other not in changes:
            given[other] = None
    if "currency_code" in changes and changes["currency_code"] != row["currency_code"]:
        given["exchange_rate"] = None
    given["line_items"] = tuple([as_given(line, row) for line in lines])
    replaced = changes if changes.get("line_items") else changes | {"line_items": given["line_items"]}
    body = shape.__new__(shape)
    body.__dict__.update(plan.defaults | given | replaced)
    return body


def due_by(contact: Row, date: str) -> str:
    """When a document of that date is due by its contact's terms."""
    return due_date(dt.date.fromisoformat(date), contact["payment_terms"]).isoformat()


def due_again(books: Books, row: Row, field: str, changes: dict[str, Any]) -> dict[str, Any]:
    """What is changed of a document. A due date that followed from its date and the terms of its contact,
    whom `field` names, goes on following them."""
    if "due_date" in changes or changes.keys().isdisjoint(("date", field)):
        return changes
    look_again(books, "contacts", [row[field]])
    given = dt.date.fromisoformat(row["due_date"]) - dt.date.fromisoformat(row["date"])
    followed = given.days == books.row("contacts", row[field])["payment_terms"]
    return changes | {"due_date": None} if followed else changes


def look_again(books: Books, of: str, keys: Iterable[int | None]) -> None:
    """Find what a change does not name again, such as the invoice that a note is for."""
    wanted = {key for key in keys if key is not None and (of, key) not in books.found}
    if wanted:
        table = table_of(of)
        books.found.update(((of, key), row) for key, row in books.session.many(table, wanted).items())


def keep_version(books: Books, table: Table, row: Row) -> None:
    """Keep the header of a posted document as it is, before an edit rewrites it.

    Its lines stay too, under the `lines_version` that the header names.
    """
    kept = {
        "document_id": row["id"],
        "version": row["version"],
        "kind": table.name,
        "row": json_text({column.name: row[column.name] for column in table.columns}),
        "superseded_at": books.time,
    }
    books.session.insert(VERSIONS, [kept])


def rewritten(books: Books, table: Table, before: Row, after: Row) -> Row:
    """Write the columns that differ, as a new version; the row as it is then."""
    changed = {name: after[name] for name in before if before[name] != after[name]}
    changed |= {"version": before["version"] + 1, "last_modified_time": books.time}
    books.session.change(table, (before["id"],), changed)
    return after | changed


def told(books: Books, view: View, before: Row, after: Row) -> dict[str, dict[str, Any]]:
    """Old and new of every key of the answer that differs, as events keep them."""
    org = books.org_id
    return differences(view.plain(before, org), view.plain(after, org))
