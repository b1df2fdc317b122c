"""Units of work over what the vault keeps, and one connection of it at a time."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeVar

from finzcore.api.http import Request, Response
from finzcore.books import vault as rows
from finzcore.books.books import Actor, Books, instant
from finzcore.books.unit import Desk
from finzcore.books.vault import CALLABLE, CREDENTIALS, INVALID
from finzcore.errors import NotFound, RuleBroken, Unavailable
from finzcore.ids import wire
from finzcore.ports import Clock, Conflict, Contended, Ids, Row, Session, Store
from finzcore.sealing import Sealer

CLAIM: Final = dt.timedelta(seconds=8)
"""How long a renewal may take. A server gives a lost answer again for ten seconds: whoever comes after one
that was killed in the middle is still in time."""

_TRIES: Final = 5

Done = TypeVar("Done")


class Keeper(Protocol):
    """What the vault needs of the engine that keeps the books."""

    store: Store
    desk: Desk
    clock: Clock
    ids: Ids

    def handle(self, request: Request) -> Response:
        """Answer a request to these books."""
        ...

    def work(self, org_id: int, actor: Actor, work: Callable[[Books], Any]) -> Any:
        """Run a function of the books as one unit of work."""
        ...


def sealer_of(engine: Keeper) -> Sealer:
    """What seals; RuleBroken, field ``sealing_keys``, where nothing does."""
    sealer = engine.desk.sealer
    if not sealer.can_seal:
        raise RuleBroken(
            "The vault keeps nothing unsealed: open the books with sealing_keys.", field="sealing_keys"
        )
    return sealer


def write(engine: Keeper, do: Callable[[Session], Done]) -> Done:
    """A unit of work over what belongs to no organisation; again, when another was in its way."""
    if engine.desk.open_books is not None:
        raise RuntimeError("the vault inside transaction(): it belongs to no organisation")
    for _ in range(_TRIES):
        try:
            with engine.store.shared(write=True) as session:
                return do(session)
        except Contended:
            continue
        except Conflict as conflict:  # somebody has put the same in between
            if conflict.kind != "unique":
                raise
    raise Unavailable


class Kept:
    """One connection, read anew each time, as long as its server is the one that it was made for."""

    def __init__(self, engine: Keeper, key: int, base_url: str) -> None:
        self._engine, self._key, self._base_url = engine, key, base_url

    def __repr__(self) -> str:
        return f"<connection {wire(rows.PREFIX, 0, self._key)}>"

    @property
    def now(self) -> dt.datetime:
        """The present instant."""
        return self._engine.clock()

    def read(self) -> tuple[Row, dict[str, str]]:
        """The row and its credentials. NotFound once they were removed, or are for another server."""
        with self._engine.store.shared() as session:
            row = session.get(CREDENTIALS, self._key)
        if row is None or row["base_url"] != self._base_url:
            raise NotFound("The credentials of this client are no longer kept.", field="connection_id")
        return row, rows.unsealed(sealer_of(self._engine), row)

    def claim(self, row: Row) -> int | None:
        """A claim to renew the credentials as they were read; None while somebody else has one, or has
        renewed them since."""
        now = self.now
        claim = self._engine.ids(now)
        said = {"id": row["id"], "sealed": row["sealed"], "claim": claim, "now": instant(now)}
        until = instant(now + CLAIM)
        taken = write(self._engine, lambda session: session.ask("vault.claim", until=until, **said))
        return claim if taken else None

    def settle(self, row: Row, claim: int, credentials: Mapping[str, str] | None) -> bool:
        """Keep a new pair; or, without one, that there will be none. False where the claim was over."""
        said = {"id": row["id"], "claim": claim, "now": instant(self.now)}
        state, text = INVALID, row["sealed"]
        if credentials is not None:
            state, text = CALLABLE, rows.sealed(sealer_of(self._engine), row, credentials)
        return bool(
            write(self._engine, lambda session: session.ask("vault.settle", state=state, sealed=text, **said))
        )

    def release(self, row: Row, claim: int) -> None:
        """Let somebody else try."""
        said = {"id": row["id"], "claim": claim}
        write(self._engine, lambda session: session.tell("vault.release", said))
