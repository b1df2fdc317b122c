"""Every step of every document that is posted, from every status: the tables of lives, tried by requests.

What the table allows leads where the table says; what it does not allow is refused, names the status
and those that would do, and changes nothing (`api.md` §4.5 to §4.7, §4.11, §4.12).
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import attrs
import pytest

import finzcore
from finzcore.api import Response
from finzcore.books.papers.kind import kind_of
from finzcore.documents.lifecycle import GONE
from finzcore.testing import Call, FrozenClock
from tests.buying import TODAY, Body, Buyer

VALUE = "validation.invalid_value"


@attrs.frozen
class Firm:
    """Somebody who sells to the firm and buys from it, and a clock."""

    call: Call
    clock: FrozenClock
    both: str

    def body(self, **more: Any) -> Body:
        """A document of 100, free of tax."""
        return {
            "contact_id": self.both,
            "date": TODAY,
            "place_of_supply": "IN-KA",
            "line_items": [{"name": "Work", "rate": 100}],
        } | more

    def make(self, of: str, **more: Any) -> Body:
        noun = kind_of(of).noun
        made: Body = self.call.ok("POST", f"/{of}", self.body(**more))[noun]
        return made

    def at(self, of: str, document: Body) -> str:
        return f"/{of}/{document[f'{kind_of(of).noun}_id']}"

    def now(self, of: str, document: Body) -> Response:
        return self.call("GET", self.at(of, document))

    def pay(self, of: str, document: Body, amount: int) -> Response:
        """Money that settles so much of a document."""
        incoming = of in ("invoices", "debit_notes")
        field = f"{kind_of(of).noun}_id"
        body = {
            "flow": "INCOMING" if incoming else "OUTGOING",
            "contact_id": self.both,
            "date": TODAY,
            "amount": amount,
            "mode": "UPI",
            "allocations": [{field: document[field], "amount": amount}],
        }
        return self.call("POST", "/payments", body)

    def credit(self, of: str, document: Body, amount: int) -> Response:
        """A credit note that settles so much of a document."""
        side = "customer" if of == "invoices" else "vendor"
        lines = [{"name": "Goodwill", "rate": amount}]
        note = self.make("credit_notes", type=side, line_items=lines)
        field = f"{kind_of(of).noun}_id"
        path = f"{self.at('credit_notes', note)}/apply-to-{kind_of(of).noun}"
        return self.call("POST", path, {field: document[field], "amount": amount})

    def unpay(self, of: str, document: Body) -> None:
        """Void the last payment."""
        last = self.call.ok("GET", "/payments")["payments"][0]
        self.call.ok("POST", f"/payments/{last['payment_id']}/void")


@pytest.fixture
def firm(call: Call, acme: finzcore.Org, clock: FrozenClock) -> Firm:
    return Firm(call, clock, Buyer(call, acme).contact("Ravi and Sons", contact_type="BOTH"))


def charge(firm: Firm, of: str, status: str) -> Body:
    """An invoice or a bill that shows a status."""
    made = firm.make(of, auto_approve=status != "DRAFT")
    match status:
        case "OVERDUE":
            firm.clock.move(days=1)
        case "PARTIALLY_PAID":
            assert 201 == firm.pay(of, made, 40).status
        case "PAID":
            assert 201 == firm.pay(of, made, 100).status
        case "CREDIT_APPLIED":
            assert 200 == firm.credit(of, made, 100).status
        case "CANCELLED":
            firm.call.ok("POST", f"{firm.at(of, made)}/void")
    return made


def partly_by_notes(firm: Firm, of: str) -> Body:
    """One with cash in it is never settled by notes alone."""
    made = charge(firm, of, "OPEN")
    assert 200 == firm.credit(of, made, 40).status
    return made


def debit_note(firm: Firm, of: str, status: str) -> Body:
    made = firm.make(of)
    match status:
        case "PARTIALLY_PAID":
            assert 201 == firm.pay(of, made, 40).status
        case "PAID":
            assert 201 == firm.pay(of, made, 100).status
        case "CANCELLED":
            firm.call.ok("POST", f"{firm.at(of, made)}/void")
    return made


def credit_note(firm: Firm, of: str, status: str) -> Body:
    made = firm.make(of, draft=status == "DRAFT")
    if status == "APPLIED":
        invoice = firm.make("invoices", auto_approve=True)
        path = f"{firm.at(of, made)}/apply-to-invoice"
        firm.call.ok("POST", path, {"invoice_id": invoice["invoice_id"]})
    elif status == "CANCELLED":
        firm.call.ok("POST", f"{firm.at(of, made)}/void")
    return made


def payment(firm: Firm, of: str, status: str) -> Body:
    made = firm.make(of, flow="INCOMING", amount=100, mode="UPI")
    if status == "VOIDED":
        firm.call.ok("POST", f"{firm.at(of, made)}/void")
    return made


MADE: dict[str, Callable[[Firm, str, str], Body]] = {
    "invoices": charge,
    "bills": charge,
    "debit_notes": debit_note,
    "credit_notes": credit_note,
    "payments": payment,
}


def edit(firm: Firm, of: str, document: Body) -> Response:
    return firm.call("PUT", firm.at(of, document), {"notes": "Thank you"})


def delete(firm: Firm, of: str, document: Body) -> Response:
    return firm.call("DELETE", firm.at(of, document))


def acted(word: str) -> Callable[[Firm, str, Body], Response]:
    return lambda firm, of, document: firm.call("POST", f"{firm.at(of, document)}/{word}")


def issue(firm: Firm, of: str, document: Body) -> Response:
    return firm.call("PUT", firm.at(of, document), {"auto_approve": True})


def settle(amount: int) -> Callable[[Firm, str, Body], Response]:
    return lambda firm, of, document: firm.pay(of, document, amount)


def settle_by_notes(firm: Firm, of: str, document: Body) -> Response:
    due = firm.now(of, document).json()[kind_of(of).noun]["balance"]
    return firm.credit(of, document, int(due) or 1)


def settle_whole(firm: Firm, of: str, document: Body) -> Response:
    due = firm.now(of, document).json()[kind_of(of).noun]["balance"]
    return firm.pay(of, document, int(due) or 1)


def use(amount: int) -> Callable[[Firm, str, Body], Response]:
    """A note or a payment settles an invoice with so much."""

    def used(firm: Firm, of: str, document: Body) -> Response:
        invoice = firm.make("invoices", auto_approve=True)
        if of == "payments":
            body = {"allocations": [{"invoice_id": invoice["invoice_id"], "amount": amount}]}
            return firm.call("POST", f"{firm.at(of, document)}/apply", body)
        body = {"invoice_id": invoice["invoice_id"], "amount": amount}
        return firm.call("POST", f"{firm.at(of, document)}/apply-to-invoice", body)

    return used


EVENTS: dict[str, Callable[[Firm, str, Body], Response]] = {
    "edit": edit,
    "delete": delete,
    "approve": acted("approve"),
    "void": acted("void"),
    "issue": issue,
    "settle_part": settle(10),
    "settle": settle_whole,
    "settle_by_notes": settle_by_notes,
    "apply_part": use(10),
    "apply": use(100),
}
"""The steps that a request takes. What is taken back follows from voiding what settled, and an edit that
issues a draft is refused as an edit: both are tried apart."""


def steps() -> Iterator[Any]:
    for of in MADE:
        life = kind_of(of).life
        statuses = {status for status, _ in life} | set(life.values()) - {GONE}
        if of == "debit_notes":
            statuses -= {"DRAFT"}  # which nobody ever sees
        events = {event for _, event in life} & set(EVENTS)
        for status, event in sorted(product(statuses, events)):
            if event == "issue" and status != "DRAFT":
                continue
            yield pytest.param(of, status, event, id=f"{of} {status} {event}")


# A refusal names the field that is to blame; where money or a note is what a document cannot take, that is
# the field which names the document, and of one that is settled already the amount.
BLAMED = {
    "settle_part": "allocations[0].",
    "settle": "allocations[0].",
    "settle_by_notes": ("invoice_id", "bill_id", "amount"),
}


@pytest.mark.parametrize(("of", "status", "event"), list(steps()))
def test_a_step_leads_where_the_table_says_or_is_refused(
    of: str, status: str, event: str, firm: Firm
) -> None:
    life, noun = kind_of(of).life, kind_of(of).noun
    by_notes = (status, event) == ("PARTIALLY_PAID", "settle_by_notes")
    document = partly_by_notes(firm, of) if by_notes else MADE[of](firm, of, status)
    before = firm.now(of, document).json()[noun]
    assert status == before["status"]
    answer = EVENTS[event](firm, of, document)
    after = firm.now(of, document)
    if (status, event) in life:
        expected = life[status, event]
        assert answer.status in (200, 201), answer.json()
        assert (404 if expected == GONE else 200) == after.status
        if expected != GONE:
            assert expected == after.json()[noun]["status"]
    else:
        said = answer.json()
        assert (400, VALUE) == (answer.status, said["code"])
        assert said["field"] == "status" or said["field"].startswith(BLAMED[event])
        if not said["field"].endswith("amount"):
            assert status == said["details"]["current_status"]
            assert said["details"]["allowed"]
            assert all((other, event) in life for other in said["details"]["allowed"])
        assert before == after.json()[noun]
    assert [] == firm.call.engine.verify()


@pytest.mark.parametrize("of", ["invoices", "bills", "debit_notes"])
@pytest.mark.parametrize(("left", "event"), [(0, "unsettle"), (40, "unsettle_part")])
def test_what_was_paid_is_taken_back(of: str, left: int, event: str, firm: Firm) -> None:
    life, noun = kind_of(of).life, kind_of(of).noun
    for status, paid in (("PARTIALLY_PAID", 30), ("PAID", 100 - left)):
        more = {} if of == "debit_notes" else {"auto_approve": True}
        document = firm.make(of, reference_number=status, **more)
        for amount in filter(None, (left, paid)):
            assert 201 == firm.pay(of, document, amount).status
        assert status == firm.now(of, document).json()[noun]["status"]
        firm.unpay(of, document)
        after = firm.now(of, document).json()[noun]
        assert (life[status, event], 100 - left) == (after["status"], after["balance"])
    assert [] == firm.call.engine.verify()


@pytest.mark.parametrize("status", ["ISSUED", "APPLIED", "CANCELLED"])
def test_only_a_draft_is_issued(status: str, firm: Firm) -> None:
    """A note that is issued already is edited, and one that is used or gone is not even that."""
    note = credit_note(firm, "credit_notes", status)
    answer = issue(firm, "credit_notes", note)
    assert (200 if status == "ISSUED" else 400) == answer.status
    assert status == firm.now("credit_notes", note).json()["credit_note"]["status"]
