"""What a GSTR-1 says about returns that were filed before it (`api.md` §5.3, `gst.md` §10.2).

`Told` is a document as it was last told, and by the return of which period. Held against the document of now,
it is unchanged, amended, or gone; what nobody has told of yet is late. An amendment keeps the table, the
recipient and the place of supply, because the portal lets nobody change these: a document that changed one of
them is told as gone, and anew as a late one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import attrs

from finzcore.gst.gstr1 import (
    BY_DOCUMENT,
    Amended,
    Amendments,
    Entry,
    Item,
    Restated,
    Section,
    Small,
    entries,
    small_rows,
)
from finzcore.gst.outward import Document, Original
from finzcore.ledger.source import Source
from finzcore.money import scaled

Key = tuple[Source, int]
Rows = Mapping[Small, Item]
Content = Mapping[str, Any]
"""A file that was sent, read as JSON."""


class Told(NamedTuple):
    """A document as a filed return told of it, and the period of the return that told of it first."""

    document: Document
    period: str


def amendments(
    told: Mapping[Key, Told], now: Mapping[Key, Document], rows: Callable[[str], Rows]
) -> Amendments:
    """What changed between what was `told` of some filed days and the documents of them `now`.

    `rows` gives table 7 of a period as it was last told.
    """
    late = [document for key, document in now.items() if key not in told]
    amended: list[Amended] = []
    difference: list[tuple[Document, int]] = []
    small: dict[str, dict[Small, Item]] = {}
    for key, (before, period) in told.items():
        after = now.get(key)
        if after is not None and same(before, after):
            continue
        if after is not None and not _stays(before, after):
            late.append(after)
            after = None
        difference.append((before, -1))
        if after is not None:
            difference.append((after, 1))
        amended += _amended(before, after)
        _restate(small.setdefault(period, {}), before, after)
    return Amendments(
        late=tuple(late),
        documents=tuple(amended),
        small=tuple(
            one for period, changes in small.items() for one in restated(period, rows(period), changes)
        ),
        difference=tuple(difference),
    )


def same(before: Document, after: Document) -> bool:
    """Whether a return tells both alike."""
    return _essence(before) == _essence(after)


def _essence(document: Document) -> tuple[object, ...]:
    """What of a document can be seen in a return."""
    parts: Counter[tuple[object, ...]] = Counter()
    for part in document.parts:
        about = part.shape, part.rate, part.hsn, part.unit
        for name in ("quantity", "taxable", "cgst", "sgst", "igst", "cess"):
            parts[*about, name] += getattr(part, name)
    return (
        document.number, document.date, document.value, document.gstin, document.treatment, document.place,
        document.inter, document.with_payment, document.original, dict(parts),
    )  # fmt: skip


def _stays(before: Document, after: Document) -> bool:
    """Whether the portal can be told of it as an amendment."""
    tables = [
        {
            (one.section, one.kind, one.reverse_charge)
            for one in entries(document)
            if one.section in BY_DOCUMENT
        }
        for document in (before, after)
    ]
    return tables[0] == tables[1] and (before.gstin, before.place) == (after.gstin, after.place)


def _amended(before: Document, after: Document | None) -> Iterator[Amended]:
    original = Original(before.key, before.number, before.date, before.value)
    for entry in entries(before if after is None else after):
        if entry.section in BY_DOCUMENT:
            yield Amended(emptied(entry) if after is None else entry, original)


def emptied(entry: Entry) -> Entry:
    """An entry with nothing in it, in the table where it stood."""
    return entry._replace(
        document=attrs.evolve(entry.document, value=0),
        items=tuple(Item(item.rate, 0, 0, 0, 0, 0) for item in entry.items),
    )


def _restate(changes: dict[Small, Item], before: Document, after: Document | None) -> None:
    for document, sign in ((before, -1), (after, 1)):
        if document is not None:
            for row, item in _small(document):
                changes[row] = changes.get(row, Item(row.rate, 0, 0, 0, 0, 0)).plus(item, sign)


def _small(document: Document) -> Iterator[tuple[Small, Item]]:
    for entry in entries(document):
        if entry.section is Section.B2CS:
            yield from small_rows(entry)


def restated(period: str, rows: Rows, changes: Mapping[Small, Item]) -> list[Restated]:
    """The places of table 7 at which something changed, each with all its rates as they come to now."""
    places = sorted({(row.inter, row.place) for row, item in changes.items() if not item.is_nothing})
    found = []
    for inter, place in places:
        rates = sorted(row.rate for row in {**rows, **changes} if (row.inter, row.place) == (inter, place))
        items = []
        for rate in rates:
            row, nothing = Small(inter, place, rate), Item(rate, 0, 0, 0, 0, 0)
            items.append(rows.get(row, nothing).plus(changes.get(row, nothing)))
        found.append(Restated(period, inter, place, tuple(items)))
    return found


def rows_of(period: str, contents: Iterable[Content]) -> Rows:
    """Table 7 of a period as it was last told, by the files that were sent since, the oldest first: by that
    of the period itself, and then by what later ones amended of it."""
    rows: dict[Small, Item] = {}
    for content in contents:
        if content["fp"] == period:
            rows.update(_row(one, one) for one in content.get("b2cs", ()))
        for one in content.get("b2csa", ()):
            if one["omon"] == period:
                rows.update(_row(one, item) for item in one["itms"])
    return rows


def _row(about: Content, item: Content) -> tuple[Small, Item]:
    rate = _paise(item["rt"]) * 10_000
    row = Small(about["sply_ty"] == "INTER", int(about["pos"]), rate)
    amounts = [_paise(item.get(key, 0)) for key in ("txval", "iamt", "camt", "samt", "csamt")]
    return row, Item(rate, *amounts)


def _paise(amount: Any) -> int:
    found = scaled(amount, 2)
    assert found is not None, "a file of ours has amounts of two decimals"
    return found
