"""Where business meets its model: books to do it in, and what a rule needs to do and to expect things."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from finzcore.api.http import Response
from finzcore.engine import Engine, open_books
from finzcore.org import Org
from finzcore.settings import Settings
from finzcore.testing import invariants, shown, strategies
from finzcore.testing.call import Call
from finzcore.testing.fakes import CountingIds, CountingRandom, FrozenClock
from finzcore.testing.invariants import Invariant
from finzcore.testing.model import Model, Money, Paper

Body = dict[str, Any]

_INDIA: Final = dt.timedelta(hours=5, minutes=30)
DAY: Final = dt.timedelta(days=1)


class Stage(RuleBasedStateMachine):
    """Books of one organisation in a file of their own, a model of them, and no rules yet."""

    state: ClassVar[str] = "IN-KA"
    start: ClassVar[str] = "2026-05-19T05:00:00+00:00"
    also: ClassVar[Collection[str]] = ("discounts", "inclusive", "tds", "charges")
    checks: ClassVar[Iterable[Invariant]] = invariants.ALL
    most_contacts: ClassVar[int] = 2

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.mkdtemp(prefix="finzcore-machine-")
        self.clock = FrozenClock(self.start)
        self._ids, self._random = CountingIds(), CountingRandom()
        self.engine = self.open_books(f"{self._folder}/books.db")
        org = self.engine.create_org(name="Acme Traders", state=self.state)
        other = self.engine.create_org(name="Somebody else", state=self.state)
        self.strangers = _strangers(other)
        token = self.engine.mint_pat(org_id=org.org_id)
        self.engine.set_tier(token.token_id, "PARTNER")
        self._take_up(org.org_id, token.token)
        self.taxes = {name: self.acme.tax_id(name) for name in strategies.TAXES}
        percents: dict[str | None, Fraction] = {None: Fraction(0)}
        percents |= {key: Fraction(name[4:-1]) for name, key in self.taxes.items()}
        self.model = Model(self.state, percents)
        self.steps = 0
        self._sent: list[tuple[str, Body, str, Response, dt.datetime]] = []
        self.opened()

    def _take_up(self, org_id: str, token: str) -> None:
        self.acme: Org = self.engine.org(org_id)
        self.call = Call(self.engine, token)

    def reopen(self) -> None:
        """Close the books, and open them again."""
        org_id, token = self.acme.org_id, self.call.token
        assert token is not None
        self.engine.close()
        self.engine = self.open_books(f"{self._folder}/books.db")
        self._take_up(org_id, token)
        self.opened()

    # ----- what a subclass may override -----

    def open_books(self, target: str) -> Engine:
        """Open the books that are tested, new or not: at a file that is the machine's own, by default.

        `clock`, and the ids and randomness of the machine, make its runs repeatable.
        """
        settings = Settings(durability="relaxed", rate_limits={"DEFAULT": 10**6, "PARTNER": 10**6})
        return open_books(target, clock=self.clock, ids=self._ids, random=self._random, settings=settings)

    def opened(self) -> None:
        """The books were opened, or opened again: here your code gets hold of `self.acme`."""

    def send(self, method: str, path: str, body: Any, key: str | None) -> Response:
        """One request. Override it to put something in between: a client of yours, a proxy, a cache."""
        return self.call(method, path, body, key=key)

    def teardown(self) -> None:
        """Close the books and take them away."""
        self.engine.close()
        shutil.rmtree(self._folder)

    # ----- what rules are made of -----

    @property
    def today(self) -> str:
        """The day in India."""
        return (self.clock() + _INDIA).date().isoformat()

    def expect_invoice(self, document: Mapping[str, Any], body: Body) -> Paper:
        """Your code made an invoice: it should be the one that this body of `POST /invoices` makes."""
        return self._expect_paper("invoices", document, body, posted=bool(body.get("auto_approve")))

    def expect_credit_note(self, document: Mapping[str, Any], body: Body) -> Paper:
        """Your code made a credit note: it should be the one that this body makes."""
        return self._expect_paper("credit_notes", document, body, posted=not body.get("draft"))

    def expect_payment(self, document: Mapping[str, Any], body: Body) -> Money:
        """Your code recorded a payment: it should be the one that this body makes."""
        money = self.model.receive(document["payment_id"], body)
        self._agree(shown.payment(self.model, money), document)
        return money

    def _expect_paper(self, of: str, document: Mapping[str, Any], body: Body, *, posted: bool) -> Paper:
        key = document[shown.IDS[of]]
        paper = self.model.write(of, key, body, "POSTED" if posted else "DRAFT")
        self._agree(shown.paper(self.model, paper, self.today), document)
        return paper

    def _agree(self, expected: Mapping[str, Any], document: Mapping[str, Any]) -> None:
        found = shown.differences(expected, document)
        assert not found, "\n".join(found)

    def _head(self) -> tuple[Any, ...]:
        head = self.engine.export_head(self.acme.org_id)
        return head["entry_hash"], head["event_hash"]

    def do(self, method: str, path: str, body: Any = None, *, allowed: bool = True) -> Body:
        """One request that is `allowed`, or that must be refused and leave no trace; what it answers.

        A POST gets a key of its own, and may be sent again later.
        """
        before, key = self._head(), f"step-{self.steps}-{len(self._sent)}"
        response = self.send(method, path, body, key)
        said = f"{method} {path} {body}: {response.status} {response.body.decode()}"
        if allowed:
            assert response.status < 300, f"refused, but allowed: {said}"
            recorded = method != "POST" or before[1] != self._head()[1]
            assert recorded, f"done, and not on record: {said}"
        else:
            assert 400 <= response.status < 500, f"should have been refused: {said}"
            assert before == self._head(), f"was refused, and left a trace: {said}"
        if method == "POST":
            self._sent.append((path, body, key, response, self.clock()))
        answer: Body = response.json()
        return answer

    def _open(self, date: str) -> bool:
        return date > self.model.locked

    def _date(self, data: st.DataObject) -> str:
        """A day from a month ago to a fortnight ahead, mostly today."""
        apart = data.draw(st.just(0) | st.integers(-30, 14), "days from today")
        return (dt.date.fromisoformat(self.today) + apart * DAY).isoformat()


def _strangers(other: Org) -> dict[str, str]:
    """Ids that are good in the books of somebody else."""
    customer = other.contacts.create(contact_name="Their customer")["contact_id"]
    item = other.items.create(item_name="Their chair", rate=400)["item_id"]
    invoice = other.invoices.create(
        customer_id=customer,
        date="2026-05-19",
        place_of_supply="IN-KA",
        line_items=[{"item_id": item}],
        auto_approve=True,
    )
    return {"customer_id": customer, "item_id": item, "invoice_id": invoice["invoice_id"]}
