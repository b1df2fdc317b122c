"""Endpoints that listen, deliveries that wait, and receivers that keep what they are told."""

import json
import re
from collections.abc import Callable
from threading import Lock
from typing import Any

import finzcore
from finzcore.books.books import Actor, Books
from finzcore.books.history import EVENTS
from finzcore.books.webhooks.attempt import Outgoing
from finzcore.books.webhooks.tables import DELIVERIES, ENDPOINTS, LISTENERS
from finzcore.books.webhooks.telling import delivery, queue

Row = dict[str, Any]
URL = "https://shop.example/hooks"
SECRET = "whsec_of-the-shop"


def do(org: finzcore.Org, work: Callable[[Books], Any]) -> Any:
    return org._engine.work(org._key, Actor(), work)


def endpoint(
    org: finzcore.Org, *others: finzcore.Org, url: str = URL, hears: str = "[]", **changes: Any
) -> int:
    """An endpoint of one organisation that listens to it, or to others instead. Unless it hears of something,
    it is told only of what a test queues for it."""

    def register(books: Books) -> int:
        row: Row = {
            "id": books.new_id(),
            "url": url,
            "description": None,
            "events": '["*"]',
            "organization_ids": "[]",
            "user_id": 1,
            "secret": books.sealer.seal(SECRET),
            "old_secret": None,
            "old_secret_until": None,
            "is_active": 1,
            "failure_count": 0,
            "disabled_reason": None,
            "created_time": books.time,
            "last_modified_time": books.time,
        }
        books.session.insert(ENDPOINTS, [row | changes])
        return int(row["id"])

    key: int = do(org, register)
    heard = {"endpoint_id": key, "home_org_id": org._key, "events": hears}

    def listen(books: Books) -> None:
        books.session.insert(LISTENERS, [heard])
        books.listeners_changed()

    for listened in others or (org,):
        do(listened, listen)
    return key


def change(org: finzcore.Org, key: int, **values: Any) -> None:
    do(org, lambda books: books.session.change(ENDPOINTS, (key,), values))


def known(org: finzcore.Org, key: int) -> Row:
    row = do(org, lambda books: books.session.get(ENDPOINTS, key))
    assert row is not None
    return dict(row)


def happened(
    org: finzcore.Org, *endpoints: int, home: finzcore.Org | None = None, many: int = 1
) -> list[str]:
    """So many events, and a delivery of each to each endpoint, in one unit of work with it; their names."""
    names = []
    for number in range(many):
        with org.transaction():
            name = f"Contact {number}"
            org.contacts.create(contact_name=name)
            do(org, lambda books: _queued(books, endpoints, (home or org)._key))
            names.append(name)
    return names


def _queued(books: Books, endpoints: tuple[int, ...], home: int) -> None:
    event = {"seq": books.head["event_seq"], "event_type": "CONTACT_CREATED"}
    queue(books, [delivery(books, key, home, event) for key in endpoints])


def rows(org: finzcore.Org) -> list[Row]:
    """The deliveries, in the order in which they were queued."""
    with org._engine.store.read(org._key) as session:
        found = session.find(DELIVERIES, ascending=True)
    return [row | {"attempts": json.loads(row["attempts"])} for row in found]


def events(org: finzcore.Org) -> list[Row]:
    with org._engine.store.read(org._key) as session:
        return session.find(EVENTS, ascending=True)


class Kept:
    """Keeps what it is told, and answers with a status: always one, or one after the other."""

    def __init__(self, *statuses: int, **headers: str) -> None:
        self._statuses = list(statuses) or [200]
        self._headers = headers
        self._lock = Lock()
        self.told: list[Outgoing] = []

    def __call__(self, outgoing: Outgoing) -> tuple[int, dict[str, str]]:
        with self._lock:
            self.told.append(outgoing)
            status = self._statuses[0] if len(self._statuses) == 1 else self._statuses.pop(0)
        return status, {name.replace("_", "-"): value for name, value in self._headers.items()}

    @property
    def names(self) -> list[str]:
        """The contacts that it was told of, in order."""
        return [json.loads(one.body)["data"]["name"] for one in self.told]


def fields(header: str) -> tuple[int, list[str]]:
    """A signature header, taken apart by its published grammar."""
    assert re.fullmatch(r"t=[0-9]+(,v1=[0-9a-f]{64})+", header)
    first, *marks = header.split(",")
    return int(first[2:]), [mark[3:] for mark in marks]
