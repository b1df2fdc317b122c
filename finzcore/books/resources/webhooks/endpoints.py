"""Endpoints: where events are told, and which (`api.md` §6.1)."""

import datetime as dt
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from finzcore.auth.addresses import LONGEST, checked_url
from finzcore.books import history, views
from finzcore.books.books import Books, instant
from finzcore.books.pages import Listing, draw
from finzcore.books.records import differences
from finzcore.books.resource import Page, Resource, action, browse, change, create, delete, fetch, one
from finzcore.books.resources.webhooks.deliveries import VIEW as DELIVERY
from finzcore.books.resources.webhooks.deliveries import check_active
from finzcore.books.resources.webhooks.deliveries import shown as shown_deliveries
from finzcore.books.shapes import flag, many, shape, special, text
from finzcore.books.text import json_text, json_value
from finzcore.books.webhooks.catalogue import EVERYTHING, PING
from finzcore.books.webhooks.chosen import OrganisationIds, Reach, check_chosen, check_sent, reaching
from finzcore.books.webhooks.listeners import begin_span, follow, own, span_of
from finzcore.books.webhooks.tables import ENDPOINTS
from finzcore.books.webhooks.telling import delivery, queue
from finzcore.books.webhooks.words import EventName
from finzcore.errors import OrgMismatch, RuleBroken
from finzcore.ids import wire
from finzcore.ports import Row

MOST: Final = 20
"""So many endpoints an organisation has at most."""

BOTH_FOR: Final = dt.timedelta(hours=24)
"""For how long after a rotation deliveries are signed with the secret before, too."""

_RANDOM: Final = 32


@shape
class NewEndpoint:
    """Where events are told, which, and of which organisations: by default of the one that is selected.

    `organization_ids` are some, or ``all`` of which the user is a member now or later; with a token of one
    organisation, that one.
    """

    url: str = text(LONGEST, required=True)
    events: tuple[str, ...] = many(EventName((EVERYTHING,)), least=1, most=100, required=True)
    description: str | None = text(500)
    is_active: int = flag(default=True)
    organization_ids: Any = special(OrganisationIds())


