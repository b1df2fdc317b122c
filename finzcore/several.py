"""Several organisations asked at once by whoever holds the books (`api.md` §8.7)."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from finzcore.books.books import Actor
from finzcore.books.consolidation import ALL, MOST, Party
from finzcore.books.registry import resource
from finzcore.books.unit import Desk
from finzcore.errors import NotFound, RuleBroken
from finzcore.org import argument, check_names

if TYPE_CHECKING:
    from finzcore.org import Org


class Holder(Protocol):
    """An engine, as far as this needs one."""

    desk: Desk
    clock: Callable[[], dt.datetime]

    def org(self, org_id: str) -> "Org":
        """An organisation by its id; NotFound when there is none."""
        ...

    def orgs(self) -> "list[Org]":
        """Every organisation."""
        ...


def consolidated(
    engine: Holder, report: str, org_ids: Iterable[str] | str, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """A report of several organisations, as `Engine.consolidated` gives it."""
    declared = resource("consolidated")
    operation = next((one for one in declared.operations if one.name == report), None)
    if operation is None:
        raise NotFound(f"There is no consolidated report {report!r}.", field="report")
    given = {name: argument(value, name) for name, value in parameters.items()}
    check_names(f"consolidated({report!r})", resource("reports").operation(report).query, given)
    parties = list(_parties(engine, org_ids))
    if len(parties) > MOST:
        raise RuleBroken(f"Must be at most {MOST} organisations.", field="org_ids")
    asked = {name: value for name, value in given.items() if value is not None}
    row = operation.run(engine.desk, parties, asked, Actor(), engine.clock())
    ((_, view),) = operation.answers
    return view.plain(row, 0)


def _parties(engine: Holder, org_ids: Iterable[str] | str) -> Iterator[Party]:
    if org_ids == ALL:
        yield from (Party(org.org_id, org._key, org.name) for org in engine.orgs())
        return
    if isinstance(org_ids, str):
        raise TypeError("org_ids: ids of organisations in a list, or 'all'")
    for org_id in dict.fromkeys(org_ids):
        try:
            org = engine.org(org_id)
            yield Party(org_id, org._key, org.name)
        except NotFound as refused:
            yield Party(org_id, refused=refused)
