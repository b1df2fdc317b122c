"""The life of an invoice: its statuses, its events, the locked period (`api.md` §4.5, §4.20, §6.4)."""

from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.books.text import json_value
from finzcore.testing import Call, FrozenClock
from tests.selling import INVALID, Body, Seller


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


def in_status(seller: Seller, clock: FrozenClock, status: str) -> Body:
    """An invoice of 100 that shows a status."""
    invoice = seller.draft(seller.line(100, None))
    if status == "DRAFT":
        return invoice
    seller.act(invoice, "approve")
    match status:
        case "PARTIALLY_PAID":
            seller.receive(invoice, 40)
        case "PAID":
            seller.receive(invoice, 100)
        case "CREDIT_APPLIED":
            seller.credit(invoice, 100)
        case "CANCELLED":
            seller.act(invoice, "void")
        case "OVERDUE":
            clock.move(days=1)
    now = seller.again(invoice)
    assert status == now["status"]
    return now


STATUSES = ["DRAFT", "SENT", "OVERDUE", "PARTIALLY_PAID", "PAID", "CREDIT_APPLIED", "CANCELLED"]
ALLOWED = {
    "edit": ["DRAFT"],
    "delete": ["DRAFT"],
    "approve": ["DRAFT"],
    "void": ["DRAFT", "SENT", "OVERDUE"],
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("step", list(ALLOWED))
def test_each_step_is_possible_only_where_the_table_says(
    seller: Seller, clock: FrozenClock, step: str, status: str
) -> None:
    invoice = in_status(seller, clock, status)
    told = seller.told()
    answer = seller.do(invoice, step)
    if status in ALLOWED[step]:
        assert 200 == answer.status
        return
    said = answer.json()
    assert (400, INVALID, "status") == (answer.status, said["code"], said["field"])
    assert status == said["details"]["current_status"]
    assert set(ALLOWED[step]) == set(said["details"]["allowed"])
    assert (invoice, told) == (seller.again(invoice), seller.told())


def test_an_invoice_is_overdue_from_the_day_after_its_due_date_in_india(
    seller: Seller, clock: FrozenClock
) -> None:
    invoice = seller.posted(due_date="2026-05-20")
    draft = seller.draft()
    clock.set("2026-05-20T18:29:59+00:00")
    assert "SENT" == seller.again(invoice)["status"]
    clock.set("2026-05-20T18:30:00+00:00")
    assert ["OVERDUE", "DRAFT"] == [seller.again(one)["status"] for one in (invoice, draft)]
    seller.receive(invoice, 100)
    assert "PARTIALLY_PAID" == seller.again(invoice)["status"]


def test_an_invoice_of_nothing_is_paid_at_once_and_can_be_voided(seller: Seller) -> None:
    invoice = seller.posted(seller.line(0))
    assert ("PAID", None) == (invoice["status"], invoice["journal_id"])
    assert "CANCELLED" == seller.act(invoice, "void")["status"]


def test_void_says_what_stands_in_its_way(seller: Seller) -> None:
    invoice = seller.posted(seller.line(100, None))
    payment = seller.receive(invoice, 40)
    message = seller.do(invoice, "void").json()["message"]
    assert "Payments or credits are applied to it: void or unapply them first." == message
    seller.call.ok("POST", f"/payments/{payment['payment_id']}/void")
    assert "CANCELLED" == seller.act(invoice, "void")["status"]


# ----- events -----


def test_each_step_is_told_once_with_both_its_words(seller: Seller) -> None:
    invoice = seller.draft()
    seller.put(invoice, notes="x")
    seller.act(invoice, "approve")
    seller.act(invoice, "void")
    seller.do(seller.draft(), "delete")
    assert [
        ("INVOICE_CREATED", "INVOICE_CREATED"),
        ("INVOICE_UPDATED", "INVOICE_UPDATED"),
        ("INVOICE_STATUS_CHANGED", "INVOICE_APPROVED"),
        ("INVOICE_VOIDED", "INVOICE_VOIDED"),
        ("INVOICE_CREATED", "INVOICE_CREATED"),
        ("INVOICE_DELETED", "INVOICE_DELETED"),
    ] == seller.told()
    assert ["DRAFT", "DRAFT", "SENT", "CANCELLED", "DRAFT", "DRAFT"] == [
        json_value(row["data"])["status"] for row in seller.events()
    ]
    assert {"INV-2627-001", "INV-2627-002"} == {row["entity_ref"] for row in seller.events()}


def test_a_posted_creation_is_told_as_created_and_as_approved(seller: Seller) -> None:
    # api.md §6.4, §6.5
    invoice = seller.posted()
    assert [("INVOICE_CREATED", "INVOICE_CREATED"), (None, "INVOICE_APPROVED")] == seller.told()
    expected = {
        "id": invoice["invoice_id"],
        "number": "INV-2627-001",
        "customer_id": seller.customer,
        "total": Decimal("14160.00"),
        "status": "SENT",
    }
    assert [expected, expected] == [json_value(row["data"]) for row in seller.events()]


def test_an_event_tells_old_and_new_in_the_words_of_the_answer(seller: Seller) -> None:
    draft = seller.draft(seller.line(1000))
    changed = seller.put(draft, shipping_charge="0.50", line_items=[seller.line(2000)])
    told = json_value(seller.events()[1]["changes"])
    amounts = {"sub_total", "tax_total", "total", "balance", "shipping_charge", "cgst_total", "sgst_total"}
    assert amounts | {"line_items"} == set(told)
    assert {"old": Decimal("1180.00"), "new": Decimal("2360.50")} == told["total"]
    assert [draft["line_items"], changed["line_items"]] == [*told["line_items"].values()]
    seller.act(draft, "approve")
    assert {"status": {"old": "DRAFT", "new": "SENT"}} == json_value(seller.events()[2]["changes"])


def test_a_change_of_nothing_is_not_told(seller: Seller) -> None:
    draft = seller.draft()
    assert draft == seller.put(draft) == seller.put(draft, notes=None)
    assert 1 == len(seller.told())


# ----- the locked period -----


@pytest.mark.parametrize("step", ["edit", "delete", "approve", "void"])
def test_a_draft_of_a_locked_period_stays_as_it_is(seller: Seller, step: str) -> None:
    draft = seller.draft(date="2026-05-31")
    seller.org.lock_period("2026-05-31", "May is filed")
    _assert_locked(seller.do(draft, step))
    assert draft == seller.again(draft)
    seller.org.lock_period("2026-05-30", "One more day")
    assert 200 == seller.do(draft, step).status


def _assert_locked(answer: Any) -> None:
    said = answer.json()
    assert (400, INVALID, "date") == (answer.status, said["code"], said["field"])
    assert {"locked_through": "2026-05-31"} == said["details"]


def test_nothing_enters_or_leaves_a_locked_period(seller: Seller) -> None:
    posted, draft = seller.posted(), seller.draft(date="2026-06-01")
    seller.org.lock_period("2026-05-31", "May is filed")
    _assert_locked(seller.do(posted, "void"))
    _assert_locked(seller.call("POST", "/invoices", seller.body(date="2026-05-31")))
    _assert_locked(seller.call("PUT", f"/invoices/{draft['invoice_id']}", {"date": "2026-05-31"}))
    assert "SENT" == seller.act(draft, "approve")["status"]
