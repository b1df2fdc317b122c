"""What the next GSTR-3B has of periods whose own was filed: what came late, was changed, or is gone.

A filed return keeps what its documents said (`kept`), and what it carried itself: the next one goes on from
there, so that nothing is carried twice. Only days are looked at on which something changed since (`earlier`).
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from finzcore.books.books import Books
from finzcore.books.reports.known import Known
from finzcore.books.returns.earlier import Earlier, earlier, kept
from finzcore.books.returns.filing import GSTR3B, days_of
from finzcore.books.returns.kept import AMENDED, GONE, LATE, Key, document_from, said, told
from finzcore.books.returns.papers import Wanted
from finzcore.books.returns.period import Return
from finzcore.ports import Row

if TYPE_CHECKING:
    from finzcore.gst.gstr3b import Carried, Document
    from finzcore.gst.gstr3b_carried import Told


def carried_into(books: Books, asked: Return, at: Known | None) -> "list[Carried]":
    """What a return has of earlier ones, if it is the next to be filed; once it is filed, what it had then."""
    from finzcore.gst.gstr3b_carried import carried

    before = earlier(books, asked, GSTR3B, at)
    if before is None:
        return []
    return list(carried(_told(books, asked, before), _now(books, asked, before)))


def besides(books: Books, asked: Return, at: Known) -> list[Row]:
    """What a return that is filed now carries, to be kept with it."""
    return [_said(one) for one in carried_into(books, asked, at)]


def _said(one: "Carried") -> Row:
    if one.after is None:
        assert one.before is not None
        return said(GONE, one.before)
    return said(LATE if one.before is None else AMENDED, one.after)
