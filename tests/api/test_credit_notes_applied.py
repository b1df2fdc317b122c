"""What credit notes settle: invoices, in full and in parts, in other currencies (`api.md` §4.11)."""

from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call
from tests.trade import Body, Trade

VALUE = "validation.invalid_value"


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    acme.enable_currency("USD")
    return Trade(call, acme)


@pytest.fixture
def asha(trade: Trade) -> str:
    return trade.contact()


def applying(note: Body) -> str:
    return f"/credit_notes/{note['credit_note_id']}/apply-to-invoice"


def test_a_note_pays_another_invoice_without_an_entry(trade: Trade, asha: str) -> None:
    """`api.md` §10, row 7."""
    trade.taxed(asha, 12000)
    other = trade.taxed(asha, 12000)
    note = trade.note(asha, 14160)
    assert (14160, 0) == (note["total"], note["tax_total"])
    before = trade.entries()
    applied = trade.apply_note(note, other, 14160)
    assert before == trade.entries()
    assert ("APPLIED", 0, 14160) == (
        applied["status"], applied["credits_remaining"], applied["credits_applied"],
    )  # fmt: skip
    assert ("CREDIT_APPLIED", 0) == trade.stands(other)
    (application,) = applied["applications"]
    assert (other["invoice_id"], None, 14160, "2026-05-19T00:00:00") == (
        application["invoice_id"], application["bill_id"], application["amount"], application["date"],
    )  # fmt: skip
    assert 36 == len(application["application_id"])


@pytest.mark.parametrize(("note", "invoice", "taken"), [(100, 250, 100), (250, 100, 100), (100, 100, 100)])
def test_as_much_as_possible_is_applied_unless_told(
    note: int, invoice: int, taken: int, trade: Trade, asha: str
) -> None:
    bill = trade.invoice(asha, invoice)
    made = trade.apply_note(trade.note(asha, note), bill)
    assert (taken, note - taken) == (made["credits_applied"], made["credits_remaining"])
    assert ("CREDIT_APPLIED" if taken == invoice else "PARTIALLY_PAID", invoice - taken) == trade.stands(bill)


def test_a_note_is_spread_over_invoices(trade: Trade, asha: str) -> None:
    first, second = trade.invoice(asha, 60), trade.invoice(asha, 70)
    note = trade.note(asha, 100)
    trade.apply_note(note, first, 25)
    trade.apply_note(note, second, 40)
    now = trade.apply_note(note, first)
    assert [25, 40, 35] == [one["amount"] for one in now["applications"]]
    assert ("APPLIED", 4) == (now["status"], now["version"])
    assert [("CREDIT_APPLIED", 0), ("PARTIALLY_PAID", 30)] == [trade.stands(first), trade.stands(second)]


@pytest.mark.parametrize(
    ("amount", "field"), [("100.01", "amount"), (81, "amount"), (0, "amount"), (-1, "amount")]
)
def test_no_more_is_applied_than_there_is_on_either_side(
    amount: Any, field: str, call: Call, trade: Trade, asha: str
) -> None:
    note, invoice = trade.note(asha, 100), trade.invoice(asha, 80 if amount == 81 else 200)
    body = {"invoice_id": invoice["invoice_id"], "amount": amount}
    assert (400, VALUE, field) == call.refused("POST", applying(note), body)
    assert 100 == trade.again(note)["credits_remaining"]


@pytest.mark.parametrize("which", ["other customer", "other currency", "draft", "cancelled", "paid"])
def test_only_the_customers_own_posted_invoices_are_settled(
    which: str, call: Call, trade: Trade, asha: str
) -> None:
    customer = trade.contact("Bharat") if which == "other customer" else asha
    more: Body = {"currency_code": "USD", "exchange_rate": 83} if which == "other currency" else {}
    invoice = trade.invoice(customer, 100, auto_approve=which != "draft", **more)
    if which == "cancelled":
        trade.void(invoice)
    if which == "paid":
        trade.receive(asha, 100, (invoice, 100))
    field = "amount" if which == "paid" else "invoice_id"
    body = {"invoice_id": invoice["invoice_id"]}
    assert (400, VALUE, field) == call.refused("POST", applying(trade.note(asha, 10)), body)


@pytest.mark.parametrize("status", ["DRAFT", "CANCELLED"])
def test_only_a_posted_note_is_applied(status: str, call: Call, trade: Trade, asha: str) -> None:
    note, invoice = trade.note(asha, 10, draft=status == "DRAFT"), trade.invoice(asha, 10)
    if status == "CANCELLED":
        trade.void(note)
    said = call("POST", applying(note), {"invoice_id": invoice["invoice_id"]}).json()
    assert (VALUE, "status") == (said["code"], said["field"])
    assert {"current_status": status, "allowed": ["ISSUED"]} == said["details"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "field"),
    [
        ("apply-to-invoice", {}, 400, "validation.required_field", "invoice_id"),
        ("apply-to-invoice", {"invoice_id": "inv_1"}, 404, "not_found.resource", "invoice_id"),
        ("apply-to-bill", {}, 400, "validation.required_field", "bill_id"),
        ("apply-to-bill", {"bill_id": "bl_1"}, 404, "not_found.resource", "bill_id"),
    ],
)
def test_an_apply_names_what_it_settles(
    path: str, body: Body, status: int, code: str, field: str, call: Call, trade: Trade, asha: str
) -> None:
    note = trade.note(asha, 10)["credit_note_id"]
    assert (status, code, field) == call.refused("POST", f"/credit_notes/{note}/{path}", body)


