"""Business at random between customers, vendors and three branches, for tests of what is owed.

Everything that moves receivables or payables is done: documents, notes and their changes, money on account
and in advance, refunds, voids and entries by hand; today, before and later, in rupees and in dollars.
"""

import datetime as dt
from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any

import finzcore
from finzcore.testing import FrozenClock

Body = dict[str, Any]
CONTROL = {"ar_aging": "1040", "ap_aging": "2010"}
SIDE = {"ar_aging": 1, "ap_aging": -1}


class Business:
    """One organisation; each `step` does one thing, if the books take it."""

    def __init__(
        self, org: finzcore.Org, clock: FrozenClock, chance: Random, *, dollars: bool = True
    ) -> None:
        self.org = org
        self.clock = clock
        self.chance = chance
        self.dollars = dollars
        self.done: Counter[str] = Counter()
        org.enable_currency("USD")
        branches = [
            org.create_branch(code=code, name=f"Branch {code}", state="IN-KA") for code in ("MUM", "DEL")
        ]
        self.branches = [None, *(branch["branch_id"] for branch in branches)]
        self.contacts = {
            kind: org.contacts.create(contact_name=f"The {kind}", contact_type=kind, opening_balance=opened)
            for kind, opened in (("CUSTOMER", "-37.10"), ("VENDOR", "21.05"), ("BOTH", 55))
        }
        self.by_hand: list[tuple[str, str | None, str, str | None, Decimal]] = []
        """What was entered by hand and stands: day, branch, account, contact, and what is owed by it."""
        self._serial = 0

    def step(self) -> None:
        """Do something, and let time pass."""
        name = self.chance.choice(STEPS)
        try:
            getattr(self, f"_{name}")()
            self.done[name] += 1
        except finzcore.FinzError:
            self.done[f"{name} refused"] += 1
        self.clock.move(hours=self.chance.choice((0, 1, 30)), seconds=1)

    # ----- what is drawn -----

    @property
    def today(self) -> dt.date:
        return (self.clock() + dt.timedelta(hours=5, minutes=30)).date()

    def day(self) -> str:
        return (self.today + dt.timedelta(days=self.chance.choice((0, 0, 0, -40, -3, 12)))).isoformat()

    def amount(self) -> Decimal:
        return Decimal(self.chance.randint(1, 30000)) / 100

    def contact(self, *kinds: str) -> str:
        key: str = self.contacts[self.chance.choice(kinds)]["contact_id"]
        return key

    def money(self) -> Body:
        if not self.dollars or self.chance.random() < 0.7:
            return {}
        rate = Decimal(self.chance.randint(7900, 8700)) / 100
        return {"currency_code": "USD", "exchange_rate": rate}

    def one_of(self, of: str, left: str | None = None, like: Body | None = None) -> Body:
        """A document that stands: with something left under a key, and of the contact and in the currency
        of another; refused where there is none."""
        found = [
            one
            for one in getattr(self.org, of).list(per_page=60)
            if one["status"] not in ("CANCELLED", "VOIDED")
            and (left is None or one[left] > 0)
            and (like is None or _of_one_kind(one, like))
        ]
        if not found:
            raise finzcore.FinzError("There is none.")
        one: Body = self.chance.choice(found)
        return one

    def written(self, **more: Any) -> Body:
        """What every document says."""
        self._serial += 1
        return {
            "date": self.day(),
            "branch_id": self.chance.choice(self.branches),
            "reference_number": f"R{self._serial}",
            "line_items": [{"name": "Work", "rate": self.amount()}],
        } | self.money() | more  # fmt: skip

    # ----- what is done -----

    def _invoice(self) -> None:
        self.org.invoices.create(
            **self.written(customer_id=self.contact("CUSTOMER", "BOTH"), place_of_supply="IN-KA"),
            auto_approve=True,
        )

    def _bill(self) -> None:
        self.org.bills.create(
            **self.written(vendor_id=self.contact("VENDOR", "BOTH"), place_of_supply="IN-KA"),
            auto_approve=True,
        )

    def _credit_note(self) -> None:
        kind = self.chance.choice(("customer", "vendor"))
        contact = self.contact(kind.upper(), "BOTH")
        self.org.credit_notes.create(**self.written(customer_id=contact, type=kind))

    def _debit_note(self) -> None:
        kind = self.chance.choice(("customer", "vendor"))
        contact = self.contact(kind.upper(), "BOTH")
        self.org.debit_notes.create(**self.written(customer_id=contact, type=kind))

    def _paid(self, **more: Any) -> None:
        flow = self.chance.choice(("INCOMING", "OUTGOING"))
        owed = "CUSTOMER" if flow == "INCOMING" else "VENDOR"
        said = self.written(flow=flow, contact_id=self.contact(owed, "BOTH"), amount=self.amount())
        del said["line_items"]
        said |= {"mode": "UPI", "tds_amount": self.chance.choice((0, 5)), "bank_charges": 0}
        self.org.payments.create(**said, **more)

    def _money(self) -> None:
        self._paid()

    def _advance(self) -> None:
        self._paid(payment_type="ADVANCE")

    def _settled(self) -> None:
        """Money that settles something at once."""
        noun = self.chance.choice(("invoice", "bill", "debit_note"))
        document = self.one_of(f"{noun}s", "balance")
        sold = noun == "invoice" or document.get("type") == "customer"
        part = min(document["balance"], self.chance.choice((document["balance"], self.amount())))
        foreign = document["currency_code"] != "INR"
        self.org.payments.create(
            flow="INCOMING" if sold else "OUTGOING",
            payment_type=self.chance.choice(("REGULAR", "ADVANCE")),
            contact_id=_whose(document),
            date=self.day(),
            amount=part + self.chance.choice((0, 7)),
            mode="UPI",
            branch_id=self.chance.choice(self.branches),
            currency_code=document["currency_code"],
            exchange_rate=Decimal(self.chance.randint(7900, 8700)) / 100 if foreign else 1,
            allocations=[{f"{noun}_id": document[f"{noun}_id"], "amount": part}],
        )

    def _apply(self) -> None:
        payment = self.one_of("payments", "unused_amount")
        noun = self.chance.choice(("invoice" if payment["flow"] == "INCOMING" else "bill", "debit_note"))
        document = self.one_of(f"{noun}s", "balance", payment)
        amount = min(document["balance"], payment["unused_amount"])
        named = {f"{noun}_id": document[f"{noun}_id"], "amount": amount}
        self.org.payments.apply(payment["payment_id"], allocations=[named])

    def _apply_note(self) -> None:
        note = self.one_of("credit_notes", "credits_remaining")
        noun = "invoice" if note["type"] == "customer" else "bill"
        document = self.one_of(f"{noun}s", "balance", note)
        use = getattr(self.org.credit_notes, f"apply_to_{noun}")
        use(note["credit_note_id"], **{f"{noun}_id": document[f"{noun}_id"]})

    def _refund(self) -> None:
        """Some of the oldest money, or of a note."""
        of, left = self.chance.choice((("payments", "unused_amount"), ("credit_notes", "credits_remaining")))
        given = self.one_of(of, left)
        sold = given.get("flow") == "INCOMING" or given.get("type") == "customer"
        foreign = given["currency_code"] != "INR"
        self.org.payments.create(
            flow="OUTGOING" if sold else "INCOMING",
            payment_type="REFUND",
            contact_id=_whose(given),
            date=self.day(),
            amount=min(given[left], self.amount()),
            mode="UPI",
            branch_id=self.chance.choice(self.branches),
            currency_code=given["currency_code"],
            exchange_rate=83 if foreign else 1,
            credit_note_id=given.get("credit_note_id"),
        )

    def _void(self) -> None:
        of = self.chance.choice(("invoices", "bills", "payments", "payments", "credit_notes", "debit_notes"))
        getattr(self.org, of).void(self.one_of(of)[f"{of[:-1]}_id"])

    def _edit(self) -> None:
        of = self.chance.choice(("credit_notes", "debit_notes"))
        note = self.one_of(of)
        getattr(self.org, of).update(
            note[f"{of[:-1]}_id"],
            line_items=[{"name": "Other work", "rate": self.amount()}],
            date=self.chance.choice((note["date"][:10], self.today.isoformat())),
        )

    def _journal(self) -> None:
        code, side = self.chance.choice((("1040", 1), ("2010", -1)))
        day, branch, amount = self.today.isoformat(), self.chance.choice(self.branches), self.amount()
        contact = self.chance.choice((self.contact("BOTH"), self.contact("BOTH"), None))
        on, off = self.chance.choice((("debit", "credit"), ("credit", "debit")))
        lines = [
            {"account_id": self.org.account_id(code), on: amount, "contact_id": contact},
            {"account_id": self.org.account_id("1010"), off: amount},
        ]
        made = self.org.journals.create(date=day, branch_id=branch, lines=lines, memo="By hand")
        if self.chance.random() < 0.3:
            self.org.journals.delete(made["journal_id"])
        else:
            owed = side * amount if on == "debit" else -side * amount
            self.by_hand.append((day, branch, code, contact, owed))

    # ----- what must come out -----

    def control(self, report: str, as_of: str, branch: str | None) -> Decimal:
        """What the ledger says is owed: the control account on a day, less what was entered of nobody."""
        said = self.org.reports.trial_balance(as_of_date=as_of, branch_id=branch)
        code, side = CONTROL[report], SIDE[report]
        stands = sum(
            (row["debit"] - row["credit"] for row in said["accounts"] if row["code"] == code), Decimal()
        )
        home = self.org.branches.list()[0]["branch_id"]
        entered = [
            amount
            for day, at, account, contact, amount in self.by_hand
            if contact is None and account == code and day <= as_of and branch in (None, at or home)
        ]
        return side * stands - sum(entered, Decimal())


def _whose(document: Body) -> str:
    """The contact of a document, a note or a payment."""
    key: str = document.get("contact_id") or document.get("customer_id") or document["vendor_id"]
    return key


def _of_one_kind(one: Body, other: Body) -> bool:
    return (_whose(one), one["currency_code"]) == (_whose(other), other["currency_code"])


STEPS = (
    "invoice", "invoice", "bill", "bill", "credit_note", "debit_note", "money", "advance",
    "settled", "settled", "settled", "apply", "apply", "apply_note", "apply_note",
    "refund", "void", "void", "edit", "journal",
)  # fmt: skip
