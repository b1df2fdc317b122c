"""Invoices as they are made and found: `api.md` §1.6, §4.1, §4.5, §9.3."""

from decimal import Decimal
from typing import Any

import pytest

import finzcore
from finzcore.testing import Call
from tests.selling import Body, Seller


@pytest.fixture
def seller(call: Call, acme: finzcore.Org) -> Seller:
    return Seller(call, acme)


def test_the_shortest_invoice_shows_every_key_in_order(seller: Seller) -> None:
    answer = seller.call("POST", "/invoices", seller.body({"name": "Work", "rate": 100}))
    said = answer.json()
    assert (201, 0, "The invoice has been created.") == (answer.status, said["code"], said["message"])
    invoice = said["invoice"]
    assert invoice["invoice_id"].startswith("inv_")
    line = invoice.pop("line_items")[0]
    assert [
        ("invoice_number", "INV-2627-001"),
        ("customer_id", seller.customer),
        ("customer_name", "Asha Stores"),
        ("date", "2026-05-19T00:00:00"),
        ("due_date", "2026-05-19T00:00:00"),
        ("reference_number", None),
        ("place_of_supply", "IN-KA"),
        ("currency_code", "INR"),
        ("exchange_rate", 1),
        ("sub_total", 100),
        ("tax_total", 0),
        ("total", 100),
        ("payment_made", 0),
        ("balance", 100),
        ("status", "DRAFT"),
        ("notes", None),
        ("created_time", "2026-05-19T05:00:00"),
        ("last_modified_time", "2026-05-19T05:00:00"),
        ("salesperson_id", None),
        ("round_off", 0),
        ("discount", 0),
        ("is_discount_before_tax", True),
        ("is_inclusive_tax", False),
        ("shipping_charge", 0),
        ("adjustment", 0),
        ("tds_amount", 0),
        ("tds_rate", None),
        ("tds_section", None),
        ("credits_applied", 0),
        ("cgst_total", 0),
        ("sgst_total", 0),
        ("igst_total", 0),
        ("cess_total", 0),
        ("journal_id", None),
        ("version", 1),
        ("tags", []),
        ("terms", None),
        ("custom_fields", None),
        ("with_payment", True),
        ("export", None),
    ] == [pair for pair in invoice.items() if pair[0] not in ("invoice_id", "branch_id")]
    assert [
        ("item_id", None),
        ("name", "Work"),
        ("description", None),
        ("hsn_or_sac", None),
        ("quantity", 1),
        ("unit", None),
        ("rate", 100),
        ("discount", 0),
        ("tax_id", None),
        ("tax_percentage", 0),
        ("item_total", 100),
        ("account_id", seller.org.account_id("4010")),
        ("cgst", 0),
        ("sgst", 0),
        ("igst", 0),
        ("cess", 0),
        ("tags", []),
    ] == list(line.items())[1:]


def test_amounts_have_two_decimals_and_rates_no_trailing_zeros(seller: Seller) -> None:
    body = seller.call("POST", "/invoices", seller.body(seller.line("2.50", quantity="4.0"))).body
    for shown in (b'"rate":2.5,', b'"quantity":4,', b'"item_total":10.00,', b'"total":11.80,'):
        assert shown in body


def test_every_header_field_comes_back(seller: Seller) -> None:
    org = seller.org
    given_ = {
        "reference_number": "PO-77",
        "branch_id": org.create_branch(code="MUM", name="Mumbai", state="IN-MH")["branch_id"],
        "salesperson_id": org.add_salesperson("Ravi")["salesperson_id"],
        "discount": Decimal("12.50"),
        "is_discount_before_tax": False,
        "is_inclusive_tax": True,
        "shipping_charge": 40,
        "adjustment": Decimal("-0.25"),
        "tds_rate": Decimal("0.1"),
        "tds_section": "194Q",
        "round_off": Decimal("0.05"),
        "with_payment": False,
        "notes": "Thank you,\ncome again",
        "terms": "Net 30",
        "tags": [org.add_cost_center("North")["cost_center_id"]],
        "export": {
            "shipping_bill_number": "1234567",
            "shipping_bill_date": "2026-05-20",
            "port_code": "INBLR4",
            "country_code": "US",
        },
    }
    invoice = seller.draft(**given_)
    assert given_ == {name: invoice[name] for name in given_}
    assert invoice == seller.again(invoice)
    assert {"date": "2026-05-19T00:00:00"} == {"date": invoice["date"]}


