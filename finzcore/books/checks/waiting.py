"""What `verify` asks of the work that waits: no schedule is ready before its organisation is visited."""

import datetime as dt
from collections.abc import Iterator

from finzcore.books import due
from finzcore.books.books import instant
from finzcore.books.problem import Problem, problem
from finzcore.books.registry import table_of
from finzcore.documents.recurrence import run_at, woken_on
from finzcore.ports import Condition, Row, Session


def check_waiting(session: Session) -> Iterator[Problem]:
    """A schedule that nobody will look at in time is a document that is not made."""
    visited = due.since(session, "schedules")
    if visited is None:  # at once, then
        return
    for row in session.find(table_of("recurring"), [Condition("is_active", "=", 1)], ascending=True):
        ready = _ready(row)
        if ready < visited:
            yield problem(session, "schedule.forgotten", f"schedule {row['name']}", ready, visited)


def _ready(row: Row) -> str:
    """The instant from which a schedule may run: its own, and not twice before the books wake again."""
    if row["last_run_at"] is None:
        return str(row["next_run_at"])
    woken = woken_on(dt.datetime.fromisoformat(row["last_run_at"]))
    return max(str(row["next_run_at"]), instant(run_at(woken + dt.timedelta(days=1))))
