"""What recurring documents are made from: bodies and copies, of every kind."""

from decimal import Decimal

import pytest

import finzcore
from finzcore.testing import Call, FrozenClock
from tests.recurring import Body, dates, made, nine_on, payload, ran, schedule, wakes
from tests.trade import Trade


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    return Trade(call, acme)


@pytest.fixture
def asha(trade: Trade) -> str:
    return trade.contact()


def test_auto_approve_posts_and_a_due_date_keeps_its_distance(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock
) -> None:
    body = payload(acme, asha, date="2026-01-01", due_date="2026-01-16", auto_approve=True)
    schedule(acme, asha, template_payload=body)
    schedule(acme, asha, template_payload=payload(acme, asha, due_date="2026-02-10"))
    assert 2 == ran(engine)
    second, first = acme.invoices.list()
    # Fifteen days from the date in the body; ten from the start, where the body says no date.
    assert ("OVERDUE", "2026-02-15") == (first["status"], first["due_date"][:10])
    assert ("DRAFT", "2026-02-10") == (second["status"], second["due_date"][:10])
    assert first["journal_id"] is not None
    assert second["journal_id"] is None


def test_a_document_that_is_due_beyond_the_calendar_fails(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock
) -> None:
    body = payload(acme, asha, due_date="2199-12-31")
    key = schedule(acme, asha, template_payload=body)["recurring_id"]
    assert [1, 1] == [ran(engine), *wakes(engine, clock, 1)]
    assert ["2026-01-31"] == dates(acme)
    assert "due_date: It would be due after 2199-12-31." == acme.recurring.get(key)["last_error"]


def test_a_copy_is_a_draft_of_the_same_with_a_number_of_its_own(
    engine: finzcore.Engine, acme: finzcore.Org, trade: Trade, asha: str
) -> None:
    center = acme.add_cost_center("Pune")["cost_center_id"]
    lines = [
        {"name": "Hall", "description": "By day", "rate": "33.33", "quantity": 3, "discount": "5%",
         "tax_id": acme.tax_id("GST 18%"), "hsn_or_sac": "9972", "tags": [center]},
        {"name": "Chairs", "rate": 7, "quantity": "1.5", "unit": "NOS"},
    ]  # fmt: skip
    whole = trade.invoice(
        asha, 0, line_items=lines, discount="10%", shipping_charge=5, adjustment="-0.30", tds_rate=2,
        reference_number="PO 7", round_off="0.11", notes="Thank you", terms="At once", due_date="2026-06-03",
        custom_fields={"a": 1}, series="HALL",
    )  # fmt: skip
    schedule(acme, asha, template_entity_id=whole["invoice_id"], start_date="2026-05-19")
    assert 1 == ran(engine)
    copy = acme.invoices.list()[0]
    own = {"invoice_id", "invoice_number", "reference_number", "status", "journal_id"}
    assert {name: value for name, value in trade_plain(acme, whole).items() if name not in own} == {
        name: value for name, value in trade_plain(acme, copy).items() if name not in own
    }
    assert ("HALL-2627-002", None, "DRAFT") == (
        copy["invoice_number"],
        copy["reference_number"],
        copy["status"],
    )


def trade_plain(acme: finzcore.Org, invoice: Body) -> Body:
    """An invoice without the ids of its lines."""
    again = dict(acme.invoices.get(invoice["invoice_id"]))
    lines = [{key: one[key] for key in one if key != "line_item_id"} for one in again["line_items"]]
    return again | {"line_items": lines}


def test_a_copy_in_another_currency_takes_the_rate_of_its_day(
    engine: finzcore.Engine, acme: finzcore.Org, trade: Trade, asha: str
) -> None:
    acme.enable_currency("USD")
    dollars = trade.invoice(asha, 100, currency_code="USD", exchange_rate="80.5")
    schedule(acme, asha, template_entity_id=dollars["invoice_id"], start_date="2026-05-18")
    key = schedule(acme, asha, template_entity_id=dollars["invoice_id"], start_date="2026-05-17")
    acme.add_exchange_rate(from_currency="USD", rate="83.25", rate_date="2026-05-18")
    assert 2 == ran(engine)
    assert ("USD", Decimal("83.25")) == (
        acme.invoices.list()[0]["currency_code"],
        acme.invoices.list()[0]["exchange_rate"],
    )
    failed = acme.recurring.get(key["recurring_id"])
    assert "exchange_rate: There is no rate for USD on or before 2026-05-17." == failed["last_error"]


