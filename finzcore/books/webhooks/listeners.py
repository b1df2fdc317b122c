"""Who listens to which organisation (`api.md` §8.6).

Each organisation has a row in its own books for every endpoint that listens to it, so that whoever writes
there need not look elsewhere. An endpoint that was registered with a token of one organisation listens to
that one alone, and its row is kept along with it. One of a user of several has a *span*, which says to which
of them it listens; in each of them `settle` makes the rows what spans and memberships say. It is called
where a membership begins or ends, and by `finzcore.books.webhooks.spread` where a span has changed; it can be
called as often as one likes.
"""

from collections.abc import Iterator
from typing import Final

from finzcore.books import due
from finzcore.books.books import Books
from finzcore.books.text import json_value
from finzcore.books.webhooks.tables import LISTENERS, SPANS
from finzcore.ids import uuid_text
from finzcore.ports import Row

KIND: Final = "listeners"
"""The kind of work, in `due`: organisations where a span or a membership has changed."""

ALL: Final = "all"
_NOTHING: Final = "[]"


def own(org_id: int) -> list[str]:
    """The organisations of an endpoint that listens to its home alone."""
    return [uuid_text(0, org_id)]


def span_of(books: Books, endpoint_id: int) -> Row | None:
    """The span of an endpoint, if it belongs to a user of several."""
    return books.session.shared.get(SPANS, endpoint_id)


def begin_span(books: Books, row: Row, user_id: int) -> None:
    """Let an endpoint belong to a user, whose memberships say what it may hear."""
    span = {
        "endpoint_id": row["id"],
        "home_org_id": books.org_id,
        "user_id": user_id,
        "organization_ids": row["organization_ids"],
        "events": _NOTHING,
        "is_sandbox": books.masters.org["is_sandbox"],
    }
    books.session.shared.insert(SPANS, [span])


def follow(books: Books, row: Row) -> bool:
    """Have an endpoint told of what it listens to from now on, or of nothing when it is inactive; whether
    that is for other organisations to know."""
    events = row["events"] if row["is_active"] else _NOTHING
    if span_of(books, row["id"]) is None:
        heard = {"endpoint_id": row["id"], "home_org_id": books.org_id, "events": events}
        before = books.session.get(LISTENERS, row["id"])
        if _put(books, before, None if events == _NOTHING else heard):
            books.listeners_changed()
        return False
    said = {"organization_ids": row["organization_ids"], "events": events}
    books.session.shared.change(SPANS, (row["id"],), said)
    settle(books)
    due.expect(books, KIND, books.time)
    return True


def settle(books: Books) -> None:
    """Make those that listen to this organisation the ones that spans and memberships say."""
    changed = [_put(books, before, after) for before, after in list(_differing(books))]
    if any(changed):
        books.listeners_changed()


def _differing(books: Books) -> Iterator[tuple[Row | None, Row | None]]:
    """The rows that are here, and those that should be, of each endpoint with a span."""
    shared, asked = books.session.shared, {"org_id": books.org_id}
    wanted = {
        row["endpoint_id"]: {name: row[name] for name in ("endpoint_id", "home_org_id", "events")}
        for row in shared.ask("webhooks.spans_of_members", **asked)
        if _hears(books, row)
    }
    ours = {row["endpoint_id"] for row in shared.ask("webhooks.spans_of_home", **asked)}
    here = {row["endpoint_id"]: row for row in books.session.find(LISTENERS, ascending=True)}
    for key, row in here.items():
        if key in ours or row["home_org_id"] != books.org_id:
            yield row, wanted.pop(key, None)
    for row in wanted.values():
        yield None, row


def _hears(books: Books, span: Row) -> bool:
    """Whether a span takes in this organisation; sandboxes and live ones keep to themselves."""
    chosen = json_value(span["organization_ids"])
    named = chosen == ALL or uuid_text(0, books.org_id) in chosen
    return span["events"] != _NOTHING and named and span["is_sandbox"] == books.masters.org["is_sandbox"]


def _put(books: Books, before: Row | None, after: Row | None) -> bool:
    """Bring a row from what it was to what it shall be; whether that is another."""
    if before == after:
        return False
    if after is None:
        assert before is not None
        books.session.remove(LISTENERS, before["endpoint_id"])
    elif before is None:
        books.session.insert(LISTENERS, [after])
    else:
        books.session.change(LISTENERS, (after["endpoint_id"],), {"events": after["events"]})
    return True
