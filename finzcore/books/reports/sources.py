"""Where a figure comes from: the entries and documents that make it up (`api.md` §5.2).

A report gives each of its rows a trail under ``sources``; nothing is looked up along it unless the report
is to be explained. `finzcore.books.reports.following` then puts its first items in its place, with a cursor
that leads to the others.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

import attrs

from finzcore.books import views
from finzcore.books.books import Books
from finzcore.books.figures import Amount
from finzcore.books.kinds import Kind
from finzcore.books.reports.known import Asked, Known, seq_of
from finzcore.books.sources import shown_id
from finzcore.ports import Row


class Item(NamedTuple):
    """One entry, or one document that booked nothing, and what it puts into each column, in paise."""

    entry: int | None
    source: str
    made_by: str
    source_id: int | None
    amounts: Mapping[str, int]


class Trail(Protocol):
    """The items that a row's figures are made of; column by column they add up to them."""

    def count(self, books: Books) -> int:
        """How many there are."""
        ...

    def items(self, books: Books, start: int, limit: int) -> Sequence[Item]:
        """Some of them, from one on; always in the same order."""
        ...


class Listed:
    """A trail that the report has walked already."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def count(self, books: Books) -> int:
        """How many there are."""
        return len(self._items)

    def items(self, books: Books, start: int, limit: int) -> Sequence[Item]:
        """Some of them."""
        return self._items[start : start + limit]


@attrs.frozen(kw_only=True)
class Posted:
    """What was posted to some accounts from a day on and before another, entry by entry.

    `sign` is -1 where the column counts credits.
    """

    accounts: tuple[int, ...]
    column: str
    sign: int
    since: str
    until: str
    at: Known | None
    branch_id: int | None = None
    cost_center: int | None = None

    def count(self, books: Books) -> int:
        """How many entries there are."""
        counted: int = books.session.ask(f"reports.{self._of()}_sources_count", **self._asked())[0]["entries"]
        return counted

    def items(self, books: Books, start: int, limit: int) -> Sequence[Item]:
        """Some of them, by date and in the order of their numbers."""
        rows = books.session.ask(f"reports.{self._of()}_sources", **self._asked(), start=start, limit=limit)
        return [
            Item(
                row["entry"], row["source"], row["made_by"], row["source_id"],
                {self.column: self.sign * row["amount"]},
            )
            for row in rows
        ]  # fmt: skip

    def _of(self) -> str:
        return "account" if len(self.accounts) == 1 else "accounts"

    def _asked(self) -> dict[str, Any]:
        numbers: dict[str, Any] = {"accounts": f",{','.join(map(str, self.accounts))},"}
        if len(self.accounts) == 1:
            numbers = {"account": self.accounts[0]}
        return numbers | {
            "since": self.since,
            "until": self.until,
            "known": seq_of(self.at),
            "branch_id": self.branch_id,
            "tag": None if self.cost_center is None else f"%,{self.cost_center},%",
        }


class Joined:
    """Several trails, one behind the other, such as those of two periods that are compared."""

    def __init__(self, *trails: Trail) -> None:
        self._trails = trails

    def count(self, books: Books) -> int:
        """How many items they have together."""
        return sum(trail.count(books) for trail in self._trails)

    def items(self, books: Books, start: int, limit: int) -> Sequence[Item]:
        """Some of them."""
        found: list[Item] = []
        for trail in self._trails:
            length = trail.count(books)
            if start < length and len(found) < limit:
                found += trail.items(books, start, limit - len(found))
            start = max(start - length, 0)
        return found


class Amounts(Kind):
    """Amounts by the column that they are a part of."""

    def written(self) -> None:
        """Written by `json`."""

    def json(self, value: Mapping[str, int], org: int) -> str:
        """An object of numbers."""
        return "{%s}" % ",".join([f'"{name}":{Amount().json(one, org)}' for name, one in value.items()])

    def plain(self, value: Mapping[str, int], org: int) -> dict[str, Any]:
        """A dict of Decimals."""
        return {name: Amount().plain(one, org) for name, one in value.items()}

    def from_json(self, said: Any) -> Any:
        """A dict of Decimals."""
        return {name: Amount().from_json(one) for name, one in said.items()}

    def shown(self) -> dict[str, Any]:
        """An object."""
        return {"type": "object", "additionalProperties": Amount().shown()}


ITEM: Final = views.View(
    views.ident("journal_id", "je_", "entry").maybe(),
    views.text("source"),
    views.text("source_id", "made_from").maybe(),
    views.out("amounts", Amounts()),
)

TRAIL: Final = views.View(
    views.whole("count"), views.out("items", views.Each(ITEM)), views.text("next").maybe()
)
SOURCES: Final = views.out("sources", views.Inner(TRAIL)).if_any()
"""The key that every row of a report ends with, where it is explained."""


def leave_out(value: Any) -> None:
    """Take the trails away. The rows of a list are alike: where the first has none, none has."""
    if isinstance(value, dict):
        if "sources" in value:
            value["sources"] = None
        for inner in value.values():
            if isinstance(inner, dict | list):
                leave_out(inner)
    elif value and isinstance(value[0], dict) and value[0].get("sources", value) is not None:
        for inner in value:
            leave_out(inner)


def alone(books: Books, query: Asked, item: Item) -> Row | None:
    """What stands under ``sources`` in a row that one entry makes up, where that is asked for: the rows of a
    report that is read page by page."""
    return begun(1, told(books, [item]), None) if query.explain else None


def begun(count: int, items: list[Row], following: str | None) -> Row:
    """A trail as it is shown: how many items there are, the first of them, where the others are."""
    return {"count": count, "items": items, "next": following}


def trails(value: Any, path: str = "") -> Iterator[tuple[str, Row]]:
    """Every row of a report that has a trail, with the way to it."""
    if isinstance(value, dict):
        if "sources" in value:
            yield path, value
        for key, inner in value.items():
            if isinstance(inner, dict | list) and key != "sources":
                yield from trails(inner, f"{path}/{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, dict):
                yield from trails(inner, f"{path}/{index}")


def told(books: Books, items: Sequence[Item]) -> list[Row]:
    """Items as answers show them."""
    return [
        {
            "entry": item.entry,
            "source": item.source,
            "made_from": shown_id(books.org_id, item.made_by, item.source_id),
            "amounts": item.amounts,
        }
        for item in items
    ]
