"""Recurring schedules: documents that are made by themselves, day after day (`api.md` §4.19).

Here they are kept; what they make is made by `finzcore.books.chores.schedules`.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from finzcore.books import due, views
from finzcore.books.books import Books, instant
from finzcore.books.kinds import Verbatim
from finzcore.books.pages import Listing, draw_by
from finzcore.books.records import Records, record_table
from finzcore.books.resource import Page, Resource, browse, change, create, delete, fetch
from finzcore.books.shapes import Fault, choice, day, flag, row_of, shape, special, text, whole
from finzcore.books.templates import KEPT_IN, Maker, check_payload, maker, original
from finzcore.books.text import json_value
from finzcore.documents.recurrence import FREQUENCIES, next_day, run_at, woken_on
from finzcore.errors import NotFound, RequiredField, RuleBroken
from finzcore.ports import Index, Row, integer, moment
from finzcore.ports import text as text_column

CHORE: Final = "schedules"
"""The kind of work that organisations with schedules are visited for."""

MOST_RUNS: Final = 100_000
MOST_INTERVALS: Final = 1000
_PAYLOAD: Final = Verbatim(most=2**19)
_ENDS_FIRST: Final = "The end date is before the start date."
_ONE_TEMPLATE: Final = "It is made from a document or from a payload, not from both."
_FIXED: Final = ("entity_type", "start_date", "auto_charge")
"""What a change does not touch."""

_NO_TEMPLATE: Final = "'template_entity_id' or 'template_payload' is required."


@shape
class NewSchedule:
    """A schedule as it is created: what it makes, how often, and what it is made from; `is_active` pauses
    and resumes it."""

    entity_type: str = choice(*KEPT_IN, required=True)
    name: str = text(200, required=True)
    frequency: str = choice(*FREQUENCIES, required=True)
    interval: int = whole(1, MOST_INTERVALS, default=1)
    start_date: str = day(required=True, bare=True)
    end_date: str | None = day(bare=True)
    max_runs: int | None = whole(1, MOST_RUNS)
    is_active: int = flag(default=True)
    auto_charge: int = flag(default=False)
    template_entity_id: str | None = text(100)
    template_payload: str | None = special(_PAYLOAD)

    def faults(self) -> Iterator[Fault]:
        """It does not end before it starts, and is made from one thing."""
        if self.end_date is not None and self.end_date < (self.start_date or ""):
            yield Fault(RuleBroken.code, "end_date", _ENDS_FIRST, self.end_date, because=("start_date",))
        document, payload = self.template_entity_id, self.template_payload
        if document is None and payload is None:
            because = ("template_entity_id",)
            yield Fault(RequiredField.code, "template_payload", _NO_TEMPLATE, because=because)
        if document is not None and payload is not None:
            yield Fault(RuleBroken.code, "template_payload", _ONE_TEMPLATE)


RECURRING: Final = record_table(
    "recurring",
    NewSchedule,
    moment("next_run_at"),
    moment("last_run_at", null=True),
    integer("run_count", least=0),
    text_column("last_error", null=True),
    text_column("last_generated_id", null=True),
    indexes=(
        Index(name="recurring_next", columns=("next_run_at", "id")),
        Index(name="recurring_active", columns=("is_active", "next_run_at", "id")),
    ),
)
"""`run_count` are documents made; ids of documents stand here as the wire has them, because what they
are ids of depends on `entity_type`, and they may name what is gone."""

VIEW: Final = views.View(
    views.ident("recurring_id", "rec_", "id"),
    views.text("entity_type"),
    views.text("name"),
    views.text("frequency"),
    views.whole("interval"),
    views.day("start_date", bare=True),
    views.day("end_date", bare=True),
    views.moment("next_run_at", zulu=True),
    views.moment("last_run_at", zulu=True),
    views.flag("is_active"),
    views.text("template_entity_id"),
    views.out("template_payload", views.Stored()),
    views.whole("run_count"),
    views.whole("max_runs"),
    views.flag("auto_charge"),
    views.moment("created_time", zulu=True),
    views.moment("last_modified_time", zulu=True),
    views.text("last_error"),
    views.text("last_generated_id"),
)

RECORDS: Final = Records(table=RECURRING, entity="RECURRING", prefix="rec_", ref="name", view=VIEW)


@shape
class ScheduleList(Listing):
    """Which schedules are wanted."""

    entity_type: str | None = choice(*KEPT_IN)
    is_active: int | None = flag()


def listing(books: Books, query: ScheduleList) -> Page:
    """Schedules, the one that runs next first."""

    def rows(after: str | None, limit: int) -> list[Row]:
        at, _, key = (after or "").partition(" ")
        found = books.session.ask(
            "recurring.page",
            entity_type=query.entity_type,
            is_active=query.is_active,
            at=at,
            id=int(key or 0),
            limit=limit,
        )
        return [row | {"place": f"{row['next_run_at']} {row['id']}"} for row in found]

    return draw_by(books, "recurring", query, "place", rows)


def add(books: Books, body: NewSchedule) -> Row:
    """A new schedule, whose first document is that of its first day."""
    values = row_of(body)
    _check_template(books, maker(body.entity_type), values)
    row = RECORDS.add(
        books,
        values
        | {
            "next_run_at": instant(run_at(dt.date.fromisoformat(body.start_date))),
            "last_run_at": None,
            "run_count": 0,
            "last_error": None,
            "last_generated_id": None,
        },
    )
    due.expect(books, CHORE, row["next_run_at"])
    return row


def _check_template(books: Books, of: Maker, values: Row) -> None:
    if values["template_entity_id"] is not None:
        original(books, of, values["template_entity_id"])
    else:
        check_payload(books, of, json_value(values["template_payload"]), values["start_date"])


def amend(books: Books, row: Row, changes: dict[str, Any]) -> Row:
    """Change, pause or resume a schedule.

    Resuming, and another rhythm, lead to the next day to come: what was missed is not caught up.
    """
    for name in _FIXED:
        changes.pop(name, None)
    after = row | _template_changes(row, changes)
    if changes.keys() & {"template_entity_id", "template_payload"}:
        _check_template(books, maker(row["entity_type"]), after)
    if after["end_date"] is not None and after["end_date"] < row["start_date"]:
        raise RuleBroken(_ENDS_FIRST, field="end_date")
    rhythm = ("frequency", "interval")
    resumed = after["is_active"] and not row["is_active"]
    if resumed or any(after[name] != row[name] for name in rhythm):
        after = moved(after, woken_on(books.now))
    after = ended(after)
    if changes.get("is_active") and not after["is_active"]:
        raise RuleBroken("It has ended: no day is left for it, or no run.", field="is_active")
    changed = RECORDS.amend(books, row, after)
    if changed["is_active"]:
        due.expect(books, CHORE, changed["next_run_at"])
    return changed


def _template_changes(row: Row, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes; a template of one sort takes the place of one of the other."""
    sorts = ("template_entity_id", "template_payload")
    given = [name for name in sorts if changes.get(name) is not None]
    if len(given) == 2:
        raise RuleBroken(_ONE_TEMPLATE, field="template_payload")
    if given:
        return dict.fromkeys(sorts) | changes
    if all(changes.get(name, row[name]) is None for name in sorts):
        raise RequiredField(_NO_TEMPLATE, field="template_payload")
    return changes


