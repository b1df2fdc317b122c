"""Clients: registered by their owner, known by their id and secret, disabled for good (`api.md` §2.1)."""

import json
from collections.abc import Sequence
from typing import Final

from finzcore.auth import oauth, tokens
from finzcore.auth.scopes import check_known
from finzcore.books.access import USERS
from finzcore.books.kinds import checked_text
from finzcore.books.oauth.tables import CLIENTS
from finzcore.books.oauth.unit import Secrets, Unit
from finzcore.books.text import json_text
from finzcore.errors import InvalidClient, NotFound, RequiredField, RuleBroken
from finzcore.masking import masked
from finzcore.ports import Row, Session

MOST_URIS: Final = 10

_NOBODY: Final = bytes(32)
"""What the secret of a client that nobody knows is compared with, so that it takes as long."""


def register(
    unit: Unit,
    secrets: Secrets,
    *,
    owner: int,
    name: str,
    redirect_uris: Sequence[str],
    scopes: Sequence[str] | None,
) -> tuple[str, Row]:
    """A new client: its secret, which is shown once, and its row."""
    if unit.session.get(USERS, owner) is None:
        raise NotFound("User not found.", field="owner_user_id")
    secret = tokens.mint(tokens.CLIENT, secrets.random)
    row = {
        "id": unit.new_id(),
        "client_id": oauth.APP + secrets.random(12).hex(),
        "name": checked_text(name, 200, "name"),
        "redirect_uris": json_text(_checked(redirect_uris)),
        "scopes": None if scopes is None else " ".join(sorted(check_known(scopes))),
        "owner_user_id": owner,
        "digest": secrets.digest(secret),
        "form_key": secrets.random(32),
        "created_time": unit.time,
        "disabled_at": None,
    }
    unit.session.insert(CLIENTS, [row])
    return secret, row


def _checked(uris: Sequence[str]) -> list[str]:
    """The addresses to which a browser may be sent back."""
    given = list(dict.fromkeys([uris] if isinstance(uris, str) else uris))
    if not given:
        raise RequiredField("At least one redirect URI is needed.", field="redirect_uris")
    if len(given) > MOST_URIS:
        raise RuleBroken(f"There are at most {MOST_URIS} redirect URIs.", field="redirect_uris")
    for uri in given:
        if not oauth.is_redirect(uri):
            raise RuleBroken(
                "A redirect URI is absolute, without a fragment, and https, or http to localhost.",
                field="redirect_uris",
                details={"received": uri},
            )
    return given


def find(session: Session, client_id: str) -> Row | None:
    """A client by its public id, disabled or not."""
    rows = session.ask("oauth.client", client_id=client_id)
    return rows[0] if rows else None


def named(session: Session, client_id: str) -> Row:
    """The same; NotFound when there is none."""
    client = find(session, client_id)
    if client is None:
        # Whoever mistakes the secret for the id is not to find it in a log.
        shown = client_id[:100] if client_id.startswith(oauth.APP) else masked(client_id[:100])
        raise NotFound(f"Client '{shown}' not found.", field="client_id")
    return client


def uris_of(client: Row) -> list[str]:
    """The addresses to which a browser may be sent back, word for word."""
    uris: list[str] = json.loads(client["redirect_uris"])
    return uris


def authenticated(session: Session, secrets: Secrets, client_id: str, secret: str) -> Row:
    """The client of an id and a secret; InvalidClient, in the same words and after the same work, for an
    unknown one, a disabled one and a wrong secret."""
    client = find(session, client_id)
    kept = _NOBODY if client is None else client["digest"]
    matches = [tokens.same(digest, kept) for digest in secrets.digests(secret)]
    if client is None or client["disabled_at"] is not None or not any(matches):
        raise InvalidClient()
    return client


def renew_secret(unit: Unit, secrets: Secrets, client_id: str) -> tuple[str, Row]:
    """Another secret; the one before is worth nothing from now on."""
    client = named(unit.session, client_id)
    secret = tokens.mint(tokens.CLIENT, secrets.random)
    unit.session.change(CLIENTS, (client["id"],), {"digest": secrets.digest(secret)})
    return secret, client


def disable(unit: Unit, client_id: str) -> None:
    """No more of a client: it is known to nobody, and whatever it holds is revoked."""
    client = named(unit.session, client_id)
    if client["disabled_at"] is None:
        unit.session.change(CLIENTS, (client["id"],), {"disabled_at": unit.time})
    # Grants before tokens: whoever gives tokens out holds the grant's row, and is waited for.
    unit.session.tell("oauth.end_of_client", {"client_id": client_id, "now": unit.time})
    unit.session.tell("oauth.end_tokens_of_client", {"client_id": client_id, "now": unit.time})
