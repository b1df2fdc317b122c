"""The returns that were filed before one, and which of their days have changed since (`api.md` §5.3).

What changed of filed returns is told once: by the return that follows the last of them, as long as it is not
filed itself. What it told then stays as it was. A return that is filed later than the one after it tells of
its own days alone, and leaves the rest to the next.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from finzcore.books.books import Books
from finzcore.books.registry import table_of
from finzcore.books.reports.known import Known, seq_of, time_of
from finzcore.books.returns.filing import Days, days_of
from finzcore.books.returns.period import Return
from finzcore.books.text import json_value
from finzcore.ports import Condition, Row


class Earlier(NamedTuple):
    """The filings that a return can tell of, in the order in which they were filed; those of their days on
    which something changed; its own filing, if there is one; and how far it looks at what changed."""

    filed: list[Row]
    changed: list[Days]
    own: Row | None
    at: Known | None

    def touches(self, day: str) -> bool:
        """Whether a day lies in a filed period in which something changed."""
        return any(days.has(day) for days in self.changed)


def earlier(books: Books, asked: Return, return_type: str, at: Known | None) -> Earlier | None:
    """What a return tells of besides its own days; None where that is nothing."""
    if asked.gstin is None:
        return None
    where = [Condition("gstin", "=", asked.gstin), Condition("return_type", "=", return_type)]
    found = [
        row for row in books.session.find(table_of("filings"), where) if row["filed_time"] <= time_of(at)
    ]
    rows = sorted(found, key=_order)
    own = next((row for row in rows if days_of(row["period"]) == (asked.since, asked.through)), None)
    if own is not None:
        rows = rows[: rows.index(own)]
        at = Known(own["known_seq"], own["known_at"])
    if not follows(asked.since, rows):
        return None
    changed = _changed(books, rows, at)
    return Earlier(rows, changed, own, at) if changed else None


def _order(row: Row) -> tuple[int, int]:
    return row["known_seq"], row["id"]


def follows(since: str, filed: Sequence[Row]) -> bool:
    """Whether a return that begins on that day is the next one after all that were filed."""
    last = max((days_of(row["period"]).through for row in filed), default="")
    return bool(last) and (dt.date.fromisoformat(last) + dt.timedelta(days=1)).isoformat() == since


def _told_through(rows: Sequence[Row]) -> list[Row]:
    """Of each filing the last one, itself or a later one, that told what had changed of it by then."""
    telling = [n for n, row in enumerate(rows) if follows(days_of(row["period"]).since, rows[:n])]
    return [rows[max([n, *telling])] for n in range(len(rows))]


def _changed(books: Books, rows: Sequence[Row], at: Known | None) -> list[Days]:
    """The days of filed returns of which something was posted or taken back since it was told, or documents
    were edited, which need not have booked anything anew."""
    told = _told_through(rows)
    posted = books.session.ask(
        "filings.posted_since",
        after=min(row["known_seq"] for row in told),
        known=seq_of(at),
        since=min(days_of(row["period"]).since for row in rows),
        through=max(days_of(row["period"]).through for row in rows),
    )
    edited = books.session.ask(
        "filings.edited_since", after=min(row["filed_time"] for row in told), known=time_of(at)
    )
    dates = [(json_value(one["said"])["date"], one["superseded_at"]) for one in edited]
    found = []
    for days, last in zip([days_of(row["period"]) for row in rows], told, strict=True):
        newer = [one["date"] for one in posted if one["seq"] > last["known_seq"]]
        newer += [date for date, time in dates if time >= last["filed_time"]]
        if any(map(days.has, newer)):
            found.append(days)
    return found


def kept(books: Books, asked: Return, filings: Sequence[Row]) -> list[Row]:
    """What some filings of a return keep, in the same order: their `period`, `content` and `documents`."""
    rows = books.session.ask(
        "filings.kept",
        gstin=asked.gstin,
        return_type=filings[0]["return_type"],
        since=min(_month(row) for row in filings),
    )
    found = {row["id"]: row for row in rows}
    return [
        {name: json_value(found[one["id"]][name]) for name in ("content", "documents")}
        | {"period": one["period"]}
        for one in filings
    ]


def _month(row: Row) -> str:
    return f"{row['period'][2:]}{row['period'][:2]}"
