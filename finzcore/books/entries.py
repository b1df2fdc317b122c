"""Journal entries as answers show them, each with its lines (`api.md` §4.13)."""

from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.journal import ENTRIES, POSTINGS
from finzcore.books.sources import shown_id
from finzcore.books.tags import TagsOut
from finzcore.ports import Condition, Row

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


def with_lines(books: Books, entries: list[Row], postings: list[Row] | None = None) -> list[Row]:
    """Entries as they are shown: their lines, their total, and the document each was made from.

    `postings` are theirs, where somebody has read them, and others are left aside.
    """
    if not entries:
        return []
    accounts = books.masters.rows["accounts"]
    lines: dict[int, list[Row]] = {entry["seq"]: [] for entry in entries}
    if postings is None:
        ours = Condition("entry", "in", tuple(lines))
        postings = books.session.find(POSTINGS, [ours], ascending=True)
    for row in postings:
        if row["entry"] in lines:
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
                "made_by": made["source"],
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
