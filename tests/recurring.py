"""Schedules in tests: an invoice to repeat, and days that go by."""

from typing import Any

import finzcore
from finzcore.books.chores.turns import take_turns
from finzcore.books.history import EVENTS
from finzcore.testing import FrozenClock

Body = dict[str, Any]


def nine_on(day: str) -> str:
    """The instant at which the books wake on a day."""
    return f"{day}T03:30:00+00:00"


def payload(acme: finzcore.Org, customer: str, **more: Any) -> Body:
    """The body of an invoice of one line at 18 %, of 118 rupees."""
    line = {"name": "Rent", "rate": 100, "tax_id": acme.tax_id("GST 18%")}
    return {"customer_id": customer, "place_of_supply": "IN-KA", "line_items": [line], **more}


def schedule(acme: finzcore.Org, customer: str, **more: Any) -> Body:
    """A schedule that makes such an invoice every month, from the last of January 2026 on."""
    given = {
        "entity_type": "INVOICE",
        "name": "Rent",
        "frequency": "MONTHLY",
        "start_date": "2026-01-31",
        **more,
    }
    if "template_entity_id" not in given:
        given.setdefault("template_payload", payload(acme, customer))
    made: Body = acme.recurring.create(**given)
    return made


def ran(engine: finzcore.Engine) -> int:
    """How many schedules ran when the scheduler was called."""
    done = take_turns(engine.desk, engine.clock())
    return done["generated"] + done["failed"]


def wakes(engine: finzcore.Engine, clock: FrozenClock, days: int) -> list[int]:
    """How many schedules ran on each of some days, always at the same hour."""
    done = []
    for _ in range(days):
        clock.move(days=1)
        done.append(ran(engine))
    return done


def told(org: finzcore.Org, entity: str = "RECURRING") -> list[Body]:
    """The events of a kind of thing, in order."""
    with org._engine.store.read(org._key) as session:
        return [row for row in session.find(EVENTS, ascending=True) if row["entity_type"] == entity]


def made(org: finzcore.Org) -> list[tuple[str, str, str]]:
    """Number, date and status of every invoice, in the order in which they were made."""
    rows = reversed(org.invoices.list(per_page=200))
    return [(row["invoice_number"], row["date"][:10], row["status"]) for row in rows]


def dates(org: finzcore.Org) -> list[str]:
    """The dates of every invoice, in the order in which they were made."""
    return [date for _, date, _ in made(org)]
