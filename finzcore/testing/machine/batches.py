"""Many documents in one call: each as if it had been sent alone."""

from typing import Any

from finzcore.testing.machine.sales import Charging

# isort: split
# Not before `sales`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import rule

from finzcore.testing.stage import Body


class Batches(Charging):
    """Rows, good ones and bad ones."""

    @rule(data=st.data(), of=st.sampled_from(("invoices", "bills")))
    def send_many(self, data: st.DataObject, of: str) -> None:
        """Some invoices or bills at once; a row with somebody else's item or before the lock fails alone."""
        draw = self._bill_of if of == "bills" else self._invoice
        rows = [self._row(data, draw(data)) for _ in range(data.draw(st.integers(1, 3), "rows"))]
        answer = self.do("POST", f"/bulk/{of}", {of: rows})
        results = answer["results"]
        assert len(rows) == len(results), f"{len(rows)} rows have {len(results)} results: {answer}"
        for row, result in zip(rows, results, strict=True):
            self._expect_row(of, row, result)
        done = sum(result["ok"] for result in results)
        counted = {"total": len(rows), "succeeded": done, "failed": len(rows) - done}
        assert counted == answer["summary"], f"{counted} is not {answer['summary']}"

    def _row(self, data: st.DataObject, body: Body) -> Body:
        bad = data.draw(st.sampled_from((False, False, True)), "bad row")
        stranger: dict[str, Any] = {"line_items": [{"item_id": self.strangers["item_id"]}]}
        return body | {"auto_approve": data.draw(st.booleans(), "approve")} | (stranger if bad else {})

    def _expect_row(self, of: str, row: Body, result: Body) -> None:
        """What became of a row, given that those before it are there."""
        stranger = row["line_items"][0].get("item_id") == self.strangers["item_id"]
        allowed = not stranger and self._open(row["date"])
        if allowed and of == "bills":
            allowed = not self.model.entered_twice(self.model.understood(of, row), False)
        assert allowed == result["ok"], f"should {'' if allowed else 'not '}have been done: {row}: {result}"
        if allowed and of == "bills":
            self.expect_bill(result["bill"], row)
        elif allowed:
            self.expect_invoice(result["invoice"], row)
