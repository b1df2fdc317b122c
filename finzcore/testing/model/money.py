"""Payments, advances and refunds, and what they and notes settle."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from finzcore.testing import told
from finzcore.testing.model import ledger
from finzcore.testing.model.facts import Body, Money, Paper, Posting, Use
from finzcore.testing.model.known import CASH, known
from finzcore.testing.model.papers import Papers
from finzcore.testing.pricing import paise

SETTLED: Final = {"invoice_id": "invoices", "bill_id": "bills", "debit_note_id": "debit_notes"}
"""The fields with which an allocation names a document."""


def named(allocation: Body) -> str:
    """The key of the document that an allocation names."""
    key: str = next(allocation[field] for field in SETTLED if field in allocation)
    return key


class Settling(Papers):
    """Money, and what is used for what."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.money: dict[str, Money] = {}
        self.uses: list[Use] = []

    def receive(self, key: str, body: Mapping[str, Any]) -> Money:
        """Money that came in or went out, with what it settles at once, or money given back."""
        kept = told.read(told.PAYMENT, body)
        money = Money(key, "", kept)
        self.contact(money.contact, sells=money.sells)
        for one in kept.get("allocations", ()):
            known(self.papers, named(one), next(name for name in one if name in SETTLED).removesuffix("_id"))
        note = kept.get("credit_note_id")
        if note:
            known(self.papers, note, "credit_note")
        kept["bank_account_id"] = self.account(kept.get("bank_account_id"), CASH)
        kept["branch_id"] = self._branch_of_money(kept)
        money.number = self.number("payments", kept)
        self.money[key] = money
        if money.kind == "REFUND":
            self._give_back(money, note)
        for one in kept.get("allocations", ()):
            # What is paid ahead is transferred when the document is there.
            date = max(money.date, self.papers[named(one)].date) if money.kind == "ADVANCE" else money.date
            self._use(key, named(one), paise(one["amount"]), date)
        return money

    def _branch_of_money(self, kept: Body) -> str:
        """The branch that is named, else that of the first document that is settled or of the note."""
        if "branch_id" in kept:
            return self.branch(kept)
        first = next((named(one) for one in kept.get("allocations", ())), kept.get("credit_note_id"))
        return self.branch({} if first is None else self.papers[first].body)

    def _give_back(self, refund: Money, note: str | None) -> None:
        """Of the note that is named, else of the oldest money that nobody has used."""
        wanted = (refund.contact, refund.currency, refund.sells)
        waiting = sorted(
            (
                one
                for one in self.money.values()
                if (one.contact, one.currency, one.sells) == wanted and not one.voided
            ),
            key=lambda one: one.date,
        )
        left = refund.amount
        for source in [note] if note else [one.key for one in waiting]:
            part = min(left, self.left(source))
            if part:
                worth = self._worth_of_source(source, part)
                self.uses.append(Use(source, refund.key, part, refund.date, worth, worth))
                left -= part

    def use(self, source: str, document: str, amount: int, today: str) -> None:
        """Set money or a note against a document: today, or when both are there."""
        date = max(today, self.source(source).date, self.papers[document].date)
        self._use(source, document, amount, date)

    def _use(self, source: str, document: str, amount: int, date: str) -> None:
        used, target = self._worth_of_source(source, amount), self.papers[document]
        gone = [one.relieved for one in self.uses if one.target == document]
        relieved = ledger.rest(amount, target.rate, self.balance(document), target.booked - sum(gone))
        self.uses.append(Use(source, document, amount, date, used, relieved))

    def _worth_of_source(self, key: str, amount: int) -> int:
        source = self.source(key)
        gone = [one.used for one in self.uses if one.source == key]
        return ledger.rest(amount, source.rate, self.left(key), source.booked - sum(gone))

    def source(self, key: str) -> Money | Paper:
        """A payment or a note, by its key."""
        return self.money[key] if key in self.money else self.papers[key]

    def void_money(self, money: Money) -> None:
        """Undo a payment, with everything that it settled, or a refund, with what it used up."""
        money.voided = True
        self.uses = [one for one in self.uses if money.key not in (one.source, one.target)]

    # ----- what follows -----

    def settled(self, key: str, *, by: Mapping[str, object]) -> int:
        """What of a document was settled by sources that are among `by`."""
        return sum(one.amount for one in self.uses if one.target == key and one.source in by)

    def balance(self, key: str) -> int:
        """What is due on a document."""
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

    def status(self, paper: Paper, today: str) -> str:
        """What a document shows today."""
        if paper.status != "POSTED":
            return paper.status
        if paper.of == "credit_notes":
            return "ISSUED" if self.left(paper.key) else "APPLIED"
        due = self.balance(paper.key)
        settled = paper.priced.total - due
        if not due:
            by_notes = settled and not self.settled(paper.key, by=self.money)
            return "CREDIT_APPLIED" if by_notes and paper.of == "invoices" else "PAID"
        if settled:
            return "PARTIALLY_PAID"
        fresh = {"invoices": "SENT", "bills": "OPEN", "debit_notes": "ISSUED"}[paper.of]
        return "OVERDUE" if paper.due < today and paper.of != "debit_notes" else fresh

    def postings(self) -> Iterator[Posting]:
        """All money that was not voided, and what it and notes were used for."""
        yield from super().postings()
        for money in self.money.values():
            if not money.voided:
                bank = self.accounts[money.body["bank_account_id"]]
                yield from self.posted(money.body, ledger.of_money(money, bank, self._taken(money)))
        for one in self.uses:
            if one.target in self.papers:
                source = self.source(one.source)
                yield from self.posted(source.body, ledger.of_use(source, one.date, one.used, one.relieved))

    def _taken(self, refund: Money) -> Sequence[tuple[str, int]]:
        """Where the money of a refund waited, and how many rupees were taken from there."""
        taken = [one for one in self.uses if one.target == refund.key]
        return [(ledger.waits_on(self.source(one.source)), one.used) for one in taken]
