"""Books: one organisation, one transaction, one moment. The only thing that operations receive."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final, Generic, NamedTuple, Self, TypeVar, overload

from finzcore.books.files import Files
from finzcore.books.head import HEADS
from finzcore.books.masters import Listener, Masters, MastersCache, listening, load
from finzcore.errors import PeriodLocked
from finzcore.fiscal import india_date
from finzcore.ports import Ids, Random, Row, Session
from finzcore.sealing import Sealer


class Actor(NamedTuple):
    """Who acts, and how they came here. Wire ids of people are made with organisation 0."""

    user_id: int | None = None
    token_id: int | None = None
    client_id: str | None = None
    source: str = "DASHBOARD"
    request_id: str | None = None
    ip: str | None = None
    user_agent: str | None = None


class Means(NamedTuple):
    """What books are worked with, besides their session: where ids, chance, masters and files come from, what
    seals secrets, and whether webhooks may go to this machine."""

    ids: Ids
    random: Random
    cache: MastersCache
    files: Files
    sealer: Sealer
    allow_local: bool


_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


def instant(now: dt.datetime) -> str:
    """An instant as a column keeps it: UTC, microseconds, fixed width."""
    return now.isoformat(timespec="microseconds")[:26] + "Z"


Found = TypeVar("Found")


class once(Generic[Found]):  # noqa: N801
    """What books look up when they are first asked for it, and keep.

    Until Python 3.12 `functools.cached_property` holds one lock for every object of a class while it
    looks: a reader would wait there for the statement of a writer.
    """

    def __init__(self, look_up: Callable[[Any], Found]) -> None:
        self._look_up = look_up
        self._name = look_up.__name__
        self.__doc__ = look_up.__doc__

    @overload
    def __get__(self, books: None, owner: type) -> Self: ...

    @overload
    def __get__(self, books: object, owner: type) -> Found: ...

    def __get__(self, books: object | None, owner: type) -> Self | Found:
        if books is None:
            return self
        found = books.__dict__[self._name] = self._look_up(books)
        return found


class Books:
    """What an operation works with."""

    def __init__(self, session: Session, means: Means, *, now: dt.datetime, actor: Actor) -> None:
        self.session = session
        self.files = means.files
        self.sealer = means.sealer
        self.random = means.random
        self.allow_local = means.allow_local
        self.now = now
        self.actor = actor
        self.time = instant(now)
        self.events: list[Row] = []
        self.counters: dict[tuple[str, str, str, str], int] = {}
        self.found: dict[tuple[str, int], Row] = {}
        self._ids = means.ids
        self._cache = means.cache
        self._moved = False
        self._settings_moved = False

    @property
    def org_id(self) -> int:
        """The organisation whose books these are."""
        return self.session.org_id

    @once
    def head(self) -> Row:
        """The organisation's head row; in a unit of work it is this unit's to change."""
        head = self.session.get(HEADS)
        assert head is not None, "an organisation has a head row"
        return head

    @once
    def masters(self) -> Masters:
        """Accounts, taxes, branches and settings, as of this moment."""
        if self._settings_moved:  # what is not committed may never be, and is for nobody else
            return load(self.session)
        return self._cache.of(self.session, self.head["settings_version"])

    @once
    def listeners(self) -> tuple[Listener, ...]:
        """Who is told of what happens here, as of this moment."""
        return listening(self.session) if self._settings_moved else self.masters.listeners

    @once
    def today(self) -> str:
        """The calendar date in India."""
        return india_date(self.now).isoformat()

    def new_id(self) -> int:
        """A fresh key."""
        return self._ids(self.now)

    def move(self, **ends: Any) -> None:
        """Change the head row; written once, when the unit of work ends."""
        self.head.update(ends)
        self._moved = True

    def settings_changed(self) -> None:
        """Let every cached copy of the masters be read anew. A version is the microsecond of its change,
        so that none comes again with other masters after a commit that a server lost."""
        if not self._settings_moved and self._cache.has(self.session, self.head["settings_version"]):
            _ = self.listeners  # who listens does not change by this, and is at hand still
        at = (self.now - _EPOCH) // _MICROSECOND
        self.move(settings_version=max(at, self.head["settings_version"] + 1))
        self._settings_moved = True
        self.__dict__.pop("masters", None)

    def founded(self) -> None:
        """Keep nothing of these books for others yet: they begin in this unit of work."""
        self._settings_moved = True

    def listeners_changed(self) -> None:
        """The same where those that listen to this organisation are others from now on."""
        self.settings_changed()
        self.__dict__.pop("listeners", None)

    def check_open(self, date: str, field: str = "date") -> None:
        """Refuse a date in the locked period (`reliability.md` §11)."""
        locked = self.head["locked_through"]
        if locked is not None and date <= locked:
            raise PeriodLocked(field=field, date=date, locked_through=locked)

    def row(self, of: str, key: int) -> Row:
        """A row that the request mentioned and the look-ups found."""
        return self.found[of, key]

    def write_ends(self) -> None:
        """Write the counters that were taken from, and the head row, if it was moved."""
        if self.counters:
            names = ("kind", "scope", "prefix", "year")
            rows = [
                dict(zip(names, key, strict=True)) | {"next_no": next_no}
                for key, next_no in self.counters.items()
            ]
            self.session.tell("numbers.count", *rows)
            self.counters = {}
        if self._moved:
            self.session.change(HEADS, (), self.head)
            self._moved = False

    def kept_back(self) -> tuple[Row, list[Row], dict[tuple[str, str, str, str], int]]:
        """What is not written yet, to go back to when a step is undone."""
        return dict(self.head), list(self.events), dict(self.counters)

    def go_back(self, kept: tuple[Row, list[Row], dict[tuple[str, str, str, str], int]]) -> None:
        """Be again as it was when `kept_back` gave this."""
        head, self.events, self.counters = kept
        self.head.clear()
        self.head.update(head)
        self.move()
        self.__dict__.pop("masters", None)
        self.__dict__.pop("listeners", None)
