"""What was granted comes to its end: a token, a family, or all that a user gave a client (`api.md` §2.4).

Always the grant first and then its tokens: whoever gives tokens out holds the grant's row, is waited
for, and what he gave is found.
"""

from collections.abc import Callable

from finzcore.books import access
from finzcore.books.oauth.tables import GRANTS
from finzcore.books.oauth.unit import Unit
from finzcore.ports import Row

Work = Callable[[Unit], None]


def end_family(unit: Unit, grant: Row, why: str) -> None:
    """Revoke all tokens of a consent, in every process from the next call on."""
    if grant["revoked_at"] is None:
        unit.session.change(GRANTS, (grant["id"],), {"revoked_at": unit.time})
        changes = {"revoked_at": {"old": None, "new": unit.time}, "reason": {"old": None, "new": why}}
        unit.record(grant, "GRANT_REVOKED", changes)
    unit.session.tell("oauth.end_tokens", {"family_id": grant["id"], "now": unit.time})


def end_held(unit: Unit, family_id: int) -> None:
    """The same, because the client has asked for it."""
    end_family(unit, unit.session.ask("oauth.hold", id=family_id)[0], "its client revoked it")


def end_token(unit: Unit, row: Row) -> None:
    """Revoke one access token alone."""
    if unit.books is None:
        access.change_token(unit.session, row, "revoked_at", unit.time)
    else:
        access.change_bound_token(unit.books, row, "revoked_at", unit.time)


def end_all(unit: Unit, user_id: int, client_id: str) -> None:
    """Revoke everything that a user has granted a client."""
    whose = {"user_id": user_id, "client_id": client_id, "now": unit.time}
    unit.session.tell("oauth.end_of_user", whose)
    unit.session.tell("oauth.end_tokens_of_user", whose)
