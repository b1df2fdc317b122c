"""Documents that recur: every due schedule makes the one of its day (`api.md` §4.19).

The books wake every day at 09:00 in India. Between two wakings a schedule makes one document at most,
however often the scheduler is called; what was missed is caught up by one interval a day. The document and
the step to the schedule's next day are one unit of work.
"""

import datetime as dt
import logging
from typing import Any, Final

from finzcore.books import due, history, views
from finzcore.books.books import Actor, Books, instant
from finzcore.books.chores.turns import Turn
from finzcore.books.conflicts import KeyTaken, step
from finzcore.books.resources.recurring import CHORE, RECORDS, RECURRING, ended, moved
from finzcore.books.templates import Maker, body_for, copied, maker, original, shown_id, understood
from finzcore.books.text import json_value
from finzcore.books.unit import Desk
from finzcore.documents.recurrence import run_at, woken_on
from finzcore.errors import FinzError, Unavailable
from finzcore.fiscal import india_date
from finzcore.ports import Row

log: Final = logging.getLogger("finzcore.scheduler")
_ACTOR: Final = Actor(source="RECURRING")
_TOLD: Final = (views.ident("id", RECORDS.prefix), views.text("name"), views.text("entity_type"))
_MADE: Final = views.View(*_TOLD, views.text("generated_id", "last_generated_id"))
_NOT_MADE: Final = views.View(*_TOLD, views.text("error", "last_error"))
_UNEXPECTED: Final = "Something went wrong unexpectedly; the log says what."


def work(desk: Desk, org_id: int, now: dt.datetime) -> Turn:
    """Make one document, or say that none is left to be made."""
    return desk.work(org_id, _ACTOR, lambda: now, _one)


def _one(books: Books) -> Turn:
    woken = instant(run_at(woken_on(books.now)))
    rows = books.session.ask("recurring.ready", now=books.time, woken=woken)
    if not rows:
        return _rest(books)
    (row,) = rows
    try:
        with step(books):
            made = _made(books, row)
    except (Unavailable, KeyTaken, OSError, MemoryError):
        raise
    except FinzError as error:
        return _failed(books, row, str(error))
    except Exception:
        log.exception("a document of the recurring schedule %s was not made", row["id"])
        return _failed(books, row, _UNEXPECTED)
    run = {"run_count": row["run_count"] + 1, "last_generated_id": made, "last_error": None}
    _go_on(books, row, run, "GENERATED", _MADE)
    return Turn("generated", 1, more=True)


def _made(books: Books, row: Row) -> str:
    """Make the document of a schedule's day; its id."""
    of = maker(row["entity_type"])
    body = body_for(of, _template(books, of, row), row["start_date"], _day_of(row))
    return shown_id(of, of.create.run(books, understood(books, of, body)), books.org_id)


def _template(books: Books, of: Maker, row: Row) -> dict[str, Any]:
    if row["template_entity_id"] is None:
        payload: dict[str, Any] = json_value(row["template_payload"])
        return payload
    return copied(of, original(books, of, row["template_entity_id"]), books.org_id)


def _day_of(row: Row) -> dt.date:
    return india_date(dt.datetime.fromisoformat(row["next_run_at"]))


def _failed(books: Books, row: Row, why: str) -> Turn:
    """Note that no document was made of a schedule's day; it goes on to the next."""
    _go_on(books, row, {"last_error": why}, "FAILED", _NOT_MADE)
    return Turn("failed", 1, more=True)


def _go_on(books: Books, row: Row, run: Row, verb: str, said: views.View) -> None:
    """Step to the schedule's next day, and tell what became of this one."""
    after = ended(moved(row | run | {"last_run_at": books.time}, _day_of(row)))
    changed = {name: after[name] for name in row if after[name] != row[name]}
    books.session.change(RECURRING, (row["id"],), changed)
    word, told = f"RECURRING_{verb}", said.json(after, books.org_id)
    history.record(books, "RECURRING", row["id"], action=word, event=word, ref=row["name"], data=told)


def _rest(books: Books) -> Turn:
    """Nothing is left before the books wake again, or before the first schedule runs."""
    (first,) = books.session.ask("recurring.next")
    waking = instant(run_at(woken_on(books.now) + dt.timedelta(days=1)))
    due.visited(books, CHORE, first["at"] and max(first["at"], waking))
    return Turn("generated")
