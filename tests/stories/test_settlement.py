"""Any sequence of invoices, receipts, notes, applies, refunds and voids keeps the books together.

The model knows nothing of the engine: it adds up what answers show. After every story

    receivables = what is due on invoices - what is left of notes - money on account
    customer advances = money parked as advances

and no balance is negative, the trial balance is even, and `verify` finds nothing.
"""

from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import finzcore
from finzcore.testing import Call, CountingIds, CountingRandom, FrozenClock
from tests.trade import Body, Trade, settling

RATES = st.sampled_from(["0.01", "40", "99.99", "100"])
PICK = st.integers(0, 50)
STEPS = st.one_of(
    st.tuples(st.just("invoice"), RATES, st.booleans(), st.sampled_from([0, 10])),
    st.tuples(st.just("receive"), RATES, st.sampled_from(["REGULAR", "ADVANCE"]), PICK, st.booleans()),
    st.tuples(st.just("note"), RATES, PICK, st.booleans()),
    st.tuples(st.just("apply"), PICK, PICK, RATES),
    st.tuples(st.just("apply_note"), PICK, PICK, st.none() | RATES),
    st.tuples(st.just("refund"), RATES, st.none() | PICK),
    st.tuples(st.just("void"), st.just("payments"), PICK),
    st.tuples(st.just("void"), st.just("credit_notes"), PICK),
    st.tuples(st.just("void"), st.just("invoices"), PICK),
    st.tuples(st.just("amend"), PICK, RATES),
)


GONE = ("CANCELLED", "VOIDED")
LEFT = {"invoices": "balance", "payments": "unused_amount", "credit_notes": "credits_remaining"}


def reckless(pick: int) -> bool:
    """One pick in seven takes any document and any amount; the others take what is possible."""
    return pick % 7 == 6


class Story:
    """Steps on the books of one customer; what is not possible is refused and changes nothing."""

    def __init__(self, engine: finzcore.Engine, tally: Counter[tuple[str, bool]] | None = None) -> None:
        self.engine = engine
        self.tally = Counter() if tally is None else tally
        self.org = engine.create_org(name="Acme Traders", state="IN-KA")
        self.call = Call(engine, engine.mint_pat(org_id=self.org.org_id).token)
        self.trade = Trade(self.call, self.org)
        self.asha = self.trade.contact()

    def all(self, of: str) -> list[Body]:
        rows: list[Body] = self.call.ok("GET", f"/{of}?per_page=200")[of]
        return rows[::-1]

    def one(self, of: str, pick: int) -> Body | None:
        """A document of which something is left, unless the pick is reckless."""
        rows = self.all(of)
        if not reckless(pick):
            rows = [row for row in rows if row[LEFT[of]] > 0 and row["status"] not in GONE]
        return rows[pick % len(rows)] if rows else None

    def untouched(self, of: str, pick: int) -> Body | None:
        """A document that nothing was set against, unless the pick is reckless."""
        rows = self.all(of)
        if not reckless(pick):
            used = ("payment_made", "credits_applied", "refunded_amount")
            rows = [row for row in rows if row["status"] not in GONE and not any(map(row.get, used))]
        return rows[pick % len(rows)] if rows else None

    def tell(self, method: str, path: str, body: Any = None) -> None:
        """Ask for it; the answer is yes or a refusal, never a failure. Both are counted."""
        status = self.call(method, path, body).status
        assert status in (200, 201, 400), f"{method} {path} {body}: {status}"
        _, of, *rest = path.split("/")
        self.tally[f"{method} {of} {' '.join(rest[1:])}".strip(), status != 400] += 1

    def invoice(self, rate: str, taxed: bool, tds_rate: int) -> None:
        line = self.trade.line(rate) if taxed else {"name": "Work", "rate": rate}
        self.trade.invoice(self.asha, 0, line_items=[line], tds_rate=tds_rate)

    def receive(self, amount: str, kind: str, pick: int, allocate: bool) -> None:
        invoice = self.one("invoices", pick)
        body = self.trade.receipt(self.asha, amount, payment_type=kind)
        if allocate and invoice is not None:
            most = Decimal(amount) if reckless(pick) else min(Decimal(amount), invoice["balance"])
            body["allocations"] = settling((invoice, most))
        self.tell("POST", "/payments", body)

    def note(self, rate: str, pick: int, on_invoice: bool) -> None:
        invoice = self.one("invoices", pick)
        worth = Decimal(rate)
        if on_invoice and invoice is not None and invoice["balance"] and not reckless(pick):
            worth = min(worth, invoice["balance"])
        body: Body = {
            "customer_id": self.asha,
            "date": "2026-05-19",
            "line_items": [{"name": "Work", "rate": worth}],
        }
        if on_invoice and invoice is not None:
            body["invoice_id"] = invoice["invoice_id"]
        self.tell("POST", "/credit_notes", body)

    def apply(self, source: int, target: int, amount: str) -> None:
        payment, invoice = self.one("payments", source), self.one("invoices", target)
        if payment is not None and invoice is not None:
            most = Decimal(amount)
            if not reckless(source) and not reckless(target):
                most = min(most, payment["unused_amount"], invoice["balance"])
            body = {"allocations": settling((invoice, most))}
            self.tell("POST", f"/payments/{payment['payment_id']}/apply", body)

    def apply_note(self, source: int, target: int, amount: str | None) -> None:
        note, invoice = self.one("credit_notes", source), self.one("invoices", target)
        if note is not None and invoice is not None:
            most = None if amount is None else Decimal(amount)
            if most is not None and not reckless(source) and not reckless(target):
                most = min(most, note["credits_remaining"], invoice["balance"])
            body = {"invoice_id": invoice["invoice_id"], "amount": most}
            self.tell("POST", f"/credit_notes/{note['credit_note_id']}/apply-to-invoice", body)

    def refund(self, amount: str, pick: int | None) -> None:
        note = None if pick is None else self.one("credit_notes", pick)
        money = [one["unused_amount"] for one in self.all("payments") if one["status"] not in GONE]
        left = sum(money) if note is None else note["credits_remaining"]
        most = Decimal(amount) if reckless(pick or 0) else min(Decimal(amount), left)
        body = self.trade.receipt(self.asha, most, flow="OUTGOING", payment_type="REFUND")
        if note is not None:
            body["credit_note_id"] = note["credit_note_id"]
        if most:
            self.tell("POST", "/payments", body)

    def void(self, of: str, pick: int) -> None:
        document = self.untouched(of, pick)
        if document is not None:
            self.tell("POST", f"/{of}/{document[f'{of[:-1]}_id']}/void")

    def amend(self, pick: int, rate: str) -> None:
        note = self.untouched("credit_notes", pick)
        if note is not None:
            body = {"line_items": [{"name": "Work", "rate": rate}]}
            self.tell("PUT", f"/credit_notes/{note['credit_note_id']}", body)

    def check(self) -> None:
        """What the header says, derived from answers alone."""
        posted = [one for one in self.all("invoices") if one["status"] != "CANCELLED"]
        notes = [one for one in self.all("credit_notes") if one["status"] != "CANCELLED"]
        money = [one for one in self.all("payments") if one["status"] == "RECORDED"]
        due = [one["balance"] for one in posted]
        left = [one["credits_remaining"] for one in notes]
        waiting = {"REGULAR": Decimal(0), "ADVANCE": Decimal(0), "REFUND": Decimal(0)}
        for one in money:
            waiting[one["payment_type"]] += one["unused_amount"]
        assert 0 <= min([*due, *left, *waiting.values()], default=0)
        assert sum(due) - sum(left) - waiting["REGULAR"] == self.trade.on("1040")
        assert -waiting["ADVANCE"] == self.trade.on("2050")
        assert 0 == waiting["REFUND"]
        self._check_allocations(posted, notes, money)
        report = self.org.reports.trial_balance(as_of_date="2027-03-31")
        assert report["total_debit"] == report["total_credit"]
        assert [] == self.engine.verify()

    @staticmethod
    def _check_allocations(posted: list[Body], notes: list[Body], money: list[Body]) -> None:
        """What each invoice has received is what payments and notes say they gave to it."""
        for invoice in posted:
            own = invoice["invoice_id"]
            paid = sum(a["amount"] for one in money for a in one["allocations"] if a["invoice_id"] == own)
            credited = sum(
                a["amount"] for one in notes for a in one["applications"] if a["invoice_id"] == own
            )
            assert (paid, credited) == (invoice["payment_made"], invoice["credits_applied"])


