"""A user lets a client in: what may be asked for, and the grant that a yes makes (`api.md` §2.2)."""

from typing import NamedTuple

from finzcore.auth import oauth
from finzcore.books import connections
from finzcore.books.access import MEMBERSHIPS
from finzcore.books.books import instant
from finzcore.books.head import ORGS
from finzcore.books.oauth.tables import GRANTS
from finzcore.books.oauth.unit import Secrets, Unit
from finzcore.errors import NoMembership
from finzcore.ports import Row, Store


class Asked(NamedTuple):
    """What a client asks a user for, found sound."""

    client: Row
    user: Row
    org: Row | None
    """The organisation, if it is about one alone."""
    org_id: int | None
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str


def organisation(store: Store, user_id: int, org_id: int) -> Row | None:
    """An organisation that a user is an active member of."""
    with store.read(org_id) as session:
        org = session.get(ORGS)
        member = session.shared.get(MEMBERSHIPS, user_id, org_id)
    return org if org is not None and member is not None and member["status"] == "ACTIVE" else None


def grant(
    unit: Unit, secrets: Secrets, asked: Asked, *, sole: int | None = None, legacy: bool = False
) -> str:
    """A grant, and the code of it, which is shown once. NoMembership when the user has left the
    organisation meanwhile, or the client was disabled.

    Its connection is made or authorized again: `sole` is the company that it chooses, where there is
    exactly one, and a `legacy` one has no metadata yet.

    Both rows are held until the commit: a membership that ends now, or a client that is disabled now,
    comes after this grant and ends it too.
    """
    session, user_id, client_id = unit.session, asked.user["id"], asked.client["client_id"]
    held = asked.org_id is None or session.ask("oauth.hold_member", user_id=user_id, org_id=asked.org_id)
    if not held or not session.ask("oauth.hold_client", client_id=client_id):
        raise NoMembership(field="organization_id")
    code = oauth.CODE + secrets.random(32).hex()
    row = {
        "id": unit.new_id(),
        "client_id": client_id,
        "user_id": user_id,
        "org_id": asked.org_id,
        "scopes": " ".join(asked.scopes),
        "is_sandbox": 0 if asked.org is None else asked.org["is_sandbox"],
        "redirect_uri": asked.redirect_uri,
        "challenge": asked.challenge,
        "code_digest": secrets.digest(code),
        "code_until": instant(unit.now + oauth.CODE_LIFE),
        "uses": 0,
        "created_time": unit.time,
        "redeemed_at": None,
        "revoked_at": None,
    }
    session.insert(GRANTS, [row])
    connections.consented(session, row, sole=sole, legacy=legacy)
    unit.record(row, "GRANT_CREATED", {"scopes": {"old": None, "new": row["scopes"]}})
    return code
