"""Users, memberships and tokens: the tables that belong to no organisation (`api.md` §1.2, §4.0)."""

from collections.abc import Callable
from typing import Any, Final

from finzcore.auth.scopes import check_known
from finzcore.books import due, history
from finzcore.books.books import Books
from finzcore.books.kinds import checked_text
from finzcore.books.webhooks import listeners
from finzcore.errors import NoMembership, NotFound, RuleBroken
from finzcore.ids import uuid_text, wire
from finzcore.ports import Index, Random, Row, Session, Table, blob, flag, integer, moment, text

USERS: Final = Table(
    name="users",
    shared=True,
    columns=(integer("id"), text("name"), text("email", null=True), moment("created_time")),
)

MEMBERSHIPS: Final = Table(
    name="memberships",
    shared=True,
    key=("user_id", "org_id"),
    columns=(
        integer("user_id"),
        integer("org_id"),
        text("role"),
        text("status"),
        moment("created_time"),
    ),
    indexes=(Index(name="memberships_org", columns=("org_id", "role", "user_id")),),
)

TOKENS: Final = Table(
    name="tokens",
    shared=True,
    columns=(
        integer("id"),
        blob("digest", length=32),
        text("kind"),
        integer("user_id"),
        integer("org_id", null=True),
        text("client_id", null=True),
        text("scopes"),
        text("tier"),
        text("label"),
        flag("is_sandbox"),
        moment("created_time"),
        moment("expires_at", null=True),
        moment("revoked_at", null=True),
        integer("family_id", null=True),
    ),
    indexes=(
        Index(name="tokens_digest_uq", columns=("digest",), unique=True),
        Index(name="tokens_user", columns=("user_id", "org_id")),
        Index(name="tokens_family", columns=("family_id", "id"), present=("family_id",)),
    ),
)

TABLES: Final = (USERS, MEMBERSHIPS, TOKENS)

ROLES: Final = ("ADMIN", "MEMBER")


def add_user(session: Session, key: int, time: str, name: str, email: str | None) -> Row:
    """A new person."""
    row = {
        "id": key,
        "name": checked_text(name, 200, "name"),
        "email": None if email is None else checked_text(email, 200, "email"),
        "created_time": time,
    }
    session.insert(USERS, [row])
    return row


def add_membership(books: Books, user_id: int, role: str) -> Row:
    """Let a user work in this organisation."""
    if role not in ROLES:
        raise RuleBroken(f"A role is one of {', '.join(ROLES)}.", field="role")
    shared = books.session.shared
    if shared.get(USERS, user_id) is None:
        raise NotFound("User not found.", field="user_id")
    row = {
        "user_id": user_id,
        "org_id": books.org_id,
        "role": role,
        "status": "ACTIVE",
        "created_time": books.time,
    }
    known = shared.get(MEMBERSHIPS, user_id, books.org_id)
    if known is None:
        shared.insert(MEMBERSHIPS, [row])
    else:
        shared.change(MEMBERSHIPS, (user_id, books.org_id), {"role": role, "status": "ACTIVE"})
    listeners.settle(books)
    # An endpoint that is registered at this moment, elsewhere, is not seen yet: it is looked for later.
    due.expect(books, listeners.KIND, books.time)
    _tell(books, "MEMBERSHIP_ADDED", user_id, {"role": {"old": known and known["role"], "new": role}})
    return row


def remove_membership(books: Books, user_id: int) -> None:
    """End a membership, and with it the user's tokens and grants of this organisation."""
    shared = books.session.shared
    known = shared.get(MEMBERSHIPS, user_id, books.org_id)
    if known is None or known["status"] != "ACTIVE":
        raise NotFound("The user has no active membership in this org.", field="user_id")
    shared.change(MEMBERSHIPS, (user_id, books.org_id), {"status": "ENDED"})
    bound = {"user_id": user_id, "org_id": books.org_id, "now": books.time}
    shared.tell(
        "oauth.end_bound", bound
    )  # first: who gives tokens of a grant out holds it, and is waited for
    shared.tell("access.revoke_bound", bound)
    listeners.settle(books)
    _tell(books, "MEMBERSHIP_REMOVED", user_id, {"status": {"old": "ACTIVE", "new": "ENDED"}})