def test_custom_fields_come_back_to_the_letter(seller: Seller) -> None:
    raw = b'{"z":1.50,"a":{"deep":[1,null,true,"\xe2\x82\xb9"]},"big":12345678901234567890}'
    body = seller.body({"name": "Work", "rate": 1}, custom_fields="HERE")
    from finzcore.books.text import json_text

    sent = json_text(body).encode().replace(b'"HERE"', raw)
    answer = seller.call("POST", "/invoices", sent)
    assert b'"custom_fields":' + raw in answer.body
    path = f"/invoices/{answer.json()['invoice']['invoice_id']}"
    assert b'"custom_fields":' + raw in seller.call("GET", path).body


ALIASES: list[tuple[str, Any, str, Any]] = [
    # api.md §9.3
    ("invoice_date", "2026-05-20", "date", "2026-05-20T00:00:00"),
    ("source_of_supply", "IN-MH", "place_of_supply", "IN-MH"),
    ("destination_of_supply", "in-mh", "place_of_supply", "IN-MH"),
    ("shipping", 5, "shipping_charge", 5),
    ("tds", 5, "tds_amount", 5),
    ("tds_percentage", 5, "tds_rate", 5),
    ("customer_notes", "Hello", "notes", "Hello"),
]


@pytest.mark.parametrize(("alias", "value", "name", "shown"), ALIASES)
def test_another_name_says_the_same(seller: Seller, alias: str, value: Any, name: str, shown: Any) -> None:
    body = seller.body() | {alias: value}
    if name in body:
        del body[name]
    assert shown == seller.call.ok("POST", "/invoices", body)["invoice"][name]


def test_the_customer_may_be_called_a_contact(seller: Seller) -> None:
    body = seller.body() | {"contact_id": seller.customer}
    del body["customer_id"]
    assert seller.customer == seller.call.ok("POST", "/invoices", body)["invoice"]["customer_id"]


@pytest.mark.parametrize(
    ("alias", "value", "name"),
    [("item_name", "Desk", "name"), ("price", 5, "rate"), ("hsn_sac", "9403", "hsn_or_sac")],
)
def test_lines_have_other_names_too(seller: Seller, alias: str, value: Any, name: str) -> None:
    line = {"name": "Work", "rate": 1}
    line.pop(name, None)
    assert value == seller.draft(line | {alias: value})["line_items"][0][name]


@pytest.mark.parametrize(
    "date", ["2026-05-19", "2026-05-19T23:59:59", "2026-05-18T18:30:00Z", "2026-05-19T00:00:00.5+05:30"]
)
def test_a_date_is_the_calendar_date_in_india(seller: Seller, date: str) -> None:
    assert "2026-05-19T00:00:00" == seller.draft(date=date)["date"]


# ----- what is filled in -----


def filled(seller: Seller, line: Body) -> Body:
    shown: Body = seller.draft(line)["line_items"][0]
    return shown


def test_an_item_fills_in_its_line(seller: Seller) -> None:
    org = seller.org
    master = {
        "description": "Oak, four legs",
        "hsn_or_sac": "9401",
        "unit": "PCS",
        "rate": 250,
        "tax_id": org.tax_id("GST 5%"),
        "account_id": org.account_id("4020"),
    }
    chair = seller.item(**master)
    line = filled(seller, {"item_id": chair, "quantity": 2})
    assert master | {"name": "Oak chair", "item_total": 500, "cgst": Decimal("12.50")} == {
        name: line[name] for name in [*master, "name", "item_total", "cgst"]
    }
    own = {
        "name": "Chair",
        "description": "Pine",
        "hsn_or_sac": "9403",
        "unit": "SET",
        "rate": 0,
        "tax_id": org.tax_id("Exempt"),
        "account_id": org.account_id("4010"),
    }
    line = filled(seller, {"item_id": chair} | own)
    assert own == {name: line[name] for name in own}


