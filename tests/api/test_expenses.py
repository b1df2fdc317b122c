"""Expenses: recording, changing, deleting, finding (`api.md` §4.8)."""

from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.books.papers.drafts import VERSIONS
from finzcore.books.text import json_value
from finzcore.testing import Call, FrozenClock
from tests.spending import INVALID, MISSING, Body, Spender

OFFICE = {"account_id": "6030", "amount": 400}
TRAVEL = {"account_id": "6050", "amount": 600, "note": "Taxi\nto the port"}


@pytest.fixture
def spender(call: Call, acme: finzcore.Org) -> Spender:
    return Spender(call, acme)


def test_a_plain_expense_is_shown_with_the_one_line_that_it_is(spender: Spender, call: Call) -> None:
    vendor = spender.vendor(gst_no="29AAPFU0939F1ZR")
    body = spender.body(
        amount=1180, tax_id="GST 18%", is_inclusive_tax=True, mode="bank", reference_number="UTR 7",
        notes="Paper", vendor_id=vendor,
    )  # fmt: skip
    said = call.ok("POST", "/expenses", body)
    expense = said["expense"]
    expected = {
        "expense_number": "EXP-2627-001", "date": "2026-05-19T00:00:00", "account_id": body["account_id"],
        "account_name": "Office Supplies", "paid_through_account_id": body["paid_through_account_id"],
        "bank_account_id": body["paid_through_account_id"], "vendor_id": vendor,
        "vendor_name": "Nilgiri Papers", "amount": 1180, "sub_total": 1000, "tax_total": 180, "total": 1180,
        "mode": "BANK", "reference_number": "UTR 7", "tax_id": body["tax_id"], "is_inclusive_tax": True,
        "is_rcm": False, "rcm_rate": None, "itc_blocked_reason": None, "notes": "Paper", "version": 1,
        "place_of_supply": "IN-KA", "cgst_total": 90, "sgst_total": 90, "igst_total": 0, "tags": [],
    }  # fmt: skip
    assert "The expense has been created." == said["message"]
    assert expected == {name: expense[name] for name in expected}
    (line,) = expense["line_items"]
    named = {
        "account_id": body["account_id"], "amount": 1180, "tax_id": body["tax_id"], "note": None,
        "taxable": 1000, "cgst": 90, "sgst": 90, "igst": 0, "cess": 0,
    }  # fmt: skip
    assert named == {name: line[name] for name in named}
    assert expense == spender.again(expense)
    assert [expense] == call.ok("GET", "/expenses")["expenses"]


def test_an_itemised_expense_needs_no_account_of_its_own(spender: Spender) -> None:
    expense = spender.spend(account_id=None, amount=-7, line_items=[OFFICE, TRAVEL])
    assert (None, None, 1000) == (expense["account_id"], expense["account_name"], expense["amount"])
    assert [(400, None), (600, "Taxi\nto the port")] == [
        (line["amount"], line["note"]) for line in expense["line_items"]
    ]


def test_what_nobody_said_is_paid_from_the_first_account_of_money(spender: Spender) -> None:
    expense = spender.spend(paid_through_account_id=None)
    assert spender.org.account_id("1010") == expense["bank_account_id"]
    assert (None, None, None) == (expense["mode"], expense["vendor_id"], expense["vendor_name"])


def test_the_place_decides_for_whom_a_line_bears_no_credit(spender: Spender) -> None:
    hotel = spender.vendor("Hotel", place_of_contact="IN-MH")
    there = spender.spend(vendor_id=hotel, tax_id="GST 18%", place_of_supply="IN-MH")
    assert (None, "ineligible_pos") == (
        there["itc_blocked_reason"], there["line_items"][0]["itc_blocked_reason"],
    )  # fmt: skip
    here = spender.put(there, place_of_supply=None)
    assert ("IN-KA", None) == (here["place_of_supply"], here["line_items"][0]["itc_blocked_reason"])
    said = spender.put(there, place_of_supply="IN-MH", itc_blocked_reason="17(5)(b)")
    assert "17(5)(b)" == said["line_items"][0]["itc_blocked_reason"]


