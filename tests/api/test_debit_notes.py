"""Debit notes: what is charged beyond an invoice or a bill (`api.md` §4.12)."""

from typing import Any

import pytest

import finzcore
from finzcore.testing import Call
from tests.buying import TODAY, Body, Buyer

VALUE = "validation.invalid_value"


@pytest.fixture
def buyer(call: Call, acme: finzcore.Org) -> Buyer:
    return Buyer(call, acme)


@pytest.fixture
def asha(buyer: Buyer) -> str:
    return buyer.contact("Asha Stores", contact_type="CUSTOMER")


def invoice_of(buyer: Buyer, customer: str, **more: Any) -> Body:
    body = {
        "customer_id": customer,
        "date": TODAY,
        "place_of_supply": "IN-MH",
        "auto_approve": True,
        "line_items": [buyer.line()],
    }
    made: Body = buyer.call.ok("POST", "/invoices", body | more)["invoice"]
    return made


def note_for(buyer: Buyer, customer: str, **more: Any) -> Body:
    body = {"customer_id": customer, "date": TODAY, "line_items": [buyer.line(1000)]}
    made: Body = buyer.call.ok("POST", "/debit_notes", body | more)["debit_note"]
    return made


def test_a_customer_owes_more(buyer: Buyer, asha: str) -> None:
    invoice = invoice_of(buyer, asha)
    note = note_for(buyer, asha, invoice_id=invoice["invoice_id"], reason="Price revision", tds_rate=10)
    assert ("DN-2627-001", "customer", "ISSUED", "IN-MH") == tuple(
        note[key] for key in ("debit_note_number", "type", "status", "place_of_supply")
    )
    assert {
        "debit_note.receivable Accounts Receivable": 1080,
        "debit_note.income Sales": -1000,
        "debit_note.output_igst Output IGST": -180,
        "debit_note.tds TDS Receivable": 100,
    } == buyer.entry(note["journal_id"])
    assert (1080, 1080, 0) == (note["total"], note["balance"], note["payment_made"])
    assert [] == buyer.org._engine.verify()


def test_a_note_is_paid(buyer: Buyer, asha: str, call: Call) -> None:
    note = note_for(buyer, asha)
    part = {"debit_note_id": note["debit_note_id"], "amount": 180}
    receipt = buyer.pay(180, part, flow="INCOMING", contact_id=asha)
    assert [(None, None, note["debit_note_id"], 180)] == [
        (one["invoice_id"], one["bill_id"], one["debit_note_id"], one["amount"])
        for one in receipt["allocations"]
    ]
    assert ("PARTIALLY_PAID", 1000) == buyer.stands(note)
    path = f"/debit_notes/{note['debit_note_id']}"
    expected = {"current_status": "PARTIALLY_PAID", "allowed": ["ISSUED"]}
    assert expected == call("PUT", path, {"notes": "x"}).json()["details"]
    assert expected == call("POST", f"{path}/void").json()["details"]
    rest = buyer.pay(1000, {**part, "amount": 1000}, flow="INCOMING", contact_id=asha)
    assert ("PAID", 0) == buyer.stands(note)
    for payment in (rest, receipt):
        call.ok("POST", f"/payments/{payment['payment_id']}/void")
    assert ("ISSUED", 1180) == buyer.stands(note)
    assert "CANCELLED" == call.ok("POST", f"{path}/void")["debit_note"]["status"]
    assert 0 == buyer.on("1040")
    assert [] == buyer.org._engine.verify()


def test_money_of_the_other_direction_does_not_pay_it(buyer: Buyer, call: Call) -> None:
    buyer.vendor = buyer.contact("Ravi and Sons", contact_type="BOTH")
    ours = note_for(buyer, buyer.vendor)
    theirs = note_for(buyer, buyer.vendor, type="vendor")
    for note, flow in ((ours, "OUTGOING"), (theirs, "INCOMING")):
        body = {
            "flow": flow,
            "contact_id": buyer.vendor,
            "date": TODAY,
            "amount": 1,
            "mode": "UPI",
            "allocations": [{"debit_note_id": note["debit_note_id"], "amount": 1}],
        }
        refused = call.refused("POST", "/payments", body)
        assert (400, VALUE, "allocations[0].debit_note_id") == refused
    buyer.pay(1180, {"debit_note_id": theirs["debit_note_id"], "amount": 1180})
    assert ("PAID", 0) == buyer.stands(theirs)


