"""Ageing, outstanding documents and the ledgers of contacts as the API shows them (`api.md` §5, items 5 to 8,
15 and 16), with figures worked out by hand."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.storage.statements import statement
from finzcore.testing import Call, FrozenClock
from tests.buying import Buyer
from tests.engines import on_sqlite
from tests.trade import Body, Trade

BUCKETS = ("bucket_0_30", "bucket_31_60", "bucket_61_90", "bucket_90_plus")
AR, AP = "/reports/ar_aging", "/reports/ap_aging"


@pytest.fixture
def trade(call: Call, acme: finzcore.Org) -> Trade:
    acme.enable_currency("USD")
    return Trade(call, acme)


@pytest.fixture
def buyer(call: Call, acme: finzcore.Org) -> Buyer:
    return Buyer(call, acme)


def rows(call: Call, path: str, **asked: str) -> dict[str, tuple[Any, ...]]:
    """Every contact's buckets, what is on account, and the total."""
    said = call.ok("GET", path + "?" + "&".join(f"{key}={value}" for key, value in asked.items()))
    report = said[path.rpartition("/")[2]]
    return {
        row["contact_name"]: (*(row[bucket] for bucket in BUCKETS), row["on_account"], row["total"])
        for row in report["rows"]
    }


def dollars(rate: str) -> Body:
    return {"currency_code": "USD", "exchange_rate": rate}


# ----- ageing -----


def test_what_customers_owe_is_told_apart_by_its_age(trade: Trade, call: Call) -> None:
    asha, bina = trade.contact(payment_terms=15), trade.contact("Bina Mills", opening_balance=50)
    first = trade.invoice(asha, 1000, date="2026-03-01")  # due on 16 March
    trade.invoice(asha, 200, date="2026-05-01")  # due on 16 May
    trade.receive(asha, 300, (first, 250), date="2026-04-02")  # 50 wait
    trade.receive(asha, 70, payment_type="ADVANCE")  # not on receivables
    trade.note(bina, 20, date="2026-05-18")
    assert {
        "Asha Stores": (200, 0, 750, 0, -50, 900),
        "Bina Mills": (50, 0, 0, 0, -20, 30),
    } == rows(call, AR, as_of_date="2026-05-19")
    # On 16 March nothing was paid, and the contact was opened on 19 May.
    assert {"Asha Stores": (1000, 0, 0, 0, 0, 1000)} == rows(call, AR, as_of_date="2026-04-01")
    assert {"Asha Stores": (0, 200, 0, 750, -50, 900), "Bina Mills": (50, 0, 0, 0, -20, 30)} == rows(
        call, AR, as_of_date="2026-06-16"
    )


def test_the_report_repeats_what_was_asked_and_adds_up(trade: Trade, call: Call) -> None:
    asha = trade.contact()
    trade.invoice(asha, 1000)
    assert {
        "as_of_date": "2026-05-19",
        "branch_id": None,
        "rows": [
            {"contact_id": asha, "contact_name": "Asha Stores"}
            | dict.fromkeys((*BUCKETS, "on_account"), 0)
            | {"bucket_0_30": 1000, "total": 1000}
        ],
        "totals": dict.fromkeys((*BUCKETS, "on_account"), 0) | {"bucket_0_30": 1000, "total": 1000},
    } == call.ok("GET", AR)["ar_aging"]


def test_contacts_are_in_the_order_of_their_names_and_the_settled_ones_are_left_out(
    trade: Trade, call: Call
) -> None:
    names = ("Zeta", "Beta", "Alpha", "Paid")
    invoices = {name: trade.invoice(trade.contact(name), 10) for name in names}
    trade.receive(invoices["Paid"]["customer_id"], 10, (invoices["Paid"], 10))
    assert ["Alpha", "Beta", "Zeta"] == list(rows(call, AR))


def test_what_vendors_are_owed_is_told_apart_by_its_age(buyer: Buyer, call: Call) -> None:
    bill = buyer.bill(buyer.line(1000, None), date="2026-04-01", due_date="2026-04-10")
    buyer.bill(buyer.line(400, None), date="2026-05-10", tds_amount=4)
    buyer.note("credit_note", buyer.line(30, None))
    buyer.note("debit_note", buyer.line(5, None))
    buyer.pay(600, {"bill_id": bill["bill_id"], "amount": 500})
    buyer.contact("Old Mill", opening_balance=77)
    assert {
        "Nilgiri Papers": (401, 500, 0, 0, -130, 771),
        "Old Mill": (77, 0, 0, 0, 0, 77),
    } == rows(call, AP)
    assert {} == rows(call, AR)


