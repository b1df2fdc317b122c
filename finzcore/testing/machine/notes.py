"""Credit and debit notes, of customers and of vendors."""

from finzcore.testing import shown, strategies

# isort: split
# Not before `strategies`, which says what to install where there is no Hypothesis.
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from finzcore.testing.machine.money import NOW_AND_THEN, Settling
from finzcore.testing.model import Paper
from finzcore.testing.stage import Body

_PARENTS = {"invoices": "invoice", "bills": "bill"}


class Credits(Settling):
    """Credit notes to customers, and what settles documents with them."""

    @rule(data=st.data())
    def credit(self, data: st.DataObject) -> None:
        """A credit note, for an invoice or for nothing in particular."""
        self._credit(data, "invoices", list(self.model.customers))

    def _credit(self, data: st.DataObject, of: str, contacts: list[str]) -> None:
        """A note for a document of one side, or for nothing in particular."""
        parent = data.draw(st.none() | _one_of(self._correctable(of)), "what it is for")
        if parent is None:
            contact = data.draw(st.sampled_from(contacts), "contact")
            where = self._where(data) | self._undertaking(data, contact)
            drawn = strategies.credit_notes(date=self._date(data), customer_id=contact, **where)
        else:
            drawn = self._for(self.model.papers[parent], self._date(data))
        body = data.draw(drawn, "credit note")
        allowed = self._open(body["date"])
        answer = self.do("POST", "/credit_notes", body, allowed=allowed)
        if allowed:
            self.expect_credit_note(answer["credit_note"], body)

    def _for(self, parent: Paper, date: str) -> st.SearchStrategy[Body]:
        """Notes for part of a line of an invoice or a bill."""
        document = self.call.ok("GET", f"/{parent.of}/{parent.key}")[_PARENTS[parent.of]]
        left = shown.rupees(self._uncorrected(parent))
        return strategies.credit_notes(date=max(parent.date, date), invoice=document, left=left)

    def _uncorrected(self, parent: Paper) -> int:
        notes = self.model.notes_of(parent, "credit_notes")
        return parent.priced.total - sum(note.priced.total for note in notes)

    def _correctable(self, of: str) -> list[str]:
        """Documents with a rupee's worth of goods or more that no note has taken back."""
        return [
            one.key
            for one in self._papers(of, "POSTED")
            if min(one.priced.taxable, self._uncorrected(one)) >= 100 * len(one.body["line_items"])
        ]

    def _notes(self) -> list[Paper]:
        return self._papers("credit_notes", "POSTED")

    @precondition(lambda self: self._notes_to_apply())
    @rule(data=st.data(), beyond=NOW_AND_THEN)
    def apply_note(self, data: st.DataObject, beyond: bool) -> None:
        """A credit note is set against a document; now and then more of it than there is."""
        note, paper = data.draw(st.sampled_from(self._notes_to_apply()), "note and document")
        part = self._part(data, min(self.model.left(note), self.model.balance(paper)), beyond)
        noun = _PARENTS[self.model.papers[paper].of]
        body = {f"{noun}_id": paper, "amount": shown.rupees(part)}
        date = max(self.today, self.model.source(note).date, self.model.papers[paper].date)
        allowed = not beyond and self._open(date)
        self.do("POST", f"/credit_notes/{note}/apply-to-{noun}", body, allowed=allowed)
        if allowed:
            self.model.use(note, paper, part, self.today)

    def _notes_to_apply(self) -> list[tuple[str, str]]:
        """Notes, each with an invoice or a bill that it can settle."""
        pairs = self.pairs(self._notes())
        return [pair for pair in pairs if self.model.papers[pair[1]].of in _PARENTS]

    @precondition(lambda self: self._notes())
    @rule(data=st.data())
    def void_note(self, data: st.DataObject) -> None:
        """A note was a mistake; one of which something is used stays."""
        paper = self._drawn(data, self._notes())
        allowed = not self.model.used(paper.key) and self._open(paper.date)
        self.do("POST", f"/credit_notes/{paper.key}/void", {}, allowed=allowed)
        if allowed:
            paper.status = "CANCELLED"


class VendorCredits(Credits):
    """Credit notes from vendors, besides: what was bought goes back."""

    @rule(data=st.data())
    def return_goods(self, data: st.DataObject) -> None:
        """A credit note for a bill or for nothing in particular."""
        self._credit(data, "bills", list(self.model.vendors))


class Debits(Credits):
    """Debit notes of both sides: more is owed than was said."""

    @rule(data=st.data(), of=st.sampled_from(("invoices", "bills")))
    def charge_more(self, data: st.DataObject, of: str) -> None:
        """A debit note, for a document or for nothing in particular."""
        there = [one.key for one in self._papers(of, "POSTED") if one.priced.taxable]
        parent = data.draw(st.none() | _one_of(there), "what it is for")
        contacts = list(self.model.customers if of == "invoices" else self.model.vendors)
        if parent is None:
            date, contact = self._date(data), data.draw(st.sampled_from(contacts), "contact")
            whom = {"customer_id": contact} | self._where(data)
            whom |= self._undertaking(data, contact) if of == "invoices" else {}
        else:
            paper = self.model.papers[parent]
            date = max(paper.date, self._date(data))
            whom = {"customer_id": paper.contact, f"{_PARENTS[of]}_id": parent}
        line = strategies.line_items(taxes=[*self.taxes.values(), *self.untaxed, None])
        body: Body = whom | {"date": date, "line_items": [data.draw(line, "line")]}
        allowed = self._open(date)
        answer = self.do("POST", "/debit_notes", body, allowed=allowed)
        if allowed:
            self.expect_debit_note(answer["debit_note"], body)

    @precondition(lambda self: self._papers("debit_notes", "POSTED"))
    @rule(data=st.data())
    def void_debit_note(self, data: st.DataObject) -> None:
        """A debit note was a mistake; one that is paid stays."""
        paper = self._drawn(data, self._papers("debit_notes", "POSTED"))
        paid = self.model.balance(paper.key) != paper.priced.total
        allowed = not paid and self._open(paper.date)
        self.do("POST", f"/debit_notes/{paper.key}/void", {}, allowed=allowed)
        if allowed:
            paper.status = "CANCELLED"


def _one_of(keys: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(keys) if keys else st.nothing()