def test_a_change_is_posted_again(buyer: Buyer, asha: str, call: Call) -> None:
    note = note_for(buyer, asha)
    path = f"/debit_notes/{note['debit_note_id']}"
    changed = call.ok("PUT", path, {"line_items": [buyer.line(500)], "due_date": "2026-06-30"})["debit_note"]
    assert (590, 2, "ISSUED", "2026-06-30T00:00:00") == tuple(
        changed[key] for key in ("total", "version", "status", "due_date")
    )
    assert 590 == buyer.on("1040")
    assert (400, VALUE, "due_date") == call.refused("PUT", path, {"due_date": "2026-05-18"})
    assert (400, VALUE, "date") == call.refused("PUT", path, {"date": "2027-04-01"})
    other = buyer.contact("Dev Traders", contact_type="VENDOR")
    assert 400 == call("PUT", path, {"customer_id": other}).status
    assert [] == buyer.org._engine.verify()


def test_a_due_date_that_followed_from_the_terms_follows_them(buyer: Buyer, asha: str, call: Call) -> None:
    ravi = buyer.contact("Ravi and Sons", contact_type="CUSTOMER", payment_terms=30)

    def due(note: Body, **changes: Any) -> Any:
        changed = call.ok("PUT", f"/debit_notes/{note['debit_note_id']}", changes)["debit_note"]
        return changed["due_date"][:10]

    note = note_for(buyer, asha, date="2026-05-10")
    assert "2026-05-10" == note["due_date"][:10]
    assert "2026-05-12" == due(note, date="2026-05-12")
    assert "2026-06-11" == due(note, customer_id=ravi)
    assert "2026-06-19" == due(note, date="2026-05-20")
    # One that was said stays, until it is to follow again.
    assert "2026-07-01" == due(note, date="2026-05-21", due_date="2026-07-01")
    assert "2026-07-01" == due(note, date="2026-05-22")
    assert "2026-06-21" == due(note, due_date=None)


@pytest.mark.parametrize("restated", [False, True])
def test_a_change_of_nothing_does_nothing(restated: bool, buyer: Buyer, asha: str, call: Call) -> None:
    invoice = invoice_of(buyer, asha)
    note = note_for(buyer, asha, invoice_id=invoice["invoice_id"], tds_rate=10)

    def kept() -> tuple[Any, ...]:
        return buyer.on("1040"), len(call.ok("GET", "/journals")["journals"]), call.ok("GET", "/activity")

    before = kept()
    body = {"line_items": [buyer.line(1000)], "tds_rate": 10, "date": TODAY} if restated else {}
    again = call.ok("PUT", f"/debit_notes/{note['debit_note_id']}", body)["debit_note"]
    assert note == again
    assert before == kept()


def test_lists_of_debit_notes(buyer: Buyer, asha: str, call: Call) -> None:
    invoice = invoice_of(buyer, asha)
    ours = note_for(buyer, asha, invoice_id=invoice["invoice_id"])
    bill = buyer.bill()
    theirs = note_for(buyer, buyer.vendor, bill_id=bill["bill_id"], date="2026-06-01")

    def found(query: str) -> list[Any]:
        return [one["debit_note_id"] for one in call.ok("GET", f"/debit_notes?{query}")["debit_notes"]]

    assert [theirs["debit_note_id"], ours["debit_note_id"]] == found("")
    for query in (f"customer_id={asha}", "type=customer", f"invoice_id={invoice['invoice_id']}"):
        assert [ours["debit_note_id"]] == found(query)
    for query in ("type=VENDOR", f"bill_id={bill['bill_id']}", "date_from=2026-05-20"):
        assert [theirs["debit_note_id"]] == found(query)
    call.ok("POST", f"/debit_notes/{ours['debit_note_id']}/void")
    assert [ours["debit_note_id"]] == found("status=cancelled")
    assert [theirs["debit_note_id"]] == found("status=ISSUED")


def test_a_note_is_for_one_thing_of_its_contact(buyer: Buyer, asha: str, call: Call) -> None:
    invoice, bill = invoice_of(buyer, asha), buyer.bill()
    body = {"customer_id": asha, "date": TODAY, "line_items": [buyer.line()]}
    both = body | {"invoice_id": invoice["invoice_id"], "bill_id": bill["bill_id"]}
    assert (400, VALUE, "bill_id") == call.refused("POST", "/debit_notes", both)
    wrong = body | {"bill_id": bill["bill_id"]}
    assert (400, VALUE, "bill_id") == call.refused("POST", "/debit_notes", wrong)
    early = body | {"invoice_id": invoice["invoice_id"], "date": "2026-05-18"}
    assert (400, VALUE, "date") == call.refused("POST", "/debit_notes", early)
    unkeyed = call("POST", "/debit_notes", body, key=None)
    assert (400, "idempotency.key_required") == (unkeyed.status, unkeyed.json()["code"])