def _tell(books: Books, action: str, user_id: int, changes: dict[str, Any]) -> None:
    history.record(books, "USER", user_id, action=action, changes=changes)


def first_admin(session: Session, org_id: int) -> int:
    """The organisation's first ADMIN, for whom tokens without a user act."""
    rows = session.ask("access.first_admin", org_id=org_id)
    if not rows:
        raise RuleBroken("The organisation has no ADMIN to act for.", field="user_id")
    user_id: int = rows[0]["user_id"]
    return user_id


def mint(
    session: Session,
    *,
    key: int,
    now: str,
    random: Random,
    user_id: int,
    org_id: int | None,
    scopes: list[str],
    sandbox: bool,
    expires_at: str | None,
    label: str | None,
    pepper: bytes | None,
) -> tuple[str, Row]:
    """A personal access token: its text, which is shown once, and its row, which holds a digest."""
    from finzcore.auth import tokens

    check_known(scopes)
    if session.get(USERS, user_id) is None:
        raise NotFound("User not found.", field="user_id")
    token = tokens.mint(tokens.SANDBOX_PAT if sandbox else tokens.PAT, random)
    row = {
        "id": key,
        "digest": tokens.digest(token, pepper),
        "kind": "pat",
        "user_id": user_id,
        "org_id": org_id,
        "client_id": None,
        "scopes": " ".join(scopes),
        "tier": "DEFAULT",
        "label": checked_text(label, 100, "label") if label else tokens.label(token),
        "is_sandbox": int(sandbox),
        "created_time": now,
        "expires_at": expires_at,
        "revoked_at": None,
        "family_id": None,
    }
    session.insert(TOKENS, [row])
    return token, row


def mint_bound(
    books: Books,
    make: Callable[[Session, int | None, int], tuple[str, Row]],
    user_id: int | None,
    sandbox: bool,
) -> tuple[str, Row]:
    """A token of this organisation alone, for a member or else for its first ADMIN."""
    shared = books.session.shared
    acting = first_admin(shared, books.org_id) if user_id is None else user_id
    member = shared.get(MEMBERSHIPS, acting, books.org_id)
    if member is None or member["status"] != "ACTIVE":
        raise NoMembership(field="user_id")
    if bool(books.masters.org["is_sandbox"]) != sandbox:
        raise RuleBroken("Sandbox tokens are for sandbox organisations, and no others.", field="sandbox")
    token, row = make(shared, books.org_id, acting)
    shown = {"label": {"old": None, "new": row["label"]}, "scopes": {"old": None, "new": row["scopes"]}}
    history.record(books, "TOKEN", row["id"], action="TOKEN_CREATED", changes=shown)
    return token, row


def has_live_token(session: Session, now: str) -> bool:
    """Whether there is a token, valid at an instant, of an organisation that is no sandbox."""
    return bool(session.ask("access.live", now=now))


def change_token(session: Session, row: Row, column: str, value: str) -> None:
    """Revoke a token or move it to another tier."""
    session.change(TOKENS, (row["id"],), {column: value})


def change_bound_token(books: Books, row: Row, column: str, value: str) -> None:
    """The same for a token of this organisation alone, on its record."""
    change_token(books.session.shared, row, column, value)
    changes = {column: {"old": row[column], "new": value}}
    history.record(books, "TOKEN", row["id"], action="TOKEN_UPDATED", changes=changes)


def token_shown(row: Row) -> dict[str, Any]:
    """A token as lists show it: never the token, never its digest."""
    return {
        "token_id": uuid_text(0, row["id"]),
        "kind": row["kind"],
        "label": row["label"],
        "user_id": wire("usr_", 0, row["user_id"]),
        "org_id": None if row["org_id"] is None else uuid_text(0, row["org_id"]),
        "scopes": row["scopes"].split(),
        "tier": row["tier"],
        "is_sandbox": bool(row["is_sandbox"]),
        "created_time": row["created_time"],
        "expires_at": row["expires_at"],
        "revoked_at": row["revoked_at"],
    }
