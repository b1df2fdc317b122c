"""Estimates: offered, accepted, turned into sales orders (`api.md` §4.9, §10 row 31)."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

import finzcore
from finzcore.documents.lifecycle import ESTIMATE, GONE
from finzcore.testing import Call
from tests.ordering import DAY, SALES, Body, Orders

INVALID = "validation.invalid_value"
STATUS = (400, INVALID, "status")
NOT_FOUND = "not_found.resource"
STATUSES = ("DRAFT", "SENT", "ACCEPTED", "CONVERTED", "DECLINED", "CANCELLED")


class Estimates(Orders):
    """The same for estimates, which a sales order carries out."""

    def path(self, order: Body) -> str:
        return f"/estimates/{order['estimate_id']}" if "estimate_number" in order else super().path(order)

    def draft(self, *lines: Body, **more: Any) -> Body:
        made: Body = self.call.ok("POST", "/estimates", self.body(*lines, **more))["estimate"]
        return made

    def put(self, order: Body, **changes: Any) -> Body:
        now: Body = self.call.ok("PUT", self.path(order), changes)["estimate"]
        return now

    def again(self, order: Body) -> Body:
        now: Body = self.call.ok("GET", self.path(order))["estimate"]
        return now

    def act(self, order: Body, word: str, body: Any = None) -> Body:
        now: Body = self.call.ok("POST", f"{self.path(order)}/{word}", body)["estimate"]
        return now

    def ordered(self, estimate: Body) -> Body:
        """The sales order that an estimate became."""
        made: Body = self.call.ok("GET", f"/sales_orders/{estimate['converted_to_sales_order_id']}")[
            "sales_order"
        ]
        return made

    def into(self, status: str) -> Body:
        """An estimate in a status."""
        estimate = self.draft()
        if status in ("SENT", "DECLINED", "CANCELLED"):
            return self.put(estimate, status=status)
        if status in ("ACCEPTED", "CONVERTED"):
            estimate = self.act(estimate, "accept")
        return self.act(estimate, "convert") if status == "CONVERTED" else estimate


@pytest.fixture
def estimates(call: Call, acme: finzcore.Org) -> Estimates:
    return Estimates(call, acme, SALES)


def _do(estimates: Estimates, estimate: Body, event: str) -> Any:
    path, call = estimates.path(estimate), estimates.call
    changes = {
        "edit": {"notes": "Until Friday"},
        "rewrite": {"line_items": [estimates.line(7)]},
        "send": {"status": "SENT"},
        "decline": {"status": "DECLINED"},
        "cancel": {"status": "CANCELLED"},
    }
    if event in changes:
        return call("PUT", path, changes[event])
    return call("DELETE", path) if event == "delete" else call("POST", f"{path}/{event}")


EVENTS = sorted({event for _, event in ESTIMATE} - {"reopen"})
ASKED = {"send": "SENT", "decline": "DECLINED", "cancel": "CANCELLED"}


@pytest.mark.parametrize(("status", "event"), list(product(STATUSES, EVENTS)))
def test_every_step_does_what_the_table_says(estimates: Estimates, status: str, event: str) -> None:
    estimate = estimates.into(status)
    answer = _do(estimates, estimate, event)
    after = ESTIMATE.get((status, event))
    # To ask for the status that it has is to ask for no step, but to change nothing.
    demanded = "edit" if event == "rewrite" or ASKED.get(event) == status else event
    if after is None and (status, demanded) not in ESTIMATE:
        said = answer.json()
        assert STATUS == (answer.status, said["code"], said["field"])
        allowed = [before for before, verb in ESTIMATE if verb == demanded]
        assert {"current_status": status, "allowed": allowed} == said["details"]
        assert estimate == estimates.again(estimate)
    elif after == GONE:
        assert 200 == answer.status
        assert (404, NOT_FOUND, "estimate_id") == estimates.call.refused("GET", estimates.path(estimate))
    else:
        assert 200 == answer.status
        assert (after or status) == estimates.again(estimate)["status"]
    assert [] == estimates.org._engine.verify()


def test_an_estimate_is_accepted_before_it_becomes_an_order(estimates: Estimates) -> None:
    # api.md §10 row 31
    estimate = estimates.draft()
    assert STATUS == estimates.call.refused("POST", f"{estimates.path(estimate)}/convert")
    estimates.act(estimate, "accept")
    answer = estimates.call.ok("POST", f"{estimates.path(estimate)}/convert")
    converted, order_id = answer["estimate"], answer["estimate"]["converted_to_sales_order_id"]
    assert "CONVERTED" == converted["status"]
    assert f"The estimate has been converted to sales order {order_id}." == answer["message"]
    order = estimates.ordered(converted)
    assert ("CONFIRMED", estimate["estimate_id"]) == (order["status"], order["estimate_id"])


def test_the_order_says_what_the_estimate_said(estimates: Estimates) -> None:
    estimates.org.enable_currency("USD")
    said = {
        "place_of_supply": "IN-MH",
        "currency_code": "USD",
        "exchange_rate": Decimal("83.5"),
        "terms": "Net 30",
        "notes": "Thank you",
        "reference_number": "RFQ-1",
        "is_inclusive_tax": True,
        "round_off": Decimal("-0.05"),
        "discount": Decimal("5.00"),
        "shipping_charge": Decimal("10.00"),
        "adjustment": Decimal("-0.50"),
    }
    lines = [estimates.line("118.01", 3, discount="2.5%"), estimates.line(40, 2, None, discount=3)]
    estimate = estimates.draft(*lines, series="Q", expiry_date="2026-06-30", **said)
    estimates.act(estimate, "accept")
    order = estimates.ordered(estimates.act(estimate, "convert"))
    names = [*said, "sub_total", "tax_total", "total", "customer_id"]
    assert [estimate[name] for name in names] == [order[name] for name in names]
    apart = ("line_item_id", "quantity_invoiced")
    shown = [
        [{name: value for name, value in line.items() if name not in apart} for line in one["line_items"]]
        for one in (estimate, order)
    ]
    assert shown[0] == shown[1]
    # Its number is one of the orders', its date today.
    assert ("SO-2627-001", f"{DAY}T00:00:00") == (order["sales_order_number"], order["date"])


def test_what_is_no_longer_used_is_in_no_new_order(estimates: Estimates) -> None:
    # api.md §1.8
    org = estimates.org
    mumbai = org.create_branch(code="MUM", name="Mumbai", state="IN-MH", gstin="27AAACN1234F1Z8")["branch_id"]
    extra = org.create_account(code="4999", name="Extra", account_type="SALES")["account_id"]
    desk = org.items.create(item_name="Desk", rate=1)["item_id"]
    lines = [estimates.line(account_id=extra), {"item_id": desk}]
    estimate = estimates.act(estimates.draft(*lines, branch_id=mumbai), "accept")
    asha, path = estimates.contact, f"{estimates.path(estimate)}/convert"
    cases = [
        (
            "customer_id",
            lambda: org.contacts.archive(asha),
            lambda: org.contacts.update(asha, status="ACTIVE"),
        ),
        (
            "branch_id",
            lambda: org.set_branch_active(mumbai, False),
            lambda: org.set_branch_active(mumbai, True),
        ),
        (
            "line_items[0].account_id",
            lambda: org.set_account_active(extra, False),
            lambda: org.set_account_active(extra, True),
        ),
        (
            "line_items[1].item_id",
            lambda: org.items.archive(desk),
            lambda: org.items.update(desk, status="ACTIVE"),
        ),
    ]
    for field, away, back in cases:
        away()
        assert (404, NOT_FOUND, field) == estimates.call.refused("POST", path)
        back()
    assert "ACCEPTED" == estimates.again(estimate)["status"]
    assert "CONVERTED" == estimates.act(estimate, "convert")["status"]


def test_an_order_that_is_deleted_leaves_its_estimate_to_be_converted_again(estimates: Estimates) -> None:
    estimate = estimates.into("CONVERTED")
    order = estimates.ordered(estimate)
    estimates.call.ok("DELETE", f"/sales_orders/{order['sales_order_id']}")
    now = estimates.again(estimate)
    assert ("ACCEPTED", None) == (now["status"], now["converted_to_sales_order_id"])
    again = estimates.act(estimate, "convert")
    assert "SO-2627-002" == estimates.ordered(again)["sales_order_number"]
    assert [] == estimates.org._engine.verify()


def test_an_estimate_that_expired_can_be_accepted(estimates: Estimates) -> None:
    estimate = estimates.draft(date="2026-05-01", expiry_date="2026-05-02")
    assert "ACCEPTED" == estimates.act(estimate, "accept")["status"]


def test_what_happens_to_an_estimate_is_told(estimates: Estimates) -> None:
    first, second = estimates.draft(), estimates.draft()
    estimates.put(first, status="SENT")
    estimates.put(first, line_items=[estimates.line(5)])
    estimates.act(first, "accept")
    estimates.act(first, "convert")
    estimates.put(second, status="DECLINED", notes="Too dear")
    estimates.call.ok("DELETE", estimates.path(second))
    estimates.put(estimates.draft(), status="CANCELLED")
    changed, updated = "ESTIMATE_STATUS_CHANGED", "ESTIMATE_UPDATED"
    assert [
        ("ESTIMATE_CREATED", "ESTIMATE_CREATED"),
        ("ESTIMATE_CREATED", "ESTIMATE_CREATED"),
        (changed, updated),
        (updated, updated),
        (changed, "ESTIMATE_ACCEPTED"),
        (changed, "ESTIMATE_CONVERTED"),
        (updated, updated),
        (None, "ESTIMATE_DECLINED"),
        ("ESTIMATE_DELETED", "ESTIMATE_DELETED"),
        ("ESTIMATE_CREATED", "ESTIMATE_CREATED"),
        (changed, updated),
    ] == estimates.told("estimates")
    assert [("SALES_ORDER_CREATED", "SALES_ORDER_CREATED")] == estimates.told("sales_orders")


def test_a_status_that_no_change_brings_is_refused(estimates: Estimates) -> None:
    path = estimates.path(estimates.into("SENT"))
    said = estimates.call("PUT", path, {"status": "DRAFT"}).json()
    assert {"current_status": "SENT", "allowed": []} == said["details"]
    assert "A change does not make it DRAFT; from SENT it makes it DECLINED or CANCELLED." == said["message"]
    for status in ("ACCEPTED", "CONVERTED", "DONE"):
        assert STATUS == estimates.call.refused("PUT", path, {"status": status})


def test_estimates_are_listed_by_what_they_are(estimates: Estimates) -> None:
    bela = estimates.new_contact("Bela Foods")
    first = estimates.put(estimates.draft(reference_number="R-1"), status="SENT")
    second = estimates.draft(date="2026-05-20", customer_id=bela)
    cases = {
        "": [second, first],
        "status=SENT": [first],
        "status=CONVERTED": [],
        f"customer_id={bela}": [second],
        "date_from=2026-05-20": [second],
        f"date_to={DAY}": [first],
        "reference_number=R-1": [first],
        "search=BELA": [second],
        "search=est-2627-001": [first],
    }
    for query, expected in cases.items():
        assert expected == estimates.call.ok("GET", f"/estimates?{query}")["estimates"], query


def test_accepting_again_with_the_same_key_is_the_same_answer(estimates: Estimates) -> None:
    path = f"{estimates.path(estimates.draft())}/accept"
    first, again = (estimates.call("POST", path, key="once") for _ in range(2))
    assert (200, first.body) == (again.status, again.body)


def test_a_locked_period_does_not_hold_an_estimate(estimates: Estimates) -> None:
    estimates.org.lock_period("2026-05-31", reason="Filed")
    assert "CONVERTED" == estimates.into("CONVERTED")["status"]
