"""Connections: what a token, or a client that a user has let in, has chosen (`api.md` §8.4)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from finzcore.books import connections
from finzcore.books.books import instant
from finzcore.books.lookups import missing
from finzcore.books.reach import Bearer, entered
from finzcore.books.resource import Operation, Page, Resource
from finzcore.books.shapes import one as inner
from finzcore.books.shapes import shape, text
from finzcore.errors import NoMembership, OrgMismatch, RuleBroken, Unavailable
from finzcore.ids import from_uuid, unwire, uuid_text
from finzcore.ports import Conflict, Contended, Row

_SETTING: Final = f"settings.{connections.SETTING}"
_DEFAULT: Final = "default_company_id"
_TRIES: Final = 3


@shape
class ConnectionSettings:
    """The setting by which this service knows the company."""

    organization_id: str | None = text(60)


@shape
class NewConnection:
    """What may be chosen of a connection, in either of two words for it."""

    settings: ConnectionSettings | None = inner(ConnectionSettings)
    default_company_id: str | None = text(60)


@shape
class ConnectionList:
    """All of them."""


def listing(bearer: Bearer, query: ConnectionList) -> Page:
    """The connections that the token sees: its own, or, for a client, those that its user has given it."""
    return Page.whole(connections.visible(bearer))


def one(bearer: Bearer, shown: str) -> Row:
    """One of the connections that the token sees."""
    key = unwire("conn_", 0, shown)
    found = [row for row in connections.visible(bearer) if row["id"] == key]
    if not found:
        missing("Connection", shown, "connection_id")
    return found[0]


def choose(bearer: Bearer, shown: str, changes: Mapping[str, Any]) -> Row:
    """Choose the company that is meant where a request selects none, or none with null. What belongs to one
    organisation stays with it."""
    row = one(bearer, shown)
    wanted = _wanted(changes)
    if wanted is None:
        return row
    field, company_id = wanted
    company = _checked(bearer, row, field, company_id)
    for _ in range(_TRIES):
        with suppress(Conflict, Contended), bearer.store.shared(write=True) as session:
            connections.choose(session, row, company, instant(bearer.now))
            return _chosen(bearer, row, company)
    raise Unavailable


def _chosen(bearer: Bearer, row: Row, company: int | None) -> Row:
    now = {"company": company, "mirrored": 1, "last_modified_time": instant(bearer.now)}
    return connections.shown(bearer, row | now)


def _wanted(changes: Mapping[str, Any]) -> tuple[str, str | None] | None:
    """The field that chooses, and what; None when nothing is chosen."""
    said = {}
    if "settings" in changes:
        settings = changes["settings"]
        said[_SETTING] = None if settings is None else settings.organization_id
    if _DEFAULT in changes:
        said[_DEFAULT] = changes[_DEFAULT]
    if len(set(said.values())) > 1:
        raise RuleBroken(f"'{_SETTING}' and '{_DEFAULT}' say different things.", field=_DEFAULT)
    return next(iter(said.items()), None)


def _checked(bearer: Bearer, row: Row, field: str, company_id: str | None) -> int | None:
    """The company that is chosen, which the token can reach."""
    if row["org_id"] is not None:
        if company_id != uuid_text(0, row["org_id"]):
            raise OrgMismatch(field=field)
        return int(row["org_id"])
    if company_id is None:
        return None
    key, token = from_uuid(0, company_id), bearer.token
    if key is None or entered(bearer.store, token.user_id, key, is_sandbox=token.is_sandbox) is None:
        raise NoMembership(field=field)
    return key


RESOURCE: Final = Resource(
    name="connections",
    noun="connection",
    prefix="conn_",
    more_tables=(connections.CONNECTIONS,),
    view=connections.VIEW,
    operations=(
        Operation(
            name="list",
            method="GET",
            path="",
            run=listing,
            action="READ",
            query=ConnectionList,
            listing=True,
            about_token=True,
        ),
        Operation(
            name="get", method="GET", path="/{id}", run=one, action="READ", by_id=True, about_token=True
        ),
        Operation(
            name="update",
            method="PUT",
            path="/{id}",
            run=choose,
            action="UPDATE",
            body=NewConnection,
            changes=True,
            by_id=True,
            about_token=True,
            message="The connection has been updated.",
        ),
    ),
)