def test_a_debit_note_is_owed_like_an_invoice(trade: Trade, call: Call) -> None:
    asha = trade.contact()
    body = {"customer_id": asha, "date": "2026-05-01", "due_date": "2026-05-02"}
    note = call.ok("POST", "/debit_notes", body | {"line_items": [{"name": "More", "rate": 90}]})[
        "debit_note"
    ]
    part = {"debit_note_id": note["debit_note_id"], "amount": 40}
    trade.receive(asha, 40, allocations=[part])
    assert {"Asha Stores": (0, 50, 0, 0, 0, 50)} == rows(call, AR, as_of_date="2026-06-02")


def test_a_void_nets_out_on_its_own_date(trade: Trade, call: Call, clock: FrozenClock) -> None:
    asha = trade.contact()
    kept, gone = trade.invoice(asha, 1000), trade.invoice(asha, 600)
    money = trade.receive(asha, 400, (kept, 400))
    before = rows(call, AR)
    clock.move(days=3)
    trade.void(gone)
    trade.void(money)
    for as_of in ("2026-05-19", "2026-05-22"):
        assert {"Asha Stores": (1000, 0, 0, 0, 0, 1000)} == rows(call, AR, as_of_date=as_of)
    # As the books were known on 19 May, both were there.
    assert {"Asha Stores": (1200, 0, 0, 0, 0, 1200)} == before
    assert before == rows(call, AR, as_known_at="2026-05-19T23:00:00Z")


def test_a_settlement_counts_from_its_day_on(trade: Trade, call: Call, clock: FrozenClock) -> None:
    asha = trade.contact()
    invoice = trade.invoice(asha, 1000)
    money, note = trade.receive(asha, 300), trade.note(asha, 100)
    clock.move(days=2)
    trade.apply(money, (invoice, 300))
    trade.apply_note(note, invoice)
    assert {"Asha Stores": (1000, 0, 0, 0, -400, 600)} == rows(call, AR, as_of_date="2026-05-20")
    assert {"Asha Stores": (600, 0, 0, 0, 0, 600)} == rows(call, AR, as_of_date="2026-05-21")


def test_an_advance_is_no_receivable_until_it_is_applied(
    trade: Trade, call: Call, clock: FrozenClock
) -> None:
    asha = trade.contact()
    invoice, money = trade.invoice(asha, 1000), trade.receive(asha, 700, payment_type="ADVANCE")
    clock.move(days=2)
    trade.apply(money, (invoice, 700))
    assert {"Asha Stores": (1000, 0, 0, 0, 0, 1000)} == rows(call, AR, as_of_date="2026-05-20")
    assert {"Asha Stores": (300, 0, 0, 0, 0, 300)} == rows(call, AR)


def test_foreign_documents_are_open_by_what_their_settlements_left_in_rupees(
    trade: Trade, call: Call
) -> None:
    # 100 dollars at 83.333 are 8,333.30; of them 33.33 are relieved at that rate: 33.33 x 83.333 = 2,777.49.
    asha = trade.contact()
    invoice = trade.invoice(asha, 100, **dollars("83.333"))
    trade.receive(asha, 50, (invoice, "33.33"), **dollars("84.5"))
    # 50 dollars at 84.5 are 4,225.00; 33.33 of them are 2,816.385, rounded up: 1,408.61 wait.
    assert {"Asha Stores": tuple(map(Decimal, ("5555.81", "0", "0", "0", "-1408.61", "4147.20")))} == rows(
        call, AR
    )


def test_what_is_refunded_waits_no_more(trade: Trade, acme: finzcore.Org, call: Call) -> None:
    asha = trade.contact()
    trade.receive(asha, 300, date="2026-05-01")
    trade.receive(asha, 200, payment_type="ADVANCE", date="2026-05-02")
    note = trade.note(asha, 90)
    trade.refund(asha, 450)  # all that was received on account, and 150 of the advance
    trade.refund(asha, 40, credit_note_id=note["credit_note_id"])
    assert {"Asha Stores": (0, 0, 0, 0, -50, -50)} == rows(call, AR)
    (row,) = acme.reports.ar_aging(explain=True)["rows"]
    assert [("CREDIT_NOTE", note["credit_note_id"], -50)] == [
        (item["source"], item["source_id"], item["amounts"]["on_account"]) for item in row["sources"]["items"]
    ]