def test_a_vendor_may_be_both_but_not_a_customer(spender: Spender) -> None:
    customer = spender.vendor("Asha Stores", contact_type="CUSTOMER")
    assert (400, INVALID, "vendor_id") == spender.refused(vendor_id=customer)
    assert (400, INVALID, "vendor_id") == spender.put_refused(spender.spend(), contact_id=customer)
    both = spender.vendor("Ravi and Sons", contact_type="BOTH")
    assert "Ravi and Sons" == spender.spend(contact_id=both)["vendor_name"]


def test_numbers_follow_the_branch_and_the_year(spender: Spender) -> None:
    branch = spender.org.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    assert ["EXP-2526-001", "EXP-2627-001", "MUM-EXP-2627-001", "EXP-2627-002"] == [
        spender.spend(**more)["expense_number"]
        for more in ({"date": "2026-03-31"}, {"date": "2026-04-01"}, {"branch_id": branch}, {})
    ]
    expense = spender.spend(branch_id=branch, tax_id="GST 18%")
    assert ("IN-MH", 90) == (expense["place_of_supply"], expense["cgst_total"])


def test_many_small_lines_are_one_expense(spender: Spender) -> None:
    expense = spender.spend(tax_id="GST 18%", line_items=[{"amount": "0.01"}] * 500)
    assert (500, Decimal("5.00"), Decimal("5.00")) == (
        len(expense["line_items"]), expense["amount"], expense["total"],
    )  # fmt: skip


def test_a_key_makes_it_safe_to_send_again(spender: Spender, call: Call) -> None:
    first = call("POST", "/expenses", spender.body(), key="e-1")
    again = call("POST", "/expenses", spender.body(), key="e-1")
    assert (first.body, "true") == (again.body, again.header("Idempotency-Replayed"))
    assert ["EXP-2627-001"] == spender.numbers()


# ----- changing -----


def test_a_change_posts_anew_under_the_same_number(spender: Spender, call: Call) -> None:
    before = spender.spend(amount=100)
    changed = spender.put(before, amount=250, date="2026-05-20", notes="Corrected")
    assert ("EXP-2627-001", 2, 250) == (changed["expense_number"], changed["version"], changed["amount"])
    assert before["journal_id"] != changed["journal_id"]
    assert changed == spender.again(changed)
    assert {"6030": 250, "1020": -250} == spender.standing()
    shown = call.ok("GET", "/journals")["journals"]
    assert [changed["journal_id"]] == [journal["journal_id"] for journal in shown]
    ledger = call.ok("GET", f"/reports/ledger?account_id={before['account_id']}&to_date=2026-05-31")["ledger"]
    assert [("2026-05-20T00:00:00", 250)] == [(row["date"], row["debit"]) for row in ledger["entries"]]
    assert (404, MISSING, "journal_id") == call.refused("GET", f"/journals/{before['journal_id']}")


def test_a_change_of_nothing_does_nothing(spender: Spender) -> None:
    expense = spender.spend(amount=100, tax_id="GST 18%", line_items=[OFFICE, TRAVEL])
    events = spender.events()
    body = {name: expense[name] for name in ("amount", "date", "tax_id", "notes", "line_items", "mode")}
    for changes in ({}, {"amount": 7}, {"date": "2026-05-19"}, {"line_items": [OFFICE, TRAVEL]}, body):
        assert expense == spender.put(expense, **changes)
    assert events == spender.events()