def test_a_payload_with_a_reference_and_a_number_makes_more_than_one_invoice(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock
) -> None:
    body = payload(acme, asha, reference_number="R1", invoice_number="MINE-1", auto_approve=True)
    schedule(acme, asha, template_payload=body)
    ran(engine)
    wakes(engine, clock, 1)
    assert ["INV-2526-001", "INV-2526-002"] == [number for number, _, _ in made(acme)]
    assert [None, None] == [one["reference_number"] for one in acme.invoices.list()]


@pytest.mark.parametrize("spelled", ["invoice_date", "date"])
def test_what_a_body_spells_in_another_way_is_understood(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, spelled: str
) -> None:
    body = payload(acme, asha, due_date="2026-01-05", **{spelled: "2026-01-01"})
    body["contact_id"] = body.pop("customer_id")
    schedule(acme, asha, template_payload=body | {"round_off": " ", "notes": None})
    assert 1 == ran(engine)
    (invoice,) = acme.invoices.list()
    assert ("2026-01-31T00:00:00", "2026-02-04T00:00:00") == (invoice["date"], invoice["due_date"])


def test_ids_are_looked_up_again_whenever_a_document_is_made(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock, call: Call
) -> None:
    chair = acme.items.create(item_name="Chair", rate=5)["item_id"]
    body = payload(acme, asha, line_items=[{"item_id": chair}])
    key = schedule(acme, asha, frequency="DAILY", start_date="2026-05-20", template_payload=body)[
        "recurring_id"
    ]
    clock.set(nine_on("2026-05-19"))
    assert [1] == wakes(engine, clock, 1)
    acme.items.archive(chair)
    wakes(engine, clock, 1)
    assert (
        f"line_items[0].item_id: Item '{chair}' not found in this org."
        == acme.recurring.get(key)["last_error"]
    )
    acme.items.update(chair, status="ACTIVE", rate=7)
    acme.contacts.archive(asha)
    wakes(engine, clock, 1)
    assert f"customer_id: Customer '{asha}' not found in this org." == acme.recurring.get(key)["last_error"]
    acme.contacts.update(asha, status="ACTIVE")
    wakes(engine, clock, 1)
    assert ["2026-05-20", "2026-05-23"] == dates(acme)
    assert Decimal("7.00") == acme.invoices.list()[0]["total"]


def test_a_document_that_is_gone_can_no_longer_be_copied(
    engine: finzcore.Engine, acme: finzcore.Org, trade: Trade, asha: str
) -> None:
    draft = trade.invoice(asha, 100, auto_approve=False)["invoice_id"]
    key = schedule(acme, asha, template_entity_id=draft)["recurring_id"]
    acme.invoices.delete(draft)
    assert 1 == ran(engine)
    expected = f"template_entity_id: Invoice '{draft}' not found in this org."
    assert expected == acme.recurring.get(key)["last_error"]


def test_a_copy_of_a_plain_expense_is_a_plain_expense(engine: finzcore.Engine, acme: finzcore.Org) -> None:
    rent, travel = acme.account_id("Rent"), acme.account_id("Travel")
    taxed = {"date": "2026-05-19", "tax_id": acme.tax_id("GST 18%")}
    parts = [{"amount": 30, "note": "Floor"}, {"account_id": travel, "amount": 20}]
    plain = acme.expenses.create(account_id=rent, amount=100, notes="May", **taxed)
    itemised = acme.expenses.create(account_id=rent, line_items=parts, **taxed)
    daily = {"name": "Rent", "frequency": "DAILY", "start_date": "2026-05-18"}
    for one in (plain, itemised):
        acme.recurring.create(entity_type="EXPENSE", template_entity_id=one["expense_id"], **daily)
    assert 2 == ran(engine)
    copies = {one["amount"]: one["expense_id"] for one in acme.expenses.list() if one["date"] < "2026-05-19"}
    # What is said of the whole expense is what changes: it has no lines of its own.
    changed = acme.expenses.update(copies[100], amount=200, account_id=travel)
    assert (236, travel, [travel]) == (
        changed["total"],
        changed["account_id"],
        [line["account_id"] for line in changed["line_items"]],
    )
    lines = acme.expenses.get(copies[50])["line_items"]
    assert [(30, rent, "Floor"), (20, travel, None)] == [
        (line["amount"], line["account_id"], line.get("note")) for line in lines
    ]
    assert [] == engine.verify()