@pytest.mark.parametrize("used", ["applied", "refunded"])
def test_a_note_that_was_used_is_neither_changed_nor_voided(
    used: str, call: Call, trade: Trade, asha: str
) -> None:
    note = trade.note(asha, 100)
    path = f"/credit_notes/{note['credit_note_id']}"
    if used == "applied":
        trade.apply_note(note, trade.invoice(asha, 10))
    else:
        trade.refund(asha, 10, credit_note_id=note["credit_note_id"])
    for method, where in (("PUT", path), ("POST", f"{path}/void")):
        said = call(method, where, {"notes": "x"} if method == "PUT" else None).json()
        assert (VALUE, "status", "ISSUED") == (said["code"], said["field"], said["details"]["current_status"])


def test_a_key_applies_a_note_once(call: Call, trade: Trade, asha: str) -> None:
    note, invoice = trade.note(asha, 100), trade.invoice(asha, 100)
    body = {"invoice_id": invoice["invoice_id"], "amount": 30}
    first, second = (call("POST", applying(note), body, key="once") for _ in range(2))
    assert (200, first.body) == (second.status, second.body)
    assert 70 == trade.again(note)["credits_remaining"]


def test_the_events_of_a_notes_life(trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)
    start = len(trade.events())
    note = trade.note(asha, 150)
    trade.apply_note(note, invoice, 30)
    trade.apply_note(note, invoice)
    refund = trade.refund(asha, 50, credit_note_id=note["credit_note_id"])
    trade.void(refund)
    assert [
        ("CREDIT_NOTE_CREATED", "CREDIT_NOTE_CREATED"),
        ("CREDIT_NOTE_APPLIED", "CREDIT_NOTE_UPDATED"),
        ("INVOICE_PARTIALLY_PAID", "INVOICE_PARTIALLY_PAID"),
        ("CREDIT_NOTE_APPLIED", "CREDIT_NOTE_UPDATED"),
        ("INVOICE_PAID", "INVOICE_PAID"),
        ("PAYMENT_REFUNDED", "PAYMENT_CREATED"),
        (None, "CREDIT_NOTE_UPDATED"),
        ("PAYMENT_VOIDED", "PAYMENT_VOIDED"),
        (None, "CREDIT_NOTE_UPDATED"),
    ] == trade.events()[start:]


def test_an_invoice_settled_by_a_note_is_found_by_its_status(call: Call, trade: Trade, asha: str) -> None:
    invoice = trade.invoice(asha, 100)
    trade.apply_note(trade.note(asha, 100), invoice)
    (row,) = call.ok("GET", "/invoices?status=CREDIT_APPLIED")["invoices"]
    assert invoice["invoice_number"] == row["invoice_number"]


@pytest.mark.parametrize(
    ("rate", "difference"), [("84.5", -150), (83, None), ("82.25", 75)], ids=["gain", "none", "loss"]
)
def test_a_note_at_another_rate_realises_the_difference(
    rate: Any, difference: int | None, call: Call, trade: Trade, asha: str
) -> None:
    """USD 100 invoiced at 83; what the note credits more than that is a gain, as for a receipt."""
    invoice = trade.invoice(asha, 100, currency_code="USD", exchange_rate=83)
    note = trade.note(asha, 100, currency_code="USD", exchange_rate=rate)
    before = trade.entries()
    trade.apply_note(note, invoice)
    assert 0 == trade.on("1040")
    assert (difference or 0) == trade.on("4050")
    assert before + (difference is not None) == trade.entries()
    if difference is not None:
        entry = call.ok("GET", "/journals")["journals"][0]
        assert ("CREDIT_NOTE", note["credit_note_id"]) == (entry["source"], entry["source_id"])
        assert [
            ("Accounts Receivable", "application.receivable", -difference),
            ("Exchange Gain or Loss", "application.exchange", difference),
        ] == trade.postings(entry["journal_id"])


def test_the_last_part_of_a_note_leaves_nothing_on_receivables(trade: Trade, asha: str) -> None:
    """USD 0.10 at 83.33333333, in three cents, three cents and four."""
    same = {"currency_code": "USD", "exchange_rate": "83.33333333"}
    invoices = [trade.invoice(asha, part, **same) for part in ("0.03", "0.03", "0.04")]
    note = trade.note(asha, "0.10", **same)
    for invoice in invoices:
        trade.apply_note(note, invoice)
    assert Decimal(0) == trade.on("1040")
    assert "APPLIED" == trade.again(note)["status"]
