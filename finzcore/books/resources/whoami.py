"""Who am I: what a token is and may do (`api.md` §4.22)."""

from typing import Final

from finzcore.books import connections, views
from finzcore.books.kinds import or_null
from finzcore.books.reach import Bearer, entered
from finzcore.books.references import Id
from finzcore.books.resource import Operation, Resource
from finzcore.ids import uuid_text, wire
from finzcore.ports import Row

_UUID: Final = Id("").schema()

VIEW: Final = views.View(
    views.out("token_id", views.Given(**_UUID)),
    views.out("org_id", views.Given(**_UUID)).maybe(),
    views.out("user_id", views.Given(**Id("usr_").schema())),
    views.out("scopes", views.Given(type="array", items={"type": "string"})),
    views.out("tier", views.Given(type="string", enum=["DEFAULT", "PARTNER"])),
    views.out("kind", views.Given(type="string")),
    views.out("is_multi_org", views.Given(type="boolean")),
    views.out("is_sandbox", views.Given(type="boolean")),
    views.out("expires_at", views.Given(type="string", format="date-time")).maybe(),
    views.out("client_id", views.Given(type="string")).maybe(),
    views.out("metadata", views.Given(type="object", properties={"company_id": or_null(_UUID)})),
)


def show(bearer: Bearer) -> Row:
    """The token that asks, and the organisation it has selected, or means where it selects none."""
    token = bearer.token
    with bearer.store.shared() as session:
        chosen = connections.chosen(session, token)
    return {
        "token_id": uuid_text(0, token.token_id),
        "org_id": _shown(_meant(bearer, chosen.company)),
        "user_id": wire("usr_", 0, token.user_id),
        "scopes": sorted(token.scopes),
        "tier": token.tier,
        "kind": token.kind,
        "is_multi_org": token.org_id is None,
        "is_sandbox": token.is_sandbox,
        "expires_at": None if token.expires_at is None else token.expires_at.isoformat()[:19] + "Z",
        "client_id": token.client_id,
        "metadata": {"company_id": _shown(chosen.company if chosen.mirrored else None)},
    }


def _meant(bearer: Bearer, default: int | None) -> int | None:
    """The organisation of the next request that is like this one; None where it would have none."""
    token = bearer.token
    if bearer.org_id is not None or default is None:
        return bearer.org_id
    org = entered(bearer.store, token.user_id, default, is_sandbox=token.is_sandbox)
    return None if org is None else default


def _shown(org_id: int | None) -> str | None:
    return None if org_id is None else uuid_text(0, org_id)


RESOURCE: Final = Resource(
    name="whoami",
    noun="token",
    view=VIEW,
    operations=(
        Operation(
            name="get",
            method="GET",
            path="",
            run=show,
            action="",
            about_token=True,
            answers=(("token", VIEW),),
        ),
    ),
)