def test_money_of_another_branch_settles_a_document_and_stands_beside_it(
    trade: Trade, acme: finzcore.Org, call: Call
) -> None:
    mumbai = acme.create_branch(code="MUM", name="Mumbai", state="IN-KA")["branch_id"]
    home = acme.branches.list()[0]["branch_id"]
    asha = trade.contact()
    invoice = trade.invoice(asha, 1000)
    trade.receive(asha, 1000, (invoice, 600), branch_id=mumbai)
    # Receivables of the head office still show the 1,000 that it invoiced, those of Mumbai what came in.
    assert {"Asha Stores": (400, 0, 0, 0, 600, 1000)} == rows(call, AR, branch_id=home)
    assert {"Asha Stores": (0, 0, 0, 0, -1000, -1000)} == rows(call, AR, branch_id=mumbai)
    assert {"Asha Stores": (400, 0, 0, 0, -400, 0)} == rows(call, AR)


def by_hand(acme: finzcore.Org, day: str, *lines: tuple[str, int, str | None]) -> Body:
    """An entry made by hand: accounts, what goes on their debit (or, negative, credit) side, and contacts."""
    return acme.journals.create(
        date=day,
        memo="By hand",
        lines=[
            {
                "account_id": acme.account_id(code),
                "debit" if amount > 0 else "credit": abs(amount),
                "contact_id": contact,
            }
            for code, amount, contact in lines
        ],
    )


def test_what_was_open_when_books_began_is_aged_from_its_entry(
    trade: Trade, acme: finzcore.Org, call: Call
) -> None:
    ravi, nila = trade.contact("Ravi"), trade.contact("Nila", contact_type="VENDOR")
    opening = by_hand(
        acme, "2026-04-01", ("1040", 11_800, ravi), ("2010", -5_900, nila), ("3010", -5_900, None)
    )
    trade.receive(ravi, 11_000, date="2026-04-20")
    assert {"Ravi": (0, 11_800, 0, 0, -11_000, 800)} == rows(call, AR, as_of_date="2026-05-10")
    assert {"Nila": (0, 0, 0, 5_900, 0, 5_900)} == rows(call, AP, as_of_date="2026-07-31")
    report = acme.reports.ar_aging(as_of_date="2026-05-10", explain=True)
    told = [
        (one["source"], one["source_id"], one["amounts"]) for one in report["rows"][0]["sources"]["items"]
    ]
    assert ("MANUAL", None, {"bucket_31_60": 11_800, "total": 11_800}) in told
    acme.journals.delete(opening["journal_id"])
    assert {"Ravi": (0, 0, 0, 0, -11_000, -11_000)} == rows(call, AR, as_of_date="2026-05-10")
    assert {} == rows(call, AP, as_of_date="2026-07-31")


def test_what_is_taken_off_by_hand_has_no_age(trade: Trade, acme: finzcore.Org, call: Call) -> None:
    asha = trade.contact()
    trade.invoice(asha, 1000, date="2026-05-01")
    by_hand(acme, "2026-05-10", ("6010", 40, None), ("1040", -40, asha))
    # Two lines of one entry on one contact are one amount.
    by_hand(acme, "2026-05-11", ("1040", 90, asha), ("1040", -30, asha), ("4010", -60, None))
    assert {"Asha Stores": (1060, 0, 0, 0, -40, 1020)} == rows(call, AR)


def test_what_names_no_contact_is_in_the_account_alone(acme: finzcore.Org, call: Call) -> None:
    by_hand(acme, "2026-05-19", ("1040", 30, None), ("4010", -30, None))
    assert {} == rows(call, AR)


def test_a_clock_that_is_set_back_adds_nothing_to_what_was_known(
    trade: Trade, call: Call, clock: FrozenClock
) -> None:
    asha = trade.contact()
    invoice, money = trade.invoice(asha, 1000), trade.receive(asha, 700, payment_type="ADVANCE")
    clock.move(hours=2)
    trade.invoice(asha, 5)
    clock.move(hours=-2)
    trade.apply(money, (invoice, 700))
    known = {"as_known_at": "2026-05-19T06:00:00Z"}
    assert {"Asha Stores": (1000, 0, 0, 0, 0, 1000)} == rows(call, AR, **known)


# ----- outstanding documents -----