def test_a_plain_one_that_is_sent_back_as_shown_stays_plain(spender: Spender) -> None:
    expense = spender.spend(amount=100, tax_id="GST 18%")
    whole = {name: value for name, value in expense.items() if value is not None}
    changed = spender.put(expense, **whole | {"amount": 300, "account_id": "6050"})
    assert ("Travel", 300, [300]) == (
        changed["account_name"], changed["amount"], [line["amount"] for line in changed["line_items"]],
    )  # fmt: skip
    assert 400 == spender.put(changed, amount=400)["amount"]


@pytest.mark.parametrize(
    "lines",
    [
        [{"amount": 100, "note": "Now a line"}],
        [{"amount": 99}],
        [{"amount": 100, "account_id": "6050"}],
        [{"amount": 100, "tax_id": "GST 5%"}],
        [{"amount": 100}, {"amount": 100}],
    ],
)
def test_other_lines_make_it_an_itemised_one_until_they_are_cleared(
    spender: Spender, lines: list[Body]
) -> None:
    expense = spender.put(spender.spend(amount=100, tax_id="GST 18%"), line_items=lines)
    total = sum(line["amount"] for line in lines)
    assert total == spender.put(expense, amount=5)["amount"] == expense["amount"]
    plain = spender.put(expense, line_items=None)
    assert [(total, "Office Supplies")] == [
        (line["amount"], plain["account_name"]) for line in plain["line_items"]
    ]
    assert 5 == spender.put(plain, amount=5)["amount"]


def test_lines_go_on_following_their_header(spender: Spender) -> None:
    expense = spender.spend(tax_id="GST 18%", line_items=[{"amount": 100}, TRAVEL | {"tax_id": "Exempt"}])
    changed = spender.put(expense, account_id="6010", tax_id="GST 5%")
    assert {
        "expense.paid Bank Account": Decimal(-705),
        "expense.cost Rent": Decimal(100),
        "expense.cost Travel": Decimal(600),
        "expense.input_cgst Input CGST": Decimal("2.50"),
        "expense.input_sgst Input SGST": Decimal("2.50"),
    } == spender.entry(changed)


def test_what_is_cleared_is_as_if_never_said(spender: Spender) -> None:
    north = spender.org.add_cost_center("North")["cost_center_id"]
    said = {
        "mode": "UPI", "reference_number": "R", "vendor_id": spender.vendor(), "tax_id": "GST 18%",
        "is_inclusive_tax": True, "is_rcm": True, "rcm_rate": 5, "itc_blocked_reason": "17(5)",
        "place_of_supply": "IN-MH", "tags": [north], "notes": "N",
    }  # fmt: skip
    plain = spender.spend()
    cleared = spender.put(spender.put(plain, **said), **dict.fromkeys(said))
    own = {"version", "journal_id", "last_modified_time"}
    assert {name: value for name, value in plain.items() if name not in own} == {
        name: value for name, value in cleared.items() if name not in own
    }


def test_it_keeps_its_number_and_so_its_branch_and_its_year(spender: Spender) -> None:
    expense = spender.spend()
    branch = spender.org.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    assert (400, INVALID, "branch_id") == spender.put_refused(expense, branch_id=branch)
    assert (400, INVALID, "date") == spender.put_refused(expense, date="2027-04-01")
    assert expense == spender.put(expense, branch_id=expense["branch_id"])


def test_the_vendor_is_as_he_was_when_it_was_last_written(spender: Spender, call: Call) -> None:
    vendor = spender.vendor()
    expense = spender.spend(vendor_id=vendor, tax_id="GST 18%")
    call.ok("PUT", f"/contacts/{vendor}", {"contact_name": "Nilgiri Ltd", "place_of_contact": "IN-TN"})
    assert expense == spender.again(expense)
    changed = spender.put(expense, notes="Later")
    assert ("Nilgiri Ltd", 0, 180) == (
        changed["vendor_name"], changed["cgst_total"], changed["igst_total"],
    )  # fmt: skip


# ----- deleting -----


