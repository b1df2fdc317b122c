"""What the next GSTR-3B has of periods whose own was filed: what came late, was changed, or is gone.

A filed return keeps what its documents said (`kept`), and what it carried itself: the next one goes on from
there, so that nothing is carried twice. Only days are looked at on which something changed since (`earlier`).
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from finzcore.books.books import Books
from finzcore.books.reports.known import Known
from finzcore.books.returns.earlier import Earlier, earlier, kept
from finzcore.books.returns.filing import GSTR3B, days_of
from finzcore.books.returns.kept import AMENDED, GONE, LATE, Key, document_from, said, told
from finzcore.books.returns.papers import Wanted
from finzcore.books.returns.period import Return
from finzcore.ledger.source import Source
from finzcore.ports import Row

if TYPE_CHECKING:
    from finzcore.gst.gstr3b import Carried, Document
    from finzcore.gst.gstr3b_carried import Told

_CARRIED: Final = (GONE, AMENDED, LATE)


def carried_into(books: Books, asked: Return, at: Known | None) -> "list[Carried]":
    """What a return has of earlier ones, if it is the next to be filed; once it is, what it had then."""
    from finzcore.gst.gstr3b_carried import carried

    before = earlier(books, asked, GSTR3B, at)
    if before is None:
        return []
    first = min(days.since for days in before.changed)
    filed = kept(books, asked, [row for row in before.filed if days_of(row["period"]).since >= first])
    if before.own is None:
        made = carried(_told(filed, lambda row: before.touches(row["date"])), _now(books, asked, before))
    else:
        own = [row for row in kept(books, asked, [before.own])[0]["documents"] if row["side"] in _CARRIED]
        keys = {_key(row) for row in own}
        after = {_key(row): document_from(row) for row in own if row["side"] != GONE}
        made = carried(_told(filed, lambda row: _key(row) in keys), after)
    return list(made)


def _key(row: Row) -> Key:
    return Source(row["source"]), row["key"]


def _told(filed: Sequence[Row], wanted: Callable[[Row], bool]) -> "dict[Key, Told]":
    from finzcore.gst.gstr3b_carried import Told

    rows = ((row["period"], row["documents"]) for row in filed)
    return {key: Told(*one) for key, one in told(rows, wanted, document_from).items()}


def _now(books: Books, asked: Return, before: Earlier) -> "dict[Key, Document]":
    from finzcore.books.returns.inward import inward
    from finzcore.books.returns.outward import outward

    found: dict[Key, Document] = {}
    for days in before.changed:
        wanted = Wanted(days.since, days.through, asked.gstin, at=before.at)
        documents: list[Document] = [*outward(books, wanted), *inward(books, wanted)]
        found |= {(one.source, one.key): one for one in documents}
    return found


def besides(books: Books, asked: Return, at: Known) -> list[Row]:
    """What a return that is filed now carries, to be kept with it."""
    return [_said(one) for one in carried_into(books, asked, at)]


def _said(one: "Carried") -> Row:
    if one.after is None:
        assert one.before is not None
        return said(GONE, one.before)
    return said(LATE if one.before is None else AMENDED, one.after)