VIEW: Final = views.View(
    views.ident("endpoint_id", "wh_", "id"),
    views.text("url"),
    views.text("secret", "shown_secret").if_any(),
    views.out("events", views.Stored(says={"type": "array", "items": {"type": "string"}})),
    views.flag("is_active"),
    views.text("description").maybe(),
    views.out(
        "organization_ids",
        views.Stored(
            says={"anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}]},
        ),
    ),
    views.whole("failure_count"),
    views.text("disabled_reason").maybe(),
    views.moment("created_time", zulu=True),
    views.moment("last_modified_time", zulu=True),
)
"""`secret` is there when it was made just now, and never again."""


@shape
class EndpointList(Listing):
    """All of them."""


def shown(books: Books, rows: list[Row]) -> list[Row]:
    """Endpoints as answers show them, without what they sign with."""
    return [row | {"shown_secret": None} for row in rows]


def listing(books: Books, query: EndpointList) -> Page:
    """The endpoints that were registered in this organisation, newest first."""
    return draw(books, ENDPOINTS, query, [], shown=shown)


def load(books: Books, key: int) -> Row | None:
    """One endpoint."""
    return books.session.get(ENDPOINTS, key)


def add(books: Books, body: NewEndpoint, *, reach: Reach | None = None) -> Row:
    """Register where events are told. The answer shows the secret that deliveries are signed with, this
    once."""
    url = checked_url(body.url, allow_local=books.allow_local)
    chosen = check_chosen(books, body.organization_ids, reach)
    if len(books.session.find(ENDPOINTS, limit=MOST)) == MOST:
        raise RuleBroken(f"An organisation has at most {MOST} endpoints.")
    secret = _new_secret(books)
    row: Row = {
        "id": books.new_id(),
        "url": url,
        "description": body.description,
        "events": json_text(list(dict.fromkeys(body.events))),
        "organization_ids": json_text(chosen or own(books.org_id)),
        "user_id": books.actor.user_id,
        "secret": books.sealer.seal(secret),
        "old_secret": None,
        "old_secret_until": None,
        "is_active": body.is_active,
        "failure_count": 0,
        "disabled_reason": None,
        "created_time": books.time,
        "last_modified_time": books.time,
    }
    books.session.insert(ENDPOINTS, [row])
    _belong(books, row, reach)
    _follow(books, row, reach)
    _tell(books, row, "CREATED")
    return row | {"shown_secret": secret}


def _new_secret(books: Books) -> str:
    return "whsec_" + urlsafe_b64encode(books.random(_RANDOM)).decode().rstrip("=")


def _belong(books: Books, row: Row, reach: Reach | None) -> None:
    """One that was registered by a user of several belongs to that user from then on."""
    if reach is not None and reach.belongs:
        assert books.actor.user_id is not None, "only users are members"
        begin_span(books, row, books.actor.user_id)


def _follow(books: Books, row: Row, reach: Reach | None) -> None:
    if follow(books, row) and reach is not None:
        reach.others.append(row["id"])


def amend(books: Books, row: Row, changes: dict[str, Any], *, reach: Reach | None = None) -> Row:
    """Change where events are told, which, or of which organisations; pause and resume it. Resumed, it has
    missed nothing so far."""
    values = _values(books, row, changes, reach)
    if values.get("is_active") and not row["is_active"]:
        values |= {"failure_count": 0, "disabled_reason": None}
    values = {name: value for name, value in values.items() if row[name] != value}
    if not values:
        return row | {"shown_secret": None}
    after = row | values | {"last_modified_time": books.time}
    books.session.change(
        ENDPOINTS, (row["id"],), values | {"last_modified_time": after["last_modified_time"]}
    )
    if "organization_ids" in values:
        _belong_now(books, after, reach)
    _follow(books, after, reach)
    before, now = shown(books, [row, after])
    _tell(
        books, after, "UPDATED", differences(VIEW.plain(before, books.org_id), VIEW.plain(now, books.org_id))
    )
    return now


def _values(books: Books, row: Row, changes: Mapping[str, Any], reach: Reach | None) -> Row:
    """What of a row a request changes."""
    values = {name: changes[name] for name in ("description", "is_active") if name in changes}
    if "events" in changes:
        values["events"] = json_text(list(dict.fromkeys(changes["events"])))
    if "organization_ids" in changes and json_value(row["organization_ids"]) != changes["organization_ids"]:
        chosen = check_chosen(books, changes["organization_ids"], reach, row["id"])
        values["organization_ids"] = json_text(chosen or own(books.org_id))
    if "url" in changes:
        values["url"] = checked_url(changes["url"], allow_local=books.allow_local)
        if values["url"] != row["url"]:
            check_sent(books, row["id"], reach, "url")
    return values


def _belong_now(books: Books, row: Row, reach: Reach | None) -> None:
    if json_value(row["organization_ids"]) != own(books.org_id) and span_of(books, row["id"]) is None:
        _belong(books, row, reach)


def remove(books: Books, row: Row, *, reach: Reach | None = None) -> None:
    """Tell it nothing more, and forget it; what it was told stays in the log."""
    books.session.remove(ENDPOINTS, row["id"])
    _follow(books, row | {"is_active": 0}, reach)
    _tell(books, row, "DELETED")


def rotate(books: Books, row: Row, *, reach: Reach | None = None) -> Row:
    """Give it a new secret, which the answer shows this once. For 24 hours deliveries are signed with the one
    before, too."""
    check_sent(books, row["id"], reach, "organization_ids")
    secret, until = _new_secret(books), instant(books.now + BOTH_FOR)
    values = {
        "secret": books.sealer.seal(secret),
        "old_secret": row["secret"],
        "old_secret_until": until,
        "last_modified_time": books.time,
    }
    books.session.change(ENDPOINTS, (row["id"],), values)
    _tell(books, row, "UPDATED", {"old_secret_until": {"old": row["old_secret_until"], "new": until}})
    return row | values | {"shown_secret": secret}


def test(books: Books, row: Row) -> Row:
    """Send it a PING."""
    check_active(books, bool(row["is_active"]))
    told = json_text({"endpoint_id": wire("wh_", books.org_id, row["id"])})
    history.record(books, "WEBHOOK", row["id"], action="WEBHOOK_SENT", event=PING, ref=_host(row), data=told)
    sent = delivery(books, row["id"], books.org_id, history.written(books))
    queue(books, [sent])
    return one(shown_deliveries)(books, sent)


def _host(row: Row) -> str:
    """What people call it."""
    return str(row["url"]).split("/")[2]


def _tell(books: Books, row: Row, verb: str, changes: Mapping[str, Any] | None = None) -> None:
    """Keep the event of a change, which is for the log alone."""
    history.record(books, "WEBHOOK", row["id"], action=f"WEBHOOK_{verb}", ref=_host(row), changes=changes)


RESOURCE: Final = Resource(
    name="webhooks.endpoints",
    noun="endpoint",
    prefix="wh_",
    scope="webhooks",
    view=VIEW,
    load=load,
    operations=(
        browse(listing, EndpointList),
        fetch(one(shown)),
        create(add, NewEndpoint, secret=True, around=reaching, refuses=(OrgMismatch,)),
        change(amend, NewEndpoint, around=reaching, refuses=(OrgMismatch,)),
        delete(remove, around=reaching),
        action(
            "rotate-secret", rotate, done="given a new secret", secret=True, around=reaching,
            refuses=(OrgMismatch,),
        ),
        action("test", test, done="sent a PING", answers=(("delivery", DELIVERY),)),
    ),
)  # fmt: skip
