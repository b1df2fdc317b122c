"""Who owes what, and for how long: both ageing reports are drawn here (`api.md` §5, items 5 and 6)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.reports import sources
from finzcore.books.reports.open_items import AsOf, Item, Side, asking, open_items
from finzcore.documents.ageing import BUCKETS, bucket_of
from finzcore.ports import Row

_FIGURES: Final = (*BUCKETS, "on_account", "total")
_AMOUNTS: Final = tuple(map(views.amount, _FIGURES))

VIEW: Final = views.View(
    views.day("as_of_date", bare=True),
    views.ident("branch_id", "br_").maybe(),
    views.out(
        "rows",
        views.Each(
            views.View(
                views.ident("contact_id", "ct_"),
                views.text("contact_name"),
                *_AMOUNTS,
                sources.SOURCES,
            )
        ),
    ),
    views.out("totals", views.Inner(views.View(*_AMOUNTS, sources.SOURCES))),
)


def drawn(books: Books, side: Side, query: AsOf) -> Row:
    """Every contact with anything open, by name; all of it adds up to the control account, less
    what entries by hand put there without naming a contact."""
    wanted = asking(books, side, query)
    as_of = dt.date.fromisoformat(wanted.as_of)
    items = open_items(books, wanted)
    rows = []
    for (key, name), group in groupby(items, lambda item: (item.contact_id, item.contact_name)):
        rows.append({"contact_id": key, "contact_name": name, **_figures(list(group), as_of)})
    return {
        "as_of_date": wanted.as_of,
        "branch_id": query.branch_id,
        "rows": rows,
        "totals": _figures(items, as_of),
    }


def _figures(items: Sequence[Item], as_of: dt.date) -> Row:
    """What items come to in each column, and where it comes from."""
    made = [(item, _column(item, as_of)) for item in items]
    figures: Row = dict.fromkeys(_FIGURES, 0)
    for item, column in made:
        figures[column] += item.rest
        figures["total"] += item.rest
    return figures | {"sources": sources.Listed(list(_sources(made)))}


def _column(item: Item, as_of: dt.date) -> str:
    if item.waits:
        return "on_account"
    return bucket_of(dt.date.fromisoformat(item.due_date), as_of)


def _sources(made: Iterable[tuple[Item, str]]) -> Iterable[sources.Item]:
    for item, column in made:
        amounts = {column: item.rest, "total": item.rest}
        yield sources.Item(item.entry, item.source, item.source, item.source_id, amounts)