def test_a_deleted_expense_leaves_the_lists_and_the_reports(spender: Spender, call: Call) -> None:
    def answers() -> list[Any]:
        paths = ["/expenses", "/journals", "/accounts?per_page=500", "/bank_accounts"]
        paths += [
            f"/reports/ledger?account_id={spender.org.account_id(code)}" for code in ("1020", "6030", "6050")
        ]
        paths.append("/reports/trial_balance?as_of_date=2026-05-31&include_zero=true")
        return [call.ok("GET", path) for path in paths]

    stays = spender.spend(tax_id="GST 18%")
    before = answers()
    gone = spender.put(spender.spend(line_items=[OFFICE, TRAVEL], tax_id="GST 18%"), notes="Twice")
    assert {"code": 0, "message": "The expense has been deleted."} == spender.delete(gone)
    assert before == answers()
    path = f"/expenses/{gone['expense_id']}"
    for method, body in (("GET", None), ("PUT", {"amount": 1}), ("DELETE", None)):
        assert (404, MISSING, "expense_id") == call.refused(method, path, body)
    assert (404, MISSING, "journal_id") == call.refused("GET", f"/journals/{gone['journal_id']}")
    assert [stays["expense_number"]] == spender.numbers()
    assert "EXP-2627-003" == spender.spend()["expense_number"]
    assert [] == spender.org._engine.verify()


def test_what_a_deleted_expense_said_is_kept(spender: Spender) -> None:
    expense = spender.spend(line_items=[OFFICE, TRAVEL], notes="Paper and a ride")
    spender.put(expense, notes="A ride")
    spender.delete(expense)
    created, updated, deleted = spender.events()
    assert ["EXPENSE_CREATED", "EXPENSE_UPDATED", "EXPENSE_DELETED"] == [
        event["action"] for event in (created, updated, deleted)
    ]
    assert created["action"] == created["event_type"]
    assert {"old": "Paper and a ride", "new": "A ride"} == json_value(updated["changes"])["notes"]
    old = json_value(deleted["changes"])
    assert ("A ride", None) == (old["notes"]["old"], old["notes"]["new"])
    assert ["Taxi\nto the port"] == [line["note"] for line in old["line_items"]["old"] if line["note"]]
    with spender.org._engine.store.read(spender.org._key) as session:
        kept = [json_value(row["row"]) for row in session.find(VERSIONS, ascending=True)]
    assert ["Paper and a ride", "A ride"] == [row["notes"] for row in kept]


def test_an_event_says_what_a_webhook_tells(spender: Spender) -> None:
    vendor = spender.vendor()
    expense = spender.spend(vendor_id=vendor, amount=5)
    (event,) = spender.events()
    assert {
        "id": expense["expense_id"], "number": "EXP-2627-001", "vendor_id": vendor, "total": Decimal(5),
        "status": "RECORDED",
    } == json_value(event["data"])  # fmt: skip


@pytest.mark.parametrize("after", ["as it is", "named by another", "deleted"])
def test_a_vendor_who_was_paid_is_not_deleted(spender: Spender, call: Call, after: str) -> None:
    vendor = spender.vendor()
    expense = spender.spend(vendor_id=vendor)
    if after == "named by another":
        spender.put(expense, vendor_id=None)
    if after == "deleted":
        spender.delete(expense)
    said = call("DELETE", f"/contacts/{vendor}")
    assert (400, "It cannot be deleted: a journal entry uses it.") == (said.status, said.json()["message"])


# ----- the lock -----


def test_nothing_is_recorded_changed_or_deleted_in_a_locked_period(spender: Spender, call: Call) -> None:
    expense, later = spender.spend(), spender.spend(date="2026-06-01")
    spender.org.lock_period("2026-05-31", reason="Filed")
    assert (400, INVALID, "date") == spender.refused()
    assert (400, INVALID, "date") == spender.put_refused(expense, notes="x")
    assert (400, INVALID, "date") == spender.put_refused(expense, date="2026-06-01")
    assert (400, INVALID, "date") == spender.put_refused(later, date="2026-05-31")
    assert (400, INVALID, "date") == call.refused("DELETE", f"/expenses/{expense['expense_id']}")
    assert expense == spender.again(expense)
    assert 5 == spender.put(later, amount=5)["amount"]
    assert ["EXP-2627-002", "EXP-2627-001"] == spender.numbers()


