"""Connections: what a token, or a client that a user has let in, has chosen (`api.md` §8.4).

A personal access token has one connection; so has a client for all organisations of a user, and one more
for each organisation that it was let into alone. What belongs to one organisation is of that for good;
any other may choose a default company, which is meant where a request selects none.

The key of a token's connection is that of the token. A token that is older than connections has no row,
and is shown as a row would be that has no metadata yet.
"""

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from finzcore.auth.services import OURS, SETTING_KEYS
from finzcore.books import views
from finzcore.books.books import instant
from finzcore.books.kinds import or_null
from finzcore.books.reach import Bearer, entered
from finzcore.books.references import Id, UserId
from finzcore.ids import uuid_text
from finzcore.ports import Index, Row, Session, Table, flag, integer, moment, text

if TYPE_CHECKING:
    from finzcore.auth.tokens import Token

CONNECTIONS: Final = Table(
    name="connections",
    shared=True,
    columns=(
        integer("id"),
        text("client_id", null=True),
        integer("user_id"),
        integer("org_id", null=True),
        integer("company", null=True),
        flag("mirrored"),
        moment("created_time"),
        moment("last_modified_time"),
    ),
    indexes=(
        Index(
            name="connections_bound_uq",
            columns=("client_id", "user_id", "org_id"),
            unique=True,
            present=("client_id", "org_id"),
        ),
        Index(
            name="connections_several_uq",
            columns=("client_id", "user_id"),
            unique=True,
            present=("client_id",),
            absent=("org_id",),
        ),
        Index(name="connections_org", columns=("org_id", "id"), present=("org_id",)),
    ),
)
"""`org_id` is the one organisation of a bound connection, `company` what has been chosen; `mirrored` says
whether the metadata tell it. The `client_id` of a token's own is null."""

SETTING: Final = SETTING_KEYS[OURS]
STATES: Final = ("available", "added", "authorized", "callable", "invalid")
"""The states that a connection may be in; here it is never one of the first two."""

_COMPANY: Final = or_null(Id("").schema())

VIEW: Final = views.View(
    views.ident("connection_id", "conn_", "id"),
    views.out("service_id", views.Given(type="string", const=OURS)),
    views.out("unified_api", views.Given(type="string", const="accounting")),
    views.out("token_id", Id("")).if_any(),
    views.text("client_id").if_any(),
    views.out("user_id", UserId(), "of_user").if_any(),
    views.out("state", views.Given(type="string", enum=list(STATES))),
    views.flag("enabled"),
    views.out(
        "settings",
        views.Given(type="object", properties={SETTING: _COMPANY}, required=[SETTING]),
    ),
    views.out("metadata", views.Given(type="object", properties={"company_id": _COMPANY}, required=[])),
    *views.CREATED,
)
"""A token's own has `token_id`; that of a client has `client_id` and `user_id`."""


class Chosen(NamedTuple):
    """What the connection of a token has chosen."""

    company: int | None
    mirrored: bool = False
    """Whether its metadata tell it."""


# ----- made with what they are of -----


def minted(session: Session, token: Row, *, legacy: bool) -> None:
    """The connection of a new token; a `legacy` one has no metadata yet."""
    session.insert(CONNECTIONS, [_new(token["id"], token, token["created_time"], mirrored=not legacy)])


def consented(session: Session, grant: Row, *, sole: int | None, legacy: bool) -> None:
    """The connection of a client that a user has just let in, new or authorized again. `sole` is the one
    company that it may choose, where there is exactly one: that is chosen.

    The unit of work holds the client's row, so that two consents do not both find nothing.
    """
    wanted = {"client_id": grant["client_id"], "user_id": grant["user_id"], "since": ""}
    there = [
        row for row in session.ask("connections.of_client", **wanted) if row["org_id"] == grant["org_id"]
    ]
    time = grant["created_time"]
    if there:
        (row,) = there
        company = row["company"] if sole is None or row["org_id"] is not None else sole
        values = {"company": company, "mirrored": 1, "last_modified_time": time}
        session.change(CONNECTIONS, (row["id"],), values)
        return
    row = _new(grant["id"], grant, time, mirrored=not legacy)
    if row["company"] is None and not legacy:
        row["company"] = sole
    session.insert(CONNECTIONS, [row])