def test_the_unpaid_invoices_of_customers_are_listed(
    trade: Trade, acme: finzcore.Org, call: Call, clock: FrozenClock
) -> None:
    asha = trade.contact()
    late = trade.invoice(asha, 1000, date="2026-05-01", due_date="2026-05-09")
    part = trade.invoice(asha, 500, due_date="2026-06-18")
    trade.receive(asha, 200, (part, 200))
    note = acme.debit_notes.create(
        customer_id=asha, date="2026-05-19", line_items=[{"name": "More", "rate": 90}]
    )
    trade.receive(asha, 60)  # settles nothing
    trade.invoice(asha, 77, date="2026-05-25")
    report = call.ok("GET", "/reports/outstanding_receivables")["outstanding_receivables"]
    shown = [
        {"invoice_id": late["invoice_id"], "debit_note_id": None, "invoice_number": late["invoice_number"]}
        | {"date": "2026-05-01T00:00:00", "due_date": "2026-05-09T00:00:00", "total": 1000, "balance": 1000}
        | {"days_overdue": 10, "status": "OVERDUE"},
        {"invoice_id": None, "debit_note_id": note["debit_note_id"]}
        | {"invoice_number": note["debit_note_number"]}
        | {"date": "2026-05-19T00:00:00", "due_date": "2026-05-19T00:00:00", "total": 90, "balance": 90}
        | {"days_overdue": 0, "status": "ISSUED"},
        {"invoice_id": part["invoice_id"], "debit_note_id": None, "invoice_number": part["invoice_number"]}
        | {"date": "2026-05-19T00:00:00", "due_date": "2026-06-18T00:00:00", "total": 500, "balance": 300}
        | {"days_overdue": 0, "status": "PARTIALLY_PAID"},
    ]
    customer = {"contact_id": asha, "contact_name": "Asha Stores", "outstanding": 1390, "invoices": shown}
    asked = {"as_of_date": "2026-05-19", "branch_id": None, "contact_id": None}
    assert asked | {"customers": [customer], "total": 1390} == report


def test_the_unpaid_bills_of_one_vendor_are_listed(buyer: Buyer, call: Call) -> None:
    bill = buyer.bill(buyer.line(1000, None))
    buyer.pay(300, {"bill_id": bill["bill_id"], "amount": 300})
    other = buyer.contact("Old Mill")
    buyer.bill(buyer.line(7, None), vendor_id=other)
    path = f"/reports/outstanding_payables?contact_id={buyer.vendor}"
    report = call.ok("GET", path)["outstanding_payables"]
    (vendor,) = report["vendors"]
    assert (700, 700, buyer.vendor) == (report["total"], vendor["outstanding"], report["contact_id"])
    (row,) = vendor["bills"]
    assert (bill["bill_id"], None, bill["bill_number"], 1000, 700, "PARTIALLY_PAID") == (
        row["bill_id"], row["debit_note_id"], row["bill_number"], row["total"], row["balance"], row["status"],
    )  # fmt: skip
    assert 707 == call.ok("GET", "/reports/outstanding_payables")["outstanding_payables"]["total"]


def test_what_settled_a_document_is_the_source_of_its_balance(trade: Trade, acme: finzcore.Org) -> None:
    asha = trade.contact()
    invoice = trade.invoice(asha, 1000)
    money = trade.receive(asha, 300, (invoice, 200))
    advance = trade.receive(asha, 50, (invoice, 50), payment_type="ADVANCE")
    note = trade.apply_note(trade.note(asha, 30), invoice)
    report = acme.reports.outstanding_receivables(explain=True)
    (row,) = report["customers"][0]["invoices"]
    assert [
        ("INVOICE", invoice["invoice_id"], {"total": 1000, "balance": 1000}),
        ("PAYMENT", money["payment_id"], {"balance": -200}),
        ("PAYMENT", advance["payment_id"], {"balance": -50}),
        ("CREDIT_NOTE", note["credit_note_id"], {"balance": -30}),
    ] == [(item["source"], item["source_id"], item["amounts"]) for item in row["sources"]["items"]]
    assert [720] == [item["amounts"]["total"] for item in report["sources"]["items"]]


def test_a_note_that_was_edited_is_known_as_it_was(
    acme: finzcore.Org, trade: Trade, clock: FrozenClock
) -> None:
    note = acme.debit_notes.create(
        customer_id=trade.contact(), date="2026-05-10", line_items=[{"name": "More", "rate": 90}]
    )
    asked = {"as_of_date": "2026-07-01", "explain": True}
    before = acme.reports.outstanding_receivables(**asked)
    clock.move(hours=1)
    acme.debit_notes.update(
        note["debit_note_id"],
        date="2026-05-12",
        due_date="2026-06-30",
        line_items=[{"name": "Less", "rate": 1}],
    )
    known = {"as_known_at": "2026-05-19T05:30:00Z"}
    assert before == acme.reports.outstanding_receivables(**asked, **known)
    (customer,) = acme.reports.outstanding_receivables(**asked)["customers"]
    assert (1, "2026-06-30T00:00:00") == (
        customer["outstanding"], customer["invoices"][0]["due_date"],
    )  # fmt: skip


