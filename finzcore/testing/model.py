"""The books in plain Python: what happened, as a few lists, and everything else worked out from them.

The model keeps facts only: documents, money, what was used for what. Balances, statuses, postings, the
trial balance and what a customer owes are derived anew each time they are asked for, so nothing in here
can get out of step with itself. It knows rupees, one organisation of one state, and customers.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

import attrs

from finzcore.testing.pricing import Priced, half_up, paise, price

Posting = tuple[str, str, int, str | None]
"""The day, the code of the account, paise with debits positive, and the contact."""

PREFIXES: Final = {"invoices": "INV-", "credit_notes": "CN-", "payments": "PAY-"}
_EARNED: Final = "456"
"""The first digit of the accounts that begin each financial year with nothing."""
_RECEIVABLE, _ADVANCES, _CASH, _TDS = "1040", "2050", "1010", "1070"


@attrs.define
class Paper:
    """An invoice or a credit note: the body that it was made from, and DRAFT, POSTED or CANCELLED."""

    of: str
    key: str
    number: str
    body: dict[str, Any]
    priced: Priced
    due: str
    status: str

    @property
    def customer(self) -> str:
        whose: str = self.body["customer_id"]
        return whose

    @property
    def date(self) -> str:
        return str(self.body["date"])


@attrs.define
class Money:
    """Money that came in, or was given back."""

    key: str
    number: str
    body: dict[str, Any]
    voided: bool = False

    @property
    def contact(self) -> str:
        whose: str = self.body["contact_id"]
        return whose

    @property
    def date(self) -> str:
        return str(self.body["date"])

    @property
    def kind(self) -> str:
        return str(self.body.get("payment_type", "REGULAR"))

    @property
    def amount(self) -> int:
        return paise(self.body["amount"])

    @property
    def worth(self) -> int:
        """What can be settled with it: nothing with a refund."""
        return 0 if self.kind == "REFUND" else self.amount + paise(self.body.get("tds_amount", 0))


@attrs.frozen
class Use:
    """So much of a payment or a note, used for an invoice or given back with a refund."""

    source: str
    target: str
    amount: int
    date: str


class Model:
    """What the books should hold. Keys are the ids of the API, amounts whole paise."""

    def __init__(self, home: str, percents: Mapping[str | None, Fraction]) -> None:
        self.home = home
        self.percents = percents
        self.customers: dict[str, dict[str, Any]] = {}
        self.items: dict[str, dict[str, Any]] = {}
        self.papers: dict[str, Paper] = {}
        self.money: dict[str, Money] = {}
        self.uses: list[Use] = []
        self.given: Counter[tuple[str, str]] = Counter()
        self.locked = ""

    # ----- what happens -----

    def number(self, of: str, date: str) -> str:
        """The next number of a kind of document in the financial year of a date; it is taken by asking."""
        year = int(date[:4]) - (date[5:7] < "04")
        label = f"{year % 100:02}{(year + 1) % 100:02}"
        self.given[of, label] += 1
        return f"{PREFIXES[of]}{label}-{self.given[of, label]:03}"

    def write(self, of: str, key: str, body: Mapping[str, Any], status: str) -> Paper:
        """A new invoice or credit note."""
        kept = dict(body)
        paper = Paper(of, key, self.number(of, kept["date"]), kept, self.price(of, kept), "", status)
        paper.due = self._due(kept)
        self.papers[key] = paper
        return paper

    def rewrite(self, paper: Paper, changes: Mapping[str, Any]) -> None:
        """A draft with some of its fields changed."""
        paper.body |= changes
        paper.priced = self.price(paper.of, paper.body)

    def _due(self, body: Mapping[str, Any]) -> str:
        terms = self.customers[body["customer_id"]].get("payment_terms", 0)
        return (dt.date.fromisoformat(body["date"]) + dt.timedelta(terms)).isoformat()

    def price(self, of: str, body: Mapping[str, Any]) -> Priced:
        """What a body comes to, with what its items and its invoice fill in."""
        lines = [self.items.get(line.get("item_id"), {}) | line for line in body["line_items"]]
        parent = self.papers.get(body.get("invoice_id", ""))
        place = body.get("place_of_supply") or self._place(body, parent)
        filled = {**body, "line_items": lines}
        priced = price(filled, self.percents, between_states=place != self.home)
        if parent is not None and parent.priced.tds:
            priced = attrs.evolve(priced, tds=self._tds_taken_back(parent, priced))
        return priced

    def _place(self, body: Mapping[str, Any], parent: Paper | None) -> str:
        if parent is not None:
            return str(parent.body["place_of_supply"])
        return str(self.customers[body["customer_id"]].get("place_of_contact") or self.home)

    def _tds_taken_back(self, parent: Paper, note: Priced) -> int:
        """The part of an invoice's TDS that a note takes back, as much as is left of it."""
        before = sum(other.priced.tds for other in self.notes_of(parent))
        whole = parent.priced
        part = half_up(Fraction(whole.tds * note.taxable, whole.taxable)) if whole.taxable else 0
        return min(part, whole.tds - before)

    def receive(self, key: str, body: Mapping[str, Any]) -> Money:
        """Money that came in, with what it settles at once, or money given back."""
        money = Money(key, self.number("payments", body["date"]), dict(body))
        if money.kind == "REFUND":
            self._give_back(money)
        self.money[key] = money
        for one in body.get("allocations", ()):
            self.uses.append(Use(key, one["invoice_id"], paise(one["amount"]), money.date))
        return money

    def _give_back(self, refund: Money) -> None:
        """Of the note that is named, else of the oldest money that nobody has used."""
        note = refund.body.get("credit_note_id")
        waiting = sorted(
            (one for one in self.money.values() if one.contact == refund.contact and not one.voided),
            key=lambda one: one.date,
        )
        left = refund.amount
        for source in [note] if note else [one.key for one in waiting]:
            part = min(left, self.left(source))
            if part:
                self.uses.append(Use(source, refund.key, part, refund.date))
                left -= part

    def use(self, source: str, invoice: str, amount: int, today: str) -> None:
        """Set money or a note against an invoice: today, or when both are there."""
        dates = (self.money[source] if source in self.money else self.papers[source]).date
        self.uses.append(Use(source, invoice, amount, max(today, dates, self.papers[invoice].date)))

    def void_money(self, money: Money) -> None:
        """Undo a payment, with everything that it settled, or a refund, with what it used up."""
        money.voided = True
        self.uses = [one for one in self.uses if money.key not in (one.source, one.target)]

    # ----- what follows -----

    def settled(self, key: str, *, by: Mapping[str, object]) -> int:
        """What of an invoice was settled by sources that are among `by`."""
        return sum(one.amount for one in self.uses if one.target == key and one.source in by)

    def balance(self, key: str) -> int:
        """What is due on an invoice."""
        return self.papers[key].priced.total - sum(one.amount for one in self.uses if one.target == key)

    def left(self, source: str) -> int:
        """What of a payment or a note waits to be used."""
        worth = self.money[source].worth if source in self.money else self.papers[source].priced.total
        return worth - sum(one.amount for one in self.uses if one.source == source)

    def used(self, source: str) -> bool:
        """Whether anything of a payment or a note was used."""
        return any(one.source == source for one in self.uses)

    def refunded(self, source: str) -> bool:
        """Whether anything of a payment or a note was given back."""
        return any(one.source == source and one.target in self.money for one in self.uses)

    def notes_of(self, invoice: Paper) -> list[Paper]:
        """The credit notes for an invoice that are not cancelled."""
        return [
            one
            for one in self.papers.values()
            if one.body.get("invoice_id") == invoice.key and one.status != "CANCELLED"
        ]

    def status(self, paper: Paper, today: str) -> str:
        """What a document shows today."""
        if paper.status != "POSTED":
            return paper.status
        if paper.of == "credit_notes":
            return "ISSUED" if self.left(paper.key) else "APPLIED"
        cash = self.settled(paper.key, by=self.money)
        settled = paper.priced.total - self.balance(paper.key)
        if not self.balance(paper.key):
            return "CREDIT_APPLIED" if settled and not cash else "PAID"
        if settled:
            return "PARTIALLY_PAID"
        return "OVERDUE" if paper.due < today else "SENT"

    def postings(self) -> Iterator[Posting]:
        """What stands in the journal; what was voided stands there for nothing."""
        for key, contact in self.customers.items():
            opening = paise(contact.get("opening_balance", 0))
            yield contact["day"], _RECEIVABLE, opening, key
            yield contact["day"], "3030", -opening, None
        for paper in self.papers.values():
            if paper.status == "POSTED":
                yield from self._of_paper(paper)
        for money in self.money.values():
            if not money.voided:
                yield from self._of_money(money)

    def _of_paper(self, paper: Paper) -> Iterator[Posting]:
        side, priced = (1 if paper.of == "invoices" else -1), paper.priced
        for code, amount in (
            ("4010", priced.discount_after_tax - priced.taxable),
            ("2021", -priced.cgst),
            ("2022", -priced.sgst),
            ("2023", -priced.igst),
            (_TDS, priced.tds),
            ("4030", -priced.shipping),
            ("4060", -priced.adjustment),
            ("4040", -priced.round_off),
        ):
            yield paper.date, code, side * amount, None
        yield paper.date, _RECEIVABLE, side * priced.total, paper.customer

    def _of_money(self, money: Money) -> Iterator[Posting]:
        charges, tds = (paise(money.body.get(name, 0)) for name in ("bank_charges", "tds_amount"))
        side = -1 if money.kind == "REFUND" else 1
        yield money.date, _CASH, side * money.amount - charges, None
        yield money.date, "6900", charges, None
        yield money.date, _TDS, tds, None
        yield money.date, self._sits_on(money), -money.worth, money.contact
        for one in self.uses:
            if one.target == money.key:
                yield money.date, self._sits_on(self.money.get(one.source)), one.amount, money.contact
            if one.source == money.key and money.kind == "ADVANCE" and one.target in self.papers:
                yield one.date, _ADVANCES, one.amount, money.contact
                yield one.date, _RECEIVABLE, -one.amount, money.contact

    def _sits_on(self, money: Money | None) -> str:
        """Where money waits until it is used; a note is no money and waits on receivables."""
        return _ADVANCES if money is not None and money.kind == "ADVANCE" else _RECEIVABLE

    def stock(self, item: str) -> Fraction:
        """How much of an item is there: what posted invoices took, where anybody counts."""
        if not self.items[item].get("track_inventory"):
            return Fraction(0)
        lines = [
            line for one in self.papers.values() if one.status == "POSTED" for line in one.body["line_items"]
        ]
        return -sum(
            (Fraction(line["quantity"]) for line in lines if line.get("item_id") == item), Fraction(0)
        )

    def owes(self, customer: str) -> int:
        """What a customer owes, all told."""
        return sum(amount for _, _, amount, whose in self.postings() if whose == customer)

    def trial_balance(self, day: str) -> dict[str, int]:
        """What stands on each account at the end of a day; profit of years gone by is retained."""
        begins = f"{int(day[:4]) - (day[5:7] < '04')}-04-01"
        sums: defaultdict[str, int] = defaultdict(int)
        for date, code, amount, _ in self.postings():
            if date <= day:
                earned = code[0] in _EARNED and date < begins
                sums["3020" if earned else code] += amount
        return {code: amount for code, amount in sums.items() if amount}

    def last_day(self, today: str) -> str:
        """The last day on which anything is booked, or today."""
        return max([today, *(date for date, _, _, _ in self.postings())])