def _new(key: int, of: Row, time: str, *, mirrored: bool) -> Row:
    return {
        "id": key,
        "client_id": of["client_id"],
        "user_id": of["user_id"],
        "org_id": of["org_id"],
        "company": of["org_id"],
        "mirrored": int(mirrored),
        "created_time": time,
        "last_modified_time": time,
    }


# ----- what a token has chosen -----


def chosen(session: Session, token: "Token") -> Chosen:
    """What the connection of a token has chosen."""
    if token.org_id is not None:
        return Chosen(token.org_id, mirrored=_tells(session, token))
    if token.client_id is None:
        row = session.get(CONNECTIONS, token.token_id)
    else:
        rows = session.ask("connections.of_several", client_id=token.client_id, user_id=token.user_id)
        row = rows[0] if rows else None
    return Chosen(None) if row is None else Chosen(row["company"], mirrored=bool(row["mirrored"]))


def _tells(session: Session, token: "Token") -> bool:
    """Whether the metadata of a bound token's connection tell its organisation."""
    if token.client_id is None:
        row = session.get(CONNECTIONS, token.token_id)
        return row is not None and bool(row["mirrored"])
    wanted = {"client_id": token.client_id, "user_id": token.user_id, "since": ""}
    rows = session.ask("connections.of_client", **wanted)
    return any(row["mirrored"] for row in rows if row["org_id"] == token.org_id)


# ----- those that a token sees -----


def visible(bearer: Bearer) -> list[Row]:
    """The connections that a token sees, with their states: a personal access token its own, a client those
    that its user has given it; a token of one organisation those of that one alone."""
    token = bearer.token
    with bearer.store.shared() as session:
        if token.client_id is None:
            row = session.get(CONNECTIONS, token.token_id) or _older(token)
            rows = [row | {"grants": 1}]
        else:
            from finzcore.auth.oauth import GRANT_LIFE  # hardly any process knows a client

            since = instant(bearer.now - GRANT_LIFE)
            wanted = {"client_id": token.client_id, "user_id": token.user_id, "since": since}
            rows = session.ask("connections.of_client", **wanted)
    return [shown(bearer, row) for row in rows if token.org_id in (None, row["org_id"])]


def _older(token: "Token") -> Row:
    """The row that a token would have that is older than connections."""
    of = {"client_id": None, "user_id": token.user_id, "org_id": token.org_id}
    return _new(token.token_id, of, instant(token.created), mirrored=False)


def shown(bearer: Bearer, row: Row) -> Row:
    """A connection as answers show it."""
    company = None if row["company"] is None else uuid_text(0, row["company"])
    of_client = row["client_id"] is not None
    return row | {
        "service_id": OURS,
        "unified_api": "accounting",
        "token_id": None if of_client else row["id"],
        "of_user": row["user_id"] if of_client else None,
        "state": _state(bearer, row),
        "enabled": 1,
        "settings": {SETTING: company},
        "metadata": {"company_id": company} if row["mirrored"] else {},
    }


def _state(bearer: Bearer, row: Row) -> str:
    """``invalid`` when nothing granted stands any more or the company that was chosen is out of reach,
    ``authorized`` for a client that may still choose, ``callable`` otherwise."""
    company = row["company"]
    if not row["grants"] or (company is not None and not _reaches(bearer, company)):
        return "invalid"
    return "authorized" if company is None and row["client_id"] is not None else "callable"


def _reaches(bearer: Bearer, company: int) -> bool:
    token = bearer.token
    return entered(bearer.store, token.user_id, company, is_sandbox=token.is_sandbox) is not None


def choose(session: Session, row: Row, company: int | None, time: str) -> None:
    """Choose a company, or none; the metadata tell it from now on."""
    values: dict[str, Any] = {"company": company, "mirrored": 1, "last_modified_time": time}
    if session.get(CONNECTIONS, row["id"]) is None:
        kept = {column.name: row[column.name] for column in CONNECTIONS.columns}
        session.insert(CONNECTIONS, [kept | values])
    else:
        session.change(CONNECTIONS, (row["id"],), values)
