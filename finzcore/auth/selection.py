"""Which organisation a request is about: the table of `api.md` §1.3.

Two steps, because what lies between them is a look-up that rules do not make. `chosen` reads the
token and the selectors; `admit` judges what the look-up found. An organisation that does not exist
gets the same answer as one without membership.
"""

from collections.abc import Iterable
from typing import Final

from finzcore.errors import MissingOrganisation, NoMembership, OrgMismatch, RuleBroken
from finzcore.ids import from_uuid

SELECTOR: Final = "organization_id"
"""The query parameter that selects an organisation, and the field of every refusal here."""

SELECTOR_HEADERS: Final = ("X-AIBooks-Org", "x-apideck-company-id")
"""The headers that mean the same."""


def chosen(token_org: int | None, selectors: Iterable[str], default: int | None = None) -> int | None:
    """The organisation that a token and the selectors of its request name; None when none does.

    `token_org` is the organisation a single-org token is bound to, None for a multi-org token.
    `selectors` are the values of all selectors, UUIDs; a blank one counts as absent. `default` is
    the default company of a multi-org token's connection (`api.md` §8.4).

    Raises `RuleBroken` when selectors contradict each other, `OrgMismatch` when a single-org token
    is pointed elsewhere, `NoMembership` when a multi-org token is pointed at no organisation.
    """
    named = {_read(text) for text in map(str.strip, selectors) if text}
    if len(named) > 1:
        raise RuleBroken("The request selects two different organisations.", field=SELECTOR)
    if not named:
        return default if token_org is None else token_org
    org = named.pop()
    if token_org is not None:
        if org != token_org:
            raise OrgMismatch(field=SELECTOR)
        return token_org
    if isinstance(org, str):
        raise NoMembership(field=SELECTOR)
    return org


def _read(text: str) -> int | str:
    """The organisation, or the text itself when it names none: two typos are still two selectors."""
    org = from_uuid(0, text)
    return text if org is None else org


def needed(org: int | None) -> int:
    """The organisation, or `MissingOrganisation` where an operation cannot do without one."""
    if org is None:
        raise MissingOrganisation(field=SELECTOR)
    return org


def admit(*, is_bound: bool, is_member: bool, token_is_sandbox: bool, org_is_sandbox: bool) -> None:
    """Raise `NoMembership` unless a token may enter the organisation that was chosen.

    A token bound to it (`is_bound`) needs no membership here: losing one revokes such tokens. Any
    other needs its user to be an ACTIVE member. A sandbox token enters only a sandbox, a live token
    only a live organisation. For an organisation that does not exist, `is_member` is false.
    """
    if not (is_bound or is_member) or token_is_sandbox != org_is_sandbox:
        raise NoMembership(field=SELECTOR)