@pytest.mark.parametrize("lines", [2, 500])
def test_a_copy_of_a_journal_rounds_off_by_itself(
    engine: finzcore.Engine, acme: finzcore.Org, lines: int
) -> None:
    rent, travel = acme.account_id("Rent"), acme.account_id("Travel")
    given = [{"account_id": rent, "debit": 1, "description": "Desk"}] * (lines - 1)
    given.append({"account_id": travel, "credit": f"{lines - 1}.01"})
    journal = acme.journals.create(date="2026-05-19", lines=given)["journal_id"]
    daily = {"name": "Desks", "frequency": "DAILY", "start_date": "2026-05-18"}
    key = acme.recurring.create(entity_type="JOURNAL", template_entity_id=journal, **daily)["recurring_id"]
    assert 1 == ran(engine)
    schedule = acme.recurring.get(key)
    assert schedule["last_error"] is None
    copy = acme.journals.get(schedule["last_generated_id"])
    assert ["manual.line"] * lines + ["manual.round_off"] == [line["rule"] for line in copy["lines"]]
    assert Decimal("0.01") == copy["lines"][-1]["debit"]


def test_bills_expenses_and_journals_recur_too(
    engine: finzcore.Engine, acme: finzcore.Org, asha: str, clock: FrozenClock
) -> None:
    vendor = acme.contacts.create(contact_name="Nilgiri", contact_type="VENDOR", payment_terms=7)[
        "contact_id"
    ]
    line = {"name": "Paper", "rate": 100, "tax_id": acme.tax_id("GST 18%")}
    bill = acme.bills.create(
        vendor_id=vendor, date="2026-05-01", place_of_supply="IN-KA", bill_number="NP/7", line_items=[line]
    )
    rent = acme.accounts.list(account_type="EXPENSE")[0]["account_id"]
    bank = acme.account_id("1010")
    entry = {
        "memo": "Depreciation",
        "reference_number": "D",
        "lines": [{"account_id": rent, "debit": 5}, {"account_id": bank, "credit": 5}],
    }
    daily = {"name": "Daily", "frequency": "DAILY", "start_date": "2026-05-20"}
    acme.recurring.create(entity_type="BILL", template_entity_id=bill["bill_id"], **daily)
    acme.recurring.create(entity_type="JOURNAL", template_payload=entry, **daily)
    spent = {"account_id": rent, "paid_through_account_id": bank, "amount": 7, "reference_number": "E"}
    acme.recurring.create(entity_type="EXPENSE", template_payload=spent, **daily)
    clock.set(nine_on("2026-05-19"))
    assert [3, 3] == wakes(engine, clock, 2)
    expenses = acme.expenses.list()
    assert [("EXP-2627-002", "2026-05-21", "E"), ("EXP-2627-001", "2026-05-20", "E")] == [
        (one["expense_number"], one["date"][:10], one["reference_number"]) for one in expenses
    ]
    again = daily | {"start_date": "2026-05-22", "max_runs": 1}
    acme.recurring.create(entity_type="EXPENSE", template_entity_id=expenses[0]["expense_id"], **again)
    bills = [(one["bill_number"], one["due_date"][:10], one["status"]) for one in acme.bills.list()]
    assert [
        ("BILL-2627-002", "2026-05-28", "DRAFT"),
        ("BILL-2627-001", "2026-05-27", "DRAFT"),
        ("NP/7", "2026-05-08", "DRAFT"),
    ] == bills
    entries = [
        (one["date"][:10], one["memo"], one["reference_number"])
        for one in acme.journals.list(source="MANUAL")
    ]
    assert [("2026-05-21", "Depreciation", "D"), ("2026-05-20", "Depreciation", "D")] == entries
    copied = acme.journals.list(source="MANUAL")[0]["journal_id"]
    acme.recurring.create(
        entity_type="JOURNAL", template_entity_id=copied, **daily | {"start_date": "2026-05-25"}
    )
    wakes(engine, clock, 4)
    assert [None] == [one["reference_number"] for one in acme.expenses.list() if not one["reference_number"]]
    again = acme.journals.list(source="MANUAL")[0]
    assert (None, ["5.00", "0.00"]) == (
        again["reference_number"],
        [f"{one['debit']}" for one in again["lines"]],
    )
    assert [] == engine.verify()
