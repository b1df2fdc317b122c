"""What is asked of several organisations at once, by a token of several (`api.md` §8.7)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from finzcore.api.authenticate import admitted
from finzcore.api.host import Host
from finzcore.auth.tokens import Token
from finzcore.books.bodies import Notes, read, refusal
from finzcore.books.books import Actor
from finzcore.books.consolidation import ALL, MOST, Party
from finzcore.books.resource import Operation
from finzcore.errors import NoMembership, OrgMismatch, RuleBroken
from finzcore.ids import from_uuid, uuid_text

FIELD: Final = "organization_ids"


def answer(
    engine: Host,
    operation: Operation,
    token: Token,
    given: Mapping[str, str],
    actor: Actor,
    now: dt.datetime,
) -> str:
    """The answer, as JSON text. OrgMismatch for a token of one organisation."""
    if token.org_id is not None:
        raise OrgMismatch(field=FIELD)
    parties = list(_parties(engine, token, _asked(operation, given)))
    if len(parties) > MOST:
        raise RuleBroken(f"Must be at most {MOST} organisations.", field=FIELD)
    others = {name: value for name, value in given.items() if name != FIELD}
    ((key, view),) = operation.answers
    row = operation.run(engine.desk, parties, others, actor, now)
    return f'{{"code":0,"message":"success","{key}":{view.json(row, 0)}}}'


def _asked(operation: Operation, given: Mapping[str, str]) -> tuple[str, ...]:
    """The organisations that are asked for; every fault of the parameters is named at once."""
    assert operation.query is not None
    notes = Notes(0)
    notes.query = True
    query: Any = read(operation.query, given, notes)
    if notes.faults:
        raise refusal(notes.faults)
    ids: tuple[str, ...] = query.__dict__[FIELD]
    return ids


def _parties(engine: Host, token: Token, asked: tuple[str, ...]) -> Iterator[Party]:
    """Those that are asked for, in their order; all of a user by name."""
    if asked != (ALL,):
        yield from (_party(engine, token, shown) for shown in asked)
        return
    with engine.store.shared() as session:
        rows = session.ask("access.organisations", user_id=token.user_id)
    entered = [_party(engine, token, uuid_text(0, row["org_id"])) for row in rows]
    # Those of the other kind, sandboxes or live ones, are none of its organisations.
    yield from sorted((one for one in entered if one.refused is None), key=lambda one: (one.name, one.key))


def _party(engine: Host, token: Token, shown: str) -> Party:
    key = from_uuid(0, shown)
    try:
        if key is None:
            raise NoMembership(field=FIELD)
        return Party(shown, key, admitted(engine.store, token, key)["name"])
    except NoMembership as refused:
        return Party(shown, refused=refused)
