"""Which organisations a token reaches, and what its user is there (`api.md` §1.3, §8.1)."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from finzcore.auth import selection
from finzcore.books.access import MEMBERSHIPS
from finzcore.books.head import ORGS
from finzcore.errors import NoMembership
from finzcore.ports import Row, Store

if TYPE_CHECKING:
    from finzcore.auth.tokens import Token


class Bearer(NamedTuple):
    """Who asks about a token and what it reaches, and when."""

    token: "Token"
    org_id: int | None
    """The organisation that the request selects."""
    store: Store
    now: dt.datetime


def entered(store: Store, user_id: int, org_id: int, *, is_sandbox: bool) -> Row | None:
    """An organisation where a user is an active member, with their `role`; None for any other, for one that
    does not exist, and for a sandbox where a live one is meant, or the reverse."""
    with store.read(org_id) as session:
        member = session.shared.get(MEMBERSHIPS, user_id, org_id)
        org = session.get(ORGS)
    if org is None or member is None:
        return None
    try:
        selection.admit(
            is_bound=False,
            is_member=member["status"] == "ACTIVE",
            token_is_sandbox=is_sandbox,
            org_is_sandbox=bool(org["is_sandbox"]),
        )
    except NoMembership:
        return None
    return org | {"id": org_id, "role": member["role"]}


def reached(store: Store, user_id: int, *, is_sandbox: bool) -> Iterator[Row]:
    """Every organisation that a user's tokens of several reach, in the order of their founding."""
    with store.shared() as session:
        rows = session.ask("access.organisations", user_id=user_id)
    for row in rows:
        org = entered(store, user_id, row["org_id"], is_sandbox=is_sandbox)
        if org is not None:
            yield org


def sole(store: Store, user_id: int) -> int | None:
    """The organisation that is not a sandbox and the only such one that a user is a member of, if it is."""
    found = None
    for org in reached(store, user_id, is_sandbox=False):
        if found is not None:
            return None
        found = org["id"]
    return found


def of_bearer(bearer: Bearer) -> list[Row]:
    """The organisations that a token reaches: its own, or by their names those of its user."""
    token = bearer.token
    if token.org_id is not None:
        org = entered(bearer.store, token.user_id, token.org_id, is_sandbox=token.is_sandbox)
        return [] if org is None else [org]
    found = reached(bearer.store, token.user_id, is_sandbox=token.is_sandbox)
    return sorted(found, key=lambda org: (org["name"], org["id"]))
