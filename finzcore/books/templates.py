"""What a recurring document is made from: a body as a create call takes it, or a document to copy.

Nothing is resolved for good: the ids in a template are looked up again whenever a document is made of it,
as those of any other request (`api.md` §4.19, `reliability.md` §5).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from finzcore.books.bodies import Notes, read, refusal
from finzcore.books.books import Books
from finzcore.books.lookups import grouped, look_up, path_row
from finzcore.books.registry import resource
from finzcore.books.resource import Operation, Resource
from finzcore.books.shapes import Plan, plan_of
from finzcore.errors import NotFound
from finzcore.fiscal import due_date, parse_day
from finzcore.ports import Row

KEPT_IN: Final[Mapping[str, str]] = {
    "INVOICE": "invoices",
    "BILL": "bills",
    "EXPENSE": "expenses",
    "JOURNAL": "journals",
}
"""The resource of each kind of document that may recur."""

_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "INVOICE": ("invoice_number", "reference_number"),
    "BILL": ("bill_number", "reference_number"),
    "EXPENSE": ("expense_number",),
    "JOURNAL": ("journal_number",),
}
"""What each document has for itself: its number, and where no two of a contact may have the same, its
reference."""

_AS_GIVEN: Final[Mapping[str, str]] = {
    "discount": "discount_given",
    "tds_amount": "tds_given",
    "round_off": "round_off_given",
    "series": "series",
}
"""Fields of a document that say something else than its answer does under the same key: what was computed,
or nothing. The column keeps what the body said."""

_NOT_COPIED: Final = ("reference_number", "exchange_rate", "auto_approve")
"""The reference is another document's, the rate that of another day, and a copy waits to be approved."""


class Maker(NamedTuple):
    """What makes documents of a kind: their resource and its create call."""

    entity_type: str
    resource: Resource
    create: Operation

    @property
    def takes(self) -> Plan:
        """How the body of its create call is read."""
        assert self.create.body is not None, "a create call has a body"
        return plan_of(self.create.body)

    def named(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that a body gives, under their own names and never twice."""
        fields: dict[str, Any] = {}
        for spelled, value in body.items():
            empty = value is None or (isinstance(value, str) and not value.strip())
            if spelled in self.takes.names and not empty:
                fields.setdefault(self.takes.names[spelled][0], value)
        return fields


def maker(entity_type: str) -> Maker:
    """What makes documents of a kind."""
    declared = resource(KEPT_IN[entity_type])
    return Maker(entity_type, declared, declared.operation("create"))


def understood(books: Books, of: Maker, body: Mapping[str, Any], at: str = "") -> Any:
    """A body as the create call takes it; refused with every fault, or for an id of nobody here.

    The paths of its fields begin with `at`.
    """
    notes = Notes(books.org_id)
    assert of.create.body is not None, "a create call has a body"
    value: Any = read(of.create.body, body, notes, at)
    if notes.faults:
        raise refusal(notes.faults)
    books.found = {}
    look_up(books, notes.mentions, grouped(notes.mentions))
    return value


def check_payload(books: Books, of: Maker, payload: Mapping[str, Any], start: str) -> None:
    """Refuse a body that the create call would refuse, with paths below `template_payload`.

    A date that it leaves open is the day on which the schedule starts. What depends on the day on which
    a document is made, such as a rate or a lock, is judged then.
    """
    dated = payload if "date" in of.named(payload) else {**payload, "date": start}
    understood(books, of, dated, "template_payload.")


def original(books: Books, of: Maker, shown: str) -> Row:
    """The document that is copied; NotFound, field ``template_entity_id``, when it is not there."""
    try:
        row = path_row(books, of.resource, shown)
        whole: Row = of.resource.operation("get").run(books, row)
    except NotFound as missing:
        raise NotFound(missing.message, field="template_entity_id") from missing
    return whole


def shown_id(of: Maker, document: Row, org: int) -> str:
    """The id of a document as answers show it."""
    assert of.resource.view is not None, "a document has a view"
    (ident,) = (one for one in of.resource.view.outs if one.key == of.resource.id_name)
    shown: str = ident.kind.plain(document[ident.column], org)
    return shown


def copied(of: Maker, row: Row, org: int) -> dict[str, Any]:
    """A document as a body would have given it, without what is its own."""
    assert of.resource.view is not None, "a document has a view"
    body = _fields_of(of.takes, of.resource.view.plain(of.resource.entered(row), org))
    for name, column in _AS_GIVEN.items():
        if name in of.takes.specs and column in row:
            kind = of.takes.specs[name].kind
            assert kind is not None, f"{name} is a plain value"
            body[name] = None if row[column] is None else kind.plain(row[column], org)
    return {name: value for name, value in body.items() if value is not None and name not in _NOT_COPIED}


def _fields_of(plan: Plan, said: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer says under the names that a body takes, its lines too."""
    body: dict[str, Any] = {}
    for name, spec in plan.specs.items():
        value = said.get(name)
        if hasattr(spec.each, "plan") and isinstance(value, list):
            value = [_fields_of(plan_of(spec.each), entry) for entry in value]
        if value is not None:
            body[name] = value
    return body


def body_for(of: Maker, template: Mapping[str, Any], start: str, day: dt.date) -> dict[str, Any]:
    """The body of the document of a day: a due date keeps its distance, and the number is a new one.

    So is the reference, where no two documents of a contact may have the same. RuleBroken when the
    due date lies beyond the days of the books.
    """
    body = of.named(template)
    due = body.pop("due_date", None)
    if due is not None:
        distance = parse_day(due.strip()) - parse_day(body.get("date", start).strip())
        body["due_date"] = due_date(day, distance.days).isoformat()
    for name in _OWN[of.entity_type]:
        body.pop(name, None)
    return body | {"date": day.isoformat()}
