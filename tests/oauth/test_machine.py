"""Consents, codes and tokens presented at random, at any time, beside an oracle of its own.

The oracle knows nothing of what the rules keep. To it a family is one line: tokens that were used, in
their order, and at the end of it the one that is live. Whoever presents the live one moves the line on;
whoever presents the last of the used ones within ten seconds gets another live one in its place; whoever
presents anything else of it ends it.
"""

import datetime as dt
from typing import Any, Final

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

import finzcore
from finzcore.testing import CountingIds, CountingRandom, FrozenClock
from tests.oauth.shop import BOTH, READ, Shop, given

DAY: Final = dt.timedelta(days=1)
PAUSES: Final = (1, 1, 5, 9, 10, 11, 599, 600, 3599, 29 * 86400, 29 * 86400, 30 * 86400)
NEWEST: Final = (-1, -1, -1, -1, -2, -2, -3, -4)
"""Which of the tokens of a line is presented, the newest most often."""
PLACES: Final = st.sampled_from(NEWEST)
ASKED: Final = st.sampled_from([None, READ, BOTH])
NOBODYS: Final = "aibk_ort_none"


@attrs.define(eq=False)
class Line:
    """A consent, as the oracle sees it."""

    code: str
    consented: dt.datetime
    scope: str
    redeemed: bool = False
    alive: bool = True
    live: str = ""
    until: dt.datetime | None = None
    used: list[tuple[str, dt.datetime, str]] = attrs.field(factory=list)
    """Tokens in their order, with the instant of their use and what they could do."""
    given: list[str] = attrs.field(factory=list)
    """All of its refresh tokens, the newest last."""
    bearers: dict[str, dt.datetime] = attrs.field(factory=dict)

    def one(self, place: int) -> str:
        """One of the tokens that were given."""
        return self.given[max(place, -len(self.given))] if self.given else NOBODYS

    def may(self, token: str, now: dt.datetime) -> str | None:
        """What a token that is presented may do; None when nothing, after which the family may be over."""
        if not self.alive:
            return None
        if token == self.live:
            return self.scope if self.until is not None and now < self.until else None
        last = self.used[-1] if self.used else ("", now, "")
        if token == last[0] and now - last[1] <= dt.timedelta(seconds=10):
            return last[2] if now < self.consented + 365 * DAY else None
        self.alive = False
        return None


class Consents(RuleBasedStateMachine):
    lines = Bundle("lines")

    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock()
        limits = finzcore.Settings(rate_limits={"DEFAULT": 10**6, "PARTNER": 10**6})
        self.engine = finzcore.open(
            ":memory:", clock=self.clock, ids=CountingIds(), random=CountingRandom(), settings=limits
        )
        org = self.engine.create_org(name="Acme", state="IN-KA")
        uma = self.engine.create_user(name="Uma")
        self.engine.add_membership(org.org_id, uma.user_id)
        self.shop = Shop(self.engine, org, uma)
        self.known: list[Line] = []

    def teardown(self) -> None:
        self.engine.close()

    def taken(self, line: Line, response: Any, token: str, scope: str) -> None:
        """A pair that was given: the line moves on."""
        pair, now = given(response), self.clock()
        assert scope == pair["scope"]
        if token == line.live:
            line.used.append((token, now, line.scope))
        line.live, line.scope = pair["refresh_token"], scope
        line.until = min(now + 30 * DAY, line.consented + 365 * DAY)
        line.given.append(line.live)
        line.bearers[pair["access_token"]] = now + dt.timedelta(hours=1)

    def consent(self, bound: bool) -> Line:
        org = {} if bound else {"organization_id": None}
        line = Line(self.shop.code(**org), self.clock(), BOTH)
        self.known.append(line)
        return line

    @rule(target=lines, bound=st.booleans(), waits=st.sampled_from([False, False, False, True]))
    def let_in(self, bound: bool, waits: bool) -> Line:
        line = self.consent(bound)
        if not waits:
            self.redeem(line, right=True)
        return line

    @rule(line=lines, right=st.sampled_from([True, True, True, False]))
    def redeem(self, line: Line, right: bool) -> None:
        response = self.shop.redeem(line.code, **({} if right else {"code_verifier": "x" * 43}))
        in_time = self.clock() - line.consented < dt.timedelta(minutes=10)
        if right and in_time and line.alive and not line.redeemed:
            line.redeemed = True
            self.taken(line, response, NOBODYS, BOTH)
        else:
            assert 400 == response.status
            line.alive = line.alive and not line.redeemed

    @rule(line=lines, presented=st.lists(st.tuples(PLACES, ASKED), min_size=1, max_size=6))
    def refresh_in_a_row(self, line: Line, presented: list[tuple[int, str | None]]) -> None:
        for place, asked in presented:
            self.refresh(line, place, asked)

    def refresh(self, line: Line, place: int, asked: str | None) -> None:
        token = line.one(place)
        response = self.shop.refresh(token, scope=asked)
        scope = None if token == NOBODYS else line.may(token, self.clock())
        if scope is None:
            assert (400, "invalid_grant") == (response.status, response.json()["error"])
        elif asked == BOTH != scope:
            assert (400, "invalid_scope") == (response.status, response.json()["error"])
        else:
            self.taken(line, response, token, asked or scope)

    @rule(line=lines)
    def go_on_for_a_year(self, line: Line) -> None:
        for _ in range(13):
            self.refresh(line, -1, None)
            self.clock.move(days=29)

    @rule(line=lines, place=PLACES)
    def revoke(self, line: Line, place: int) -> None:
        token = line.one(place)
        assert 200 == self.shop.revoke(token).status
        line.alive = line.alive and token == NOBODYS

    @rule(line=lines)
    def revoke_a_bearer(self, line: Line) -> None:
        for bearer in list(line.bearers)[:1]:
            assert 200 == self.shop.revoke(bearer).status
            line.bearers[bearer] = self.clock()

    @rule(pause=st.sampled_from(PAUSES))
    def wait(self, pause: int) -> None:
        self.clock.move(seconds=pause)

    @invariant()
    def a_bearer_works_as_long_as_its_line(self) -> None:
        for line in self.known:
            for bearer, until in line.bearers.items():
                works = line.alive and self.clock() < until
                assert (200 if works else 401) == self.shop.call(bearer)[0]


TestConsents = Consents.TestCase
TestConsents.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
