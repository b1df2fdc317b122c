"""Reports that may be as long as the books: written out as they are read (`api.md` §5.1).

The head of the journal is fixed first. Then the report is read page by page, each in a short read of its
own, up to that head: what is written meanwhile is not in it, nobody waits for it, and no more than a page
is ever held.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import attrs

from finzcore.books.books import Books
from finzcore.books.reports.known import Known
from finzcore.books.views import Each, View
from finzcore.ports import Row

PAGE: Final = 500
"""So many rows are read at a time."""

Page = tuple[list[Row], Any]
"""Rows, and where the next page begins; None behind the last."""


@attrs.frozen(kw_only=True)
class Long:
    """A report that has begun: what stands before its list, the first page of that, and how to go on.

    `listed` is the key of the list; `more` reads the page that begins where the one before has ended, and
    `tail` says what stands behind the list, once all of it was read.
    """

    head: Row
    listed: str
    first: list[Row]
    after: Any
    more: Callable[[Books, Any], Page]
    tail: Callable[[], Row]
    at: Known

    @property
    def is_short(self) -> bool:
        """Whether the first page is all there is."""
        return self.after is None

    def whole(self, pages: Iterator[list[Row]]) -> Row:
        """All of it at once, as it is when nobody minds how much is held."""
        rows = [row for page in pages for row in page]
        return self.head | {self.listed: rows} | self.tail()


class Parts(NamedTuple):
    """The view of a long report, taken apart at its list."""

    head: View
    row: View
    tail: View


@cache
def divided(view: View, listed: str) -> Parts:
    """The view of a report: what stands before its list, a row of that, and what stands behind."""
    place = next(index for index, one in enumerate(view.outs) if one.key == listed)
    kind = view.outs[place].kind
    assert isinstance(kind, Each), "a report is long because of its list"
    return Parts(View(*view.outs[:place]), kind.view, View(*view.outs[place + 1 :]))


def begun(
    books: Books,
    *,
    head: Row,
    listed: str,
    more: Callable[[Books, Any], Page],
    tail: Callable[[], Row],
    at: Known,
    since: Any,
) -> Long:
    """A report whose first page is read now; `since` is where that begins."""
    first, after = more(books, since)
    return Long(head=head, listed=listed, first=first, after=after, more=more, tail=tail, at=at)