# ----- finding -----


@pytest.mark.parametrize("few", [1000, 2])
def test_lists_by_account_vendor_and_date(
    spender: Spender, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("finzcore.books.resources.expenses.FEW", few)
    vendor = spender.vendor()
    spender.spend(vendor_id=vendor)
    spender.spend(line_items=[OFFICE, TRAVEL], date="2026-05-20")
    spender.spend(account_id="6010", vendor_id=vendor, date="2026-05-21")
    spender.put(spender.spend(account_id="6050"), account_id="6040")
    spender.delete(spender.spend(vendor_id=vendor))
    account = {code: spender.org.account_id(code) for code in ("6030", "6050", "6040", "1020", "6080")}
    for expected, query in (
        ("4321", {}),
        ("21", {"account_id": account["6030"]}),
        ("2", {"account_id": account["6050"]}),
        ("4", {"account_id": account["6040"]}),
        ("", {"account_id": account["1020"]}),
        ("", {"account_id": account["6080"]}),
        ("", {"account_id": "acc_1"}),
        ("31", {"vendor_id": vendor}),
        ("", {"vendor_id": "ct_1"}),
        ("32", {"date_from": "2026-05-20"}),
        ("21", {"date_from": "2026-05-19", "date_to": "2026-05-20", "account_id": account["6030"]}),
        ("1", {"date_to": "2026-05-19", "vendor_id": vendor}),
    ):
        assert [f"EXP-2627-00{number}" for number in expected] == spender.numbers(**query), query


def test_a_list_is_walked_page_by_page(spender: Spender, call: Call) -> None:
    for _ in range(5):
        spender.spend(line_items=[OFFICE, TRAVEL])
    path, cursor, found = f"/expenses?per_page=2&account_id={spender.org.account_id('6050')}", "", []
    while cursor is not None:
        said = call.ok("GET", path + (cursor and f"&cursor={cursor}"))
        found += [row["expense_number"][-1] for row in said["expenses"]]
        cursor = said["page_context"]["next_cursor"]
    assert list("54321") == found


# ----- coming again by itself -----


def test_an_expense_recurs_from_another_or_from_a_body(
    spender: Spender, call: Call, engine: finzcore.Engine, clock: FrozenClock
) -> None:
    itemised = spender.spend(tax_id="GST 18%", line_items=[OFFICE, TRAVEL], mode="UPI", notes="Ride")
    daily = {"entity_type": "EXPENSE", "name": "Daily", "frequency": "DAILY", "start_date": "2026-05-20"}
    call.ok("POST", "/recurring", daily | {"template_entity_id": itemised["expense_id"]})
    call.ok("POST", "/recurring", daily | {"template_payload": spender.body(amount=7, date=None)})
    clock.set("2026-05-20T04:00:00+00:00")
    assert 2 == engine.run_scheduler()
    last, copy, first = call.ok("GET", "/expenses")["expenses"]
    if len(last["line_items"]) > 1:
        last, copy = copy, last
    assert (7, "2026-05-20T00:00:00") == (last["total"], last["date"])
    same = ("amount", "total", "mode", "notes", "tax_id", "bank_account_id", "account_id")
    assert {name: first[name] for name in same} == {name: copy[name] for name in same}
    assert [(line["amount"], line["note"]) for line in first["line_items"]] == [
        (line["amount"], line["note"]) for line in copy["line_items"]
    ]
    assert ("2026-05-20T00:00:00", None) == (copy["date"], copy["reference_number"])
