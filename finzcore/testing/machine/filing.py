"""Returns that are filed, and reports that are remembered: what was known stays known."""

import re
from typing import Any, Final

from finzcore.testing import strategies

# isort: split
# Not before `strategies`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finzcore.testing.invariants.explained import ASKED
from finzcore.testing.invariants.seen import LAST_DAY
from finzcore.testing.stage import Stage

_FIRST: Final = "2026-04-01"
_REPEATED: Final = re.compile(rb',"as_known_at":"[^"]*"')
"""A report that is drawn as it was known says so."""
_LEDGERS: Final = 4
_MOST: Final = 3
"""So many moments are remembered at most, the last ones."""


class Filing(Stage):
    """Returns that are filed."""

    @rule(data=st.data())
    def file_return(self, data: st.DataObject) -> None:
        """The return of a month is filed, by a branch that has a GSTIN and has not filed it before.

        At home no GSTR-1 is: what it says of later months would be about the filed ones, too. Nor is one
        while there is a draft, which leaves nothing to be known of it once it is gone.
        """
        day = data.draw(strategies.days(_FIRST, self.today), "day")
        period = f"{day[5:7]}{day[:4]}"
        branch = data.draw(st.sampled_from(list(self.model.branches)), "branch")
        place = next(one for one in self.acme.branches.list() if one["branch_id"] == branch)
        gstin, away = place["gstin"], place["state"] != self.state
        types = ("GSTR1", "GSTR3B") if away and not self._papers("invoices", "DRAFT") else ("GSTR3B",)
        return_type = data.draw(st.sampled_from(types), "type")
        key = (return_type, period, gstin)
        allowed = gstin is not None and key not in self._filed
        self.clock.move(seconds=1)
        body = {"return_type": return_type, "period": period, "branch_id": branch}
        self.do("POST", "/filings", body, allowed=allowed)
        self._filed.add(key)
        self.clock.move(seconds=1)


class Remembering(Stage):
    """Reports that are drawn again, as they were known."""

    @rule()
    def remember(self) -> None:
        """What every report says by now."""
        instant = self.clock().isoformat().replace("+00:00", "Z")
        self._known[instant] = {path: self._answer(path) for path in self._paths()}
        for forgotten in list(self._known)[:-_MOST]:
            del self._known[forgotten]
        self.clock.move(seconds=1)
        for path in list(self._known[instant])[:3]:
            assert self._known[instant][path] == self._answer(path, as_known_at=instant), path

    @precondition(lambda self: self._known)
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        """Whatever came since, every report as it was known then is what it was then, to the byte."""
        instant = data.draw(st.sampled_from(list(self._known)), "instant")
        for path, said in self._known[instant].items():
            again = self._answer(path, as_known_at=instant)
            assert said == again, f"{path} as known at {instant} was {said!r} and is {again!r}"
            self.reports_drawn += 1

    def _paths(self) -> list[str]:
        """Every report, asked for all there is; of ledgers some, and no GSTR-1 while there is a draft."""
        seen, drafts = self.seen(), self._papers("invoices", "DRAFT")
        wanted = [
            (name, asked)
            for name, asks in ASKED.items()
            if name != "gstr1" or not drafts
            for at, asked in enumerate(asks(seen))
            if LAST_DAY in asked.values() or ("account_id" in asked and at < _LEDGERS)
        ]
        return [
            f"/reports/{name}?{'&'.join(f'{word}={value}' for word, value in asked.items())}"
            for name, asked in wanted
        ]

    def _answer(self, path: str, **more: Any) -> bytes:
        path += "".join(f"&{word}={value}" for word, value in more.items())
        response = self.call("GET", path)
        assert response.status == 200, f"{path}: {response.body!r}"
        return _REPEATED.sub(b"", response.body)
