"""Of which organisations an endpoint may be told, and who may say so (`api.md` §8.6)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from finzcore.books.access import TOKENS
from finzcore.books.books import Books
from finzcore.books.head import ORGS
from finzcore.books.kinds import Kind, Wrong
from finzcore.books.reach import entered
from finzcore.books.references import UUID
from finzcore.books.webhooks.listeners import ALL, own, span_of
from finzcore.books.webhooks.spread import spread
from finzcore.errors import FinzError, NoMembership, OrgMismatch, RuleBroken
from finzcore.ids import from_uuid

if TYPE_CHECKING:
    from finzcore.books.unit import Call, Desk

FIELD: Final = "organization_ids"
MOST: Final = 100


class OrganisationIds(Kind):
    """Some organisations by their ids, or the word for all of them."""

    def read(self, raw: Any, org: int) -> str | list[str]:
        """As they were given, each once."""
        if raw == ALL:
            return ALL
        if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= MOST:
            raise Wrong(f"Must be '{ALL}', or a list of 1 to {MOST} ids.")
        if not all(isinstance(one, str) for one in raw):
            raise Wrong("Must be a list of ids.")
        return list(dict.fromkeys(raw))

    def schema(self) -> dict[str, Any]:
        """A word, or a list."""
        some = {"type": "string", "pattern": f"^{UUID}$"}
        several = {"type": "array", "items": some, "minItems": 1, "maxItems": MOST}
        about = f"Some ids, or '{ALL}': of which the user is a member, now or later."
        return {"anyOf": [{"const": ALL}, several], "description": about}


class Reach(NamedTuple):
    """What is known of whoever asks, and of the organisations that were chosen."""

    others: list[int]
    """The endpoints of which other organisations have to know; the operation says them."""
    of_several: bool
    """Whether it is a user with all memberships, and not a token of one organisation."""
    belongs: bool = False
    """Whether an endpoint that is registered now belongs to that user."""
    refused: FinzError | None = None
    """Why not all that were chosen may be."""


@contextmanager
def reaching(desk: "Desk", call: "Call", body: Any) -> Iterator[Mapping[str, Any]]:
    """Before the unit of work, look at the organisations that a request chooses; after it, let them know."""
    chosen = body.get(FIELD) if isinstance(body, Mapping) else getattr(body, FIELD, None)
    reach = _reach(desk, call, chosen)
    yield {"reach": reach}
    if reach.others:
        try:
            spread(desk, call.org_id, call.now)
        except Exception:
            # It is done, and must not be refused for this; the scheduler does what is left.
            import logging

            logging.getLogger("finzcore.webhooks").exception("not everybody knows yet who listens")


def _reach(desk: "Desk", call: "Call", chosen: Any) -> Reach:
    user_id, token_id = call.actor.user_id, call.actor.token_id
    of_several = user_id is not None
    if token_id is not None:
        with desk.store.shared() as session:
            token = session.get(TOKENS, token_id)
        of_several = token is not None and token["org_id"] is None
    if chosen is None or chosen == own(call.org_id):
        # From Python a user may also be one who is a member of nothing, and acts for a host.
        return Reach([], of_several, belongs=of_several and token_id is not None)
    if not of_several or user_id is None:
        return Reach([], of_several=False, refused=OrgMismatch(field=FIELD))
    refused = None if chosen == ALL else _refused(desk, call.org_id, user_id, chosen)
    return Reach([], of_several=True, belongs=True, refused=refused)


def _refused(desk: "Desk", org_id: int, user_id: int, chosen: list[str]) -> FinzError | None:
    """NoMembership unless the user is a member of each, and all are of one sort, sandboxes or live ones."""
    with desk.store.read(org_id) as session:
        home = session.get(ORGS)
    assert home is not None, "the request is about it"
    for shown in chosen:
        key = from_uuid(0, shown)
        if key is None or entered(desk.store, user_id, key, is_sandbox=bool(home["is_sandbox"])) is None:
            return NoMembership(field=FIELD)
    return None


def check_chosen(books: Books, chosen: Any, reach: Reach | None, endpoint_id: int | None = None) -> Any:
    """The organisations that a request chooses, which whoever asks may choose for this endpoint."""
    if endpoint_id is not None:
        check_sent(books, endpoint_id, reach, FIELD)
    if chosen is None or chosen == own(books.org_id):
        return chosen
    if reach is None:
        raise RuleBroken(
            "Inside a transaction an endpoint is told of its own organisation alone.", field=FIELD
        )
    if reach.refused is not None:
        raise reach.refused
    return chosen


def check_sent(books: Books, endpoint_id: int, reach: Reach | None, field: str) -> None:
    """OrgMismatch when an endpoint belongs to a user of several organisations, and whoever asks is another:
    otherwise a member of one could have the others' events sent to himself, those of now, or those that its
    user lets be told later."""
    span = span_of(books, endpoint_id)
    if span is None:
        return
    if reach is None or not reach.of_several or span["user_id"] != books.actor.user_id:
        raise OrgMismatch(
            "It belongs to a user of several organisations, who alone may do this.", field=field
        )
