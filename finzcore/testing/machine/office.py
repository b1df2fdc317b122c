"""The office: the clock, the lock, the key of the door, the line that breaks, ids of somebody else."""

import datetime as dt

from finzcore.testing.machine.sales import Charging

# isort: split
# Not before `sales`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finzcore.testing.stage import DAY, Body, Stage

_MISTAKEN = ("customer_id", "item_id", "invoice_id")
_MISTAKEN_BUYING = ("vendor_id", "item_id", "bill_id")


class Office(Stage):
    """Time, and what has no effect."""

    @rule(days=st.sampled_from((0, 1, 20, 45, 200)), hours=st.integers(0, 20))
    def wait(self, days: int, hours: int) -> None:
        """Time goes by: over midnight, the due dates, the end of the year."""
        self.clock.move(days=days, hours=hours)
        self.passed()

    @rule(ago=st.integers(1, 40))
    def lock_period(self, ago: int) -> None:
        """The books are closed through some day that is over."""
        through = (dt.date.fromisoformat(self.today) - ago * DAY).isoformat()
        self.acme.lock_period(through, reason="The return is filed")
        self.model.locked = through

    @rule()
    def close_and_open(self) -> None:
        """The books are closed, and opened again."""
        self.reopen()

    def _fresh(self) -> list[int]:
        """Places of requests whose keys are remembered still: for a day."""
        return [at for at, one in enumerate(self._sent) if self.clock() - one[4] < DAY]

    @precondition(lambda self: self._fresh())
    @rule(data=st.data(), changed=st.booleans())
    def send_again(self, data: st.DataObject, changed: bool) -> None:
        """The line broke and a client sends its request once more: the same bytes, and nothing happens.
        With another body under that key it is refused.
        """
        path, body, key, first, _ = self._sent[data.draw(st.sampled_from(self._fresh()), "request")]
        before = self._head()
        response = self.send("POST", path, {**body, "notes": "Changed"} if changed else body, key)
        if changed:
            assert (response.status, response.json()["code"]) == (422, "idempotency.key_reused"), key
        else:
            assert (first.status, first.body) == (response.status, response.body), f"{key}: another answer"
            assert response.header("Idempotency-Replayed") == "true", f"{key} was not replayed"
        assert before == self._head(), f"{key} had an effect twice"


class Strangers(Charging):
    """Ids of somebody else."""

    @rule(data=st.data(), which=st.sampled_from(_MISTAKEN))
    def name_a_stranger(self, data: st.DataObject, which: str) -> None:
        """An id of another organisation is like a misspelt one."""
        self._mistake(self._invoice(data), "/invoices", "customer_id", which)

    def _mistake(self, body: Body, path: str, contact: str, which: str) -> None:
        theirs = self.strangers[which]
        if which in ("invoice_id", "bill_id"):
            lines = [{"name": "x", "rate": 1}]
            note = {"customer_id": body[contact], "date": body["date"], "line_items": lines}
            self.do("POST", "/credit_notes", note | {which: theirs}, allowed=False)
            return
        mistaken = {which: theirs} if which == contact else {"line_items": [{"item_id": theirs}]}
        self.do("POST", path, body | mistaken, allowed=False)


class StrangeVendors(Strangers):
    """Ids of somebody else's vendors and bills, besides."""

    @rule(data=st.data(), which=st.sampled_from(_MISTAKEN_BUYING))
    def name_a_strange_vendor(self, data: st.DataObject, which: str) -> None:
        """A vendor, an item or a bill of another organisation."""
        self._mistake(self._bill_of(data), "/bills", "vendor_id", which)
