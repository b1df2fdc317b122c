"""GSTR-1: what was supplied in a period, as a report and as the portal's file (`api.md` §5, item 13).

The rules are those of `finzcore.gst.gstr1`; here the documents are read, and go by one after the other: for
the report as rows of `gstr1_rows`, for the file as texts of `finzcore.gst.gstr1_json`.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

from finzcore.books.books import Books
from finzcore.books.papers.lines import LINES
from finzcore.books.reports import gstr1_view
from finzcore.books.reports.known import Known, known, seq_of
from finzcore.books.resource import Download
from finzcore.books.returns.findings import told
from finzcore.books.returns.period import Return, ReturnAsked, return_between, return_of
from finzcore.books.shapes import shape
from finzcore.books.text import json_value
from finzcore.ledger.account import Role
from finzcore.ledger.source import Source
from finzcore.ports import Condition, Row

if TYPE_CHECKING:
    from finzcore.books.returns.serials import Issued
    from finzcore.gst.findings import Finding
    from finzcore.gst.gstr1 import Entry
    from finzcore.gst.gstr1_checks import Checks
    from finzcore.gst.gstr1_json import Line
    from finzcore.gst.gstr1_tables import Gstr1
    from finzcore.gst.hsn_summary import Row as HsnRow
    from finzcore.gst.hsn_summary import Sum

Told = TypeVar("Told")

VIEW: Final = gstr1_view.VIEW


@shape
class Query(ReturnAsked):
    """Over which days; as a report, or as the portal's own file."""


def draw(books: Books, query: Query) -> Row | Download:
    """What was supplied, table by table, net of notes where the return is; the documents issued; what is
    amended of filed returns; and what somebody should look at before it is filed. `totals` are the tax that
    we charged and the values it is of, and apart from them the value of untaxed supplies and the tax that
    recipients owe under reverse charge."""
    from finzcore.books.reports.gstr1_rows import tables
    from finzcore.gst.gstr1_json import filename

    asked, at = return_of(books, query), known(books, query)
    if query.format is not None:
        made, numbers, _ = _as_file(books, asked, at)
        name = filename(asked.gstin, dt.date.fromisoformat(books.today))
        return Download(name, "application/json", _text(books, made, numbers).encode())
    shown, numbers, checks = _as_rows(books, asked, at, explained=bool(query.explain))
    size = _size(books, asked, at, shown)
    found = _findings(books, asked, shown, checks, numbers, at, size)
    return {
        "gstin": asked.gstin,
        "period": asked.period,
        "from_date": asked.since,
        "to_date": asked.through,
        "branch_id": query.branch_id,
        **tables(shown, *_hsn(books, shown), numbers.ranges),
        "findings": told(books, found),
    }


def portal(
    books: Books, since: str, through: str, branch_id: int | None, at: Known | None
) -> "tuple[dict[str, Any], list[Finding]]":
    """The file of the portal, key by key in its order, and the findings."""
    from finzcore.gst.gstr1_json import size_of

    asked = return_between(books, since, through, branch_id)
    made, numbers, checks = _as_file(books, asked, at, checked=True)
    text = _text(books, made, numbers)
    said: dict[str, Any] = json_value(text)
    return said, _findings(books, asked, made, checks, numbers, at, size_of(text))


def _as_file(
    books: Books, asked: Return, at: Known | None, *, checked: bool = False
) -> "tuple[Gstr1[Line], Issued, Checks]":
    from finzcore.gst.gstr1_json import tell

    return _gathered(books, asked, at, tell, checked=checked)


def _as_rows(
    books: Books, asked: Return, at: Known | None, *, explained: bool
) -> "tuple[Gstr1[Row], Issued, Checks]":
    from finzcore.books.reports.gstr1_rows import row_of

    return _gathered(books, asked, at, partial(row_of, explained=explained), keep=explained)