# ----- the ledger of a vendor -----


def test_a_contact_is_called_as_it_was_then(
    trade: Trade, acme: finzcore.Org, call: Call, clock: FrozenClock
) -> None:
    asha, bina = trade.contact("Asha Stores"), trade.contact("Bina Mills")
    for contact in (asha, bina):
        trade.invoice(contact, 100, date="2026-05-02")
    then = {"as_known_at": clock().isoformat()}
    before = drawn_of(acme, asha, then)
    clock.move(hours=1)
    acme.contacts.update(asha, email="asha@example.in")
    acme.contacts.update(asha, contact_name="Zenith Stores")
    clock.move(hours=1)
    between = {"as_known_at": clock().isoformat()}
    clock.move(hours=1)
    acme.contacts.update(asha, contact_name="Asha and Sons")
    assert before == drawn_of(acme, asha, then)
    assert [
        ["Asha Stores", "Bina Mills"],
        ["Bina Mills", "Zenith Stores"],
        ["Asha and Sons", "Bina Mills"],
    ] == [
        [row["contact_name"] for row in acme.reports.ar_aging(as_of_date="2026-05-31", **known)["rows"]]
        for known in (then, between, {})
    ]


def drawn_of(acme: finzcore.Org, contact: str, known: Body) -> list[Body]:
    """The reports that name contacts."""
    return [
        acme.reports.ar_aging(as_of_date="2026-05-31", **known),
        acme.reports.outstanding_receivables(as_of_date="2026-05-31", **known),
        acme.reports.customer_ledger(contact_id=contact, to_date="2026-05-31", **known),
    ]


def test_a_vendor_ledger_tells_the_story(buyer: Buyer, acme: finzcore.Org, call: Call) -> None:
    bill = buyer.bill(buyer.line(1000, None), date="2026-05-01", reference_number="NP/1")
    buyer.pay(500, {"bill_id": bill["bill_id"], "amount": 510}, date="2026-05-02", tds_amount=10)
    buyer.pay(200, date="2026-05-03", payment_type="ADVANCE")
    buyer.note("credit_note", buyer.line(50, None), date="2026-05-04")
    buyer.note("debit_note", buyer.line(25, None), date="2026-05-05")
    buyer.pay(80, date="2026-05-06", flow="INCOMING", payment_type="REFUND")
    gone = buyer.bill(buyer.line(3, None), date="2026-05-07")
    acme.bills.void(gone["bill_id"])
    lines = [
        {"account_id": acme.account_id("2010"), "debit": 5, "contact_id": buyer.vendor},
        {"account_id": acme.account_id("1010"), "credit": 5},
    ]
    acme.journals.create(date="2026-05-08", lines=lines, memo="By hand")
    path = f"/reports/vendor_ledger?contact_id={buyer.vendor}"
    report = call.ok("GET", path)["vendor_ledger"]
    assert [
        ("BILL", "NP/1", 0, 1000, 1000),
        ("PAYMENT", None, 510, 0, 490),
        ("PAYMENT", None, 200, 0, 290),
        ("CREDIT_NOTE", None, 50, 0, 240),
        ("DEBIT_NOTE", None, 0, 25, 265),
        ("REFUND", None, 0, 80, 345),
        ("JOURNAL", None, 5, 0, 340),
    ] == [
        tuple(row[key] for key in ("type", "reference_number", "debit", "credit", "balance"))
        for row in report["entries"]
    ]
    assert (0, 340, 765, 1105) == tuple(
        report[key] for key in ("opening_balance", "closing_balance", "total_debit", "total_credit")
    )
    later = call.ok("GET", f"{path}&from_date=2026-05-03&to_date=2026-05-05")["vendor_ledger"]
    assert (490, 265, 3) == (later["opening_balance"], later["closing_balance"], len(later["entries"]))