def test_any_story_keeps_the_books_together() -> None:
    tally: Counter[tuple[str, bool]] = Counter()

    @settings(max_examples=60, deadline=None)
    @given(st.lists(STEPS, min_size=12, max_size=25))
    def tell_a_story(steps: list[tuple[Any, ...]]) -> None:
        with finzcore.open(
            ":memory:", clock=FrozenClock(), ids=CountingIds(), random=CountingRandom()
        ) as engine:
            story = Story(engine, tally)
            story.invoice("100", taxed=True, tds_rate=10)
            for verb, *arguments in steps:
                getattr(story, verb)(*arguments)
            story.check()

    tell_a_story()
    # Stories of refusals would prove nothing: most steps happen, and each kind of step does.
    accepted = Counter({ask: times for (ask, yes), times in tally.items() if yes})
    refused = Counter({ask: times for (ask, yes), times in tally.items() if not yes})
    assert 2 * refused.total() < accepted.total()
    assert set() == {ask for ask, times in refused.items() if times >= 10} - set(accepted)


def test_a_year_with_one_customer() -> None:
    """Two invoices, an advance, a receipt with tax withheld, a return and a refund; nothing is left over."""
    with finzcore.open(":memory:", clock=FrozenClock(), ids=CountingIds(), random=CountingRandom()) as engine:
        story = Story(engine)
        trade, asha = story.trade, story.asha
        advance = trade.receive(asha, 5000, payment_type="ADVANCE")
        first, second = trade.taxed(asha, 12000), trade.taxed(asha, 10000, tds_rate=10)
        trade.apply(advance, (first, 5000))
        trade.receive(asha, 8160, (first, 9160), tds_amount=1000)
        lines = [trade.line(2000)]
        note = trade.note(asha, 0, line_items=lines, invoice_id=second["invoice_id"])
        # 2,000 + 360 of GST - 200 of TDS taken back.
        assert 2160 == note["total"]
        trade.apply_note(note, second, 1800)
        trade.receive(asha, 9000, (second, 9000))
        trade.refund(asha, 360, credit_note_id=note["credit_note_id"])
        assert ["PAID", "PAID", "APPLIED"] == [trade.again(one)["status"] for one in (first, second, note)]
        expected = {
            "1010": 5000 + 8160 + 9000 - 360,
            "1040": 0,
            "1070": 1000 + 1000 - 200,
            "2021": -1080 - 900 + 180,
            "2022": -1080 - 900 + 180,
            "2050": 0,
            "4010": -12000 - 10000 + 2000,
        }
        assert expected == {code: trade.on(code) for code in expected}
        story.check()
