"""The books in plain Python: what happened, as a few lists, and everything else worked out from them.

The model keeps facts only: documents, money, what was used for what. Balances, statuses, postings, the
trial balance and what a customer owes are derived anew each time they are asked for, so nothing in here
can get out of step with itself. It knows rupees, one organisation of one state with its preferences as they
begin, and customers in India. What it is told goes through `told`, and an id that nobody told it is an error.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import attrs

from finzcore.testing import told
from finzcore.testing.pricing import Priced, half_up, paise, price

Posting = tuple[str, str, int, str | None]
"""The day, the code of the account, paise with debits positive, and the contact."""

PREFIXES: Final = {"invoices": "INV-", "credit_notes": "CN-", "payments": "PAY-"}
_EARNED: Final = "456"
"""The first digit of the accounts that begin each financial year with nothing."""
RECEIVABLE, ADVANCES, CASH, TDS, SALES = "1040", "2050", "1010", "1070", "4010"
_OF_AN_ITEM: Final = ("hsn_or_sac", "unit", "rate", "tax_id", "account_id")
"""What a line takes from its item where it says nothing itself, besides the name."""


@attrs.define
class Paper:
    """An invoice or a credit note: the body that it was made from, as `told` reads it, with lines that say
    what their items fill in; and DRAFT, POSTED or CANCELLED.
    """

    of: str
    key: str
    number: str
    body: dict[str, Any]
    priced: Priced
    due: str
    status: str

    @property
    def customer(self) -> str:
        """Whose it is."""
        whose: str = self.body["customer_id"]
        return whose

    @property
    def date(self) -> str:
        """Its day, as ISO text."""
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
        """Whose money it was, or becomes."""
        whose: str = self.body["contact_id"]
        return whose

    @property
    def date(self) -> str:
        """The day on which it moved, as ISO text."""
        return str(self.body["date"])

    @property
    def kind(self) -> str:
        """REGULAR, ADVANCE or REFUND."""
        return str(self.body.get("payment_type", "REGULAR"))

    @property
    def amount(self) -> int:
        """What moved, in paise, without what was withheld."""
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

    def __init__(
        self, home: str, percents: Mapping[str | None, Fraction], accounts: Mapping[str, str]
    ) -> None:
        """`percents` are the full rates by the ids of taxes, `accounts` the codes by the ids of accounts."""
        self.home = home
        self.percents = percents
        self.accounts = accounts
        self.customers: dict[str, dict[str, Any]] = {}
        self.items: dict[str, dict[str, Any]] = {}
        self.papers: dict[str, Paper] = {}
        self.money: dict[str, Money] = {}
        self.uses: list[Use] = []
        self.given: Counter[tuple[str, str]] = Counter()
        self.locked = ""

    # ----- what happens -----

    def meet(self, key: str, body: Mapping[str, Any], today: str) -> None:
        """A customer, or what is now known of one; an opening balance is of the day they are first met."""
        kept = told.read(told.CONTACT, body)
        self.customers[key] = kept | {"day": self.customers.get(key, {"day": today})["day"]}

    def stock_up(self, key: str, body: Mapping[str, Any]) -> None:
        """An item, or what is now known of one."""
        kept = {"item_name": "", "rate": Decimal(0)} | told.read(told.ITEM, body)
        if not kept.get("is_taxable", True):
            kept.pop("tax_id", None)
        self.items[key] = kept

    def number(self, of: str, date: str) -> str:
        """The next number of a kind of document in the financial year of a date; it is taken by asking."""
        year = int(date[:4]) - (date[5:7] < "04")
        label = f"{year % 100:02}{(year + 1) % 100:02}"
        self.given[of, label] += 1
        return f"{PREFIXES[of]}{label}-{self.given[of, label]:03}"

    def write(self, of: str, key: str, body: Mapping[str, Any]) -> Paper:
        """A new invoice, posted if it is approved at once, or a credit note, posted unless it is a draft."""
        kept = self._understood(told.read(told.FORMS[of], body))
        priced = self.price(kept)
        posted = kept.get("auto_approve") if of == "invoices" else not kept.get("draft")
        status = "POSTED" if posted else "DRAFT"
        due = kept.get("due_date") or self._due(kept)
        paper = Paper(of, key, self.number(of, kept["date"]), kept, priced, due, status)
        self.papers[key] = paper
        return paper

    def rewrite(self, paper: Paper, changes: Mapping[str, Any]) -> None:
        """A draft with some of its fields changed."""
        paper.body |= self._understood(told.read(told.FORMS[paper.of], changes, whole=False))
        paper.priced = self.price(paper.body)

    def _due(self, body: Mapping[str, Any]) -> str:
        terms = self.customers[body["customer_id"]].get("payment_terms", 0)
        return (dt.date.fromisoformat(body["date"]) + dt.timedelta(terms)).isoformat()

    def price(self, body: Mapping[str, Any]) -> Priced:
        """What a body comes to, with what its invoice fills in."""
        parent = self.papers.get(body.get("invoice_id", ""))
        between = not told.same_state(self.place(body), self.home)
        priced = price(body, self.percents, between_states=between)
        said = {"tds_amount", "tds_rate"} & body.keys() or not body.get("reverse_tds", True)
        if parent is not None and parent.priced.tds and not said:
            priced = attrs.evolve(priced, tds=self._tds_taken_back(parent, priced))
        return priced

    def place(self, body: Mapping[str, Any]) -> str:
        """Where something is supplied: as it says, else as its invoice was, else where its customer is."""
        if "place_of_supply" in body:
            return str(body["place_of_supply"])
        if "invoice_id" in body:
            return self.place(self.papers[body["invoice_id"]].body)
        return str(self.customers[body["customer_id"]].get("place_of_contact") or self.home)

    def _understood(self, body: dict[str, Any]) -> dict[str, Any]:
        """A body whose ids are all known, and whose lines say what their items fill in."""
        if "customer_id" in body:
            _known(self.customers, body["customer_id"], "contact")
        if "invoice_id" in body:
            _known(self.papers, body["invoice_id"], "invoice")
        if "line_items" not in body:
            return body
        return body | {"line_items": [self._filled(line) for line in body["line_items"]]}

    def _filled(self, line: dict[str, Any]) -> dict[str, Any]:
        item: dict[str, Any] = {}
        if "item_id" in line:
            kept = _known(self.items, line["item_id"], "item")
            item = {name: kept[name] for name in _OF_AN_ITEM if name in kept} | {"name": kept["item_name"]}
        elif "rate" not in line:
            raise ValueError("line_items: a line without an item has a rate")
        filled = {"quantity": Decimal(1)} | item | line
        _known(self.percents, filled.get("tax_id"), "tax")
        return filled | {"account_id": self._account(filled.get("account_id"), SALES)}

    def _account(self, named: str | None, usual: str) -> str:
        """The id of the account that is named, or of the usual one."""
        if named is not None:
            _known(self.accounts, named, "account")
            return named
        return next(key for key, code in self.accounts.items() if code == usual)

    def _tds_taken_back(self, parent: Paper, note: Priced) -> int:
        """The part of an invoice's TDS that a note takes back, as much as is left of it."""
        before = sum(other.priced.tds for other in self.notes_of(parent))
        whole = parent.priced
        part = half_up(Fraction(whole.tds * note.taxable, whole.taxable)) if whole.taxable else 0
        return min(part, whole.tds - before)

    def receive(self, key: str, body: Mapping[str, Any]) -> Money:
        """Money that came in, with what it settles at once, or money given back."""
        kept = told.read(told.PAYMENT, body)
        if kept.get("flow") == "OUTGOING" and kept.get("payment_type") != "REFUND":
            raise ValueError("of money that goes out the model knows refunds only")
        _known(self.customers, kept["contact_id"], "contact")
        for one in kept.get("allocations", ()):
            _known(self.papers, one["invoice_id"], "invoice")
        kept["bank_account_id"] = self._account(kept.get("bank_account_id"), CASH)
        money = Money(key, self.number("payments", kept["date"]), kept)
        if money.kind == "REFUND":
            self._give_back(money)
        self.money[key] = money
        for one in kept.get("allocations", ()):
            self.uses.append(Use(key, one["invoice_id"], paise(one["amount"]), money.date))
        return money

    def _give_back(self, refund: Money) -> None:
        """Of the note that is named, else of the oldest money that nobody has used."""
        note = refund.body.get("credit_note_id")
        if note:
            _known(self.papers, note, "credit_note")
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
            yield contact["day"], RECEIVABLE, opening, key
            yield contact["day"], "3030", -opening, None
        for paper in self.papers.values():
            if paper.status == "POSTED":
                yield from self._of_paper(paper)
        for money in self.money.values():
            if not money.voided:
                yield from self._of_money(money)

    def _of_paper(self, paper: Paper) -> Iterator[Posting]:
        side, priced = (1 if paper.of == "invoices" else -1), paper.priced
        accounts = [self.accounts[line["account_id"]] for line in paper.body["line_items"]]
        for code, amount in (
            *((account, -base) for account, base in zip(accounts, priced.bases, strict=True)),
            (accounts[0], priced.discount_after_tax),
            ("2021", -priced.cgst),
            ("2022", -priced.sgst),
            ("2023", -priced.igst),
            (TDS, priced.tds),
            ("4030", -priced.shipping),
            ("4060", -priced.adjustment),
            ("4040", -priced.round_off),
        ):
            yield paper.date, code, side * amount, None
        yield paper.date, RECEIVABLE, side * priced.total, paper.customer

    def _of_money(self, money: Money) -> Iterator[Posting]:
        charges, tds = (paise(money.body.get(name, 0)) for name in ("bank_charges", "tds_amount"))
        side = -1 if money.kind == "REFUND" else 1
        bank = self.accounts[money.body["bank_account_id"]]
        yield money.date, bank, side * money.amount - charges, None
        yield money.date, "6900", charges, None
        yield money.date, TDS, tds, None
        yield money.date, self._sits_on(money), -money.worth, money.contact
        for one in self.uses:
            if one.target == money.key:
                yield money.date, self._sits_on(self.money.get(one.source)), one.amount, money.contact
            if one.source == money.key and money.kind == "ADVANCE" and one.target in self.papers:
                yield one.date, ADVANCES, one.amount, money.contact
                yield one.date, RECEIVABLE, -one.amount, money.contact

    def _sits_on(self, money: Money | None) -> str:
        """Where money waits until it is used; a note is no money and waits on receivables."""
        return ADVANCES if money is not None and money.kind == "ADVANCE" else RECEIVABLE

    def stock(self, item: str) -> Fraction:
        """How much of an item is there: less what posted invoices took, and what notes brought back, where
        anybody counts.
        """
        if not self.items[item].get("track_inventory"):
            return Fraction(0)
        there = Fraction(0)
        for paper in self.papers.values():
            for line in paper.body["line_items"] if paper.status == "POSTED" else ():
                if line.get("item_id") == item and (paper.of == "invoices" or line.get("restock")):
                    there += Fraction(line["quantity"]) * (-1 if paper.of == "invoices" else 1)
        return there

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


_HINTS: Final = {
    "tax": "of taxes it knows those without cess and reverse charge, of which CGST and SGST are half each",
    "account": "there is none in these books",
}


def _known(kept: Mapping[Any, Any], key: Any, what: str) -> Any:
    """What is kept of an id; ValueError when nobody told the model of it."""
    if key not in kept:
        hint = _HINTS.get(what, f"say so first with expect_{what}(...)")
        raise ValueError(f"the model knows no {what} {key}: {hint}")
    return kept[key]
