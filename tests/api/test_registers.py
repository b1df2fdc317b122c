"""The registers of sales and purchases (`api.md` §5, items 9 and 10)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call, FrozenClock
from tests.buying import Buyer
from tests.selling import INVALID, NOT_FOUND, REQUIRED, Seller

MAY = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
HEADS = ("cgst", "sgst", "igst", "cess")
OUTPUT = dict(zip(HEADS, ("2021", "2022", "2023", "2024"), strict=True))
INPUT = dict(zip(HEADS, ("1061", "1062", "1063", "1064"), strict=True))
OWED = dict(zip(HEADS[:3], ("2031", "2032", "2033"), strict=True))


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    acme.enable_currency("USD")
    return Seller(call, acme)


@pytest.fixture
def buyer(call: Call, acme: finzcore.Org) -> Buyer:
    acme.enable_currency("USD")
    return Buyer(call, acme)


def rs(text: str | int) -> Decimal:
    return Decimal(text)


def moved(acme: finzcore.Org, source: str, codes: dict[str, str]) -> dict[str, Decimal]:
    """What the entries of documents of a kind put on accounts, as amounts without a side."""
    accounts = {acme.account_id(code): head for head, code in codes.items()}
    sums = dict.fromkeys(codes, Decimal(0))
    for entry in acme.journals.all(source=source):
        for line in entry["lines"]:
            if line["account_id"] in accounts:
                sums[accounts[line["account_id"]]] += line["debit"] - line["credit"]
    return {head: abs(amount) for head, amount in sums.items()}


def summed(rows: Iterable[dict[str, Any]], names: Iterable[str]) -> dict[str, Decimal]:
    whole = list(rows)
    return {name: sum((row[name] for row in whole), Decimal(0)) for name in names}


def check_sums(report: dict[str, Any]) -> None:
    """Lines add up to rows, rows to totals, and each row across to its total."""
    of_lines = [name for name in report["totals"] if report["rows"][0]["lines"][0].get(name) is not None]
    assert {"taxable", *HEADS} <= set(of_lines)
    for row in report["rows"]:
        assert {name: row[name] for name in of_lines} == summed(row["lines"], of_lines)
        assert row["total"] + row["tds_amount"] == row["other_charges"] + sum(
            row[name] for name in ("taxable", *HEADS)
        )
    assert report["totals"] == summed(report["rows"], report["totals"])


def test_an_invoice_stands_in_the_register_with_its_lines(seller: Seller, acme: finzcore.Org) -> None:
    # 2 x 500 and 1 x 200 at 18 % in Karnataka: 90 and 18 of each half; 5 of shipping; 10 withheld.
    lines = [
        seller.line(500, quantity=2, hsn_or_sac="9401", unit="NOS"),
        seller.line(200, description="By post", hsn_or_sac="998314"),
    ]
    made = seller.posted(*lines, shipping_charge=5, tds_amount=10)
    report = acme.reports.sales_register(**MAY)
    (row,) = report["rows"]
    shown = row["lines"]
    assert {
        "invoice_id": made["invoice_id"],
        "invoice_number": "INV-2627-001",
        "date": "2026-05-19T00:00:00",
        "customer_id": seller.customer,
        "customer_name": "Asha Stores",
        "gst_no": None,
        "place_of_supply": "IN-KA",
        "taxable": rs(1200),
        "cgst": rs(108),
        "sgst": rs(108),
        "igst": rs(0),
        "cess": rs(0),
        "other_charges": rs(5),
        "tds_amount": rs(10),
        "total": rs(1411),
        "status": "SENT",
        "lines": shown,
    } == row
    assert {
        "hsn_or_sac": "9401",
        "description": "Licence",
        "quantity": rs(2),
        "unit": "NOS",
        "rate": rs(500),
        "taxable": rs(1000),
        "tax_percentage": rs(18),
        "cgst": rs(90),
        "sgst": rs(90),
        "igst": rs(0),
        "cess": rs(0),
    } == shown[0]
    assert ("998314", "By post") == (shown[1]["hsn_or_sac"], shown[1]["description"])
    check_sums(report)


def test_drafts_voided_invoices_and_notes_are_not_in_the_register(seller: Seller, acme: finzcore.Org) -> None:
    kept = seller.posted()
    seller.draft()
    seller.act(seller.posted(), "void")
    seller.credit(kept, 100)
    seller.posted(date="2026-06-01")
    report = acme.reports.sales_register(**MAY)
    assert [("INV-2627-001", "PARTIALLY_PAID")] == [
        (row["invoice_number"], row["status"]) for row in report["rows"]
    ]
    assert 14160 == report["totals"]["total"]


def test_the_sales_register_agrees_with_the_output_accounts(seller: Seller, acme: finzcore.Org) -> None:
    lines = [seller.line("10.05"), seller.line("33.33", "GST 5%"), seller.line("0.07"), seller.line(9, None)]
    for more in (
        {},
        {"place_of_supply": "IN-MH"},
        {"discount": "7.5%", "shipping_charge": 11, "adjustment": "-0.4"},
        {"discount": 3, "is_discount_before_tax": False},
        {"is_inclusive_tax": True},
        {"tds_rate": 10, "currency_code": "USD", "exchange_rate": "83.37"},
        {"place_of_supply": "IN-MH", "currency_code": "USD", "exchange_rate": "0.013"},
    ):
        seller.posted(*lines, **more)
    seller.posted(seller.line(10000, "RCM 5%"))
    report = acme.reports.sales_register(**MAY)
    assert 8 == len(report["rows"])
    check_sums(report)
    assert moved(acme, "INVOICE", OUTPUT) == {head: report["totals"][head] for head in HEADS}
    assert moved(acme, "INVOICE", {"total": "1040"}) == {"total": report["totals"]["total"]}
    foreign = report["rows"][5]["lines"][0]
    assert rs("837.8685") == foreign["rate"]  # 10.05 at 83.37


def test_the_purchase_register_agrees_with_the_input_accounts(buyer: Buyer, acme: finzcore.Org) -> None:
    lines = [
        buyer.line("10.05"),
        buyer.line("33.33", "GST 5%"),
        buyer.line("0.07", itc_blocked_reason="17(5)(b)"),
        buyer.line("77.77", None, is_rcm=True, rcm_rate=5),
        buyer.line("55.61", None, is_rcm=True, rcm_rate=5, itc_blocked_reason="17(5)(b)"),
    ]
    for number, more in enumerate(
        (
            {},
            {"discount": "7.5%", "shipping_charge": 4},
            {"place_of_supply": "IN-MH"},
            {"currency_code": "USD", "exchange_rate": "83.37"},
            {"currency_code": "USD", "exchange_rate": "0.7931"},
        )
    ):
        buyer.bill(*lines, reference_number=f"NP/{number}", **more)
    report = acme.reports.purchase_register(**MAY)
    check_sums(report)
    totals = report["totals"]
    assert moved(acme, "BILL", INPUT) == {head: totals[f"itc_{head}"] for head in HEADS}
    assert moved(acme, "BILL", OWED) == {head: totals[f"rcm_{head}"] for head in OWED}
    assert moved(acme, "BILL", {"total": "2010"}) == {"total": totals["total"]}
    assert [(True, "17(5)(b)")] * 5 == [(row["is_rcm"], row["itc_blocked_reason"]) for row in report["rows"]]


def test_a_bill_tells_what_its_lines_have_in_common(buyer: Buyer, acme: finzcore.Org) -> None:
    # 100 at 18 %: 9 of each half charged, no credit; 200 at 18 % with credit: 18 of each half.
    buyer.bill(buyer.line(100, itc_blocked_reason="17(5)(b)"), buyer.line(200))
    buyer.bill(buyer.line(100, itc_blocked_reason="17(5)(b)"), buyer.line(1, itc_blocked_reason="17(5)(a)"))
    buyer.bill(buyer.line(7))
    rows = acme.reports.purchase_register(**MAY)["rows"]
    assert [
        (False, "17(5)(b)", 27, 18),
        (False, None, rs("9.09"), 0),
        (False, None, rs("0.63"), rs("0.63")),
    ] == [(row["is_rcm"], row["itc_blocked_reason"], row["cgst"], row["itc_cgst"]) for row in rows]
    assert ["17(5)(b)", None] == [line["itc_blocked_reason"] for line in rows[0]["lines"]]


def test_a_register_is_drawn_as_it_was_known(seller: Seller, clock: FrozenClock, acme: finzcore.Org) -> None:
    paid, voided, nothing = seller.posted(), seller.posted(), seller.posted(seller.line(0))
    receipt = seller.receive(paid, 160)
    before = acme.reports.sales_register(**MAY)
    assert ["PARTIALLY_PAID", "SENT", "PAID"] == [row["status"] for row in before["rows"]]
    clock.move(days=60)
    acme.payments.void(receipt["payment_id"])
    seller.receive(paid, 14160)
    seller.act(voided, "void")
    seller.act(nothing, "void")
    seller.posted(seller.line(5))
    assert before == acme.reports.sales_register(**MAY, as_known_at="2026-05-19T12:00:00Z")
    now = acme.reports.sales_register(**MAY)
    assert [("INV-2627-001", "PAID"), ("INV-2627-004", "OVERDUE")] == [
        (row["invoice_number"], row["status"]) for row in now["rows"]
    ]
    assert [] == acme.reports.sales_register(**MAY, as_known_at="2026-05-18T12:00:00Z")["rows"]


def test_a_status_is_that_of_the_document(seller: Seller, clock: FrozenClock, acme: finzcore.Org) -> None:
    open_, part, paid, credited, mixed = (seller.posted(due_date="2026-05-21") for _ in range(5))
    late = seller.posted(due_date="2026-05-20")
    seller.receive(part, 1)
    seller.receive(paid, 14160)
    seller.credit(credited, 14160)
    seller.credit(mixed, 60)
    seller.receive(mixed, 14100)
    clock.move(days=2)
    wanted = ["SENT", "PARTIALLY_PAID", "PAID", "CREDIT_APPLIED", "PAID", "OVERDUE"]
    shown = [seller.again(one)["status"] for one in (open_, part, paid, credited, mixed, late)]
    assert wanted == shown
    assert wanted == [row["status"] for row in acme.reports.sales_register(**MAY)["rows"]]


def test_a_register_names_the_entry_of_each_document(seller: Seller, acme: finzcore.Org) -> None:
    made = seller.posted()
    (row,) = acme.reports.sales_register(**MAY, explain=True)["rows"]
    ((item,), count) = row["sources"]["items"], row["sources"]["count"]
    assert (1, made["journal_id"], "INVOICE", made["invoice_id"]) == (
        count, item["journal_id"], item["source"], item["source_id"],
    )  # fmt: skip
    assert {name: row[name] for name in acme.reports.sales_register(**MAY)["totals"]} == item["amounts"]


def test_a_branch_has_registers_of_its_own(seller: Seller, acme: finzcore.Org) -> None:
    other = acme.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"]
    seller.posted()
    seller.posted(branch_id=other)
    report = acme.reports.sales_register(**MAY, branch_id=other)
    assert [rs(2160)] == [row["igst"] for row in report["rows"]]
    assert other == report["branch_id"]


@pytest.mark.parametrize("name", ["sales_register", "purchase_register"])
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("to_date=2026-05-31", (400, REQUIRED, "from_date")),
        ("from_date=2026-05-01", (400, REQUIRED, "to_date")),
        ("from_date=2026-05-02&to_date=2026-05-01", (400, INVALID, "to_date")),
        ("from_date=2026-05-02&to_date=2026-05-03&branch_id=br_1", (404, NOT_FOUND, "branch_id")),
    ],
)
def test_a_register_that_cannot_be_is_refused(
    name: str, asked: str, expected: tuple[int, str, str], call: Call
) -> None:
    assert expected == call.refused("GET", f"/reports/{name}?{asked}")