def test_an_item_with_little_to_say_leaves_the_usual(seller: Seller) -> None:
    line = filled(seller, {"item_id": seller.item("Desk")})
    expected = ("Desk", "Desk", "NOS", 0, None, None, seller.org.account_id("4010"))
    names = ("name", "description", "unit", "rate", "tax_id", "hsn_or_sac", "account_id")
    assert expected == tuple(line[name] for name in names)


def test_an_item_that_is_not_taxable_fills_in_no_tax(seller: Seller) -> None:
    tax = seller.org.tax_id("GST 18%")
    book = seller.item("Book", rate=100, tax_id=tax, is_taxable=False)
    assert filled(seller, {"item_id": book})["tax_id"] is None
    assert tax == filled(seller, {"item_id": book, "tax_id": tax})["tax_id"]


def test_the_terms_of_the_customer_make_the_due_date(seller: Seller) -> None:
    slow = seller.contact("Slow & Sons", payment_terms=30)
    assert "2026-06-18T00:00:00" == seller.draft(customer_id=slow)["due_date"]
    assert "2026-05-19T00:00:00" == seller.draft(customer_id=slow, due_date="2026-05-19")["due_date"]


def test_currency_and_rate_come_from_the_customer_and_the_rate_table(seller: Seller) -> None:
    seller.org.enable_currency("USD")
    abroad = seller.contact("Far Inc", currency_code="USD")
    assert (400, "validation.required_field", "exchange_rate") == seller.refused(customer_id=abroad)
    for rate, day in (("82.5", "2026-05-01"), ("83.12345678", "2026-05-19"), (99, "2026-05-20")):
        seller.org.add_exchange_rate(from_currency="USD", rate=rate, rate_date=day)
    today = seller.draft(customer_id=abroad)
    assert ("USD", Decimal("83.12345678")) == (today["currency_code"], today["exchange_rate"])
    assert Decimal("82.5") == seller.draft(customer_id=abroad, date="2026-05-18")["exchange_rate"]
    assert 84 == seller.draft(customer_id=abroad, exchange_rate=84)["exchange_rate"]
    at_home = seller.draft(customer_id=abroad, currency_code="inr", exchange_rate=1)
    assert ("INR", 1) == (at_home["currency_code"], at_home["exchange_rate"])


def test_approval_at_once_says_so(seller: Seller) -> None:
    answer = seller.call("POST", "/invoices", seller.body(auto_approve=True))
    said = answer.json()
    assert (201, "The invoice has been created and approved.") == (answer.status, said["message"])
    assert "SENT" == said["invoice"]["status"]
    assert said["invoice"] == seller.again(said["invoice"])


@pytest.mark.parametrize(
    ("step", "message"),
    [("edit", "updated"), ("approve", "approved"), ("void", "voided"), ("delete", "deleted")],
)
def test_each_step_has_its_sentence(seller: Seller, step: str, message: str) -> None:
    answer = seller.do(seller.draft(), step)
    assert (200, f"The invoice has been {message}.") == (answer.status, answer.json()["message"])


def test_a_creation_needs_a_key_and_an_unknown_invoice_is_not_found(seller: Seller) -> None:
    assert (400, "idempotency.key_required", "Idempotency-Key") == seller.call.refused(
        "POST", "/invoices", seller.body(), key=None
    )
    for step in ("edit", "delete", "approve", "void"):
        answer = seller.do({"invoice_id": "inv_1"}, step)
        assert (404, "invoice_id") == (answer.status, answer.json()["field"])


def test_a_repeated_creation_is_answered_from_memory(seller: Seller) -> None:
    # api.md §10 row 22
    answers = [seller.call("POST", "/invoices", seller.body(), key="order-7") for _ in range(2)]
    assert answers[0].body == answers[1].body
    assert "true" == dict(answers[1].headers)["Idempotency-Replayed"]
    assert 1 == len(seller.told())
