"""The tables of lives are what happens: requests reach every row of them (`api.md` §4.5, §4.7, §4.11)."""

from typing import Any

import pytest

import finzcore
from finzcore.books.papers import charges, notes
from finzcore.books.papers.kind import kinds
from finzcore.books.resources import credit_notes, expenses, payments
from finzcore.documents import lifecycle
from finzcore.documents.lifecycle import Life, step
from finzcore.testing import Call, FrozenClock
from tests.trade import TODAY, Body, Trade

VALUE = "validation.invalid_value"
LIVES = {kind.of: kind.life for kind in kinds()}
Taken = set[tuple[str, str, str]]


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


@pytest.fixture
def asha(trade: Trade) -> str:
    return trade.contact()


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    """The steps that were taken: whose life, from where, by what."""
    seen: Taken = set()

    def watched(life: Life, status: str, event: str) -> str:
        after = step(life, status, event)
        seen.add((next(of for of, one in LIVES.items() if one is life), status, event))
        return after

    for module in (lifecycle, charges, notes, credit_notes, payments, expenses):
        monkeypatch.setattr(module, "step", watched)
    return seen


def rows(of: str) -> Taken:
    """What the table of a resource lists."""
    return {(of, status, event) for status, event in LIVES[of]}


def own(taken: Taken, of: str) -> Taken:
    return {one for one in taken if one[0] == of}


def settle_in_every_way(trade: Trade, asha: str) -> None:
    """Five posted invoices of 100, settled in part, in full and by notes, from where they stand."""
    first, second, third, fourth, fifth = (trade.invoice(asha, 100) for _ in range(5))
    trade.receive(asha, 40, (first, 40))
    trade.receive(asha, 10, (first, 10))
    trade.receive(asha, 50, (first, 50))
    trade.receive(asha, 100, (second, 100))
    trade.apply_note(trade.note(asha, 100), third)
    trade.apply_note(trade.note(asha, 30), fourth)
    trade.apply_note(trade.note(asha, 70), fourth)
    trade.void(fifth)


def test_every_row_of_an_invoices_life_happens(
    trade: Trade, asha: str, call: Call, clock: FrozenClock, taken: Taken
) -> None:
    draft = trade.invoice(asha, 1, auto_approve=False)
    call.ok("PUT", f"/invoices/{draft['invoice_id']}", {"notes": "x"})
    call.ok("DELETE", f"/invoices/{draft['invoice_id']}")
    trade.void(trade.invoice(asha, 1, auto_approve=False))
    settle_in_every_way(trade, asha)
    paid = trade.invoice(asha, 100)
    parts = [trade.receive(asha, part, (paid, part)) for part in (60, 30, 10)]
    for part in parts:
        trade.void(part)
    trade.void(trade.receive(asha, 100, (paid, 100)))
    late = [trade.invoice(asha, 100) for _ in range(4)]
    clock.move(days=1)
    assert {("OVERDUE", 100)} == {trade.stands(one) for one in late}
    trade.receive(asha, 1, (late[0], 1))
    trade.receive(asha, 100, (late[1], 100))
    trade.apply_note(trade.note(asha, 100), late[2])
    trade.void(late[3])
    assert rows("invoices") == own(taken, "invoices")


def test_every_row_of_a_credit_notes_life_happens(trade: Trade, asha: str, call: Call, taken: Taken) -> None:
    draft = trade.note(asha, 100, draft=True)
    call.ok("PUT", f"/credit_notes/{draft['credit_note_id']}", {"reason": "Less", "auto_approve": True})
    call.ok("PUT", f"/credit_notes/{draft['credit_note_id']}", {"reason": "More"})
    trade.void(trade.note(asha, 1, draft=True))
    trade.void(trade.note(asha, 1))
    trade.apply_note(draft, trade.invoice(asha, 40))
    part = trade.refund(asha, 10, credit_note_id=draft["credit_note_id"])
    trade.void(part)
    rest = trade.refund(asha, 60, credit_note_id=draft["credit_note_id"])
    trade.void(rest)
    assert rows("credit_notes") == own(taken, "credit_notes")


def test_every_row_of_a_payments_life_happens(trade: Trade, asha: str, taken: Taken) -> None:
    payment, invoice = trade.receive(asha, 100), trade.invoice(asha, 90)
    trade.apply(payment, (invoice, 50))
    trade.apply(payment, (invoice, 40))
    trade.void(trade.refund(asha, 10))
    trade.void(payment)
    assert ("SENT", 90) == trade.stands(invoice)
    assert rows("payments") == own(taken, "payments")


def test_every_row_of_an_expenses_life_happens(call: Call, acme: finzcore.Org, taken: Taken) -> None:
    body = {"date": TODAY, "account_id": acme.account_id("6010"), "amount": 5}
    path = f"/expenses/{call.ok('POST', '/expenses', body)['expense']['expense_id']}"
    call.ok("PUT", path, {"amount": 6})
    call.ok("DELETE", path)
    assert rows("expenses") == own(taken, "expenses")