def moved(row: Row, after: dt.date) -> Row:
    """A schedule whose next day is its first one after a day; an ended one when there is none."""
    start = dt.date.fromisoformat(row["start_date"])
    following = next_day(start, row["frequency"], row["interval"], after=after)
    if following is None:
        return row | {"is_active": 0}
    return row | {"next_run_at": instant(run_at(following))}


def ended(row: Row) -> Row:
    """A schedule that has ended if its runs are used up, or its next day is beyond its last."""
    used_up = row["max_runs"] is not None and row["run_count"] >= row["max_runs"]
    over = row["end_date"] is not None and row["next_run_at"][:10] > row["end_date"]
    return row | {"is_active": 0} if used_up or over else row


def remove(books: Books, row: Row) -> None:
    """Delete a schedule; what it made stays."""
    RECORDS.remove(books, row)


RESOURCE: Final = Resource(
    name="recurring",
    noun="recurring",
    label="Recurring schedule",
    prefix="rec_",
    table=RECURRING,
    view=VIEW,
    operations=(
        browse(listing, ScheduleList),
        fetch(),
        create(add, NewSchedule, message="The recurring schedule has been created.", refuses=(NotFound,)),
        change(amend, NewSchedule, message="The recurring schedule has been updated."),
        delete(remove, message="The recurring schedule has been deleted."),
    ),
)
