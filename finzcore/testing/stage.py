"""Where business meets its model: books to do it in, and what a rule needs to do and to expect things."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar, Final

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from finzcore.api.http import Response
from finzcore.engine import Engine, open_books
from finzcore.gst.gstin import check_character
from finzcore.gst.states import state
from finzcore.org import Org
from finzcore.settings import Settings
from finzcore.testing import invariants, shown, strategies, told
from finzcore.testing.call import Call
from finzcore.testing.fakes import CountingIds, CountingRandom, FrozenClock
from finzcore.testing.invariants import Invariant
from finzcore.testing.invariants.seen import Seen
from finzcore.testing.model import Branch, Expense, Model, Money, Paper, Schedule, Voucher
from finzcore.testing.model.papers import ZERO_RATED

Body = dict[str, Any]

_INDIA: Final = dt.timedelta(hours=5, minutes=30)
DAY: Final = dt.timedelta(days=1)


class Stage(RuleBasedStateMachine):
    """Books of one organisation in a file of their own, a model of them, and no rules yet."""

    state: ClassVar[str] = "IN-KA"
    start: ClassVar[str] = "2026-05-19T05:00:00+00:00"
    also: ClassVar[Collection[str]] = strategies.ALSO
    checks: ClassVar[Iterable[Invariant]] = invariants.BOOKS
    checks_at_times: ClassVar[Iterable[Invariant]] = invariants.REPORTS
    at_times: ClassVar[int] = 50
    most_contacts: ClassVar[int] = 2

    def __init_subclass__(cls, **keywords: Any) -> None:
        """ValueError when `also` asks for documents that the model does not know."""
        super().__init_subclass__(**keywords)
        if strange := sorted(set(cls.also) - set(strategies.ALSO)):
            there = ", ".join(strategies.ALSO)
            raise ValueError(f"{cls.__name__}.also: the model knows {there}, not {', '.join(strange)}")

        # What Hypothesis adds to a small failure, which values do not matter, takes thrice as long to find
        # out as making it small: every try opens new books.
        usual = cls.TestCase.settings
        cls.TestCase.settings = settings(
            usual, phases=[phase for phase in usual.phases if phase is not Phase.explain]
        )

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.mkdtemp(prefix="finzcore-machine-")
        self.clock = FrozenClock(self.start)
        self._ids, self._random = CountingIds(), CountingRandom()
        self.engine = self.open_books(f"{self._folder}/books.db")
        org = self.engine.create_org(name="Acme Traders", state=self.state, gstin=_gstin(self.state))
        other = self.engine.create_org(name="Somebody else", state=self.state)
        self.strangers = _strangers(other)
        token = self.engine.mint_pat(org_id=org.org_id)
        self.engine.set_tier(token.token_id, "PARTNER")
        self._take_up(org.org_id, token.token)
        self._branch_out()
        self.taxes = {name: self.acme.tax_id(name) for name in strategies.TAXES}
        self.untaxed = [self.acme.tax_id(name) for name in strategies.UNTAXED]
        self.acme.enable_currency("USD")
        self.model = Model(self.state, _percents(self.acme), _codes(self.acme), _reverse(self.acme))
        self._look_up()
        self.steps = 0
        self.reports_drawn = 0
        self._seen: tuple[Any, Seen] | None = None
        self._filed: set[tuple[str, str, str | None]] = set()
        self._known: dict[str, dict[str, bytes]] = {}
        self._sent: list[tuple[str, Body, str, Response, dt.datetime]] = []
        self.opened()

    def _take_up(self, org_id: str, token: str) -> None:
        self.acme: Org = self.engine.org(org_id)
        self.call = Call(self.engine, token)

    def _branch_out(self) -> None:
        """A second branch under the first one's number, one in another state, and one that has no number."""
        for code, place, registered in (
            ("EAST", self.state, True),
            ("MUM", "IN-MH", True),
            ("STAL", self.state, False),
        ):
            gstin = _gstin(place) if registered else None
            self.acme.create_branch(code=code, name=code.capitalize(), state=place, gstin=gstin)

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
        chosen = Settings(durability="relaxed", rate_limits={"DEFAULT": 10**6, "PARTNER": 10**6})
        return open_books(target, clock=self.clock, ids=self._ids, random=self._random, settings=chosen)

    def opened(self) -> None:
        """The books were opened, or opened again: here your code gets hold of `self.acme`."""

    def send(self, method: str, path: str, body: Any, key: str | None) -> Response:
        """One request. Override it to put something in between: a client of yours, a proxy, a cache."""
        return self.call(method, path, body, key=key)

    def passed(self) -> None:
        """Time went by: machines with schedules let come what comes."""

    def teardown(self) -> None:
        """Close the books and take them away."""
        self.engine.close()
        shutil.rmtree(self._folder)

    # ----- what rules are made of -----

    @property
    def today(self) -> str:
        """The day in India."""
        return (self.clock() + _INDIA).date().isoformat()

    def expect_contact(self, document: Mapping[str, Any], body: Body | None = None) -> None:
        """Your code, or somebody else, made a customer or a vendor, or changed one: it should be the one that
        this body of `POST /contacts` makes. Without a body the model takes them as the books show them.
        """
        kept = told.read(told.CONTACT, _shown_of(document, told.CONTACT) if body is None else body)
        place = {"place_of_contact": document["place_of_contact"]}
        self.model.meet(document["contact_id"], kept | place, self.today)
        self._agree(kept, document)

    def expect_item(self, document: Mapping[str, Any], body: Body | None = None) -> None:
        """Your code, or somebody else, made an item, or changed one: it should be the one that this body of
        `POST /items` makes. Without a body the model takes the item as the books show it.
        """
        kept = told.read(told.ITEM, _shown_of(document, told.ITEM) if body is None else body)
        self.model.stock_up(document["item_id"], kept)
        self._agree(kept, document)

    def expect_invoice(self, document: Mapping[str, Any], body: Body) -> Paper:
        """Your code made an invoice: it should be the one that this body of `POST /invoices` makes."""
        return self._expect_paper("invoices", document, body)

    def expect_credit_note(self, document: Mapping[str, Any], body: Body) -> Paper:
        """Your code made a credit note: it should be the one that this body makes."""
        return self._expect_paper("credit_notes", document, body)

    def expect_bill(self, document: Mapping[str, Any], body: Body) -> Paper:
        """Your code entered a bill: it should be the one that this body of `POST /bills` makes."""
        return self._expect_paper("bills", document, body)

    def expect_debit_note(self, document: Mapping[str, Any], body: Body) -> Paper:
        """Your code made a debit note: it should be the one that this body makes."""
        return self._expect_paper("debit_notes", document, body)

    def expect_estimate(self, document: Mapping[str, Any], body: Body) -> Paper:
        """Your code made an estimate: it should be the one that this body makes."""
        return self._expect_paper("estimates", document, body)

    def expect_sales_order(self, document: Mapping[str, Any], body: Body) -> Paper:
        """Your code took an order: it should be the one that this body makes."""
        return self._expect_paper("sales_orders", document, body)

    def expect_purchase_order(self, document: Mapping[str, Any], body: Body) -> Paper:
        """Your code ordered something: it should be the order that this body makes."""
        return self._expect_paper("purchase_orders", document, body)

    def expect_payment(self, document: Mapping[str, Any], body: Body) -> Money:
        """Your code recorded a payment: it should be the one that this body makes."""
        self._look_up()
        money = self.model.receive(document["payment_id"], body)
        self._agree(_still(shown.payment(self.model, money)), document)
        return money

    def expect_expense(self, document: Mapping[str, Any], body: Body) -> Expense:
        """Your code spent something: it should be the expense that this body makes."""
        self._look_up()
        expense = self.model.spend(document["expense_id"], body)
        self._agree(shown.expense(self.model, expense), document)
        return expense

    def expect_journal(self, document: Mapping[str, Any], body: Body) -> Voucher:
        """Your code made an entry by hand: it should be the one that this body makes."""
        self._look_up()
        voucher = self.model.enter(document["journal_id"], body)
        self._agree(shown.voucher(self.model, voucher), document)
        return voucher

    def expect_schedule(self, document: Mapping[str, Any], body: Body) -> Schedule:
        """Your code made a recurring schedule: it should be the one that this body makes. It has a
        `template_payload`; documents to copy are beyond the model.
        """
        schedule = self.model.plan(document["recurring_id"], body)
        self._agree(shown.schedule(self.model, schedule), document)
        return schedule

    def _expect_paper(self, of: str, document: Mapping[str, Any], body: Body) -> Paper:
        self._look_up()
        paper = self.model.write(of, document[shown.IDS[of]], body)
        self._agree(_still(shown.paper(self.model, paper, self.today)), document)
        return paper

    def _look_up(self) -> None:
        """Have the model know every tax and account that there is by now."""
        self.model.percents, self.model.accounts = _percents(self.acme), _codes(self.acme)
        self.model.reverse, self.model.branches = _reverse(self.acme), _branches(self.acme)

    def _agree(self, expected: Mapping[str, Any], document: Mapping[str, Any]) -> None:
        found = shown.differences(expected, document)
        assert not found, "\n".join(found)

    def seen(self) -> Seen:
        """The books as they are shown; looked at anew once anything was recorded, or time went by."""
        now = (id(self.engine), self._head(), self.clock())
        if self._seen is None or self._seen[0] != now:
            self._seen = now, Seen(self.engine, self.acme.org_id)
        return self._seen[1]

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

    def _papers(self, of: str, *statuses: str) -> list[Paper]:
        return [one for one in self.model.papers.values() if one.of == of and one.status in statuses]

    def _drawn(self, data: st.DataObject, papers: Sequence[Paper]) -> Paper:
        number = data.draw(st.sampled_from([one.number for one in papers]), "number")
        return next(one for one in papers if one.number == number)

    def _part(self, data: st.DataObject, most: int, beyond: bool) -> int:
        return most + 1 if beyond else data.draw(st.just(most) | strategies.paise(1, most), "paise")

    def _where(self, data: st.DataObject) -> Body:
        """The branch of something: none is named where it is the first."""
        first, *others = self.model.branches
        branch = data.draw(st.sampled_from((first, first, *others)), "branch")
        return {} if branch == first else {"branch_id": branch}

    def _undertaking(self, data: st.DataObject, contact: str) -> Body:
        """Whether tax is paid on what goes abroad or into a special economic zone."""
        zero_rated = self.model.contacts[contact].get("gst_treatment") in ZERO_RATED
        return {"with_payment": data.draw(st.booleans(), "with payment")} if zero_rated else {}

    def _open(self, date: str) -> bool:
        return date > self.model.locked

    def _date(self, data: st.DataObject) -> str:
        """A day from a month ago to a fortnight ahead, mostly today."""
        apart = data.draw(st.just(0) | st.integers(-30, 14), "days from today")
        return (dt.date.fromisoformat(self.today) + apart * DAY).isoformat()


