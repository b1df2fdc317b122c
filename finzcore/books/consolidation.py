"""One report of several organisations: each by itself, and all of them added up (`api.md` §8.7).

Every organisation is read by itself, with its own ids; nothing is taken out for what they owe each other.
Books are kept in rupees, so the figures add up as they are.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any, Final, NamedTuple

from finzcore.books import views
from finzcore.books.bodies import Notes, read, refusal
from finzcore.books.books import Actor
from finzcore.books.figures import Amount
from finzcore.books.kinds import Flag, Kind, Wrong
from finzcore.books.registry import resource
from finzcore.books.unit import Call, Desk
from finzcore.books.views import Each, Inner, Out, View
from finzcore.errors import FinzError, NotFound, RuleBroken
from finzcore.ports import Row

ALL: Final = "all"
"""Stands for every organisation of a user."""

MOST: Final = 50
"""So many organisations in one answer."""

CURRENCY: Final = "INR"
_LINE: Final = ("code", "name")
"""What a line is the same line by, in whichever organisation."""


class Party(NamedTuple):
    """An organisation that was asked for: its id as it was given, its key and name, or why it is left out."""

    shown: str
    key: int = 0
    name: str = ""
    refused: FinzError | None = None


class Drawn(NamedTuple):
    """A report, and the organisation of which it is."""

    org_id: int
    row: Row


class OrganisationIds(Kind):
    """Ids of organisations with commas between them, each once, or the word for all."""

    in_query = RuleBroken.code

    def read(self, raw: Any, org: int) -> tuple[str, ...]:
        """The texts; whose they are is looked up later."""
        texts = raw.split(",") if isinstance(raw, str) else []
        ids = tuple(dict.fromkeys(text.strip()[:100] for text in texts if text.strip()))
        if not ids:
            raise Wrong("Must be ids of organisations, or 'all'.")
        if len(ids) > MOST:
            raise Wrong(f"Must be at most {MOST} organisations.")
        return (ALL,) if ALL in map(str.lower, ids) else ids

    def schema(self) -> dict[str, Any]:
        """Text."""
        about = f"At most {MOST} ids with commas between them, or `all`, those of the user."
        return {"type": "string", "description": about}


def consolidated(
    name: str, desk: Desk, parties: Iterable[Party], given: Mapping[str, Any], actor: Actor, now: dt.datetime
) -> Row:
    """A report of several organisations, and its lines added up by the code and the name of their account.

    What is not found in an organisation, such as a branch of another, leaves that one out and says so, and
    so does one whose member the user is not. Whatever else is wrong with the parameters is refused.
    """
    reports = resource("reports")
    operation = reports.operation(name)
    assert operation.query is not None
    _check(operation.query, given)
    companies: list[Row] = []
    errors: list[Row] = []
    for party in parties:
        try:
            if party.refused is not None:
                raise party.refused
            call = Call(party.key, reports, operation, actor, now, query=given, spelled=False)
            drawn = Drawn(party.key, desk.do(call).result)
            companies.append({"organization_id": party.shown, "name": party.name, name: drawn})
        except FinzError as error:
            if party.refused is None and not isinstance(error, NotFound):
                raise
            errors.append({"organization_id": party.shown, "code": error.code, "message": error.message})
    ((_, view),) = reports.answers(operation)
    totals = added(summed(view), [company[name].row for company in companies])
    return {
        "report": name,
        "currency": CURRENCY,
        "companies": companies,
        "totals": totals,
        "errors": errors,
    }


def _check(shape: type, given: Mapping[str, Any]) -> None:
    """Refuse what no organisation can take, before any is read."""
    notes = Notes(0)
    notes.query = True
    read(shape, given, notes)
    if notes.faults:
        raise refusal(notes.faults)


# ----- as it is shown -----


class Own(Inner):
    """A row of an organisation of its own: ids are made of that one, whoever asks."""

    def json(self, value: Drawn, org: int) -> str:
        """A JSON object."""
        return self.view.json(value.row, value.org_id)

    def plain(self, value: Drawn, org: int) -> dict[str, Any]:
        """A dict."""
        return self.view.plain(value.row, value.org_id)


_COMPANY: Final = View(views.text("organization_id"), views.text("name"))
_ERROR: Final = View(views.text("organization_id"), views.text("code"), views.text("message"))
_ANSWER: Final = View(
    views.text("report"),
    views.text("currency"),
    views.out("companies", Each(_COMPANY)),
    views.out("totals", Inner(View())),
    views.out("errors", Each(_ERROR)),
)


def view_of(name: str, report: View) -> View:
    """The answer that shows a report of several organisations."""
    kinds = {
        "companies": Each(View(*_COMPANY.outs, views.out(name, Own(report)))),
        "totals": Inner(summed(report)),
    }
    return View(
        *(one._replace(kind=kinds.get(one.key, one.kind)) for one in _ANSWER.outs),
        called="Consolidated" + "".join(part.capitalize() for part in name.split("_")),
    )


# ----- added up -----


def summed(view: View) -> View:
    """What of a report can be added up: its amounts, and the lines that have the name of an account. Ids,
    days and sources are of one organisation, and are left out."""
    return _summed(view, {}, is_line=False)


def _summed(view: View, made: dict[int, View], *, is_line: bool) -> View:
    known = made.get(id(view))
    if known is None:
        known = made[id(view)] = View()
        known.outs = tuple(
            out for one in view.outs if (out := _summed_out(one, made, is_line=is_line)) is not None
        )
    return known


def _summed_out(one: Out, made: dict[int, View], *, is_line: bool) -> Out | None:
    kind = one.kind
    if isinstance(kind, Each):
        is_of_accounts = any(inner.key == "name" for inner in kind.view.outs)
        return _within(one, made, is_line=True) if is_of_accounts else None
    if isinstance(kind, Inner):
        return None if one.key == "sources" else _within(one, made, is_line=False)
    tells = one.key in (*_LINE, "account_type") if is_line else one.key == "is_balanced"
    return one if tells or isinstance(kind, Amount) else None


def _within(one: Out, made: dict[int, View], *, is_line: bool) -> Out:
    kind = copy(one.kind)
    kind.view = _summed(kind.view, made, is_line=is_line)
    return one._replace(kind=kind)


def added(view: View, rows: Sequence[Row]) -> Row:
    """Rows of a report, or lines of one account, added up."""
    return {one.column: _added(one, [row[one.column] for row in rows]) for one in view.outs}


def _added(one: Out, values: Sequence[Any]) -> Any:
    kind = one.kind
    if isinstance(kind, Each):
        lines: dict[tuple[Any, ...], list[Row]] = {}
        for row in (row for value in values for row in value):
            lines.setdefault(tuple(row.get(key) for key in _LINE), []).append(row)
        # Those of accounts in the order of their codes; those of none as they came, and behind them.
        ordered = sorted(lines.items(), key=lambda line: (line[0][0] is None, line[0][0] or ""))
        return [added(kind.view, rows) for _, rows in ordered]
    if isinstance(kind, Inner):
        return added(kind.view, values)
    if isinstance(kind, Flag):
        return int(all(values))
    if isinstance(kind, Amount):
        there = [value for value in values if value is not None]
        return None if one.omitted and not there else sum(there)
    return values[0]
