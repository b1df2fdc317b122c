"""Money: receipts, payments to vendors, advances, refunds, and what they settle."""

from collections.abc import Iterable, Iterator, Sequence

from finzcore.testing import shown, strategies

# isort: split
# Not before `strategies`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finzcore.testing.model import Money, Paper
from finzcore.testing.stage import Body, Stage

NOW_AND_THEN = st.integers(0, 4).map(lambda number: number == 4)
_KINDS = st.sampled_from(("REGULAR", "REGULAR", "ADVANCE"))
_FIELDS = {"invoices": "invoice_id", "bills": "bill_id", "debit_notes": "debit_note_id"}


class Settling(Stage):
    """What payments and notes have in common."""

    def open_papers(self, *, sells: bool) -> list[Paper]:
        """Documents of one side on which something is due."""
        return [
            one
            for one in self.model.papers.values()
            if one.standing and one.sells == sells and one.of in _FIELDS and self.model.balance(one.key)
        ]

    def pairs(self, sources: Iterable[Money | Paper]) -> list[tuple[str, str]]:
        """What waits to be used, each with a document that it can settle."""
        return [
            (one.key, paper.key)
            for one in sources
            if self.model.left(one.key)
            for paper in self.open_papers(sells=one.sells)
            if (paper.contact, paper.currency) == (one.contact, one.currency)
        ]


class Payments(Settling):
    """Money that moves."""

    def _live(self) -> list[Money]:
        """Money that can be used; a refund cannot."""
        return [one for one in self.model.money.values() if not one.voided and one.kind != "REFUND"]

    # ----- it comes in, or goes out -----

    @rule(data=st.data(), kind=st.sampled_from(("REGULAR", "ADVANCE")))
    def receive(self, data: st.DataObject, kind: str) -> None:
        """Money comes in that nobody knows yet what for."""
        contact = data.draw(st.sampled_from(list(self.model.customers)), "customer")
        self._move(data, contact, (), kind, "INCOMING")

    @precondition(lambda self: self.open_papers(sells=True))
    @rule(data=st.data(), kind=_KINDS)
    def be_paid(self, data: st.DataObject, kind: str) -> None:
        """Money comes in for invoices and debit notes."""
        self._settle(data, kind, sells=True)

    def _settle(self, data: st.DataObject, kind: str, *, sells: bool) -> None:
        there = self.open_papers(sells=sells)
        chosen = self._drawn(data, there)
        whose = (chosen.contact, chosen.currency)
        theirs = [one for one in there if (one.contact, one.currency) == whose]
        self._move(data, chosen.contact, theirs, kind, "INCOMING" if sells else "OUTGOING")

    def _move(self, data: st.DataObject, contact: str, papers: Sequence[Paper], kind: str, flow: str) -> None:
        drawn = strategies.payments(
            contact_id=contact,
            date=self._date(data),
            invoices=[shown.paper(self.model, one, self.today) for one in papers],
            settle=bool(papers),
            also=self.also,
            currency_code=papers[0].currency if papers else "INR",
            flow=flow,
        )
        body = data.draw(drawn, "payment") | {"payment_type": kind} | self._where(data)
        allowed = self._open(body["date"])
        answer = self.do("POST", "/payments", body, allowed=allowed)
        if allowed:
            self.expect_payment(answer["payment"], body)

    # ----- it is used -----

    @precondition(lambda self: self.pairs(self._live()))
    @rule(data=st.data(), beyond=NOW_AND_THEN)
    def apply(self, data: st.DataObject, beyond: bool) -> None:
        """Money is set against a document; now and then more than there is."""
        payment, paper = data.draw(st.sampled_from(self.pairs(self._live())), "payment and document")
        part = self._part(data, min(self.model.left(payment), self.model.balance(paper)), beyond)
        field = _FIELDS[self.model.papers[paper].of]
        settles = [{field: paper, "amount": shown.rupees(part)}]
        allowed = not beyond and self._open(self._settled_on(payment, paper))
        self.do("POST", f"/payments/{payment}/apply", {"allocations": settles}, allowed=allowed)
        if allowed:
            self.model.use(payment, paper, part, self.today)

    def _settled_on(self, source: str, paper: str) -> str:
        return max(self.today, self.model.source(source).date, self.model.papers[paper].date)

    @precondition(lambda self: any(not one.voided for one in self.model.money.values()))
    @rule(data=st.data())
    def void_payment(self, data: st.DataObject) -> None:
        """Money turns out not to have moved, or a refund not to have been paid."""
        live = [one.key for one in self.model.money.values() if not one.voided]
        money = self.model.money[data.draw(st.sampled_from(live), "payment")]
        spent = money.kind == "ADVANCE" and self.model.used(money.key)
        allowed = not spent and not self.model.refunded(money.key) and self._open(money.date)
        self.do("POST", f"/payments/{money.key}/void", {}, allowed=allowed)
        if allowed:
            self.model.void_money(money)

    # ----- it is given back -----

    @precondition(lambda self: any(self._refundable()))
    @rule(data=st.data(), beyond=NOW_AND_THEN)
    def refund(self, data: st.DataObject, beyond: bool) -> None:
        """Money is given back: of a note, or of what waits on account; now and then too much of it."""
        source, note, most = data.draw(st.sampled_from(list(self._refundable())), "whose, of what")
        contact, currency, sells = source
        part = self._part(data, most, beyond)
        body: Body = {
            "flow": "OUTGOING" if sells else "INCOMING",
            "payment_type": "REFUND",
            "contact_id": contact,
            "date": self._date(data),
            "amount": shown.rupees(part),
            "mode": "UPI",
        } | ({"credit_note_id": note} if note else {})
        body |= self._where(data)
        if currency != "INR":
            rate = data.draw(strategies.amounts(80, 90), "rate")
            body |= {"currency_code": currency, "exchange_rate": rate}
        allowed = not beyond and self._open(body["date"])
        answer = self.do("POST", "/payments", body, allowed=allowed)
        if allowed:
            self.expect_payment(answer["payment"], body)

    def _refundable(self) -> Iterator[tuple[tuple[str, str, bool], str | None, int]]:
        """((contact, currency, whether a customer), note or None, how much can be given back)"""
        unused: dict[tuple[str, str, bool], int] = {}
        for note in self._papers("credit_notes", "POSTED"):
            if self.model.left(note.key):
                yield (note.contact, note.currency, note.sells), note.key, self.model.left(note.key)
        for one in self._live():
            whose = (one.contact, one.currency, one.sells)
            unused[whose] = unused.get(whose, 0) + self.model.left(one.key)
        for whose, left in unused.items():
            if left:
                yield whose, None, left


class VendorPayments(Payments):
    """Money to vendors, besides."""

    @rule(data=st.data(), kind=st.sampled_from(("REGULAR", "ADVANCE")))
    def pay_on_account(self, data: st.DataObject, kind: str) -> None:
        """Money goes to a vendor, for nothing in particular."""
        vendor = data.draw(st.sampled_from(list(self.model.vendors)), "vendor")
        self._move(data, vendor, (), kind, "OUTGOING")

    @precondition(lambda self: self.open_papers(sells=False))
    @rule(data=st.data(), kind=_KINDS)
    def pay_bills(self, data: st.DataObject, kind: str) -> None:
        """Money goes to a vendor for bills and debit notes."""
        self._settle(data, kind, sells=False)