def _still(expected: Mapping[str, Any]) -> dict[str, Any]:
    """What of a document stays when others use it; the rest is compared after the step, in the books."""
    return {name: value for name, value in expected.items() if name not in shown.MOVES}


def _percents(acme: Org) -> dict[str | None, Fraction]:
    """The full rates of the taxes that the model knows, and none for no tax."""
    percents: dict[str | None, Fraction] = {None: Fraction(0)}
    for tax in acme.taxes.all():
        halves = tax["cgst"] == tax["sgst"] == tax["igst"] / 2
        if tax["shape"] != "RCM" and halves and not tax["cess"]:
            percents[tax["tax_id"]] = Fraction(tax["igst"])
    return percents


def _reverse(acme: Org) -> dict[str | None, Fraction]:
    """The full rates of the taxes that mean reverse charge."""
    return {
        tax["tax_id"]: Fraction(tax["igst"])
        for tax in acme.taxes.all()
        if tax["shape"] == "RCM" and tax["cgst"] == tax["sgst"] == tax["igst"] / 2 and not tax["cess"]
    }


def _gstin(state_code: str) -> str:
    """The number under which the organisation is registered in a state."""
    first = f"{state(state_code).number:02}AAACA1234A1Z"
    return first + check_character(first)


def _branches(acme: Org) -> dict[str, Branch]:
    """The branches that the model knows, the first one first."""
    return {
        one["branch_id"]: Branch(
            code="" if one["is_default"] else one["code"],
            state=one["state"],
            prefixes={"invoices": one["invoice_prefix"], "bills": one["bill_prefix"]},
        )
        for one in acme.branches.list(active_only=False)
    }


def _codes(acme: Org) -> dict[str, str]:
    return {account["account_id"]: account["code"] for account in acme.accounts.all()}


def _shown_of(document: Mapping[str, Any], form: told.Form) -> Body:
    """What a document of the books says of the fields of a body."""
    return {name: document[name] for name in form.reads if name in document}


def _strangers(other: Org) -> dict[str, str]:
    """Ids that are good in the books of somebody else."""
    customer = other.contacts.create(contact_name="Their customer")["contact_id"]
    vendor = other.contacts.create(contact_name="Their vendor", contact_type="VENDOR")["contact_id"]
    item = other.items.create(item_name="Their chair", rate=400, purchase_rate=300)["item_id"]
    body = {"date": "2026-05-19", "place_of_supply": "IN-KA", "line_items": [{"item_id": item}]}
    return {
        "customer_id": customer,
        "vendor_id": vendor,
        "item_id": item,
        "invoice_id": other.invoices.create(customer_id=customer, **body, auto_approve=True)["invoice_id"],
        "bill_id": other.bills.create(vendor_id=vendor, **body, auto_approve=True)["bill_id"],
    }
