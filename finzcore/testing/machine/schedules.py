"""Documents that come by themselves when time goes by: each once, and none that must not be."""

import datetime as dt
from typing import Final

from finzcore.testing import shown, strategies

# isort: split
# Not before `strategies`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finzcore.testing.machine.sales import Charging
from finzcore.testing.machine.spending import BY_HAND, SPENT_ON
from finzcore.testing.model import Schedule
from finzcore.testing.model.schedules import body_of
from finzcore.testing.stage import DAY, Body

_TYPES: Final = ("INVOICE", "BILL", "EXPENSE", "JOURNAL")
_MOST: Final = 3


class Schedules(Charging):
    """Recurring schedules, and the timer that has their documents made."""

    @precondition(lambda self: len(self.model.schedules) < _MOST)
    @rule(
        data=st.data(),
        entity_type=st.sampled_from(_TYPES),
        frequency=st.sampled_from(("DAILY", "WEEKLY", "MONTHLY")),
        ahead=st.sampled_from((0, 0, 1, 12)),
        max_runs=st.sampled_from((None, 1, 3)),
    )
    def plan(
        self, data: st.DataObject, entity_type: str, frequency: str, ahead: int, max_runs: int | None
    ) -> None:
        """Something is to come again and again."""
        start = (dt.date.fromisoformat(self.today) + ahead * DAY).isoformat()
        body: Body = {
            "entity_type": entity_type,
            "name": entity_type.capitalize(),
            "frequency": frequency,
            "start_date": start,
            "template_payload": self._payload(data, entity_type, start),
        }
        body |= {"max_runs": max_runs} if max_runs else {}
        self.expect_schedule(self.do("POST", "/recurring", body)["recurring"], body)

    def _payload(self, data: st.DataObject, entity_type: str, start: str) -> Body:
        """What a document of a schedule says."""
        if entity_type == "INVOICE":
            due = (dt.date.fromisoformat(start) + 10 * DAY).isoformat()
            return self._invoice(data, ("discounts",)) | {
                "date": start,
                "due_date": due,
                "auto_approve": True,
            }
        if entity_type == "BILL":
            return self._bill_of(data, ("tds",)) | {"auto_approve": True}
        if entity_type == "EXPENSE":
            spent_on = [self.model.account(None, code) for code in SPENT_ON]
            return data.draw(strategies.expenses(accounts=spent_on, date=start), "expense")
        accounts = [self.model.account(None, code) for code in BY_HAND[:2]]
        return data.draw(strategies.journals(accounts=accounts, date=start), "entry")

    @precondition(lambda self: self.model.schedules)
    @rule()
    def wake(self) -> None:
        """The timer rings, perhaps once more than it had to."""
        self.passed()

    @precondition(lambda self: self.model.schedules)
    @rule(data=st.data())
    def plan_no_more(self, data: st.DataObject) -> None:
        """A schedule is deleted; what it made stays."""
        key = data.draw(st.sampled_from(list(self.model.schedules)), "schedule")
        self.do("DELETE", f"/recurring/{key}")
        del self.model.schedules[key]

    def passed(self) -> None:
        """Time went by: what was to come by now comes."""
        now = self.clock()
        self.engine.run_scheduler(now)
        for one in list(self.model.ready(now)):
            self._come(one)

    def _come(self, one: Schedule) -> None:
        """The document of a schedule's day, or why there is none."""
        body = body_of(one)
        allowed = self._open(body["date"])
        if allowed and one.of == "bills":
            allowed = not self.model.entered_twice(self.model.understood("bills", body), False)
        self.model.go_on(one, self.clock(), made=allowed)
        found = self.call.ok("GET", f"/recurring/{one.key}")["recurring"]
        self._agree(shown.schedule(self.model, one), found)
        assert allowed == (found["last_error"] is None), f"{found['name']} of {body['date']}: {found}"
        if allowed:
            noun = one.of.removesuffix("s")
            document = self.call.ok("GET", f"/{one.of}/{found['last_generated_id']}")[noun]
            getattr(self, f"expect_{noun}")(document, body)