def test_who_is_both_has_a_ledger_of_each_side(
    trade: Trade, buyer: Buyer, acme: finzcore.Org, call: Call
) -> None:
    both = trade.contact("Both & Co", contact_type="BOTH", opening_balance=12)
    trade.invoice(both, 100)
    buyer.bill(buyer.line(30, None), vendor_id=both)
    for name, owed in (("customer_ledger", 112), ("vendor_ledger", 30)):
        report = call.ok("GET", f"/reports/{name}?contact_id={both}")[name]
        assert owed == report["closing_balance"]
    assert {"Both & Co": (112, 0, 0, 0, 0, 112)} == rows(call, AR)
    assert {"Both & Co": (30, 0, 0, 0, 0, 30)} == rows(call, AP)


def test_an_entry_that_is_taken_back_later_was_known(
    trade: Trade, acme: finzcore.Org, clock: FrozenClock
) -> None:
    asha = trade.contact()
    invoice = trade.invoice(asha, 100)
    asked = {"contact_id": asha, "to_date": "2026-05-31"}
    before = acme.reports.customer_ledger(**asked)
    clock.move(days=1)
    trade.void(invoice)
    assert [] == acme.reports.customer_ledger(**asked)["entries"]
    assert before == acme.reports.customer_ledger(**asked, as_known_at="2026-05-19T20:00:00Z")


def test_the_entries_before_a_period_are_the_sources_of_its_opening(trade: Trade, acme: finzcore.Org) -> None:
    asha = trade.contact()
    for day in range(1, 23):
        trade.invoice(asha, day, date=f"2026-04-{day:02}")
    money = trade.receive(asha, 100, date="2026-05-02")
    report = acme.reports.customer_ledger(contact_id=asha, from_date="2026-05-01", explain=True)
    first = report["sources"]
    rest = acme.reports.sources(cursor=first["next"], per_page=7)
    amounts = [item["amounts"] for item in (*first["items"], *rest)]
    # 1 + 2 + … + 22 = 253.
    assert (23, 253, 253) == (first["count"], report["opening_balance"], sum(
        one.get("opening_balance", 0) for one in amounts
    ))  # fmt: skip
    assert (153, 153) == (report["closing_balance"], sum(one["closing_balance"] for one in amounts))
    assert ("PAYMENT", money["payment_id"], {"total_credit": 100, "closing_balance": -100}) == (
        rest[-1]["source"], rest[-1]["source_id"], rest[-1]["amounts"],
    )  # fmt: skip
    (row,) = report["entries"]
    assert [{"credit": 100}] == [item["amounts"] for item in row["sources"]["items"]]


# ----- indexes and refusals -----


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("receivable", "postings_account (org_id=? AND account=? AND day<?)"),
        ("payable", "postings_account (org_id=? AND account=? AND day<?)"),
        ("settlements", "postings_account (org_id=? AND account=? AND day<?)"),
        ("receivable_of_one", "postings_contact (org_id=? AND contact_id=? AND day<?)"),
        ("ledger_part", "postings_contact (org_id=? AND contact_id=? AND day>? AND day<?)"),
        ("ledger_count", "postings_contact (org_id=? AND contact_id=? AND day>? AND day<?)"),
    ],
)
@on_sqlite  # whose planner is asked here
def test_what_is_open_is_read_from_a_range_of_an_index(
    name: str, index: str, acme: finzcore.Org, target: str
) -> None:
    names = (
        "o", "control", "advance", "side", "as_of", "known", "time", "branch_id", "contact", "since", "until",
        "start", "limit",
    )  # fmt: skip
    with closing(sqlite3.connect(target)) as connection:
        explained = f"EXPLAIN QUERY PLAN {statement(f'reports_contacts.{name}')}"
        plan = [row[3] for row in connection.execute(explained, dict.fromkeys(names, 1))]
    (searched,) = (step for step in plan if step.startswith(("SEARCH p", "SCAN p ")))
    assert f" INDEX {index}" in searched


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        (f"{AR}?as_of_date=tomorrow", 422, "as_of_date"),
        (f"{AP}?branch_id=br_1", 404, "branch_id"),
        (f"{AP}?as_known_at=then", 400, "as_known_at"),
        ("/reports/outstanding_receivables?contact_id=ct_1", 404, "contact_id"),
        ("/reports/vendor_ledger", 400, "contact_id"),
        ("/reports/vendor_ledger?contact_id=ct_1", 404, "contact_id"),
    ],
)
def test_what_is_asked_wrongly_is_refused(call: Call, path: str, status: int, field: str) -> None:
    refused = call("GET", path)
    assert (status, field) == (refused.status, refused.json()["field"])
