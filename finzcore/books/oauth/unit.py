"""One unit of work of OAuth: over what belongs to no organisation, and where a grant is for one alone, on
the record of that organisation."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple, TypeVar

from finzcore.auth import tokens
from finzcore.books import history
from finzcore.books.books import Actor, Books, instant
from finzcore.books.unit import Desk
from finzcore.errors import Unavailable
from finzcore.ports import Contended, Random, Row, Session

Done = TypeVar("Done")

log: Final = logging.getLogger("finzcore.oauth")

_TRIES: Final = 5


class Secrets(NamedTuple):
    """What secrets are made of, and what their digests are made with."""

    random: Random
    peppers: Mapping[str, bytes]

    def digest(self, secret: str) -> bytes:
        """The digest that is kept of a new one."""
        return tokens.digest(secret, [None, *self.peppers.values()][-1])

    def digests(self, secret: str) -> Sequence[bytes]:
        """Every digest that may be kept of one."""
        return [tokens.digest(secret, pepper) for pepper in (*self.peppers.values(), None)]


class Unit(NamedTuple):
    """A unit of work, and its instant."""

    session: Session
    """Over the tables that belong to no organisation."""
    now: dt.datetime
    new_id: Callable[[], int]
    books: Books | None

    @property
    def time(self) -> str:
        """The instant as columns keep it."""
        return instant(self.now)

    def record(self, grant: Row, action: str, changes: Mapping[str, Any]) -> None:
        """Keep what happened to a grant in the history of its organisation. One of several organisations
        is on the record of none: the log has a line."""
        if self.books is not None:
            told = {"client_id": {"old": None, "new": grant["client_id"]}, **changes}
            history.record(self.books, "GRANT", grant["id"], action=action, changes=told)
        elif action == "GRANT_REVOKED":
            log.warning("grant %d of client %s was revoked: %s", grant["id"], grant["client_id"], changes)


def unit_of_work(
    desk: Desk, org_id: int | None, now: dt.datetime, actor: Actor, do: Callable[[Unit], Done]
) -> Done:
    """Do something as one unit of work; again, when the database undid it because others were in its way."""
    if org_id is not None:
        return desk.work(
            org_id,
            actor,
            lambda: now,
            lambda books: do(Unit(books.session.shared, now, books.new_id, books)),
        )
    for _ in range(_TRIES):
        with suppress(Contended), desk.store.shared(write=True) as session:
            return do(Unit(session, now, lambda: desk.means.ids(now), None))
    raise Unavailable
