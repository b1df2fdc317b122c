"""A code or a refresh token comes in, a pair of tokens goes out (`api.md` §2.3, `reliability.md` §17).

What ends a family must be kept although the answer is a refusal. So nothing in here is refused by
raising once something is written: a unit of work gives a pair, or None, and is committed either way.
"""

import datetime as dt
from typing import Final, NamedTuple

from finzcore.auth import oauth, tokens
from finzcore.auth.oauth import ON_CODE, ON_REFRESH, Grant, Refresh, Step
from finzcore.books.access import MEMBERSHIPS, TOKENS
from finzcore.books.books import instant
from finzcore.books.oauth.ending import end_family
from finzcore.books.oauth.tables import REFRESHES
from finzcore.books.oauth.unit import Secrets, Unit
from finzcore.errors import InvalidGrant
from finzcore.ports import Row, Session


class Pair(NamedTuple):
    """What a client is given."""

    access_token: str
    refresh_token: str
    scope: str
    expires_in: int


_SECONDS: Final = int(oauth.ACCESS_LIFE.total_seconds())


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def grant_of(row: Row) -> Grant:
    """A grant as the rules judge it."""
    return Grant(
        consented=_at(row["created_time"]),
        redeemed=row["redeemed_at"] is not None,
        revoked=row["revoked_at"] is not None,
    )


def find(session: Session, secrets: Secrets, name: str, secret: str) -> Row | None:
    """What is kept under a digest of a secret, by the statement of that name."""
    for digest in secrets.digests(secret):
        for row in session.ask(name, digest=digest):
            if tokens.same(row["digest"], digest):
                return row
    return None


def redeem(unit: Unit, secrets: Secrets, found: Row, redirect_uri: str, verifier: str) -> Pair | None:
    """The first pair of a grant, for its code; None for a refusal. A code that comes with something else
    than it was given for stays as it is; one that was used already ends the family."""
    fits = (
        found["redirect_uri"] == redirect_uri
        and oauth.proves(verifier, found["challenge"])
        and _is_member(unit.session, found)
    )
    if fits and unit.session.ask("oauth.redeem", id=found["id"], now=unit.time):
        return _issue(unit, secrets, found, found["scopes"])[0]
    grant = _held(unit, found["id"])
    if ON_CODE[grant_of(grant).code_standing(unit.now)] is Step.END:
        end_family(unit, grant, "the code was presented again")
    return None


def refresh(unit: Unit, secrets: Secrets, found: Row, asked: str | None, grace: dt.timedelta) -> Pair | None:
    """The next pair of a family, for its refresh token; None for a refusal. InvalidScope, with nothing
    done, for more than the token may do."""
    grant = _held(unit, found["family_id"])
    token = unit.session.get(REFRESHES, found["id"])
    assert token is not None, "refresh tokens are never removed"
    successor = None
    if token["successor_id"] is not None:
        successor = unit.session.get(REFRESHES, token["successor_id"])
    step = ON_REFRESH[_judged(token, successor).standing(grant_of(grant), unit.now, grace)]
    if step is Step.END:
        end_family(unit, grant, "a refresh token was presented again")
    if step not in (Step.ROTATE, Step.REPLACE) or not _is_member(unit.session, grant):
        return None
    pair, key = _issue(unit, secrets, grant, oauth.narrowed(token["scopes"], asked))
    if successor is not None:
        unit.session.change(REFRESHES, (successor["id"],), {"replaced_at": unit.time})
    used = {"used_at": token["used_at"] or unit.time, "successor_id": key}
    unit.session.change(REFRESHES, (token["id"],), used)
    return pair


def _held(unit: Unit, family_id: int) -> Row:
    """The grant of a family, for this unit of work alone: another one waits until this one is over.
    InvalidGrant for one that was over so long that it has just been forgotten."""
    held = unit.session.ask("oauth.hold", id=family_id)
    if not held:
        raise InvalidGrant()
    return held[0]


def _judged(token: Row, successor: Row | None) -> Refresh:
    used_on = successor is not None and successor["used_at"] is not None
    return Refresh(
        expires=_at(token["expires_at"]),
        used=None if token["used_at"] is None else _at(token["used_at"]),
        superseded=token["replaced_at"] is not None or used_on,
    )


def _is_member(session: Session, grant: Row) -> bool:
    """Whether the user may still enter the organisation that a grant is for. One of several is asked about
    at each call."""
    if grant["org_id"] is None:
        return True
    member = session.get(MEMBERSHIPS, grant["user_id"], grant["org_id"])
    return member is not None and member["status"] == "ACTIVE"


def _issue(unit: Unit, secrets: Secrets, grant: Row, scopes: str) -> tuple[Pair, int]:
    """A new pair of a family, and the key of its refresh token."""
    access = tokens.mint(tokens.ACCESS, secrets.random)
    refreshing = tokens.mint(tokens.REFRESH, secrets.random)
    tiers = unit.session.ask("oauth.tier", family_id=grant["id"])
    bearer = {
        "id": unit.new_id(),
        "digest": secrets.digest(access),
        "kind": "oauth",
        "user_id": grant["user_id"],
        "org_id": grant["org_id"],
        "client_id": grant["client_id"],
        "scopes": scopes,
        "tier": tiers[0]["tier"] if tiers else "DEFAULT",
        "label": tokens.label(access),
        "is_sandbox": grant["is_sandbox"],
        "created_time": unit.time,
        "expires_at": instant(unit.now + oauth.ACCESS_LIFE),
        "revoked_at": None,
        "family_id": grant["id"],
    }
    kept = {
        "id": unit.new_id(),
        "family_id": grant["id"],
        "digest": secrets.digest(refreshing),
        "scopes": scopes,
        "created_time": unit.time,
        "expires_at": instant(oauth.refresh_until(grant_of(grant), unit.now)),
        "used_at": None,
        "replaced_at": None,
        "successor_id": None,
    }
    unit.session.insert(TOKENS, [bearer])
    unit.session.insert(REFRESHES, [kept])
    return Pair(access, refreshing, scopes, _SECONDS), kept["id"]