def _gathered(
    books: Books,
    asked: Return,
    at: Known | None,
    tell: "Callable[[Entry], Told]",
    *,
    keep: bool = False,
    checked: bool = True,
) -> "tuple[Gstr1[Told], Issued, Checks]":
    """The tables out of every document of the GSTIN, and out of those of filed periods that came late; the
    numbers of these; and what was found on the way."""
    from finzcore.books.returns.amended import amendments_of
    from finzcore.books.returns.outward import each
    from finzcore.books.returns.serials import issued
    from finzcore.gst.gstr1_checks import Checks
    from finzcore.gst.gstr1_tables import About, Gstr1

    amendments = amendments_of(books, asked, at)
    made = Gstr1(
        About(gstin=asked.gstin, since=asked.since, through=asked.through), tell, amendments, keep=keep
    )
    checks = Checks(asked.gstin)
    for document in chain(each(books, asked.wanted(at)), amendments.late):
        made.add(document)
        if checked:
            checks.look(document)
    return made, issued(books, asked, made.numbers, at), checks


def _text(books: Books, made: "Gstr1[Line]", numbers: "Issued") -> str:
    from finzcore.gst.gstr1_json import payload

    return payload(made, *_hsn(books, made), numbers.ranges)


def _size(books: Books, asked: Return, at: Known | None, shown: "Gstr1[Row]") -> int:
    """How large the file is; of a return that is far from the limit, what it cannot be above."""
    from finzcore.gst.gstr1_json import LARGEST_FILE, at_most, size_of

    rows = [row for told in shown.told.values() for row in told]
    least = at_most(len(rows), sum(len(row["items"]) for row in rows), len(shown.hsn.rows))
    if least <= LARGEST_FILE:
        return least
    made, numbers, _ = _as_file(books, asked, at)
    return size_of(_text(books, made, numbers))


def _hsn(books: Books, made: "Gstr1[Any]") -> "tuple[dict[HsnRow, Sum], dict[HsnRow, str]]":
    """Table 12, and what the first line of each of its rows calls it."""
    from finzcore.gst.hsn_summary import described

    rows = made.hsn.rows
    keys = sorted({one.first.document_id for one in rows.values()})
    names: dict[tuple[int, int, int], str] = {}
    for start in range(0, len(keys), 100):
        where = [Condition("document_id", "in", tuple(keys[start : start + 100]))]
        for line in books.session.find(LINES, where, ascending=True):
            names[line["document_id"], line["version"], line["line_no"]] = line["name"]
    return rows, {row: described(names.get(one.first)) for row, one in rows.items()}


def _findings(
    books: Books,
    asked: Return,
    made: "Gstr1[Any]",
    checks: "Checks",
    numbers: "Issued",
    at: Known | None,
    size: int,
) -> "list[Finding]":
    """Of the return, of its documents, of what it says about filed ones, of what it leaves out."""
    from finzcore.gst.gstr1_checks import named, of_amendments, of_tables, too_large

    drafts = [named("number.draft", one.source, one.key, one.number) for one in numbers.drafts]
    return [
        *of_tables(made),
        *too_large(made.about, size),
        *checks.found,
        *of_amendments(made.amendments),
        *drafts,
        *_advances(books, asked, at),
    ]


def _advances(books: Books, asked: Return, at: Known | None) -> "list[Finding]":
    """The receipts of the period that were kept as advances: these books tax none."""
    from finzcore.books.sources import numbers_of
    from finzcore.gst.gstr1_checks import named
    from finzcore.money import grouped

    rows = books.session.ask(
        "gstr1.advances",
        account=books.masters.account(Role.CUSTOMER_ADVANCE),
        since=asked.since,
        through=asked.through,
        known=seq_of(at),
        gstin=asked.gstin or "",
    )
    payment = Source.PAYMENT.value
    numbers = numbers_of(books, [(payment, row["source_id"]) for row in rows])
    return [
        named(
            "advances.kept", Source.PAYMENT, row["source_id"], numbers.get((payment, row["source_id"]), ""),
            grouped(row["amount"]),
        )
        for row in rows
    ]  # fmt: skip