def test_an_overdue_invoice_that_is_unsettled_is_overdue_again(
    trade: Trade, asha: str, clock: FrozenClock
) -> None:
    invoice = trade.invoice(asha, 100)
    payment = trade.receive(asha, 100, (invoice, 100))
    clock.move(days=1)
    trade.void(payment)
    assert ("OVERDUE", 100) == trade.stands(invoice)


def test_an_invoice_of_nothing_shows_as_paid_and_can_be_voided(trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 0)
    assert "PAID" == invoice["status"]
    assert "CANCELLED" == trade.void(invoice)["status"]


# ----- what is refused says from where it would be possible -----


def refusal(call: Call, method: str, path: str, body: Any = None) -> dict[str, Any]:
    said = call(method, path, body).json()
    assert (VALUE, "status") == (said["code"], said["field"])
    details: dict[str, Any] = said["details"]
    return details


def test_a_note_that_is_used_up_is_not_applied_again(call: Call, trade: Trade, asha: str) -> None:
    note, invoice = trade.note(asha, 10), trade.invoice(asha, 100)
    trade.apply_note(note, invoice)
    path = f"/credit_notes/{note['credit_note_id']}/apply-to-invoice"
    expected = {"current_status": "APPLIED", "allowed": ["ISSUED"]}
    assert expected == refusal(call, "POST", path, {"invoice_id": invoice["invoice_id"], "amount": 1})


def test_a_refusal_for_what_was_used_lists_the_statuses_of_the_table(
    call: Call, trade: Trade, asha: str
) -> None:
    note = trade.note(asha, 10)
    trade.refund(asha, 1, credit_note_id=note["credit_note_id"])
    path = f"/credit_notes/{note['credit_note_id']}"
    expected = {"current_status": "ISSUED", "allowed": ["DRAFT", "ISSUED"]}
    assert expected == refusal(call, "PUT", path, {"notes": "x"})
    assert expected == refusal(call, "POST", f"{path}/void")
    advance = trade.receive(asha, 10, payment_type="ADVANCE")
    trade.apply(advance, (trade.invoice(asha, 1), 1))
    expected = {"current_status": "RECORDED", "allowed": ["RECORDED"]}
    assert expected == refusal(call, "POST", f"/payments/{advance['payment_id']}/void")


@pytest.mark.parametrize("draft", [True, False])
def test_an_invoice_with_a_note_is_voided_after_its_note(
    draft: bool, call: Call, trade: Trade, asha: str
) -> None:
    invoice = trade.invoice(asha, 100)
    note = trade.note(asha, 40, invoice_id=invoice["invoice_id"], draft=draft)
    path = f"/invoices/{invoice['invoice_id']}/void"
    said = call("POST", path).json()
    assert (VALUE, "status") == (said["code"], said["field"])
    assert f"The credit note {note['credit_note_number']} is for it: void that first." == said["message"]
    assert {"current_status": "SENT", "allowed": ["DRAFT", "SENT", "OVERDUE"]} == said["details"]
    assert ("SENT", 100) == trade.stands(invoice)
    trade.void(note)
    assert "CANCELLED" == trade.void(invoice)["status"]
    assert 0 == trade.on("1040")


def test_a_note_is_not_dated_before_its_invoice(call: Call, trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)
    same: Body = {
        "customer_id": asha,
        "invoice_id": invoice["invoice_id"],
        "line_items": [{"name": "Work", "rate": 10}],
    }
    early = same | {"date": "2026-05-18"}
    assert (400, VALUE, "date") == call.refused("POST", "/credit_notes", early)
    note = trade.note(asha, 10, invoice_id=invoice["invoice_id"])
    assert f"{TODAY}T00:00:00" == note["date"]
    path = f"/credit_notes/{note['credit_note_id']}"
    assert (400, VALUE, "date") == call.refused("PUT", path, {"date": "2026-05-18"})
    assert 201 == call("POST", "/credit_notes", early | {"invoice_id": None}).status


@pytest.mark.parametrize("status", ["DRAFT", "CANCELLED"])
@pytest.mark.parametrize("of", ["credit_notes", "debit_notes"])
def test_a_note_for_what_is_not_posted_names_every_status_that_is(
    of: str, status: str, call: Call, trade: Trade, asha: str
) -> None:
    invoice = trade.invoice(asha, 100, auto_approve=False)
    if status == "CANCELLED":
        trade.void(invoice)
    line = {"name": "Return", "rate": 1}
    body = {"customer_id": asha, "date": TODAY, "invoice_id": invoice["invoice_id"], "line_items": [line]}
    said = call("POST", f"/{of}", body).json()
    assert (VALUE, "invoice_id") == (said["code"], said["field"])
    assert f"This invoice is {status}: only a posted one can be corrected." == said["message"]
    # Those of a posted invoice (api.md §4.5): a note for one that is paid is accepted, too.
    posted = {"SENT", "OVERDUE", "PARTIALLY_PAID", "PAID", "CREDIT_APPLIED"}
    assert (status, posted) == (said["details"]["current_status"], set(said["details"]["allowed"]))
    paid = trade.invoice(asha, 100)
    trade.receive(asha, 100, (paid, 100))
    assert 201 == call("POST", f"/{of}", body | {"invoice_id": paid["invoice_id"]}).status
