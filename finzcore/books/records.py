"""The common five for plain masters, so that a master is mostly its fields.

A record's row is the fields of its shape, an id, a status where it has one, and two instants.
"""

from collections.abc import Callable, Mapping
from typing import Any

from finzcore.books import history
from finzcore.books.books import Books
from finzcore.books.shapes import columns_of, row_of
from finzcore.books.text import json_text
from finzcore.books.views import View
from finzcore.declared import declared
from finzcore.errors import RuleBroken
from finzcore.ids import uuid_text, wire
from finzcore.ports import Column, Conflict, Index, Row, Table, integer, moment


def record_table(
    name: str, shape: type, *extra: Column, indexes: tuple[Index, ...] = (), without: tuple[str, ...] = ()
) -> Table:
    """The table of a master: its fields, its key, its instants."""
    return Table(
        name=name,
        columns=(
            integer("id"),
            *columns_of(shape, without=without),
            *extra,
            moment("created_time"),
            moment("last_modified_time"),
        ),
        indexes=indexes,
    )


@declared
class Records:
    """How one kind of master is kept: its table, what events call it, what must not repeat."""

    table: Table
    entity: str
    prefix: str
    ref: str
    settings: bool = False
    """Whether it is one of the masters that `Books.masters` keeps."""
    webhooks: bool = True
    """Whether its events are in the catalogue of webhooks (`api.md` §6.4), or for the record alone."""
    view: View | None = None
    """How answers show it; events tell of its changes in the same words and units."""
    unused: Callable[[Books, Row], str | None] | None = None
    """What still uses a row, if anything does."""

    def add(self, books: Books, values: Row, *, key: int | None = None) -> Row:
        """A new row."""
        row = values | {
            "id": key or books.new_id(),
            "created_time": books.time,
            "last_modified_time": books.time,
        }
        books.session.insert(self.table, [row])
        self.tell(books, row, "CREATED")
        return row

    def amend(self, books: Books, row: Row, changes: Mapping[str, Any], verb: str = "UPDATED") -> Row:
        """A row with some of its fields changed; nothing happens when nothing differs."""
        different = {name: value for name, value in changes.items() if row[name] != value}
        if not different:
            return row
        different["last_modified_time"] = books.time
        books.session.change(self.table, (row["id"],), different)
        changed = row | different
        self.tell(books, changed, verb, self._told(books, row, changed))
        return changed

    def _told(self, books: Books, before: Row, after: Row) -> dict[str, dict[str, Any]]:
        if self.view is None:
            return differences(before, after)
        return differences(self.view.plain(before, books.org_id), self.view.plain(after, books.org_id))

    def describe(self, books: Books, row: Row, body: Any) -> Row:
        """A row with what a body says of it; what the body leaves out stays. For the administration, whose
        changes are told as they are kept."""
        different = {
            name: value for name, value in row_of(body).items() if value is not None and row[name] != value
        }
        if not different:
            return row
        told = differences({name: row[name] for name in different}, different)
        key = row[self.table.key[0]]
        after = row | different | {"last_modified_time": books.time}
        books.session.change(
            self.table, (key,), different | {"last_modified_time": after["last_modified_time"]}
        )
        self.tell(books, after | {"id": key}, "UPDATED", told)
        return after

    def remove(self, books: Books, row: Row) -> None:
        """A row that nothing uses is gone; RuleBroken otherwise."""
        user = self.unused(books, row) if self.unused is not None else None
        if user is not None:
            raise RuleBroken(f"It cannot be deleted: {user} uses it.")
        try:
            books.session.remove(self.table, row["id"])
        except Conflict as conflict:
            assert conflict.kind == "foreign key", conflict
            raise RuleBroken("It cannot be deleted: it is in use.") from conflict
        self.tell(books, row, "DELETED")

    def tell(self, books: Books, row: Row, verb: str, changes: Mapping[str, Any] | None = None) -> None:
        """Keep the event of a change."""
        word = f"{self.entity}_{verb}"
        org, key = books.org_id, row["id"]
        shown = wire(self.prefix, org, key) if self.prefix else uuid_text(org, key)
        data = json_text({"id": shown, "name": row[self.ref]})
        event = word if self.webhooks else None
        history.record(
            books, self.entity, key, action=word, event=event, ref=row[self.ref], changes=changes, data=data
        )
        if self.settings:
            books.settings_changed()


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Old and new of each field that changed, as events keep them."""
    return {
        name: {"old": before[name], "new": value}
        for name, value in after.items()
        if name != "last_modified_time" and before[name] != value
    }
