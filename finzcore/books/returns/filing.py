"""Returns as they were filed, and what became of them since (`api.md` §5.3).

Filing locks nothing. A filed return keeps the portal's file as it was, and what each of its documents said,
to be held against what the documents say now.
"""

import datetime as dt
from typing import Any, Final, NamedTuple

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports.known import Known
from finzcore.books.returns.kept import SUMS, said
from finzcore.books.returns.papers import Wanted
from finzcore.books.sources import shown_id
from finzcore.books.text import json_value
from finzcore.fiscal import month_end
from finzcore.ports import Row

GSTR1: Final = "GSTR1"
GSTR3B: Final = "GSTR3B"


def _figures() -> views.Inner:
    return views.Inner(views.View(*map(views.amount, SUMS)))


_SAID: Final = views.Inner(
    views.View(
        views.day("date", bare=True),
        views.text("gstin").maybe(),
        views.text("place_of_supply"),
        views.amount("value"),
        *map(views.amount, SUMS),
    )
)
_SIDE: Final = views.Inner(
    views.View(*(views.out(key, _figures()) for key in ("filed", "now", "difference")))
)
DRIFT: Final = views.View(
    views.out(
        "changed",
        views.Each(
            views.View(
                views.text("document_type"),
                views.text("document_id"),
                views.text("number"),
                views.out("filed", _SAID).maybe(),
                views.out("now", _SAID).maybe(),
            )
        ),
    ),
    views.out(
        "totals", views.Inner(views.View(views.out("outward", _SIDE), views.out("inward", _SIDE).maybe()))
    ),
)
"""What changed, document by document, and what all of them come to."""


class Days(NamedTuple):
    """The first and the last day of a period, as ISO text."""

    since: str
    through: str

    def has(self, day: str) -> bool:
        """Whether a day is one of them."""
        return self.since <= day <= self.through


def days_of(period: str) -> Days:
    """The days of a month that is written as ``MMYYYY``.

    >>> days_of("022028")
    Days(since='2028-02-01', through='2028-02-29')
    """
    first = dt.date(int(period[2:]), int(period[:2]), 1)
    return Days(first.isoformat(), month_end(first).isoformat())


def filed(books: Books, gstin: str, return_type: str) -> list[Row]:
    """The returns of a type that a GSTIN has filed, by their periods, with what was filed (`content`)."""
    return books.session.ask("filings.of_gstin", gstin=gstin, return_type=return_type)


def filed_through(row: Row) -> Known:
    """How far the books were known when a return was filed."""
    return Known(row["known_seq"], row["known_at"])


def documents_of(books: Books, return_type: str, period: str, gstin: str) -> list[Row]:
    """What the documents of a return say now, as it is kept with a filed one: everything that the return is
    made of, amounts in paise, a credit note's below nothing."""
    from finzcore.books.returns.inward import inward
    from finzcore.books.returns.outward import outward

    days = days_of(period)
    wanted = Wanted(days.since, days.through, gstin)
    sides: dict[str, Any] = {"outward": outward}
    if return_type == GSTR3B:
        sides["inward"] = inward
    return [said(side, document) for side, read in sides.items() for document in read(books, wanted)]


def drift(books: Books, row: Row) -> Row:
    """What changed since a return was filed: the documents that say something else now, that are gone, or
    that came later, and what the return's documents come to, then and now."""
    kept: list[Row] = json_value(row["documents"])
    then = [one for one in kept if one["side"] in ("outward", "inward")]
    now = documents_of(books, row["return_type"], row["period"], row["gstin"])
    return {
        "changed": _changed(books, then, now),
        "totals": {
            "outward": _totals(then, now, "outward"),
            "inward": _totals(then, now, "inward") if row["return_type"] == GSTR3B else None,
        },
    }


def _changed(books: Books, then: list[Row], now: list[Row]) -> list[Row]:
    """Document by document; those that came later stand behind those that were filed."""
    before, after = [{(one["source"], one["key"]): one for one in some} for some in (then, now)]
    return [
        {
            "document_type": source,
            "document_id": shown_id(books.org_id, source, key),
            "number": (after.get((source, key)) or before[source, key])["number"],
            "filed": _shown(before.get((source, key))),
            "now": _shown(after.get((source, key))),
        }
        for source, key in {**before, **after}
        if _bare(before.get((source, key))) != _bare(after.get((source, key)))
    ]


def _bare(said: Row | None) -> Row | None:
    """Without its entry: to be booked anew changes nothing of what a document says."""
    return None if said is None else said | {"entry": None}


def _shown(said: Row | None) -> Row | None:
    from finzcore.gst.states import by_number

    return None if said is None else said | {"place_of_supply": by_number(said["place"]).code}


def _totals(then: list[Row], now: list[Row], side: str) -> Row:
    before, after = [
        {name: sum(one[name] for one in some if one["side"] == side) for name in SUMS} for some in (then, now)
    ]
    return {
        "filed": before,
        "now": after,
        "difference": {name: after[name] - before[name] for name in SUMS},
    }
