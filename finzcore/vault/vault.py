"""`Vault`: what can be done with credentials that are kept."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from finzcore.books import vault as kept
from finzcore.books.books import Actor, instant
from finzcore.books.kinds import checked_text
from finzcore.books.vault import CALLABLE, CREDENTIALS
from finzcore.client.client import Client
from finzcore.client.over_http import OverHttp
from finzcore.client.patience import Patience, Transport
from finzcore.errors import NotFound, RuleBroken
from finzcore.ids import unwire, wire
from finzcore.ports import Row, Session
from finzcore.sealing import Sealer
from finzcore.vault.keeping import Keeper, Kept, sealer_of, write
from finzcore.vault.renewal import KeptToken

SERVICE: Final = "finzbooks"
"""The service whose books a `Client` speaks to."""

FIXED: Final = frozenset({"token"})
PAIR: Final = frozenset({"access_token", "refresh_token", "client_id", "client_secret"})


class Vault:
    """Credentials, put in and never given out: `Engine.vault`.

    RuleBroken, field ``sealing_keys``, for whatever needs keys in books that were opened without any.
    """

    def __init__(self, engine: Keeper) -> None:
        self._engine = engine

    def __repr__(self) -> str:
        return f"<Vault of {self._engine!r}>"

    def put(
        self,
        consumer_id: str,
        credentials: Mapping[str, str],
        service_id: str = SERVICE,
        base_url: str | None = None,
        company_id: str | None = None,
    ) -> str:
        """Keep the credentials of a consumer of yours, and give the id of the connection.

        `credentials` are ``{"token"}``, or ``{"access_token", "refresh_token", "client_id",
        "client_secret"}``. `base_url` is where the books are, as for `Client`; None for these books here.
        `company_id` is the organisation that clients work in when they name none. A consumer has one
        connection per company: credentials that are put again take the place of those before.
        """
        sealer = sealer_of(self._engine)
        if service_id != SERVICE:
            raise RuleBroken(f"Credentials are of the service {SERVICE}.", field="service_id")
        given = _checked(credentials)
        row = {
            "consumer_id": checked_text(consumer_id, 200, "consumer_id"),
            "service_id": service_id,
            "base_url": _address(base_url),
            "company_id": "" if company_id is None else checked_text(company_id, 100, "company_id"),
            "state": CALLABLE,
            "claim": None,
            "claimed_until": None,
            "last_modified_time": instant(self._engine.clock()),
        }
        key: int = write(self._engine, partial(self._put, sealer, row, given))
        return wire(kept.PREFIX, 0, key)

    def _put(self, sealer: Sealer, row: Row, given: Mapping[str, str], session: Session) -> int:
        company = row["company_id"]
        rows = session.ask("vault.of_consumer", consumer_id=row["consumer_id"])
        there = next((one for one in rows if one["company_id"] == company), None)
        now = self._engine.clock()
        row = {"id": self._engine.ids(now) if there is None else there["id"], **row}
        row["sealed"] = kept.sealed(sealer, row, given)
        if there is None:
            session.insert(CREDENTIALS, [row | {"created_time": instant(now)}])
        else:
            session.change(CREDENTIALS, (row["id"],), {k: v for k, v in row.items() if k != "id"})
        return row["id"]  # type: ignore[no-any-return]

    def client(
        self, consumer_id: str, company_id: str | None = None, *, patience: Patience | None = None
    ) -> Client:
        """A client with the token of a consumer, for one of its companies. Close it when done.

        NotFound where there are no credentials; RuleBroken, field ``company_id``, where a consumer has
        those of several companies and none is named.
        """
        sealer = sealer_of(self._engine)
        row = _chosen(self._rows(consumer_id), company_id)
        kept.unsealed(sealer, row)  # nothing of the row is believed before this
        transport: Transport = OverHttp(row["base_url"]) if row["base_url"] else self._engine.handle
        bearer = KeptToken(Kept(self._engine, row["id"], row["base_url"]), transport, patience or Patience())
        return Client(transport, bearer, company_id or row["company_id"] or None, patience=patience)

    def connections(self, consumer_id: str | None = None) -> list[dict[str, Any]]:
        """What is kept, of one consumer or of all, without any secret. The state of a connection is
        ``callable``, or ``invalid`` when its server has refused to renew it."""
        return [_shown(row) for row in self._rows(consumer_id)]

    def remove(self, connection_id: str) -> None:
        """Forget the credentials of a connection. NotFound when there is none."""
        key = unwire(kept.PREFIX, 0, connection_id)

        def remove(session: Session) -> None:
            if key is None or session.get(CREDENTIALS, key) is None:
                raise NotFound("Connection not found.", field="connection_id")
            session.remove(CREDENTIALS, key)

        write(self._engine, remove)

    def reseal(self) -> int:
        """Seal anew, with the first key, whatever another one has sealed, and say how much that was: what
        is here, and what webhooks are signed with. A day later nothing needs the other keys any more."""
        sealer = sealer_of(self._engine)
        renewed = [(row, sealer.renewed(row["sealed"])) for row in self._rows(None)]

        def reseal(session: Session) -> int:
            return sum(
                len(session.ask("vault.reseal", id=row["id"], before=row["sealed"], sealed=fresh))
                for row, fresh in renewed
                if fresh is not None
            )

        return write(self._engine, reseal) + self._reseal_webhooks(sealer)

    def _reseal_webhooks(self, sealer: Sealer) -> int:
        done = 0
        with self._engine.store.shared() as session:
            orgs = [row["org_id"] for row in session.ask("access.orgs")]
        for org_id in orgs:
            with self._engine.store.read(org_id) as session:
                stale = kept.stale_webhooks(sealer, session)
            if stale:
                done += self._engine.work(org_id, Actor(source="SYSTEM"), kept.reseal_webhooks)
        return done

    # ----- inside -----

    def _rows(self, consumer_id: str | None) -> list[Row]:
        with self._engine.store.shared() as session:
            return session.ask("vault.of_consumer", consumer_id=consumer_id)


def _checked(credentials: Mapping[str, str]) -> dict[str, str]:
    """Credentials of either kind; RuleBroken, which shows nothing of them, for anything else."""
    wanted = "credentials are {'token'}, or {" + ", ".join(repr(name) for name in sorted(PAIR)) + "}"
    if not isinstance(credentials, Mapping) or frozenset(credentials) not in (FIXED, PAIR):
        raise RuleBroken(f"The {wanted}.", field="credentials")
    for name, value in credentials.items():
        if (
            not isinstance(value, str)
            or not value.isascii()
            or not value.isprintable()
            or value.strip() != value
        ):
            raise RuleBroken("Must be text as the server gave it.", field=f"credentials.{name}")
        if not value:
            raise RuleBroken("Must not be empty.", field=f"credentials.{name}")
    return dict(credentials)


def _address(base_url: str | None) -> str:
    if base_url is None:
        return ""
    try:
        return OverHttp(base_url).base_url
    except ValueError as error:
        raise RuleBroken(f"{str(error).partition(': ')[2]}.", field="base_url") from None


def _chosen(rows: list[Row], company_id: str | None) -> Row:
    """The connection for a company: its own, or one that is of several companies."""
    if company_id is None:
        if len(rows) > 1:
            raise RuleBroken("This consumer has several companies: say which one.", field="company_id")
        fitting = rows
    else:
        fitting = [row for row in rows if row["company_id"] == company_id]
        fitting += [row for row in rows if not row["company_id"]]
    if not fitting:
        raise NotFound("No credentials are kept for this.", field="consumer_id")
    return fitting[0]


def _shown(row: Row) -> dict[str, Any]:
    """A connection as lists show it, without what is sealed."""
    company = row["company_id"] or None
    return {
        "connection_id": wire(kept.PREFIX, 0, row["id"]),
        "consumer_id": row["consumer_id"],
        "service_id": row["service_id"],
        "unified_api": "accounting",
        "base_url": row["base_url"] or None,
        "state": row["state"],
        "enabled": row["state"] == CALLABLE,
        "settings": {"organization_id": company},
        "metadata": {"company_id": company},
        "created_time": row["created_time"],
        "last_modified_time": row["last_modified_time"],
    }
