"""The life of an invoice: its statuses, its changes, its events, the locked period (`api.md` §4.5)."""

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


# ----- changes -----

CHANGES: list[tuple[Body, Body]] = [
    ({"reference_number": "PO-9"}, {"reference_number": "PO-9"}),
    ({"notes": "Thank you"}, {"notes": "Thank you"}),
    ({"notes": None}, {"notes": None}),
    ({"terms": None}, {"terms": None}),
    ({"date": "2026-06-01"}, {"date": "2026-06-01T00:00:00", "due_date": "2026-06-01T00:00:00"}),
    ({"due_date": "2026-07-01"}, {"due_date": "2026-07-01T00:00:00", "date": "2026-05-19T00:00:00"}),
    ({"place_of_supply": "IN-MH"}, {"igst_total": 162, "cgst_total": 0, "total": 1072}),
    ({"discount": None}, {"discount": 0, "cgst_total": 90, "total": 1190}),
    ({"discount": 50}, {"discount": 50, "total": 1131}),
    ({"is_discount_before_tax": False}, {"cgst_total": 90, "total": 1090}),
    ({"is_inclusive_tax": True}, {"sub_total": Decimal("847.46")}),
    ({"shipping_charge": None}, {"shipping_charge": 0, "total": 1062}),
    ({"adjustment": "-0.50"}, {"total": Decimal("1071.50")}),
    ({"tds_rate": 10}, {"tds_rate": 10, "tds_amount": 90, "total": 982}),
    ({"tds_amount": 2}, {"tds_rate": None, "tds_amount": 2, "total": 1070}),
    ({"round_off": "-0.25"}, {"round_off": Decimal("-0.25"), "total": Decimal("1071.75")}),
    ({"custom_fields": {"colour": "red"}}, {"custom_fields": {"colour": "red"}}),
    ({"custom_fields": None}, {"custom_fields": None}),
    ({"tags": []}, {"tags": []}),
    (
        {"export": {"port_code": "INBLR4"}},
        {
            "export": {
                "shipping_bill_number": None,
                "shipping_bill_date": None,
                "port_code": "INBLR4",
                "country_code": None,
            }
        },
    ),
    ({"auto_approve": True}, {"status": "DRAFT"}),
]


@pytest.mark.parametrize(("changes", "expected"), CHANGES)
def test_a_change_moves_what_it_names_and_what_follows_from_that(
    seller: Seller, changes: Body, expected: Body
) -> None:
    north = seller.org.add_cost_center("North")["cost_center_id"]
    chair = seller.item(rate=1000, tax_id=seller.org.tax_id("GST 18%"))
    draft = seller.draft(
        {"item_id": chair},
        discount="10%",
        shipping_charge=10,
        notes="Hello",
        terms="Net 30",
        tags=[north],
        custom_fields={"a": 1},
    )
    seller.call.ok("PUT", f"/items/{chair}", {"rate": 1, "item_name": "Stool"})
    changed = seller.put(draft, **changes)
    assert expected == {name: changed[name] for name in expected}
    follows = {"discount", "cgst_total", "sgst_total", "igst_total", "tax_total", "total", "balance"}
    stays = set(draft) - set(changes) - set(expected) - follows - {"version", "line_items", "sub_total"}
    assert {name: draft[name] for name in stays} == {name: changed[name] for name in stays}
    assert "Oak chair" == changed["line_items"][0]["name"]
    assert changed == seller.again(draft)


def test_new_lines_take_the_place_of_all_old_ones(seller: Seller) -> None:
    draft = seller.draft(seller.line(1), seller.line(2), seller.line(3))
    changed = seller.put(draft, line_items=[{"name": "Desk", "rate": 50}])
    assert [("Desk", 50, 50)] == [
        (line["name"], line["rate"], line["item_total"]) for line in changed["line_items"]
    ]
    assert (50, 0, 2) == (changed["total"], changed["tax_total"], changed["version"])
    assert changed == seller.again(draft)


def test_what_an_answer_says_can_be_sent_back_and_changes_nothing(seller: Seller) -> None:
    seller.org.enable_currency("USD")
    draft = seller.draft(
        seller.line("199.43", quantity="1.5", discount="3%"),
        seller.line(7, "IGST 5%", tags=[seller.org.add_cost_center("North")["cost_center_id"]]),
        tds_rate=2,
        discount=5,
        shipping_charge="1.10",
        currency_code="USD",
        exchange_rate="83.25",
        export={"port_code": "INBLR4"},
        round_off="0.07",
        due_date="2026-06-18",
        custom_fields={"weight": Decimal("1.50")},
    )
    assert draft == seller.put(draft, **draft)
    assert [("INVOICE_CREATED", "INVOICE_CREATED")] == seller.told()


def test_the_due_date_follows_the_terms_of_the_customer_until_somebody_sets_it(seller: Seller) -> None:
    slow = seller.contact("Slow & Sons", payment_terms=30)
    draft = seller.draft(customer_id=slow)
    assert "2026-06-18T00:00:00" == draft["due_date"]
    assert "2026-06-19T00:00:00" == seller.put(draft, date="2026-05-20")["due_date"]
    assert "2026-05-20T00:00:00" == seller.put(draft, customer_id=seller.customer)["due_date"]
    assert "2026-05-25T00:00:00" == seller.put(draft, due_date="2026-05-25")["due_date"]
    assert "2026-05-25T00:00:00" == seller.put(draft, date="2026-05-21")["due_date"]
    assert (400, INVALID, "due_date") == seller.put_refused(draft, date="2026-05-26")
    assert "2026-05-26T00:00:00" == seller.put(draft, date="2026-05-26", due_date=None)["due_date"]


def test_another_currency_takes_its_own_rate(seller: Seller) -> None:
    for code, rate in (("USD", 83), ("EUR", 90)):
        seller.org.enable_currency(code)
        seller.org.add_exchange_rate(from_currency=code, rate=rate, rate_date="2026-05-01")
    draft = seller.draft()
    assert ("USD", 83) == _money(seller.put(draft, currency_code="usd"))
    assert ("EUR", 90) == _money(seller.put(draft, currency_code="EUR"))
    assert ("EUR", 91) == _money(seller.put(draft, exchange_rate=91))
    assert ("EUR", 91) == _money(seller.put(draft, notes="x"))
    assert ("EUR", 90) == _money(seller.put(draft, exchange_rate=None))
    assert ("INR", 1) == _money(seller.put(draft, currency_code=None))


def _money(invoice: Body) -> tuple[str, Any]:
    return invoice["currency_code"], invoice["exchange_rate"]


def test_a_document_keeps_its_customer_as_it_was_when_it_was_written(seller: Seller) -> None:
    posted, draft = seller.posted(), seller.draft()
    seller.call.ok("PUT", f"/contacts/{seller.customer}", {"contact_name": "Asha Stores LLP"})
    assert ["Asha Stores"] * 2 == [seller.again(one)["customer_name"] for one in (posted, draft)]
    assert "Asha Stores LLP" == seller.put(draft, notes="x")["customer_name"]


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
